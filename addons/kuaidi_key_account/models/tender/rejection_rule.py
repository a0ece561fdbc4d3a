from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

SEVERITIES = [("blocker", "Has the Bid Rejected"), ("warning", "To Look At")]


class KuaidiTenderCheckRule(models.Model):
    """One ground on which bids are rejected (废标条款), and how grave it is (IR 51).

    The addon finds what the `code` stands for; what it means, and where it is looked
    for, is data.
    """

    _name = "kuaidi.tender.check.rule"
    _description = "Rejection Rule"
    _order = "sequence, id"

    name = fields.Char(string="Ground", required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    severity = fields.Selection(
        selection=SEVERITIES,
        required=True,
        default="blocker",
        help="A bid with an open blocker is sealed only when others have approved it.",
    )
    source = fields.Char(
        string="Article or Practice",
        required=True,
        translate=True,
        help="IR: Regulation on the Implementation of the Bidding Law; TBL: Bidding"
        " Law; GPL, GPR: Government Procurement Law and its regulation.",
    )
    explanation = fields.Text(string="What to Do", translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    off_company_ids = fields.Many2many(
        comodel_name="res.company",
        relation="kuaidi_tender_check_rule_off_rel",
        column1="rule_id",
        column2="company_id",
        string="Not Checked For",
        help="Companies whose bids are not looked through for this.",
    )

    _code_uniq = models.UniqueIndex(
        "(code)", "There is a rule for this ground already."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self._get_fixed_message())
        return super().create(vals_list)

    def write(self, vals):
        if "code" in vals and not self.env.su:
            raise AccessError(self._get_fixed_message())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_fixed(self):
        if not self.env.su:
            raise AccessError(self._get_fixed_message())

    # === BUSINESS METHODS === #

    @api.model
    def _get_fixed_message(self):
        return self.env._(
            "What is looked for comes with the addon. Archive a rule, or name the"
            " companies for which it is not checked."
        )

    @api.model
    def _get_rules(self, company):
        """Return the rules that are checked for a company, by code."""
        rules = self.search(Domain("off_company_ids", "not in", company.ids))
        return {rule.code: rule for rule in rules}
