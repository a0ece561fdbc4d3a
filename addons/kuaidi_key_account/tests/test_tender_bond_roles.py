from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .tender_bond_common import TODAY, BondCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestBondRoles(BondCommon):
    """Who sees and asks for which bonds."""

    def _see(self, records, user):
        return records.with_user(user).search([("id", "in", records.ids)])

    def test_who_sees_which_bonds_and_costs(self):
        member = self._create_user("kuaidi_member", "group_kuaidi_user")
        self.tender.member_ids = [
            Command.create({"user_id": member.id, "part": "price"})
        ]
        self.tender.sudo().account_id = self._create_account(
            partner_id=self.issuer.id, deputy_id=self.manager_2.id
        )
        bond = self._create_bond()
        cost = self.env["kuaidi.tender.cost"].create(
            {"tender_id": self.tender.id, "name": "Documents", "amount": 500}
        )
        for user, sees in (
            (self.sales, True),
            (member, True),
            (self.manager, True),
            (self.manager_2, True),
            (self.finance, True),
            (self.centre, True),
            (self.admin, True),
            (self.sales_2, False),
        ):
            for record in (bond.sudo(), cost):
                with self.subTest(user=user.login, model=record._name):
                    self.assertEqual(bool(self._see(record, user)), sees)

    def test_those_who_work_on_the_tender_and_finance_ask_for_bonds(self):
        for user in (self.sales, self.finance, self.centre):
            bond = self._create_bond(user=user)
            self.assertEqual(bond.state, "draft")
            bond.unlink()
        # whoever serves the client reads
        self.tender.sudo().account_id = self._create_account(partner_id=self.issuer.id)
        for user in (self.sales_2, self.manager):
            with self.subTest(user=user.login), self._refused(AccessError):
                self._create_bond(user=user)
        self.assertFalse(self.tender.bond_ids)

    def test_the_bond_of_somebody_else_s_tender_is_out_of_reach(self):
        bond = self._create_bond()
        mine = bond.with_user(self.sales_2)
        for act in (
            lambda: mine.read(["amount"]),
            lambda: mine.write({"amount": 5}),
            lambda: mine.action_request_approval(),
            lambda: mine.action_back_to_draft(),
            lambda: mine.action_pay(),
            lambda: mine.unlink(),
        ):
            with self._refused(AccessError):
                act()
        self.assertEqual((bond.amount, bond.state), (20_000, "draft"))

    def test_clients_and_other_companies_see_nothing(self):
        bond = self._create_bond().sudo()
        company = self.env["res.company"].create({"name": "Sister Express"})
        stranger = self._create_user("kuaidi_sister", "group_finance", company)
        theirs = bond.with_user(stranger).with_context(allowed_company_ids=company.ids)
        self.assertFalse(theirs.search([("id", "=", bond.id)]))
        for name in (
            "kuaidi.tender.bond",
            "kuaidi.tender.bond.rule",
            "kuaidi.tender.cost",
            "kuaidi.tender.bond.pay",
            "kuaidi.tender.bond.end",
        ):
            with self.subTest(model=name):
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(
                        self.env[name].with_user(self.portal).has_access(operation)
                    )
