from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_list
from odoo.tools.misc import format_date

from .alert_rule import LEVELS

OCCASION_DAYS = 7
# what may bring a client onto the list, the most urgent first
SOURCES = (
    ("alert_count", "kuaidi.alert"),
    ("problem_count", "kuaidi.problem"),
    ("line_count", "kuaidi.service.plan.line"),
    ("step_count", "kuaidi.onboarding.step"),
    ("occasion_count", "kuaidi.occasion"),
)


class KuaidiAttention(models.Model):
    """One client who needs somebody today, and why.

    Ranked by the level of its alerts, then by its star, then by its yearly revenue.
    """

    _name = "kuaidi.attention"
    _description = "Who Needs Me Today"
    _inherit = ["kuaidi.account.mixin"]
    _auto = False
    _order = "rank desc, amount_annual desc, id"
    _rec_name = "account_id"
    _depends = {
        "kuaidi.key.account": [
            "active",
            "amount_annual",
            "company_id",
            "currency_id",
            "deputy_id",
            "manager_id",
            "star_id",
            "stars",
            "state",
        ],
        "kuaidi.alert": ["account_id", "level", "owner_id", "state", "is_crisis"],
        "kuaidi.occasion": ["account_id", "active", "date_next"],
        "kuaidi.onboarding.step": ["account_id", "date_deadline", "state"],
        "kuaidi.problem": ["account_id", "date_deadline", "owner_id", "state"],
        "kuaidi.service.plan.line": [
            "account_id",
            "date_finish",
            "handler_id",
            "is_in_force",
            "state",
        ],
    }

    account_id = fields.Many2one(comodel_name="kuaidi.key.account", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Account Manager", readonly=True
    )
    level_id = fields.Many2one(
        comodel_name="kuaidi.star.level", string="Star", readonly=True
    )
    stars = fields.Integer(readonly=True, aggregator=None)
    amount_annual = fields.Monetary(
        string="Annual Revenue", readonly=True, help="On which the current star stands."
    )
    rank = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The level of the alerts, then the star: 45 is a red client of five"
        " stars, 3 one of three stars without an alert.",
    )
    level = fields.Selection(selection=LEVELS, string="At Risk", readonly=True)
    is_crisis = fields.Boolean(string="Crisis", readonly=True)
    is_mine = fields.Boolean(
        readonly=True,
        help="You are manager or deputy, own an alert or a late problem, or have a late"
        " line of the plan to deliver.",
    )
    alert_count = fields.Integer(string="Alerts", readonly=True)
    problem_count = fields.Integer(string="Late Problems", readonly=True)
    line_count = fields.Integer(string="Late Plan Lines", readonly=True)
    step_count = fields.Integer(string="Late Onboarding Steps", readonly=True)
    occasion_count = fields.Integer(string="Occasions This Week", readonly=True)
    reasons = fields.Text(string="Why", compute="_compute_reasons")

    # === COMPUTE METHODS === #

    @api.depends("account_id")
    @api.depends_context("lang")
    def _compute_reasons(self):
        """Put the reasons in words, for all rows of a page with a query per source."""
        words = {}
        for records in self._get_records().values():
            for account, own in records.grouped("account_id").items():
                words.setdefault(account.id, []).append(
                    getattr(self, f"_describe_{records._table}")(own)
                )
        for row in self:
            row.reasons = "\n".join(words.get(row.account_id.id, []))

    # === ACTION METHODS === #

    def action_view_cause(self):
        """Open the most urgent record for which the client is listed."""
        self.ensure_one()
        for records in self._get_records().values():
            if records:
                if records._name in ("kuaidi.onboarding.step", "kuaidi.occasion"):
                    break
                return records[0]._get_records_action()
        return self.action_view_account()

    # === CRUD METHODS === #

    @api.model
    def _search(
        self,
        domain,
        offset=0,
        limit=None,
        order=None,
        *,
        active_test=True,
        bypass_access=False,
    ):
        """Count for the reader's clients alone where those are few.

        PostgreSQL takes their numbers to the bottom of `_table_query`, but not the
        conditions by which the rules find them.
        """
        if not self.env.su and not bypass_access:
            account_ids = self.env["kuaidi.key.account"]._find_few([])
            if account_ids is not None:
                domain = Domain(domain) & Domain("account_id", "in", account_ids)
        return super()._search(
            domain,
            offset=offset,
            limit=limit,
            order=order,
            active_test=active_test,
            bypass_access=bypass_access,
        )

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        """Begin with what is open, on the company's day: that is little of all.

        The rank is no position among all: counting them would keep PostgreSQL from
        looking at the reader's clients alone, see `_search`.
        """
        return SQL(
            """
            SELECT account.id,
                   need.account_id,
                   account.company_id,
                   account.currency_id,
                   account.manager_id,
                   account.star_id AS level_id,
                   account.stars,
                   account.amount_annual,
                   10 * coalesce(need.level::int, 0) + account.stars AS rank,
                   need.level,
                   need.is_crisis,
                   need.is_mine
                       OR coalesce(account.manager_id = %(uid)s, FALSE)
                       OR coalesce(account.deputy_id = %(uid)s, FALSE) AS is_mine,
                   need.alert_count,
                   need.problem_count,
                   need.line_count,
                   need.step_count,
                   need.occasion_count
              FROM (
                   SELECT account_id,
                          max(level) AS level,
                          bool_or(is_crisis) AS is_crisis,
                          bool_or(coalesce(user_id = %(uid)s, FALSE)) AS is_mine,
                          count(*) FILTER (WHERE source = 1) AS alert_count,
                          count(*) FILTER (WHERE source = 2) AS problem_count,
                          count(*) FILTER (WHERE source = 3) AS line_count,
                          count(*) FILTER (WHERE source = 4) AS step_count,
                          count(*) FILTER (WHERE source = 5) AS occasion_count
                     FROM (
                          SELECT account_id, 1 AS source, level, is_crisis,
                                 owner_id AS user_id
                            FROM kuaidi_alert
                           WHERE state = 'open'
                           UNION ALL
                          SELECT account_id, 2, NULL, FALSE, owner_id
                            FROM kuaidi_problem
                           WHERE state = 'open' AND date_deadline < %(now)s
                           UNION ALL
                          SELECT account_id, 3, NULL, FALSE, handler_id
                            FROM kuaidi_service_plan_line
                           WHERE is_in_force
                             AND state = 'planned'
                             AND date_finish < %(today)s
                           UNION ALL
                          SELECT account_id, 4, NULL, FALSE, NULL
                            FROM kuaidi_onboarding_step
                           WHERE state = 'open' AND date_deadline < %(now)s
                           UNION ALL
                          SELECT account_id, 5, NULL, FALSE, NULL
                            FROM kuaidi_occasion
                           WHERE active
                             AND date_next >= %(today)s
                             AND date_next < %(today)s::date + %(days)s
                          ) cause
                    GROUP BY account_id
                   ) need
              JOIN kuaidi_key_account account
                ON account.id = need.account_id
               AND account.active
               AND account.state <> 'closed'
            """,
            uid=self.env.uid,
            now=fields.Datetime.now(),
            today=self.env["kuaidi.deadline"]._get_today(self.env.company),
            days=OCCASION_DAYS,
        )

    def _get_records(self):
        """Return the records behind these rows, by the name of their count.

        Whoever sees a client's row is told why it is there.
        """
        now = fields.Datetime.now()
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        domains = {
            "kuaidi.alert": [("state", "=", "open")],
            "kuaidi.problem": [("state", "=", "open"), ("date_deadline", "<", now)],
            "kuaidi.service.plan.line": [
                ("is_in_force", "=", True),
                ("state", "=", "planned"),
                ("date_finish", "<", today),
            ],
            "kuaidi.onboarding.step": [
                ("state", "=", "open"),
                ("date_deadline", "<", now),
            ],
            "kuaidi.occasion": [
                ("date_next", ">=", today),
                ("date_next", "<", fields.Date.add(today, days=OCCASION_DAYS)),
            ],
        }
        return {
            # with the user's rights: a source that they may not read is not told
            count: self.env[model].search(
                [
                    (
                        "account_id",
                        "in",
                        self.filtered(count).account_id.ids,
                    ),
                    *domains[model],
                ]
            )
            for count, model in SOURCES
        }

    @api.model
    def _describe_kuaidi_alert(self, alerts):
        levels = dict(alerts._fields["level"]._description_selection(self.env))
        return "\n".join(
            self.env._(
                "%(level)s: %(reason)s", level=levels[alert.level], reason=alert.reason
            )
            for alert in alerts
        )

    @api.model
    def _describe_kuaidi_problem(self, problems):
        return self.env._(
            "Late problems: %(count)s, first %(problem)s",
            count=len(problems),
            problem=problems[0].name,
        )

    @api.model
    def _describe_kuaidi_service_plan_line(self, lines):
        return self.env._(
            "Late plan lines: %(count)s, first %(line)s of %(date)s",
            count=len(lines),
            line=lines[0].name,
            date=format_date(self.env, lines[0].date_finish),
        )

    @api.model
    def _describe_kuaidi_onboarding_step(self, steps):
        return self.env._(
            "Onboarding is late: %(steps)s",
            steps=format_list(self.env, steps.type_id.mapped("name")),
        )

    @api.model
    def _describe_kuaidi_occasion(self, occasions):
        return "\n".join(
            self.env._(
                "%(date)s: %(occasion)s",
                date=format_date(self.env, occasion.date_next),
                occasion=occasion.name,
            )
            for occasion in occasions
        )
