from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .service_common import TODAY, ServiceCommon

# the matrix of 2.3 by service: times a year for one to five stars
MATRIX = {
    "phone": (2, 4, 12, 24, 48),
    "site_visit": (1, 2, 4, 6, 12),
    "executive": (0, 0, 0, 1, 2),
    "report": (0, 4, 12, 12, 12),
    "coordination": (0, 0, 1, 2, 4),
    "review": (1, 1, 1, 2, 4),
    "survey": (1, 1, 1, 2, 4),
    "tour": (0, 0, 0, 1, 1),
    "thank_you": (0, 0, 1, 1, 1),
    "training": (0, 0, 0, 1, 2),
    "file": (2, 2, 4, 12, 24),
    "hotline": (0, 0, 1, 1, 1),
    # New Year, Spring Festival, Dragon Boat, Mid-Autumn, National Day
    "festival": (5, 5, 5, 5, 5),
}


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServicePlan(ServiceCommon):
    """A plan is made from the star, the promises, the needs and the occasions."""

    def _get_service_type(self, kind):
        return self.env.ref(f"kuaidi_key_account.service_type_{kind}")

    def test_a_service_year_holds_what_the_star_entitles_to(self):
        for stars in range(1, 6):
            account = self._create_served_account(stars=stars)
            plan = self._create_plan(account)
            entitled = {
                row.type_id: (row.entitled_count, row.planned_count)
                for row in plan.entitlement_ids
            }
            for kind, frequencies in MATRIX.items():
                count = frequencies[stars - 1]
                with self.subTest(stars=stars, kind=kind):
                    self.assertEqual(
                        entitled.get(self._get_service_type(kind), (0, 0)),
                        (count, count),
                    )
            self.assertEqual(plan.shortfall_count, 0)
            self.assertEqual(plan.level_id, account.star_id)

    def test_a_plan_runs_for_a_service_year_from_today_or_after_the_last_one(self):
        first = self._publish()
        self.assertEqual(
            (first.date_from, first.date_to), (date(2026, 3, 2), date(2027, 3, 1))
        )
        second = self._create_plan()
        self.assertEqual(
            (second.date_from, second.date_to), (date(2027, 3, 2), date(2028, 3, 1))
        )

    def test_a_plan_ends_with_the_contract(self):
        self.account.document_ids.write(
            {"date": "2026-01-01", "date_expiry": "2026-12-31"}
        )
        plan = self._create_plan()
        self.assertEqual(plan.date_to, date(2026, 12, 31))

    def test_a_plan_outside_the_contract_is_refused(self):
        self.account.document_ids.write(
            {"date": "2026-01-01", "date_expiry": "2026-12-31"}
        )
        for date_from, date_to in [
            ("2025-12-31", "2026-06-30"),
            ("2026-06-01", "2027-01-01"),
        ]:
            with self._refused(ValidationError, "within its contract"):
                self._create_plan(date_from=date_from, date_to=date_to)
        self.assertFalse(self.account.plan_ids)

    def test_lines_lie_on_working_days_only(self):
        plan = self._create_plan(self._create_served_account(stars=5))
        service = self.env["kuaidi.deadline"]
        for line in plan.line_ids:
            for day in (line.date_start, line.date_finish):
                self.assertTrue(service._is_working_day(day, self.company), day)
                # 2027 is not arranged yet, its statutory days are known all the same
                self.assertNotIn(day, [date(2027, 2, 5), date(2027, 2, 8)])
        # the Sunday before National Day is worked, the week after it is not
        self.assertTrue(service._is_working_day(date(2026, 9, 20), self.company))

    def test_times_of_a_service_are_spread_over_the_year(self):
        plan = self._create_plan()
        calls = plan.line_ids.filtered(
            lambda line: line.type_id == self._get_service_type("phone")
        )
        gaps = [
            (after.date_finish - before.date_finish).days
            for before, after in zip(calls, calls[1:], strict=False)
        ]
        self.assertEqual(len(calls), 12)
        self.assertGreaterEqual(min(gaps), 20)
        self.assertLessEqual(max(gaps), 42)

    def test_festivals_and_seasons_have_their_time(self):
        plan = self._create_plan()
        windows = {
            line.festival_id.key or line.type_id.name: (
                line.date_start,
                line.date_finish,
                line.occasion_date,
            )
            for line in plan.line_ids
            if line.source == "festival"
        }
        # Spring Festival is on 6 February 2027: four weeks ahead, done the day before
        self.assertEqual(
            windows["spring_festival"],
            (date(2027, 1, 11), date(2027, 2, 4), date(2027, 2, 6)),
        )
        # Mid-Autumn is on 25 September 2026: thirty days ahead
        self.assertEqual(
            windows["mid_autumn"],
            (date(2026, 8, 26), date(2026, 9, 24), date(2026, 9, 25)),
        )
        party = self._get_line(plan, "thank_you")
        self.assertEqual((party.date_finish.year, party.date_finish.month), (2026, 12))
        hotline = self._get_line(plan, "hotline")
        self.assertEqual(
            (hotline.date_start, hotline.date_finish),
            (date(2026, 3, 2), date(2027, 3, 1)),
        )

    def test_handlers_come_from_the_team_by_role(self):
        account = self._create_served_account(stars=4)
        account.leadership_ids = self.centre
        plan = self._create_plan(account)
        for kind, user in [
            ("phone", self.manager),
            ("coordination", self.operator),
            ("executive", self.centre),
            # nobody of the CRM staff is in the team
            ("survey", self.manager),
        ]:
            with self.subTest(kind=kind):
                self.assertEqual(self._get_line(plan, kind).handler_id, user)

    def test_a_handler_who_left_is_never_planned(self):
        self.operator.active = False
        plan = self._create_plan()
        self.assertEqual(self._get_line(plan, "coordination").handler_id, self.manager)

    def test_promises_and_needs_become_lines(self):
        self.account.need_ids = [
            Command.create(
                {"name": "Returns", "is_promised": True, "promise": "Returns in 48 h"}
            ),
            Command.create({"name": "Night pickup", "kano_class": "exciting"}),
            Command.create({"name": "Glossy labels", "kano_class": "indifferent"}),
        ]
        plan = self._create_plan()
        lines = plan.line_ids.filtered("need_id")
        self.assertEqual(
            {(line.name, line.source) for line in lines},
            {("Returns in 48 h", "promise"), ("Night pickup", "need")},
        )
        self.assertEqual(plan.shortfall_count, 0)

    def test_occasions_become_lines_ahead_of_their_day(self):
        self.account.occasion_ids = [
            Command.create(
                {
                    "kind": "anniversary",
                    "name": "Founding day",
                    "date": "2010-05-02",
                    "lead_days": 10,
                }
            )
        ]
        line = self._create_plan().line_ids.filtered("occasion_id")
        self.assertEqual(
            (line.name, line.source, line.date_start, line.occasion_date),
            ("Founding day", "occasion", date(2026, 4, 22), date(2026, 5, 2)),
        )

    def test_a_client_without_a_star_gets_no_plan(self):
        account = self._create_account()
        with self._refused(UserError, "Have a star rating approved first"):
            self._create_plan(account)
        self.assertFalse(account.plan_ids)

    def test_a_closed_client_gets_no_plan(self):
        self.account.action_close()
        with self._refused(UserError, "are closed"):
            self._create_plan()
        self.assertFalse(self.account.plan_ids)

    def test_a_template_without_lines_makes_no_plan(self):
        self.account.star_id.plan_template_ids.line_ids.unlink()
        with self._refused(ValidationError, "has no lines"):
            self._create_plan()
        self.assertFalse(self.account.plan_ids)

    def test_a_period_without_working_days_makes_no_plan(self):
        with self._refused(ValidationError, "no working day"):
            self._create_plan(date_from="2026-10-01", date_to="2026-10-05")

    @mute_logger("odoo.sql_db")
    def test_one_star_has_one_standard(self):
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            self.env["kuaidi.plan.template"].create(
                {"company_id": self.company.id, "level_id": self.levels[0].id}
            )
        self.assertIn("level_uniq", str(caught.exception))

    def test_a_standard_changed_later_leaves_plans_as_they_are(self):
        plan = self._publish()
        template = self.account.star_id.plan_template_ids
        template.line_ids.filtered(
            lambda line: line.type_id == self._get_service_type("phone")
        ).frequency = 20
        entitlement = plan.entitlement_ids.filtered(
            lambda row: row.type_id == self._get_service_type("phone")
        )
        self.assertEqual(entitlement.entitled_count, 12)
        self.assertEqual(plan.shortfall_count, 0)

    def test_the_star_decides_on_the_minimum_whatever_template_is_chosen(self):
        low = self.levels[0].plan_template_ids
        plan = self._create_plan(template_id=low.id)
        self.assertGreater(plan.shortfall_count, 0)
        self.assertIn("Phone or WeChat contact 2 of 12", plan.shortfall)

    def test_cost_is_compared_with_revenue_of_the_period(self):
        plan = self._create_plan()
        self.assertEqual(plan.amount_revenue, 100_000)
        self.assertEqual(plan.amount_cost, sum(plan.line_ids.mapped("amount_cost")))
        self.assertFalse(plan.is_over_budget)
        self.company.kuaidi_service_budget_percent = 1
        plan.invalidate_recordset()
        self.assertTrue(plan.is_over_budget)
        self.assertIn("more than 1 %", plan.note_budget)

    def test_a_star_on_expected_revenue_warns_of_a_shortfall(self):
        account = self._create_served_account(stars=3)
        rating = self.env["kuaidi.star.rating"].create(
            {
                "account_id": account.id,
                "basis": "expected",
                "amount_revenue": 150_000,
            }
        )
        rating.action_request_approval()
        rating.with_user(self.centre).action_approve()
        plan = self._create_plan(account)
        self.assertIn("stands on expected revenue", plan.note_budget)

    def test_planning_anew_replaces_what_was_made_and_keeps_what_was_entered(self):
        plan = self._create_plan()
        count = len(plan.line_ids)
        extra = plan.line_ids.create(
            {
                "plan_id": plan.id,
                "type_id": self._get_service_type("training").id,
                "name": "Packing course",
                "date_finish": "2026-05-06",
            }
        )
        (plan.line_ids - extra)[:5].unlink()
        plan.action_plan_anew()
        self.assertEqual(len(plan.line_ids), count + 1)
        self.assertIn(extra, plan.line_ids)

    def test_another_period_plans_a_draft_anew(self):
        plan = self._create_plan()
        plan.date_to = "2026-06-30"
        self.assertLessEqual(max(plan.line_ids.mapped("date_finish")), plan.date_to)
        self.assertEqual(plan.shortfall_count, 0)
        plan.date_to = "2027-03-01"
        self.assertEqual(max(plan.line_ids.mapped("date_finish")), plan.date_to)

    def test_another_template_plans_a_draft_anew(self):
        plan = self._create_plan()
        plan.template_id = self.levels[0].plan_template_ids
        self.assertEqual(
            len(plan.line_ids.filtered(lambda line: line.source == "standard")),
            2 + 1 + 1 + 1 + 2,
        )

    def test_a_line_entered_by_hand_keeps_its_plan_from_being_shortened(self):
        plan = self._create_plan()
        extra = plan.line_ids.create(
            {
                "plan_id": plan.id,
                "type_id": self._get_service_type("training").id,
                "date_finish": "2026-12-08",
            }
        )
        with self._refused(ValidationError, "outside the new period"):
            plan.date_to = "2026-06-30"
        self.assertEqual(plan.date_to, date(2027, 3, 1))
        self.assertIn(extra, plan.line_ids)

    def test_a_hundred_plans_take_as_many_queries_as_ten_but_for_their_rows(self):
        def count(number):
            accounts = self.env["kuaidi.key.account"]
            for _n in range(number):
                accounts |= self._create_account(manager_id=self.manager.id)
            for account in accounts:
                self._set_star(account, 3)
            self.env.flush_all()
            before = self.cr.sql_log_count
            plans = self.env["kuaidi.service.plan"]._create_plans(accounts)
            return self.cr.sql_log_count - before, plans

        self._create_plan()  # what is read once
        few, _plans = count(10)
        many, plans = count(100)
        self.assertLessEqual(many, few + 3)
        self.assertEqual(set(plans.mapped("shortfall_count")), {0})
        self.assertEqual(len(plans.line_ids), 100 * len(plans[0].line_ids))

    def test_a_manager_cannot_plan_for_the_client_of_another(self):
        account = self._create_served_account()
        account.write({"deputy_id": False, "manager_id": self.manager_2.id})
        with self._refused(AccessError):
            self._create_plan(account)
        self.assertFalse(account.plan_ids)

    def test_a_plan_stays_with_its_client_and_is_not_duplicated(self):
        plan = self._create_plan()
        other = self._create_served_account()
        with self._refused(UserError, "stays with its client"):
            plan.account_id = other
        with self._refused(UserError, "not duplicated"):
            plan.copy()
        self.assertEqual(plan.account_id, self.account)
