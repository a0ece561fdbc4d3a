from odoo.tests import HttpCase, tagged

from .common import KuaidiCommon


@tagged("post_install", "-at_install")
class TestAccountTours(KuaidiCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.manager, cls.centre):
            user.password = user.login

    def test_a_manager_onboards_a_client_in_the_browser(self):
        self.start_tour(
            "/odoo", "kuaidi_manager_onboards_client", login=self.manager.login
        )
        account = self.env["kuaidi.key.account"].search(
            [("partner_id", "=", self.client.id)]
        )
        self.assertEqual(account.state, "formal")
        self.assertEqual(account.manager_id, self.manager)
        self.assertEqual(
            set(account.document_ids.attachment_ids.mapped("name")),
            {"entrustment.pdf", "safety.pdf"},
        )
        self.assertEqual(
            set(account.document_ids.attachment_ids.mapped("res_model")),
            {"kuaidi.account.document"},
        )

    def test_the_crm_centre_hands_accounts_over_in_the_browser(self):
        account = self._create_account(partner_id=self.client.id)
        self.start_tour(
            "/odoo", "kuaidi_centre_hands_accounts_over", login=self.centre.login
        )
        self.assertEqual(account.manager_id, self.manager_2)
