from datetime import date, datetime

from psycopg2.errors import ExclusionViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .service_common import TODAY, ServiceCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServicePlanPublish(ServiceCommon):
    """Plans come into force, are revised and closed."""

    def _create_low_plan(self):
        """Draft a plan by the standard of one star for a client of three."""
        return self._create_plan(template_id=self.levels[0].plan_template_ids.id)

    def test_publishing_brings_lines_into_force_and_tells_the_team(self):
        plan = self._create_plan()
        self.assertFalse(any(plan.line_ids.mapped("is_in_force")))
        plan.action_publish()
        self.assertEqual(plan.state, "published")
        self.assertEqual(plan.published_by_id, self.manager)
        self.assertTrue(all(plan.line_ids.mapped("is_in_force")))
        told = plan.message_ids[0].partner_ids
        self.assertEqual(
            told,
            (self.manager | self.manager_2 | self.operator).partner_id,
        )

    def test_publishing_completes_the_planning_step(self):
        step = self.account.onboarding_step_ids.filtered(
            lambda step: step.condition == "plan"
        )
        self.assertEqual(step.state, "open")
        self._publish()
        self.assertEqual(step.state, "done")

    def test_publishing_twice_is_refused(self):
        plan = self._publish()
        with self._refused(UserError, "not a draft"):
            plan.action_publish()
        self.assertEqual(plan.revision, 1)

    def test_two_plans_for_one_period_are_refused_in_words(self):
        first = self._create_plan()
        second = self._create_plan()
        first.action_publish()
        with self._refused(UserError, "published for part of that period"):
            second.action_publish()
        self.assertEqual(second.state, "draft")

    @mute_logger("odoo.sql_db")
    def test_two_plans_for_one_period_are_refused_by_the_database(self):
        self._publish()
        second = self._create_plan(date_from="2026-05-06", date_to="2026-06-30")
        with self.assertRaises(ExclusionViolation), self.cr.savepoint():
            second.sudo().write({"state": "published"})
            self.env.flush_all()

    def test_plans_may_follow_each_other(self):
        first = self._publish(self._create_plan(date_to="2026-08-31"))
        second = self._publish()
        self.assertEqual(second.date_from, date(2026, 9, 1))
        self.assertEqual(set((first | second).mapped("state")), {"published"})

    def test_a_candidate_is_planned_but_not_published(self):
        account = self._create_account()
        self._set_star(account, 2)
        plan = self._create_plan(account)
        with self._refused(UserError, "not a formal client"):
            plan.action_publish()
        self.assertEqual(plan.state, "draft")

    def test_a_plan_without_lines_is_not_published(self):
        plan = self._create_plan()
        plan.sudo().line_ids.unlink()
        with self._refused(UserError, "no lines"):
            plan.action_publish()

    def test_a_line_without_handler_keeps_the_plan_from_being_published(self):
        plan = self._create_plan()
        plan.line_ids[0].handler_id = False
        with self._refused(UserError, "nobody to do it"):
            plan.action_publish()
        self.assertEqual(plan.state, "draft")

    def test_less_than_the_standard_is_not_published_without_approval(self):
        plan = self._create_low_plan()
        with self._refused(UserError, "below the standard"):
            plan.action_publish()
        with self._refused(UserError, "Say why"):
            plan.action_request_approval()
        self.assertEqual(plan.state, "draft")

    def test_more_than_the_standard_is_free(self):
        plan = self._create_plan()
        plan.line_ids.create(
            {
                "plan_id": plan.id,
                "type_id": self._get_line(plan, "phone").type_id.id,
                "date_finish": "2026-06-10",
            }
        )
        plan.action_publish()
        self.assertEqual(plan.state, "published")

    def test_the_crm_centre_approves_less_and_thereby_publishes(self):
        plan = self._create_low_plan()
        plan.shortfall_reason = "Joint project with a partner"
        plan.action_request_approval()
        self.assertEqual(plan.state, "to_approve")
        with self._refused(UserError):
            plan.with_user(self.manager).action_approve()
        self.assertEqual(plan.state, "to_approve")
        plan.with_user(self.centre).action_approve()
        self.assertEqual(plan.state, "published")
        self.assertTrue(all(plan.line_ids.mapped("is_in_force")))

    def test_a_refused_plan_is_mended_and_requested_again(self):
        plan = self._create_low_plan()
        plan.shortfall_reason = "Too little revenue"
        plan.action_request_approval()
        plan.with_user(self.centre).action_refuse()
        self.assertEqual(plan.state, "draft")
        self.assertFalse(plan.line_ids.filtered("is_in_force"))
        self.assertTrue(
            any("refused" in (body or "") for body in plan.message_ids.mapped("body"))
        )
        plan.shortfall_reason = "The client asked for less in writing"
        plan.action_request_approval()
        plan.with_user(self.centre_2).action_approve()
        self.assertEqual(plan.state, "published")

    def test_nothing_of_a_requested_plan_can_be_changed(self):
        plan = self._create_low_plan()
        plan.shortfall_reason = "Joint project"
        plan.action_request_approval()
        with self._refused((UserError, ValidationError)):
            plan.date_to = "2027-02-01"
        with self._refused(UserError, "is not a draft"):
            plan.line_ids[0].name = "Something else"
        with self._refused(UserError, "is not a draft"):
            plan.line_ids[0].unlink()
        self.assertEqual(plan.date_to, date(2027, 3, 1))

    def test_the_state_is_moved_by_buttons_only(self):
        plan = self._create_plan()
        for values in [
            {"state": "published"},
            {"revision": 5},
            {"shortfall_count": 0},
            {"changes_published": "Nothing"},
        ]:
            with self.subTest(values=values), self._refused(AccessError):
                plan.write(values)
        for values in [{"state": "done"}, {"is_in_force": True}, {"source": "need"}]:
            with self.subTest(values=values), self._refused(AccessError):
                plan.line_ids[0].write(values)
        with self._refused(AccessError):
            self._create_plan(revision=3)
        with self._refused(AccessError):
            plan.with_context(default_state="published").create(
                {"account_id": self.account.id}
            )
        self.assertEqual(plan.state, "draft")

    def test_a_published_plan_changes_by_a_new_version_only(self):
        plan = self._publish()
        line = self._get_line(plan, "phone")
        for change in (
            lambda: line.write({"name": "Anything"}),
            lambda: line.unlink(),
            lambda: plan.write({"line_ids": [(0, 0, {"type_id": line.type_id.id})]}),
            lambda: plan.write({"date_to": "2026-12-31"}),
            lambda: plan.unlink(),
        ):
            with self._refused(UserError), self.cr.savepoint():
                change()
        self.assertEqual(line.name, "Phone or WeChat contact")

    def test_a_new_version_keeps_the_former_one_and_says_what_changed(self):
        plan = self._publish()
        action = plan.action_revise()
        new = plan.browse(action["res_id"])
        self.assertEqual((new.revision, new.previous_id, new.state), (2, plan, "draft"))
        self.assertEqual(len(new.line_ids), len(plan.line_ids))
        moved = self._get_line(new, "site_visit")
        moved.write({"date_start": "2026-04-13", "date_finish": "2026-04-15"})
        given = self._get_line(new, "coordination")
        given.handler_id = self.manager_2
        new.line_ids.create(
            {
                "plan_id": new.id,
                "type_id": moved.type_id.id,
                "name": "Visit before the peak",
                "date_finish": "2026-10-20",
            }
        )
        self.assertEqual(plan.state, "published")
        new.action_publish()
        self.assertEqual((plan.state, new.state), ("superseded", "published"))
        self.assertFalse(plan.line_ids.filtered("is_in_force"))
        for text in (
            "Moved: Site visit by the account manager",
            "Handed over: Business coordination meeting",
            "Added: Visit before the peak",
        ):
            self.assertIn(text, new.changes)
        # the former version reads as it did
        self.assertNotEqual(
            self._get_line(plan, "site_visit").date_finish, date(2026, 4, 15)
        )

    def test_a_plan_is_revised_by_one_draft_at_a_time(self):
        plan = self._publish()
        plan.action_revise()
        with self._refused(UserError, "being drawn up already"):
            plan.action_revise()
        self.assertEqual(len(plan.next_ids), 1)

    def test_a_new_version_below_the_standard_needs_approval(self):
        plan = self._publish()
        new = plan.browse(plan.action_revise()["res_id"])
        self._get_line(new, "review").unlink()
        self.assertEqual(new.shortfall_count, 1)
        with self._refused(UserError, "Client review meeting 0 of 1"):
            new.action_publish()
        self.assertEqual((plan.state, new.state), ("published", "draft"))

    def test_what_is_delivered_meanwhile_passes_to_the_new_version(self):
        plan = self._publish()
        new = plan.browse(plan.action_revise()["res_id"])
        reports = plan.line_ids.filtered(
            lambda line: line.type_id == self._get_line(plan, "report").type_id
        )
        dropped = new.line_ids.filtered(lambda line: line.origin_line_id == reports[1])
        dropped.unlink()
        reports[:2].action_done()
        new.action_publish()
        done = new.line_ids.filtered(lambda line: line.state == "done")
        self.assertEqual(done.origin_line_id, reports[:2])
        self.assertEqual(new.done_count, 2)

    def test_what_was_delivered_stays_in_a_new_version(self):
        plan = self._publish()
        self._get_line(plan, "report").action_done()
        new = plan.browse(plan.action_revise()["res_id"])
        done = new.line_ids.filtered(lambda line: line.state == "done")
        with self._refused(UserError, "stays in the new one"):
            done.unlink()
        with self._refused(UserError, "stays in the new one"):
            done.name = "Never happened"

    def test_activities_pass_to_the_new_version_and_move_along(self):
        plan = self._publish()
        self._run_schedule(plan)
        visit = self._get_line(plan, "site_visit")
        event = visit.calendar_event_id
        new = plan.browse(plan.action_revise()["res_id"])
        moved = self._get_line(new, "site_visit")
        moved.write({"date_start": "2026-03-16", "date_finish": "2026-03-19"})
        gone = self._get_line(new, "report")
        activity = gone.origin_line_id.activity_ids
        self.assertTrue(activity)
        gone.unlink()
        new.shortfall_reason = "Fewer"
        new.action_request_approval()
        new.with_user(self.centre).action_approve()
        self.assertFalse(visit.activity_ids)
        self.assertEqual(moved.activity_ids.date_deadline, date(2026, 3, 19))
        self.assertEqual(moved.calendar_event_id, event)
        self.assertEqual(event.start, datetime(2026, 3, 19, 2, 0))
        self.assertFalse(activity.exists())

    def test_closing_early_counts_open_lines_as_missed(self):
        plan = self._publish()
        self._run_schedule(plan)
        self._get_line(plan, "report").action_done()
        plan.action_close()
        self.assertEqual(plan.state, "done")
        self.assertEqual(set(plan.line_ids.mapped("state")), {"done", "missed"})
        self.assertFalse(plan.sudo().line_ids.activity_ids)

    def test_plans_that_ended_are_closed_after_some_days_of_grace(self):
        plan = self._publish(self._create_plan(date_to="2026-04-30"))
        for today, state in [("2026-05-14", "published"), ("2026-05-15", "done")]:
            with freeze_time(f"{today} 04:00:00"), self.enter_registry_test_mode():
                self.env.ref(
                    "kuaidi_key_account.cron_close_ended_plans"
                ).method_direct_trigger()
            plan.invalidate_recordset()
            self.assertEqual(plan.state, state, today)

    def test_a_star_that_moved_shows_on_the_plan(self):
        plan = self._publish()
        self.assertFalse(plan.note_star)
        self._set_star(self.account, 4)
        plan.invalidate_recordset()
        self.assertIn("planned with 3★ and has 4★", plan.note_star)
