from odoo import api, fields, models
from odoo.tools import format_amount


class KuaidiTenderBond(models.Model):
    """How high a bond may be by law, and what is said of a higher demand (2.8)."""

    _name = "kuaidi.tender.bond"
    _inherit = ["kuaidi.tender.bond"]

    amount_base = fields.Monetary(
        string="Estimate or Contract Amount",
        compute="_compute_limit",
        help="The law allows a share of this.",
    )
    amount_limit = fields.Monetary(
        string="Allowed by Law", compute="_compute_limit", help="0: not known."
    )
    note_limit = fields.Char(string="What the Law Says", compute="_compute_limit")
    is_above_limit = fields.Boolean(
        string="More than the Law Allows", compute="_compute_limit"
    )
    # === COMPUTE METHODS === #

    @api.depends(
        "kind",
        "amount",
        "amount_asked",
        "lot_id.amount_budget",
        "lot_id.amount_bid",
        "tender_id.amount_budget",
        "tender_id.amount_bid",
        "tender_id.amount_award",
        "tender_id.is_government",
    )
    def _compute_limit(self):
        rules = self.env["kuaidi.tender.bond.rule"]._get_rules()
        for bond in self:
            rule = rules.get((bond.kind, bond.tender_id.is_government, "limit"))
            source = bond.lot_id or bond.tender_id
            bond.amount_base = (
                bond._get_contract_amount() if bond.kind == "performance" else 0
            ) or source.amount_budget
            bond.amount_limit = (
                bond.currency_id.round(bond.amount_base * rule.percent / 100)
                if rule and bond.currency_id
                else 0
            )
            bond.is_above_limit = bool(
                bond.amount_limit
                and bond.currency_id.compare_amounts(
                    max(bond.amount, bond.amount_asked), bond.amount_limit
                )
                > 0
            )
            bond.note_limit = rule and bond._describe_limit(rule)

    # === BUSINESS METHODS === #

    def _get_contract_amount(self):
        """Return what the contract is worth: the award, else our price."""
        self.ensure_one()
        if self.lot_id:
            return self.lot_id.amount_bid
        return self.tender_id.amount_award or self.tender_id.amount_bid

    def _describe_limit(self, rule):
        """Return the limit in words, with its article."""
        self.ensure_one()
        values = {
            "percent": f"{rule.percent:g}",
            "article": rule.article,
            "limit": format_amount(self.env, self.amount_limit, self.currency_id),
        }
        if not self.amount_limit:
            return self.env._(
                "At most %(percent)s %% (%(article)s). The amount it is counted from"
                " is not known: enter the budget of the tender.",
                **values,
            )
        if self.is_above_limit:
            return self.env._(
                "More than the %(limit)s that %(article)s allows (%(percent)s %%)."
                " Object to the documents, or give the reason why we pay.",
                **values,
            )
        return self.env._(
            "Within the %(limit)s that %(article)s allows (%(percent)s %%).", **values
        )
