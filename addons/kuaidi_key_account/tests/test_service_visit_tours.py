from odoo.tests import HttpCase, freeze_time, tagged

from .service_common import TODAY
from .visit_common import VisitCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServiceVisitTours(VisitCommon, HttpCase):
    """Visits, problems and occasions, as each role meets them in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.manager, cls.operator):
            user.password = user.login

    def _open(self, record, tour, user):
        """Run a tour that begins on the form of a record."""
        self.start_tour(f"/odoo/{record._name}/{record.id}", tour, login=user.login)
        self.env.invalidate_all()

    def test_a_manager_logs_the_visit_of_a_meeting(self):
        event = self._create_event(partners=self.contact)
        self.start_tour(
            "/odoo", "kuaidi_manager_logs_visit_of_meeting", login=self.manager.login
        )
        visit = self._find_visits()
        self.assertEqual(visit.calendar_event_id, event)
        self.assertEqual(visit.user_id, self.manager)
        self.assertEqual(str(visit.date), "2026-03-02 02:00:00")
        self.assertEqual((visit.reaction, visit.channel), ("2", "face"))
        problem = visit.problem_ids
        self.assertEqual(problem.name, "Pallets arrive wet")
        self.assertEqual((problem.owner_id, problem.state), (self.operator, "open"))
        self.assertEqual(problem.activity_ids.user_id, self.operator)
        gift = visit.gift_ids
        self.assertEqual((gift.name, gift.amount), ("Tea", 80))
        self.assertEqual((gift.partner_id, gift.state), (self.contact, "approved"))

    def test_an_operator_closes_an_own_problem_and_is_asked_for_it_no_more(self):
        problem = self._raise_problem(owner_id=self.operator.id)
        other = self._raise_problem(name="Labels fall off")
        self.start_tour(
            "/odoo", "kuaidi_operator_closes_problem", login=self.operator.login
        )
        self.env.invalidate_all()
        self.assertEqual((problem.state, other.state), ("done", "open"))
        self.assertEqual(problem.closed_by_id, self.operator)
        self.assertEqual(problem.result, "A second van since Monday")
        self.assertFalse(problem.activity_ids)
        self._open(self.account, "kuaidi_operator_sees_open_problems", self.operator)
        self.assertFalse(self._find_visits())

    def test_a_manager_keeps_an_occasion_and_is_reminded_of_it(self):
        self.start_tour(
            "/odoo", "kuaidi_manager_keeps_occasion", login=self.manager.login
        )
        self.env.invalidate_all()
        occasion = self.account.occasion_ids
        self.assertEqual(str(occasion.date_next), "2026-03-09")
        self.assertEqual(
            (occasion.kind, occasion.partner_id.name), ("birthday", "Chen Wei")
        )
        with self.enter_registry_test_mode():
            self.env.ref(
                "kuaidi_key_account.cron_remind_occasions"
            ).method_direct_trigger()
        self.env.invalidate_all()
        activity = occasion.activity_id
        self.assertEqual(activity.user_id, self.manager)
        self._open(self.account, "kuaidi_manager_completes_occasion", self.manager)
        self.assertFalse(activity.active)
        self.assertIn("Sent a card", activity.feedback)


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServicePhoneTours(VisitCommon, HttpCase):
    """What is done on the way, on the screen of a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_a_manager_logs_a_call_in_three_fields(self):
        self.manager.password = self.manager.login
        self.start_tour(
            f"/odoo/kuaidi.key.account/{self.account.id}",
            "kuaidi_manager_logs_call_on_phone",
            login=self.manager.login,
        )
        visit = self._find_visits()
        self.assertEqual((visit.channel, visit.visit_type), ("phone", "phone"))
        self.assertEqual(visit.contact_ids, self.contact)
        self.assertEqual(visit.user_id, self.manager)
        self.assertEqual(visit.reaction, "4")
        self.assertEqual(visit.reaction_note, "Expects 400 pieces more from April")
        self.assertFalse(visit.is_incomplete)
        self.assertEqual(str(self.account.date_last_contact), "2026-03-02")
        self.assertFalse(self.account.date_last_visit)

    def test_a_log_that_is_only_opened_completes_no_line(self):
        self.manager.password = self.manager.login
        line = self._get_line(self._publish(), "site_visit")
        url = f"/odoo/kuaidi.service.plan.line/{line.id}"
        for tour, state in (
            ("kuaidi_manager_opens_log_on_phone", "planned"),
            ("kuaidi_manager_begins_log_on_phone", "done"),
        ):
            self.start_tour(url, tour, login=self.manager.login)
            self.env.invalidate_all()
            self.assertEqual(line.state, state, tour)
        self.assertEqual(self._find_visits(), line.visit_id)
        self.assertEqual(line.visit_id.reaction, "5")
