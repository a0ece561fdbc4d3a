import pathlib
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..tools.docx_builder import PartBuilder
from .tender_library_common import TODAY, make_pdf
from .tender_package_common import PackageCommon, make_evidence, make_photo

MODULE = "odoo.addons.kuaidi_key_account.models.tender.package_build"
FAULTS = "odoo.addons.kuaidi_key_account.models.tender.package_fault"


class Killed(BaseException):
    """What ends a process midway; nothing may catch it."""


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderPackageFaults(PackageCommon):
    """Whatever goes wrong with a build, the former package stays in use."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.asset = cls._create_asset(name="ISO 9001", raw=make_evidence(2))
        cls.section = cls._create_section(asset_ids=[cls.asset.id])

    @contextmanager
    def _break(self, target, name, error):
        with patch.object(target, name, side_effect=error):
            yield

    def _count_files(self):
        return self.env["ir.attachment"].search_count(
            [("res_model", "=", "kuaidi.tender.package.file")]
        )

    def _fail(self, message):
        """Have a build fail, and check that the former package is untouched."""
        former = self.tender._get_package()
        count = self._count_files()
        package = self._build()
        self.assertEqual(package.state, "failed")
        self.assertRegex(package.error, message)
        self.assertFalse(package.file_ids)
        self.assertEqual(self._count_files(), count)
        self.assertEqual(self.tender._get_package(), former)
        return package

    def test_evidence_that_cannot_be_shown_is_named(self):
        self._build()
        # what got in before its check, or was damaged since
        for raw, message in (
            (make_evidence()[:150], "ISO 9001 is damaged"),
            (make_pdf(password="x"), "ISO 9001 is protected by a password"),
            (b"GIF89a" + bytes(80), "ISO 9001 is of a format"),
        ):
            with self.subTest(message=message):
                self.asset.sudo().attachment_ids.raw = raw
                self._fail(message)

    def test_a_text_with_a_wrong_field_is_named(self):
        for body, message in (
            ("<p>{{ pice }}</p>", "Bid Letter的文本引用了不存在的字段：pice"),
            ("<p>{{ project }</p>", "Bid Letter的文本含有不完整的标记"),
            ("<p>{% for x in y %}</p>", "Bid Letter的文本含有不完整的标记"),
            ("<p>{{ 7 * 7 }}</p>", "Bid Letter的文本含有不完整的标记"),
            (
                "<p>{{ cycler.__init__.__globals__.os.popen('id') }}</p>",
                "Bid Letter的文本含有不完整的标记",
            ),
            (
                "<p><img src='https://example.com/x.png'></p>",
                "Bid Letter shows a picture from elsewhere",
            ),
        ):
            with self.subTest(body=body):
                self.section.body = body
                self._fail(message)

    def test_a_picture_of_somebody_else_is_not_shown(self):
        secret = self.env["ir.attachment"].create(
            {"name": "salary.png", "raw": make_photo()}
        )
        self.section.body = f"<p><img src='/web/image/{secret.id}'></p>"
        self._fail("shows a picture from elsewhere")
        secret.write({"res_model": self.section._name, "res_id": self.section.id})
        self.assertEqual(self._build().state, "built")

    @mute_logger(MODULE)
    def test_a_full_disk_leaves_no_half_file(self):
        self._build()
        full = OSError(28, "No space left on device")
        for target, name in (
            (PartBuilder, "build"),
            (pathlib.Path, "write_bytes"),
            (type(self.env["ir.attachment"]), "_file_write"),
        ):
            with self.subTest(name=name), self._break(target, name, full):
                self._fail("there may be no room left")

    @mute_logger(MODULE)
    def test_a_disk_without_room_is_noticed_before(self):
        usage = type("Usage", (), {"free": 1024})
        with patch(f"{FAULTS}.shutil.disk_usage", return_value=usage):
            self._fail("there may be no room left")

    def test_too_much_evidence_is_refused(self):
        with patch(f"{FAULTS}.MOST_MEGABYTES", 0):
            self._fail("and a package takes 0 MB")

    @mute_logger("odoo.addons.base.models.ir_cron")
    def test_a_build_that_was_killed_begins_anew(self):
        former = self._build()
        package = self._ask_for_package()
        self._kill(package)
        self.assertEqual((former.state, package.state), ("built", "building"))
        self._attempt(package)
        self.env.invalidate_all()
        self.assertEqual((former.state, package.state), ("superseded", "built"))
        self.assertEqual(package.attempt_count, 2)

    def test_a_build_that_kills_its_process_is_given_up(self):
        package = self._ask_for_package()
        for _attempt in range(3):
            self._kill(package)
        self._attempt(package)
        self.env.invalidate_all()
        self.assertEqual(package.state, "failed")
        self.assertIn("interrupted 3 times", package.error)

    def test_an_attempt_that_was_overtaken_writes_nothing(self):
        package = self._ask_for_package()
        build = PartBuilder.build

        def overtaken(builder, *args):
            package.sudo().token = "another"
            self.env.flush_all()
            return build(builder, *args)

        with patch.object(PartBuilder, "build", overtaken):
            self._attempt(package)
        self.env.invalidate_all()
        self.assertEqual(package.state, "building")
        self.assertFalse(package.file_ids)

    def test_two_builds_at_once_are_refused_by_the_database(self):
        self.tender.action_build_package()
        packages = self.env["kuaidi.tender.package"].sudo()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
        ):
            packages.create({"tender_id": self.tender.id, "version": 7})
        self.env.invalidate_all()
        self.assertEqual(len(self.tender.package_ids), 1)

    def test_a_layout_is_missing(self):
        self.env["kuaidi.bid.layout"].search([]).active = False
        self._fail("没有Shunda Express的Word标书版式")

    def test_a_failed_build_can_be_repeated(self):
        self.section.body = "<p>{{ pice }}</p>"
        self._fail("pice")
        self.section.body = "<p>{{ project }}</p>"
        self.assertEqual(self._build().state, "built")

    def _attempt(self, package):
        """Build as the cron does, in one attempt."""
        with self.enter_registry_test_mode():
            with self.registry.cursor() as cr:
                env = self.env(cr=cr, user=self.env.ref("base.user_root"), context={})
                env["kuaidi.tender.package"].browse(package.id)._build()

    def _kill(self, package):
        """End a build midway; what it has committed by then stays."""
        with self._break(PartBuilder, "build", Killed()):
            try:
                self._attempt(package)
            except Killed:
                self.env.invalidate_all()
                return
        self.fail("The build went on.")

    def test_a_download_needs_a_package(self):
        package = self._ask_for_package()
        with self._refused(UserError, "was not built"):
            package.action_download()
