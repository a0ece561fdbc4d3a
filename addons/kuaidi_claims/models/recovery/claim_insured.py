from odoo import api, fields, models
from odoo.tools import SQL


class KuaidiClaim(models.Model):
    """Counts what insurers paid to us into the net loss of a claim (2.14)."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_insured_depends(self):
        return [*super()._get_insured_depends(), "insurance_case_ids.amount_paid"]

    def _get_amount_insured(self):
        # what the insurer pays to a client that is the insured is none of our money
        cases = self.insurance_case_ids
        return super()._get_amount_insured() + sum(cases.mapped("amount_paid"))


class KuaidiRecovery(models.Model):
    """Releases no debtor whom an insurer may still turn against."""

    _name = "kuaidi.recovery"
    _inherit = ["kuaidi.recovery"]

    # === BUSINESS METHODS === #

    def _check_release(self):
        res = super()._check_release()
        if self.subject == "compensation":
            self.claim_id._check_insurer_consent()
        return res


class KuaidiRecoveryAnalysis(models.Model):
    """Counts insurers among the debtors."""

    _name = "kuaidi.recovery.analysis"
    _inherit = ["kuaidi.recovery.analysis"]
    _depends = {
        "kuaidi.insurance.case": [
            "amount_agreed",
            "amount_paid",
            "amount_payable",
            "claim_id",
            "date_decided",
            "date_notified",
            "insurer_id",
            "is_client_insured",
            "state",
            "user_id",
        ],
        "kuaidi.insurer": ["partner_id"],
    }

    # === BUSINESS METHODS === #

    def _get_debts(self):
        return [
            *super()._get_debts(),
            SQL(
                """
                SELECT 2 * insured.id::bigint + 1, NULL::int, insured.claim_id,
                       'insurer', insurer.partner_id, NULL::int, 'compensation',
                       'contract',
                       CASE WHEN insured.state = 'draft' THEN 'draft'
                            WHEN insured.state = 'agreed' THEN 'agreed'
                            WHEN insured.state = 'paid' THEN 'paid'
                            WHEN insured.state = 'refused' THEN 'failed'
                            WHEN insured.state <> 'closed' THEN 'demanded'
                            WHEN insured.amount_paid > 0 THEN 'paid'
                            ELSE 'failed' END,
                       insured.user_id, insured.date_notified, insured.date_decided,
                       coalesce(insured.amount_payable, 0),
                       coalesce(insured.amount_agreed, 0),
                       coalesce(insured.amount_paid, 0)
                  FROM kuaidi_insurance_case insured
                  LEFT JOIN kuaidi_insurer insurer ON insurer.id = insured.insurer_id
                 WHERE insured.is_client_insured IS NOT TRUE
                """
            ),
        ]


class KuaidiClaimClockAnalysis(models.Model):
    """Names the insurer whose clock it is: its days against those of the law."""

    _name = "kuaidi.claim.clock.analysis"
    _inherit = ["kuaidi.claim.clock.analysis"]
    _depends = {
        "kuaidi.claim.clock": ["case_id"],
        "kuaidi.insurance.case": ["insurer_id"],
    }

    insurer_id = fields.Many2one(comodel_name="kuaidi.insurer", readonly=True)

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT step.*, insured.insurer_id
              FROM (%s) step
              JOIN kuaidi_claim_clock clock ON clock.id = step.id
              LEFT JOIN kuaidi_insurance_case insured ON insured.id = clock.case_id
            """,
            super()._table_query,
        )
