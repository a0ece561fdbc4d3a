from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .dunning_common import MORNING, TODAY, DunningCommon

LATER = (TODAY + timedelta(days=1)).isoformat() + " 02:00:00"


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestReceivableDunningSend(DunningCommon):
    """What leaves the house, what does not, and who does the rest."""

    def _get_states(self, notices):
        notices.invalidate_recordset()
        return notices.mapped("state")

    def test_a_client_gets_one_mail_with_all_its_items(self):
        first, second = self._owe(100, 8), self._owe(1250.5, 10)
        notices = self._claim()
        with self._mail_server() as arrived:
            self._send()
        self.assertEqual(
            [message["To"] for message in arrived], ['"Ms. Li" <li@client.example>']
        )
        body = arrived[0].get_body(("html",)).get_content()
        for text in (
            first.move_name,
            second.move_name,
            "1,250.50",
            "1,350.50",
            "Dear Ms. Li",
            self.company.name,
        ):
            self.assertIn(text, body)
        self.assertEqual(self._get_states(notices), ["sent", "sent"])
        action = notices.action_id
        self.assertEqual(
            (action.state, action.channel, action.proof, action.amount),
            ("done", "mail", "mail", 1350.5),
        )
        self.assertEqual(arrived[0]["Message-Id"], action.message_ref)
        case = notices.case_id
        self.assertEqual(
            (case.step_id.days, case.date_step, case.next_step_id.days),
            (7, TODAY, 15),
        )
        # the oldest item is ten days late: the letter follows in five
        self.assertEqual(case.date_next_action, TODAY + timedelta(days=7))

    def test_what_was_sent_is_not_sent_again(self):
        self._owe(100, 8)
        self._claim()
        with self._mail_server() as arrived:
            self._send()
            self._send()
            self._claim()
            self._send()
            self.env["mail.mail"].process_email_queue()
        self.assertEqual(len(arrived), 1)

    def test_the_mail_is_in_the_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self._get_step(7).mail_template_id
        template.with_context(lang="zh_CN").subject = "付款提醒"
        self.contact.lang = "zh_CN"
        self._owe(100, 8)
        self._claim()
        with self._mail_server() as arrived:
            self._send()
        self.assertEqual(arrived[0]["Subject"], "付款提醒")

    def test_a_notice_before_the_due_date_opens_no_case(self):
        self._owe(100, -3)
        notices = self._claim()
        with self._mail_server() as arrived:
            self._send()
        self.assertEqual(len(arrived), 1)
        self.assertFalse(notices.case_id)
        self.assertEqual(notices.action_id.account_id, self.account)

    def test_a_payment_after_the_claim_leaves_the_item_out(self):
        paid, owed = self._owe(100, 8), self._owe(70, 8)
        notices = self._claim()
        self._pay(paid.move_id, 100, TODAY)
        self._pay(owed.move_id, 20, TODAY)
        with self._mail_server() as arrived:
            self._send()
        self.assertEqual(len(arrived), 1)
        body = arrived[0].get_body(("html",)).get_content()
        self.assertNotIn(paid.move_name, body)
        self.assertIn("50.00", body)
        self.assertEqual(
            {notice.move_line_id.id: notice.state for notice in notices},
            {paid.id: "dropped", owed.id: "sent"},
        )

    def test_what_changed_after_the_claim_is_not_sent(self):
        def pay(item):
            self._pay(item.move_id, 100, TODAY)

        def cancel(item):
            item.move_id.button_draft()
            item.move_id.button_cancel()

        def move(item):
            item.date_maturity = TODAY + timedelta(days=30)

        def credit(item):
            self._create_invoice(item.partner_id, 100, TODAY, move_type="out_refund")

        def contest(item):
            self.env["kuaidi.receivable.dispute"].create(
                {
                    "account_id": item_account.id,
                    "reason": "service",
                    "line_ids": [(6, 0, item.ids)],
                }
            )

        def hold(item):
            self.cases.search(
                [("account_id", "=", item_account.id)]
            ).date_hold_until = TODAY

        for change in (pay, cancel, move, credit, contest, hold):
            with self.subTest(change=change.__name__):
                item_account = self._create_account(
                    partner_id=self._create_partner(email="a@client.example").id
                )
                item = self._owe(100, 8, item_account.partner_id)
                notices = self._claim(item_account)
                change(item)
                with self._mail_server() as arrived:
                    self._send()
                self.assertFalse(arrived)
                self.assertEqual(self._get_states(notices), ["dropped"])
                self.assertFalse(notices.action_id)

    def test_a_dropped_item_meets_the_step_again_when_it_is_free(self):
        item = self._owe(100, 8)
        self._claim()
        dispute = self.env["kuaidi.receivable.dispute"].create(
            {
                "account_id": self.account.id,
                "reason": "price",
                "line_ids": [(6, 0, item.ids)],
            }
        )
        self._send()
        dispute.sudo().state = "rejected"
        self.assertEqual(self._get_claims(self._claim()), [(item.id, 7)])

    def test_a_client_without_a_mail_address_is_called(self):
        self.contact.email = False
        self._owe(100, 8)
        notices = self._claim()
        with self._mail_server() as arrived:
            self._send()
        self.assertFalse(arrived)
        self.assertEqual(self._get_states(notices), ["assigned"])
        activity = notices.case_id.activity_ids
        self.assertEqual(activity.user_id, self.finance)
        self.assertIn("no mail reaches the client", activity.summary)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_an_address_that_does_not_exist_turns_into_a_call(self):
        self._owe(100, 8)
        notices = self._claim()
        with self._mail_server(refused=["li@client.example"]) as arrived:
            self._send()
            self._send()
        self.assertFalse(arrived)
        self.assertEqual(self._get_states(notices), ["assigned"])
        self.assertEqual(notices.action_id.state, "failed")
        self.assertEqual(len(notices.case_id.activity_ids), 1)
        self.assertEqual(notices.case_id.next_channel, "call")

    def test_a_mail_that_comes_back_turns_into_one_call(self):
        self._owe(100, 8)
        notices = self._claim()
        with self._mail_server() as arrived:
            self._send()
        bounce = (
            "Return-Path: <>\nTo: bounce@shunda.example\nFrom: MAILER-DAEMON@client"
            "\nSubject: Undelivered\nMessage-Id: <{number}@client.example>\n"
            "Content-Type: multipart/report; report-type=delivery-status;"
            ' boundary="b"\n\n--b\nContent-Type: text/plain\n\nNo such user\n'
            "--b\nContent-Type: message/delivery-status\n\n"
            "Reporting-MTA: dns; mx.client.example\n\n"
            "Final-Recipient: rfc822; li@client.example\nAction: failed\n"
            "Status: 5.1.1\n\n--b\nContent-Type: message/rfc822\n\n"
            "Message-Id: {ref}\nTo: li@client.example\nSubject: x\n\nx\n--b--\n"
        )
        for number in range(2):
            self.env["mail.thread"].message_process(
                None,
                bounce.format(number=number, ref=arrived[0]["Message-Id"]),
            )
        self.assertEqual(self._get_states(notices), ["assigned"])
        self.assertEqual(notices.action_id.state, "failed")
        self.assertFalse(notices.action_id.restarts_limitation)
        self.assertEqual(len(notices.case_id.activity_ids), 1)

    @mute_logger("odoo.addons.kuaidi_key_account.models.receivable.dunning_send")
    def test_a_mail_server_that_is_down_keeps_the_mails(self):
        self._owe(100, 8)
        notices = self._claim()
        with self._mail_server(is_down=True):
            self._send()
            self._send()
        self.assertEqual(self._get_states(notices), ["waiting"])
        self.assertIn("421", notices.error)
        reference = notices.action_id.message_ref
        with self._mail_server() as arrived:
            self._send()
        self.assertEqual([message["Message-Id"] for message in arrived], [reference])
        self.assertEqual(self._get_states(notices), ["sent"])
        mails = self.env["mail.mail"].sudo().search([("message_id", "=", reference)])
        self.assertEqual(mails.mapped("state"), ["sent"])

    def test_what_waited_for_the_mail_server_gives_way_to_a_later_step(self):
        item = self._owe(100, 8)
        softer = self._claim()
        with freeze_time((TODAY + timedelta(days=8)).isoformat() + " 02:00:00"):
            harder = self._claim(day=TODAY + timedelta(days=8))
            self.assertEqual(self._get_claims(harder), [(item.id, 15)])
            with self._mail_server() as arrived:
                self._send()
        self.assertEqual(len(arrived), 1)
        self.assertEqual(self._get_states(softer), ["dropped"])

    def test_the_items_of_many_reminders_are_read_together(self):
        accounts = self.account
        for number in range(5):
            partner = self._create_partner(email=f"b{number}@client.example")
            accounts |= self._create_account(partner_id=partner.id)
        for account in accounts:
            self._owe(100, 8, account.partner_id)
            self._owe(200, 9, account.partner_id)
        actions = self._claim(accounts)._prepare(TODAY)
        self.assertEqual(len(actions), 6)
        counts = []
        for some in (actions[:1], actions[:1], actions):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            for action in some:
                self.assertIn("300.00", action._render_mail_items())
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[2], counts[1])

    def test_steps_go_to_who_takes_them(self):
        leader = self.centre_2
        self.company.kuaidi_legal_user_id = self.admin
        for days, user, is_mailed in (
            (2, self.manager, False),
            (16, self.finance, True),
            (31, leader, False),
            (61, self.admin, False),
        ):
            with self.subTest(days=days):
                account = self._create_account(
                    partner_id=self._create_partner(email="b@client.example").id
                )
                account.sudo().star_id = self.env["kuaidi.star.level"].search(
                    [("company_id", "=", self.company.id), ("stars", "=", 4)]
                )
                account.sudo().stars = 4
                account.leadership_ids = leader
                account.dunning_policy_id = self.policy
                self._remind(self._owe(9000, days, account.partner_id))
                notices = self._claim(account)
                with self._mail_server() as arrived:
                    self._send()
                    self._send()
                self.assertEqual(len(arrived), int(is_mailed))
                self.assertEqual(self._get_states(notices), ["assigned"])
                self.assertEqual(notices.case_id.activity_ids.user_id, user)
                self.assertEqual(len(notices.case_id.activity_ids), 1)
                self.assertEqual(notices.case_id.date_next_action, TODAY)

    def test_a_formal_letter_advises_cash_only_above_the_limit_alone(self):
        for limit, expected in ((100, True), (20000, False), (0, False)):
            with self.subTest(limit=limit):
                account = self._create_account()
                contract = self.env["kuaidi.contract"].create(
                    {
                        "account_id": account.id,
                        "credit_limit": limit,
                        "date_from": "2026-01-01",
                    }
                )
                contract.sudo().write({"state": "running"})
                self._owe(9000, 16, account.partner_id)
                notices = self._claim(account)
                self._send()
                case = notices.case_id
                self.assertEqual(case.is_cash_only, expected)
                self._pay_all(account)
                self.cases._update_cases(account, TODAY)
                self.assertEqual((case.state, case.is_cash_only), ("closed", False))

    def _pay_all(self, account):
        items = self.env["kuaidi.receivable.item"].search(
            [("account_id", "=", account.id)]
        )
        for item in items:
            self._pay(item.move_id, item.amount_residual_currency, TODAY)

    def test_a_step_that_needs_an_approval_waits_for_finance(self):
        approver = self._create_user("kuaidi_finance_2", "group_finance")
        self._remind(self._owe(9000, 91))
        notices = self._claim()
        self.assertEqual(notices.mapped("state"), ["to_approve"])
        self._send()
        self.assertEqual(self._get_states(notices), ["to_approve"])
        notices.with_user(approver).action_approve()
        self.assertEqual(notices.decided_by_id, approver)
        with self.assertRaisesRegex(UserError, "any more"):
            notices.with_user(self.finance).action_approve()
        self._send()
        self.assertEqual(self._get_states(notices), ["assigned"])

    def test_a_step_that_finance_refuses_is_passed_over(self):
        item = self._owe(9000, 91)
        self._remind(item)
        notices = self._claim()
        notices.with_user(self.finance).action_refuse()
        self._send()
        self.assertEqual(self._get_states(notices), ["refused"])
        self.assertFalse(self._claim(day=TODAY + timedelta(days=14)))
        later = TODAY + timedelta(days=30)
        self.assertEqual(self._get_claims(self._claim(day=later)), [(item.id, 120)])

    def test_a_hundred_clients_take_a_constant_number_of_queries_to_prepare(self):
        def count(number):
            accounts = self.env["kuaidi.key.account"].union(
                *(
                    self._create_account(
                        partner_id=self._create_partner(
                            email=f"c{index}@client.example"
                        ).id
                    )
                    for index in range(number)
                )
            )
            for account in accounts:
                self._owe(100, 8, account.partner_id)
            notices = self._claim(accounts)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            actions = notices._prepare(TODAY)
            self.assertEqual(len(actions), number)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(1)
        few, many = count(2), count(12)
        self.assertLessEqual(many - few, 10)
