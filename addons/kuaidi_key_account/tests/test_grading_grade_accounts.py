from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .grading_common import GradingCommon


@tagged("post_install", "-at_install")
class TestGradeAccounts(GradingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls._create_account(partner_id=cls.client.id)

    def _count_queries(self, method, *args):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        result = method(*args)
        self.env.flush_all()
        return result, self.env.cr.sql_log_count - before

    # --- which revenue counts

    def test_both_ends_of_the_service_year_count(self):
        # any day of November asks for the twelve months before November
        for date in ("2026-11-01", "2026-11-30"):
            account = self._create_account()
            for day, amount in (
                ("2025-10-31", 1_000_000),
                ("2025-11-01", 40_000),
                ("2026-10-31", 60_000),
                ("2026-11-01", 1_000_000),
            ):
                self._create_invoice(account.partner_id, amount, day)
            rating = self._grade(account, date)
            with self.subTest(date=date):
                self.assertEqual(rating.amount_revenue, 100_000)
                self.assertEqual(rating.amount_annual, 100_000)
                self.assertEqual((rating.stars, rating.state), (3, "to_approve"))
                self.assertEqual(rating.level_id, self.levels[2])
                self.assertEqual(rating.computed_level_id, self.levels[2])
                self.assertEqual(rating.amount_threshold, 100_000)
                self.assertEqual(rating.amount_next_threshold, 500_000)
                self.assertEqual((rating.basis, rating.term_months), ("realised", 12))
                self.assertEqual(str(rating.date_from), "2025-11-01")
                self.assertEqual(str(rating.date_to), "2026-10-31")

    def test_credit_notes_reduce_the_revenue_below_nothing_even(self):
        self._create_invoice(self.client, 40_000, "2026-02-01")
        self._create_invoice(
            self.client, 10_000.01, "2026-03-01", move_type="out_refund"
        )
        rating = self._grade(self.account)
        self.assertAlmostEqual(rating.amount_revenue, 29_999.99)
        self.assertEqual(rating.stars, 1)
        self._create_invoice(self.client, 50_000, "2026-04-01", move_type="out_refund")
        again = self._grade(self.account)
        self.assertEqual(again, rating)
        self.assertAlmostEqual(again.amount_revenue, -20_000.01)
        self.assertFalse(again.level_id)
        self.assertEqual((again.stars, again.amount_next_threshold), (0, 10_000))

    def test_only_posted_customer_invoices_of_this_company_count(self):
        self._create_invoice(self.client, 10_000, "2026-02-01")
        self._create_invoice(self.client, 500_000, "2026-02-01", post=False)
        self._create_invoice(self.client, 500_000, "2026-02-01").button_cancel()
        other = self.env["res.company"].create({"name": "Other Express"})
        self._create_invoice(self.client, 500_000, "2026-02-01", company_id=other.id)
        for move_type in ("out_receipt", "entry", "in_invoice", "in_refund"):
            move = self._create_invoice(self.client, 500_000, "2026-02-01")
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "UPDATE account_move SET move_type = %s WHERE id = %s",
                    move_type,
                    move.id,
                )
            )
        rating = self._grade(self.account)
        self.assertEqual((rating.amount_revenue, rating.stars), (10_000, 1))

    def test_all_contacts_of_the_client_count_archived_ones_too(self):
        contact = self.env["res.partner"].create(
            {"name": "Warehouse", "parent_id": self.client.id, "type": "delivery"}
        )
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": contact.id}
        )
        self._create_invoice(self.client, 5_000, "2026-02-01")
        self._create_invoice(contact, 5_000, "2026-02-01")
        self._create_invoice(buyer, 20_000, "2026-02-01")
        buyer.active = False
        # a company below the client is a client of its own
        subsidiary = self.env["res.partner"].create(
            {"name": "Subsidiary", "parent_id": self.client.id, "is_company": True}
        )
        self._create_invoice(subsidiary, 500_000, "2026-02-01")
        rating = self._grade(self.account)
        self.assertEqual((rating.amount_revenue, rating.stars), (30_000, 2))

    def test_foreign_currency_counts_in_the_company_s_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 0.125,
            }
        )
        self._create_invoice(self.client, 12_500, "2026-02-01", currency_id=dollar.id)
        rating = self._grade(self.account)
        self.assertEqual((rating.amount_revenue, rating.stars), (100_000, 3))

    def test_taxes_do_not_count(self):
        tax = self.env["account.tax"].create(
            {
                "name": "VAT 6%",
                "amount": 6,
                "company_id": self.company.id,
                "country_id": self.env.ref("base.cn").id,
                "tax_group_id": self.env["account.tax.group"]
                .create({"name": "VAT", "company_id": self.company.id})
                .id,
            }
        )
        invoice = self._create_invoice(self.client, 29_000, "2026-02-01", post=False)
        invoice.invoice_line_ids.tax_ids = [Command.set(tax.ids)]
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 30_740)
        self.assertEqual(self._grade(self.account).amount_revenue, 29_000)

    def test_revenue_of_the_form_and_of_a_grading_agree(self):
        self._create_invoice(self.client, 61_000, "2026-02-01")
        self._create_invoice(self.client, 1_000, "2026-03-01", move_type="out_refund")
        rating = self._create_rating(self.account)
        self.assertEqual(rating.amount_revenue, 60_000)
        rating.unlink()
        self.assertEqual(self._grade(self.account).amount_revenue, 60_000)

    # --- what is proposed

    def test_no_star_changes_before_the_approval(self):
        self._create_invoice(self.client, 600_000, "2026-02-01")
        rating = self._grade(self.account)
        self.assertEqual((self.account.stars, self.account.amount_annual), (0, 0))
        self.assertFalse(self.account.star_id)
        rating.with_user(self.centre).action_approve()
        self.assertEqual(self.account.star_id, self.levels[3])
        self.assertEqual((self.account.stars, self.account.amount_annual), (4, 600_000))

    def test_rows_are_made_only_where_the_level_changes_or_none_exists(self):
        steady = self._create_rated_account(3)
        rising = self._create_rated_account(2)
        falling = self._create_rated_account(4)
        new = self._create_account()
        self._create_invoice(steady.partner_id, 50_000, "2026-05-01")
        self._create_invoice(rising.partner_id, 500_000, "2026-05-01")
        self._create_invoice(
            falling.partner_id, 480_000, "2026-05-01", move_type="out_refund"
        )
        ratings = self._grade(steady | rising | falling | new)
        self.assertEqual(ratings.account_id, rising | falling | new)
        by_account = ratings.grouped("account_id")
        for account, direction, stars, former in (
            (rising, "up", 4, 2),
            (falling, "down", 1, 4),
            (new, "new", 0, 0),
        ):
            rating = by_account[account]
            with self.subTest(direction=direction):
                self.assertEqual(rating.direction, direction)
                self.assertEqual((rating.stars, rating.previous_stars), (stars, former))
                self.assertEqual(rating.previous_level_id, account.star_id)
                self.assertEqual(rating.previous_rating_id, account.current_rating_id)
                self.assertEqual(rating.origin, "run")
                self.assertFalse(rating.requested_by_id)
                self.assertFalse(rating.review_ids)
        self.assertEqual(len(steady.star_rating_ids), 1)

    def test_a_second_grading_makes_nothing_new(self):
        self._create_invoice(self.client, 600_000, "2026-02-01")
        rating = self._grade(self.account)
        self.assertFalse(self._grade(self.account))
        self.assertEqual(self.account.star_rating_ids, rating)
        rating.with_user(self.centre).action_approve()
        self.assertFalse(self._grade(self.account))
        self.assertEqual(self.account.star_rating_ids, rating)

    def test_an_open_proposal_follows_the_figures(self):
        self._create_invoice(self.client, 600_000, "2026-02-01")
        rating = self._grade(self.account)
        self._create_invoice(self.client, 450_000, "2026-02-02", move_type="out_refund")
        self.assertEqual(self._grade(self.account), rating)
        self.assertEqual((rating.stars, rating.amount_revenue), (3, 150_000))
        # other figures with the same result are no reason to touch it
        self._create_invoice(self.client, 1_000, "2026-02-03")
        self.assertFalse(self._grade(self.account))
        self.assertEqual(rating.amount_revenue, 150_000)

    def test_a_proposal_is_withdrawn_when_the_star_stays_after_all(self):
        account = self._create_rated_account(3)
        invoice = self._create_invoice(account.partner_id, 600_000, "2026-02-01")
        rating = self._grade(account)
        self.assertEqual((rating.stars, rating.state), (4, "to_approve"))
        invoice.button_draft()
        self.assertFalse(self._grade(account))
        self.assertEqual(rating.state, "superseded")
        self.assertEqual(account.stars, 3)

    def test_a_refused_result_is_not_proposed_again_for_the_same_year(self):
        account = self._create_rated_account(3)
        self._create_invoice(account.partner_id, 600_000, "2026-02-01")
        self._grade(account).with_user(self.centre).action_refuse()
        self.assertFalse(self._grade(account))
        self.assertEqual(account.stars, 3)
        # the next service year is a new question
        self.assertEqual(self._grade(account, "2027-01-01").stars, 4)

    def test_who_is_left_alone(self):
        closed = self._create_account()
        self._make_formal(closed)
        closed.action_close()
        archived = self._create_account()
        archived.active = False
        company = self.env["res.company"].create({"name": "Closed Express"})
        of_closed_company = self._create_account(
            company_id=company.id, manager_id=False
        )
        company.active = False
        drafted = self._create_account()
        self._create_expected(drafted, 80_000)
        expected = self._create_account()
        self._approve(self._create_expected(expected, 80_000))
        self.assertFalse(
            self._grade(closed | archived | of_closed_company | drafted | expected)
        )
        # the expectation ends on 2027-11-14
        self.assertFalse(self._grade(expected, "2027-11-14"))
        rating = self._grade(expected, "2027-11-15")
        self.assertEqual((rating.stars, rating.previous_stars), (0, 2))

    def test_a_valid_adjustment_is_carried_and_looked_at_anew(self):
        self._create_invoice(self.client, 40_000, "2026-02-01")
        self._approve(self._create_rating(self.account, **self._get_adjustment()))
        self.assertEqual(self.account.stars, 3)
        # the adjustment itself changes nothing: no proposal
        self.assertFalse(self._grade(self.account))
        self._create_invoice(self.client, 100_000, "2026-03-01")
        rating = self._grade(self.account)
        self.assertEqual((rating.computed_level_id.stars, rating.stars), (3, 4))
        self.assertEqual(rating.adjustment_factor, "influence")
        self.assertEqual(rating.adjustment_expiry, fields.Date.to_date("2027-06-30"))
        self.assertIn("provincial hospitals", rating.adjustment_reason)
        self.assertEqual(rating.requested_by_id, self.manager)
        self.assertEqual(rating.review_ids.mapped("status"), ["pending"])
        # another result opens the review again
        self._create_invoice(self.client, 400_000, "2026-03-02")
        self.assertEqual(self._grade(self.account), rating)
        self.assertEqual(rating.stars, 5)
        self.assertEqual(rating.review_ids.mapped("status"), ["pending"])
        rating.with_user(self.centre).action_approve()
        self.assertEqual(self.account.stars, 5)

    def test_an_adjustment_ends_with_its_last_day(self):
        self._create_invoice(self.client, 40_000, "2026-02-01")
        self._approve(
            self._create_rating(
                self.account, **self._get_adjustment(expiry="2026-12-10")
            )
        )
        self.assertFalse(self._grade(self.account, "2026-12-10"))
        rating = self._grade(self.account, "2026-12-11")
        self.assertEqual((rating.stars, rating.adjustment), (2, 0))
        self.assertFalse(rating.adjustment_factor)
        self.assertFalse(rating.adjustment_expiry)

    def test_a_long_term_is_carried_while_it_runs(self):
        self._create_invoice(self.client, 900_000, "2026-02-01")
        self._approve(self._create_rating(self.account, term_months=36))
        self.assertEqual((self.account.stars, self.account.amount_annual), (3, 300_000))
        self.assertFalse(self._grade(self.account))
        self._create_invoice(self.client, 900_000, "2026-10-01")
        rating = self._grade(self.account)
        self.assertEqual((rating.term_months, rating.amount_annual), (36, 600_000))
        self.assertEqual(rating.stars, 4)

    def test_accounts_of_several_companies_are_graded_by_their_own_ladders(self):
        other = self.env["res.company"].create(
            {"name": "Other Express", "currency_id": self.env.ref("base.CNY").id}
        )
        levels = self.env["kuaidi.star.level"].search([("company_id", "=", other.id)])
        levels.filtered(lambda level: level.stars == 3).amount_min = 40_000
        account = self._create_account(
            partner_id=self.client.id, company_id=other.id, manager_id=False
        )
        self._create_invoice(self.client, 50_000, "2026-02-01")
        self._create_invoice(self.client, 60_000, "2026-02-01", company_id=other.id)
        ratings = self._grade(self.account | account).grouped("account_id")
        self.assertEqual(ratings[self.account].level_id, self.levels[1])
        self.assertEqual(ratings[account].amount_revenue, 60_000)
        self.assertEqual(ratings[account].stars, 3)
        self.assertEqual(ratings[account].level_id.company_id, other)

    def test_a_user_without_the_right_to_read_invoices_grades_all_of_them(self):
        self._create_invoice(self.client, 600_000, "2026-02-01")
        rating = self.ratings.with_user(self.manager_2)._grade_accounts(
            self.account, self.date
        )
        self.assertEqual(rating.amount_revenue, 600_000)

    # --- how many queries

    def test_the_number_of_queries_does_not_grow_with_the_portfolio(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Client {n}", "is_company": True} for n in range(200)]
        )
        accounts = self.env["kuaidi.key.account"].create(
            [
                {"partner_id": partner.id, "company_id": self.company.id}
                for partner in partners
            ]
        )
        self._create_invoice(partners[0], 600_000, "2026-02-01")
        few, many = accounts[:20], accounts
        self._grade(self.account)
        of_few, few_queries = self._count_queries(self._grade, few)
        self.assertEqual(len(of_few), 20)
        of_rest, rest_queries = self._count_queries(self._grade, many - few)
        self.assertEqual(len(of_rest), 180)
        self.assertEqual(rest_queries, few_queries)
        self.assertLessEqual(few_queries, 10)
        for portfolio in (few, many):
            with self.subTest(size=len(portfolio)):
                result, queries = self._count_queries(self._grade, portfolio)
                self.assertFalse(result)
                # proposals that wait are compared with the figures once more
                self.assertEqual(queries, 2)
        (of_few | of_rest)._on_approved()
        _none, queries = self._count_queries(self._grade, many)
        self.assertEqual(queries, 1)

    def test_a_grading_without_change_writes_nothing(self):
        accounts = self._create_rated_account(3) | self.account
        self._grade(accounts)
        self.env.flush_all()
        # the system columns of a row change with every write, even of equal values
        versions = SQL(
            """
            SELECT 'rating', id, xmin::text, cmin::text FROM kuaidi_star_rating
             UNION ALL
            SELECT 'account', id, xmin::text, cmin::text FROM kuaidi_key_account
             ORDER BY 1, 2
            """
        )
        before = self.env.execute_query(versions)
        self.assertFalse(self._grade(accounts))
        self.env.flush_all()
        self.assertEqual(self.env.execute_query(versions), before)

    def test_an_approval_in_bulk_takes_few_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Client {n}", "is_company": True} for n in range(80)]
        )
        accounts = self.env["kuaidi.key.account"].create(
            [
                {"partner_id": partner.id, "company_id": self.company.id}
                for partner in partners
            ]
        )
        ratings = self._grade(accounts).with_user(self.centre)
        few, rest = ratings[:8], ratings[8:]
        _none, few_queries = self._count_queries(few.action_approve)
        _none, rest_queries = self._count_queries(rest.action_approve)
        self.assertLessEqual(rest_queries, few_queries + 5)
        self.assertEqual(set(ratings.mapped("state")), {"approved"})
