from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .dunning_policy import CHANNELS


class KuaidiCollectionAction(models.Model):
    """One contact about debts: what was said, how it can be proved, what it restarts.

    A demand that arrived, or an acknowledgement by the client, restarts the three years
    of limitation (Civil Code, article 195; Provisions on Limitation, articles 8 to 14).
    """

    _name = "kuaidi.collection.action"
    _description = "Collection Log Entry"
    _inherit = ["kuaidi.file.mixin"]
    _order = "date desc, id desc"
    _rec_name = "channel"

    case_id = fields.Many2one(
        comodel_name="kuaidi.collection.case",
        required=True,
        index=True,
        ondelete="restrict",
    )
    account_id = fields.Many2one(
        related="case_id.account_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    step_id = fields.Many2one(
        comodel_name="kuaidi.dunning.step", readonly=True, ondelete="restrict"
    )
    date = fields.Datetime(
        string="When", required=True, default=fields.Datetime.now, index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    channel = fields.Selection(selection=CHANNELS, required=True, default="call")
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Spoken or Written To",
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', commercial_partner_id)]",
    )
    commercial_partner_id = fields.Many2one(related="account_id.partner_id")
    amount = fields.Monetary(
        string="Amount Demanded", help="What was overdue and asked for."
    )
    content = fields.Text(string="What Was Said or Sent")
    answer = fields.Text(string="Client's Answer")
    # proof
    proof = fields.Selection(
        selection=[
            ("none", "None"),
            ("mail", "Mail Sent"),
            ("receipt", "Signed Receipt"),
            ("ems", "EMS Stub and Copy"),
            ("reply", "Client's Reply in Writing"),
            ("payment", "Part Payment or Promise in Writing"),
        ],
        string="Proof",
        required=True,
        default="none",
    )
    date_delivered = fields.Date(string="Arrived On")
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_collection_action_attachment_rel",
        column1="action_id",
        column2="attachment_id",
        string="Files of Proof",
    )
    restarts_limitation = fields.Boolean(
        compute="_compute_restarts_limitation",
        store=True,
        precompute=True,
        help="A demand or acknowledgement that can be proved: three years begin anew.",
    )

    # === COMPUTE METHODS === #

    @api.depends("proof", "date_delivered")
    def _compute_restarts_limitation(self):
        for action in self:
            action.restarts_limitation = action.proof != "none" and (
                bool(action.date_delivered) or action.proof in ("reply", "payment")
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        cases = self.env["kuaidi.collection.case"].browse(
            {
                vals.get("case_id") or self.env.context.get("default_case_id")
                for vals in vals_list
            }
            - {None, False}
        )
        cases.check_access("read")
        actions = super().create(vals_list)
        actions._own_files()
        return actions

    def write(self, vals):
        if not self.env.su and {"case_id", "date", "user_id"} & vals.keys():
            raise AccessError(
                self.env._(
                    "Who wrote what when stays as it was logged. Add a new entry."
                )
            )
        res = super().write(vals)
        if "attachment_ids" in vals:
            self._own_files()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The collection log is evidence and stays on file."))
