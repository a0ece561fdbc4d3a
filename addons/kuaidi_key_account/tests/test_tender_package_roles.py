from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .tender_library_common import TODAY
from .tender_package_common import PackageCommon

MODELS = (
    "kuaidi.tender.section",
    "kuaidi.tender.package",
    "kuaidi.tender.package.file",
)


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderPackageRoles(PackageCommon):
    """Who reads and writes sections, packages, structures and layouts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.section = cls._create_section()

    def _find(self, user, model):
        domain = [("company_id", "=", self.company.id)]
        return self.env[model].with_user(user).search(domain)

    def test_who_sees_what(self):
        package = self._build()
        records = {
            "kuaidi.tender.section": self.section,
            "kuaidi.tender.package": package,
            "kuaidi.tender.package.file": package.file_ids,
        }
        for user, sees in (
            (self.sales, True),
            (self.centre, True),
            (self.finance, True),
            (self.sales_2, False),
            (self.manager, False),
            (self.member, False),
        ):
            for model, record in records.items():
                with self.subTest(user=user.login, model=model):
                    found = self._find(user, model)
                    self.assertEqual(found, record if sees else record.browse())
        for model in MODELS:
            with self.subTest(model=model), self._refused(AccessError):
                self._find(self.portal, model)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_writes_a_section(self):
        for user in (self.finance, self.sales_2, self.manager, self.member):
            section = self.section.with_user(user)
            for operation in (
                lambda s=section: s.write({"body": "<p>x</p>"}),
                section.action_done,
                section.unlink,
                lambda u=user: self._create_section(user=u),
            ):
                with self.subTest(user=user.login), self._refused(AccessError):
                    operation()
        self.assertIn("We offer", self.section.body)
        self.assertEqual(self.section.state, "open")
        self.section.with_user(self.centre).body = "<p>centre</p>"
        self.assertEqual(self.section.body, "<p>centre</p>")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nobody_types_a_package(self):
        package = self._build()
        file = package.file_ids[0]
        attachment = file.sudo().attachment_id
        raw = attachment.raw
        for user in (self.sales, self.centre, self.admin, self.finance):
            for operation in (
                lambda u=user: package.with_user(u).write({"state": "sealed"}),
                lambda u=user: package.with_user(u).unlink(),
                lambda u=user: package.with_user(u).create(
                    {"tender_id": self.tender.id, "version": 9}
                ),
                lambda u=user: file.with_user(u).write({"checksum": "0"}),
                lambda u=user: file.with_user(u).unlink(),
                lambda u=user: attachment.with_user(u).write({"raw": b"x"}),
                lambda u=user: attachment.with_user(u).unlink(),
            ):
                with self.subTest(user=user.login), self._refused(AccessError):
                    operation()
        self.assertEqual(package.state, "built")
        self.assertEqual(attachment.raw, raw)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_has_a_package_built(self):
        for user in (self.finance, self.sales_2, self.manager):
            with self.subTest(user=user.login), self._refused(AccessError):
                self.tender.with_user(user).action_build_package()
        self.assertFalse(self.tender.package_ids)
        self.tender.with_user(self.centre).action_build_package()
        self.assertEqual(self.tender.package_ids.user_id, self.centre)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_files_are_downloaded_by_those_who_see_the_tender(self):
        package = self._build()
        attachment = package.file_ids[0].sudo().attachment_id
        self.assertTrue(attachment.with_user(self.sales).raw)
        self.assertTrue(attachment.with_user(self.finance).raw)
        for user in (self.sales_2, self.portal):
            with self.subTest(user=user.login), self._refused(AccessError):
                attachment.with_user(user).check_access("read")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_structures_and_layouts_are_the_centres(self):
        layout = self.env.ref("kuaidi_key_account.bid_layout_default")
        template = self.env.ref("kuaidi_key_account.tender_template_full")
        for record in (layout, template, template.line_ids[0]):
            for user in (self.sales, self.finance, self.manager):
                with self.subTest(user=user.login, model=record._name):
                    self.assertTrue(record.with_user(user).name)
                    with self._refused(AccessError):
                        record.with_user(user).name = "x"
            record.with_user(self.centre).name = "Ours"
            self.assertEqual(record.name, "Ours")

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other Express"})
        user = self._create_user("kuaidi_other", "group_crm_centre", company=other)
        self._build()
        for model in MODELS:
            with self.subTest(model=model):
                records = self.env[model].with_user(user).with_company(other)
                records = records.with_context(allowed_company_ids=other.ids)
                self.assertFalse(records.search([]))
