from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Date
from odoo.tests import Form, freeze_time, tagged

from .tender_library_common import TODAY, make_pdf
from .tender_package_common import PackageCommon, make_evidence, make_photo
from .word_files import OLE, build_docx, change_docx

TYPE = "kuaidi_key_account.mail_activity_type_bid_section"


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderSectionFlow(PackageCommon):
    """Sections of a bid: who writes what until when."""

    def _get_activities(self, sections):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "kuaidi.tender.section"),
                ("res_id", "in", sections.ids),
                ("activity_type_id", "=", self.env.ref(TYPE).id),
            ]
        )

    def test_a_structure_divides_the_bid_once(self):
        network = self._create_asset("text_network", name="N", body="<p>86 hubs</p>")
        licence = self._create_asset(
            "business_licence", name="Licence", raw=make_photo(), date_expiry=False
        )
        self.tender.member_ids = [
            Command.create({"user_id": self.manager.id, "part": "technical"})
        ]
        self.tender.action_create_sections()
        sections = self.tender.section_ids
        self.assertEqual(len(sections), 46)
        by_line = {section.template_line_id: section for section in sections}

        def get(name):
            ref = f"kuaidi_key_account.tender_template_full_{name}"
            return by_line[self.env.ref(ref)]

        # texts come from the library, papers are put in
        self.assertEqual(get("network").body, "<p>86 hubs</p>")
        self.assertEqual(get("network").asset_ids, network)
        self.assertEqual(get("licence").asset_ids, licence)
        self.assertIn("{{ issuer }}", get("letter").body)
        # who has the part writes it
        self.assertEqual(get("network").user_id, self.manager)
        self.assertEqual(get("letter").user_id, self.sales)
        # eight days before 10 April
        self.assertEqual(get("network").date_due, Date.to_date("2026-04-02"))
        get("network").unlink()
        self.tender.action_create_sections()
        self.assertEqual(len(self.tender.section_ids), 46)
        self.tender.action_create_sections()
        self.assertEqual(len(self.tender.section_ids), 46)

    def test_a_paper_that_ends_before_the_bid_is_left_out(self):
        self._create_asset(
            "business_licence", name="Old", raw=make_photo(), date_expiry="2026-05-01"
        )
        self.tender.action_create_sections()
        self.assertFalse(self.tender.section_ids.asset_ids)

    def test_days_move_with_the_deadline(self):
        section = self._create_section(days_before=7)
        self.assertEqual(section.date_due, Date.to_date("2026-04-03"))
        self.tender.date_deadline = "2026-04-20 02:00:00"
        self.assertEqual(section.date_due, Date.to_date("2026-04-13"))
        activity = self._get_activities(section)
        self.assertEqual(activity.date_deadline, Date.to_date("2026-04-13"))

    def test_an_owner_is_told_once(self):
        section = self._create_section(user_id=self.manager.id)
        activity = self._get_activities(section)
        self.assertEqual(activity.user_id, self.manager)
        section.write({"user_id": self.manager.id, "days_before": 9})
        self.assertEqual(self._get_activities(section), activity)
        section.user_id = self.sales_2
        activities = self._get_activities(section)
        self.assertEqual(activities.user_id, self.sales_2)
        self.assertEqual(len(activities), 1)
        section.with_user(self.sales_2).action_done()
        self.assertFalse(self._get_activities(section))
        section.action_reopen()
        self.assertEqual(len(self._get_activities(section)), 1)

    def test_whoever_gets_a_section_joins_the_team(self):
        section = self._create_section(user_id=self.member.id, part="technical")
        self.assertRecordValues(
            self.tender.member_ids,
            [{"user_id": self.member.id, "part": "technical"}],
        )
        section.with_user(self.member).body = "<p>Mine</p>"
        self.assertEqual(section.body, "<p>Mine</p>")
        self.assertEqual(
            self.tender.with_user(self.member).name, "Parcels of Haina 2026"
        )

    def test_states_move_by_buttons_alone(self):
        section = self._create_section()
        for values in ({"state": "done"}, {"date_done": "2026-01-01 00:00:00"}):
            with self.subTest(values=values), self._refused(AccessError):
                section.write(values)
        with self._refused(AccessError):
            section.with_context(default_state="done").create(
                {"tender_id": self.tender.id, "name": "x"}
            )
        self.assertEqual(section.state, "open")
        section.action_start()
        section.action_done()
        self.assertEqual(section.state, "done")
        with self._refused(UserError, "Section Ready"):
            section.action_start()

    def test_a_section_is_not_ready_without_contents(self):
        section = self._create_section(body=False)
        with self._refused(ValidationError, "nothing in the section"):
            section.action_done()
        self.assertEqual(section.state, "open")
        sheet = self._create_section(name="Seals", part="form", body=False)
        sheet.action_done()
        table = self._create_section(name="T", content="answers", body=False)
        table.action_done()
        self.assertEqual((sheet | table).mapped("state"), ["done", "done"])

    def test_a_section_with_a_wrong_field_is_not_ready(self):
        section = self._create_section(body="<p>{{ pice }}</p>")
        with self._refused(ValidationError, "there are not: pice"):
            section.action_done()
        self.assertEqual(section.state, "open")

    def test_what_is_ready_is_not_changed(self):
        section = self._create_section()
        section.action_done()
        with self._refused(UserError, "Take it back into work"):
            section.body = "<p>other</p>"
        self.assertIn("We offer", section.body)
        section.action_reopen()
        section.body = "<p>other</p>"
        self.assertEqual(section.body, "<p>other</p>")

    def test_a_sealed_bid_is_not_changed(self):
        section = self._create_section()
        self.tender._move("sealed")
        for operation in (
            lambda: section.write({"body": "<p>late</p>"}),
            section.action_done,
            section.unlink,
            lambda: self._create_section(name="Late"),
        ):
            with self._refused(UserError, "is sealed and cannot be changed"):
                operation()
        self.assertIn("We offer", section.body)
        self.assertEqual(self.tender.section_ids, section)
        section.user_id = self.sales_2
        self.assertEqual(section.user_id, self.sales_2)

    def test_progress_is_counted(self):
        sections = self._create_section() | self._create_section(name="Second")
        self._create_section(name="Third")
        sections.action_done()
        self.assertEqual(self.tender.section_percent, 66)
        self.assertEqual(
            (self.tender.section_count, self.tender.section_done_count), (3, 2)
        )

    def test_late_sections_are_found(self):
        late = self._create_section(name="Late", days_before=30)
        late.date_due = "2026-03-01"
        today = self._create_section(name="Today")
        today.date_due = TODAY
        self.assertEqual((late.is_late, today.is_late), (True, False))
        sections = self.env["kuaidi.tender.section"]
        domain = [("tender_id", "=", self.tender.id)]
        found = sections.search([*domain, ("is_late", "=", True)])
        self.assertEqual(found, late)
        self.assertEqual(sections.search([*domain, ("is_late", "=", False)]), today)

    def test_a_text_of_the_library_is_copied_to_be_edited(self):
        text = self._create_asset("text_network", name="N", body="<p>86 hubs</p>")
        section = self._create_section()
        with Form(section.with_user(self.sales)) as form:
            form.text_asset_id = text
        self.assertIn("We offer", section.body)
        self.assertIn("86 hubs", section.body)
        text.body = "<p>90 hubs</p>"
        self.assertIn("86 hubs", section.body)

    def test_texts_are_cleaned(self):
        section = self._create_section(
            body="<p onclick='x()'>a<script>alert(1)</script>"
            "<img src='x' onerror='y()'><a href='javascript:z()'>b</a></p>"
        )
        for word in ("script", "onerror", "onclick", "javascript"):
            self.assertNotIn(word, section.body)

    def test_files_that_cannot_be_shown_are_refused(self):
        limit = 1
        self.company.kuaidi_upload_limit_mb = limit
        cases = (
            (make_evidence()[:150], "damaged"),
            (make_pdf(password="x"), "protected by a password"),
            (b"GIF89a" + bytes(100), "shows PDF, JPG and PNG"),
            (b"PK\x03\x04" + bytes(100), "shows PDF, JPG and PNG|damaged"),
            (OLE, "shows PDF, JPG and PNG|protected"),
            (make_evidence() + bytes(limit * 1024 * 1024), "is larger than 1 MB"),
            (
                change_docx(build_docx("x"), {"word/vbaProject.bin": b"x"}),
                "macros",
            ),
        )
        section = self._create_section()
        for raw, message in cases:
            with self.subTest(message=message):
                file = self._upload(self.sales, raw, name="paper")
                with self._refused((UserError, ValidationError), message):
                    section.attachment_ids = [Command.link(file.id)]
                self.assertFalse(section.attachment_ids)
                # what was uploaded is still there, and so is the text
                self.assertEqual(file.raw, raw)
                self.assertIn("We offer", section.body)
        for raw in (make_evidence(), make_photo(), make_photo("JPEG"), build_docx("x")):
            file = self._upload(self.sales, raw, name="paper")
            section.attachment_ids = [Command.link(file.id)]
            self.assertEqual((file.res_model, file.res_id), (section._name, section.id))
        self.assertEqual(len(section.attachment_ids), 4)
