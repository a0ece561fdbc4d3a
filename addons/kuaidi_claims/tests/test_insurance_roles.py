from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .claim_common import MORNING
from .insurance_common import InsuranceCommon


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestInsuranceRoles(InsuranceCommon):
    """Who reads and changes what of insurances, role by role."""

    def test_claims_finance_and_centre_read_everything_of_their_company(self):
        shipment = self._declare(account_id=self.account.id)
        for user in (
            self.officer,
            self.claims_manager,
            self.finance,
            self.centre,
            self.manager,
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self.policy.with_user(user).clause, "a")
                self.assertEqual(
                    self.policy.with_user(user).insurer_id.name, "Meiya Insurance"
                )
                self.assertEqual(len(self.policy.with_user(user).term_ids), 2)
                self.assertEqual(shipment.with_user(user).sum_insured, 10000)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_account_managers_read_what_concerns_their_accounts(self):
        own = self._create_policy(account_id=self.account.id)
        shipment = self._declare(account_id=self.account.id)
        self.assertEqual(own.with_user(self.manager).rate, 3)
        self.assertEqual(self.policy.with_user(self.manager_2).rate, 3)
        for record in (own, shipment):
            with self.subTest(record=record), self._refused(AccessError):
                record.with_user(self.manager_2).read(["display_name"])
        self.assertFalse(
            self.env["kuaidi.insurance.shipment"]
            .with_user(self.manager_2)
            .search([("id", "=", shipment.id)])
        )

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_sales_and_clients_read_nothing(self):
        shipment = self._declare(account_id=self.account.id)
        claim = self._create_claim(is_insured=True, date_shipped="2026-11-02")
        for user in (self.sales, self.portal):
            for record in (self.insurer, self.product, self.policy, shipment):
                with self.subTest(user=user.login, record=record._name):
                    with self._refused(AccessError):
                        record.with_user(user).read(["display_name"])
        names = ("policy_id", "sum_insured", "insurance_explanation", "amount_insurer")
        self.assertEqual(claim.policy_id, self.policy)
        for name in names:
            with self.subTest(name=name):
                self.assertFalse(
                    claim.with_user(self.portal)._has_field_access(
                        claim._fields[name], "read"
                    )
                )

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_claims_managers_alone_keep_the_standards(self):
        for user in (self.officer, self.finance, self.centre, self.manager):
            for record in (self.insurer, self.product, self.policy):
                with self.subTest(user=user.login, record=record._name):
                    with self._refused(AccessError):
                        record.with_user(user).write({"note": "x"})
                    with self._refused(AccessError):
                        record.with_user(user).unlink()
        self.assertFalse(self.policy.note)
        self.policy.with_user(self.claims_manager).note = "Renew in November."
        self.product.with_user(self.claims_manager).rate = 2
        self.assertEqual(
            (self.policy.note, self.product.rate), ("Renew in November.", 2)
        )

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_claims_officers_alone_declare_and_import(self):
        content = self._make_csv("SF1,2026-11-02,,,,,,,100,")
        for user in (self.finance, self.centre, self.manager, self.sales, self.portal):
            with self.subTest(user=user.login):
                with self._refused(AccessError):
                    self._upload(content, user)
                with self._refused(AccessError):
                    self.env["kuaidi.insurance.shipment"].with_user(user).create(
                        {
                            "policy_id": self.policy.id,
                            "waybill_number": "SF1",
                            "date_shipped": "2026-11-02",
                            "sum_insured": 100,
                        }
                    )
        self.assertEqual(self.policy.shipment_count, 0)
        wizard = self._read(content)
        with self._refused(AccessError):
            wizard.with_user(self.officer_2).action_import()
        self.assertFalse(
            self.env["kuaidi.insurance.import.row"]
            .with_user(self.officer_2)
            .search([("import_id", "=", wizard.id)])
        )
        wizard.action_import()
        self.assertEqual(self.policy.shipment_count, 1)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other Express"})
        stranger = self._create_claims_user("kuaidi_stranger", "manager", other)
        self.product.company_id = self.company
        self.insurer.company_id = self.company
        for record in (self.insurer, self.product, self.policy, self._declare()):
            with self.subTest(record=record._name), self._refused(AccessError):
                record.with_user(stranger).with_context(
                    allowed_company_ids=other.ids
                ).read(["display_name"])
