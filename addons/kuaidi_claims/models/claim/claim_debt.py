from odoo import api, fields, models
from odoo.fields import Domain


class KuaidiClaim(models.Model):
    """What the client owes us when its claim is decided on (2.12, step 3)."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    amount_debt = fields.Monetary(
        string="Client Owes",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Open receivables of the client when they were last checked.",
    )
    amount_debt_overdue = fields.Monetary(
        string="Overdue of It",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        aggregator=None,
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    date_debt_checked = fields.Datetime(
        string="Debts Checked On", readonly=True, copy=False
    )
    debt_checked_by_id = fields.Many2one(
        comodel_name="res.users", string="Debts Checked By", readonly=True, copy=False
    )
    debt_advice = fields.Text(
        string="What Finance Says",
        copy=False,
        help="Whether to set the compensation off against what the client owes.",
    )

    # === ACTION METHODS === #

    def action_check_debts(self):
        """Note what the client owes now, before its claim is decided on."""
        self.check_access("read")
        if not self.env.user.has_group("kuaidi_key_account.group_finance"):
            self.check_access("write")
        for claim in self:
            claim._check_debts()

    def action_view_debts(self):
        """Open the client's open items."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_receivable_item_action"
        )
        action["domain"] = [("account_id", "=", self.account_id.id)]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _check_debts(self):
        """Write the client's open and overdue receivables of today on the claim.

        :return: yuan that the client owes
        """
        self.ensure_one()
        today = self.env["kuaidi.deadline"]._get_today(self.company_id)
        amount_open = amount_overdue = 0
        for due, amount in self._get_debt_amounts():
            amount_open += amount
            if due and due < today:
                amount_overdue += amount
        # sudo: the figures are guarded; whoever works on the claim may have them taken
        self.sudo().write(
            {
                "amount_debt": amount_open,
                "amount_debt_overdue": amount_overdue,
                "date_debt_checked": fields.Datetime.now(),
                "debt_checked_by_id": self.env.uid,
            }
        )
        return amount_open

    def _get_debt_amounts(self):
        """Return (due date, yuan) of what the client owes, by due date."""
        # sudo: claims officers hold no accounting rights, and see sums alone
        return (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                self._get_debt_domain(),
                ["date_maturity:day"],
                ["amount_residual:sum"],
            )
        )

    def _get_debt_domain(self):
        """Return the domain of the client's open debts to this company."""
        self.ensure_one()
        return Domain(
            [
                (
                    "partner_id",
                    "child_of",
                    self.partner_id.commercial_partner_id.id,
                ),
                ("company_id", "=", self.company_id.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", ">", 0),
            ]
        )

    @api.model
    def _get_debt_fields(self):
        """Return the fields that the debt check alone writes."""
        return {
            "amount_debt",
            "amount_debt_overdue",
            "date_debt_checked",
            "debt_checked_by_id",
        }
