from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .complaint_common import NOW, ComplaintCommon


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestComplaintRoles(ComplaintCommon):
    def _sees(self, user, complaint):
        return bool(self.complaints.with_user(user).search([("id", "=", complaint.id)]))

    def test_who_sees_a_complaint(self):
        complaint = self._complain()
        for user, seen in (
            (self.officer, True),
            (self.officer_2, True),
            (self.claims_manager, True),
            (self.manager, True),
            (self.manager_2, False),
            (self.sales, False),
            (self.finance, True),
            (self.centre, True),
            (self.branch_service, False),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._sees(user, complaint), seen)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_the_portal_sees_none(self):
        self._complain()
        with self.assertRaises(AccessError):
            self.complaints.with_user(self.portal).search([])

    def test_whoever_acts_in_a_step_sees_that_complaint_alone(self):
        self._complain()
        complaint = self._complain(severity="alert", department_id=self.branch.id)
        self.assertEqual(
            self.complaints.with_user(self.branch_service).search([]), complaint
        )

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_claims_staff_alone_work_on_complaints(self):
        complaint = self._complain()
        for user in (self.manager, self.finance, self.centre, self.sales):
            row = complaint.with_user(user)
            for change in (
                lambda row=row: row.write({"description": "No"}),
                lambda row=row: row.action_start(),
                lambda row=row: row.action_close(),
                lambda row=row: row._declare_crisis("media"),
                lambda row=row: row._record_callback("satisfied"),
            ):
                with self.subTest(user=user.login), self._refused(AccessError):
                    change()
        self.assertEqual(complaint.state, "new")
        self.assertEqual(complaint.description, "The courier shouted at our guard.")
        self.assertFalse(complaint.date_crisis)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_account_managers_open_complaints_for_their_own_clients(self):
        complaint = self._complain(self.manager)
        self.assertEqual(complaint.state, "new")
        self.assertFalse(complaint.user_id)
        for user, values in (
            (self.manager_2, {}),
            (self.manager, {"account_id": False}),
            (self.sales, {}),
        ):
            with self.subTest(user=user.login), self._refused(AccessError):
                self._complain(user, **values)
        self.assertEqual(self.complaints.search_count([]), 1)

    def test_the_claims_person_of_the_team_gets_the_complaint(self):
        self.env["kuaidi.account.member"].create(
            {
                "account_id": self.account.id,
                "user_id": self.officer_2.id,
                "role": "claims",
            }
        )
        complaint = self._complain(self.manager)
        self.assertEqual(complaint.sudo().user_id, self.officer_2)
        self.assertEqual(
            self._get_told(self.officer_2, "complaint"), ["Answer the complaint"]
        )

    def test_states_and_clocks_are_not_typed(self):
        complaint = self._complain()
        for user in (self.officer, self.claims_manager):
            row = complaint.with_user(user)
            for name, value in (
                ("state", "closed"),
                ("date_deadline", NOW),
                ("is_breached", True),
                ("number", "TS-1"),
                ("callback_result", "satisfied"),
                ("joined_id", complaint.id),
                ("stars", 5),
            ):
                with (
                    self.subTest(user=user.login, name=name),
                    self._refused(AccessError, "not entered"),
                ):
                    row.write({name: value})
            with self._refused(AccessError, "not entered"):
                self._complain(user, state="closed")
            with self._refused(AccessError, "not entered"):
                self.complaints.with_user(user).with_context(
                    default_state="closed"
                ).create({"type_id": self.types["delay"].id})
        self.assertEqual(complaint.state, "new")
        self.assertEqual(self.complaints.search_count([]), 1)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_steps_and_alarms_are_written_by_nobody(self):
        complaint = self._complain(severity="alert")
        step = complaint.step_ids[0]
        for user in (self.officer, self.claims_manager):
            with self._refused(AccessError):
                step.with_user(user).write({"state": "done"})
            with self._refused(AccessError):
                self.env["kuaidi.complaint.alarm"].with_user(user).create({})
        self.assertEqual(step.state, "running")

    def test_another_company_sees_nothing(self):
        complaint = self._complain()
        other = self.env["res.company"].create({"name": "Other Express"})
        stranger = new_test_user(
            self.env,
            login="kuaidi_other_officer",
            groups="kuaidi_claims.group_claims_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        env = self.env(user=stranger, context={})
        self.assertFalse(env["kuaidi.complaint"].search([("id", "=", complaint.id)]))

    def test_the_file_counts_open_and_late_complaints(self):
        self._complain(waybill_number="A")
        self._answer(self._complain(waybill_number="B"))
        account = self.account.with_user(self.manager)
        self.assertEqual(account.complaint_open_count, 2)
        self.assertEqual(account.complaint_late_count, 0)
        with freeze_time("2026-10-30 13:00:00"):
            account.invalidate_recordset()
            self.assertEqual(account.complaint_late_count, 1)
