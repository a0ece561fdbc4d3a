from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .grading_common import GradingCommon


@tagged("post_install", "-at_install")
class TestStarRating(GradingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls._create_account(partner_id=cls.client.id)

    def _assert_refused_by_database(self, **values):
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._create_rating(self.account, **values)

    def test_realised_revenue_is_read_from_the_invoices_of_the_period(self):
        self._create_invoice(self.client, 60_000, "2025-11-01")
        self._create_invoice(self.client, 50_000, "2026-10-31")
        self._create_invoice(self.client, 8_000, "2026-06-01", move_type="out_refund")
        self._create_invoice(self.client, 700_000, "2025-10-31")
        self._create_invoice(self.client, 700_000, "2026-11-01")
        rating = self._create_rating(self.account)
        self.assertEqual(
            (rating.date_from, rating.date_to),
            (fields.Date.to_date("2025-11-01"), fields.Date.to_date("2026-10-31")),
        )
        self.assertEqual(rating.amount_revenue, 102_000)
        self.assertEqual(rating.amount_annual, 102_000)
        self.assertEqual(rating.computed_level_id, self.levels[2])
        self.assertEqual(rating.stars, 3)
        self.assertEqual(rating.amount_threshold, 100_000)
        self.assertEqual(rating.amount_next_threshold, 500_000)

    def test_a_manager_without_accounting_rights_gets_all_revenue(self):
        invoice = self._create_invoice(self.client, 40_000, "2026-03-01")
        invoice.invoice_user_id = self.sales
        self.assertEqual(self._create_rating(self.account).amount_revenue, 40_000)

    def test_expected_revenue_is_spread_over_its_term(self):
        rating = self._create_expected(self.account, 2_400_000, term_months=24)
        self.assertEqual(rating.amount_annual, 1_200_000)
        self.assertEqual(rating.stars, 4)
        self.assertEqual(
            (rating.date_from, rating.date_to),
            (fields.Date.to_date("2026-11-15"), fields.Date.to_date("2027-11-14")),
        )
        rating.term_months = 60
        self.assertEqual((rating.amount_annual, rating.stars), (480_000, 3))
        # a short term is not extrapolated
        rating.term_months = 6
        self.assertEqual((rating.amount_annual, rating.stars), (2_400_000, 4))

    def test_realised_revenue_for_more_than_a_year_is_spread_too(self):
        self._create_invoice(self.client, 900_000, "2026-02-01")
        rating = self._create_rating(self.account, term_months=36)
        self.assertEqual((rating.amount_annual, rating.stars), (300_000, 3))

    def test_a_client_below_every_threshold_gets_no_star(self):
        for amount in (9_999.99, 0, -500):
            with self.subTest(amount=amount):
                if amount:
                    self._create_invoice(
                        self.client,
                        abs(amount),
                        "2026-03-01",
                        move_type="out_invoice" if amount > 0 else "out_refund",
                    )
                    if amount < 0:
                        amount += 9_999.99 - 20_000
                        self._create_invoice(
                            self.client, 20_000, "2026-03-02", move_type="out_refund"
                        )
                else:
                    continue
                rating = self._create_rating(self.account)
                self.assertAlmostEqual(rating.amount_revenue, amount)
                self.assertFalse(rating.level_id)
                self.assertEqual(rating.stars, 0)
                self.assertEqual(rating.amount_next_threshold, 10_000)

    def test_figures_that_make_no_sense_are_refused(self):
        for values in (
            {"term_months": 0},
            {"term_months": -12},
            {"basis": "expected"},
            {"basis": "expected", "amount_revenue": 0},
            {"basis": "expected", "amount_revenue": -90_000},
            {"date_from": "2026-05-01", "date_to": "2026-04-30"},
            # more than one service year
            {"date_from": "2025-01-01", "date_to": "2026-01-01"},
        ):
            with self.subTest(values=values):
                self._assert_refused_by_database(**values)
        self.assertFalse(self.account.star_rating_ids)

    def test_the_messages_of_refused_figures_say_what_to_enter(self):
        table = self.ratings._table_objects
        for name, word in (
            ("kuaidi_star_rating_term_positive", "at least one month"),
            ("kuaidi_star_rating_expected_positive", "above 0"),
            ("kuaidi_star_rating_adjustment_founded", "a reason"),
            ("kuaidi_star_rating_realised_service_year", "twelve months at most"),
        ):
            with self.subTest(name=name):
                message = table[name].get_error_message(self.ratings)
                self.assertIn(word, message)

    def test_realised_revenue_and_results_cannot_be_typed(self):
        with self.assertRaises(UserError):
            self._create_rating(self.account, amount_revenue=9_000_000)
        rating = self._create_rating(self.account)
        with self.assertRaises(UserError):
            rating.amount_revenue = 9_000_000
        for name, value in (
            ("state", "approved"),
            ("stars", 5),
            ("level_id", self.levels[4].id),
            ("computed_level_id", self.levels[4].id),
            ("amount_annual", 9_000_000),
            ("amount_threshold", 1),
            ("origin", "run"),
            ("requested_by_id", self.centre.id),
            ("previous_stars", 5),
            ("company_id", self.env.company.id),
            ("validation_status", "validated"),
        ):
            with self.subTest(name=name):
                for user in (self.manager, self.centre):
                    with self.assertRaises(AccessError):
                        rating.with_user(user).write({name: value})
                    with self.assertRaises(AccessError):
                        self._create_rating(self.account, user, **{name: value})
                    with self.assertRaises(AccessError):
                        self.ratings.with_user(user).with_context(
                            **{f"default_{name}": value}
                        ).create({"account_id": self.account.id})
        self.assertEqual((rating.stars, rating.state), (0, "draft"))
        self.assertEqual(self.account.star_rating_ids, rating)

    def test_a_wrong_expectation_can_become_a_realised_rating(self):
        self._create_invoice(self.client, 30_000, "2026-03-01")
        rating = self._create_expected(self.account, 700_000)
        rating.basis = "realised"
        self.assertEqual((rating.amount_revenue, rating.stars), (30_000, 2))
        self.assertEqual(rating.date_to, fields.Date.to_date("2026-10-31"))

    def test_only_a_draft_can_be_changed_or_deleted(self):
        rating = self._create_expected(self.account, 700_000)
        rating.action_request_approval()
        for values in (
            {"amount_revenue": 7_000_000},
            {"term_months": 1},
            {"account_id": self._create_account().id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                rating.write(values)
        with self.assertRaises(UserError):
            rating.unlink()
        self.assertEqual((rating.stars, rating.amount_revenue), (4, 700_000))
        draft = self._create_expected(self.account, 700_000)
        draft.unlink()
        self.assertFalse(draft.exists())

    def test_a_copy_is_a_draft_of_its_own(self):
        rating = self._approve(self._create_expected(self.account, 700_000))
        copy = rating.with_user(self.manager).copy()
        self.assertEqual((copy.state, copy.amount_revenue), ("draft", 700_000))
        self.assertFalse(copy.requested_by_id | copy.decided_by_id)
        self.assertEqual(copy.previous_rating_id, rating)

    def test_a_closed_account_or_company_is_not_rated(self):
        closed = self._create_account()
        self._make_formal(closed)
        closed.action_close()
        with self.assertRaises(ValidationError):
            self._create_expected(closed, 50_000)
        company = self.env["res.company"].create({"name": "Closed Express"})
        account = self._create_account(company_id=company.id, manager_id=False)
        company.active = False
        with self.assertRaises(ValidationError):
            self.ratings.create(
                {
                    "account_id": account.id,
                    "basis": "expected",
                    "amount_revenue": 50_000,
                }
            )
        self.assertFalse(closed.star_rating_ids | account.star_rating_ids)

    def test_the_explanation_gives_figures_and_the_threshold_that_decided(self):
        rating = self._create_expected(
            self.account, 2_400_000, term_months=24, **self._get_adjustment()
        )
        for part in (
            "24 months",
            "2,400,000.00",
            "1,200,000.00 a year",
            "4★ begins at",
            "500,000.00",
            "next level begins at",
            "5,000,000.00",
            "+1 stars",
            "Social influence",
            "Supplier of the provincial hospitals",
            "Result: 5★",
            "not rated before",
        ):
            self.assertIn(part, rating.explanation)
        self._approve(rating)
        follower = self._create_expected(self.account, 9_000)
        self.assertIn("no level is reached", follower.explanation)
        self.assertIn("formerly 5★", follower.explanation)
        top = self._create_expected(self.account, 5_000_000)
        self.assertNotIn("next level", top.explanation)

    def test_an_adjustment_needs_factor_reason_and_a_day_in_the_future(self):
        for missing in ("adjustment_factor", "adjustment_reason", "adjustment_expiry"):
            with self.subTest(missing=missing):
                self._assert_refused_by_database(
                    **dict(self._get_adjustment(), **{missing: False})
                )
        for values in (
            {"adjustment_reason": "  "},
            {"adjustment_expiry": "2026-11-15"},
            {"adjustment_expiry": "2026-11-14"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._create_rating(
                    self.account, **dict(self._get_adjustment(), **values)
                )
        self._assert_refused_by_database(**self._get_adjustment(stars=5))
        self.assertFalse(self.account.star_rating_ids)

    def test_an_adjusted_result_has_one_to_five_stars(self):
        for amount, adjustment, stars in (
            (600_000, 1, 5),
            (600_000, 4, 5),
            (600_000, -2, 2),
            (600_000, -4, 1),
            (5_000, 1, 1),
        ):
            with self.subTest(amount=amount, adjustment=adjustment):
                rating = self._create_expected(
                    self.account, amount, **self._get_adjustment(adjustment)
                )
                self.assertEqual((rating.stars, rating.level_id.stars), (stars, stars))

    def test_the_form_computes_while_one_types(self):
        self._create_invoice(self.client, 120_000, "2026-03-01")
        form = Form(self.ratings.with_user(self.manager))
        form.account_id = self.account
        self.assertEqual((form.amount_revenue, form.stars), (120_000, 3))
        form.basis = "expected"
        form.amount_revenue = 600_000
        self.assertEqual(form.stars, 4)
        form.term_months = 24
        self.assertEqual((form.amount_annual, form.stars), (300_000, 3))
        form.adjustment = 1
        form.adjustment_factor = "size"
        form.adjustment_reason = "Largest shipper of the district"
        form.adjustment_expiry = "2027-03-31"
        self.assertEqual(form.stars, 4)
        self.assertIn("Largest shipper", form.explanation)
        rating = form.save()
        self.assertEqual((rating.stars, rating.state), (4, "draft"))
