from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .grading_common import THRESHOLDS, GradingCommon


@tagged("post_install", "-at_install")
class TestStarWhatIf(GradingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = cls.env["kuaidi.key.account"]
        for amount in (5_000, 40_000, 60_000, 120_000, 700_000):
            account = cls._create_account()
            cls._create_invoice(account.partner_id, amount, "2026-03-01")
            cls.accounts |= account
        cls.expected = cls._create_account()
        cls._approve(cls._create_expected(cls.expected, 45_000))
        cls.adjusted = cls._create_account()
        cls._create_invoice(cls.adjusted.partner_id, 45_000, "2026-03-01")
        cls._approve(cls._create_rating(cls.adjusted, **cls._get_adjustment()))
        cls.all_accounts = cls.accounts | cls.expected | cls.adjusted

    def _get_moves(self, trial):
        return self.ratings._get_portfolio_moves(
            self.all_accounts, self.date, THRESHOLDS, trial
        )

    def _open(self, user=None):
        form = Form(self.env["kuaidi.star.what.if"].with_user(user or self.centre))
        form.date = self.date
        return form

    def test_the_same_thresholds_move_nobody(self):
        self.assertEqual(
            self._get_moves(THRESHOLDS),
            {
                (0, 0): (1, 5_000),
                # two by their invoices, one by its expectation
                (2, 2): (3, 145_000),
                # one by its invoices, one by its adjustment
                (3, 3): (2, 165_000),
                (4, 4): (1, 700_000),
            },
        )

    def test_a_moved_threshold_moves_clients_on_either_basis(self):
        self.assertEqual(
            self._get_moves((5_000, 50_000, 150_000, 500_000, 700_000)),
            {
                (0, 1): (1, 5_000),
                (2, 1): (2, 85_000),
                (2, 2): (1, 60_000),
                (3, 2): (2, 165_000),
                (4, 5): (1, 700_000),
            },
        )

    def test_trying_takes_one_statement_and_writes_nothing(self):
        self.env.flush_all()
        ratings = self.ratings.search([]).mapped("stars")
        before = self.env.cr.sql_log_count
        self._get_moves((5_000, 50_000, 150_000, 500_000, 700_000))
        self.assertEqual(self.env.cr.sql_log_count - before, 1)
        self.assertEqual(self.ratings.search([]).mapped("stars"), ratings)
        self.assertEqual(tuple(self.levels.mapped("amount_min")), THRESHOLDS)

    def _get_lines(self, form):
        return {row["stars"]: row for row in form.line_ids._records}

    def _try(self, form, stars, amount):
        position = list(self._get_lines(form)).index(stars)
        with form.line_ids.edit(position) as line:
            line.amount_trial = amount

    def test_the_form_opens_on_the_present_thresholds(self):
        form = self._open()
        lines = self._get_lines(form)
        self.assertEqual(
            [lines[stars]["amount_trial"] for stars in range(1, 6)], list(THRESHOLDS)
        )
        self.assertEqual(
            [lines[stars]["count_now"] for stars in range(6)], [1, 0, 3, 2, 1, 0]
        )
        self.assertEqual(form.moved_count, 0)

    def test_the_form_follows_a_trial_threshold(self):
        form = self._open()
        self._try(form, 2, 50_000)
        self.assertEqual(form.moved_count, 3)
        lines = self._get_lines(form)
        self.assertEqual((lines[2]["count_now"], lines[2]["count_then"]), (3, 2))
        self.assertEqual((lines[1]["count_then"], lines[1]["amount_then"]), (2, 85_000))
        self.assertIn("2★", form.matrix)
        self.assertFalse(form.message)
        self.assertEqual(tuple(self.levels.mapped("amount_min")), THRESHOLDS)

    def test_thresholds_out_of_order_give_a_message_and_no_figures(self):
        form = self._open()
        self._try(form, 2, 200_000)
        self.assertIn("rise with the stars", form.message)
        self.assertEqual(form.moved_count, 0)
        self._try(form, 2, 50_000)
        self.assertFalse(form.message)
        self.assertEqual(form.moved_count, 3)

    def test_trying_thresholds_is_for_the_crm_centre(self):
        for user in (self.manager, self.sales, self.finance):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._open(user)
