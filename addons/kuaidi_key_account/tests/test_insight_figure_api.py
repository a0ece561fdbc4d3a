import json

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .figure_common import FigureCommon

URL = "/json/2/kuaidi.monthly.figure/import_figures"
ROW = {"code": "KA-H", "month": "2026-10", "pieces": 120, "late_count": 3}
DONE = {"created": 1, "changed": 0, "unchanged": 0}


@tagged("post_install", "-at_install")
class TestFigureApi(FigureCommon, HttpCase):
    """Programs hand figures over by Odoo's own API, with an API key."""

    def _make_key(self, user):
        # sudo: without an end, as the clock of the database is not frozen
        keys_sudo = self.env["res.users.apikeys"].with_user(user).sudo()
        return keys_sudo._generate("rpc", "figures", None)

    def _post(self, key, body):
        """Post to the API; return the status and what it answers."""
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        response = self.url_open(URL, data=json.dumps(body), headers=headers)
        return response.status_code, response.json()

    def test_a_key_of_those_who_may_writes_figures(self):
        for number, user in enumerate((self.centre, self.finance, self.admin), 1):
            with self.subTest(user=user.login):
                key = self._make_key(user)
                row = ROW | {"month": f"2026-0{number}"}
                self.assertEqual(self._post(key, {"rows": [row]}), (200, DONE))
                figure = self.figures.search([("month", "=", f"2026-0{number}-01")])
                self.assertEqual((figure.pieces, figure.create_uid), (120, user))
                same = DONE | {"created": 0, "unchanged": 1}
                self.assertEqual(self._post(key, {"rows": [row]}), (200, same))

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model")
    def test_other_keys_are_refused(self):
        for user in (self.manager, self.sales, self.portal):
            with self.subTest(user=user.login):
                status, answer = self._post(self._make_key(user), {"rows": [ROW]})
                self.assertEqual(status, 403)
                self.assertEqual(answer["name"], "odoo.exceptions.AccessError")
        for key in (None, "a" * 40):
            with self.subTest(key=key):
                self.assertEqual(self._post(key, {"rows": [ROW]})[0], 401)
        self.assertEqual(self._get_pieces(), {})

    @mute_logger("odoo.http")
    def test_one_bad_row_keeps_all_out_and_is_named(self):
        key = self._make_key(self.centre)
        status, answer = self._post(
            key, {"rows": [ROW, {"code": "KA-X", "month": "2026-10", "pieces": "12%"}]}
        )
        self.assertEqual(status, 422)
        self.assertIn("1 of 2 rows cannot be taken", answer["message"])
        self.assertIn("Row 2, pieces, 12%: This is not a number.", answer["message"])
        self.assertIn("Row 2, code, KA-X: There is no such client.", answer["message"])
        self.assertEqual(self._get_pieces(), {})

    @mute_logger("odoo.http")
    def test_what_is_no_list_of_rows_is_refused_in_words(self):
        key = self._make_key(self.centre)
        for rows in ({}, "KA-H", [1], [["KA-H"]], None):
            with self.subTest(rows=rows):
                status, answer = self._post(key, {"rows": rows})
                self.assertEqual(status, 422)
                self.assertIn("The rows are a list", answer["message"])
        for body in ({}, {"rows": [], "ids": [1]}, {"rows": [], "sudo": True}):
            with self.subTest(body=body):
                self.assertEqual(self._post(key, body)[0], 422)

    def test_no_rows_are_no_work(self):
        self.assertEqual(
            self._post(self._make_key(self.centre), {"rows": []}),
            (200, {"created": 0, "changed": 0, "unchanged": 0}),
        )

    def test_each_row_may_have_measures_of_its_own(self):
        figures = self.figures.with_user(self.centre)
        self._create_figure(self.yuan, late_count=9)
        counts = figures.import_figures(
            [
                ROW,
                {"name": "Yuan Foods", "month": 202610, "pieces": "1,000"},
                ROW | {"month": "2026年9月", "weight_kg": 0.1 + 0.2},
            ]
        )
        self.assertEqual(counts, {"created": 2, "changed": 1, "unchanged": 0})
        figure = self.figures.search([("account_id", "=", self.yuan.id)])
        self.assertEqual((figure.pieces, figure.late_count), (1000, 9))
        figure = self.figures.search([("month", "=", "2026-09-01")])
        self.assertEqual(figure.weight_kg, 0.3)

    def test_the_first_twenty_bad_rows_are_named(self):
        figures = self.figures.with_user(self.centre)
        rows = [ROW | {"code": f"X{number}"} for number in range(30)]
        with self.assertRaises(UserError) as caught:
            figures.import_figures(rows)
        lines = str(caught.exception).splitlines()
        self.assertEqual(len(lines), 21)
        self.assertIn("30 of 30 rows", lines[0])
        self.assertIn("Row 20, code, X19", lines[20])

    def test_rows_that_repeat_or_lie_in_the_future_are_refused(self):
        figures = self.figures.with_user(self.centre)
        cases = (
            ([ROW, ROW | {"pieces": 5}], "Row 2 is for the same client"),
            ([ROW | {"month": "2026-12"}], "has not begun"),
            ([ROW | {"late_count": 121}], "More parcels than the 120"),
            ([ROW | {"account_id": 1}], "no such column"),
            ([{"code": "KA-H", "month": "2026-10"}], "Nothing is given"),
            ([ROW] * 5001, "Send 5000 at most"),
        )
        for rows, words in cases:
            with self.subTest(words=words):
                with self.assertRaisesRegex(UserError, words):
                    figures.import_figures(rows)
        self.assertEqual(self._get_pieces(), {})

    def test_a_call_takes_the_same_queries_for_any_number_of_rows(self):
        figures = self.figures.with_user(self.centre)

        def count_queries(months):
            rows = [ROW | {"month": month} for month in months]
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            figures.import_figures(rows)
            return self.env.cr.sql_log_count - before

        count_queries(["2020-01"])
        few = count_queries([f"2021-{month:02}" for month in range(1, 3)])
        many = count_queries(
            [f"{year}-{month:02}" for year in (2022, 2023) for month in range(1, 13)]
        )
        self.assertEqual(many, few)
