from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .service_common import TODAY, ServiceCommon

COUNTS = ("entitled_count", "planned_count", "done_count")


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServiceReport(ServiceCommon):
    """What was delivered stands beside what the clients are entitled to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._publish()
        cls.report = cls.env["kuaidi.service.report"]

    def _get_row(self, kind, plan=None, user=None):
        service_type = self.env.ref(f"kuaidi_key_account.service_type_{kind}")
        self.env.invalidate_all()
        return self.report.with_user(user or self.manager).search(
            [
                ("plan_id", "=", (plan or self.plan).id),
                ("type_id", "=", service_type.id),
            ]
        )

    def _get_lines(self, kind):
        service_type = self.env.ref(f"kuaidi_key_account.service_type_{kind}")
        return self.plan.line_ids.filtered(lambda line: line.type_id == service_type)

    def test_the_figures_are_those_of_the_plan(self):
        self._get_lines("report")[:3].action_done()
        self._get_lines("report")[3].action_missed()
        rows = self.report.search([("plan_id", "=", self.plan.id)])
        self.assertEqual(
            {row.type_id: [row[name] for name in COUNTS] for row in rows},
            {
                owed.type_id: [owed[name] for name in COUNTS]
                for owed in self.plan.entitlement_ids
            },
        )
        row = self._get_row("report")
        self.assertEqual([row[name] for name in COUNTS], [12, 12, 3])
        self.assertEqual((row.missed_count, row.delivered_percent), (1, 25))
        self.assertEqual(sum(rows.mapped("amount_cost")), self.plan.amount_cost)
        for name in ("account_id", "manager_id", "level_id", "date_from", "date_to"):
            self.assertEqual(row[name], self.plan[name])

    def test_a_service_beyond_the_standard_is_entitled_zero_times(self):
        plan = self._create_plan(self._create_served_account())
        plan.line_ids = [
            Command.create(
                {
                    "type_id": self.env.ref(
                        "kuaidi_key_account.service_type_training"
                    ).id,
                    "date_finish": "2026-03-10",
                    "amount_cost": 500,
                }
            )
        ]
        row = self._get_row("training", self._publish(plan))
        self.assertEqual([row[name] for name in COUNTS], [0, 1, 0])
        self.assertEqual((row.amount_cost, row.delivered_percent), (500, 0))
        self.assertFalse(self._get_row("training"), "a service that nobody has")

    def test_waived_lines_count_nowhere(self):
        plan = self._create_plan(self._create_served_account())
        plan.line_ids = [
            Command.create(
                {
                    "type_id": self.env.ref("kuaidi_key_account.service_type_phone").id,
                    "date_finish": "2026-03-10",
                    "amount_cost": 7,
                }
            )
        ]
        self._publish(plan)
        before = self._get_row("phone", plan).amount_cost
        extra = plan.line_ids.filtered(lambda line: line.source == "extra")
        extra.sudo()._waive("Client is closed")
        row = self._get_row("phone", plan)
        self.assertEqual([row[name] for name in COUNTS], [12, 12, 0])
        self.assertEqual(row.amount_cost, before - 7)

    def test_late_is_late_as_of_today(self):
        due = self._get_lines("report").mapped("date_finish")
        for day, late in (
            (due[0], 0),
            ("2026-06-30", sum(str(day) < "2026-06-30" for day in due)),
        ):
            self.env.invalidate_all()
            with self.subTest(day=day), freeze_time(f"{day} 04:00:00"):
                self.assertEqual(self._get_row("report").late_count, late)

    def test_only_plans_in_force_and_done_ones_count(self):
        draft = self._create_plan(self._create_served_account())
        self.env.flush_all()
        self.assertFalse(self.report.search([("plan_id", "=", draft.id)]))
        revision = self.env["kuaidi.service.plan"].browse(
            self.plan.action_revise()["res_id"]
        )
        revision.action_publish()
        self.env.flush_all()
        self.assertFalse(self.report.search([("plan_id", "=", self.plan.id)]))
        revision.action_close()
        row = self._get_row("report", revision)
        self.assertEqual(row.plan_state, "done")
        self.assertEqual([row.planned_count, row.missed_count], [12, 12])

    def test_a_group_weighs_by_what_is_entitled(self):
        self._get_lines("report")[:6].action_done()
        self._get_lines("survey").action_done()
        kinds = [self._get_row(kind).type_id.id for kind in ("report", "survey")]
        self.env.flush_all()
        with self.assertQueryCount(1):
            [(entitled, done, percent)] = self.report._read_group(
                [("type_id", "in", kinds), ("account_id", "=", self.account.id)],
                aggregates=[
                    "entitled_count:sum",
                    "done_count:sum",
                    "delivered_percent:avg",
                ],
            )
        self.assertEqual((entitled, done), (13, 7))
        self.assertAlmostEqual(percent, 100 * 7 / 13)

    def test_more_of_one_service_makes_up_for_no_other(self):
        plan = self._create_plan(self._create_served_account())
        plan.line_ids = [
            Command.create(
                {
                    "type_id": self.env.ref(
                        "kuaidi_key_account.service_type_survey"
                    ).id,
                    "date_finish": day,
                }
            )
            for day in ("2026-03-10", "2026-03-11")
        ]
        self._publish(plan)
        survey = self.env.ref("kuaidi_key_account.service_type_survey")
        review = self.env.ref("kuaidi_key_account.service_type_review")
        plan.line_ids.filtered(lambda line: line.type_id == survey).action_done()
        self.env.flush_all()
        domain = [
            ("plan_id", "=", plan.id),
            ("type_id", "in", (survey | review).ids),
        ]
        [(entitled, done, percent)] = self.report._read_group(
            domain,
            aggregates=[
                "entitled_count:sum",
                "done_count:sum",
                "delivered_percent:avg",
            ],
        )
        self.assertEqual((entitled, done, percent), (2, 3, 50))

    def test_a_row_opens_the_lines_that_it_counts(self):
        row = self._get_row("report")
        action = row.action_view_lines()
        self.assertEqual(action["views"][0], (False, "list"))
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines, self._get_lines("report"))

    def test_who_sees_which_rows(self):
        foreign = self._create_served_account()
        foreign.write({"deputy_id": False, "manager_id": self.centre.id})
        foreign.member_ids.unlink()
        self._publish(self._create_plan(foreign, user=self.centre))
        self.env.flush_all()
        both = self.account | foreign
        for user, seen in (
            (self.manager, self.account),
            (self.manager_2, self.account),
            (self.operator, self.account),
            (self.sales, both.browse()),
            (self.finance, both),
            (self.centre, both),
        ):
            with self.subTest(user=user.login):
                rows = self.report.with_user(user).search(
                    [("account_id", "in", both.ids)]
                )
                self.assertEqual(rows.account_id, seen)
        with self._refused(AccessError):
            self.report.with_user(self.portal).search([])

    def test_rows_of_another_company_stay_hidden(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_user("kuaidi_other", "group_crm_centre", other)
        rows = self.report.with_user(stranger).with_context(
            allowed_company_ids=other.ids
        )
        self.assertFalse(rows.search([("plan_id", "=", self.plan.id)]))
        self.assertTrue(self._get_row("report", user=self.centre))
