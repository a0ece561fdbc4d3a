import base64
import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .price_common import PriceCommon
from .service_common import TODAY

# cells of the first sheet: the composite discount, South China's first amount
DISCOUNT, FIRST_AMOUNT = "B6", "D17"


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestPriceSheet(PriceCommon):
    """The price sheet: handed out, filled in, taken back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls._quote(
            12.5,
            amount_minimum=3,
            amount_assessment=200,
            line_ids=[
                Command.create(
                    {
                        "zone_id": cls.zones[code].id,
                        "weight_from": weight_from,
                        "weight_to": weight_to,
                        "weight_first": max(weight_from, 1),
                        "amount_first": amount,
                        "amount_continued": 0 if weight_to else 1.25,
                    }
                )
                for code, weight_from, weight_to, amount in (
                    ("HN", 0, 1, 5.5),
                    ("HN", 1, 3, 7),
                    ("HN", 3, 0, 7),
                    ("HD", 0, 3, 9),
                    ("HD", 3, 0, 9.9),
                )
            ],
            ladder_ids=[
                Command.create({"pieces_from": 0, "pieces_to": 9}),
                Command.create({"pieces_from": 10, "discount_percent": 10}),
            ],
            excess_ids=[Command.create({"amount_piece": 4.2})],
            surcharge_ids=[
                Command.create({"name": "Door", "condition": "demand", "amount": 2}),
                Command.create(
                    {
                        "name": "11.11",
                        "condition": "peak",
                        "kind": "percent",
                        "date_from": "2026-11-11",
                        "date_to": "2026-11-20",
                        "amount": 8.5,
                    }
                ),
            ],
        )

    def _download(self, agreement=None):
        return base64.b64decode((agreement or self.agreement).sheet_file)

    def _edit(self, content, **cells):
        """Return the workbook with cells changed; ``s3_A2`` is A2 of sheet 3."""
        book = openpyxl.load_workbook(io.BytesIO(content))
        for name, value in cells.items():
            sheet, _mark, cell = name.rpartition("_")
            book.worksheets[int(sheet[1:] or 1) - 1 if sheet else 0][cell] = value
        output = io.BytesIO()
        book.save(output)
        return output.getvalue()

    def _import(self, content, agreement=None, user=None):
        agreement = (agreement or self.agreement).with_user(user or self.sales)
        action = agreement.action_import_sheet()
        wizard = self.env[action["res_model"]].with_user(user or self.sales)
        wizard = wizard.browse(action["res_id"])
        wizard.write({"file": base64.b64encode(content), "file_name": "prices.xlsx"})
        wizard.action_import()
        return wizard

    def test_a_sheet_that_is_taken_back_unchanged_changes_nothing(self):
        digest = self.agreement._get_terms().get_digest()
        for lang in ("en_US", "zh_CN"):
            with self.subTest(lang=lang):
                content = self._download(self.agreement.with_context(lang=lang))
                wizard = self._import(content)
                self.assertFalse(wizard.bad_cells)
                self.assertEqual(self.agreement._get_terms().get_digest(), digest)
                self.assertEqual(self.agreement.amount_assessment, 200)

    def test_the_tariff_goes_out_with_its_floors_and_comes_back(self):
        tariff = self._create_tariff()
        content = self._download(tariff)
        self._import(content, tariff, self.centre)
        self.assertEqual(tariff.line_ids.mapped("amount_floor"), [4, 5, 10])
        # into special prices they do not go
        self._import(content)
        self.assertFalse(any(self.agreement.line_ids.mapped("amount_floor")))
        self.assertEqual(len(self.agreement.line_ids), 3)

    def test_what_was_filled_in_is_taken(self):
        content = self._edit(
            self._download(),
            **{
                DISCOUNT: 8,
                FIRST_AMOUNT: 6.05,
                "A19": "db",
                "F19": 12,
                "G19": 0.5,
                "J19": 13,
                "K19": 2,
                "s2_C3": 11,
                "s4_A4": "Fuel",
                "s4_B4": "Every Parcel",
                "s4_F4": "Percent of Freight",
                "s4_G4": 3,
            },
        )
        wizard = self._import(content)
        self.assertFalse(wizard.bad_cells)
        self.assertEqual(self.agreement.discount_percent, 8)
        lines = self._get_line_of(self.agreement, "HN")
        self.assertEqual(lines.mapped("amount_first"), [6.05, 7, 7])
        lines = self._get_line_of(self.agreement, "DB")
        self.assertEqual(lines.mapped("amount_first"), [12, 13])
        self.assertEqual(self.agreement.ladder_ids[1].discount_percent, 11)
        fuel = self.agreement.surcharge_ids.filtered(lambda s: s.name == "Fuel")
        self.assertEqual(
            (fuel.kind, fuel.condition, fuel.amount), ("percent", "always", 3)
        )

    def test_every_bad_cell_is_named_and_nothing_is_taken(self):
        digest = self.agreement._get_terms().get_digest()
        good = self._download()
        for place, reason, cells in (
            ("Price Table, cell D17", "abc is no number", {"D17": "abc"}),
            ("Price Table, cell D17", "-5 is negative", {"D17": -5}),
            ("Price Table, cell D17", "missing", {"D17": None}),
            ("Price Table, cell A17", "No zone has the code XX", {"A17": "XX"}),
            ("Price Table, cell A17", "missing", {"A17": None}),
            ("Price Table, cell B6", "101 is more than 100", {"B6": 101}),
            ("Price Table, cell B7", "divisor has to be above 0", {"B7": 0}),
            ("Price Table, cell D14", "above 0 kg", {"D14": 0}),
            ("Price Table, cell H13", "ends before it begins", {"H13": 0.5}),
            ("Price Table, cell H17", "no price between", {"D13": 0.5}),
            ("Volume Rebate, cell C3", "more than 100", {"s2_C3": 120}),
            ("Volume Rebate, cell A3", "no whole number", {"s2_A3": 10.5}),
            ("Volume Rebate, cell A2", "leave a gap at 10", {"s2_A3": 12}),
            ("Progressive Excess, cell C2", "is no number", {"s3_C2": "x"}),
            ("Surcharges, cell B2", "none of the choices", {"s4_B2": "Sometimes"}),
            ("Surcharges, cell D3", "is no date", {"s4_D3": "tomorrow"}),
            ("Surcharges, cell A3", "another surcharge Door", {"s4_A3": "Door"}),
            ("Surcharges, cell D3", "first and its last day", {"s4_E3": None}),
        ):
            with self.subTest(place=place, reason=reason):
                wizard = self._import(self._edit(good, **cells))
                self.assertIn(place, wizard.bad_cells)
                line = next(
                    line for line in wizard.bad_cells.splitlines() if place in line
                )
                self.assertIn(reason, line)
                self.assertEqual(self.agreement._get_terms().get_digest(), digest)

    def test_all_bad_cells_are_named_at_once(self):
        wizard = self._import(
            self._edit(self._download(), D17="x", D18="y", s2_C3=101, s4_G2="z")
        )
        self.assertEqual(wizard.bad_count, 4)
        self.assertEqual(len(wizard.bad_cells.splitlines()), 4)

    def test_files_that_are_no_price_sheet_are_refused(self):
        book = openpyxl.Workbook()
        output = io.BytesIO()
        book.save(output)
        for message, content in (
            ("no price sheet", output.getvalue()),
            ("damaged", self._download()[:900]),
            ("damaged", b"PK\x03\x04 and no more"),
        ):
            with self.subTest(message=message):
                with self._refused(UserError, message):
                    self._import(content)
        with self._refused(UserError, "Choose the price sheet"):
            self._import(b"")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_only_drafts_of_own_clients_take_a_sheet(self):
        content = self._download()
        wizard = self.env["kuaidi.price.sheet.import"].with_user(self.manager)
        wizard = wizard.create(
            {"agreement_id": self.agreement.id, "file": base64.b64encode(content)}
        )
        with self._refused(AccessError):
            wizard.with_user(self.sales).action_import()
        stranger = self._create_user("kuaidi_stranger", "group_account_manager")
        foreign = wizard.with_user(stranger).create(
            {"agreement_id": self.agreement.id, "file": base64.b64encode(content)}
        )
        with self._refused(AccessError):
            foreign.action_import()
        with self._refused(AccessError):
            self.agreement.with_user(stranger).action_download_sheet()
        with self._refused(AccessError):
            self.agreement.with_user(self.finance).action_import_sheet()
        self.agreement.sudo().state = "running"
        with self._refused(UserError, "not a draft"):
            wizard.action_import()

    def test_texts_of_a_client_do_not_run_as_formulas(self):
        self.account.partner_id.name = "=1+1"
        book = openpyxl.load_workbook(io.BytesIO(self._download()))
        cell = book.worksheets[0]["B3"]
        self.assertEqual((cell.value, cell.data_type), ("=1+1", "s"))

    def test_the_sheet_prints_on_a4_with_all_columns_on_a_page(self):
        book = openpyxl.load_workbook(io.BytesIO(self._download()))
        sheet = book.worksheets[0]
        self.assertEqual(sheet.page_setup.paperSize, 9)
        self.assertEqual(sheet.page_setup.orientation, "landscape")
        self.assertEqual(sheet.page_setup.fitToHeight, 0)
        self.assertEqual(sheet.print_title_rows, "$12:$16")
