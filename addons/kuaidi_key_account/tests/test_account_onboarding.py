from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import KuaidiCommon


@tagged("post_install", "-at_install")
class TestOnboarding(KuaidiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["kuaidi.holiday.load"].create(
            {"company_id": cls.company.id, "year": 2026}
        ).action_load()

    def _get_step(self, account, condition):
        return account.onboarding_step_ids.filtered(
            lambda step: step.condition == condition
        )

    @freeze_time("2026-02-13 02:00:00")
    def test_the_five_clocks_run_in_working_days_over_spring_festival(self):
        account = self._make_formal(self._create_account())
        due = {
            step.condition: step.date_deadline for step in account.onboarding_step_ids
        }
        # 14 February is worked, 15 to 23 is Spring Festival, 28 is worked again
        self.assertEqual(
            due,
            {
                "team": datetime(2026, 2, 25, 15, 59, 59),
                "file": datetime(2026, 2, 25, 15, 59, 59),
                "star": datetime(2026, 2, 27, 15, 59, 59),
                "plan": datetime(2026, 3, 5, 15, 59, 59),
                "all": datetime(2026, 3, 5, 15, 59, 59),
            },
        )

    @freeze_time("2026-03-02 02:00:00")
    def test_the_clocks_start_on_the_day_of_the_relation(self):
        account = self._create_account(date_entrusted="2026-02-26")
        self._make_formal(account)
        step = self._get_step(account, "team")
        self.assertEqual(step.date_deadline, datetime(2026, 3, 2, 15, 59, 59))
        account.date_entrusted = "2026-02-27"
        self.assertEqual(step.date_deadline, datetime(2026, 3, 3, 15, 59, 59))

    @freeze_time("2026-03-02 02:00:00")
    def test_the_team_step_completes_with_manager_deputy_and_member(self):
        account = self._make_formal(self._create_account())
        step = self._get_step(account, "team")
        account.deputy_id = self.manager_2
        self.assertEqual(step.state, "open")
        account.member_ids = [
            Command.create({"user_id": self.sales.id, "role": "sales"})
        ]
        self.assertEqual(step.state, "done")
        self.assertEqual(step.date_done, datetime(2026, 3, 2, 2))
        self.assertEqual(self._get_step(account, "all").state, "open")

    @freeze_time("2026-03-02 02:00:00")
    def test_the_file_step_completes_with_the_last_paper(self):
        account = self._make_formal(self._create_account())
        step = self._get_step(account, "file")
        for kind in ("basic_data", "solution", "contract"):
            self._create_document(account, kind)
        self.assertEqual(step.state, "open")
        self._create_document(account, "notice")
        self.assertEqual(step.state, "done")

    def test_late_steps_are_escalated_once(self):
        with freeze_time("2026-03-02 02:00:00"):
            account = self._make_formal(self._create_account())
        self.company.kuaidi_escalation_user_id = self.centre
        step = self._get_step(account, "team")
        with freeze_time("2026-03-05 15:59:58"):
            self._run_escalation()
            self.assertFalse(account.activity_ids)
            self.assertFalse(account.is_onboarding_late)
        with freeze_time("2026-03-06 00:00:00"):
            self.assertTrue(step.is_overdue)
            account.invalidate_recordset()
            self.assertIn(
                account,
                self.env["kuaidi.key.account"].search(
                    [("is_onboarding_late", "=", True)]
                ),
            )
            self._run_escalation()
            self._run_escalation()
        activity = account.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.centre)
        late = account.onboarding_step_ids.filtered("date_escalated")
        self.assertEqual(set(late.mapped("condition")), {"team", "file"})

    def test_the_escalation_is_withdrawn_when_nothing_is_late_any_more(self):
        with freeze_time("2026-03-02 02:00:00"):
            account = self._make_formal(self._create_account())
            for kind in ("basic_data", "solution", "contract", "notice"):
                self._create_document(account, kind)
        self.company.kuaidi_escalation_user_id = self.centre
        with freeze_time("2026-03-06 00:00:00"):
            self._run_escalation()
            self.assertEqual(len(account.activity_ids), 1)
            account.write(
                {
                    "deputy_id": self.manager_2.id,
                    "member_ids": [
                        Command.create({"user_id": self.sales.id, "role": "sales"})
                    ],
                }
            )
            self.assertFalse(account.activity_ids)

    def test_only_the_crm_centre_completes_a_step_by_hand_and_says_why(self):
        account = self._make_formal(self._create_account())
        step = self._get_step(account, "plan")
        with self.assertRaises(AccessError):
            step.with_user(self.manager).action_done()
        with self.assertRaises(UserError):
            step.with_user(self.centre).action_done()
        with self.assertRaises(AccessError):
            step.with_user(self.centre).state = "done"
        self.assertEqual(step.state, "open")
        step.with_user(self.centre).note = "Plan agreed on paper, see contract"
        step.with_user(self.centre).action_done()
        self.assertEqual(step.state, "done")

    def _run_escalation(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "kuaidi_key_account.cron_escalate_late_onboarding"
            ).method_direct_trigger()
        self.env.invalidate_all()
