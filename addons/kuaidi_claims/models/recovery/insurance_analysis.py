from odoo import fields, models
from odoo.tools import SQL

from ..claim.claim import TYPES
from ..insurance.insurance_case import CAUSES, STATES


class KuaidiInsuranceAnalysis(models.Model):
    """Insurance cases with their outcome, and why insurers refused (2.17)."""

    _name = "kuaidi.insurance.analysis"
    _description = "Insurance Cases Analysis"
    _inherit = ["kuaidi.list.export"]
    _auto = False
    _list_report = "kuaidi_claims.insurance_analysis_list_report"
    _order = "date_called desc, id desc"
    _rec_name = "case_id"
    _depends = {
        "kuaidi.insurance.case": [
            "amount_agreed",
            "amount_loss",
            "amount_paid",
            "amount_paid_client",
            "amount_payable",
            "cause",
            "claim_id",
            "clause",
            "date_decided",
            "date_notified",
            "date_papers_sent",
            "policy_id",
            "refusal_reason",
            "reopen_count",
            "state",
        ],
        "kuaidi.insurance.policy": ["insurer_id"],
        "kuaidi.claim": [
            "account_id",
            "company_id",
            "date_called",
            "department_id",
            "destination",
            "origin",
            "partner_id",
            "type",
        ],
        "kuaidi.key.account": ["manager_id"],
    }

    case_id = fields.Many2one(
        comodel_name="kuaidi.insurance.case", string="Insurance Case", readonly=True
    )
    claim_id = fields.Many2one(comodel_name="kuaidi.claim", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account", readonly=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Client", readonly=True
    )
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Account Manager", readonly=True
    )
    type = fields.Selection(selection=TYPES, string="What Happened", readonly=True)
    department_id = fields.Many2one(
        comodel_name="kuaidi.case.department", string="Responsible Unit", readonly=True
    )
    lane = fields.Char(readonly=True, help="From where to where it was shipped.")
    policy_id = fields.Many2one(comodel_name="kuaidi.insurance.policy", readonly=True)
    insurer_id = fields.Many2one(comodel_name="kuaidi.insurer", readonly=True)
    clause = fields.Selection(
        selection=[("a", "Clause A"), ("b", "Clause B"), ("none", "Not Covered")],
        string="Clause That Applies",
        readonly=True,
    )
    cause = fields.Selection(
        selection=CAUSES, string="Cause of the Loss", readonly=True
    )
    state = fields.Selection(selection=STATES, readonly=True)
    is_refused = fields.Boolean(
        string="Was Refused",
        readonly=True,
        help="The insurer refused it once, whatever came of it later.",
    )
    is_reopened = fields.Boolean(string="Taken Up Again", readonly=True)
    refusal_reason = fields.Text(string="Insurer's Reasons", readonly=True)
    date_called = fields.Datetime(string="Client Called On", readonly=True)
    days_decision = fields.Float(
        string="Insurer's Days to Decide",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Calendar days from the complete papers to the decision (Insurance Act,"
        " article 23: 30 at most).",
    )
    amount_loss = fields.Monetary(string="Loss Amount", readonly=True)
    amount_payable = fields.Monetary(string="Payable by the Policy", readonly=True)
    amount_agreed = fields.Monetary(string="Insurer Agreed To", readonly=True)
    amount_paid = fields.Monetary(string="Insurer Paid Us", readonly=True)
    amount_paid_client = fields.Monetary(string="Paid to the Client", readonly=True)

    # === ACTION METHODS === #

    def action_view_case(self):
        """Open the case that the row is about."""
        self.ensure_one()
        return self.case_id._get_records_action()

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT insured.id, insured.id AS case_id, insured.claim_id,
                   claim.company_id, claim.account_id, claim.partner_id,
                   account.manager_id, claim.type, claim.department_id,
                   nullif(concat_ws(' → ', claim.origin, claim.destination), '')
                       AS lane,
                   insured.policy_id, policy.insurer_id, insured.clause, insured.cause,
                   insured.state, insured.refusal_reason IS NOT NULL AS is_refused,
                   coalesce(insured.reopen_count, 0) > 0 AS is_reopened,
                   insured.refusal_reason, claim.date_called,
                   extract(epoch FROM insured.date_decided - insured.date_papers_sent
                   )::float / 86400 AS days_decision,
                   coalesce(insured.amount_loss, 0) AS amount_loss,
                   coalesce(insured.amount_payable, 0) AS amount_payable,
                   coalesce(insured.amount_agreed, 0) AS amount_agreed,
                   coalesce(insured.amount_paid, 0) AS amount_paid,
                   coalesce(insured.amount_paid_client, 0) AS amount_paid_client
              FROM kuaidi_insurance_case insured
              JOIN kuaidi_claim claim ON claim.id = insured.claim_id
              JOIN kuaidi_insurance_policy policy ON policy.id = insured.policy_id
              LEFT JOIN kuaidi_key_account account ON account.id = claim.account_id
            """
        )


class KuaidiInsuranceResult(models.Model):
    """Premium against payouts, by policy, client and month (2.17).

    Of several rows both are summed up before one is divided by the other.
    """

    _name = "kuaidi.insurance.result"
    _description = "Premium against Payouts"
    _inherit = ["kuaidi.list.export", "kuaidi.month.mixin", "kuaidi.ratio.mixin"]
    _auto = False
    _list_report = "kuaidi_claims.insurance_result_list_report"
    _order = "month desc, policy_id, account_id"
    _rec_name = "policy_id"
    _ratios = {"payout_percent": ("amount_paid", "amount_premium", 100.0)}
    _depends = {
        "kuaidi.insurance.shipment": [
            "account_id",
            "amount_premium",
            "amount_premium_due",
            "date_shipped",
            "policy_id",
            "sum_insured",
        ],
        "kuaidi.insurance.case": [
            "account_id",
            "amount_paid",
            "amount_paid_client",
            "date_known",
            "policy_id",
        ],
        "kuaidi.insurance.policy": ["company_id", "insurer_id"],
        "kuaidi.key.account": ["manager_id"],
    }

    policy_id = fields.Many2one(comodel_name="kuaidi.insurance.policy", readonly=True)
    insurer_id = fields.Many2one(comodel_name="kuaidi.insurer", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="policy_id.currency_id")
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account", readonly=True
    )
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Account Manager", readonly=True
    )
    month = fields.Date(readonly=True)
    shipment_count = fields.Integer(string="Declared Shipments", readonly=True)
    case_count = fields.Integer(string="Insurance Cases", readonly=True)
    amount_sum = fields.Monetary(string="Sum Insured", readonly=True)
    amount_premium = fields.Monetary(
        string="Premium",
        readonly=True,
        help="As booked; by the rate of the policy where none is booked.",
    )
    amount_paid = fields.Monetary(
        string="Paid by the Insurer",
        readonly=True,
        help="To us or to the client, for losses known in that month.",
    )
    payout_percent = fields.Float(
        string="Payouts over Premium (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
    )

    # === ACTION METHODS === #

    def action_open_policy(self):
        """Open the policy that the row is about."""
        self.ensure_one()
        return self.policy_id._get_records_action()

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY policy_id, summed.account_id, month)
                       AS id,
                   policy_id, policy.insurer_id, policy.company_id, summed.account_id,
                   account.manager_id, month, shipment_count, case_count, amount_sum,
                   amount_premium, amount_paid,
                   (100 * amount_paid / nullif(amount_premium, 0))::float
                       AS payout_percent
              FROM (
                       SELECT policy_id, account_id, month,
                              sum(shipments)::int AS shipment_count,
                              sum(cases)::int AS case_count,
                              sum(insured) AS amount_sum,
                              sum(premium) AS amount_premium,
                              sum(paid) AS amount_paid
                         FROM (
                                  SELECT policy_id, account_id,
                                         date_trunc('month', date_shipped)::date
                                             AS month,
                                         count(*) AS shipments, 0 AS cases,
                                         sum(coalesce(sum_insured, 0)) AS insured,
                                         sum(coalesce(
                                             nullif(amount_premium, 0),
                                             amount_premium_due, 0
                                         )) AS premium,
                                         0 AS paid
                                    FROM kuaidi_insurance_shipment
                                   GROUP BY 1, 2, 3
                                   UNION ALL
                                  SELECT policy_id, account_id,
                                         date_trunc(
                                             'month',
                                             date_known AT TIME ZONE 'UTC'
                                                 AT TIME ZONE %(zone)s
                                         )::date,
                                         0, 1, 0, 0,
                                         coalesce(amount_paid, 0)
                                             + coalesce(amount_paid_client, 0)
                                    FROM kuaidi_insurance_case
                              ) flow
                        GROUP BY policy_id, account_id, month
                   ) summed
              JOIN kuaidi_insurance_policy policy ON policy.id = summed.policy_id
              LEFT JOIN kuaidi_key_account account ON account.id = summed.account_id
            """,
            zone=str(self.env["kuaidi.deadline"]._get_timezone(self.env.company)),
        )
