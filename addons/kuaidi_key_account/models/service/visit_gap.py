from odoo import fields, models
from odoo.tools import SQL


class KuaidiVisitGap(models.Model):
    """How long one formal client has not been visited, against what its star asks."""

    _name = "kuaidi.visit.gap"
    _description = "Visit Gap"
    _inherit = ["kuaidi.account.mixin"]
    _auto = False
    _order = "days_late desc, date_visit_due, id"
    _rec_name = "account_id"
    _depends = {
        "kuaidi.key.account": [
            "active",
            "company_id",
            "date_formal",
            "date_last_visit",
            "manager_id",
            "star_id",
            "stars",
            "state",
        ],
        "kuaidi.star.level": ["visit_gap_days"],
    }

    account_id = fields.Many2one(comodel_name="kuaidi.key.account", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Account Manager", readonly=True
    )
    level_id = fields.Many2one(
        comodel_name="kuaidi.star.level", string="Star", readonly=True
    )
    stars = fields.Integer(readonly=True, aggregator=None)
    date_last_visit = fields.Date(string="Last Visit", readonly=True)
    gap_days = fields.Integer(
        string="Allowed Days",
        readonly=True,
        aggregator=None,
        help="Calendar days between visits that the client's star allows.",
    )
    date_visit_due = fields.Date(
        string="Visit Due",
        readonly=True,
        help="The allowed days after the last visit, or after the client became formal."
        " Empty: without a star no visit is due.",
    )
    days_late = fields.Integer(
        readonly=True,
        aggregator="max",
        help="Calendar days since the visit was due, 0 while there is time.",
    )
    is_late = fields.Boolean(string="Late", readonly=True)

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        """Count on the company's day: the database knows neither it nor its zone."""
        return SQL(
            """
            SELECT account.id,
                   account.id AS account_id,
                   account.company_id,
                   account.manager_id,
                   account.star_id AS level_id,
                   account.stars,
                   account.date_last_visit,
                   level.visit_gap_days AS gap_days,
                   due.day AS date_visit_due,
                   GREATEST(%(today)s::date - due.day, 0) AS days_late,
                   COALESCE(due.day < %(today)s::date, FALSE) AS is_late
              FROM kuaidi_key_account account
              LEFT JOIN kuaidi_star_level level ON level.id = account.star_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(account.date_last_visit, account.date_formal)
                          + level.visit_gap_days AS day
             ) due
             WHERE account.state = 'formal' AND account.active
            """,
            today=self.env["kuaidi.deadline"]._get_today(self.env.company),
        )

    # === ACTION METHODS === #

    def action_log_visit(self):
        """Open a new visit to this client."""
        self.ensure_one()
        return self.account_id.action_log_visit()
