"""Opens every menu, view and filter of our apps, as the administrator.

Not collected with the other tests: `make test` runs it on a demo database, where the
views have something to show.
"""

from odoo.tests import HttpCase, tagged

ADDONS = ("kuaidi_key_account", "kuaidi_claims")
SCRIPT = (
    "odoo.loader.modules.get('@web/webclient/clickbot/clickbot_loader')"
    ".startClickEverywhere('%s');"
)
LIMIT_SECONDS = 900


@tagged("post_install", "-at_install")
class TestClickEverywhere(HttpCase):
    allow_end_on_form = True

    def test_every_menu_of_our_apps_opens(self):
        self.env.ref("base.user_admin").tour_enabled = False
        menus = self.env["ir.ui.menu"].load_menus(False)
        apps = [menus[app_id]["xmlid"] for app_id in menus["root"]["children"]]
        ours = [xmlid for xmlid in apps if xmlid.split(".")[0] in ADDONS]
        self.assertTrue(ours, "our addons have no app")
        for xmlid in ours:
            with self.subTest(app=xmlid):
                self.browser_js(
                    "/odoo",
                    SCRIPT % xmlid,
                    "odoo.isReady === true",
                    login="admin",
                    timeout=LIMIT_SECONDS,
                    success_signal="clickbot test succeeded",
                )
