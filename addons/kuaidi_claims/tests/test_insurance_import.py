import base64
import io
from unittest.mock import patch

import openpyxl
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.kuaidi_key_account.tests.figure_files import make_book

from .claim_common import MORNING
from .insurance_common import TITLES, InsuranceCommon


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestInsuranceImport(InsuranceCommon):
    """A list is shown first, and becomes shipments as a whole or not at all (IN-2)."""

    def _get_places(self):
        """Return where the shipments lie in the table: what is written moves."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT waybill_number, ctid FROM kuaidi_insurance_shipment"
            " WHERE policy_id = %s",
            [self.policy.id],
        )
        return sorted(self.env.cr.fetchall())

    def test_the_words_of_choices_come_with_the_addon_of_their_model(self):
        """Words that another addon lists stay English: its translation came before."""
        rows = self.env["ir.model.data"].search(
            [
                ("model", "=", "ir.model.fields.selection"),
                ("module", "in", ["kuaidi_key_account", "kuaidi_claims"]),
            ]
        )
        found = rows.grouped("res_id")
        choices = (
            self.env["ir.model.fields.selection"]
            .browse(found)
            .filtered(
                lambda choice: (
                    self.env[choice.field_id.model]._original_module == "kuaidi_claims"
                )
            )
        )
        self.assertGreater(len(choices), 100)
        self.assertEqual(
            [
                (choice.field_id.model, choice.value)
                for choice in choices
                if "kuaidi_claims" not in found[choice.id].mapped("module")
            ],
            [],
        )

    def test_a_list_is_previewed_and_then_imported(self):
        self._declare("SF1", amount_premium=30)
        self._declare("SF2", amount_premium=30)
        wizard = self._read(
            self._make_csv(
                "SF1,2026-11-02,,,1,,,,10000,30",
                'sf 2,2026年11月2日,KA-H,服务器,20,是,我司,"800,000",800000,2400',
                "SF3,20261103,KA-H,水果,,否,,5000,5000,",
            )
        )
        self.assertEqual(self._get_counts(wizard), (1, 1, 1, 0))
        self.assertEqual(wizard.message, "Every row is good. Nothing is imported yet.")
        self.assertEqual(
            [
                (row.number, row.waybill_number, row.status)
                for row in wizard.preview_ids
            ],
            [(2, "SF1", "same"), (3, "SF2", "changed"), (4, "SF3", "new")],
        )
        self.assertEqual(self.policy.shipment_count, 2)
        wizard.action_import()
        self.assertEqual(wizard.state, "done")
        self.assertEqual(wizard.message, "1 shipments were added and 1 changed.")
        self.assertFalse(wizard.file)
        shipments = self.env["kuaidi.insurance.shipment"].search(
            [("policy_id", "=", self.policy.id)], order="waybill_number"
        )
        self.assertEqual(
            [
                (
                    shipment.waybill_number,
                    str(shipment.date_shipped),
                    shipment.account_id.code,
                    shipment.clause,
                    shipment.sum_insured,
                    shipment.amount_premium_due,
                    shipment.amount_premium_gap,
                )
                for shipment in shipments
            ],
            [
                ("SF1", "2026-11-02", False, "a", 10000, 30, 0),
                ("SF2", "2026-11-02", "KA-H", "b", 800000, 2400, 0),
                ("SF3", "2026-11-03", "KA-H", False, 5000, 15, -15),
            ],
        )
        self.assertEqual(shipments[2].create_uid, self.officer)
        self.assertEqual(shipments.company_id, self.company)
        # what an import writes is what the ORM would have
        for shipment in shipments:
            before = shipment.clause, shipment.amount_premium_due
            self.env.add_to_compute(shipment._fields["clause"], shipment)
            self.env.add_to_compute(shipment._fields["amount_premium_due"], shipment)
            self.assertEqual((shipment.clause, shipment.amount_premium_due), before)

    def test_the_same_list_twice_changes_nothing_and_says_so(self):
        content = self._make_csv(
            "SF1,2026-11-02,KA-H,家电,2,否,原厂,10000,10000,30",
            "SF2,2026-11-02,,,,,,,500.55,1.5",
        )
        self._read(content).action_import()
        places = self._get_places()
        self.assertEqual([number for number, _place in places], ["SF1", "SF2"])
        wizard = self._read(content)
        self.assertEqual(self._get_counts(wizard), (0, 0, 2, 0))
        self.assertIn("were declared before", wizard.message)
        wizard.action_import()
        self.assertIn("nothing changes", wizard.message)
        self.assertEqual(self._get_places(), places)
        # nor does it where a claim was raised meanwhile
        self._create_claim(waybill_number="SF1")
        self.assertEqual(self._get_counts(self._read(content)), (0, 0, 2, 0))

    def test_bad_rows_are_named_by_number_column_and_reason(self):
        self.account.state = "formal"
        other = self._create_account(code="KA-O")
        self._create_claim(waybill_number="SF90")
        wizard = self._read(
            self._make_csv(
                ",2026-11-02,,,,,,,100,",
                "SF2,2025-12-31,,,,,,,100,",
                "SF3,2027-01-01,,,,,,,100,",
                "SF4,soon,,,,,,,100,",
                "SF5,2026-11-02,NO,,,,,,100,",
                "SF6,2026-11-02,,,0,,,,100,",
                "SF7,2026-11-02,,,,maybe,,,100,",
                "SF8,2026-11-02,,,,,paper,,100,",
                "SF9,2026-11-02,,,,,,,0,",
                "SF10,2026-11-02,,,,,,99,100,",
                "SF11,2026-11-02,,,,,,,,",
                "SF12,2026-11-02,,,,,,,1%,",
                "SF13,2026-11-02,,,,,,,-1,",
                "SF14,2026-11-02,,,,,,,100,",
                "sf14,2026-11-03,,,,,,,100,",
                "SF90,2026-11-02,,,,,,,100,",
                "SF91,2026-11-02,KA-O,,,,,,100,",
            )
        )
        bad = self._get_bad(wizard)
        self.assertEqual(
            [(number, column, value or "") for number, column, value, _reason in bad],
            [
                (2, "运单号", ""),
                (3, "发货日期", "2025-12-31"),
                (4, "发货日期", "2027-01-01"),
                (5, "发货日期", "soon"),
                (6, "客户编号", "NO"),
                (7, "件数", "0"),
                (8, "是否旧货", "maybe"),
                (9, "包装", "paper"),
                (10, "保险金额", "0"),
                (11, "保险金额", "100"),
                (12, "保险金额", ""),
                (13, "保险金额", "1%"),
                (14, "保险金额", "-1"),
                (15, "运单号", "SF14"),
                (16, "运单号", "SF14"),
                (17, "运单号", "SF90"),
            ],
        )
        reasons = [reason for *_where, reason in bad]
        for reason, words in zip(
            reasons,
            (
                "Fill it in",
                "in force from 2026-01-01 to 2026-12-31",
                "in force from",
                "no date",
                "no such client",
                "whole number of 1",
                "yes or no",
                "not known",
                "above zero",
                "article 55",
                "Fill it in",
                "not a number",
                "below zero",
                "Row 16 is for the same waybill",
                "Row 15 is for the same waybill",
                "A claim was raised",
            ),
            strict=True,
        ):
            self.assertIn(words, reason)
        with self.assertRaisesRegex(UserError, "16 rows are bad"):
            wizard.action_import()
        self.assertEqual(self._get_places(), [])
        wizard.action_import_good()
        self.assertEqual([number for number, _place in self._get_places()], ["SF91"])
        shipment = self.env["kuaidi.insurance.shipment"].search(
            [("waybill_number", "=", "SF91")]
        )
        self.assertEqual(shipment.account_id, other)
        book = openpyxl.load_workbook(
            io.BytesIO(base64.b64decode(wizard.bad_rows_file))
        )
        self.assertEqual(book.active.max_row, 17)

    def test_an_own_policy_takes_the_shipments_of_its_client_alone(self):
        other = self._create_account(code="KA-O")
        policy = self._create_policy(account_id=self.account.id)
        wizard = self._read(
            self._make_csv(
                "SF1,2026-11-02,,,,,,,100,", "SF2,2026-11-02,KA-O,,,,,,100,"
            ),
            policy=policy,
        )
        [bad] = self._get_bad(wizard)
        self.assertEqual(bad[:3], (3, "客户编号", "KA-O"))
        self.assertIn("another client", bad[3])
        wizard.action_import_good()
        shipments = self.env["kuaidi.insurance.shipment"].search(
            [("policy_id", "=", policy.id)]
        )
        self.assertEqual(shipments.account_id, self.account)
        self.assertNotIn(other, shipments.account_id)

    def test_claims_and_closings_since_the_preview_are_seen(self):
        wizard = self._read(
            self._make_csv("SF1,2026-11-02,KA-H,,,,,,100,", "SF2,2026-11-02,,,,,,,100,")
        )
        self.assertEqual(self._get_counts(wizard), (2, 0, 0, 0))
        self._create_claim(waybill_number="SF2")
        wizard.action_import()
        self.assertEqual(
            (wizard.state, self._get_counts(wizard)), ("ready", (1, 0, 0, 1))
        )
        self.assertEqual(self._get_places(), [])
        wizard.action_import_good()
        self.assertEqual([number for number, _place in self._get_places()], ["SF1"])

    def test_a_long_list_is_read_step_by_step(self):
        lines = [f"SF{number},2026-11-02,,,,,,,100,0.3" for number in range(70)]
        contents = (
            self._make_csv(*lines),
            make_book([[*line.split(",")] for line in lines], TITLES.split(",")),
        )
        imports = type(self.env["kuaidi.insurance.import"])
        for content in contents:
            with self.subTest(start=content[:2]):
                with patch.object(imports, "_step_rows", 30):
                    wizard = self._upload(content)
                    wizard.action_read()
                    steps = [wizard.action_read_next()]
                    while not steps[-1]["is_done"]:
                        steps.append(wizard.action_read_next())
                self.assertGreater(len(steps), 1)
                self.assertEqual(self._get_counts(wizard), (70, 0, 0, 0))
                self.assertEqual(steps[-1]["percent"], 100)
                self.assertEqual(len(wizard.preview_ids), 50)

    def test_queries_do_not_grow_with_the_rows(self):
        def count_queries(first, count):
            lines = [
                f"SF{first + number},2026-11-02,KA-H,,,,,,100,0.3"
                for number in range(count)
            ]
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._read(self._make_csv(*lines)).action_import()
            return self.env.cr.sql_log_count - before

        count_queries(0, 2)
        few = count_queries(100, 3)
        self.assertEqual(count_queries(200, 90), few)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_an_import_goes_on_by_its_buttons_alone(self):
        wizard = self._upload(self._make_csv("SF1,2026-11-02,,,,,,,100,"))
        for values in ({"state": "ready"}, {"columns": {}}, {"position": 5}):
            with self.subTest(values=values):
                with self._refused(AccessError, "by its buttons"):
                    wizard.write(values)
                with self._refused(AccessError, "by its buttons"):
                    wizard.create({"policy_id": self.policy.id, **values})
        with self._refused(UserError, "read or imported already"):
            wizard.action_import()
        wizard.action_read()
        with self._refused(UserError, "read already"):
            wizard.file = base64.b64encode(b"a")
        self.assertEqual(self._get_places(), [])
        draft = self._create_policy(is_running=False)
        with self._refused(UserError, "no cargo policy in force"):
            self._upload(b"a,b", policy=draft).action_read()

    def test_files_that_cannot_be_read_are_refused_in_words(self):
        for content, words in (
            (b"a,b\nc,d\n", "These columns are missing"),
            (b"<html></html>", "web page"),
            ("运单号,单号,发货日期,保额\n".encode(), "hold the same"),
        ):
            with self.subTest(words=words):
                wizard = self._upload(content)
                with self._refused(UserError, words):
                    wizard.action_read()
                self.assertEqual(wizard.state, "upload")

    def test_the_template_can_be_imported_once_it_is_filled_in(self):
        for lang in ("zh_CN", "en_US"):
            with self.subTest(lang=lang):
                wizard = self._upload(b"").with_context(lang=lang)
                book = openpyxl.load_workbook(
                    io.BytesIO(base64.b64decode(wizard.template_file))
                )
                sheet = book.worksheets[0]
                sheet["C2"] = "KA-H"
                output = io.BytesIO()
                book.save(output)
                done = self._read(output.getvalue())
                self.assertEqual(done.bad_count, 0, self._get_bad(done))
                done.action_import()
        shipment = self.env["kuaidi.insurance.shipment"].search(
            [("policy_id", "=", self.policy.id)]
        )
        self.assertEqual(
            (shipment.waybill_number, shipment.goods_kind, shipment.packing),
            ("SF1234567890", "appliance", "original"),
        )
        self.assertEqual(shipment.amount_premium_gap, 0)
