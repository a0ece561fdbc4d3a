from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .review_common import TODAY, ReviewCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestInsightReview(ReviewCommon):
    """What an analysis counts, foretells and proposes."""

    def test_volume_beside_last_month_and_last_year(self):
        for pieces, before, year, on_month, on_year in (
            (1100, 1000, 1000, "+10.0%", "+10.0%"),
            (900, 1000, 1200, "-10.0%", "-25.0%"),
            (1000, 1000, 1000, "0.0%", "0.0%"),
            (0, 1000, 1000, "-100.0%", "-100.0%"),
            # nothing to compare with is no change, and no zero percent
            (1000, 0, None, "–", "–"),
            (0, 0, 0, "–", "–"),
            (None, 1000, 1000, "–", "–"),
            (1000, None, 500, "–", "+100.0%"),
        ):
            account = self._create_served_account()
            for back, number in ((0, pieces), (1, before), (12, year)):
                if number is not None:
                    self._set_figure(account, back, number)
            with self.subTest(pieces=pieces, before=before, year=year):
                review = self._generate(account)
                self.assertEqual(review.pieces, pieces or 0)
                self.assertEqual(review.has_figure, pieces is not None)
                self.assertEqual(review.has_last_month, before is not None)
                self.assertEqual(review.has_last_year, year is not None)
                self.assertEqual(review.change_month_label, on_month)
                self.assertEqual(review.change_year_label, on_year)

    def test_rates_have_their_denominators(self):
        review = self._make_review(
            pieces=4000,
            late_count=100,
            damaged_count=10,
            lost_count=2,
            accident_count=1,
            weight_kg=8000.5,
            amount_revenue=45000,
        )
        self.assertEqual(review.late_label, "2.500% (100 of 4,000)")
        self.assertEqual(review.damaged_label, "0.250% (10 of 4,000)")
        self.assertEqual(review.lost_label, "0.050% (2 of 4,000)")
        self.assertEqual(review.accident_label, "0.025% (1 of 4,000)")
        self.assertEqual((review.weight_kg, review.amount_revenue), (8000.5, 45000))
        self.assertIn("1 major accidents", review.note_accident)
        self.assertIn(
            "Of 4,000 parcels: 100 late, 10 damaged, and 2 lost.", review.note_accident
        )
        self._set_figure(pieces=40_000, late_count=1_000, accident_count=1_200)
        review.action_refresh()
        self.assertIn("1,200 major accidents", review.note_accident)
        self.assertIn("Of 40,000 parcels: 1,000 late", review.note_accident)
        self._set_figure(pieces=0, late_count=0, damaged_count=0, lost_count=0)
        review.action_refresh()
        self.assertEqual(review.late_label, "–")
        self.assertEqual(review.note_accident, "Nothing was shipped in this month.")

    def test_a_month_without_figures_says_so(self):
        self._set_figure(back=12)
        review = self._generate()
        self.assertFalse(review.has_figure)
        self.assertEqual(
            review.note_accident, "Operations gave no figures for this month."
        )
        self.assertEqual(review.forecast_method, "none")
        self.assertIn("No forecast", review.forecast_label)

    def test_visits_count_by_the_companys_month(self):
        for date, is_counted in (
            ("2026-01-31 15:59:59", False),
            ("2026-01-31 16:00:00", True),  # midnight in Shanghai
            ("2026-02-28 15:59:59", True),
            ("2026-02-28 16:00:00", False),
        ):
            visit = self._log_visit(date=date)
            with self.subTest(date=date):
                review = self._make_review()
                self.assertEqual(review.visit_count, int(is_counted))
            visit.sudo().unlink()

    def test_planned_lines_count_once(self):
        plan = self._publish()
        lines = plan.line_ids[:3]
        for line, state, done, finish in zip(
            lines,
            ("done", "missed", "planned"),
            ("2026-02-10", None, None),
            ("2026-03-20", "2026-02-28", "2026-02-01"),
            strict=True,
        ):
            line.flush_recordset()
            self.env.cr.execute(
                "UPDATE kuaidi_service_plan_line SET state = %s, date_done = %s,"
                " date_start = '2026-02-01', date_finish = %s WHERE id = %s",
                [state, done, finish, line.id],
            )
        review = self._make_review()
        self.assertEqual((review.line_done_count, review.line_missed_count), (1, 2))
        # the lines of a former version stand in the new one as well
        self.env.cr.execute(
            "UPDATE kuaidi_service_plan SET state = 'superseded' WHERE id = %s",
            [plan.id],
        )
        review.action_refresh()
        self.assertEqual((review.line_done_count, review.line_missed_count), (0, 0))

    def test_receivables_are_those_of_the_moment(self):
        partner = self.account.partner_id
        for amount, due in ((1000, "2026-03-05"), (500, "2026-03-06")):
            self._create_invoice(partner, amount, "2026-02-20", invoice_date_due=due)
        review = self._make_review()
        self.assertEqual(
            (review.amount_receivable, review.amount_overdue), (1500, 1000)
        )

    def test_new_and_changed_needs_are_proposed(self):
        needs = self.env["kuaidi.account.need"].create(
            [
                {"account_id": self.account.id, "name": name, "promise": promise}
                for name, promise in (
                    ("Night pickup", "20:30"),
                    ("Returns", False),
                    ("Old", False),
                )
            ]
        )
        needs.flush_recordset()
        for need, created, written in zip(
            needs,
            ("2026-02-03", "2025-06-01", "2025-06-01"),
            ("2026-02-03", "2026-02-20", "2026-01-31 15:00:00"),
            strict=True,
        ):
            self.env.cr.execute(
                "UPDATE kuaidi_account_need SET create_date = %s, write_date = %s"
                " WHERE id = %s",
                [created, written, need.id],
            )
        review = self._make_review()
        self.assertEqual(
            review.note_need,
            "New: Night pickup (promised: 20:30)\nChanged: Returns (promised: –)",
        )

    def test_the_forecast_names_method_and_past_error(self):
        for back in range(25):
            self._set_figure(back=back, pieces=1200 if back % 12 == 11 else 1000)
        review = self._generate()
        self.assertEqual(review.forecast_method, "seasonal")
        # March of last year was eleven months before February
        self.assertEqual(review.forecast_pieces, 1200)
        self.assertTrue(review.has_forecast_error)
        self.assertEqual(review.forecast_error_percent, 0)
        self.assertIn("was wrong by 0.0% on average", review.forecast_label)

    def test_complaints_and_claims_come_from_who_knows_them(self):
        review = self._make_review()
        self.assertEqual((review.complaint_count, review.claim_count), (0, 0))

        def get_claim_counts(records, account_ids, start, stop):
            self.assertEqual(str(start), "2026-01-31 16:00:00")
            self.assertEqual(str(stop), "2026-02-28 16:00:00")
            return SQL(
                "SELECT account_id, 3 AS complaint_count, 2 AS claim_count"
                "  FROM unnest(%s::int[]) AS known (account_id)",
                account_ids,
            )

        with patch.object(
            self.registry["kuaidi.client.review"], "_get_claim_counts", get_claim_counts
        ):
            review.action_refresh()
        self.assertEqual((review.complaint_count, review.claim_count), (3, 2))

    def test_drafts_follow_the_figures_and_keep_what_was_written(self):
        review = self._make_review(pieces=1000, late_count=1)
        self.assertIn("Of 1,000 parcels: 1 late.", review.note_accident)
        self._set_figure(pieces=2000, late_count=3)
        self._generate()
        self.assertEqual(review.pieces, 2000)
        self.assertIn("Of 2,000 parcels: 3 late.", review.note_accident)
        review.note_accident = "All arrived in the end."
        self._set_figure(pieces=3000, late_count=4)
        self._generate()
        self.assertEqual(review.note_accident, "All arrived in the end.")
        review.note_accident = False
        self._set_figure(pieces=4000, late_count=5)
        self._generate()
        self.assertFalse(review.note_accident)
        self.assertEqual(review.pieces, 4000)

    def test_completed_analyses_are_left_alone(self):
        review = self._complete()
        self._set_figure(pieces=1)
        self._generate()
        self.assertEqual((review.pieces, review.state), (1000, "done"))

    def test_groups_weigh_rates_by_parcels(self):
        other = self._create_served_account()
        self._set_figure(pieces=9000, late_count=90)
        self._set_figure(other, pieces=1000, late_count=90)
        empty = self._create_served_account()
        self._set_figure(empty, pieces=0)
        reviews = self._generate(self.account | other | empty)
        [(rate, pieces)] = self.reviews._read_group(
            [("id", "in", reviews.ids)],
            aggregates=["late_percent:avg", "pieces:sum"],
        )
        self.assertAlmostEqual(float(rate), 1.8)
        self.assertEqual(pieces, 10000)
        [(manager, count)] = self.reviews._read_group(
            [("id", "in", reviews.ids)], ["manager_id"], ["__count"]
        )
        self.assertEqual((manager, count), (self.manager, 3))

    def test_a_month_shows_how_far_it_is(self):
        accounts = self._add_accounts(4)
        reviews = self._generate(accounts).with_user(self.manager)
        self._complete(reviews[:2])
        reviews[0].action_send()
        self.assertEqual(reviews.mapped("progress"), [100, 50, 0, 0])
        [(progress,)] = self.reviews._read_group(
            [("id", "in", reviews.ids)], aggregates=["progress:avg"]
        )
        self.assertEqual(progress, 37.5)

    def test_filters_find_what_they_say(self):
        arch = self.env.ref("kuaidi_key_account.kuaidi_client_review_view_search")
        self.assertIn("('change_month_percent', '&lt;', -10)", arch.arch)
        other = self._create_served_account()
        for back, pieces in ((0, 800), (1, 1000)):
            self._set_figure(back=back, pieces=pieces)
        self._set_figure(other, pieces=1000)
        fallen, new = self._generate(self.account), self._generate(other)
        down = [
            "|",
            ("change_month_percent", "<", -10),
            ("change_year_percent", "<", -10),
        ]
        last_month = [("month", ">=", "today =1d -1m"), ("month", "<", "today =1d")]
        both = fallen | new
        for domain, found in (
            (down, fallen),
            (last_month, both),
            ([("is_late", "=", True)], self.reviews),
            ([("is_late", "=", False)], both),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(self.reviews.search(domain) & both, found)
        with freeze_time("2026-03-07 04:00:00"):
            self.env.invalidate_all()
            self.assertTrue(fallen.is_late)
            self.assertEqual(self.reviews.search([("is_late", "=", True)]) & both, both)
