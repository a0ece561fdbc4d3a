from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .insurance_case_common import NOON, InsuranceCaseCommon


@freeze_time(NOON)
@tagged("post_install", "-at_install")
class TestInsuranceCaseRoles(InsuranceCaseCommon):
    """Who leads cases of insurers, who reads them, and by which way (5)."""

    def test_states_and_decisions_follow_from_buttons_alone(self):
        case = self._open_case()
        for values in (
            {"state": "paid"},
            {"amount_agreed": 99},
            {"amount_payable": 99},
            {"date_consent": "2026-11-20 00:00:00"},
            {"reopen_count": 0},
            {"is_covered": True},
        ):
            with self.subTest(values), self._refused(AccessError, "its buttons"):
                case.write(values)
            with self._refused(AccessError, "its buttons"):
                self._open_case(**{**values, "reopen_count": 1})
        model = self.env["kuaidi.insurance.case"].with_user(self.officer)
        with self._refused(AccessError, "its buttons"):
            model.with_context(default_state="paid").create({"claim_id": self.claim.id})
        with self._refused((AccessError, UserError)):
            case.unlink()
        self.assertEqual((case.state, case.amount_agreed), ("draft", 0))

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_officers_lead_cases_and_others_read_or_see_nothing(self):
        case = self._open_case()
        for user in (self.finance, self.manager, self.centre):
            with self.subTest(user=user.login):
                self.assertEqual(case.with_user(user).number, case.number)
                with self._refused(AccessError):
                    case.with_user(user).action_notify()
                with self._refused(AccessError):
                    case.with_user(user).amount_loss = 1
        for user in (self.sales, self.portal, self.manager_2):
            with self.subTest(user=user.login), self._refused(AccessError):
                case.with_user(user).read(["amount_payable"])
        self.assertEqual((case.state, case.amount_loss), ("draft", 4000))

    def test_another_company_sees_no_case(self):
        case = self._open_case()
        other = self.env["res.company"].create({"name": "Other Express"})
        stranger = self._create_claims_user("kuaidi_stranger", "manager", other)
        env = self.env(user=stranger, context={})
        self.assertFalse(env["kuaidi.insurance.case"].search([("id", "=", case.id)]))

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_payments_and_goodwill_are_read_like_their_case(self):
        case = self._submit()
        part = self._book(case, "undisputed", 1000)
        case._agree(1000)
        goodwill = (
            self.env["kuaidi.insurance.goodwill"]
            .with_user(self.officer)
            .create({"case_id": case.id, "amount": 500, "reason": "A good client"})
        )
        for record in (part, goodwill):
            for user in (self.officer, self.finance, self.manager, self.centre):
                with self.subTest(model=record._name, user=user.login):
                    self.assertTrue(record.with_user(user).amount)
            for user in (self.sales, self.manager_2, self.portal):
                with self.subTest(model=record._name, user=user.login):
                    with self._refused(AccessError):
                        record.with_user(user).read(["amount"])
            for user in (self.officer, self.claims_manager, self.finance):
                with self._refused((AccessError, UserError)):
                    record.with_user(user).unlink()
        with self._refused(AccessError):
            part.with_user(self.finance).amount = 1
        for user in (self.finance, self.manager, self.centre):
            with self.subTest(user=user.login), self._refused(AccessError):
                goodwill.with_user(user).amount = 1
        # whom the settings name as an approver
        self.assertEqual(goodwill.with_user(self.vp).amount, 500)
        self.assertEqual((part.amount, goodwill.amount), (1000, 500))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_no_insurer_is_seen_by_a_client(self):
        self._open_case()
        names = (
            "insurance_case_ids",
            "insurance_case_id",
            "no_insurer_reason",
            "policy_id",
            "sum_insured",
        )
        fields = self.env["kuaidi.claim"].with_user(self.portal).fields_get()
        self.assertFalse(set(names) & fields.keys())
        for name in names:
            with self.subTest(name=name), self._refused(AccessError):
                self.claim.with_user(self.portal).read([name])
