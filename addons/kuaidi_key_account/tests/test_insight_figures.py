from datetime import date

from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .figure_common import FigureCommon


@tagged("post_install", "-at_install")
class TestFigures(FigureCommon):
    """Figures of a client's months, and how they are looked at."""

    def _upsert(self, *rows):
        return self.figures.with_user(self.centre)._upsert(
            [
                {"account_id": account.id, "month": date.fromisoformat(month), **values}
                for account, month, values in rows
            ],
            self.company,
        )

    def test_upsert_counts_what_is_new_changed_and_the_same(self):
        first = (self.haina, "2026-09-01", {"pieces": 5, "late_count": 1})
        second = (self.yuan, "2026-10-01", {"pieces": 6, "late_count": 2})
        self.assertEqual(self._upsert(first, second), (2, 0, 0))
        self.assertEqual(self._upsert(first, second), (0, 0, 2))
        second[2]["pieces"] = 7
        third = (self.yuan, "2026-09-01", {"pieces": 8, "late_count": 0})
        self.assertEqual(self._upsert(first, second, third), (1, 1, 1))
        self.assertEqual(
            self._get_pieces(),
            {
                ("KA-H", "2026-09-01"): 5,
                ("KA-Y", "2026-10-01"): 7,
                ("KA-Y", "2026-09-01"): 8,
            },
        )

    def test_upsert_leaves_measures_that_are_not_given(self):
        self._upsert((self.haina, "2026-09-01", {"pieces": 5, "late_count": 1}))
        self._upsert((self.haina, "2026-09-01", {"pieces": 9}))
        figure = self.figures.search([("account_id", "=", self.haina.id)])
        self.assertEqual(
            (figure.pieces, figure.late_count, figure.lost_count), (9, 1, 0)
        )

    def test_a_figure_names_its_client_and_month(self):
        self._upsert((self.haina, "2026-09-01", {"pieces": 5}))
        figure = self.figures.search([("account_id", "=", self.haina.id)])
        client = self.haina.display_name
        for lang, name in (("zh_CN", "2026年9月"), ("en_US", "September 2026")):
            with self.subTest(lang=lang):
                named = figure.with_context(lang=lang)
                self.assertEqual(named.display_name, f"{client} {name}")
        self.assertFalse(self.figures.new({}).display_name)

    def test_groups_of_figures_are_named_by_their_month(self):
        self._upsert((self.haina, "2026-09-01", {"pieces": 5}))
        for lang, name in (("zh_CN", "2026年9月"), ("en_US", "September 2026")):
            with self.subTest(lang=lang):
                [group] = self.figures.with_context(lang=lang).formatted_read_group(
                    [], ["month:month"], ["pieces:sum"]
                )
                self.assertEqual(group["month:month"], ("2026-09-01", name))
                self.assertEqual(group["pieces:sum"], 5)
                self.assertEqual(
                    group["__extra_domain"],
                    ["&", ("month", ">=", "2026-09-01"), ("month", "<", "2026-10-01")],
                )

    @mute_logger("odoo.sql_db")
    def test_figures_that_cannot_be_are_refused(self):
        cases = (
            ({"month": "2026-10-02"}, "first day"),
            ({"month": "2026-12-01"}, "has not begun"),
            ({"pieces": -1}, "below zero"),
            ({"weight_kg": -0.5}, "below zero"),
            ({"late_count": 101}, "More parcels late"),
            ({"damaged_count": 101}, "More parcels late"),
            ({"lost_count": 101}, "More parcels late"),
        )
        for values, words in cases:
            with self.subTest(values=values), self.assertRaises(Exception) as caught:
                with self.env.cr.savepoint():
                    self._create_figure(self.haina, **values)
            if isinstance(caught.exception, ValidationError):
                self.assertIn(words, str(caught.exception))
            else:
                constraint = caught.exception.diag.constraint_name
                message = self.figures._table_objects[constraint].get_error_message(
                    self.figures
                )
                self.assertIn(words, message)
        self.assertEqual(self._get_pieces(), {})

    def test_a_figure_is_corrected_in_the_list(self):
        figure = self._create_figure(self.haina)
        view = self.env.ref("kuaidi_key_account.kuaidi_monthly_figure_view_list")
        with Form(figure.with_user(self.finance), view=view) as form:
            form.pieces = 120
            form.late_count = 20
        self.assertEqual((figure.pieces, figure.late_count), (120, 20))

    def test_figures_are_grouped_by_manager_and_industry(self):
        industry = self.env["res.partner.industry"].create({"name": "Appliances"})
        self.haina.partner_id.industry_id = industry
        self._create_figure(self.haina, "2026-09-01", pieces=5)
        self._create_figure(self.haina, "2026-10-01", pieces=6)
        self._create_figure(self.yuan, "2026-10-01", pieces=7)
        for user in (self.centre, self.finance):
            figures = self.figures.with_user(user)
            domain = [("company_id", "=", self.company.id)]
            with self.subTest(user=user.login):
                groups = figures._read_group(domain, ["manager_id"], ["pieces:sum"])
                self.assertEqual(dict(groups), {self.manager: 11, self.manager_2: 7})
                groups = figures._read_group(domain, ["industry_id"], ["pieces:sum"])
                self.assertEqual(dict(groups), {industry: 11, industry.browse(): 7})

    def test_filters_choose_the_months_that_they_name(self):
        for month in ("2026-11", "2026-10", "2025-11", "2025-10"):
            self._create_figure(self.haina, f"{month}-01")
        self._create_figure(self.yuan, "2026-10-01")
        view = self.env.ref("kuaidi_key_account.kuaidi_monthly_figure_view_search")
        arch = self.figures.get_view(view.id, "search")["arch"]
        cases = {
            "this_month": ["2026-11-01"],
            "last_month": ["2026-10-01", "2026-10-01"],
            "last_12_months": ["2025-11-01", "2026-10-01", "2026-10-01", "2026-11-01"],
            "mine": ["2026-10-01"],
        }
        for name, months in cases.items():
            with self.subTest(filter=name):
                [node] = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
                domain = safe_eval(node.get("domain"), {"uid": self.manager_2.id})
                figures = self.figures.search(
                    [("company_id", "=", self.company.id), *domain]
                )
                self.assertEqual(sorted(map(str, figures.mapped("month"))), months)

    def test_the_button_of_a_client_leads_to_lines_of_24_months(self):
        for month in ("2024-11-01", "2024-12-01", "2026-11-01"):
            self._create_figure(self.haina, month)
        self._create_figure(self.yuan)
        action = self.haina.with_user(self.manager).action_view_figures()
        graph = self.env.ref("kuaidi_key_account.kuaidi_monthly_figure_view_graph")
        self.assertEqual(action["views"][0], (graph.id, "graph"))
        figures = self.figures.with_user(self.manager).search(action["domain"])
        self.assertEqual(
            sorted(map(str, figures.mapped("month"))), ["2024-12-01", "2026-11-01"]
        )

    def test_a_locked_month_is_changed_by_nobody(self):
        figure = self._create_figure(self.haina)
        locked = {(self.haina.id, figure.month)}
        self.patch(
            type(self.figures), "_get_locked", lambda model, pairs: locked & set(pairs)
        )
        with self.assertRaisesRegex(UserError, "was sent"):
            figure.pieces = 5
        with self.assertRaisesRegex(UserError, "was sent"):
            figure.unlink()
        with self.assertRaisesRegex(UserError, "were sent"):
            self._upsert((self.haina, "2026-10-01", {"pieces": 5}))
        self.assertEqual(self._get_pieces(), {("KA-H", "2026-10-01"): 100})
