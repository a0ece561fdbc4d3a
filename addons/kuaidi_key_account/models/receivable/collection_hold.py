from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

ENTERED_FIELDS = frozenset({"case_id", "date_until", "reason"})


class KuaidiCollectionHold(models.Model):
    """A pause in chasing one client, with its end and its reason.

    Collectors pause for some days by themselves; what is longer is decided by another
    colleague in finance. The pause ends by its date, without anybody's doing.
    """

    _name = "kuaidi.collection.hold"
    _description = "Collection Hold"
    _inherit = ["mail.thread", "kuaidi.approval.mixin"]
    _order = "id desc"
    _rec_name = "account_id"
    _mail_post_access = "read"

    _approval_group = "kuaidi_key_account.group_finance"
    _approval_guarded_fields = (
        "state",
        "requested_by_id",
        "decided_by_id",
        "is_long",
        "validation_status",
        "review_ids",
    )

    case_id = fields.Many2one(
        comodel_name="kuaidi.collection.case",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', '!=', 'closed')]",
    )
    account_id = fields.Many2one(
        related="case_id.account_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True
    )
    date_from = fields.Date(
        string="From",
        required=True,
        readonly=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
    )
    date_until = fields.Date(
        string="Until",
        required=True,
        help="Nothing is sent up to and including this day; then it goes on by itself.",
    )
    reason = fields.Char(required=True)
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("lifted", "Lifted"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    requested_by_id = fields.Many2one(string="Asked By")
    decided_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)

    is_long = fields.Boolean(
        readonly=True,
        copy=False,
        help="Longer than a collector may decide: the tiers of approval look at it.",
    )

    _order_of_days = models.Constraint(
        "CHECK(date_until >= date_from)", "A hold cannot end before it begins."
    )
    _reason_given = models.Constraint(
        "CHECK(trim(reason) <> '')", "Say why the client is left in peace."
    )
    _waiting_uniq = models.UniqueIndex(
        "(case_id) WHERE state = 'to_approve'",
        "A hold of this case waits for a decision already.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            proposed = self._get_default_names() & self._fields.keys()
            if set().union(proposed, *vals_list) - ENTERED_FIELDS:
                raise AccessError(self._get_guarded_message())
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and (
            vals.keys() & (ENTERED_FIELDS | {"account_id", "company_id", "date_from"})
            and any(hold.state != "draft" for hold in self)
        ):
            raise UserError(self.env._("A hold stays as it was asked for."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(hold.state != "draft" for hold in self):
            raise UserError(self.env._("Why a client was left in peace stays on file."))

    # === ACTION METHODS === #

    def action_hold(self):
        """Begin the pause, or ask for it where it is longer than one may decide.

        :raise UserError: when the case is closed, or the hold was begun already
        """
        self.check_access("write")
        service = self.env["kuaidi.deadline"]
        for hold in self:
            if hold.state != "draft":
                raise UserError(self.env._("This hold was asked for already."))
            if hold.case_id.state == "closed":
                raise UserError(self.env._("The case is closed: there is no hurry."))
            today = service._get_today(hold.company_id)
            if hold.date_until < today:
                raise ValidationError(
                    self.env._("The hold would be over already. Enter a later day.")
                )
            # sudo: state and requester are guarded; writing was checked above
            hold_sudo = hold.sudo()
            longest = hold_sudo.company_id.kuaidi_hold_days_max
            is_long = (hold.date_until - today).days > longest
            hold_sudo.write({"requested_by_id": self.env.uid, "is_long": is_long})
            if is_long:
                hold._request_approval()
            else:
                hold_sudo._on_approved()
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    def _on_approved(self):
        """Write the pause into the case."""
        self.write({"state": "approved", "decided_by_id": self.env.uid})
        for hold in self:
            hold.case_id.write(
                {"date_hold_until": hold.date_until, "hold_reason": hold.reason}
            )

    def _on_refused(self):
        self.write({"state": "refused", "decided_by_id": self.env.uid})


class KuaidiCollectionCase(models.Model):
    """Pauses and resumes the chase of one client."""

    _name = "kuaidi.collection.case"
    _inherit = ["kuaidi.collection.case"]

    hold_ids = fields.One2many(
        comodel_name="kuaidi.collection.hold", inverse_name="case_id", string="Holds"
    )
    is_held = fields.Boolean(
        string="On Hold",
        compute="_compute_is_held",
        help="The pause lasts until its day, and then ends by itself.",
    )

    # === COMPUTE METHODS === #

    @api.depends("date_hold_until", "state")
    def _compute_is_held(self):
        service = self.env["kuaidi.deadline"]
        for company, cases in self.grouped("company_id").items():
            today = service._get_today(company or self.env.company)
            for case in cases:
                case.is_held = (
                    case.state != "closed"
                    and bool(case.date_hold_until)
                    and case.date_hold_until >= today
                )

    # === ACTION METHODS === #

    def action_hold(self):
        """Open the form of a pause: until when, and why."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_collection_hold_enter_action"
        )
        return dict(action, context={"default_case_id": self.id})

    def action_resume(self):
        """Go on before the pause is over.

        :raise AccessError: for those who may not pause this client either
        """
        self.check_access("read")
        # sudo: cases are guarded; whoever may enter a hold may lift it
        self.env["kuaidi.collection.hold"].check_access("create")
        if not (
            self.env.user.has_group("kuaidi_key_account.group_finance")
            or self.account_id.manager_id == self.env.user
        ):
            raise AccessError(
                self.env._("A hold is lifted by finance or by the account manager.")
            )
        cases_sudo = self.sudo()
        cases_sudo.hold_ids.filtered(
            lambda hold: hold.state == "approved"
        ).state = "lifted"
        cases_sudo.write({"date_hold_until": False, "hold_reason": False})
        return True
