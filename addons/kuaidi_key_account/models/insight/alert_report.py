from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL

from .alert import CAUSES
from .alert_rule import LEVELS

MONTHS = 6


class KuaidiAlertReport(models.Model):
    """How right the rules were: alerts with their end, and losses nobody announced.

    A row is an alert, or a client who was lost without an alert in the six months
    before: a closed account, or one whose pieces of the last full month are half of
    those six months earlier, or less. The share of alerts that were right is the mean
    of the rows that are closed.
    """

    _name = "kuaidi.alert.report"
    _description = "How Right the Rules Were"
    _inherit = ["kuaidi.account.mixin"]
    _auto = False
    _order = "date desc, id"
    _rec_name = "account_id"
    _depends = {
        "kuaidi.alert": [
            "account_id",
            "cause",
            "company_id",
            "date_raised",
            "level",
            "owner_id",
            "result",
            "rule_id",
            "state",
        ],
        "kuaidi.key.account": [
            "active",
            "company_id",
            "date_closed",
            "manager_id",
            "stars",
            "state",
        ],
        "kuaidi.monthly.figure": ["account_id", "month", "pieces"],
    }

    account_id = fields.Many2one(comodel_name="kuaidi.key.account", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Account Manager", readonly=True
    )
    owner_id = fields.Many2one(comodel_name="res.users", readonly=True)
    stars = fields.Integer(readonly=True, aggregator=None)
    rule_id = fields.Many2one(
        comodel_name="kuaidi.alert.rule",
        readonly=True,
        help="Empty: no rule had announced that the client would be lost.",
    )
    date = fields.Date(
        readonly=True, help="Day of the alert, or on which the client was lost."
    )
    level = fields.Selection(selection=LEVELS, string="Alert Level", readonly=True)
    cause = fields.Selection(selection=CAUSES, readonly=True)
    raised_count = fields.Integer(string="Raised", readonly=True)
    open_count = fields.Integer(string="Open", readonly=True)
    saved_count = fields.Integer(string="Saved", readonly=True)
    reduced_count = fields.Integer(string="Stays with Less", readonly=True)
    lost_count = fields.Integer(string="Client Lost", readonly=True)
    recovered_count = fields.Integer(string="Recovered", readonly=True)
    right_percent = fields.Float(
        string="Right (%)",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="Saved, stays with less or lost, against all closed alerts. Those that"
        " recovered by themselves were false alarms; those whose rule no longer"
        " applies do not count.",
    )
    unannounced_count = fields.Integer(
        string="Lost Unannounced",
        readonly=True,
        help="Clients lost without an alert in the six months before.",
    )

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        """Look back from the company's day."""
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        first = today.replace(day=1)
        return SQL(
            """
            SELECT 2 * alert.id AS id,
                   alert.account_id,
                   alert.company_id,
                   account.manager_id,
                   alert.owner_id,
                   account.stars,
                   alert.rule_id,
                   alert.date_raised::date AS date,
                   alert.level,
                   alert.cause,
                   1 AS raised_count,
                   (alert.state = 'open')::int AS open_count,
                   coalesce(alert.result = 'saved', FALSE)::int AS saved_count,
                   coalesce(alert.result = 'reduced', FALSE)::int AS reduced_count,
                   coalesce(alert.result = 'lost', FALSE)::int AS lost_count,
                   coalesce(alert.result = 'recovered', FALSE)::int AS recovered_count,
                   CASE WHEN alert.result IN ('saved', 'reduced', 'lost') THEN 100.0
                        WHEN alert.result = 'recovered' THEN 0.0 END AS right_percent,
                   0 AS unannounced_count
              FROM kuaidi_alert alert
              JOIN kuaidi_key_account account ON account.id = alert.account_id
             UNION ALL
            SELECT 2 * account.id + 1, account.id, account.company_id,
                   account.manager_id, NULL, account.stars, NULL, gone.day, NULL, NULL,
                   0, 0, 0, 0, 0, 0, NULL, 1
              FROM (
                   SELECT id AS account_id, date_closed AS day
                     FROM kuaidi_key_account
                    WHERE state = 'closed' AND date_closed IS NOT NULL
                    UNION ALL
                   SELECT figure.account_id, %(today)s
                     FROM kuaidi_monthly_figure figure
                     JOIN kuaidi_monthly_figure earlier
                       ON earlier.account_id = figure.account_id
                      AND earlier.month = %(earlier)s
                     JOIN kuaidi_key_account account
                       ON account.id = figure.account_id
                      AND account.active
                      AND account.state <> 'closed'
                    WHERE figure.month = %(month)s
                      AND earlier.pieces > 0
                      AND 2 * figure.pieces <= earlier.pieces
                   ) gone
              JOIN kuaidi_key_account account ON account.id = gone.account_id
             WHERE NOT EXISTS (
                   SELECT
                     FROM kuaidi_alert alert
                    WHERE alert.account_id = gone.account_id
                      AND alert.date_raised < gone.day + 1
                      AND alert.date_raised >=
                          gone.day - %(months)s * interval '1 month'
                   )
            """,
            today=today,
            months=MONTHS,
            month=first - relativedelta(months=1),
            earlier=first - relativedelta(months=1 + MONTHS),
        )
