from odoo import fields, models
from odoo.tools import SQL

from .claim import CLOSED_STATES, LIABILITIES, STATES, TYPES


class KuaidiClaimAnalysis(models.Model):
    """Claims counted by kind, place, client and month, with their money (2.17)."""

    _name = "kuaidi.claim.analysis"
    _description = "Claims Analysis"
    _inherit = ["kuaidi.list.export"]
    _auto = False
    _list_report = "kuaidi_claims.claim_analysis_list_report"
    _order = "date_called desc, id desc"
    _rec_name = "claim_id"
    _depends = {
        "kuaidi.claim": [
            "account_id",
            "amount_approved",
            "amount_assessed",
            "amount_claimed",
            "amount_paid",
            "company_id",
            "date_called",
            "date_done",
            "department_id",
            "destination",
            "is_insured",
            "liability",
            "link_id",
            "origin",
            "partner_id",
            "state",
            "type",
            "user_id",
        ],
        "kuaidi.case.department": ["branch_id"],
        "kuaidi.key.account": ["manager_id", "star_id"],
    }

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
    level_id = fields.Many2one(
        comodel_name="kuaidi.star.level", string="Star", readonly=True
    )
    # case
    type = fields.Selection(selection=TYPES, string="What Happened", readonly=True)
    state = fields.Selection(selection=STATES, readonly=True)
    is_open = fields.Boolean(string="At Work", readonly=True)
    is_insured = fields.Boolean(string="Insured", readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Claims Officer", readonly=True
    )
    liability = fields.Selection(
        selection=LIABILITIES, string="Who Answers for It", readonly=True
    )
    department_id = fields.Many2one(
        comodel_name="kuaidi.case.department", string="Responsible Unit", readonly=True
    )
    branch_id = fields.Many2one(comodel_name="kuaidi.case.department", readonly=True)
    link_id = fields.Many2one(
        comodel_name="kuaidi.case.link", string="Link of the Operation", readonly=True
    )
    lane = fields.Char(readonly=True, help="From where to where it was shipped.")
    # time
    date_called = fields.Datetime(string="Called On", readonly=True)
    days_taken = fields.Float(
        string="Days to the End",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Calendar days from the client's call until the claim was put on file,"
        " refused or withdrawn.",
    )
    # money
    amount_claimed = fields.Monetary(string="Claimed", readonly=True)
    amount_assessed = fields.Monetary(string="Assessed", readonly=True)
    amount_approved = fields.Monetary(string="Approved", readonly=True)
    amount_paid = fields.Monetary(string="Paid Out", readonly=True)

    # === ACTION METHODS === #

    def action_view_claim(self):
        """Open the claim that the row is about."""
        self.ensure_one()
        return self.claim_id._get_records_action()

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT claim.id, claim.id AS claim_id, claim.company_id, claim.account_id,
                   claim.partner_id, account.manager_id, account.star_id AS level_id,
                   claim.type, claim.state,
                   claim.state <> ALL(%(closed)s) AS is_open,
                   claim.is_insured, claim.user_id, claim.liability,
                   claim.department_id, department.branch_id, claim.link_id,
                   nullif(concat_ws(' → ', claim.origin, claim.destination), '')
                       AS lane,
                   claim.date_called,
                   extract(epoch FROM claim.date_done - claim.date_called)::float
                       / 86400 AS days_taken,
                   claim.amount_claimed, claim.amount_assessed, claim.amount_approved,
                   claim.amount_paid
              FROM kuaidi_claim claim
              LEFT JOIN kuaidi_key_account account ON account.id = claim.account_id
              LEFT JOIN kuaidi_case_department department
                ON department.id = claim.department_id
            """,
            closed=list(CLOSED_STATES),
        )
