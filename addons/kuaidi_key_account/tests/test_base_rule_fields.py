from odoo.tests import tagged

from .common import KuaidiCommon


@tagged("post_install", "-at_install")
class TestRuleFields(KuaidiCommon):
    """Lists are read with what the rules ask about their rows."""

    def test_rules_are_checked_on_a_list_without_a_query_more(self):
        account = self._create_account()
        accounts = self.env["kuaidi.key.account"].with_user(self.centre)
        accounts.search_fetch([], ["code"]).check_access("read")
        accounts.env.invalidate_all()
        # known in every request
        accounts.env.companies.mapped("name")
        with self.assertQueryCount(1):
            found = accounts.search_fetch([("id", "=", account.id)], ["code"])
            found.check_access("read")
        self.assertEqual(found, account)

    def test_a_search_without_fields_and_a_superuser_read_no_more(self):
        self._create_account()
        accounts = self.env["kuaidi.key.account"]
        self.env.invalidate_all()
        for found in (
            accounts.with_user(self.centre).search([]),
            accounts.sudo().search_fetch([], ["code"]),
        ):
            with self.subTest(su=found.env.su):
                cached = found._fields["company_id"]._get_cache(found.env)
                self.assertFalse(set(found.ids) & set(cached))
