from odoo import fields, models
from odoo.tools import SQL

# the id of a row holds the plan, and in so many lower bits the service
TYPE_BITS = 20


class KuaidiServiceReport(models.Model):
    """What one plan owes its client of one service, and what was delivered (GR-6).

    Services that the star does not entitle to stand here with an entitlement of zero.
    """

    _name = "kuaidi.service.report"
    _description = "Delivered against Entitled"
    _inherit = ["kuaidi.ratio.mixin"]
    _auto = False
    # as plans are listed, in the words that let PostgreSQL stop after a page of plans
    _order = "date_from desc, plan_id.id desc, type_id"
    _rec_name = "type_id"
    _ratios = {"delivered_percent": ("done_count", "entitled_count", 100.0)}
    _capped_ratios = frozenset({"delivered_percent"})
    _depends = {
        "kuaidi.service.plan": [
            "account_id",
            "company_id",
            "date_from",
            "date_to",
            "level_id",
            "manager_id",
            "state",
        ],
        "kuaidi.plan.entitlement": ["entitled_count", "plan_id", "type_id"],
        "kuaidi.service.plan.line": [
            "amount_cost",
            "date_finish",
            "is_in_force",
            "plan_id",
            "state",
            "type_id",
        ],
    }

    # plan
    plan_id = fields.Many2one(comodel_name="kuaidi.service.plan", readonly=True)
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Account Manager", readonly=True
    )
    level_id = fields.Many2one(
        comodel_name="kuaidi.star.level", string="Star When Planned", readonly=True
    )
    date_from = fields.Date(string="First Day", readonly=True)
    date_to = fields.Date(string="Last Day", readonly=True)
    plan_state = fields.Selection(
        selection=[("published", "Published"), ("done", "Done")],
        readonly=True,
    )
    # service
    type_id = fields.Many2one(
        comodel_name="kuaidi.service.type", string="Service", readonly=True
    )
    entitled_count = fields.Integer(string="Entitled", readonly=True)
    planned_count = fields.Integer(
        string="Planned", readonly=True, help="All lines that are not waived."
    )
    done_count = fields.Integer(string="Delivered", readonly=True)
    late_count = fields.Integer(string="Late", readonly=True)
    missed_count = fields.Integer(string="Missed", readonly=True)
    delivered_percent = fields.Float(
        string="Delivered of Entitled (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Of what clients are entitled to, how much they got so far. More of one"
        " service does not make up for less of another.",
    )
    amount_cost = fields.Monetary(
        string="Cost", readonly=True, help="Of all lines that are not waived."
    )

    @property
    def _table_query(self):
        """Return one row per plan in force or done and service, in one statement.

        Plan by plan, so that a page, or a manager's share, reads no more than it shows.
        """
        return SQL(
            """
            SELECT (plan.id::bigint << %(type_bits)s) + service.type_id AS id,
                   plan.id AS plan_id, plan.account_id, plan.company_id,
                   plan.manager_id, plan.level_id, plan.date_from, plan.date_to,
                   plan.state AS plan_state,
                   service.type_id, service.entitled_count, service.planned_count,
                   service.done_count, service.late_count, service.missed_count,
                   service.amount_cost,
                   100.0 * least(service.done_count, service.entitled_count)
                       / nullif(service.entitled_count, 0) AS delivered_percent
              FROM kuaidi_service_plan plan
             CROSS JOIN LATERAL (
                       SELECT type_id,
                              sum(entitled)::int AS entitled_count,
                              count(*) FILTER (WHERE state <> 'waived')
                                  AS planned_count,
                              count(*) FILTER (WHERE state = 'done') AS done_count,
                              count(*) FILTER (
                                  WHERE state = 'planned' AND is_in_force
                                    AND date_finish < %(today)s
                              ) AS late_count,
                              count(*) FILTER (WHERE state = 'missed')
                                  AS missed_count,
                              coalesce(
                                  sum(amount_cost) FILTER (WHERE state <> 'waived'), 0
                              ) AS amount_cost
                         FROM (
                                  SELECT type_id, entitled_count AS entitled,
                                         NULL AS state, NULL AS is_in_force,
                                         NULL AS date_finish, NULL AS amount_cost
                                    FROM kuaidi_plan_entitlement
                                   WHERE plan_id = plan.id
                                   UNION ALL
                                  SELECT type_id, 0, state, is_in_force,
                                         date_finish, amount_cost
                                    FROM kuaidi_service_plan_line
                                   WHERE plan_id = plan.id
                              ) part
                        GROUP BY type_id
                   ) service
             WHERE plan.state IN ('published', 'done')
            """,
            today=self.env["kuaidi.deadline"]._get_today(self.env.company),
            type_bits=TYPE_BITS,
        )

    # === ACTION METHODS === #

    def action_view_lines(self):
        """Open the planned lines that one row counts."""
        self.ensure_one()
        # taken from the id: to find a row by it, every plan would be summed up
        plan_id, type_id = divmod(self.id, 1 << TYPE_BITS)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_service_plan_line_action"
        )
        views = dict.fromkeys(kind for _view_id, kind in action["views"])
        kinds = ["list", *(kind for kind in views if kind != "list")]
        return dict(
            action,
            display_name=self.env._(
                "%(service)s of %(plan)s",
                service=self.env["kuaidi.service.type"].browse(type_id).name,
                plan=self.env["kuaidi.service.plan"].browse(plan_id).display_name,
            ),
            views=[(False, kind) for kind in kinds],
            domain=[("plan_id", "=", plan_id), ("type_id", "=", type_id)],
            context={},
        )

    # === BUSINESS METHODS === #
