from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .complaint_common import NOW, ComplaintCommon

BUDGETS = [0.5, 1, 0.5, 1, 3, 0.5, 24]


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestComplaintLadder(ComplaintCommon):
    def _alert(self, **values):
        return self._complain(
            kind="damage", severity="alert", department_id=self.branch.id, **values
        )

    def _climb(self, complaint, count):
        for _index in range(count):
            complaint.sudo().step_id._do("Done.")

    def test_an_alert_complaint_goes_up_seven_steps(self):
        complaint = self._alert()
        steps = complaint.step_ids
        self.assertEqual(steps.mapped("budget_hours"), BUDGETS)
        self.assertEqual(sum(BUDGETS), 30.5)
        self.assertEqual(steps.mapped("state"), ["running", *["waiting"] * 6])
        self.assertEqual(
            steps.user_id,
            self.officer
            | self.claims_manager
            | self.branch_service
            | self.branch_head
            | self.director,
        )
        self.assertEqual(complaint.date_deadline, datetime(2026, 11, 1, 10, 0))

    def test_each_step_starts_with_the_end_of_the_one_before(self):
        complaint = self._alert()
        for moment, due in (
            ("2026-10-30 10:20:00", "2026-10-30 11:20:00"),
            ("2026-10-30 11:00:00", "2026-10-30 11:30:00"),
            ("2026-10-30 16:00:00", "2026-10-30 17:00:00"),
        ):
            with freeze_time(moment):
                complaint.sudo().step_id._do("Done.")
            self.assertEqual(str(complaint.step_id.date_due), due)
            self.assertEqual(complaint.date_step_due, complaint.step_id.date_due)
        self.assertEqual(
            complaint.step_ids.mapped("is_late"),
            [False, False, True, False, False, False, False],
        )

    def test_no_step_reaches_beyond_the_cap(self):
        complaint = self._alert()
        with freeze_time("2026-10-31 20:00:00"):
            self._climb(complaint, 6)
        self.assertEqual(complaint.step_id.date_due, complaint.date_deadline)

    def test_the_person_of_a_step_does_it_and_nobody_else(self):
        complaint = self._alert()
        self._climb(complaint, 2)
        step = complaint.step_id
        self.assertEqual(step.user_id, self.branch_service)
        self.assertEqual(
            self._get_told(self.branch_service, "step"), ["Branch Service Handles It"]
        )
        for user in (self.officer, self.branch_head, self.director):
            with self.subTest(user=user.login), self._refused(AccessError, "is for"):
                step.with_user(user)._do("No")
        self.assertEqual(step.state, "running")
        step.with_user(self.branch_service)._do("The courier was asked.")
        self.assertEqual(step.state, "done")
        self.assertEqual(step.note, "The courier was asked.")
        self.assertEqual(self._get_told(self.branch_service, "step"), [])
        self.assertEqual(complaint.step_id.user_id, self.branch_head)
        with self._refused(UserError, "is not the step at work"):
            step.with_user(self.branch_service)._do("Again")

    def test_a_step_needs_a_note(self):
        complaint = self._alert()
        with self._refused(UserError, "Note what was done"):
            complaint.step_id._do("  ")
        self.assertEqual(complaint.step_id.state, "running")

    def test_a_step_returns_to_the_one_before(self):
        complaint = self._alert()
        self._climb(complaint, 3)
        with freeze_time("2026-10-30 14:00:00"):
            complaint.step_id.with_user(self.branch_head)._return("No pictures.")
        steps = complaint.step_ids
        self.assertEqual(
            steps.mapped("state"),
            ["done", "done", "running", *["waiting"] * 4],
        )
        self.assertEqual(steps[2].return_count, 1)
        self.assertEqual(str(steps[2].date_due), "2026-10-30 14:30:00")
        self.assertIn("No pictures.", complaint.message_ids[0].body)

    def test_the_first_step_returns_to_nobody(self):
        complaint = self._alert()
        with self._refused(UserError, "no step before"):
            complaint.step_id._return("No")
        self.assertEqual(complaint.step_id.state, "running")

    def test_the_ladder_has_to_be_climbed_before_the_close(self):
        complaint = self._alert()
        self._answer(complaint)
        complaint._record_callback("satisfied")
        with self._refused(UserError, "Left: "):
            complaint.action_close()
        self.assertEqual(complaint.state, "answered")
        self._climb(complaint, 6)
        complaint.action_close()
        self.assertEqual(complaint.state, "closed")
        self.assertEqual(set(complaint.step_ids.mapped("state")), {"done"})
        self.assertFalse(complaint.step_id)

    def test_a_milder_severity_drops_what_is_left(self):
        complaint = self._alert()
        complaint.with_user(self.claims_manager).severity = "complex"
        self.assertEqual(set(complaint.step_ids.mapped("state")), {"dropped"})
        self.assertFalse(complaint.date_step_due)
        self.assertEqual(complaint.date_next, complaint.date_deadline)

    def test_a_company_may_have_its_own_ladder(self):
        self.env["kuaidi.complaint.ladder.step"].create(
            {
                "name": "Director decides",
                "role": "director",
                "budget_hours": 2,
                "company_id": self.company.id,
            }
        )
        complaint = self._alert()
        self.assertEqual(complaint.step_ids.mapped("name"), ["Director decides"])
