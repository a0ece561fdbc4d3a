from datetime import date, datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .service_common import TODAY, ServiceCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServicePlanLines(ServiceCommon):
    """Lines become activities and meetings, move, and are delivered or not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._publish().sudo()

    def _change(self, lines, user=None, **values):
        return (
            self.env["kuaidi.plan.line.change"]
            .with_user(user or self.manager)
            .create({"line_ids": lines.ids, **values})
            .action_apply()
        )

    def _trigger_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "kuaidi_key_account.cron_schedule_plan_lines"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_the_coming_fortnight_gets_its_activities_once(self):
        due = self.plan.line_ids.filtered(
            lambda line: line.date_start <= date(2026, 3, 16)
        )
        self.assertTrue(due)
        for _run in range(2):
            self._trigger_cron()
            self.assertEqual(
                len(due.activity_ids), len(due), "one activity for each line"
            )
        later = self.plan.line_ids - due
        self.assertFalse(later.activity_ids)

    def test_a_run_that_was_killed_is_carried_on_by_the_next(self):
        due = self.plan.line_ids.filtered(
            lambda line: line.date_start <= date(2026, 3, 16)
        )
        due[:2]._schedule()
        self._trigger_cron()
        self.assertEqual(len(due.activity_ids), len(due))

    def test_runs_that_were_missed_are_made_up_for(self):
        with freeze_time("2026-04-10 04:00:00"):
            self._trigger_cron()
        lines = self.plan.line_ids.filtered("activity_ids")
        self.assertEqual(max(lines.mapped("date_start")).month, 4)
        self.assertEqual(len(lines.activity_ids), len(lines))

    def test_the_company_says_how_far_ahead(self):
        self.company.kuaidi_plan_horizon_days = 0
        self._trigger_cron()
        self.assertEqual(
            set(self.plan.line_ids.filtered("activity_ids").mapped("date_start")),
            {date(2026, 3, 2), date(2026, 3, 3)}
            & set(self.plan.line_ids.mapped("date_start")),
        )

    def test_drafts_make_no_activities(self):
        account = self._create_served_account()
        draft = self._create_plan(account)
        self._trigger_cron()
        self.assertFalse(draft.sudo().line_ids.activity_ids)

    def test_an_activity_stands_on_the_client_for_the_handler(self):
        line = self._get_line(self.plan, "report")
        self._run_schedule(self.plan)
        activity = line.activity_ids
        self.assertEqual(
            (
                activity.res_model,
                activity.res_id,
                activity.user_id,
                activity.date_deadline,
                activity.summary,
            ),
            (
                "kuaidi.key.account",
                self.account.id,
                self.manager,
                line.date_finish,
                "Client analysis report",
            ),
        )

    def test_a_meeting_stands_in_the_calendar_of_the_handler_alone(self):
        line = self._get_line(self.plan, "site_visit")
        line._schedule()
        event = line.calendar_event_id
        self.assertEqual(event.user_id, self.manager)
        self.assertEqual(event.partner_ids, self.manager.partner_id)
        # ten in the morning in Shanghai
        self.assertEqual((event.start.hour, event.duration), (2, 1))
        self.assertEqual(line.activity_ids.calendar_event_id, event)

    def test_moving_a_line_moves_activity_and_meeting(self):
        line = self._get_line(self.plan, "site_visit")
        line._schedule()
        line.calendar_event_id.with_context(kuaidi_line_moves=True).write(
            {"start": "2026-03-11 06:30:00", "duration": 1.5}
        )
        line.with_user(self.manager).write(
            {"date_start": "2026-03-23", "date_finish": "2026-03-25"}
        )
        event = line.calendar_event_id
        self.assertEqual(event.start, datetime(2026, 3, 25, 6, 30))
        self.assertEqual(event.stop, datetime(2026, 3, 25, 8, 0))
        self.assertEqual(line.activity_ids.date_deadline, date(2026, 3, 25))

    def test_moving_the_meeting_moves_the_line(self):
        line = self._get_line(self.plan, "site_visit")
        line._schedule()
        line.calendar_event_id.with_user(self.manager).write(
            {"start": "2026-03-26 02:00:00", "stop": "2026-03-26 03:00:00"}
        )
        self.assertEqual(line.date_finish, date(2026, 3, 26))

    def test_a_deleted_meeting_leaves_the_line_planned(self):
        line = self._get_line(self.plan, "site_visit")
        line._schedule()
        line.calendar_event_id.unlink()
        self.assertEqual(line.state, "planned")
        self.assertFalse(line.calendar_event_id)

    def test_giving_a_line_away_gives_its_activity_away(self):
        line = self._get_line(self.plan, "report")
        line._schedule()
        self._change(line, mode="reassign", handler_id=self.manager_2.id)
        self.assertEqual(line.activity_ids.user_id, self.manager_2)

    def test_a_line_is_not_moved_onto_a_holiday(self):
        line = self._get_line(self.plan, "report").with_user(self.manager)
        before = line.date_finish
        for day in ("2026-05-04", "2026-03-07", "2026-10-01"):
            with self.subTest(day=day):
                with self._refused(ValidationError, "nearest working day"):
                    line.date_finish = day
                self.assertEqual(line.date_finish, before)
        # Saturday 9 May is worked in return for the holiday
        line.date_finish = "2026-05-09"
        self.assertEqual(line.date_finish, date(2026, 5, 9))

    def test_an_event_may_fall_on_a_weekend(self):
        line = self._get_line(self.plan, "thank_you").with_user(self.manager)
        line.date_finish = "2026-12-19"
        self.assertEqual(line.date_finish, date(2026, 12, 19))

    def test_a_line_does_not_leave_its_plan(self):
        line = self._get_line(self.plan, "report").with_user(self.manager)
        with self._refused(ValidationError, "within its plan"):
            line.date_finish = "2027-03-02"
        with self._refused(UserError, "would leave its plan"):
            self._change(line, mode="shift", workdays=300)
        self.assertLess(line.date_finish, date(2026, 4, 1))

    def test_lines_are_moved_together_by_working_days(self):
        lines = self.plan.line_ids.filtered(
            lambda line: line.date_finish <= date(2026, 4, 10)
        )
        before = {line: line.date_finish for line in lines}
        self._change(lines, mode="shift", workdays=3)
        service = self.env["kuaidi.deadline"]
        for line in lines:
            days = service._get_working_days_between(
                before[line], line.date_finish, self.company
            )
            self.assertEqual(len(days), 4, line.name)

    def test_a_line_keeps_its_length_when_it_moves(self):
        line = self._get_line(self.plan, "coordination")
        line.with_user(self.manager).write(
            {"date_start": "2026-04-07", "date_finish": "2026-04-09"}
        )
        self._change(line, mode="move", date="2026-04-24")
        self.assertEqual(
            (line.date_start, line.date_finish), (date(2026, 4, 22), date(2026, 4, 24))
        )

    def test_the_form_of_the_change_says_what_is_missing(self):
        lines = self.plan.line_ids[:2]
        wizard = Form(
            self.env["kuaidi.plan.line.change"]
            .with_user(self.manager)
            .with_context(active_model=lines._name, active_ids=lines.ids)
        )
        wizard.mode = "waive"
        wizard.reason = " "
        record = wizard.save()
        self.assertEqual(record.line_ids, lines)
        with self._refused(UserError, "Say why"):
            record.action_apply()
        self.assertEqual(set(lines.mapped("state")), {"planned"})

    def test_a_holiday_announced_later_is_passed_by(self):
        plan = self._publish(self._create_plan(self._create_served_account()))
        line = self._get_line(plan.sudo(), "report")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday declared at short notice",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": datetime.combine(line.date_finish, datetime.min.time()),
                "date_to": datetime.combine(line.date_finish, datetime.max.time()),
            }
        )
        before = line.date_finish
        line._schedule()
        self.assertLess(line.date_finish, before)
        self.assertEqual(line.activity_ids.date_deadline, line.date_finish)

    def test_lines_of_a_handler_who_left_pass_to_the_manager(self):
        line = self._get_line(self.plan, "coordination")
        self.assertEqual(line.handler_id, self.operator)
        self.operator.active = False
        line._schedule()
        self.assertEqual(line.handler_id, self.manager)
        self.assertEqual(line.activity_ids.user_id, self.manager)
        self.assertIn("handler has left", self.account.message_ids[0].body)

    def test_a_leaver_hands_planned_lines_over(self):
        wizards = self.env["kuaidi.account.handover"].with_user(self.centre)
        wizard = wizards.create(
            {
                "company_id": self.company.id,
                "from_user_id": self.manager.id,
                "to_user_id": self.manager_2.id,
                "reason": "Leaves the company",
            }
        )
        self.assertTrue(
            self.plan.line_ids.filtered(lambda line: line.handler_id == self.manager)
        )
        wizard.action_hand_over()
        self.assertEqual(self.plan.line_ids.handler_id, self.manager_2 | self.operator)

    def test_work_without_a_visit_is_completed_by_its_button(self):
        line = self._get_line(self.plan, "report")
        line._schedule()
        line.with_user(self.manager).action_done()
        self.assertEqual((line.state, line.date_done), ("done", date(2026, 3, 2)))
        self.assertFalse(line.activity_ids)
        with self._refused(UserError, "is not open"):
            line.with_user(self.manager).action_done()

    def test_a_contact_is_completed_by_its_log(self):
        line = self._get_line(self.plan, "phone").with_user(self.manager)
        with self._refused(UserError, "log the visit"):
            line.action_done()
        self.assertEqual(line.state, "planned")

    def test_completing_the_activity_completes_the_line(self):
        line = self._get_line(self.plan, "report")
        line._schedule()
        line.activity_ids.with_user(self.manager).action_feedback(feedback="Sent")
        self.assertEqual(line.state, "done")

    def test_completing_the_activity_of_a_contact_logs_it(self):
        line = self._get_line(self.plan, "phone")
        line._schedule()
        line.activity_ids.with_user(self.manager).action_feedback(
            feedback="Happy with the new pickup time"
        )
        self.assertEqual(line.state, "done")
        self.assertEqual(line.visit_id.channel, "phone")
        self.assertIn("new pickup time", line.visit_id.note)
        self.assertTrue(line.visit_id.is_incomplete)

    def test_a_handler_delivers_without_editing_the_plan(self):
        line = self._get_line(self.plan, "file").with_user(self.manager)
        line.handler_id = self.operator
        own = line.with_user(self.operator)
        with self._refused(AccessError):
            own.date_finish = "2026-07-01"
        own.action_done()
        self.assertEqual(line.state, "done")

    def test_others_do_not_deliver(self):
        line = self._get_line(self.plan, "report")
        with self._refused(AccessError):
            line.with_user(self.operator).action_done()
        with self._refused(AccessError):
            line.with_user(self.sales).action_done()
        self.assertEqual(line.state, "planned")

    def test_waiving_needs_a_reason_and_not_less_than_the_standard(self):
        line = self._get_line(self.plan, "review")
        with self._refused(UserError, "fall below the standard"):
            self._change(line, mode="waive", reason="No time")
        self.assertEqual(line.state, "planned")
        extra = (
            self._get_line(self.plan, "review")
            .sudo()
            .copy(
                {
                    "plan_id": self.plan.id,
                    "date_start": "2026-06-10",
                    "date_finish": "2026-06-10",
                }
            )
        )
        extra.is_in_force = True
        self._change(extra, mode="waive", reason="Client asked for one only")
        self.assertEqual(
            (extra.state, extra.waive_reason), ("waived", "Client asked for one only")
        )

    def test_a_line_is_taken_up_again_with_its_activity(self):
        line = self._get_line(self.plan, "report").with_user(self.manager)
        line.sudo()._schedule()
        line.action_done()
        line.action_reopen()
        self.assertEqual(line.state, "planned")
        self.assertTrue(line.sudo().activity_ids.active)

    def test_late_lines_are_found_and_shown(self):
        with freeze_time("2026-04-20 04:00:00"):
            late = self.plan.line_ids.search(
                [("plan_id", "=", self.plan.id), ("is_late", "=", True)]
            )
            self.assertEqual(late, self.plan.line_ids.filtered("is_late"))
            self.assertEqual(
                late,
                self.plan.line_ids.filtered(
                    lambda line: line.date_finish < date(2026, 4, 20)
                ),
            )
            self.plan.invalidate_recordset()
            self.assertEqual(self.plan.late_count, len(late))

    def test_scheduling_takes_as_many_queries_for_many_lines_but_for_their_rows(self):
        lines = self.plan.line_ids.filtered(
            lambda line: line.type_id == self._get_line(self.plan, "report").type_id
        )
        (lines[0] | lines[1])._schedule()
        self.env.flush_all()
        before = self.cr.sql_log_count
        lines[2:4]._schedule()
        self.env.flush_all()
        few = self.cr.sql_log_count - before
        before = self.cr.sql_log_count
        lines[4:12]._schedule()
        self.env.flush_all()
        self.assertLessEqual(self.cr.sql_log_count - before, few)
