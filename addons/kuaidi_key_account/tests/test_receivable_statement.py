import random
from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .receivable_common import TODAY, ReceivableCommon

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestReceivableStatement(ReceivableCommon):
    def _generate(self, accounts=None, first=FIRST, last=LAST):
        return self.env["kuaidi.statement"]._generate(
            accounts or self.account, first, last
        )

    def test_a_statement_goes_from_what_was_owed_to_what_is_owed(self):
        former = self._invoice(500, date(2026, 9, 5), date(2026, 10, 5))
        self._invoice(300, date(2026, 10, 2), date(2026, 11, 1))
        self._invoice(40, date(2026, 10, 9), move_type="out_refund")
        self._pay(former, 200, date(2026, 10, 20))
        self._pay(former, 100, date(2026, 11, 3))
        statement = self._generate()
        self.assertEqual(
            statement.mapped(
                lambda st: (
                    st.amount_opening,
                    st.amount_invoiced,
                    st.amount_credited,
                    st.amount_paid,
                    st.amount_closing,
                    st.amount_overdue,
                )
            ),
            [(500, 300, -40, -200, 560, 300)],
        )
        self.assertEqual(
            statement.line_ids.mapped(
                lambda line: (line.kind, line.amount, line.amount_open)
            ),
            [
                ("invoice", 500, 300),
                ("invoice", 300, 300),
                ("credit", -40, -40),
                ("payment", -200, 0),
            ],
        )
        self.assertEqual(
            statement.line_ids.mapped("is_in_period"), [False, True, True, True]
        )

    def test_statements_follow_on_each_other_whatever_happened(self):
        rng = random.Random(11)
        first = date(2026, 1, 1)
        for _number in range(25):
            day = first + timedelta(days=rng.randrange(300))
            invoice = self._invoice(
                rng.randrange(100, 90_000) / 100,
                day,
                move_type=rng.choice(("out_invoice", "out_invoice", "out_refund")),
            )
            if rng.random() < 0.6:
                self._pay(
                    invoice,
                    round(invoice.amount_residual * rng.choice((1, 0.4)), 2),
                    day + timedelta(days=rng.randrange(60)),
                )
        closing = 0
        for month in range(1, 11):
            start = date(2026, month, 1)
            end = date(2026, month + 1, 1) - timedelta(days=1)
            statement = self._generate(first=start, last=end)
            with self.subTest(month=month):
                self.assertAlmostEqual(statement.amount_opening, closing, places=2)
                self.assertAlmostEqual(
                    statement.amount_closing, self._get_balance(end), places=2
                )
                self.assertAlmostEqual(
                    sum(statement.line_ids.mapped("amount_open")),
                    statement.amount_closing,
                    places=2,
                )
                self.assertAlmostEqual(
                    statement.amount_opening
                    + statement.amount_invoiced
                    + statement.amount_credited
                    + statement.amount_paid,
                    statement.amount_closing,
                    places=2,
                )
            closing = statement.amount_closing or closing

    def test_running_it_twice_makes_nothing_twice(self):
        self._invoice(300, date(2026, 10, 2))
        self.assertEqual(len(self._generate()), 1)
        self.assertFalse(self._generate())

    def test_a_client_that_owes_nothing_gets_no_statement(self):
        self.assertFalse(self._generate())

    def test_the_period_has_to_be_over(self):
        self._invoice(300, date(2026, 10, 2))
        with self.assertRaisesRegex(UserError, "has not ended yet"):
            self._generate(last=date(2026, 11, 30))

    def test_many_statements_take_as_many_queries_as_one(self):
        self._invoice(300, date(2026, 10, 2))
        others = self.env["kuaidi.key.account"]
        for number in range(9):
            account = self._create_account(
                partner_id=self._create_partner(name=f"Client {number}").id
            )
            self._create_invoice(account.partner_id, 100, date(2026, 10, 3))
            others |= account
        self.env.flush_all()
        start = self.cr.sql_log_count
        self._generate()
        one = self.cr.sql_log_count - start
        start = self.cr.sql_log_count
        self.assertEqual(len(self._generate(others)), 9)
        self.assertLessEqual(self.cr.sql_log_count - start, one)

    def test_nobody_writes_what_a_statement_says(self):
        self._invoice(300, date(2026, 10, 2))
        statement = self._generate()
        for user in (self.manager, self.finance, self.centre):
            with (
                self.subTest(user=user.name),
                self.assertRaises(AccessError),
                self.cr.savepoint(),
            ):
                statement.with_user(user).amount_closing = 1
        self.env.invalidate_all()
        self.assertEqual(statement.amount_closing, 300)

    def test_each_role_reads_the_statements_it_may(self):
        self._invoice(300, date(2026, 10, 2))
        statement = self._generate()
        for user, allowed in (
            (self.manager, True),
            (self.manager_2, False),
            (self.finance, True),
            (self.centre, True),
            (self.portal, False),
        ):
            with self.subTest(user=user.name):
                self.assertEqual(statement.with_user(user).has_access("read"), allowed)
