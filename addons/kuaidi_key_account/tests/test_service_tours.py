from odoo.tests import HttpCase, freeze_time, tagged

from .service_common import TODAY
from .visit_common import VisitCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServiceTours(VisitCommon, HttpCase):
    """Each role works with service plans in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.manager, cls.centre):
            user.password = user.login

    def _open(self, record, tour, user):
        """Run a tour that begins on the form of a record."""
        self.start_tour(f"/odoo/{record._name}/{record.id}", tour, login=user.login)
        self.env.invalidate_all()

    def _create_extra_line(self, plan, name, date, kind="training"):
        return plan.line_ids.create(
            {
                "plan_id": plan.id,
                "type_id": self.env.ref(f"kuaidi_key_account.service_type_{kind}").id,
                "name": name,
                "date_finish": date,
            }
        )

    def test_a_manager_makes_adjusts_and_publishes_a_plan(self):
        self._open(self.account, "kuaidi_manager_publishes_plan", self.manager)
        plan = self.account.plan_ids
        self.assertEqual(plan.state, "published")
        self.assertEqual(plan.published_by_id, self.manager)
        self.assertTrue(all(plan.line_ids.mapped("is_in_force")))
        moved = plan.line_ids.filtered(lambda line: line.handler_id == self.manager_2)
        self.assertEqual(str(moved.date_finish), "2026-03-12")
        extra = plan.line_ids.filtered(lambda line: line.source == "extra")
        self.assertEqual(extra.name, "Packing of fragile goods")
        self.assertEqual(str(extra.date_finish), "2026-03-18")
        self.assertEqual(extra.handler_id, self.manager)

    def test_a_plan_below_the_standard_is_requested_and_approved(self):
        plan = self._create_plan(template_id=self.levels[0].plan_template_ids.id)
        self._open(plan, "kuaidi_manager_requests_plan_approval", self.manager)
        self.assertEqual(plan.state, "to_approve")
        self.assertEqual(plan.requested_by_id, self.manager)
        self.start_tour(
            "/odoo/service-plans-to-approve",
            "kuaidi_centre_approves_plan",
            login=self.centre.login,
        )
        self.env.invalidate_all()
        self.assertEqual(plan.state, "published")
        self.assertEqual(plan.published_by_id, self.centre)

    def test_a_manager_moves_a_late_line_by_the_wizard(self):
        with freeze_time("2026-02-02 04:00:00"):
            plan = self._publish()
        line = self._get_line(plan, "site_visit")
        self._run_schedule(plan)
        self.assertTrue(line.is_late)
        self.start_tour(
            "/odoo/late-plan-lines",
            "kuaidi_manager_moves_late_lines",
            login=self.manager.login,
        )
        self.env.invalidate_all()
        self.assertEqual(str(line.date_finish), "2026-03-05")
        event = line.sudo().calendar_event_id
        self.assertEqual(str(event.start), "2026-03-05 02:00:00")
        self.assertEqual(str(line.sudo().activity_ids.date_deadline), "2026-03-05")

    def test_a_manager_moves_lines_in_the_calendar(self):
        plan = self._create_plan()
        dragged = self._create_extra_line(
            plan, "Packing of fragile goods", "2026-03-18"
        )
        edited = self._create_extra_line(
            plan, "Visit with the head of sales", "2026-03-19", "site_visit"
        )
        self._publish(plan)
        self.start_tour(
            "/odoo", "kuaidi_manager_moves_line_in_calendar", login=self.manager.login
        )
        self.env.invalidate_all()
        self.assertEqual(str(dragged.date_finish), "2026-03-20")
        self.assertEqual(str(edited.date_finish), "2026-03-24")

    def test_a_manager_revises_a_plan_and_reads_what_changed(self):
        plan = self._create_plan()
        line = self._create_extra_line(plan, "Packing of fragile goods", "2026-03-18")
        self._publish(plan)
        self._open(plan, "kuaidi_manager_revises_plan", self.manager)
        version = plan.next_ids
        self.assertEqual((plan.state, version.state), ("superseded", "published"))
        self.assertEqual(version.revision, 2)
        now = version.line_ids.filtered(lambda new: new.origin_line_id == line)
        self.assertEqual(str(now.date_finish), "2026-04-09")
        self.assertEqual(str(line.date_finish), "2026-03-18")
        self.assertFalse(line.is_in_force)
