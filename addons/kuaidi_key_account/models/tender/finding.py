from odoo import fields, models

from .rejection_rule import SEVERITIES


class KuaidiTenderFinding(models.Model):
    """Something for which a bid may be rejected, with its rule and its place (IR 51).

    Findings are found anew by each check: what was put right is gone, and nobody types
    or deletes one.
    """

    _name = "kuaidi.tender.finding"
    _description = "Rejection Finding"
    _inherit = ["kuaidi.line.mixin"]
    _order = "tender_id, severity, sequence, id"

    tender_id = fields.Many2one(
        comodel_name="kuaidi.tender",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="tender_id.company_id", store=True, precompute=True
    )
    rule_id = fields.Many2one(
        comodel_name="kuaidi.tender.check.rule",
        string="Ground",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    # as the rule was at the check
    severity = fields.Selection(selection=SEVERITIES, required=True, readonly=True)
    sequence = fields.Integer(
        related="rule_id.sequence", store=True, precompute=True, aggregator=None
    )
    source = fields.Char(related="rule_id.source")
    explanation = fields.Text(related="rule_id.explanation")
    name = fields.Text(string="What Was Found", required=True, readonly=True)
    # where: what the button opens
    res_model = fields.Char(string="Place (Model)", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Place (Record)", model_field="res_model", required=True, readonly=True
    )
    key = fields.Char(
        required=True,
        readonly=True,
        help="What tells findings apart: ground, place, and the value that is wrong.",
    )
    date_found = fields.Datetime(
        string="Found On", required=True, readonly=True, default=fields.Datetime.now
    )
    is_approved = fields.Boolean(
        string="Approved",
        compute="_compute_is_approved",
        help="It was approved that the bid is sealed all the same.",
    )

    _key_uniq = models.UniqueIndex("(tender_id, key)", "This was found already.")

    # === COMPUTE METHODS === #

    def _compute_is_approved(self):
        approved = self.tender_id._get_approved_keys()
        for finding in self:
            finding.is_approved = finding.key in approved.get(finding.tender_id.id, ())

    # === ACTION METHODS === #

    def action_open_place(self):
        """Open what has to be put right.

        :raise AccessError: for whoever may not see it
        """
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.res_model].browse(self.res_id)
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
            "target": "current",
        }
