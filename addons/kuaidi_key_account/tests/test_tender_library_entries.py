from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .tender_library_common import TODAY, LibraryCommon, make_pdf, make_picture


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestLibraryEntries(LibraryCommon):
    """What stands in the library, how it is found, and when it ends."""

    def test_the_form_fills_in_what_is_known(self):
        with Form(self.env["kuaidi.bid.asset"].with_user(self.sales)) as form:
            form.kind = "reference"
            form.type_id = self._get_type("similar_contract")
            form.name = "Parcels of Haina 2025"
            form.client_id = self.client
            form.amount = 1_200_000
        asset = form.save()
        self.assertEqual(asset.client_name, "Haina Appliances")
        self.assertEqual(asset.holder_name, "Shunda Express")
        self.assertEqual(asset.user_id, self.sales)
        self.assertEqual((asset.state, asset.version), ("current", 1))

    def test_the_type_says_the_kind(self):
        asset = self._create_asset("text_peak", name="Peak 2026")
        self.assertEqual(asset.kind, "text")
        self.assertFalse(asset.holder_name)
        with self._refused(ValidationError, "no type for this kind"):
            asset.write({"kind": "person", "type_id": asset.type_id.id})
        self.assertEqual(asset.kind, "text")

    def test_a_paper_that_ends_is_filed_with_its_end(self):
        with self._refused(ValidationError, "Enter until when it is valid"):
            self._create_asset(date_expiry=False)
        # what has no end needs none
        self.assertTrue(self._create_asset("business_licence", name="Licence"))

    def test_a_similar_contract_names_its_client(self):
        with self._refused(ValidationError, "name the client"):
            self._create_asset("similar_contract", client_name=" ")

    def test_validity_counts_the_last_day(self):
        for date_expiry, validity in (
            (False, "unlimited"),
            ("2026-03-01", "expired"),
            ("2026-03-02", "expiring"),
            # the type reminds 90 days ahead
            ("2026-05-31", "expiring"),
            ("2026-06-01", "valid"),
        ):
            asset = self._create_asset(
                "iso_quality" if date_expiry else "audit", date_expiry=date_expiry
            )
            with self.subTest(date_expiry=date_expiry):
                self.assertEqual(asset.validity, validity)
                for name in ("unlimited", "expired", "expiring", "valid"):
                    found = asset.search(
                        [("id", "=", asset.id), ("validity", "=", name)]
                    )
                    self.assertEqual(bool(found), name == validity, name)

    def test_what_ends_before_a_day_is_refused_with_name_and_date(self):
        first = self._create_asset(name="ISO 9001", date_expiry="2026-06-30")
        second = self._create_asset(name="Road permit", date_expiry="2026-07-01")
        day = fields.Date.to_date("2026-07-01")
        with self._refused(ValidationError, r"07/01/2026.*ISO 9001 \(until 06/30/2026"):
            (first | second).with_context(lang="en_US")._check_valid_until(day)
        # the very last day of the bid's validity is enough
        second._check_valid_until(day)
        first._check_valid_until(fields.Date.to_date("2026-06-30"))
        self._create_asset("audit", name="Accounts")._check_valid_until(day)

    def test_without_a_day_only_what_has_expired_is_refused(self):
        self._create_asset(date_expiry=TODAY)._check_valid_until(False)
        with self._refused(ValidationError, "This has expired: Old"):
            self._create_asset(name="Old", date_expiry="2026-03-01")._check_valid_until(
                False
            )

    def test_the_last_day_is_one_in_the_company_s_time_zone(self):
        asset = self._create_asset(date_expiry=TODAY)
        # midnight has passed in Shanghai, not in UTC
        with freeze_time(f"{TODAY} 16:30:00"):
            self.env.invalidate_all()
            self.assertEqual(asset.validity, "expired")

    def test_a_search_finds_text_tags_and_clients(self):
        tag = self.env["kuaidi.bid.asset.tag"].create({"name": "cold chain"})
        text = self._create_asset(
            "text_peak", name="Peak", body="<p>Two hundred night trucks</p>"
        )
        tagged_asset = self._create_asset(name="Tagged", tag_ids=tag.ids)
        reference = self._create_asset("similar_contract", name="Contract 2025")
        view = self.env.ref("kuaidi_key_account.kuaidi_bid_asset_view_search")
        node = view._get_combined_arch().find(".//field[@name='name']")
        for words, found in (
            ("night trucks", text),
            ("cold chain", tagged_asset),
            ("haina", reference),
            ("Tagged", tagged_asset),
        ):
            with self.subTest(words=words):
                domain = self._read_domain(node.get("filter_domain"), words)
                self.assertEqual(
                    text.search([("company_id", "=", self.company.id), *domain]), found
                )

    def _read_domain(self, text, words):
        return safe_eval(text, {"self": words})

    def test_only_evidence_that_can_be_printed_is_taken(self):
        # Odoo makes large pictures smaller, unless told not to
        self.env["ir.config_parameter"].set_param("base.image_autoresize_max_px", "0")
        for raw in (make_pdf(), make_picture(), make_picture("JPEG")):
            self.assertEqual(len(self._create_asset(raw=raw).attachment_ids), 1)
        for raw, words in (
            (b"not a picture at all", "PDF, a JPG or a PNG"),
            (make_picture("GIF"), "PDF, a JPG or a PNG"),
            (make_picture("BMP"), "PDF, a JPG or a PNG"),
            (b"PK\x03\x04" + b"\x00" * 40, "PDF, a JPG or a PNG"),
            (make_pdf("secret"), "protected by a password"),
            (make_pdf()[:120], "damaged"),
            (make_picture(size=(400, 400))[:90], "damaged"),
            (make_picture("JPEG", (400, 400))[:-60], "damaged"),
            (make_picture(size=(9_000, 9_000)), "too many pixels"),
        ):
            count = self.env["kuaidi.bid.asset"].search_count([])
            with self.subTest(words=words, size=len(raw)):
                with self._refused(ValidationError, words):
                    self._create_asset(raw=raw)
                self.assertEqual(self.env["kuaidi.bid.asset"].search_count([]), count)

    def test_a_picture_called_a_pdf_is_refused(self):
        file = self._upload(self.sales, make_picture(), name="permit.pdf")
        asset = self._create_asset()
        with self._refused(
            ValidationError, "permit.pdf is of the type application/pdf"
        ):
            asset.attachment_ids = file
        self.assertFalse(asset.attachment_ids)

    def test_a_file_beyond_the_limit_is_refused(self):
        self.company.kuaidi_upload_limit_mb = 1
        raw = make_pdf() + b"%" * 1024 * 1024
        with self._refused(ValidationError, "larger than 1 MB"):
            self._create_asset(raw=raw)

    def test_a_picture_is_the_cover_and_files_belong_to_their_entry(self):
        asset = self._create_asset(raw=make_picture())
        self.assertEqual(asset.cover_id, asset.attachment_ids)
        self.assertEqual(asset.attachment_ids.res_model, "kuaidi.bid.asset")
        self.assertEqual(asset.attachment_ids.res_id, asset.id)
        self.assertTrue(asset.attachment_ids.with_user(self.member).raw)
        self.assertFalse(self._create_asset(raw=make_pdf()).cover_id)

    def test_types_tell_what_is_missing(self):
        audit = self._get_type("audit").with_user(self.centre)
        audit = audit.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(audit.asset_count, 0)
        self._create_asset("audit", name="2024", date_expiry="2026-03-01")
        self._create_asset("audit", name="2025")
        audit.invalidate_recordset()
        self.assertEqual(audit.asset_count, 1)
        action = audit.action_view_assets()
        self.assertEqual(action["res_model"], "kuaidi.bid.asset")
