from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.misc import format_amount

# what a person enters, and what stands once the gift is recorded
DRAFT_FIELDS = {
    "account_id",
    "partner_id",
    "name",
    "amount",
    "date",
    "reason",
}
# gifts that count towards the ceiling of the year
COUNTED_STATES = ("to_approve", "approved")


class KuaidiGift(models.Model):
    """One small gift to one named person at a client, recorded or approved (VI-2).

    Bribing the other side's people to win business is forbidden, and so is taking the
    bribe (Anti-Unfair Competition Law, article 8 as revised in 2025, article 7 of the
    text of 2019): gifts are small, open, recorded, and approved above a ceiling.
    """

    _name = "kuaidi.gift"
    _description = "Gift"
    _inherit = ["mail.thread", "kuaidi.account.part", "kuaidi.approval.mixin"]
    _order = "date desc, id desc"
    _mail_post_access = "read"

    # everybody in the team gives and records
    _account_operation = "read"
    _approval_guarded_fields = (
        "state",
        "is_above_ceiling",
        "requester_id",
        "approved_by_id",
        "date_approved",
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
    company_id = fields.Many2one(precompute=True, index=True)
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
    amount = fields.Monetary(string="Value", required=True)
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
    requester_id = fields.Many2one(
        comodel_name="res.users",
        string="Recorded By",
        readonly=True,
        copy=False,
        index=True,
    )
    approved_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Decided By",
        readonly=True,
        copy=False,
        help="Empty: within the ceiling, nobody had to decide.",
    )
    date_approved = fields.Datetime(string="Decided On", readonly=True, copy=False)

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
        return self.env["kuaidi.deadline"]._get_local_date(
            fields.Datetime.now(), self.env.company
        )

    # === COMPUTE METHODS === #

    @api.depends("account_id", "partner_id", "amount", "date", "state")
    def _compute_ceiling(self):
        totals = self._get_year_totals()
        for gift in self:
            total = totals.get(gift._get_year_key(), 0.0)
            is_draft = gift.state == "draft"
            gift.amount_year = total + gift.amount if is_draft else total
            gift.ceiling_note = False
            if is_draft and gift.account_id and gift.date and gift.amount > 0:
                breach = gift._get_public_breach() or gift._get_breach(total)
                gift.ceiling_note = breach or self.env._(
                    "Within the ceiling: recorded without an approval."
                )

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
        if not self.env.su:
            guarded = set(self._approval_guarded_fields) - {"state"}
            if any(guarded & vals.keys() for vals in vals_list):
                raise AccessError(self._get_guarded_message())
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

    def onchange(self, values, field_names, fields_spec):
        """Show what a draft would come to, but of nobody else's clients."""
        account_ids = {
            values.get("account_id"),
            self.env.context.get("default_account_id"),
        }
        accounts = self.env["kuaidi.key.account"].browse(account_ids - {None, False})
        accounts.check_access("read")
        return super().onchange(values, field_names, fields_spec)

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

    # === ACTION METHODS === #

    def action_record(self):
        """Record drafts: approved within the ceilings, else sent to the CRM centre.

        The ceilings of the company are per gift, and per recipient and calendar year;
        the latter counts what is approved and what waits for it, at this company.

        :raise UserError: when a gift is no draft, a public body's ceiling is exceeded,
            or a gift above a ceiling has no reason
        """
        self.check_access("write")
        self._check_is_draft()
        self._check_account_is_open()
        self._check_public_ceiling()
        self._lock_recipients()
        totals = self._get_year_totals()
        above = self.browse()
        for gift in self.sorted("id"):
            before = totals.get(gift._get_year_key(), 0.0)
            totals[gift._get_year_key()] = before + gift.amount
            breach = gift._get_breach(before)
            if not breach:
                continue
            above |= gift
            if not (gift.reason or "").strip():
                raise UserError(
                    self.env._(
                        "%(breach)s Enter the reason of %(gift)s for %(recipient)s:"
                        " the CRM centre decides by it.",
                        breach=breach,
                        gift=gift.name,
                        recipient=gift.partner_id.name,
                    )
                )
        # sudo: state and ceiling are guarded, everything was checked above
        above.sudo().is_above_ceiling = True
        self.sudo().requester_id = self.env.user
        if above:
            above._request_approval()
        within_sudo = (self - above).sudo()
        within_sudo.write({"state": "approved", "date_approved": fields.Datetime.now()})
        within_sudo._message_log_batch(
            bodies={
                gift.id: self.env._("Within the ceiling: recorded without an approval.")
                for gift in within_sudo
            }
        )

    def action_request_approval(self):
        """Record the drafts: whether an approval is needed follows from the ceilings.

        :raise UserError: as of `action_record`
        """
        return self.action_record()

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

    def _check_public_ceiling(self):
        """Refuse what no approval can allow.

        :raise UserError: naming the ceiling and why it is there
        """
        for gift in self:
            if breach := gift._get_public_breach():
                raise UserError(breach)

    def _get_public_breach(self):
        """Return why this gift may not be given at all, empty if it may."""
        self.ensure_one()
        company = self.account_id.company_id
        if (
            not self.account_id.is_public_body
            or company.currency_id.compare_amounts(
                self.amount, company.kuaidi_gift_public_amount_max
            )
            <= 0
        ):
            return ""
        return self.env._(
            "%(account)s is a public body or state-owned: a gift to its people may be"
            " worth %(ceiling)s at most, and nobody can approve more. Gifts of"
            " %(amount)s to officials come under the rules against bribery (Criminal"
            " Law; Anti-Unfair Competition Law, article 8): do not give it.",
            account=self.account_id.display_name,
            ceiling=format_amount(
                self.env, company.kuaidi_gift_public_amount_max, company.currency_id
            ),
            amount=format_amount(self.env, self.amount, company.currency_id),
        )

    def _get_breach(self, before):
        """Return which ceiling this gift exceeds, empty if none.

        :param float before: value of the recipient's other gifts of the year
        """
        self.ensure_one()
        company = self.account_id.company_id
        compare = company.currency_id.compare_amounts

        def show(amount):
            return format_amount(self.env, amount, company.currency_id)

        ceiling = company.kuaidi_gift_amount_max
        if compare(self.amount, ceiling) > 0:
            return self.env._(
                "A gift of %(amount)s is above the ceiling of %(ceiling)s.",
                amount=show(self.amount),
                ceiling=show(ceiling),
            )
        ceiling = company.kuaidi_gift_amount_year_max
        if compare(before + self.amount, ceiling) > 0:
            return self.env._(
                "With it, %(recipient)s has got %(total)s in %(year)s, which is above"
                " the ceiling of %(ceiling)s.",
                recipient=self.partner_id.name or "",
                total=show(before + self.amount),
                year=str(self.date.year),
                ceiling=show(ceiling),
            )
        return ""

    def _get_year_key(self):
        self.ensure_one()
        return (
            self.account_id.company_id._origin.id,
            self.partner_id._origin.id,
            self.date.year if self.date else 0,
        )

    def _get_year_totals(self):
        """Return what recipients of these gifts got, by company, person and year."""
        years = [gift.date.year for gift in self if gift.date]
        if not years:
            return {}
        # sudo: every gift to the person counts, whoever gave it
        groups = self.sudo()._read_group(
            domain=[
                ("company_id", "in", self.account_id.company_id._origin.ids),
                ("partner_id", "in", self.partner_id._origin.ids),
                ("state", "in", COUNTED_STATES),
                ("date", ">=", f"{min(years):04}-01-01"),
                ("date", "<=", f"{max(years):04}-12-31"),
            ],
            groupby=["company_id", "partner_id", "date:year"],
            aggregates=["amount:sum"],
        )
        return {
            (company.id, partner.id, year.year): amount
            for company, partner, year, amount in groups
        }

    def _lock_recipients(self):
        """Let two gifts to one person wait for each other, before they are summed up.

        The row is rewritten as it is: whoever comes second fails to serialise, and
        Odoo tries again with the first gift in sight.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH recipient AS (
                    SELECT id FROM res_partner WHERE id IN %(ids)s
                    ORDER BY id FOR NO KEY UPDATE
                )
                UPDATE res_partner partner SET write_date = partner.write_date
                  FROM recipient WHERE partner.id = recipient.id
                """,
                ids=tuple(self.partner_id.ids) or (0,),
            )
        )

    def _get_approval_requester(self):
        return self.requester_id or super()._get_approval_requester()

    def _check_approver(self):
        """Refuse also whoever drew up the gift that a colleague then recorded."""
        res = super()._check_approver()
        for gift in self:
            if gift.create_uid == self.env.user:
                raise UserError(
                    self.env._(
                        "You drew up %(name)s yourself. Somebody else has to decide on"
                        " it.",
                        name=gift.display_name,
                    )
                )
        return res

    def _on_approved(self):
        """Approve gifts above a ceiling; the client may have become a public body."""
        self._check_public_ceiling()
        self._note_decision()
        return super()._on_approved()

    def _on_refused(self):
        self._note_decision()
        return super()._on_refused()

    def _note_decision(self):
        self.write(
            {
                "approved_by_id": self.env.user.id,
                "date_approved": fields.Datetime.now(),
            }
        )
