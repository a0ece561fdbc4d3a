from odoo import fields, models
from odoo.tools import SQL

from .recovery import BASES, STATES, SUBJECTS, TARGETS


class KuaidiRecoveryAnalysis(models.Model):
    """What was demanded of whom, and what came in, by kind of debtor (2.17).

    Insurers are debtors like the others: each case of theirs is a row.
    """

    _name = "kuaidi.recovery.analysis"
    _description = "Recoveries Analysis"
    _inherit = ["kuaidi.list.export"]
    _auto = False
    _list_report = "kuaidi_claims.recovery_analysis_list_report"
    _order = "date_called desc, id desc"
    _rec_name = "claim_id"
    _depends = {
        "kuaidi.recovery": [
            "amount_agreed",
            "amount_demanded",
            "amount_recovered",
            "basis",
            "claim_id",
            "date_demanded",
            "date_done",
            "debtor_id",
            "department_id",
            "state",
            "subject",
            "target",
            "user_id",
        ],
        "kuaidi.claim": [
            "account_id",
            "company_id",
            "date_called",
            "department_id",
            "destination",
            "origin",
            "partner_id",
        ],
        "kuaidi.key.account": ["manager_id"],
    }

    recovery_id = fields.Many2one(comodel_name="kuaidi.recovery", readonly=True)
    claim_id = fields.Many2one(comodel_name="kuaidi.claim", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    # client
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account", readonly=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Client", readonly=True
    )
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Account Manager", readonly=True
    )
    lane = fields.Char(readonly=True, help="From where to where it was shipped.")
    claim_department_id = fields.Many2one(
        comodel_name="kuaidi.case.department", string="Responsible Unit", readonly=True
    )
    # debtor
    target = fields.Selection(
        selection=[*TARGETS, ("insurer", "Insurer")],
        string="Kind of Debtor",
        readonly=True,
    )
    debtor_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    department_id = fields.Many2one(
        comodel_name="kuaidi.case.department", string="Outlet", readonly=True
    )
    subject = fields.Selection(selection=SUBJECTS, string="What For", readonly=True)
    basis = fields.Selection(selection=BASES, string="Legal Basis", readonly=True)
    state = fields.Selection(selection=STATES, readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Who Recovers", readonly=True
    )
    # time and money
    date_called = fields.Datetime(string="Client Called On", readonly=True)
    date_demanded = fields.Datetime(string="Demanded On", readonly=True)
    days_taken = fields.Float(
        string="Days to the Result",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Calendar days from the demand to the money, or until it was given up.",
    )
    amount_demanded = fields.Monetary(string="Demanded Amount", readonly=True)
    amount_agreed = fields.Monetary(string="Amount Owed", readonly=True)
    amount_recovered = fields.Monetary(string="Amount Received", readonly=True)

    # === ACTION METHODS === #

    def action_view_claim(self):
        """Open the claim that the debt comes from, with its recoveries."""
        self.ensure_one()
        return self.claim_id._get_records_action()

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT debt.*, claim.company_id, claim.account_id, claim.partner_id,
                   account.manager_id, claim.department_id AS claim_department_id,
                   nullif(concat_ws(' → ', claim.origin, claim.destination), '')
                       AS lane,
                   claim.date_called,
                   extract(epoch FROM debt.date_end - debt.date_demanded)::float
                       / 86400 AS days_taken
              FROM (%s) debt
              JOIN kuaidi_claim claim ON claim.id = debt.claim_id
              LEFT JOIN kuaidi_key_account account ON account.id = claim.account_id
            """,
            SQL(" UNION ALL ").join(self._get_debts()),
        )

    def _get_debts(self):
        """Return the queries whose rows are debts, one for each kind of record."""
        return [
            SQL(
                """
                SELECT 2 * id::bigint AS id, id AS recovery_id, claim_id, target,
                       debtor_id, department_id, subject, basis, state, user_id,
                       date_demanded, date_done AS date_end,
                       coalesce(amount_demanded, 0) AS amount_demanded,
                       coalesce(amount_agreed, 0) AS amount_agreed,
                       coalesce(amount_recovered, 0) AS amount_recovered
                  FROM kuaidi_recovery
                 WHERE state <> 'passed'
                """
            )
        ]
