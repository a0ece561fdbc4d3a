from odoo.tests import HttpCase, freeze_time, tagged

from .promise_common import MORNING, TODAY, PromiseCommon


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestReceivableTours(PromiseCommon, HttpCase):
    """Calls, promises and statements, as finance and managers do them all day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.name = "Haina Appliances"
        for user in (cls.manager, cls.finance):
            user.password = user.login

    def test_a_collector_makes_the_morning_round(self):
        self.case.sudo().write({"next_channel": "call", "date_next_action": TODAY})
        self.start_tour(
            "/odoo/collection-desk",
            "kuaidi_collector_makes_the_round",
            login=self.finance.login,
        )
        self.env.invalidate_all()
        action = self.case.action_ids
        self.assertEqual((action.channel, action.user_id), ("call", self.finance))
        self.assertEqual(action.content, "Asked for both invoices")
        self.assertEqual(action.answer, "Pays part of it next week")
        promise = self.case.promise_ids
        self.assertEqual((promise.amount, promise.state), (600, "open"))
        self.assertEqual(str(promise.date_due), "2026-12-04")
        self.assertEqual(str(self.case.date_next_action), "2026-12-05")

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

    def test_a_manager_minds_what_an_own_client_owes(self):
        self.start_tour(
            f"/odoo/kuaidi.key.account/{self.account.id}",
            "kuaidi_manager_minds_own_receivables",
            login=self.manager.login,
        )
        promise = self.case.promise_ids
        self.assertEqual((promise.amount, promise.state), (500, "open"))
        self.assertEqual(str(promise.date_due), "2026-11-30")
        self.assertEqual(promise.create_uid, self.manager)
