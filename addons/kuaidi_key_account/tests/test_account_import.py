from odoo.exceptions import UserError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .common import KuaidiCommon


@tagged("post_install", "-at_install")
class TestAccountImport(KuaidiCommon):
    """Odoo's own import and export, as a manager uses them on a list of clients."""

    HEADER = ["id", "partner_id", "code", "manager_id", "deputy_id", "date_entrusted"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_partner(name="Ruifeng Motors")

    def _get_rows(self):
        return [
            [
                "__import__.haina",
                "Haina Appliances",
                "GD-0001",
                self.manager.name,
                self.manager_2.name,
                "2026-03-02",
            ],
            ["__import__.ruifeng", "Ruifeng Motors", "", self.manager.name, "", ""],
        ]

    @users("kuaidi_centre")
    def test_a_list_is_imported_twice_and_doubles_nothing(self):
        accounts = self.env["kuaidi.key.account"]
        first = accounts.load(self.HEADER, self._get_rows())
        self.assertFalse(first["messages"])
        again = accounts.load(self.HEADER, self._get_rows())
        self.assertFalse(again["messages"])
        self.assertEqual(again["ids"], first["ids"])
        imported = accounts.browse(first["ids"])
        self.assertEqual(imported[0].code, "GD-0001")
        self.assertEqual(imported[0].deputy_id, self.manager_2)
        self.assertTrue(imported[1].code)

    @users("kuaidi_centre")
    @mute_logger("odoo.sql_db")
    def test_a_bad_row_is_named_and_nothing_is_imported(self):
        rows = [*self._get_rows(), ["", "Nobody Knows", "", "", "", ""]]
        accounts = self.env["kuaidi.key.account"]
        result = accounts.load(self.HEADER, rows)
        self.assertFalse(result["ids"])
        message = result["messages"][0]
        self.assertEqual(message["rows"], {"from": 2, "to": 2})
        self.assertIn("Nobody Knows", message["message"])
        self.assertFalse(accounts.search([("code", "=", "GD-0001")]))

    @users("kuaidi_centre")
    def test_an_import_can_neither_approve_a_client_nor_give_stars(self):
        accounts = self.env["kuaidi.key.account"]
        for column, value in (("state", "formal"), ("stars", "5")):
            with self.subTest(column=column):
                result = accounts.load(
                    ["partner_id", column], [["Haina Appliances", value]]
                )
                self.assertFalse(result["ids"])
                self.assertFalse(accounts.search([("partner_id", "=", self.client.id)]))

    @users("kuaidi_manager")
    def test_a_manager_takes_no_list_of_clients_along(self):
        account = self._create_account(partner_id=self.client.id).with_env(self.env)
        with self.assertRaises(UserError):
            account.export_data(["code"])

    @users("kuaidi_centre")
    def test_what_was_exported_is_imported_again(self):
        account = self._create_account(partner_id=self.client.id).with_env(self.env)
        columns = ["id", "partner_id/id", "code", "manager_id/id"]
        rows = account.export_data(columns)["datas"]
        rows[0][2] = "GD-0002"
        result = self.env["kuaidi.key.account"].load(columns, rows)
        self.assertEqual(result["ids"], account.ids)
        self.assertEqual(account.code, "GD-0002")
