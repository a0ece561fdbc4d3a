from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.plan_schedule import spread_evenly

# needs that a plan takes up: what is neither here nor promised pleases nobody (GR-9)
SERVED_KANO_CLASSES = ("basic", "expected", "exciting")
NEED_LEAD_WORKDAYS = 5
# what a slot holds of a line, in the order of its columns
SLOT_TYPES = {
    "schedule": SQL("integer"),
    "position": SQL("integer"),
    "type_id": SQL("integer"),
    "name": SQL("varchar"),
    "role": SQL("varchar"),
    "source": SQL("varchar"),
    "date_start": SQL("date"),
    "date_finish": SQL("date"),
    "amount_cost": SQL("numeric"),
    "template_line_id": SQL("integer"),
    "festival_id": SQL("integer"),
    "occasion_id": SQL("integer"),
    "occasion_date": SQL("date"),
    "need_id": SQL("integer"),
}


class KuaidiServicePlan(models.Model):
    """Makes the lines of plans from standard, promises, needs and occasions (SP-2).

    Clients of one star and period share one schedule, and the database multiplies it
    by their teams: the number of statements does not depend on the number of plans.
    """

    _name = "kuaidi.service.plan"
    _inherit = ["kuaidi.service.plan"]

    # === ACTION METHODS === #

    @api.model
    def _create_plans(self, accounts, date_from=None, date_to=None):
        """Draft one plan for each of the accounts, filled from its star's standard.

        :param date_from: first day; None: today, or the day after the last plan
        :param date_to: last day; None: end of service year or contract
        :return: the drafts
        :raise UserError: naming the accounts that have no star
        """
        period = {"date_from": date_from, "date_to": date_to}
        period = {name: value for name, value in period.items() if value}
        plans = self.with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        )
        return plans.create(
            [{"account_id": account.id, **period} for account in accounts]
        ).with_env(self.env)

    # === BUSINESS METHODS === #

    def _fill(self, empty):
        """Write what the clients are entitled to, and the lines of the empty plans.

        Called in superuser mode.

        :param empty: those of the plans that get lines
        """
        if not self:
            return
        self._update_entitlements()
        if empty:
            slots, chosen = empty._get_slots()
            empty._insert_lines(slots, chosen)
        self._recompute_totals()

    def _recompute_totals(self):
        """Compute anew what lines written by SQL change."""
        self.env["kuaidi.service.plan.line"].invalidate_model()
        self.env["kuaidi.plan.entitlement"].invalidate_model()
        self.invalidate_recordset()
        for name in ("amount_cost", "shortfall_count"):
            self.env.add_to_compute(self._fields[name], self)
        self.flush_recordset()

    def _update_entitlements(self):
        """Write down what the clients' stars entitle to in the periods of the plans."""
        standards = self._get_standards()
        templates = self.env["kuaidi.plan.template"]
        counts = {}
        rows = []
        for plan in self:
            star = plan.account_id.star_id
            key = standards.get(star.id), plan.date_from, plan.date_to
            if key not in counts:
                counts[key] = templates.browse(key[0])._get_entitlements(*key[1:])
            rows += [
                (plan.id, service_type.id, count)
                for service_type, count in counts[key].items()
            ]
            plan.level_id = star
        self.entitlement_ids.unlink()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO kuaidi_plan_entitlement (
                    plan_id, company_id, type_id, entitled_count,
                    create_uid, create_date, write_uid, write_date
                )
                SELECT plan.id, plan.company_id, row.type_id, row.entitled_count,
                       %(stamp)s
                  FROM unnest(%(plans)s, %(types)s, %(counts)s)
                       AS row(plan_id, type_id, entitled_count)
                  JOIN kuaidi_service_plan plan ON plan.id = row.plan_id
                """,
                stamp=self._get_stamp(),
                **{
                    name: list(column)
                    for name, column in zip(
                        ("plans", "types", "counts"),
                        zip(*rows, strict=True),
                        strict=True,
                    )
                },
            )
        )

    def _get_stamp(self):
        """Return the four columns that tell who wrote a row, and when."""
        now = SQL("now() AT TIME ZONE 'UTC'")
        return SQL("%(uid)s, %(now)s, %(uid)s, %(now)s", uid=self.env.uid, now=now)

    def _get_slots(self):
        """Return what the plans will hold.

        :return: list of slots as dicts (keys of `SLOT_TYPES`), and list of pairs
            (plan id, number of the schedule whose slots it takes)
        """
        slots, chosen, numbers = [], [], {}
        for plan in self:
            key = plan.template_id, plan.date_from, plan.date_to
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                slots += plan._get_standard_slots(numbers[key])
            chosen.append((plan.id, numbers[key]))
        own = self._get_need_slots() + self._get_occasion_slots()
        # what one client alone gets has a schedule of its own, numbered below zero
        chosen += [(-number, number) for number in {slot["schedule"] for slot in own}]
        return slots + own, chosen

    def _get_standard_slots(self, number):
        """Hook: return the slots of the template over the period of this plan."""
        self.ensure_one()
        schedule = self.template_id._get_schedule(self.date_from, self.date_to)
        return [
            {
                "schedule": number,
                "position": position,
                "type_id": line.type_id.id,
                "name": festival.name or line.name or line.type_id.name,
                "role": line.role,
                "source": "festival" if festival else "standard",
                "date_start": date_start,
                "date_finish": date_finish,
                "amount_cost": line.amount_cost,
                "template_line_id": line.id,
                "festival_id": festival.id,
                "occasion_date": day,
            }
            for position, (line, date_start, date_finish, festival, day) in enumerate(
                schedule
            )
        ]

    def _get_need_slots(self):
        """Hook: return a slot for each promise and need, spread evenly (SP-2)."""
        promise = self.env.ref("kuaidi_key_account.service_type_promise")
        wish = self.env.ref("kuaidi_key_account.service_type_need")
        needs = self.account_id.need_ids.filtered(
            lambda need: need.is_promised or need.kano_class in SERVED_KANO_CLASSES
        ).grouped("account_id")
        slots = []
        for plan in self:
            served = needs.get(plan.account_id)
            if not served:
                continue
            days = plan.template_id._get_working_days(plan.date_from, plan.date_to)
            positions = spread_evenly(len(served), len(days))
            for need, position in zip(served, positions, strict=True):
                slots.append(
                    {
                        "schedule": -plan.id,
                        "position": position,
                        "type_id": (promise if need.is_promised else wish).id,
                        "name": need.promise if need.is_promised else need.name,
                        "role": "manager",
                        "source": "promise" if need.is_promised else "need",
                        "date_start": days[max(0, position - NEED_LEAD_WORKDAYS)],
                        "date_finish": days[position],
                        "amount_cost": 0.0,
                        "need_id": need.id,
                    }
                )
                slots[-1]["name"] = slots[-1]["name"] or need.name
        return slots

    def _get_occasion_slots(self):
        """Hook: return a slot for each occasion of who has them in the template."""
        occasions = self.env["kuaidi.occasion"].search(
            [("account_id", "in", self.account_id.ids)]
        )
        by_account = occasions.grouped("account_id")
        slots = []
        for plan in self:
            row = plan.template_id.line_ids.filtered(
                lambda line: line.spread == "occasion"
            )[:1]
            for occasion in by_account.get(plan.account_id, occasions.browse()):
                for day in occasion._get_dates(plan.date_from, plan.date_to):
                    if row:
                        slots.append(plan._prepare_occasion_slot(row, occasion, day))
        return slots

    def _prepare_occasion_slot(self, template_line, occasion, day):
        self.ensure_one()
        start = fields.Date.subtract(day, days=occasion.lead_days)
        return {
            "schedule": -self.id,
            "position": day.toordinal(),
            "type_id": template_line.type_id.id,
            "name": occasion.name,
            "role": template_line.role,
            "source": "occasion",
            "date_start": max(start, self.date_from),
            "date_finish": day,
            "amount_cost": template_line.amount_cost,
            "template_line_id": template_line.id,
            "occasion_id": occasion.id,
            "occasion_date": day,
        }

    def _insert_lines(self, slots, chosen):
        """Write the lines of the plans by one statement.

        :param slots: see `_get_slots`
        :param chosen: see `_get_slots`
        """
        self.env.flush_all()
        columns = [name for name in SLOT_TYPES if name not in ("schedule", "position")]
        arrays = [
            SQL(
                "%s::%s[]",
                [slot.get(name) or None for slot in slots]
                if name not in ("position", "amount_cost")
                else [slot[name] for slot in slots],
                kind,
            )
            for name, kind in SLOT_TYPES.items()
        ]
        plan_ids, schedules = map(list, zip(*chosen, strict=True))
        self.env.cr.execute(
            SQL(
                """
                WITH slot AS (
                    SELECT * FROM unnest(%(arrays)s) AS slot(%(slot_columns)s)
                ), chosen AS (
                    SELECT *
                      FROM unnest(%(plan_ids)s, %(schedules)s)
                           AS chosen(plan_id, schedule)
                ), handler AS (
                    SELECT DISTINCT ON (team.account_id, team.role)
                           team.account_id, team.role, team.user_id
                      FROM (%(team)s) team
                      JOIN res_users ON res_users.id = team.user_id
                                    AND res_users.active
                     ORDER BY team.account_id, team.role, team.rank
                )
                INSERT INTO kuaidi_service_plan_line (
                    plan_id, account_id, company_id, handler_id, %(columns)s,
                    state, is_in_force, create_uid, create_date, write_uid, write_date
                )
                SELECT plan.id, plan.account_id, plan.company_id,
                       coalesce(handler.user_id, manager.user_id, deputy.user_id),
                       %(values)s, 'planned', FALSE, %(stamp)s
                  FROM chosen
                  JOIN kuaidi_service_plan plan ON plan.id = chosen.plan_id
                  JOIN slot ON slot.schedule = chosen.schedule
                  LEFT JOIN handler ON handler.account_id = plan.account_id
                                   AND handler.role = slot.role
                  LEFT JOIN handler manager ON manager.account_id = plan.account_id
                                           AND manager.role = 'manager'
                  LEFT JOIN handler deputy ON deputy.account_id = plan.account_id
                                          AND deputy.role = 'deputy'
                 ORDER BY plan.id, slot.date_finish, slot.position
                """,
                arrays=SQL(", ").join(arrays),
                slot_columns=SQL(", ").join(map(SQL.identifier, SLOT_TYPES)),
                plan_ids=plan_ids,
                schedules=schedules,
                team=self._get_team_query(),
                columns=SQL(", ").join(
                    SQL.identifier(name) for name in columns if name != "role"
                ),
                values=SQL(", ").join(
                    SQL.identifier("slot", name) for name in columns if name != "role"
                ),
                stamp=self._get_stamp(),
            )
        )

    def _get_team_query(self):
        """Return a query of (account_id, role, user_id, rank) of the plans' teams."""
        return SQL(
            """
            SELECT id AS account_id, 'manager' AS role, manager_id AS user_id, 0 AS rank
              FROM kuaidi_key_account WHERE id = ANY(%(ids)s)
             UNION ALL
            SELECT id, 'deputy', deputy_id, 0
              FROM kuaidi_key_account WHERE id = ANY(%(ids)s)
             UNION ALL
            SELECT account_id, 'leadership', user_id, user_id
              FROM kuaidi_key_account_leadership_rel WHERE account_id = ANY(%(ids)s)
             UNION ALL
            SELECT account_id, role, user_id, id
              FROM kuaidi_account_member WHERE account_id = ANY(%(ids)s)
            """,
            ids=self.account_id.ids,
        )
