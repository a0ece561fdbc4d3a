from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KuaidiCommon


@tagged("post_install", "-at_install")
class TestAccountForgery(KuaidiCommon):
    """What a user may not obtain by calls that no view makes."""

    def test_a_paper_is_on_file_by_its_file_alone(self):
        account = self._create_account().with_user(self.manager)
        for kind in ("entrustment", "safety"):
            document = self._create_document(account, kind, attachment_ids=[])
            for name, value in (("has_file", True), ("category", "founding")):
                with self.subTest(kind=kind, name=name), self.assertRaises(AccessError):
                    document.with_user(self.manager).write({name: value})
        with self.assertRaises(UserError):
            account.action_make_formal()
        self.assertEqual(account.state, "candidate")

    def test_an_empty_file_or_a_link_is_no_paper(self):
        document = self._create_document(
            self._create_account(), "entrustment", attachment_ids=[]
        )
        pdf = {"name": "paper.pdf", "mimetype": "application/pdf"}
        for values in (pdf, pdf | {"type": "url", "url": "https://paper.example"}):
            file = self.env["ir.attachment"].create(values)
            with self.assertRaises(ValidationError):
                document.attachment_ids = [Command.link(file.id)]
        document.invalidate_recordset()
        self.assertFalse(document.has_file)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_an_account_stays_with_its_client_and_company(self):
        other = self.env["res.company"].create({"name": "Yunda Express"})
        self.manager.company_ids += other
        formal = self._make_formal(self._create_account()).with_user(self.manager)
        client = formal.partner_id
        for values in (
            {"partner_id": self._create_partner().id},
            {"company_id": other.id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                formal.write(values)
        self.assertEqual(formal.partner_id, client)
        self.assertEqual(formal.company_id, self.company)
        candidate = self._create_account().with_user(self.centre)
        with self.assertRaises(AccessError):
            candidate.company_id = other
            candidate.flush_recordset()

    def test_what_a_stranger_owes_is_not_tried_out(self):
        self._create_invoice(self.client, 70_000, "2026-06-15")
        specification = {"partner_id": {}, "company_id": {}, "amount_open": {}}
        result = (
            self.env["kuaidi.key.account"]
            .with_user(self.manager_2)
            .onchange(
                {"partner_id": self.client.id, "company_id": self.company.id},
                ["partner_id"],
                specification,
            )
        )
        self.assertFalse(result["value"].get("amount_open"))
        account = self._create_account(partner_id=self.client.id)
        self.assertEqual(account.with_user(self.manager).amount_open, 70_000)

    def test_a_team_is_made_of_employees_of_the_company(self):
        other = self.env["res.company"].create({"name": "Yunda Express"})
        stranger = self._create_user("kuaidi_stranger", "group_sales", company=other)
        account = self._create_account().with_user(self.manager)
        for user in (self.portal, stranger):
            for values in (
                {"manager_id": user.id},
                {"deputy_id": user.id},
                {"member_ids": [Command.create({"user_id": user.id})]},
            ):
                with (
                    self.subTest(user=user.login, values=values),
                    self.assertRaises(ValidationError),
                ):
                    account.write(values)
        self.assertEqual(account.manager_id, self.manager)
        self.assertFalse(account.deputy_id)
        self.assertFalse(account.member_ids)

    def test_an_account_opens_from_a_page_with_defaults_of_its_own(self):
        client = self._create_partner().with_user(self.manager)
        client = client.with_context(default_state="posted", default_currency_id=1)
        action = client.action_open_key_account()
        account = self.env["kuaidi.key.account"].browse(action["res_id"])
        self.assertEqual(account.state, "candidate")
        self.assertEqual(account.currency_id, self.company.currency_id)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_joins_a_team_by_a_default(self):
        account = self._create_account()
        members = self.env["kuaidi.account.member"].with_user(self.manager_2)
        with self.assertRaises(AccessError):
            members.with_context(default_account_id=account.id).create(
                {"user_id": self.manager_2.id}
            )
        self.assertFalse(account.member_ids)
