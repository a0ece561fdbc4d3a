from odoo.tests import HttpCase, freeze_time, tagged

from .promise_common import MORNING, TODAY, PromiseCommon


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestReceivableTours(PromiseCommon, HttpCase):
    """Statements are made, handed over and confirmed in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.name = "Haina Appliances"
        cls.finance.password = cls.finance.login

    def test_finance_makes_statements_and_keeps_a_sealed_one(self):
        self.start_tour(
            "/odoo/action-kuaidi_key_account.kuaidi_statement_run_action",
            "kuaidi_finance_closes_the_month",
            login=self.finance.login,
        )
        statement = self.env["kuaidi.statement"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual(str(statement.date_to), "2026-10-31")
        self.assertEqual(statement.amount_closing, 1500)
        self.assertEqual(statement.state, "confirmed")
        self.assertEqual(statement.date_answered, TODAY)
        self.assertEqual(
            (statement.answered_by, statement.answer_channel), ("Ms. Li", "sealed")
        )
        self.assertEqual(statement.attachment_ids.mapped("name"), ["sealed.pdf"])
        self.assertEqual(statement.recorded_by_id, self.finance)
