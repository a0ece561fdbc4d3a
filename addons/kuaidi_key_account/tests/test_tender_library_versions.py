from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .tender_library_common import TODAY, LibraryCommon, make_pdf, make_picture


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestLibraryVersions(LibraryCommon):
    """A new version takes the place of the former, which stays readable."""

    def _renew(self, asset):
        action = asset.action_new_version()
        return asset.browse(action["res_id"])

    def test_a_renewed_paper_waits_for_its_file_and_end(self):
        asset = self._create_asset(raw=make_pdf(), number="Q-17")
        draft = self._renew(asset)
        self.assertEqual((draft.state, draft.version), ("draft", 2))
        self.assertEqual((draft.number, draft.former_id), ("Q-17", asset))
        self.assertFalse(draft.date_expiry)
        self.assertFalse(draft.attachment_ids)
        self.assertEqual(asset.state, "current")
        with self._refused(ValidationError, "Enter until when it is valid"):
            draft.action_publish()
        self.assertEqual((asset.state, draft.state), ("current", "draft"))
        draft.date_expiry = "2029-12-31"
        draft.action_publish()
        self.assertEqual((asset.state, draft.state), ("superseded", "current"))
        self.assertEqual(asset.with_user(self.member).attachment_ids.raw, make_pdf())

    def test_a_new_text_starts_with_copies_of_what_there_is(self):
        asset = self._create_asset("text_peak", body="<p>Old</p>", raw=make_picture())
        draft = self._renew(asset)
        draft.body = "<p>New</p>"
        self.assertEqual(draft.attachment_ids.raw, asset.attachment_ids.raw)
        self.assertNotEqual(draft.attachment_ids, asset.attachment_ids)
        draft.attachment_ids.unlink()
        draft.action_publish()
        self.assertEqual(str(asset.body), "<p>Old</p>")
        self.assertTrue(asset.attachment_ids)

    def test_a_former_version_stays_what_it_was(self):
        asset = self._create_asset("text_peak", body="<p>Old</p>")
        self._renew(asset).action_publish()
        with self._refused(UserError, "stays what it was"):
            asset.body = "<p>Changed</p>"
        self.assertEqual(str(asset.body), "<p>Old</p>")
        asset.note = "Still found by its words"
        with self._refused(UserError, "Archive it instead"):
            asset.with_user(self.centre).unlink()

    def test_there_is_one_new_version_at_a_time(self):
        asset = self._create_asset()
        draft = self._renew(asset)
        with self._refused(UserError, "a new version of ISO 9001 already"):
            asset.action_new_version()
        with self._refused(UserError, "not in use yet"):
            draft.action_new_version()
        with self._refused(UserError, "in use already"):
            asset.action_publish()
        self.assertEqual(asset.next_ids, draft)
        # a draft that nobody wants is deleted, and the paper renewed anew
        draft.with_user(self.centre).unlink()
        self.assertEqual(self._renew(asset).version, 2)

    def test_states_and_versions_are_not_typed(self):
        asset = self._create_asset()
        other = self._create_asset(name="Other")
        for vals in (
            {"state": "superseded"},
            {"version": 9},
            {"former_id": other.id},
            {"is_end_told": True},
        ):
            with self.subTest(vals=vals):
                with self._refused(AccessError, "by its buttons only"):
                    asset.write(vals)
                with self._refused(AccessError, "by its buttons only"):
                    self._create_asset(**vals)
                with self._refused(AccessError, "by its buttons only"):
                    asset.with_context(
                        **{f"default_{name}": value for name, value in vals.items()}
                    ).create({"name": "Sneaked in"})
        self.assertEqual((asset.state, asset.version), ("current", 1))

    def test_an_entry_stays_with_its_company(self):
        asset = self._create_asset()
        other = self.env["res.company"].create({"name": "Sister Express"})
        with self._refused(UserError, "stays with its company"):
            asset.with_user(self.centre).sudo().company_id = other
        self.assertEqual(asset.company_id, self.company)

    def test_a_version_is_named_where_there_are_several(self):
        asset = self._create_asset()
        self.assertEqual(asset.display_name, "ISO 9001")
        draft = self._renew(asset)
        self.assertEqual(draft.display_name, "ISO 9001 (version 2)")

    def test_only_versions_in_use_are_put_into_bids(self):
        asset = self._create_asset("text_peak")
        draft = self._renew(asset)
        asset._check_usable()
        with self._refused(ValidationError, "no version in use"):
            draft._check_usable()
        draft.action_publish()
        draft._check_usable()
        with self._refused(ValidationError, "no version in use"):
            asset._check_usable()
        draft.active = False
        with self._refused(ValidationError, "no version in use"):
            draft._check_usable()
