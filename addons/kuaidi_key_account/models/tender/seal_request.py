from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class KuaidiTenderSealRequest(models.Model):
    """Asks to seal one bid although something would have it rejected (issue E).

    What is approved are the grounds that stood when it was asked, each with its value:
    another one, or another value, has to be asked for anew. It holds for one sealing.
    """

    _name = "kuaidi.tender.seal.request"
    _description = "Request to Seal a Bid"
    _inherit = ["mail.thread", "mail.activity.mixin", "kuaidi.decision.mixin"]
    _order = "id desc"
    _rec_name = "tender_id"
    _check_company_auto = True
    _mail_post_access = "read"

    _approval_guarded_fields = (
        "state",
        "company_id",
        "requested_by_id",
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
    requested_by_id = fields.Many2one(string="Asked By")
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
        self._check_none_guarded(vals_list)
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
                    "requested_by_id": self.env.uid,
                    "blocker_keys": blockers.mapped("key"),
                    "blocker_text": "\n".join(blockers.mapped("name")),
                }
            )
        return super()._request_approval()

    def _get_approval_author(self):
        return self.create_uid

    def _get_author_message(self):
        return self.env._(
            "You drew this up yourself. Somebody else has to decide on it."
        )
