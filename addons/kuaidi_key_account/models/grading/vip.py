from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_list

# a membership that is neither refused nor ended; one of them per account
ENDED_STATES = ("cancelled", "refused")
# what the CRM centre approves is what the letter promises (ON-3)
APPROVED_TERMS = {"account_id", "reason", "service_offer", "notice_file"}


class KuaidiVip(models.Model):
    """One VIP membership of a client, announced to the client by letter (2.15).

    It stands apart from the star, which is internal (GR-4): the two share no field.
    """

    _name = "kuaidi.vip"
    _description = "VIP Membership"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.account.mixin",
        "kuaidi.approval.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    # our own cancelled state keeps the reviews: they prove who approved
    _cancel_state = "withdrawn"
    _approval_guarded_fields = (
        "state",
        "name",
        "requested_by_id",
        "date_requested",
        "date_approved",
        "date_active",
        "date_review",
        "review_figures",
        "cancel_reason",
        "decision_file",
        "date_end",
        "date_cancelled",
        "date_measured_from",
        "month_checked",
        "company_id",
        "manager_id",
    )

    # identity
    name = fields.Char(
        string="VIP Number",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
    )
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Client")
    manager_id = fields.Many2one(
        related="account_id.manager_id", store=True, index=True
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("approved", "Approved, Establishing"),
            ("active", "Active"),
            ("review", "Under Re-evaluation"),
            ("cancelling", "Cancelling"),
            ("cancelled", "Cancelled"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    # request
    requested_by_id = fields.Many2one(
        index=True,
        help="Account manager or sales: the business side asks for VIP service, the"
        " CRM centre decides.",
    )
    date_requested = fields.Date(string="Requested On", readonly=True, copy=False)
    reason = fields.Text(
        help="Why this client is to be a VIP. Internal: it is in no letter.",
    )
    service_offer = fields.Text(
        string="Services Announced",
        help="Printed in the letter to the client, one service per line. Promise only"
        " what is kept; internal remarks belong in the reason.",
    )
    notice_file = fields.Binary(
        string="Written Notice",
        attachment=True,
        copy=False,
        help="The notice of the business department, where it exists on paper.",
    )
    notice_filename = fields.Char(copy=False)
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact Person",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        index=True,
        domain="[('commercial_partner_id', '=', partner_id)]",
        help="Gets the letters, in the language of this contact, and the call.",
    )
    # course
    date_approved = fields.Date(string="Approved On", readonly=True, copy=False)
    date_active = fields.Date(string="VIP Since", readonly=True, copy=False)
    date_review = fields.Date(
        string="Re-evaluation Asked On", readonly=True, copy=False
    )
    review_figures = fields.Text(
        string="Monthly Statistics",
        readonly=True,
        copy=False,
        help="What the re-evaluation stands on. Internal: it is in no letter.",
    )
    cancel_reason = fields.Text(
        string="Reason of the Cancellation",
        readonly=True,
        copy=False,
        help="The decision of the business department. Internal: it is in no letter.",
    )
    decision_file = fields.Binary(
        string="Written Decision", attachment=True, readonly=True, copy=False
    )
    decision_filename = fields.Char(readonly=True, copy=False)
    date_end = fields.Date(
        string="Service Ends On",
        readonly=True,
        copy=False,
        help="Named in the cancellation letter.",
    )
    date_cancelled = fields.Date(string="Cancelled On", readonly=True, copy=False)

    _running_account_uniq = models.UniqueIndex(
        "(account_id) WHERE state NOT IN ('cancelled', 'refused')",
        "This client has a VIP membership already, running or requested. Open that one"
        " instead of making a second.",
    )
    _name_company_uniq = models.UniqueIndex(
        "(company_id, name)", "This VIP number is taken in this company."
    )

    # === COMPUTE METHODS === #

    @api.depends("account_id")
    def _compute_contact_id(self):
        """Propose the contact who decides, else the first one in the client's file."""
        for vip in self:
            contact = vip.contact_id
            if contact.commercial_partner_id != vip.account_id.partner_id:
                contacts = vip.account_id.contact_ids
                deciders = contacts.filtered(lambda c: c.decision_role == "decider")
                contact = (deciders or contacts)[:1].partner_id
            vip.contact_id = contact

    @api.depends("name", "account_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for vip in self:
            vip.display_name = self.env._(
                "%(number)s %(client)s",
                number=vip.name,
                client=vip.account_id.display_name or "",
            ).strip()

    # === CONSTRAINT METHODS === #

    @api.constrains("account_id")
    def _check_account_is_open(self):
        for vip in self:
            account = vip.account_id
            if account.state == "closed" or not account.active:
                raise ValidationError(
                    self.env._(
                        "%(account)s is closed: VIP service needs a client that is"
                        " served. Reopen the account first.",
                        account=account.display_name,
                    )
                )

    @api.constrains("account_id", "contact_id")
    def _check_contact_belongs_to_client(self):
        for vip in self:
            contact = vip.contact_id
            if contact and contact.commercial_partner_id != vip.account_id.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s does not belong to %(client)s. The letter would"
                        " go to a stranger: choose a contact of the client.",
                        contact=contact.display_name,
                        client=vip.account_id.partner_id.display_name,
                    )
                )

    @api.constrains("notice_file", "decision_file")
    def _check_file_size(self):
        # sudo: the size is judged before the user may read the file again
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("res_field", "in", ("notice_file", "decision_file")),
                ]
            )
        )
        limits = {vip.id: vip.company_id.kuaidi_upload_limit_mb for vip in self}
        for file in files:
            if file.file_size > limits[file.res_id] * 1024 * 1024:
                raise ValidationError(
                    self.env._(
                        "The file is larger than %(limit)s MB. Make it smaller, or have"
                        " the limit raised in the settings.",
                        limit=limits[file.res_id],
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        guarded = set(self._approval_guarded_fields) - {"state"}
        accounts = self.env["kuaidi.key.account"].browse(
            vals["account_id"] for vals in vals_list if vals.get("account_id")
        )
        # nobody learns, by the refusal of a second one, of a client that is not theirs
        accounts.check_access("write")
        # a membership that ended just now makes room in the unique index
        self.flush_model(["state"])
        # sudo: a membership belongs to the account's company, whoever reads that
        companies = {account.id: account.company_id for account in accounts.sudo()}
        for vals in vals_list:
            if not self.env.su and any(vals.get(name) for name in guarded):
                raise AccessError(self._get_guarded_message())
            if not vals.get("name"):
                company = companies.get(vals.get("account_id"), self.env.company)
                vals["name"] = self.env["ir.sequence"]._draw_number(
                    "kuaidi.vip", company
                )
        return super().create(vals_list)

    def write(self, vals):
        if account_id := vals.get("account_id"):
            # record rules look at the record before the change only
            self.env["kuaidi.key.account"].browse(account_id).check_access("write")
        if not self.env.su and APPROVED_TERMS & vals.keys():
            for vip in self:
                if vip.state != "draft":
                    raise UserError(
                        self.env._(
                            "%(vip)s was requested with these terms. They change only"
                            " by a new request, after this one is refused or"
                            " cancelled.",
                            vip=vip.display_name,
                        )
                    )
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Propose a contact person, but of nobody else's clients."""
        account_ids = {
            values.get("account_id"),
            self.env.context.get("default_account_id"),
        }
        accounts = self.env["kuaidi.key.account"].browse(account_ids - {None, False})
        accounts.check_access("read")
        return super().onchange(values, field_names, fields_spec)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_requested(self):
        for vip in self:
            if vip.state != "draft":
                raise UserError(
                    self.env._(
                        "%(vip)s is no draft any more: its history has to be kept.",
                        vip=vip.display_name,
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    def _get_running_domain(self):
        """Return the domain of memberships that are neither refused nor ended."""
        return Domain("state", "not in", ENDED_STATES)

    def _get_today(self):
        """Return today in the time zone of the company that grants the service."""
        company = self.company_id[:1] or self.env.company
        return self.env["kuaidi.deadline"]._get_today(company)

    def _get_approval_author(self):
        return self.create_uid

    def _request_approval(self):
        """Record the business side's request before the approval opens (VP-1).

        :raise AccessError: when the user belongs to neither account managers nor sales
        :raise UserError: when the request is incomplete or the client is not formal
        """
        self._check_may_request()
        for vip in self:
            vip._check_is_complete()
        # sudo: who requested is written by this button alone
        self.sudo().write(
            {
                "requested_by_id": self.env.uid,
                "date_requested": self._get_today(),
            }
        )
        return super()._request_approval()

    def _is_business_side(self):
        """Return whether the user belongs to the business department."""
        return any(
            self.env.user.has_group(f"kuaidi_key_account.{group}")
            for group in ("group_account_manager", "group_sales")
        )

    def _check_may_request(self):
        if not self.env.su and not self._is_business_side():
            raise AccessError(
                self.env._(
                    "VIP service is requested by account managers or sales. Ask the"
                    " account manager of the client to request it."
                )
            )

    def _check_is_complete(self):
        self.ensure_one()
        if self.account_id.state != "formal":
            raise UserError(
                self.env._(
                    "%(account)s is not a formal client. Register the founding paper"
                    " and make the account formal before requesting VIP service.",
                    account=self.account_id.display_name,
                )
            )
        missing = [
            self._fields[name]._description_string(self.env)
            for name in ("contact_id", "reason", "service_offer")
            if not self[name]
        ]
        if missing:
            raise UserError(
                self.env._(
                    "Fill in before requesting the approval of %(vip)s: %(fields)s.",
                    vip=self.display_name,
                    fields=format_list(self.env, missing),
                )
            )

    def _on_approved(self):
        res = super()._on_approved()
        self.write({"date_approved": self._get_today()})
        self._create_steps("establish")
        for vip in self:
            vip._tell_requester(
                self.env._(
                    "VIP service is approved by %(user)s. Work through the checklist"
                    " to establish it.",
                    user=self.env.user.name,
                )
            )
        self._move_on()
        return res

    def _on_refused(self):
        res = super()._on_refused()
        for vip in self:
            vip._tell_requester(
                self.env._(
                    "VIP service is refused by %(user)s.", user=self.env.user.name
                )
            )
        return res

    def _tell_requester(self, body):
        self.message_post(
            body=body,
            partner_ids=self.requested_by_id.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
