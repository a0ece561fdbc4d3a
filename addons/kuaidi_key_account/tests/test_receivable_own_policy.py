from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from .dunning_common import MORNING, DunningCommon


@freeze_time(MORNING)
@tagged("post_install", "-at_install")
class TestReceivableOwnPolicy(DunningCommon):
    """Finance has a client, or one invoice, reminded in a way of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_policy = cls.policy.copy({"name": "Patient"})
        cls.own_policy.step_ids.filtered(lambda step: step.days == 7).name = "Ask again"

    def _get_case(self):
        self._owe(100, 8)
        self.cases._update_cases(self.account)
        return self.account._get_open_case()

    def test_finance_chooses_it_on_the_case(self):
        case = self._get_case()
        form = Form(case.with_user(self.finance))
        form.own_policy_id = self.own_policy
        form.save()
        self.assertEqual(self.account.dunning_policy_id, self.own_policy)
        self.assertEqual(self._claim().step_id.name, "Ask again")

    def test_finance_chooses_it_on_the_invoice(self):
        invoice = self._owe(100, 8).move_id
        form = Form(invoice.with_user(self.finance))
        form.kuaidi_dunning_policy_id = self.own_policy
        form.save()
        self.assertEqual(self._claim().step_id.name, "Ask again")
        self.assertFalse(self.account.dunning_policy_id)

    def test_others_do_not_choose_it(self):
        case = self._get_case()
        for user in (self.manager, self.centre):
            with self.subTest(user=user.login):
                with self._refused(AccessError, "decided by finance"):
                    self.account.with_user(user).dunning_policy_id = self.own_policy
        with self._refused(AccessError):
            case.with_user(self.manager).own_policy_id = self.own_policy
        with self._refused(AccessError, "decided by finance"):
            self.env["kuaidi.key.account"].with_user(self.manager).create(
                {
                    "partner_id": self._create_partner().id,
                    "dunning_policy_id": self.own_policy.id,
                }
            )
        self.assertFalse(self.account.dunning_policy_id)
