from odoo.tests import HttpCase, tagged

from .vip_common import VipCommon


@tagged("post_install", "-at_install")
class TestGradingVipTours(VipCommon, HttpCase):
    def test_a_manager_establishes_vip_service_in_the_browser(self):
        self.manager.password = self.manager.login
        vip = self._approve(self._create_vip())
        self.start_tour(
            "/odoo/key-account-vip",
            "kuaidi_manager_establishes_vip",
            login=self.manager.login,
        )
        self.assertEqual(vip.state, "active")
        self.assertTrue(self.account.is_vip)
        self.assertEqual(vip.step_ids.done_by_id, self.manager)
