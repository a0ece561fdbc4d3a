from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .tender_rejection_common import TenderRejectionCommon
from .tender_requirement_common import TODAY


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderRejectionGroup(TenderRejectionCommon):
    """Two companies of one group in one lot are found out, and no more (IR 34, 40)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_package()
        cls.rival_company = cls.env["res.company"].create({"name": "Yunfeng Express"})
        cls.rival_user = cls._create_user(
            "kuaidi_rival", "group_sales", cls.rival_company
        )
        rivals = cls.env["kuaidi.tender"].with_context(
            allowed_company_ids=(cls.rival_company | cls.company).ids
        )
        cls.rival = rivals.create(
            {
                "name": "Secret name",
                "partner_id": cls.issuer.id,
                "company_id": cls.rival_company.id,
                "user_id": cls.rival_user.id,
                "reference": " hn-2026-018 ",
                "amount_bid": 123_456,
                "signatory_name": "Zhao Min",
            }
        )

    def test_companies_of_one_group_are_found_in_one_lot(self):
        self.assertEqual(self._find_codes(), {"collusion_related"})
        text = self.tender.finding_ids.name
        self.assertIn("Yunfeng Express", text)
        for secret in ("123", "Secret", "Zhao", "kuaidi_rival"):
            self.assertNotIn(secret, text)

    def test_other_tenders_and_other_lots_are_none(self):
        other = self._create_partner(name="Another Issuer")
        cases = {
            "another number": {"reference": "HN-2026-019"},
            "another issuer": {"partner_id": other.id},
            "left": {"state": "no_bid"},
            "cancelled": {"state": "cancelled"},
        }
        for name, values in cases.items():
            with self.subTest(name=name), self.cr.savepoint() as savepoint:
                self.rival.sudo().write(values)
                self.assertEqual(self._find_codes(), set())
                savepoint.rollback()
                self.env.invalidate_all()
        for tender, number in ((self.tender, "1"), (self.rival, "2")):
            tender.sudo().lot_ids = [
                Command.create(
                    {"number": number, "name": "Lot", "amount_bid": tender.amount_bid}
                )
            ]
        self.assertNotIn("collusion_related", self._find_codes())
        self.rival.lot_ids.number = "1"
        self.assertIn("collusion_related", self._find_codes())

    def test_the_same_issuer_is_known_by_name(self):
        twin = self._create_partner(name="Haina  Appliances Tenders")
        self.rival.sudo().partner_id = twin
        self.assertEqual(self._find_codes(), {"collusion_related"})

    def test_shared_people_are_named(self):
        self.rival.sudo().proxy_name = "Li Wei"
        self.assertEqual(self._find_codes(), {"collusion_related", "collusion_person"})
        finding = self.tender.finding_ids.filtered(
            lambda f: f.rule_id.code == "collusion_person"
        )
        self.assertIn("Li Wei", finding.name)
        self.sales.company_ids |= self.rival_company
        self.rival.sudo().member_ids = [
            Command.create({"user_id": self.sales.id, "part": "price"})
        ]
        self._find()
        self.assertEqual(
            len(self.tender.finding_ids.filtered(lambda f: "works on" in f.name)), 2
        )

    def test_bonds_from_one_account_are_found(self):
        account = self.env["res.partner.bank"].create(
            {
                "acc_number": "6222 0001",
                "partner_id": self.company.partner_id.id,
                "kuaidi_is_basic_account": True,
            }
        )
        twin = account.copy(
            {"acc_number": "62220001", "partner_id": self.rival_company.partner_id.id}
        )
        bonds = self.env["kuaidi.tender.bond"].sudo()
        for tender, paid_from in ((self.tender, account), (self.rival, twin)):
            bond = bonds.create(
                {
                    "tender_id": tender.id,
                    "amount_asked": 18_000,
                    "bank_account_id": paid_from.id,
                }
            )
            bond.state = "paid"
        self.assertIn("collusion_account", self._find_codes())

    def test_the_user_of_one_company_sees_nothing_of_the_other(self):
        self.tender.with_user(self.sales).with_context(
            allowed_company_ids=self.company.ids
        ).action_check_bid()
        self.assertEqual(
            self.tender.finding_ids.mapped("rule_id.code"), ["collusion_related"]
        )
        finding = self.tender.finding_ids
        self.assertEqual(
            (finding.res_model, finding.res_id), (self.tender._name, self.tender.id)
        )
