from datetime import date, datetime

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .service_common import TODAY
from .visit_common import VisitCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServiceVisitSources(VisitCommon):
    """Visits that fulfil planned lines, and visits logged from the calendar."""

    def _open(self, action, user=None):
        """Return the form that an action opens for a new visit."""
        return Form(
            self.env["kuaidi.visit"]
            .with_user(user or self.manager)
            .with_context(**action["context"])
        )

    def _get_planned_line(self, kind="site_visit"):
        return self._get_line(self._publish(), kind)

    def test_a_visit_from_a_line_comes_filled_in_and_completes_it(self):
        line = self._get_planned_line()
        form = self._open(line.action_log_visit())
        self.assertEqual(form.account_id, self.account)
        self.assertEqual(form.type_id, line.type_id)
        self.assertEqual(
            (form.channel, form.duration_minutes, form.purpose),
            ("face", 60, line.name),
        )
        form.reaction = "4"
        visit = form.save()
        self.assertEqual(line.state, "done")
        self.assertEqual(line.visit_id, visit)
        self.assertEqual(line.date_done, date(2026, 3, 2))
        self.assertEqual(line.action_log_visit()["res_id"], visit.id)

    def test_a_line_is_open_again_once_its_visit_is_detached_or_deleted(self):
        line = self._get_planned_line()
        visit = self._log_visit(plan_line_id=line.id)
        visit.plan_line_id = False
        self.assertEqual(line.state, "planned")
        self.assertFalse(line.visit_id)
        self.assertFalse(line.date_done)
        # no word from outside keeps the line from following
        visit.with_context(kuaidi_line_moves=True).plan_line_id = line
        self.assertEqual(line.state, "done")
        visit.unlink()
        self.assertEqual(line.state, "planned")
        self.assertFalse(line.visit_id)

    def test_a_visit_changes_from_one_line_to_another(self):
        plan = self._publish()
        first = self._get_line(plan, "site_visit")
        second = self._get_line(plan, "coordination")
        visit = self._log_visit(plan_line_id=first.id)
        visit.plan_line_id = second
        self.assertEqual((first.state, second.state), ("planned", "done"))
        self.assertEqual(second.visit_id, visit)
        visit.date = "2026-02-27 02:00:00"
        self.assertEqual(second.date_done, date(2026, 2, 27))

    def test_lines_that_are_not_open_take_no_visit(self):
        draft = self._get_line(self._create_plan(), "site_visit")
        with self.assertRaises(UserError):
            self._log_visit(plan_line_id=draft.id)
        self.assertEqual(draft.state, "planned")
        plan = draft.plan_id
        self._publish(plan)
        draft.action_missed()
        with self.assertRaises(UserError):
            self._log_visit(plan_line_id=draft.id)
        self.assertEqual(draft.state, "missed")
        self.assertFalse(self._find_visits())

    def test_a_line_of_another_client_is_refused(self):
        second = self._create_served_account(name="Lanhai Toys")
        line = self._get_line(self._publish(self._create_plan(second)), "site_visit")
        with self.assertRaises(ValidationError):
            self._log_visit(plan_line_id=line.id)
        visit = self._log_visit()
        with self.assertRaises(ValidationError):
            visit.plan_line_id = line
        self.assertFalse(visit.plan_line_id)
        self.assertEqual(line.state, "planned")
        self.assertFalse(line.visit_id)

    def test_a_revision_takes_the_visits_along(self):
        line = self._get_planned_line()
        visit = self._log_visit(plan_line_id=line.id)
        plan = self.env["kuaidi.service.plan"].browse(
            line.plan_id.action_revise()["res_id"]
        )
        plan.with_user(self.manager).action_publish()
        self.assertEqual(visit.plan_line_id.plan_id, plan)
        self.assertEqual(visit.plan_line_id.origin_line_id, line)
        self.assertEqual(visit.plan_line_id.visit_id, visit)
        self.assertEqual(visit.plan_line_id.state, "done")

    def test_a_visit_from_a_meeting_comes_filled_in(self):
        event = self._create_event(
            partners=[self.contact, self.operator.partner_id],
        )
        self.assertTrue(event.can_log_visit)
        form = self._open(event.action_log_visit())
        self.assertEqual(form.account_id, self.account)
        self.assertEqual(form.date, datetime(2026, 3, 2, 2))
        self.assertEqual(
            (form.channel, form.duration_minutes, form.purpose),
            ("face", 60, "Talk about volume"),
        )
        self.assertEqual(form.contact_ids[:], self.contact)
        self.assertEqual(form.participant_ids[:], self.operator)
        visit = form.save()
        self.assertEqual(visit.calendar_event_id, event)
        self.assertEqual(event.kuaidi_visit_ids, visit)
        self.assertEqual(event.action_log_visit()["res_id"], visit.id)

    def test_a_meeting_held_before_its_time_is_logged_now(self):
        event = self._create_event(
            partners=[self.contact],
            start="2026-03-05 02:00:00",
            stop="2026-03-05 03:00:00",
        )
        visit = self._open(event.action_log_visit()).save()
        self.assertEqual(visit.date, datetime(2026, 3, 2, 4))

    def test_a_planned_meeting_fulfils_its_line(self):
        line = self._get_planned_line()
        event = self._create_event(res_model_id=False)
        line.sudo().calendar_event_id = event
        visit = self._open(event.action_log_visit()).save()
        self.assertEqual(visit.account_id, self.account)
        self.assertEqual(visit.plan_line_id, line)
        self.assertEqual(visit.calendar_event_id, event)
        self.assertEqual(line.state, "done")

    def test_a_meeting_without_a_client_offers_no_visit(self):
        event = self._create_event()
        self.assertFalse(event.can_log_visit)
        with self.assertRaises(UserError):
            event.action_log_visit()
        # nor does one of somebody else's client
        foreign = self._create_event(partners=[self.other_account.partner_id])
        self.assertFalse(foreign.can_log_visit)
        with self.assertRaises(UserError):
            foreign.action_log_visit()

    def test_a_meeting_with_two_clients_leaves_the_choice(self):
        second = self._create_served_account(name="Lanhai Toys")
        event = self._create_event(partners=[self.contact, second.partner_id])
        form = self._open(event.action_log_visit())
        self.assertFalse(form.account_id)
        form.account_id = second
        visit = form.save()
        self.assertEqual(visit.calendar_event_id, event)

    def test_a_meeting_of_another_client_is_refused(self):
        event = self._create_event(partners=[self.contact])
        second = self._create_served_account(name="Lanhai Toys")
        with self.assertRaises(ValidationError) as refusal:
            self._log_visit(
                account_id=second.id, contact_ids=[], calendar_event_id=event.id
            )
        self.assertIn("Lanhai Toys", str(refusal.exception))
        self.assertFalse(self._find_visits(second))

    def test_a_deleted_meeting_leaves_the_visit(self):
        event = self._create_event(partners=[self.contact])
        visit = self._log_visit(calendar_event_id=event.id)
        event.unlink()
        self.assertTrue(visit.exists())
        self.assertFalse(visit.calendar_event_id)
        self.assertEqual(visit.purpose, "Agree on the spring volume")

    def test_a_planned_line_follows_its_meeting_and_no_loop_comes_of_it(self):
        line = self._get_planned_line()
        line.sudo()._schedule()
        event = line.calendar_event_id
        self.assertTrue(event)
        before = line.date_finish
        event.with_user(self.manager).write(
            {"start": "2026-03-10 06:00:00", "stop": "2026-03-10 07:00:00"}
        )
        self.assertNotEqual(before, date(2026, 3, 10))
        self.assertEqual(
            (line.date_start, line.date_finish), (date(2026, 3, 10), date(2026, 3, 10))
        )
        # the hour stays where it was put
        self.assertEqual(event.start, datetime(2026, 3, 10, 6))
        line.with_user(self.manager).write(
            {"date_start": "2026-03-12", "date_finish": "2026-03-12"}
        )
        self.assertEqual(event.start.date(), date(2026, 3, 12))
        self.assertEqual(line.date_finish, date(2026, 3, 12))

    def test_a_meeting_is_not_moved_onto_a_holiday(self):
        line = self._get_planned_line()
        line.sudo()._schedule()
        event, before = line.calendar_event_id, line.date_finish
        with self.assertRaises(ValidationError):
            # Labour Day
            event.with_user(self.manager).write(
                {"start": "2026-05-01 02:00:00", "stop": "2026-05-01 03:00:00"}
            )
        self.assertEqual(line.date_finish, before)

    def test_a_done_line_stays_where_it_was(self):
        line = self._get_planned_line()
        event = self._create_event(partners=[self.contact])
        line.sudo().calendar_event_id = event
        self._log_visit(plan_line_id=line.id, calendar_event_id=event.id)
        before = line.date_finish
        event.with_context(no_mail_to_attendees=True).write(
            {"start": "2026-03-01 02:00:00", "stop": "2026-03-01 03:00:00"}
        )
        self.assertEqual(line.date_finish, before)
        self.assertEqual(line.state, "done")

    def test_a_visit_logged_by_the_operator_fulfils_the_managers_line(self):
        line = self._get_planned_line()
        visit = self._log_visit(self.operator, plan_line_id=line.id)
        self.assertEqual(line.visit_id, visit)
        self.assertEqual(line.state, "done")

    def test_a_meeting_of_the_account_itself_needs_no_attendee(self):
        event = self._create_event(
            res_model_id=self.env["ir.model"]._get_id("kuaidi.key.account"),
            res_id=self.account.id,
            partner_ids=[Command.set(self.manager.partner_id.ids)],
        )
        self.assertEqual(self._open(event.action_log_visit()).account_id, self.account)
