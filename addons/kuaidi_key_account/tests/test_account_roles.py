import re

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import KuaidiCommon

PARTS = (
    "kuaidi.account.member",
    "kuaidi.account.contact",
    "kuaidi.account.competitor",
    "kuaidi.account.need",
    "kuaidi.account.document",
    "kuaidi.onboarding.step",
)


@tagged("post_install", "-at_install")
class TestAccountRoles(KuaidiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls._create_account(
            partner_id=cls.client.id,
            need_ids=[Command.create({"name": "On time"})],
            competitor_ids=[Command.create({"name": "Feimao Express"})],
            contact_ids=[Command.create({"partner_id": cls.portal.partner_id.id})],
            member_ids=[Command.create({"user_id": cls.sales.id, "role": "sales"})],
        )
        cls._make_formal(cls.account)

    def _sees(self, user):
        return (
            self.env["kuaidi.key.account"]
            .with_user(user)
            .search_count([("id", "=", self.account.id)])
        )

    def test_an_account_is_seen_by_those_who_serve_it_and_by_the_centre(self):
        for user, sees in (
            (self.manager, 1),
            (self.sales, 1),
            (self.manager_2, 0),
            (self.finance, 1),
            (self.centre, 1),
            (self.admin, 1),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._sees(user), sees)
        self.account.deputy_id = self.manager_2
        self.assertEqual(self._sees(self.manager_2), 1)

    def test_the_parts_of_a_file_follow_the_account(self):
        for model in PARTS:
            with self.subTest(model=model):
                records = self.env[model].search([("account_id", "=", self.account.id)])
                self.assertTrue(records)
                found = records.with_user(self.manager).search(
                    [("id", "in", records.ids)]
                )
                self.assertEqual(found, records)
                self.assertFalse(
                    records.with_user(self.manager_2).search(
                        [("id", "in", records.ids)]
                    )
                )

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_finance_reads_files_and_changes_none(self):
        account = self.account.with_user(self.finance)
        self.assertEqual(account.partner_id.name, "Haina Appliances")
        for change in (
            lambda: account.write({"close_reason": "No"}),
            lambda: account.need_ids.write({"name": "No"}),
            lambda: account.action_close(),
            lambda: account.copy(),
        ):
            with self.assertRaises(AccessError):
                change()
        self.assertFalse(self.account.close_reason)
        self.assertEqual(self.account.need_ids.name, "On time")
        self.assertEqual(self.account.state, "formal")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_a_manager_cannot_reach_a_file_of_others_by_its_parts(self):
        need = self.account.need_ids
        with self.assertRaises(AccessError):
            need.with_user(self.manager_2).write({"name": "Taken"})
        with self.assertRaises(AccessError):
            self.env["kuaidi.account.member"].with_user(self.manager_2).create(
                {"account_id": self.account.id, "user_id": self.manager_2.id}
            )
        own = self._create_account(manager_id=self.manager_2.id)
        moved = self.env["kuaidi.account.need"].create(
            {"account_id": own.id, "name": "Mine"}
        )
        with self.assertRaises(AccessError):
            moved.with_user(self.manager_2).account_id = self.account
            moved.flush_recordset()
        self.assertEqual(need.name, "On time")
        self.assertEqual(len(self.account.member_ids), 1)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_clients_and_other_employees_see_nothing(self):
        employee = new_test_user(self.env, login="kuaidi_nobody")
        for user in (self.portal, employee, self.env.ref("base.public_user")):
            for model in ("kuaidi.key.account", "kuaidi.document.type", *PARTS):
                with self.subTest(user=user.login, model=model):
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.client.with_user(user).read(["key_account_ids"])

    def test_clients_read_no_setting_of_ours(self):
        company = self.company.with_user(self.portal)
        names = [name for name in company._fields if name.startswith("kuaidi_")]
        self.assertIn("kuaidi_upload_limit_mb", names)
        for name in names:
            with self.subTest(name=name), self.assertRaises(AccessError):
                company.read([name])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_two_companies_never_see_each_other(self):
        other = self.env["res.company"].create({"name": "Other Express"})
        stranger = self._create_user("kuaidi_stranger", "group_kuaidi_admin", other)
        env = self.env(user=stranger, context={})
        accounts = env["kuaidi.key.account"]
        self.assertFalse(accounts.search([("id", "=", self.account.id)]))
        with self.assertRaises(AccessError):
            self.account.with_env(env).read(["code"])
        for model in PARTS:
            self.assertFalse(env[model].search([("account_id", "=", self.account.id)]))

    def test_another_managers_client_is_told_but_not_opened(self):
        opportunity = self.env["crm.lead"].create(
            {
                "name": "More parcels",
                "type": "opportunity",
                "partner_id": self.client.id,
                "user_id": self.manager_2.id,
            }
        )
        with self.assertRaises(UserError):
            opportunity.with_user(self.manager_2).action_open_key_account()
        opportunity.action_set_won()
        with self.assertRaisesRegex(UserError, re.escape(self.manager.name)):
            opportunity.with_user(self.manager_2).action_open_key_account()

    def test_a_won_opportunity_opens_the_account_once(self):
        client = self._create_partner(name="New Client")
        opportunity = self.env["crm.lead"].create(
            {
                "name": "National parcels",
                "type": "opportunity",
                "partner_id": client.id,
                "user_id": self.sales.id,
                "company_id": self.company.id,
            }
        )
        opportunity.action_set_won()
        opportunity = opportunity.with_user(self.sales)
        action = opportunity.action_open_key_account()
        account = self.env["kuaidi.key.account"].browse(action["res_id"])
        self.assertEqual(account.partner_id, client)
        self.assertEqual(account.manager_id, self.sales)
        self.assertEqual(account.lead_id, opportunity)
        self.assertEqual(
            opportunity.action_open_key_account()["res_id"], action["res_id"]
        )
