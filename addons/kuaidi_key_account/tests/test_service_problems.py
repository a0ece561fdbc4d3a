from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .service_common import TODAY
from .visit_common import VisitCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServiceProblems(VisitCommon):
    """What a client raised is followed up until somebody closes it (VI-4)."""

    def _get_activities(self, problem, kind="problem"):
        activity_type = self.env.ref(f"kuaidi_key_account.mail_activity_type_{kind}")
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "kuaidi.problem"),
                ("res_id", "=", problem.id),
                ("activity_type_id", "=", activity_type.id),
            ]
        )

    def test_a_problem_is_the_managers_and_due_in_three_working_days(self):
        problem = self._raise_problem(self.operator)
        self.assertEqual(problem.owner_id, self.manager)
        self.assertEqual(problem.date_deadline, datetime(2026, 3, 5, 15, 59, 59))
        self.assertEqual(problem.date_due, date(2026, 3, 5))
        self.company.kuaidi_problem_workdays = 5
        self.assertEqual(self._raise_problem().date_due, date(2026, 3, 9))

    def test_a_due_day_ends_with_the_day_of_the_company(self):
        problem = self._raise_problem(date_due="2026-03-10")
        self.assertEqual(problem.date_deadline, datetime(2026, 3, 10, 15, 59, 59))
        with Form(problem.with_user(self.manager)) as form:
            form.date_due = "2026-03-12"
        self.assertEqual(problem.date_deadline, datetime(2026, 3, 12, 15, 59, 59))

    def test_the_owner_has_one_activity_that_follows_the_problem(self):
        problem = self._raise_problem()
        activity = self._get_activities(problem)
        self.assertEqual(
            (activity.user_id, activity.date_deadline),
            (self.manager, date(2026, 3, 5)),
        )
        problem.write({"owner_id": self.operator.id, "date_due": "2026-03-11"})
        self.assertEqual(self._get_activities(problem), activity)
        self.assertEqual(
            (activity.user_id, activity.date_deadline),
            (self.operator, date(2026, 3, 11)),
        )
        problem.result = "The driver starts an hour earlier"
        problem.action_done()
        self.assertFalse(self._get_activities(problem))

    def test_a_solved_problem_says_how_and_by_whom(self):
        problem = self._raise_problem(owner_id=self.operator.id)
        own = problem.with_user(self.operator)
        with self.assertRaises(UserError):
            own.action_done()
        self.assertEqual(problem.state, "open")
        own.result = "The driver starts an hour earlier"
        own.action_done()
        self.assertEqual(problem.state, "done")
        self.assertEqual(problem.closed_by_id, self.operator)
        self.assertEqual(problem.date_done, datetime(2026, 3, 2, 4))
        with self.assertRaises(UserError) as refusal:
            problem.action_done()
        self.assertIn(self.operator.name, str(refusal.exception))

    def test_a_dropped_problem_says_why(self):
        problem = self._raise_problem()
        with self.assertRaises(UserError):
            problem.action_cancel()
        self.assertEqual(problem.state, "open")
        problem.cancel_reason = "The client took it back"
        problem.action_cancel()
        self.assertEqual(problem.state, "cancelled")
        self.assertEqual(problem.closed_by_id, self.manager)
        self.assertFalse(self._get_activities(problem))

    def test_a_closed_problem_changes_only_after_it_is_reopened(self):
        problem = self._raise_problem(result="Settled")
        problem.action_done()
        for values in (
            {"owner_id": self.operator.id},
            {"date_due": "2026-04-01"},
            {"result": "Not at all"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                problem.write(values)
        self.assertEqual(problem.result, "Settled")
        with freeze_time("2026-03-09 04:00:00"):
            problem.action_reopen()
        self.assertEqual(problem.state, "open")
        self.assertFalse(problem.closed_by_id)
        self.assertFalse(problem.date_done)
        # three working days anew, for the former day has passed
        self.assertEqual(problem.date_due, date(2026, 3, 12))
        self.assertEqual(len(self._get_activities(problem)), 1)

    def test_late_problems_are_told_to_the_centre_once(self):
        problem = self._raise_problem()
        with freeze_time("2026-03-05 15:59:58"):
            self._run_escalation()
            self.assertFalse(problem.date_escalated)
        with freeze_time("2026-03-06 01:00:00"):
            self.assertTrue(problem.is_overdue)
            self._run_escalation()
            self._run_escalation()
        activity = self._get_activities(problem, "problem_late")
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.centre)
        self.assertIn("Pickup comes late", activity.note)
        self.assertIn("Haina Home", activity.note)
        self.assertEqual(problem.date_escalated, datetime(2026, 3, 6, 1))
        self.assertEqual(len(self._get_activities(problem)), 1)

    def test_a_new_deadline_withdraws_the_call_and_can_be_missed_anew(self):
        problem = self._raise_problem()
        with freeze_time("2026-03-06 01:00:00"):
            self._run_escalation()
            problem.date_due = "2026-03-10"
            self.assertFalse(self._get_activities(problem, "problem_late"))
            self.assertFalse(problem.date_escalated)
        with freeze_time("2026-03-11 01:00:00"):
            self._run_escalation()
        self.assertEqual(len(self._get_activities(problem, "problem_late")), 1)

    def test_closing_a_late_problem_withdraws_the_call(self):
        problem = self._raise_problem(result="Settled")
        with freeze_time("2026-03-06 01:00:00"):
            self._run_escalation()
            problem.action_done()
        self.assertFalse(self._get_activities(problem, "problem_late"))
        with freeze_time("2026-03-09 01:00:00"):
            self._run_escalation()
        self.assertFalse(self._get_activities(problem, "problem_late"))

    def test_problems_of_an_archived_account_wait(self):
        problem = self._raise_problem()
        self.account.active = False
        with freeze_time("2026-03-06 01:00:00"):
            self._run_escalation()
            self.assertFalse(problem.date_escalated)
            self.account.active = True
            self._run_escalation()
        self.assertTrue(problem.date_escalated)

    def test_without_anybody_to_tell_a_problem_waits(self):
        problem = self._raise_problem()
        company = type(self.company)
        with (
            patch.object(
                company,
                "_get_kuaidi_escalation_user",
                lambda company: company.env["res.users"],
            ),
            freeze_time("2026-03-06 01:00:00"),
        ):
            self._run_escalation()
        self.assertFalse(problem.date_escalated)
        self.assertFalse(self._get_activities(problem, "problem_late"))

    def test_the_escalation_takes_as_many_queries_for_ten_times_the_problems(self):
        def escalate(count):
            problems = self.env["kuaidi.problem"].create(
                [
                    {"account_id": self.account.id, "name": f"Parcel {number}"}
                    for number in range(count)
                ]
            )
            with freeze_time("2026-03-06 01:00:00"):
                queries = self._count_queries(problems._escalate)
            self.assertEqual(len(problems.filtered("date_escalated")), count)
            return queries

        escalate(1)
        self.assertEqual(escalate(5), escalate(50))

    def test_an_owner_works_in_the_company(self):
        other = self.env["res.company"].create({"name": "Other Express"})
        stranger = self._create_user("kuaidi_far", "group_sales", company=other)
        problem = self._raise_problem()
        for user in (stranger, self.portal):
            with self.subTest(user=user.login), self.assertRaises(ValidationError):
                problem.owner_id = user
            with self.subTest(user=user.login), self.assertRaises(ValidationError):
                self._raise_problem(owner_id=user.id)
        self.assertEqual(problem.owner_id, self.manager)
        self.assertEqual(self.account.problem_ids, problem)

    def test_a_problem_stays_with_its_client(self):
        problem = self._raise_problem()
        second = self._create_account()
        with self.assertRaises(UserError):
            problem.account_id = second
        self.assertEqual(problem.account_id, self.account)
        visit = self._log_visit(account_id=second.id, contact_ids=[])
        with self.assertRaises(ValidationError):
            problem.visit_id = visit
        self.assertFalse(visit.problem_ids)

    def test_problems_are_entered_as_lines_of_a_visit(self):
        with Form(self.env["kuaidi.visit"].with_user(self.manager)) as form:
            form.account_id = self.account
            form.purpose = "Complaint of last week"
            form.reaction = "2"
            with form.problem_ids.new() as line:
                self.assertEqual(line.owner_id, self.manager)
                self.assertEqual(line.date_due, date(2026, 3, 5))
                line.name = "Labels smear"
                line.owner_id = self.operator
                line.date_due = "2026-03-13"
        problem = form.record.problem_ids
        self.assertEqual(problem.account_id, self.account)
        self.assertEqual(problem.date_deadline, datetime(2026, 3, 13, 15, 59, 59))
        self.assertEqual(self._get_activities(problem).user_id, self.operator)

    def test_open_problems_show_at_the_next_visit(self):
        earlier = self._raise_problem()
        self._raise_problem(result="Settled").action_done()
        visit = self._log_visit(problem_ids=[Command.create({"name": "Labels smear"})])
        self.assertEqual(visit.open_problem_ids, earlier)
        form = Form(
            self.env["kuaidi.visit"]
            .with_user(self.manager)
            .with_context(default_account_id=self.account.id)
        )
        self.assertEqual(form.open_problem_ids.ids, (earlier | visit.problem_ids).ids)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may_close_and_who_may_not(self):
        self.account.member_ids = [
            Command.create({"user_id": self.sales.id, "role": "sales"})
        ]
        for user, may in (
            (self.manager, True),
            (self.manager_2, True),
            (self.operator, True),
            (self.centre, True),
            (self.sales, False),
            (self.finance, False),
            (self.stranger, False),
        ):
            problem = self._raise_problem(owner_id=self.operator.id, result="Settled")
            with self.subTest(user=user.login):
                if may:
                    problem.with_user(user).action_done()
                    self.assertEqual(problem.state, "done")
                    self.assertEqual(problem.closed_by_id, user)
                    continue
                for act in ("action_done", "action_cancel"):
                    with self.assertRaises(AccessError):
                        getattr(problem.with_user(user), act)()
                self.assertEqual(problem.state, "open")
                self.assertFalse(problem.closed_by_id)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_whoever_raised_it_corrects_the_words_alone(self):
        problem = self._raise_problem(self.operator)
        problem.name = "Pickup comes two hours late"
        for values in (
            {"owner_id": self.operator.id},
            {"date_due": "2026-12-31"},
            {"date_deadline": "2026-12-31 00:00:00"},
            {"result": "Nothing to do"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                problem.write(values)
        with self.assertRaises(AccessError):
            problem.action_done()
        self.assertEqual(problem.owner_id, self.manager)
        self.assertEqual(problem.date_due, date(2026, 3, 5))
        self.assertEqual(problem.name, "Pickup comes two hours late")

    def test_an_owner_outside_the_team_sees_the_problem_alone(self):
        problem = self._raise_problem(owner_id=self.sales.id)
        own = problem.with_user(self.sales)
        self.assertEqual(own.name, "Pickup comes late")
        self.assertEqual(
            self.env["kuaidi.problem"].with_user(self.sales).search([]), problem
        )
        self.assertFalse(
            self.env["kuaidi.key.account"]
            .with_user(self.sales)
            .search([("id", "=", self.account.id)])
        )
        with Form(own) as form:
            form.result = "Settled"
        own.action_done()
        self.assertEqual(problem.closed_by_id, self.sales)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_the_state_moves_by_buttons_alone(self):
        problem = self._raise_problem()
        for name, value in (
            ("state", "done"),
            ("date_done", "2026-03-01 00:00:00"),
            ("closed_by_id", self.centre.id),
            ("date_escalated", "2026-03-01 00:00:00"),
            ("company_id", self.env.company.id),
        ):
            with self.subTest(name=name):
                with self.assertRaises(AccessError):
                    problem.write({name: value})
                with self.assertRaises(AccessError):
                    self._raise_problem(**{name: value})
                with self.assertRaises(AccessError):
                    problem.with_context(**{f"default_{name}": value}).create(
                        {"account_id": self.account.id, "name": "Forged"}
                    )
        self.assertEqual(problem.state, "open")
        self.assertEqual(self.account.problem_ids, problem)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_the_centre_takes_back_what_was_raised_today_by_mistake(self):
        for user, age, state, refusal in (
            (self.manager, 0, "open", AccessError),
            (self.operator, 0, "open", AccessError),
            (self.finance, 0, "open", AccessError),
            (self.centre, 0, "open", None),
            (self.centre, 1, "open", UserError),
            (self.centre, 0, "done", UserError),
            (self.centre, 0, "cancelled", UserError),
            (self.admin, 0, "open", None),
            (self.admin, 1, "open", UserError),
        ):
            problem = self._raise_problem()
            problem.sudo().state = state
            problem.flush_recordset()
            self.env.cr.execute(
                "UPDATE kuaidi_problem SET create_date = %s WHERE id = %s",
                [self.env.cr.now() - timedelta(days=age), problem.id],
            )
            problem.invalidate_recordset()
            with self.subTest(user=user.login, age=age, state=state):
                if not refusal:
                    problem.with_user(user).unlink()
                    self.assertFalse(problem.exists())
                    continue
                with self.assertRaises(refusal):
                    problem.with_user(user).unlink()
                self.assertTrue(problem.exists())
