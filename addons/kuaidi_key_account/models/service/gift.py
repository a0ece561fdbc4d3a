from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# what a person enters, and what stands once the gift is recorded
DRAFT_FIELDS = {
    "account_id",
    "partner_id",
    "name",
    "amount",
    "date",
    "reason",
}


class KuaidiGift(models.Model):
    """One small gift to one named person at a client, recorded or approved (VI-2).

    Bribing the other side's people to win business is forbidden, and so is taking the
    bribe (Anti-Unfair Competition Law, article 8 as revised in 2025, article 7 of the
    text of 2019): gifts are small, open, recorded, and approved above a ceiling.
    """

    _name = "kuaidi.gift"
    _description = "Gift"
    _inherit = ["mail.thread", "kuaidi.account.part", "kuaidi.decision.mixin"]
    _order = "date desc, id desc"
    _mail_post_access = "read"

    # everybody in the team gives and records
    _account_operation = "read"
    _approval_guarded_fields = (
        "state",
        "is_above_ceiling",
        "requested_by_id",
        "decided_by_id",
        "date_decided",
        "company_id",
        "manager_id",
        "validation_status",
        "review_ids",
    )

    # recipient
    account_id = fields.Many2one(
        string="Key Account",
        ondelete="restrict",
        domain="[('state', '!=', 'closed')]",
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    manager_id = fields.Many2one(
        related="account_id.manager_id", store=True, precompute=True, index=True
    )
    commercial_partner_id = fields.Many2one(
        related="account_id.partner_id", string="Client"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Recipient",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', commercial_partner_id),"
        " ('is_company', '=', False)]",
        help="The person who gets it: no gift goes to a nameless company.",
    )
    visit_id = fields.Many2one(
        comodel_name="kuaidi.visit",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        domain="[('account_id', '=', account_id)]",
        help="On which occasion it was handed over.",
    )
    # gift
    name = fields.Char(string="Gift", required=True)
    amount = fields.Monetary(string="Gift Value", required=True)
    date = fields.Date(
        string="Given On",
        required=True,
        default=lambda self: self._default_date(),
        index=True,
    )
    reason = fields.Text(
        help="What it is given for. Needed above a ceiling: the CRM centre decides by"
        " it.",
    )
    # ceiling and approval
    amount_year = fields.Monetary(
        string="In This Year",
        compute="_compute_ceiling",
        aggregator=None,
        help="Value of all gifts to this person in the calendar year that are approved"
        " or wait for it, and of this one while it is a draft.",
    )
    ceiling_note = fields.Text(
        string="Ceiling",
        compute="_compute_ceiling",
        help="What recording the gift will come to.",
    )
    is_above_ceiling = fields.Boolean(
        string="Above the Ceiling", readonly=True, copy=False
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    requested_by_id = fields.Many2one(string="Recorded By", index=True)
    decided_by_id = fields.Many2one(
        help="Empty: within the ceiling, nobody had to decide."
    )

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "A gift has a value: enter what it cost."
    )
    # the ceiling of the year is summed by person
    _recipient_date_idx = models.Index(
        "(partner_id, date) WHERE state IN ('to_approve', 'approved')"
    )

    # === DEFAULT METHODS === #

    @api.model
    def _default_date(self):
        return self.env["kuaidi.deadline"]._get_today(self.env.company)

    # === CONSTRAINT METHODS === #

    @api.constrains("account_id")
    def _check_account_is_open(self):
        for gift in self:
            if gift.account_id.state == "closed":
                raise ValidationError(
                    self.env._(
                        "%(account)s is closed: its people get no gifts any more."
                        " Reopen the account first.",
                        account=gift.account_id.display_name,
                    )
                )

    @api.constrains("account_id", "partner_id")
    def _check_recipient_is_a_person_of_the_client(self):
        for gift in self:
            partner, client = gift.partner_id, gift.account_id.partner_id
            if partner.is_company:
                raise ValidationError(
                    self.env._(
                        "%(partner)s is a company. Name the person who gets the gift.",
                        partner=partner.display_name,
                    )
                )
            if partner.commercial_partner_id != client:
                raise ValidationError(
                    self.env._(
                        "%(contact)s does not belong to %(client)s. Set the client as"
                        " the company of the contact first.",
                        contact=partner.display_name,
                        client=client.display_name,
                    )
                )

    @api.constrains("account_id", "visit_id")
    def _check_visit_of_account(self):
        for gift in self:
            # sudo: a wrong visit is refused, whoever may see it
            visit_sudo = gift.visit_id.sudo()
            if visit_sudo and visit_sudo.account_id != gift.account_id:
                raise ValidationError(
                    self.env._(
                        "The visit is one to another client than %(account)s. Choose a"
                        " visit to this client.",
                        account=gift.account_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_none_guarded(vals_list)
        visits = self.env["kuaidi.visit"]
        vals_list = [
            # a line of a visit is a gift to its client
            {"account_id": visits.browse(vals["visit_id"]).account_id.id} | vals
            if vals.get("visit_id")
            else vals
            for vals in vals_list
        ]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and DRAFT_FIELDS & vals.keys():
            self._check_is_draft()
        return super().write(vals)

    def unlink(self):
        # before the reviews are removed, which ends in a refusal that explains less
        self._unlink_except_recorded()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        for gift in self:
            if gift.state != "draft":
                raise UserError(
                    self.env._(
                        "%(gift)s is recorded: who got what has to stay on file. Only"
                        " a draft can be deleted.",
                        gift=gift.display_name,
                    )
                )

    # === BUSINESS METHODS === #

    def _get_guarded_message(self):
        return self.env._(
            "The state of a gift changes by its buttons only: record it, and have it"
            " approved where it is above a ceiling."
        )

    def _check_is_draft(self):
        for gift in self:
            if gift.state != "draft":
                raise UserError(
                    self.env._(
                        "%(gift)s is recorded already: recipient, value, date and"
                        " reason stay as they are.",
                        gift=gift.display_name,
                    )
                )

    def _get_approval_author(self):
        return self.create_uid

    def _on_approved(self):
        """Approve gifts above a ceiling; the client may have become a public body."""
        self._check_public_ceiling()
        return super()._on_approved()
