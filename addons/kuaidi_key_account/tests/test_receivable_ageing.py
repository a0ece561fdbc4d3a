import random
from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .receivable_common import TODAY, ReceivableCommon


@tagged("post_install", "-at_install")
class TestReceivableAgeing(ReceivableCommon):
    def _get_items(self, day=None, account=None):
        items = self.env["kuaidi.receivable.item"].with_context(
            **({"kuaidi_date": fields.Date.to_string(day)} if day else {})
        )
        return items.search([("account_id", "=", (account or self.account).id)])

    def test_an_item_stands_in_the_bucket_of_its_days(self):
        dues = {
            0: "0",
            1: "1",
            30: "1",
            31: "2",
            60: "2",
            61: "3",
            90: "3",
            91: "4",
        }
        for days in dues:
            due = TODAY - timedelta(days=days)
            self._invoice(100 + days, due, due)
        found = {item.days_overdue: item.bucket for item in self._get_items(TODAY)}
        self.assertEqual(found, dues)

    def test_what_was_paid_later_was_open_before(self):
        invoice = self._invoice(1000, date(2026, 9, 1), date(2026, 10, 1))
        self._pay(invoice, 400, date(2026, 10, 15))
        for day, amounts in (
            (date(2026, 8, 31), []),
            (date(2026, 9, 1), [1000]),
            (date(2026, 10, 14), [1000]),
            (date(2026, 10, 15), [600]),
        ):
            with self.subTest(day=day):
                self.assertEqual(
                    self._get_items(day).mapped("amount_residual"), amounts
                )
        self.assertEqual(self._get_items().mapped("amount_residual"), [600])

    def test_a_credit_note_that_is_not_applied_is_not_aged(self):
        self._invoice(300, date(2026, 8, 1), date(2026, 8, 1))
        self._invoice(50, date(2026, 8, 5), move_type="out_refund")
        found = {
            item.kind: (item.bucket, item.amount_residual)
            for item in self._get_items(TODAY)
        }
        self.assertEqual(found, {"invoice": ("4", 300), "credit": ("credit", -50)})

    def test_instalments_are_due_one_by_one(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 60)
                ],
            }
        )
        self._create_invoice(
            self.partner, 800, date(2026, 10, 1), invoice_payment_term_id=term.id
        )
        items = self._get_items(TODAY)
        self.assertEqual(
            items.mapped(lambda item: (item.date_due, item.bucket)),
            [(date(2026, 10, 1), "2"), (date(2026, 11, 30), "0")],
        )

    def test_the_ageing_equals_the_receivable_balance_on_every_day(self):
        rng = random.Random(7)
        first = date(2026, 1, 1)
        days = [first + timedelta(days=rng.randrange(300)) for _number in range(30)]
        child = self._create_partner(
            name="Warehouse", parent_id=self.partner.id, is_company=False
        )
        invoices = [
            self._create_invoice(
                rng.choice((self.partner, child)),
                rng.randrange(1, 500_000) / 100,
                day,
                move_type=rng.choice(("out_invoice", "out_invoice", "out_refund")),
            )
            for day in days
        ]
        for invoice in invoices:
            left = invoice.amount_residual
            while left > 1 and rng.random() < 0.7:
                part = round(left * rng.choice((1, 0.5, 0.3)), 2)
                self._pay(
                    invoice,
                    part,
                    invoice.invoice_date + timedelta(days=rng.randrange(90)),
                )
                left = invoice.amount_residual
        for day in [first + timedelta(days=7 * week) for week in range(60)]:
            with self.subTest(day=day):
                self.assertAlmostEqual(
                    sum(self._get_items(day).mapped("amount_residual")),
                    self._get_balance(day),
                    places=2,
                )
        self.assertAlmostEqual(
            sum(self._get_items().mapped("amount_residual")),
            self._get_balance(date(2030, 1, 1)),
            places=2,
        )

    def test_another_currency_is_aged_in_both(self):
        currency = self.env.ref("base.HKD")
        currency.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "name": day, "rate": rate}
                for day, rate in (("2026-01-01", 1.1), ("2026-10-01", 1.25))
            ]
        )
        invoice = self._invoice(
            1100, date(2026, 9, 1), date(2026, 9, 1), currency_id=currency.id
        )
        self._pay(invoice, 550, date(2026, 10, 10))
        for day in (date(2026, 9, 30), date(2026, 10, 10), TODAY):
            with self.subTest(day=day):
                items = self._get_items(day)
                self.assertAlmostEqual(
                    sum(items.mapped("amount_residual")),
                    self._get_balance(day),
                    places=2,
                )
        before = self._get_items(date(2026, 9, 30))
        self.assertEqual(before.amount_residual_currency, 1100)
        self.assertEqual(before.currency_id, currency)

    def test_each_role_sees_the_money_it_may(self):
        self._invoice(100, date(2026, 10, 1))
        items = self.env["kuaidi.receivable.item"]
        domain = [("account_id", "=", self.account.id)]
        for user in (self.manager, self.finance, self.centre):
            with self.subTest(user=user.name):
                self.assertEqual(
                    items.with_user(user).search(domain).mapped("amount_residual"),
                    [100],
                )
        self.assertFalse(items.with_user(self.manager_2).search(domain))
        with self.assertRaises(AccessError), self.cr.savepoint():
            items.with_user(self.portal).search(domain)

    def test_the_ageing_takes_one_query_whatever_there_is(self):
        self._invoice(100, date(2026, 10, 1))
        items = self.env["kuaidi.receivable.item"]
        arguments = ([], ["manager_id", "bucket"], ["amount_residual:sum"])
        items._read_group(*arguments)
        with self.assertQueryCount(1):
            items._read_group(*arguments)
        for _number in range(9):
            self._invoice(100, date(2026, 10, 1))
        self.env.flush_all()
        with self.assertQueryCount(1):
            items._read_group(*arguments)

    def test_a_day_can_be_chosen(self):
        wizard = self.env["kuaidi.ageing.date"].create({"date": "2026-03-31"})
        self.assertEqual(wizard.action_show()["context"], {"kuaidi_date": "2026-03-31"})
