from datetime import date

from odoo.tests import freeze_time, tagged

from .promise_common import MORNING, PromiseCommon


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestReceivableHandover(PromiseCommon):
    """Who takes an account over collects what it owes."""

    def setUp(self):
        super().setUp()
        self.case.collector_id = self.manager
        self.dispute = (
            self.env["kuaidi.receivable.dispute"]
            .with_user(self.manager)
            ._raise(self.account, self._get_item(self.invoice_2), "amount")
        )
        [self.statement] = self.env["kuaidi.statement"]._generate(
            self.account, date(2026, 10, 1), date(2026, 10, 31)
        )
        self.records = (self.case, self.dispute.sudo(), self.statement)
        for record in self.records:
            record.activity_schedule(
                "mail.mail_activity_data_call", user_id=self.manager.id
            )
        self.case.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.finance.id
        )

    def _hand_over(self):
        wizard = (
            self.env["kuaidi.account.handover"]
            .with_user(self.centre)
            .create(
                {
                    "from_user_id": self.manager.id,
                    "to_user_id": self.manager_2.id,
                    "reason": "Moves to Chengdu",
                }
            )
        )
        wizard.action_hand_over()
        self.env.invalidate_all()
        return wizard

    def test_calls_case_and_dispute_pass_on_to_the_successor(self):
        self._hand_over()
        self.assertEqual(self.case.collector_id, self.manager_2)
        self.assertEqual(self.dispute.sudo().owner_id, self.manager_2)
        for record in self.records:
            with self.subTest(model=record._name):
                users = record.activity_ids.user_id
                self.assertIn(self.manager_2, users)
                self.assertNotIn(self.manager, users)
        # what a colleague in finance has to do stays there
        self.assertIn(self.finance, self.case.activity_ids.user_id)

    def test_what_is_of_others_or_over_stays(self):
        self.case.collector_id = self.finance
        self.dispute.sudo().state = "rejected"
        self._hand_over()
        self.assertEqual(self.case.collector_id, self.finance)
        self.assertEqual(self.dispute.sudo().owner_id, self.manager)
