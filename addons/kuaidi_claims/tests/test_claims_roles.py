from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.kuaidi_key_account.tests.common import KuaidiCommon


@tagged("post_install", "-at_install")
class TestClaimsRoles(KuaidiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer, cls.claims_manager = (
            new_test_user(
                cls.env,
                login=f"kuaidi_claims_{role}",
                groups=f"kuaidi_claims.group_claims_{role}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for role in ("officer", "manager")
        )
        cls.account = cls._create_account(
            partner_id=cls.client.id,
            need_ids=[Command.create({"name": "On time"})],
        )
        cls._create_document(cls.account, "contract")

    def test_claims_staff_read_every_file_of_their_company(self):
        for user in (self.officer, self.claims_manager):
            with self.subTest(user=user.login):
                account = self.account.with_user(user)
                self.assertEqual(account.partner_id.name, "Haina Appliances")
                self.assertEqual(account.need_ids.name, "On time")
                self.assertEqual(account.completeness, 17)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_claims_staff_change_no_file(self):
        account = self.account.with_user(self.claims_manager)
        for change in (
            lambda: account.write({"close_reason": "No"}),
            lambda: account.action_close(),
            lambda: account.need_ids.write({"name": "No"}),
            lambda: account.document_ids.unlink(),
        ):
            with self.assertRaises(AccessError):
                change()
        self.assertFalse(self.account.close_reason)
        self.assertEqual(self.account.need_ids.name, "On time")
        self.assertTrue(self.account.document_ids)

    def test_claims_staff_see_no_other_company(self):
        other = self.env["res.company"].create({"name": "Other Express"})
        stranger = new_test_user(
            self.env,
            login="kuaidi_other_officer",
            groups="kuaidi_claims.group_claims_officer",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        env = self.env(user=stranger, context={})
        self.assertFalse(
            env["kuaidi.key.account"].search([("id", "=", self.account.id)])
        )
