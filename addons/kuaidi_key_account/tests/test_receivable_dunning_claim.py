from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .dunning_common import MORNING, TODAY, DunningCommon


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestReceivableDunningClaim(DunningCommon):
    """Which items meet which step on which day."""

    def test_an_item_is_claimed_at_the_highest_step_it_has_reached(self):
        # days overdue, owed yuan, step
        table = (
            (-6, 9000, None),
            (-5, 9000, -5),
            (0, 9000, -5),
            (1, 9000, 1),
            (6, 9000, 1),
            (7, 9000, 7),
            (14, 9000, 7),
            (15, 9000, 15),
            (30, 9000, 30),
            (30, 4999, 15),
            (60, 100, 60),
            (89, 9000, 60),
            (90, 5000, 90),
            (90, 4999.99, 60),
            (119, 9000, 90),
            (120, 10, 120),
            (2000, 9000, 120),
        )
        for days, amount, step in table:
            with self.subTest(days=days, amount=amount):
                account = self._create_account()
                item = self._owe(amount, days, account.partner_id)
                if days > 15:
                    self._remind(item)
                expected = [(item.id, step)] if step is not None else []
                self.assertEqual(self._get_claims(self._claim(account)), expected)

    def test_old_debts_of_a_new_client_begin_with_the_formal_letter(self):
        for days in (16, 30, 91, 121, 2000):
            with self.subTest(days=days):
                account = self._create_account()
                item = self._owe(9000, days, account.partner_id)
                claimed = self._claim(account)
                self.assertEqual(self._get_claims(claimed), [(item.id, 15)])
        # ten working days are the grace of lawyer and court
        for days, expected in ((11, []), (14, [(item.id, 120)])):
            with self.subTest(later=days):
                claimed = self._claim(account, TODAY + timedelta(days=days))
                self.assertEqual(self._get_claims(claimed), expected)

    def test_a_ladder_without_a_letter_begins_where_the_days_are(self):
        self.policy.step_ids.filtered(
            lambda step: step.channel == "registered"
        ).unlink()
        item = self._owe(9000, 61)
        self.assertEqual(self._get_claims(self._claim()), [(item.id, 60)])

    def test_a_second_run_claims_nothing(self):
        self._owe(100, 8)
        self.assertEqual(len(self._claim()), 1)
        self.assertFalse(self._claim())
        self.assertFalse(self._claim(day=TODAY + timedelta(days=1)))

    def test_a_client_is_asked_once_a_day_by_its_hardest_step(self):
        letter = self._owe(100, 16)
        reminder = self._owe(100, 8)
        self.assertEqual(self._get_claims(self._claim()), [(letter.id, 15)])
        self.assertFalse(self._claim())
        # the grace of a written reminder is three working days
        for days, expected in ((1, []), (2, []), (3, [(reminder.id, 7)])):
            with self.subTest(days=days):
                claimed = self._claim(day=TODAY + timedelta(days=days))
                self.assertEqual(self._get_claims(claimed), expected)

    def test_what_a_missed_week_skipped_is_not_made_up_for(self):
        item = self._owe(100, 0)
        self.assertEqual(self._get_claims(self._claim()), [(item.id, -5)])
        # the worker stood still; day 17 is a Thursday
        later = TODAY + timedelta(days=17)
        self.assertEqual(self._get_claims(self._claim(day=later)), [(item.id, 15)])
        for days in (18, 21, 25, 29):
            self.assertFalse(self._claim(day=TODAY + timedelta(days=days)))

    def test_nothing_is_claimed_on_a_day_that_is_not_worked(self):
        item = self._owe(100, 6)
        saturday = date(2026, 11, 28)
        self.assertFalse(self._claim(day=saturday))
        self.assertFalse(self._claim(day=saturday + timedelta(days=1)))
        monday = saturday + timedelta(days=2)
        self.assertEqual(self._get_claims(self._claim(day=monday)), [(item.id, 7)])

    def test_the_grace_counts_working_days(self):
        item = self._owe(100, 1)
        friday = date(2026, 11, 27)
        self.assertEqual(self._get_claims(self._claim(day=friday)), [(item.id, 1)])
        # due again on Sunday the 29th; three working days after Friday is Wednesday
        for day, expected in (
            (date(2026, 11, 30), []),
            (date(2026, 12, 1), []),
            (date(2026, 12, 2), [(item.id, 7)]),
        ):
            with self.subTest(day=day):
                self.assertEqual(self._get_claims(self._claim(day=day)), expected)

    def test_credit_notes_and_payments_count_for_the_oldest_items(self):
        first, second, third = (self._owe(100, days) for days in (10, 9, 8))
        self._create_invoice(
            self.partner, 150, TODAY - timedelta(days=3), move_type="out_refund"
        )
        notices = self._claim()
        self.assertEqual(
            sorted((notice.move_line_id.id, notice.amount) for notice in notices),
            [(second.id, 50), (third.id, 100)],
        )
        self.assertEqual(notices.case_id.amount_overdue, 150)
        self.assertEqual(first.amount_residual, 100)

    def test_a_client_whose_payments_cover_its_debts_has_no_case(self):
        self._owe(100, 10)
        self._create_invoice(
            self.partner, 100, TODAY - timedelta(days=3), move_type="out_refund"
        )
        self.assertFalse(self._claim())
        self.assertFalse(self.cases.search([("account_id", "=", self.account.id)]))

    def test_a_credit_counts_in_its_own_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "rate": 0.125,
            }
        )
        foreign = self._owe(100, 8, currency_id=dollar.id)
        home = self._owe(100, 8)
        self._create_invoice(
            self.partner,
            60,
            TODAY - timedelta(days=3),
            move_type="out_refund",
            currency_id=dollar.id,
        )
        notices = self._claim()
        self.assertEqual(
            sorted(
                (
                    notice.move_line_id.id,
                    notice.currency_id.name,
                    notice.amount,
                    notice.amount_company,
                )
                for notice in notices
            ),
            sorted(
                [(foreign.id, "USD", 40, 320), (home.id, "CNY", 100, 100)],
            ),
        )
        self.assertEqual(notices.case_id.amount_overdue, 420)

    def test_held_contested_and_promised_items_are_left_out(self):
        item, other = self._owe(100, 8), self._owe(50, 8)
        self.cases._update_cases(self.account, TODAY)
        case = self.cases.search([("account_id", "=", self.account.id)])
        case.date_hold_until = TODAY
        self.assertFalse(self._claim())
        case.date_hold_until = TODAY - timedelta(days=1)
        dispute = self.env["kuaidi.receivable.dispute"].create(
            {
                "account_id": self.account.id,
                "reason": "price",
                "line_ids": [Command.set(item.ids)],
            }
        )
        self.assertEqual(self._get_claims(self._claim()), [(other.id, 7)])
        self.assertEqual(case.amount_overdue, 50)
        dispute.sudo().state = "rejected"
        later = TODAY + timedelta(days=3)
        promise = self.env["kuaidi.payment.promise"].create(
            {
                "case_id": case.id,
                "amount": 150,
                "date_promised": TODAY,
                "date_due": later,
            }
        )
        self.assertFalse(self._claim(day=later))
        promise.sudo().state = "broken"
        self.assertEqual(self._get_claims(self._claim(day=later)), [(item.id, 7)])

    def test_a_promise_covers_the_oldest_debts_and_no_more(self):
        first, second = self._owe(100, 9), self._owe(60, 8)
        self.cases._update_cases(self.account, TODAY)
        self.env["kuaidi.payment.promise"].create(
            {
                "case_id": self.cases.search([("account_id", "=", self.account.id)]).id,
                "amount": 100,
                "date_promised": TODAY,
                "date_due": TODAY + timedelta(days=9),
            }
        )
        self.assertEqual(self._get_claims(self._claim()), [(second.id, 7)])
        self.assertGreater(first.amount_residual, 0)

    def test_the_policy_of_the_invoice_goes_before_client_star_and_company(self):
        policies = {
            name: self.env["kuaidi.dunning.policy"].create(
                {
                    "name": name,
                    "company_id": self.company.id,
                    "step_ids": [
                        Command.create({"name": name, "days": days, "channel": "call"})
                    ],
                }
            )
            for name, days in (("star", 2), ("client", 3), ("invoice", 4))
        }
        level = self.env["kuaidi.star.level"].search(
            [("company_id", "=", self.company.id), ("stars", "=", 2)]
        )
        level.dunning_policy_id = policies["star"]

        def claim(own, invoice_own):
            account = self._create_account()
            account.sudo().star_id = level
            account.dunning_policy_id = own
            item = self._owe(100, 6, account.partner_id)
            item.move_id.kuaidi_dunning_policy_id = invoice_own
            return self._claim(account).step_id.name

        none = self.env["kuaidi.dunning.policy"]
        for own, invoice_own, expected in (
            (none, none, "star"),
            (policies["client"], none, "client"),
            (policies["client"], policies["invoice"], "invoice"),
            (none, policies["invoice"], "invoice"),
        ):
            with self.subTest(expected=expected):
                self.assertEqual(claim(own, invoice_own), expected)
        level.dunning_policy_id = False
        self.assertEqual(claim(none, none), self._get_step(1).name)

    def test_another_policy_does_not_begin_from_the_start(self):
        item = self._owe(100, 16)
        self.assertEqual(self._get_claims(self._claim()), [(item.id, 15)])
        self.account.dunning_policy_id = self.policy.copy({"name": "Copy"})
        self.assertFalse(self._claim(day=TODAY + timedelta(days=8)))
        later = TODAY + timedelta(days=46)
        self.assertEqual(self._claim(day=later).step_id.days, 60)

    def test_a_later_due_date_begins_anew_and_an_earlier_one_repeats_nothing(self):
        item = self._owe(100, 8)
        first = self._claim()
        self.assertEqual(self._get_claims(first), [(item.id, 7)])
        item.date_maturity = TODAY - timedelta(days=10)
        self.assertFalse(self._claim(day=TODAY + timedelta(days=3)))
        self.assertFalse(first.is_outdated)
        due = TODAY + timedelta(days=28)
        item.date_maturity = due
        again = self._claim(day=due + timedelta(days=7))
        self.assertEqual(self._get_claims(again), [(item.id, 7)])
        self.assertTrue(first.is_outdated)

    def test_the_queries_do_not_grow_with_the_number_of_clients(self):
        def count(number):
            accounts = self.env["kuaidi.key.account"].union(
                *(self._create_account() for _number in range(number))
            )
            for account in accounts:
                self._owe(100, 8, account.partner_id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(len(self._claim(accounts)), number)
            return self.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(2), count(8))

    def test_steps_out_of_order_are_refused(self):
        reminder = self._get_step(7)
        with self.assertRaisesRegex(ValidationError, "milder"), self.cr.savepoint():
            reminder.days = 40
        with self.assertRaisesRegex(ValidationError, "before anything"):
            with self.cr.savepoint():
                self._get_step(15).days = -3
        self.env.invalidate_all()
        self.assertEqual(
            self.policy.step_ids.sorted("days").mapped("days"),
            [-5, 1, 7, 15, 30, 60, 90, 120],
        )
