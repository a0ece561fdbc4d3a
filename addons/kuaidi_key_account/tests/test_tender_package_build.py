import hashlib
import io
import json
import zipfile

import openpyxl
from docx import Document

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..tools.docx_xml import W
from .tender_library_common import TODAY
from .tender_package_common import (
    PackageCommon,
    find_faults,
    make_evidence,
    make_photo,
)


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderPackageBuild(PackageCommon):
    """A package is whole, and of what the bid consists of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.licence = cls._create_asset(
            "business_licence", name="Licence", raw=make_photo(), date_expiry=False
        )
        cls.iso = cls._create_asset(name="ISO 9001", raw=make_evidence(2))
        cls.letter = cls._create_section(needs_signature=True)
        cls.table = cls._create_section(
            name="Deviations", content="deviations", body=False, sequence=20
        )
        cls.answers = cls._create_section(
            name="Answers", content="answers", body=False, sequence=30
        )
        cls.papers = cls._create_section(
            name="Papers", body=False, sequence=40, asset_ids=[cls.licence.id]
        )
        cls.prices = cls._create_section(
            name="Prices", part="price", content="prices", body=False
        )
        cls._create_section(name="Envelopes sealed", part="form", body=False)
        cls._create_requirement(assets=[cls.iso], is_mandatory=True)
        cls._create_requirement(
            assets=[cls.licence], clause="3.2", name="Second", deviation="positive"
        )
        cls.tender.lot_ids = [
            Command.create(
                {
                    "number": number,
                    "name": f"Lot {number}",
                    "amount_bid": amount,
                    "amount_ceiling": ceiling,
                }
            )
            for number, amount, ceiling in (("1", 1000, 1250), ("2", 800, 0))
        ]

    def _get_texts(self, content):
        return [p.text for p in Document(io.BytesIO(content)).paragraphs if p.text]

    def test_a_package_holds_every_file_and_their_hashes(self):
        package = self._build()
        self.assertRecordValues(
            package,
            [{"state": "built", "progress": 100, "error": False, "version": 1}],
        )
        self.assertEqual(
            package.file_ids.mapped("kind"),
            ["document", "document", "prices", "checklist", "archive"],
        )
        files = self._read_files(package)
        for file in package.file_ids:
            content = files[file.name]
            self.assertEqual(file.checksum, hashlib.sha256(content).hexdigest())
            self.assertEqual(file.file_size, len(content))
        archive = zipfile.ZipFile(io.BytesIO(files.pop(package.file_ids[-1].name)))
        self.assertIsNone(archive.testzip())
        names = {*files, "MANIFEST.json", "SHA256SUMS.txt"}
        self.assertEqual(set(archive.namelist()), names)
        manifest = json.loads(archive.read("MANIFEST.json"))
        self.assertEqual(manifest["fingerprint"], package.fingerprint)
        self.assertEqual(manifest["version"], 1)
        for entry in manifest["files"]:
            content = archive.read(entry["name"])
            self.assertEqual(entry["sha256"], hashlib.sha256(content).hexdigest())
            self.assertEqual(content, files[entry["name"]])

    def test_documents_are_sound_and_filled_in(self):
        package = self._build()
        for part in ("commercial", "price"):
            with self.subTest(part=part):
                self.assertEqual(find_faults(self._read_document(package, part)), [])
        texts = self._get_texts(self._read_document(package))
        offer = next(text for text in texts if text.startswith("We offer"))
        self.assertRegex(offer, r"^We offer Parcels of Haina 2026 for .*1,800,000\.00")
        headings = [text for text in texts if "　" in text]
        self.assertEqual(headings[-5][:2], "1　")
        # what no section shows stands at the end, in the order it is asked for
        self.assertRegex(texts[-1], r"2.*ISO 9001（2/2）$")

    def test_tables_answer_each_requirement_and_cite_its_evidence(self):
        package = self._build()
        document = Document(io.BytesIO(self._read_document(package)))
        deviations, answers = document.tables
        rows = [
            ["".join(t.text or "" for t in cell.iter(W + "t")) for cell in row]
            for row in (r.findall(W + "tc") for r in answers._tbl.findall(W + "tr"))
        ]
        self.assertEqual(
            rows[1][:4], ["1", "3.1", "★A licence & permit <copy>", "Met in full"]
        )
        # the licence stands in a section before, so it is the first annex
        self.assertIn("2", rows[1][4])
        self.assertIn("1", rows[2][4])
        self.assertIn("PAGEREF annex_commercial_1", answers._tbl.xml)
        self.assertEqual(len(deviations._tbl.findall(W + "tr")), 3)

    def test_the_price_sheet_adds_up_by_formulas(self):
        package = self._build()
        files = self._read_files(package)
        name = package.file_ids.filtered(lambda f: f.kind == "prices").name
        sheet = openpyxl.load_workbook(io.BytesIO(files[name])).worksheets[0]
        cells = {cell.coordinate: cell.value for row in sheet for cell in row}
        self.assertEqual(cells["C7"], 1000)
        self.assertEqual(cells["C9"], "=SUM(C7:C8)")
        self.assertEqual(cells["E7"], '=IF(N(D7)=0,"",C7/D7)')
        values = openpyxl.load_workbook(io.BytesIO(files[name]), data_only=True)
        self.assertEqual(values.worksheets[0]["C9"].value, 1800)

    def test_own_cost_and_floors_are_in_no_file(self):
        self.tender.amount_cost = 1_234_567
        package = self._build()
        for name, content in self._read_files(package).items():
            if name.endswith((".docx", ".xlsx")):
                archive = zipfile.ZipFile(io.BytesIO(content))
                text = b"".join(map(archive.read, archive.namelist()))
                self.assertNotIn(b"1234567", text.replace(b",", b""), name)

    def test_nobody_is_named_as_author(self):
        package = self._build()
        core = zipfile.ZipFile(io.BytesIO(self._read_document(package))).read(
            "docProps/core.xml"
        )
        self.assertIn(b"<dc:creator>Shunda Express</dc:creator>", core)
        self.assertNotIn(self.sales.name.encode(), core)

    def test_names_of_files_are_safe_everywhere(self):
        self.tender.name = '../..\\x:"<|>\u202egpj.exe\r\n' + "长" * 300
        package = self._build()
        self.assertEqual((package.state, package.error), ("built", False))
        for file in package.file_ids:
            self.assertNotRegex(file.name, r'[\\/:*?"<>|\x00-\x1f\u202e]|\.\.')
            self.assertLessEqual(len(file.name), 90)
        archive = self._read_files(package)[package.file_ids[-1].name]
        for name in zipfile.ZipFile(io.BytesIO(archive)).namelist():
            self.assertNotRegex(name, r"[\\/]|\.\.")

    def test_a_later_change_is_noticed(self):
        package = self._build()
        self.assertTrue(package._is_current())
        changes = (
            (self.letter, {"body": "<p>Another</p>"}),
            (self.tender, {"amount_bid": 1_700_000}),
            (self.tender.requirement_ids[0], {"answer": "Met"}),
            (self.papers, {"asset_ids": [Command.link(self.iso.id)]}),
            (self.tender.lot_ids[0], {"amount_bid": 999}),
            (self.company, {"name": "Shunda Express Ltd"}),
        )
        for record, values in changes:
            with self.subTest(values=values), self.cr.savepoint() as savepoint:
                record.sudo().write(values)
                self.assertFalse(package._is_current())
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertTrue(package._is_current())
        # whoever looks at it, and in which language
        for user in (self.centre, self.finance):
            asked = package.with_user(user).with_context(lang="zh_CN")
            self.assertTrue(asked._is_current())

    def test_a_new_package_takes_the_place_of_the_former(self):
        first = self._build()
        second = self._build()
        self.assertEqual((first.state, second.state), ("superseded", "built"))
        self.assertEqual(second.version, 2)
        self.assertTrue(first.file_ids.attachment_id)

    def test_one_build_at_a_time(self):
        self.tender.action_build_package()
        with self._refused(UserError, "is being built already"):
            self.tender.action_build_package()
        self.assertEqual(len(self.tender.package_ids), 1)

    def test_a_bid_without_sections_is_not_built(self):
        empty = self._create_tender(reference="HN-019")
        with self._refused(UserError, "Divide the bid into sections"):
            empty.action_build_package()
        self.assertFalse(empty.package_ids)

    def test_only_a_built_and_current_package_is_sealed(self):
        package = self._build()
        self.letter.body = "<p>Changed</p>"
        with self._refused(UserError, "Build the package again"):
            package._seal()
        self.assertEqual(package.state, "built")
        package = self._build()
        package.with_user(self.sales)._seal()
        self.assertEqual(package.state, "sealed")
        self.assertEqual(package.sealed_by_id, self.sales)
        with self._refused(UserError, "only a built one is sealed"):
            package._seal()
        package._unseal()
        self.assertEqual(package.state, "superseded")

    def test_the_checklist_lists_what_is_signed_and_sealed(self):
        package = self._build()
        checklist = package.with_context(lang="en_US")._prepare_checklist()
        parts = {part["name"]: part["rows"] for part in checklist["parts"]}
        self.assertEqual(
            [row["name"] for row in parts["Form and Sealing"]], ["Envelopes sealed"]
        )
        letter = parts["Commercial Part"][0]
        self.assertEqual(
            (letter["name"], letter["needs_signature"]), ("Bid Letter", True)
        )

    def test_the_plan_takes_as_many_queries_for_a_long_bid(self):
        def count():
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.tender._prepare_bid_plan()
            return self.env.cr.sql_log_count - start

        count()
        few = count()
        for number in range(30):
            self._create_requirement(
                clause=f"4.{number}", name=f"More {number}", assets=[self.iso]
            )
            self._create_section(name=f"Section {number}", asset_ids=[self.licence.id])
        self.assertLessEqual(count(), few)
        self.assertLessEqual(few, 40)
