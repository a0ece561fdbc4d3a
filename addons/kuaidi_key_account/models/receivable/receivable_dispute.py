from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KuaidiReceivableDispute(models.Model):
    """Items that a client contests: they alone are not chased until it is settled."""

    _name = "kuaidi.receivable.dispute"
    _description = "Disputed Receivable"
    _inherit = ["mail.thread", "mail.activity.mixin", "kuaidi.deadline.mixin"]
    _order = "id desc"
    _rec_name = "account_id"
    _check_company_auto = True
    _deadline_stop_states = ("accepted", "rejected")

    case_id = fields.Many2one(
        comodel_name="kuaidi.collection.case",
        index="btree_not_null",
        ondelete="restrict",
    )
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="kuaidi_receivable_dispute_line_rel",
        column1="dispute_id",
        column2="line_id",
        string="Disputed Items",
    )
    reason = fields.Selection(
        selection=[
            ("amount", "Amount Is Wrong"),
            ("price", "Price Is Not as Agreed"),
            ("service", "Late, Lost or Damaged"),
            ("claim", "Claim Is Open"),
            ("paid", "Paid Already"),
            ("unknown", "Shipment Unknown"),
            ("other", "Other Reason"),
        ],
        string="Why Disputed",
        required=True,
    )
    description = fields.Text()
    owner_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("accepted", "Client Was Right"),
            ("rejected", "Client Was Wrong"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    result = fields.Text()

    # === CONSTRAINT METHODS === #

    @api.constrains("account_id", "line_ids")
    def _check_lines_of_client(self):
        for dispute in self:
            # sudo: whose item it is, whoever may read entries
            for line in dispute.sudo().line_ids:
                if (
                    line.partner_id.commercial_partner_id
                    != dispute.account_id.partner_id
                    or line.company_id != dispute.company_id
                    or line.account_type != "asset_receivable"
                ):
                    raise ValidationError(
                        self.env._(
                            "%(item)s is no receivable of %(client)s. Choose items of"
                            " this client.",
                            item=line.display_name,
                            client=dispute.account_id.display_name,
                        )
                    )
