from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .dunning_common import MORNING, TODAY, DunningCommon


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestReceivableDunningRun(DunningCommon):
    """The preview says who would get what, and the run does just that."""

    def _preview(self, user=None, **values):
        form = Form(self.env["kuaidi.dunning.run"].with_user(user or self.finance))
        run = form.save()
        run.write(values)
        run.action_preview()
        return run

    def _create_debtor(self, amount, days, **values):
        account = self._create_account(
            partner_id=self._create_partner(email="c@client.example").id, **values
        )
        return account, self._owe(amount, days, account.partner_id)

    def test_the_preview_says_who_gets_what_and_why_others_do_not(self):
        self._owe(100, 8)
        self._owe(50, 7)
        held, _item = self._create_debtor(200, 8)
        self.cases._update_cases(held, TODAY)
        self.cases.search([("account_id", "=", held.id)]).date_hold_until = TODAY
        silent, _item = self._create_debtor(300, 8)
        silent.partner_id.email = False
        legal, item = self._create_debtor(9000, 95)
        self._remind(item)
        reminded, _item = self._create_debtor(70, 8)
        self._claim(reminded)
        self._owe(30, 16, reminded.partner_id)
        run = self._preview()
        self.assertEqual(
            {
                (line.account_id, line.step_id.days): (
                    line.channel,
                    line.item_count,
                    line.amount,
                    line.reason,
                )
                for line in run.line_ids
            },
            {
                (self.account, 7): ("mail", 2, 150, "go"),
                (held, 7): ("mail", 1, 200, "held"),
                (silent, 7): ("call", 1, 300, "go"),
                (legal, 90): ("legal", 1, 9000, "approval"),
                (reminded, 15): ("registered", 1, 30, "grace"),
            },
        )
        self.assertEqual(
            (run.client_count, run.item_count, run.amount_total, run.left_out_count),
            (3, 4, 9450, 2),
        )
        self.assertEqual(
            self.notices.search_count([("account_id", "=", self.account.id)]), 0
        )

    def test_the_run_does_what_the_preview_showed(self):
        item = self._owe(100, 8)
        run = self._preview()
        action = run.action_run()
        self.assertEqual(action["res_model"], "kuaidi.dunning.notice")
        notices = self.notices.search([("account_id", "=", self.account.id)])
        self.assertEqual(self._get_claims(notices), [(item.id, 7)])
        self.assertEqual(notices.create_uid, self.finance)
        with self.assertRaisesRegex(UserError, "Nothing is due"):
            run.action_run()
        with self._mail_server() as arrived:
            self._send()
        self.assertEqual(len(arrived), 1)

    def test_a_run_for_some_clients_leaves_the_others_alone(self):
        self._owe(100, 8)
        other, item = self._create_debtor(200, 8)
        self._preview(account_ids=[(6, 0, other.ids)]).action_run()
        notices = self.notices.search([("company_id", "=", self.company.id)])
        self.assertEqual(self._get_claims(notices), [(item.id, 7)])

    def test_a_day_off_is_said_in_the_preview(self):
        self._owe(100, 8)
        with freeze_time((TODAY + timedelta(days=5)).isoformat() + " 02:00:00"):
            run = self._preview()
            self.assertEqual(run.line_ids.mapped("reason"), ["day_off"])
            with self.assertRaises(UserError), self.cr.savepoint():
                run.action_run()
        self.assertFalse(self.notices.search([("company_id", "=", self.company.id)]))

    def test_finance_alone_runs_it_and_nobody_approves_its_own_run(self):
        self._remind(self._owe(9000, 91))
        for user in (self.manager, self.sales, self.centre, self.admin):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    self._preview(user)
        self._preview().action_run()
        notices = self.notices.search(
            [("account_id", "=", self.account.id), ("date", "=", TODAY)]
        )
        colleague = self._create_user("kuaidi_finance_2", "group_finance")
        for user in (self.finance, self.manager, self.centre):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    notices.with_user(user).action_approve()
                notices.invalidate_recordset()
                self.assertEqual(notices.state, "to_approve")
        notices.with_user(colleague).action_approve()
        self.assertEqual(notices.state, "waiting")
