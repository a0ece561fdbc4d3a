from odoo import api, fields, models

from .claim import TYPES


class KuaidiClaimEvidenceRule(models.Model):
    """A paper that is asked for, by what happened and by the amount claimed (2.12).

    The tiers of 2.12 are amounts from which on a paper is asked for: above 1,000, above
    3,000 and above 10,000 yuan.
    """

    _name = "kuaidi.claim.evidence.rule"
    _description = "Evidence Asked For"
    _order = "sequence, id"

    name = fields.Char(string="Paper", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", help="Empty: asked for by every company."
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_currency_id"
    )
    type = fields.Selection(
        selection=TYPES, string="What Happened", help="Empty: whatever happened."
    )
    amount_from = fields.Monetary(
        string="Asked For Above",
        aggregator=None,
        help="Amount claimed above which it is asked for; 0: always.",
    )
    is_required = fields.Boolean(
        string="Needed",
        default=True,
        help="Without it, received or waived, the claim is not assessed.",
    )
    instruction = fields.Char(
        translate=True, help="What the client reads about it on the application form."
    )

    _amount_positive = models.Constraint(
        "CHECK(COALESCE(amount_from, 0) >= 0)",
        "The amount from which a paper is asked for is not negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    # === BUSINESS METHODS === #

    def _filter_for(self, claim):
        """Return which of these rules ask for papers of a claim."""
        amount = claim.amount_claimed or claim.amount_declared
        return self.filtered(
            lambda rule: (
                rule.type in (False, claim.type)
                and rule.company_id in (rule.company_id.browse(), claim.company_id)
                and (not rule.amount_from or amount > rule.amount_from)
            )
        )
