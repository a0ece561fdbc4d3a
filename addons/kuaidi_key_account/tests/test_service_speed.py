from odoo.fields import Domain
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .service_common import TODAY, ServiceCommon

FEW, MANY = 3, 30


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServiceSpeed(ServiceCommon):
    """What is done for many clients takes as many queries as for few."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = cls.account.union(
            *(cls._create_served_account(name=f"Client {n}") for n in range(1, MANY))
        )

    def _count_queries(self, method, *arguments):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        result = method(*arguments)
        self.env.flush_all()
        return self.cr.sql_log_count - before, result

    def _create_plans(self, accounts):
        plans = self.env["kuaidi.service.plan"].with_user(self.centre)
        return plans._create_plans(accounts.with_user(self.centre))

    def test_drafting_plans_takes_the_same_queries_for_any_number(self):
        for _attempt in range(2):  # what caches keep is read once
            few, _plans = self._count_queries(self._create_plans, self.accounts[:FEW])
        many, plans = self._count_queries(self._create_plans, self.accounts)
        self.assertEqual(many, few)
        self.assertEqual(len(plans.account_id), MANY)

    def test_making_activities_takes_the_same_queries_for_any_number(self):
        plans = self._create_plans(self.accounts)
        plans.action_publish()
        lines = plans.sudo().line_ids.grouped("type_id").values()
        # one line of each service that is no meeting, from every client
        kinds = [
            lines.filtered(lambda line: not line.type_id.is_meeting) for lines in lines
        ]
        first, *others = [
            self.env["kuaidi.service.plan.line"].union(
                *(of_plan[0] for of_plan in lines.grouped("plan_id").values())
            )
            for lines in kinds
            if len(lines.plan_id) == MANY and len(lines.handler_id) == 1
        ]
        first._schedule()  # the handlers follow their clients from now on
        few, _result = self._count_queries(others[0][:FEW]._schedule)
        many, _result = self._count_queries(others[1]._schedule)
        self.assertEqual(many, few)
        self.assertEqual(len(others[1].activity_ids), MANY)

    def test_lines_are_locked_in_batches_by_their_start_each_once(self):
        plans = self._create_plans(self.accounts[:FEW])
        plans.action_publish()
        lines = plans.sudo().line_ids
        domain = Domain("plan_id", "in", plans.ids)
        batches = list(lines._lock_in_batches(domain, 10))
        self.assertEqual(
            [len(batch) for batch in batches[:-1]], [10] * (len(lines) // 10)
        )
        self.assertEqual(
            [line for batch in batches for line in batch],
            list(lines.sorted(lambda line: (line.date_start, line.id))),
        )

    def test_searches_for_open_lines_use_their_index(self):
        lines = self.env["kuaidi.service.plan.line"]
        is_open = Domain("is_in_force", "=", True) & Domain("state", "=", "planned")
        # a table of few rows is read from end to end otherwise
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("SET LOCAL enable_bitmapscan = off")
        for name, domain, order in [
            (
                "unscheduled_idx",
                Domain("date_scheduled", "=", False) & Domain("date_start", "<", TODAY),
                "date_start, id",
            ),
            (
                "open_handler_idx",
                Domain("handler_id", "=", self.manager.id),
                "date_finish",
            ),
        ]:
            with self.subTest(name):
                query = lines._search(is_open & domain, order=order, limit=10)
                plan = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
                self.assertIn(
                    f"using kuaidi_service_plan_line_{name}",
                    "\n".join(row[0] for row in plan),
                )
