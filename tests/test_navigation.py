"""Menus and pages of the product: none is a dead end, none an empty wall."""

import re
from collections import Counter

from odoo.tests import TransactionCase, tagged
from odoo.tools import html2plaintext

from odoo.addons.kuaidi_claims.tests.common import ClaimsCommon

ADDONS = ("kuaidi_key_account", "kuaidi_claims")
# views of several records, which may be none
LISTS = {"list", "kanban", "calendar", "pivot", "graph", "activity"}
# a line that says something, in letters
LEAST_LETTERS = 20
DEFAULT_FILTER = re.compile(r"search_default_(\w+)")


class NavigationCommon(TransactionCase):
    def _get_ours(self, model):
        """Return our records of a model, with their XML-IDs."""
        rows = self.env["ir.model.data"].search(
            [("module", "in", ADDONS), ("model", "=", model)]
        )
        records = self.env[model].with_context(active_test=False)
        return {row.complete_name: records.browse(row.res_id) for row in rows}


@tagged("post_install", "-at_install")
class TestEmptyPages(NavigationCommon):
    """Where nothing is shown yet, the page says what it is for and how it fills."""

    def test_every_list_of_ours_helps_where_it_is_empty(self):
        for name, action in self._get_ours("ir.actions.act_window").items():
            modes = set(action.view_mode.split(","))
            if not modes & LISTS or action.target == "new":
                continue
            with self.subTest(action=name):
                words = html2plaintext(action.help or "")
                self.assertGreater(len(words), LEAST_LETTERS)

    def test_every_filter_that_a_page_opens_with_is_there(self):
        """A filter that is not there would be left out, and all records shown."""
        views = self.env["ir.ui.view"]
        for name, action in self._get_ours("ir.actions.act_window").items():
            filters = DEFAULT_FILTER.findall(action.context or "")
            if not filters:
                continue
            search = action.search_view_id or views.browse(
                views.default_view(action.res_model, "search")
            )
            arch = search.get_combined_arch()
            for filter_name in filters:
                with self.subTest(action=name, filter=filter_name):
                    self.assertIn(f'name="{filter_name}"', arch)


# what is about clients as a whole: whoever serves none of them finds it empty
OF_CLIENT_ROLES = {
    f"kuaidi_key_account.{name}"
    for name in (
        "menu_grading",
        "menu_star_ratings",
        "menu_insight",
        "menu_alerts",
        "menu_my_plan_lines",
        "menu_renewals",
        "menu_price_agreements",
        "menu_tender_reports",
        "menu_collection_desk",
        "menu_receivable_legal",
    )
}
OF_CLAIMS_STAFF = {
    "kuaidi_claims.menu_claim_all",
    "kuaidi_claims.menu_complaint_board",
    "kuaidi_claims.menu_insurance_case",
    "kuaidi_claims.menu_recovery_all",
    "kuaidi_key_account.menu_contracts",
    "kuaidi_key_account.menu_key_accounts_all",
    "kuaidi_key_account.menu_receivable_disputes",
    "kuaidi_key_account.menu_tender_my_sections",
    "kuaidi_key_account.menu_visits",
}


@tagged("post_install", "-at_install")
class TestMenus(ClaimsCommon):
    """Every menu opens for whoever sees it, in an order that is written down."""

    _get_ours = NavigationCommon._get_ours

    def test_every_menu_opens_for_every_role_that_sees_it(self):
        users = (
            self.manager,
            self.sales,
            self.finance,
            self.centre,
            self.admin,
            self.officer,
            self.claims_manager,
        )
        menus = self._get_ours("ir.ui.menu")
        for user in users:
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            seen = [name for name, menu in menus.items() if menu.id in visible]
            self.assertTrue(seen)
            for name in seen:
                action = menus[name].action
                if not action or action._name != "ir.actions.act_window":
                    continue
                with self.subTest(user=user.login, menu=name):
                    self._open(user, action)

    def test_claims_staff_are_spared_the_rooms_that_hold_nothing_for_them(self):
        menus = self._get_ours("ir.ui.menu")
        for user in (self.officer, self.claims_manager):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            # a menu within one that is hidden is not reached
            seen = {
                name
                for name, menu in menus.items()
                if {int(part) for part in menu.parent_path.split("/") if part}
                <= visible
            }
            with self.subTest(user=user.login):
                self.assertFalse(seen & OF_CLIENT_ROLES)
                self.assertLess(OF_CLAIMS_STAFF, seen)

    def _open(self, user, action):
        """Load views and records of an action, as the browser does."""
        model = self.env[action.res_model].with_user(user)
        model = model.with_context(allowed_company_ids=self.company.ids)
        modes = action.view_mode.split(",")
        loaded = model.get_views([(False, mode) for mode in modes])
        self.assertEqual(set(loaded["views"]), set(modes))
        if LISTS & set(modes):
            model.web_search_read([], {"display_name": {}}, limit=1)

    def test_no_two_menus_stand_in_one_place(self):
        menus = self.env["ir.ui.menu"].concat(*self._get_ours("ir.ui.menu").values())
        places = Counter((menu.parent_id.id, menu.sequence) for menu in menus)
        shared = [
            menu.complete_name
            for menu in menus
            if places[menu.parent_id.id, menu.sequence] > 1
        ]
        self.assertFalse(shared)

    def test_no_menu_is_empty(self):
        for name, menu in self._get_ours("ir.ui.menu").items():
            with self.subTest(menu=name):
                self.assertTrue(menu.action or menu.child_id)
