from odoo import fields, models
from odoo.tools import SQL

from .claim import TYPES


class KuaidiClaimClockAnalysis(models.Model):
    """How many steps of claims were in time, for each clock (2.17)."""

    _name = "kuaidi.claim.clock.analysis"
    _description = "Claims in Time"
    _inherit = ["kuaidi.list.export"]
    _auto = False
    _list_report = "kuaidi_claims.claim_clock_analysis_list_report"
    _order = "date_start desc, id desc"
    _rec_name = "claim_id"
    _depends = {
        "kuaidi.claim": [
            "account_id",
            "company_id",
            "department_id",
            "is_insured",
            "type",
            "user_id",
        ],
        "kuaidi.claim.clock": [
            "claim_id",
            "date_deadline",
            "date_done",
            "date_start",
            "is_void",
            "kind",
        ],
    }

    claim_id = fields.Many2one(comodel_name="kuaidi.claim", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account", readonly=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Claims Officer", readonly=True
    )
    department_id = fields.Many2one(
        comodel_name="kuaidi.case.department", string="Responsible Unit", readonly=True
    )
    type = fields.Selection(selection=TYPES, string="What Happened", readonly=True)
    is_insured = fields.Boolean(string="Insured", readonly=True)
    kind = fields.Selection(
        selection=lambda self: (
            self.env["kuaidi.claim.clock"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        string="Clock",
        readonly=True,
    )
    date_start = fields.Datetime(string="Ran Since", readonly=True)
    days_taken = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Calendar days that the step took.",
    )
    in_time_percent = fields.Float(
        string="In Time (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Steps that ended before their deadline, of all that ended or ran out.",
    )

    # === ACTION METHODS === #

    def action_view_claim(self):
        """Open the claim that the row is a step of."""
        self.ensure_one()
        return self.claim_id._get_records_action()

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT clock.id, clock.claim_id, claim.company_id, claim.account_id,
                   claim.user_id, claim.department_id, claim.type, claim.is_insured,
                   clock.kind, clock.date_start,
                   extract(epoch FROM clock.date_done - clock.date_start)::float
                       / 86400 AS days_taken,
                   CASE WHEN clock.date_done <= clock.date_deadline THEN 100.0
                        ELSE 0.0 END::float AS in_time_percent
              FROM kuaidi_claim_clock clock
              JOIN kuaidi_claim claim ON claim.id = clock.claim_id
             WHERE clock.is_void IS NOT TRUE
               AND (clock.date_done IS NOT NULL
                    OR clock.date_deadline < (now() AT TIME ZONE 'UTC'))
            """
        )
