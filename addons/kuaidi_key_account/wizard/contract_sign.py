from odoo import api, fields, models
from odoo.fields import Command


class KuaidiContractSign(models.TransientModel):
    """Takes down when a contract was signed, its copy, and where the original is."""

    _name = "kuaidi.contract.sign"
    _description = "Sign a Contract"
    _inherit = ["kuaidi.file.mixin"]

    contract_id = fields.Many2one(
        comodel_name="kuaidi.contract", required=True, ondelete="cascade"
    )
    # with the user's rights: any contract can be named in a wizard
    account_id = fields.Many2one(related="contract_id.account_id", related_sudo=False)
    changes = fields.Text(related="contract_id.changes", related_sudo=False)
    date_signed = fields.Date(
        string="Signed On",
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
        help="The day on which the last party signed.",
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_contract_sign_attachment_rel",
        column1="wizard_id",
        column2="attachment_id",
        string="Signed Copies",
        compute="_compute_attachment_ids",
        store=True,
        readonly=False,
    )
    original_location = fields.Char(
        string="Original Held At",
        compute="_compute_from_contract",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="The original is filed on its own: say where (ON-7).",
    )
    original_count = fields.Integer(
        string="Originals",
        compute="_compute_from_contract",
        store=True,
        precompute=True,
        readonly=False,
    )

    # === COMPUTE METHODS === #

    @api.depends("contract_id")
    def _compute_attachment_ids(self):
        for wizard in self:
            wizard.attachment_ids = wizard.contract_id.attachment_ids

    @api.depends("contract_id")
    def _compute_from_contract(self):
        for wizard in self:
            wizard.original_location = wizard.contract_id.original_location
            wizard.original_count = wizard.contract_id.original_count

    # === ACTION METHODS === #

    def action_confirm(self):
        """Put the contract in force, and open it.

        :raise UserError: when it does not wait for its signature, or the signed copy
            is missing
        """
        self.ensure_one()
        contract = self.contract_id
        contract.write(
            {
                "attachment_ids": [Command.set(self.attachment_ids.ids)],
                "original_location": self.original_location,
                "original_count": self.original_count,
            }
        )
        contract._sign(self.date_signed)
        return {"type": "ir.actions.act_window_close"}
