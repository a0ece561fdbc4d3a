from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class KuaidiTenderSealRequest(models.Model):
    """Asks to seal one bid although something would have it rejected (issue E).

    What is approved are the grounds that stood when it was asked, each with its value:
    another one, or another value, has to be asked for anew. It holds for one sealing.
    """

    _name = "kuaidi.tender.seal.request"
    _description = "Request to Seal a Bid"
    _inherit = ["mail.thread", "mail.activity.mixin", "kuaidi.approval.mixin"]
    _order = "id desc"
    _rec_name = "tender_id"
    _check_company_auto = True
    _mail_post_access = "read"

    _approval_guarded_fields = (
        "state",
        "company_id",
        "requester_id",
        "decided_by_id",
        "date_decided",
        "date_used",
        "blocker_keys",
        "blocker_text",
        "validation_status",
        "review_ids",
    )

    tender_id = fields.Many2one(
        comodel_name="kuaidi.tender",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="tender_id.company_id", store=True, precompute=True
    )
    reason = fields.Text(
        string="Why It Is Handed In All the Same",
        required=True,
        help="How each ground is met: a clarification of the issuer, a paper that"
        " follows, a ground that does not apply.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("approved", "Sealing Approved"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    requester_id = fields.Many2one(
        comodel_name="res.users", string="Asked By", readonly=True, copy=False
    )
    decided_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    date_decided = fields.Datetime(string="Decided On", readonly=True, copy=False)
    date_used = fields.Datetime(
        string="Sealed With It On",
        readonly=True,
        copy=False,
        help="It holds for one sealing: a new version of the bid asks anew.",
    )
    blocker_keys = fields.Json(readonly=True, copy=False)
    blocker_text = fields.Text(
        string="Grounds for Rejection", readonly=True, copy=False
    )

    _open_uniq = models.UniqueIndex(
        "(tender_id) WHERE state IN ('draft', 'to_approve')",
        "It is asked already to seal this bid. Open that request.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            guarded = set(self._approval_guarded_fields) - {"state"}
            if any(guarded & vals.keys() for vals in vals_list):
                raise AccessError(self._get_guarded_message())
        default_id = self.env.context.get("default_tender_id")
        ids = {vals.get("tender_id", default_id) for vals in vals_list}
        self.env["kuaidi.tender"].browse(filter(None, ids)).check_access("write")
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if "tender_id" in vals and any(
                request.tender_id.id != vals["tender_id"] for request in self
            ):
                raise AccessError(self.env._("A request stays with its tender."))
            if "reason" in vals and any(request.state != "draft" for request in self):
                raise UserError(
                    self.env._("What is decided on stays as it was asked for.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(request.state != "draft" for request in self):
            raise UserError(self.env._("What was asked for and decided stays on file."))

    # === BUSINESS METHODS === #

    def _request_approval(self):
        """Look through the bid, note the grounds that stand, and ask."""
        for request in self:
            tender = request.tender_id
            tender.check_access("write")
            tender._check_is("preparing")
            tender._refresh_findings()
            blockers = tender._get_open_blockers()
            if not blockers:
                raise UserError(
                    self.env._(
                        "Nothing would have %(tender)s rejected: seal it without"
                        " approval.",
                        tender=tender.display_name,
                    )
                )
            # sudo: what it is about is guarded
            request.sudo().write(
                {
                    "requester_id": self.env.uid,
                    "blocker_keys": blockers.mapped("key"),
                    "blocker_text": "\n".join(blockers.mapped("name")),
                }
            )
        return super()._request_approval()

    def _get_approval_requester(self):
        return self.requester_id or super()._get_approval_requester()

    def _check_approver(self):
        """Refuse also whoever drew up what a colleague then asked for."""
        res = super()._check_approver()
        for request in self:
            if request.create_uid == self.env.user:
                raise UserError(
                    self.env._(
                        "You drew this up yourself. Somebody else has to decide on it."
                    )
                )
        return res

    def _on_approved(self):
        self._note_decision()
        return super()._on_approved()

    def _on_refused(self):
        self._note_decision()
        return super()._on_refused()

    def _note_decision(self):
        self.write(
            {"decided_by_id": self.env.uid, "date_decided": fields.Datetime.now()}
        )
