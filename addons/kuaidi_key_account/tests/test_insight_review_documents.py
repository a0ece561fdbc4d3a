import io
from html import unescape

from lxml import etree
from openpyxl import load_workbook

from odoo.exceptions import UserError
from odoo.tests import BaseCase, HttpCase, freeze_time, tagged
from odoo.tools.pdf import PdfFileReader

from ..tools.charts import draw_columns, draw_rates, draw_split
from .review_common import ACTION, TODAY, ReviewCommon

REPORT = "kuaidi_key_account.client_review_report"
WORKBOOK = "kuaidi_key_account.client_review_xlsx"


@tagged("post_install", "-at_install")
class TestInsightCharts(BaseCase):
    """Drawings that any printer can print."""

    def _parse(self, svg):
        return etree.fromstring(svg.encode())

    def _find(self, svg, tag):
        return self._parse(svg).findall(f"{{http://www.w3.org/2000/svg}}{tag}")

    def test_columns_for_any_numbers(self):
        for columns, line, boxes, dots in (
            ([1, 2, 3], [3, 2, 1], 3, 3),
            ([None, 0, 5], [None, None, None], 2, 0),
            ([0, 0, 0], [0, 0, 0], 3, 3),
            ([None, None, None], [None, 4, None], 0, 1),
            ([10**9, 1, 7], [None, 2, 10**9], 3, 2),
        ):
            with self.subTest(columns=columns, line=line):
                svg = draw_columns(("a", "b", "c"), columns, line, ("now", "then"))
                self.assertEqual(len(self._find(svg, "circle")), dots)
                # two of them are the legend
                self.assertEqual(len(self._find(svg, "rect")), boxes + 2)
                self.assertNotIn("nan", svg)

    def test_columns_keep_their_proportions(self):
        svg = draw_columns(("a", "b"), [50, 100], [None, None], ("now", "then"))
        first, second = self._find(svg, "rect")[:2]
        self.assertAlmostEqual(
            2 * float(first.get("height")), float(second.get("height")), delta=0.2
        )

    def test_rates_have_a_scale_for_each_kind(self):
        rows = (
            ("Late", ((4.0, "4%"), (2.0, "2%"), (None, "–"))),
            ("Lost", ((0.01, "0.01%"), (0.0, "0%"), (0.01, "0.01%"))),
        )
        svg = draw_rates(rows, ("this", "last", "year"))
        bars = [float(box.get("width")) for box in self._find(svg, "rect")][3:]
        self.assertEqual(bars[0], bars[3])
        self.assertAlmostEqual(bars[1], bars[0] / 2, delta=0.2)
        self.assertEqual(bars[2], 1)

    def test_a_split_of_nothing_is_drawn(self):
        for done, missed in ((0, 0), (3, 1), (0, 5)):
            svg = draw_split((("Done", done), ("Missed", missed)))
            with self.subTest(done=done, missed=missed):
                self.assertIn(f"Done {done}", svg)
                self._parse(svg)

    def test_names_stay_text(self):
        svg = draw_split((("<script>", 1), ("&", 1)))
        self.assertNotIn("<script>", svg)
        self.assertIn("&lt;script&gt; 1", svg)


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestInsightReviewDocuments(ReviewCommon):
    """What stands in the document and in the workbook."""

    def _render(self, review):
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            REPORT, review.ids
        )
        return unescape(html.decode())

    def _export(self, reviews):
        content, _type = self.env["ir.actions.report"]._render_xlsx(
            WORKBOOK, reviews.ids, {}
        )
        return load_workbook(io.BytesIO(content))

    def _set_two_years(self):
        for back in range(25):
            self._set_figure(
                back=back,
                pieces=1000 + 10 * back,
                late_count=5,
                amount_revenue=9000,
            )

    def test_the_document_says_all_of_it(self):
        self._set_two_years()
        problem = self._raise_problem()
        self.company.kuaidi_review_change_percent = 20
        review = self._complete(self._generate().with_user(self.manager))
        html = self._render(review)
        for text in (
            "Monthly Client Analysis",
            "Shunda Express",
            "Haina Home",
            "February 2026",
            "▼ 1.0% on last month",
            "▼ 10.7% on last year",
            "0.500%",
            "Forecast of next month",
            "Same month of last year, times the trend of three months",
            "Past error of the method",
            problem.name,
            ACTION,
            "kuaidi_leader",
            "<svg",
        ):
            with self.subTest(text=text):
                self.assertIn(text, html)

    def test_a_month_without_figures_prints_dashes(self):
        self._set_figure(back=12)
        html = self._render(self._generate())
        self.assertIn("Draft, not completed", html)
        self.assertIn("– on last month", html)
        self.assertIn("None: the last month is not known", html)
        self.assertNotIn("nan", html.lower().replace("finance", ""))

    def test_the_star_is_not_in_it(self):
        review = self._make_review()
        html = self._render(review).lower()
        for secret in ("★", "star", "☆"):
            with self.subTest(secret=secret):
                self.assertNotIn(secret, html.replace("start", ""))

    def test_it_speaks_the_managers_language(self):
        review = self._make_review()
        self.env["res.lang"]._activate_lang("zh_CN")
        self.manager.lang = "zh_CN"
        self.assertIn("2026年2月", self._render(review))
        self.assertIn("Haina Home 2026-02", review._get_file_name())

    def test_markup_stays_text(self):
        self.account.partner_id.name = "<script>alert(1)</script> Ltd"
        review = self._make_review()
        review.note_action = "<img src=x onerror=alert(2)>"
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            REPORT, review.ids
        )
        self.assertNotIn(b"<script>alert(1)", html)
        self.assertNotIn(b"<img src=x", html)
        self.assertIn(b"&lt;script&gt;alert(1)", html)

    def test_accidents_of_later_rooms_are_listed(self):
        review = self._make_review()
        self.patch(
            self.registry["kuaidi.client.review"],
            "_get_accident_rows",
            lambda self: [
                {"date": "3 Feb", "name": "Truck fire", "state": "Being settled"}
            ],
        )
        html = self._render(review)
        self.assertIn("Accidents of the month", html)
        self.assertIn("Truck fire", html)

    def test_the_workbook_computes_rates_and_changes(self):
        self._set_two_years()
        review = self._generate()
        book = self._export(review)
        summary, figures = book.worksheets
        self.assertEqual(summary["A4"].value, "Haina Home")
        self.assertEqual(summary["E4"].value, 1000)
        self.assertEqual(
            summary["H4"].value,
            '=IF(OR(NOT(ISNUMBER(E4)),N(F4)=0),"–",(E4-F4)/F4)',
        )
        self.assertEqual(summary["O4"].value, '=IF(N(E4)=0,"–",K4/E4)')
        rows = list(figures.iter_rows(min_row=4, values_only=True))
        self.assertEqual(len(rows), 24)
        self.assertEqual(f"{rows[-1][0]:%Y-%m}", "2026-02")
        self.assertEqual(rows[-1][1], 1000)
        self.assertEqual(rows[-1][2], "=B15")
        self.assertEqual(rows[-1][10], '=IF(N(B27)=0,"–",G27/B27)')
        self.assertEqual(len(figures._charts), 2)

    def test_the_workbook_stands_gaps_and_strange_names(self):
        self.account.partner_id.name = "=1+1 [Haina]/Home: a very long name of a client"
        self._set_figure(back=1, pieces=0)
        review = self._generate()
        review.note_action = "=HYPERLINK(1)"
        book = self._export(review)
        summary, figures = book.worksheets
        self.assertEqual(summary["A4"].data_type, "s")
        self.assertEqual(summary["Y4"].data_type, "s")
        self.assertEqual(summary["Y4"].value, "=HYPERLINK(1)")
        self.assertEqual(summary["E4"].value, "–")
        self.assertLessEqual(len(figures.title), 31)
        self.assertIsNone(figures["B27"].value)
        self.assertEqual(figures["B26"].value, 0)

    def test_a_sheet_for_each_of_up_to_a_hundred(self):
        account = self._create_served_account(name="Haina Home")
        for one in self.account | account:
            self._set_figure(one)
        reviews = self._generate(self.account | account)
        self.assertEqual(len(self._export(reviews).worksheets), 3)
        with self.assertRaisesRegex(UserError, "100 analyses at most"):
            self.env[
                "report.kuaidi_key_account.client_review_xlsx"
            ].generate_xlsx_report(None, {}, reviews.browse(range(1, 102)))


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestInsightReviewPdf(ReviewCommon, HttpCase):
    def _print(self, reviews):
        """Return the PDF as a browser gets it, and its number of pages."""
        content, kind = (
            reviews.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(REPORT, reviews.ids)
        )
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF-"))
        return content, len(PdfFileReader(io.BytesIO(content)).pages)

    def test_it_prints_as_one_to_three_pages(self):
        for back in range(25):
            self._set_figure(back=back, pieces=1000 + back, late_count=5)
        review = self._complete(self._generate().with_user(self.manager))
        _content, pages = self._print(review)
        self.assertIn(pages, (1, 2, 3))

    def test_several_print_at_once_and_what_was_sent_as_it_was(self):
        account = self._create_served_account(name="Jinshang")
        for one in self.account | account:
            self._set_figure(one)
        reviews = self._generate(self.account | account)
        sent = self._complete(self._find().with_user(self.manager))
        sent.with_context(force_report_rendering=True).action_send()
        other = self._find(account).with_user(self.manager)
        kept = sent.sudo().sending_ids.attachment_id.raw
        pages = [self._print(review)[1] for review in (sent, other)]
        with freeze_time("2026-05-05"):
            both, both_pages = self._print((sent | other).with_user(self.manager))
            self.assertEqual(self._print(sent)[0], kept)
        self.assertEqual(both_pages, sum(pages))
        self.assertNotEqual(both, kept)
        self.assertEqual(
            sent.browse((sent | other).ids).action_print()["context"]["active_ids"],
            reviews.ids,
        )
        with self._refused(UserError, "50 analyses"):
            sent.browse(range(1, 52)).sudo().action_print()
