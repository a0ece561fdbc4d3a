from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .vip_common import VipCommon

MODELS = ("kuaidi.vip", "kuaidi.vip.step", "kuaidi.vip.step.type")
REFUSALS = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")


@tagged("post_install", "-at_install")
class TestGradingVipRoles(VipCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vip = cls._approve(cls._create_vip())

    def test_a_membership_is_seen_by_those_who_serve_the_client(self):
        for user, count in (
            (self.manager, 1),
            (self.manager_2, 0),
            (self.sales, 0),
            (self.operations, 0),
            (self.finance, 1),
            (self.centre, 1),
            (self.admin, 1),
        ):
            with self.subTest(user=user.login):
                for model, field, each in (
                    ("kuaidi.vip", "id", 1),
                    ("kuaidi.vip.step", "vip_id", 4),
                ):
                    found = self.env[model].with_user(user)
                    found = found.search_count([(field, "=", self.vip.id)])
                    self.assertEqual(found, count * each)
        self.account.member_ids = [
            Command.create({"user_id": self.sales.id, "role": "sales"})
        ]
        self.assertEqual(self.vip.with_user(self.sales).state, "approved")

    @mute_logger(*REFUSALS)
    def test_finance_and_strangers_change_nothing(self):
        step = self._get_step(self.vip, "establish", "manual")[0]
        for user in (self.finance, self.manager_2, self.operations):
            vip = self.vip.with_user(user)
            for change in (
                lambda vip=vip: vip.write({"contact_id": False}),
                lambda vip=vip: vip.action_tell_departments(),
                lambda vip=vip: vip.action_send_letter(),
                lambda vip=vip: vip.action_ask_review(),
                lambda vip=vip, user=user: step.with_user(user).action_done(),
                lambda vip=vip: vip.unlink(),
                lambda vip=vip, user=user: self._decide(vip, user, "keep"),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    change()
        self.assertEqual(self.vip.state, "approved")
        self.assertEqual(self.vip.contact_id, self.contact)
        self.assertFalse(any(self.vip.step_ids.mapped("is_done")))

    @mute_logger(*REFUSALS)
    def test_the_business_side_requests_and_the_centre_does_not(self):
        account = self._make_formal(self._create_account())
        vip = self._create_vip(account=account)
        for user in (self.centre, self.admin, self.finance, self.manager_2):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                vip.with_user(user).action_request_approval()
        self.assertEqual(vip.state, "draft")
        account.member_ids = [
            Command.create({"user_id": self.sales.id, "role": "sales"})
        ]
        vip.with_user(self.sales).action_request_approval()
        self.assertEqual(vip.requested_by_id, self.sales)
        for user in (self.finance, self.manager, self.sales):
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):
                    vip.with_user(user).action_approve()
                self.assertEqual(vip.state, "to_approve")

    @mute_logger(*REFUSALS)
    def test_checklists_are_configured_by_the_centre(self):
        step_type = self.env.ref("kuaidi_key_account.vip_step_type_establish_call")
        for user in (self.manager, self.sales, self.finance):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                step_type.with_user(user).name = "Changed"
        step_type.with_user(self.centre).name = "Call within two days"
        self.assertEqual(step_type.name, "Call within two days")
        with self.assertRaises(AccessError):
            step_type.with_user(self.centre).unlink()

    @mute_logger(*REFUSALS)
    def test_clients_and_other_employees_see_nothing(self):
        employee = new_test_user(self.env, login="kuaidi_vip_nobody")
        for user in (self.portal, employee, self.env.ref("base.public_user")):
            for model in MODELS:
                with self.subTest(user=user.login, model=model):
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.vip.with_user(user).read(["state"])

    @mute_logger(*REFUSALS)
    def test_two_companies_never_see_each_other(self):
        other = self.env["res.company"].create({"name": "Other Express"})
        stranger = self._create_user("kuaidi_vip_other", "group_kuaidi_admin", other)
        env = self.env(user=stranger, context={})
        for model in MODELS[:2]:
            self.assertFalse(env[model].search([]))
        with self.assertRaises(AccessError):
            self.vip.with_env(env).read(["state"])
        forged = env(context={"allowed_company_ids": (other | self.company).ids})
        with self.assertRaises(AccessError):
            self.vip.with_env(forged).read(["state"])
        with self.assertRaises(AccessError):
            env["kuaidi.vip"].create({"account_id": self.account.id})
        self.assertEqual(self.account.vip_ids, self.vip)

    def test_the_form_is_filled_in_by_a_manager(self):
        account = self._make_formal(self._create_account())
        contact = self._get_contact(account)
        with Form(
            self.env["kuaidi.vip"]
            .with_user(self.manager)
            .with_context(default_account_id=account.id)
        ) as form:
            form.contact_id = contact
            form.reason = "Big and loyal"
            form.service_offer = "Priority"
        self.assertEqual(form.record.account_id, account)
        form.record.action_request_approval()
        self.assertEqual(form.record.state, "to_approve")

    def test_settings_are_kept_by_company(self):
        settings = self.env["res.config.settings"].create({})
        settings.kuaidi_vip_amount_min = 30000
        settings.kuaidi_vip_months = 3
        settings.execute()
        self.assertEqual(self.env.company.kuaidi_vip_amount_min, 30000)
        self.assertEqual(self.env.company.kuaidi_vip_months, 3)
        other = self.env["res.company"].create({"name": "New Express"})
        self.assertEqual(other.kuaidi_vip_amount_min, 50000)
        self.assertEqual(other.kuaidi_vip_months, 2)
