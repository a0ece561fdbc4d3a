from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .receivable_common import TODAY, ReceivableCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestReceivableReports(ReceivableCommon):
    """Collected of due, days of sales, payment behaviour, limitation (2.10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # money comes in by a bank
        cls.journal = cls.env["account.journal"].create(
            {
                "name": "Bank",
                "code": "BNK9",
                "type": "bank",
                "default_account_id": cls.accounts[0].id,
            }
        )

    def _get_months(self):
        rows = self.env["kuaidi.receivable.month"].search(
            [("account_id", "=", self.account.id)], order="month"
        )
        return {row.month: row for row in rows}

    def test_a_month_says_what_was_due_and_what_came_in(self):
        self._invoice(900, date(2024, 1, 5), date(2024, 2, 5))
        invoice = self._invoice(600, date(2026, 9, 10), date(2026, 10, 10))
        self._invoice(300, date(2026, 10, 20), date(2026, 11, 20))
        self._pay(invoice, 450, date(2026, 10, 15))
        months = self._get_months()
        self.assertEqual(len(months), 24)
        october = months[date(2026, 10, 1)]
        self.assertEqual(
            (
                october.amount_invoiced,
                october.amount_due,
                october.amount_collected,
                october.collection_percent,
                october.amount_balance,
            ),
            (300, 600, 450, 75, 1350),
        )
        # 1,350 owed of 900 invoiced from August to October, 92 days
        self.assertAlmostEqual(october.dso, 138)
        september = months[date(2026, 9, 1)]
        self.assertEqual(
            (september.amount_balance, september.collection_percent), (1500, 0)
        )

    def test_ratios_of_several_clients_are_divided_from_sums(self):
        self._pay(self._invoice(900, date(2026, 10, 1)), 900, date(2026, 10, 2))
        other = self._create_account(partner_id=self._create_partner(name="B").id)
        self._create_invoice(
            other.partner_id,
            100,
            date(2026, 10, 1),
            invoice_payment_term_id=False,
            invoice_date_due=date(2026, 10, 1),
        )
        groups = self.env["kuaidi.receivable.month"]._read_group(
            [
                ("account_id", "in", (self.account | other).ids),
                ("month", "=", "2026-10-01"),
            ],
            ["manager_id"],
            ["collection_percent:avg", "dso:avg"],
        )
        self.assertEqual(len(groups), 1)
        self.assertAlmostEqual(groups[0][1], 90)
        # 100 owed of 1,000 invoiced in 92 days
        self.assertAlmostEqual(groups[0][2], 9.2)

    def test_the_balance_of_each_month_is_odoo_s_own(self):
        for month in range(1, 11):
            invoice = self._invoice(100 * month, date(2026, month, 3))
            if month % 2:
                self._pay(invoice, 60 * month, date(2026, month + 1, 5))
        for month, row in self._get_months().items():
            if month < date(2026, 11, 1):
                end = (
                    date(month.year + month.month // 12, month.month % 12 + 1, 1)
                    - date.resolution
                )
                with self.subTest(month=month):
                    self.assertAlmostEqual(row.amount_balance, self._get_balance(end))

    def test_days_late_are_weighted_by_the_amounts(self):
        invoice = self._invoice(1000, date(2026, 9, 1), date(2026, 9, 30))
        self._pay(invoice, 900, date(2026, 10, 10))
        self._pay(invoice, 100, date(2026, 10, 30))
        behaviour = self.env["kuaidi.payment.behaviour"]
        domain = [("account_id", "=", self.account.id)]
        self.assertEqual(sorted(behaviour.search(domain).mapped("days_late")), [10, 30])
        groups = behaviour._read_group(
            domain, ["date:month"], ["days_late:avg", "amount:sum"]
        )
        self.assertEqual(groups, [(date(2026, 10, 1), 12, 1000)])

    def test_credit_notes_are_no_payments(self):
        invoice = self._invoice(100, date(2026, 9, 1))
        refund = self._invoice(100, date(2026, 10, 1), move_type="out_refund")
        (invoice | refund).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()
        self.assertFalse(
            self.env["kuaidi.payment.behaviour"].search(
                [("account_id", "=", self.account.id)]
            )
        )
        self.assertEqual(self._get_months()[date(2026, 10, 1)].amount_collected, 0)

    def test_limitation_restarts_with_what_can_be_proved(self):
        case = self.env["kuaidi.collection.case"].sudo()
        self._invoice(100, date(2023, 11, 1), date(2023, 12, 1))
        case._update_cases(self.account)
        case = case.search([("account_id", "=", self.account.id)])
        item = self.env["kuaidi.receivable.item"]

        def get_date():
            self.env.flush_all()
            self.env.invalidate_all()
            return item.search([("account_id", "=", self.account.id)]).date_limitation

        def demand(day, proof="ems", delivered=True):
            self.env["kuaidi.collection.action"].sudo().create(
                {
                    "case_id": case.id,
                    "date": f"{day} 02:00:00",
                    "proof": proof,
                    "date_delivered": delivered and day,
                    "channel": "registered",
                }
            )

        self.assertEqual(get_date(), date(2026, 12, 1))
        near = [("date_limitation", "<=", "today +180d")]
        self.assertEqual(item.search(near).account_id, self.account)
        for day, proof, delivered, limit in (
            # a call proves nothing, a letter before the due date demands nothing
            ("2025-05-01", "none", False, date(2026, 12, 1)),
            ("2023-11-20", "ems", True, date(2026, 12, 1)),
            ("2026-03-01", "ems", True, date(2029, 3, 1)),
        ):
            with self.subTest(day=day):
                demand(day, proof, delivered)
                self.assertEqual(get_date(), limit)
        self.assertFalse(item.search(near))

    def test_a_demand_after_the_three_years_revives_nothing(self):
        self._invoice(100, date(2022, 1, 1), date(2022, 2, 1))
        case = self.env["kuaidi.collection.case"].sudo()
        case._update_cases(self.account)
        self.env["kuaidi.collection.action"].sudo().create(
            {
                "case_id": case.search([("account_id", "=", self.account.id)]).id,
                "date": "2026-03-01 02:00:00",
                "proof": "ems",
                "date_delivered": "2026-03-01",
                "channel": "registered",
            }
        )
        self.env.flush_all()
        item = self.env["kuaidi.receivable.item"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual(item.date_limitation, date(2025, 2, 1))

    def test_each_role_reads_the_reports_it_may(self):
        self._pay(self._invoice(100, date(2026, 10, 1)), 60, date(2026, 10, 2))
        for model in ("kuaidi.receivable.month", "kuaidi.payment.behaviour"):
            for user, allowed in (
                (self.manager, True),
                (self.manager_2, False),
                (self.finance, True),
                (self.centre, True),
            ):
                with self.subTest(model=model, user=user.name):
                    found = self.env[model].with_user(user)
                    self.assertEqual(
                        bool(found.search([("account_id", "=", self.account.id)])),
                        allowed,
                    )
            with self._refused(AccessError, ""):
                self.env[model].with_user(self.portal).search([])

    def test_a_report_takes_one_query_whatever_there_is(self):
        self._invoice(100, date(2026, 10, 1))
        months = self.env["kuaidi.receivable.month"]
        arguments = ([], ["manager_id", "month:month"], ["dso:avg"])
        months._read_group(*arguments)
        for _number in range(5):
            self._invoice(100, date(2026, 10, 1))
        self.env.flush_all()
        with self.assertQueryCount(1):
            months._read_group(*arguments)

    def test_payments_are_found_by_how_late_they_were(self):
        invoice = self._invoice(100, date(2026, 9, 1), date(2026, 9, 1))
        self._pay(invoice, 100, date(2026, 9, 11))
        behaviour = self.env["kuaidi.payment.behaviour"]
        domain = [("account_id", "=", self.account.id), ("days_late", ">", 0.0)]
        self.assertEqual(behaviour.search(domain).mapped("days_late"), [10.0])
