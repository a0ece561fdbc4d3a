from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .alert_common import NIGHT, AlertCommon

REFUSALS = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
@freeze_time(f"{NIGHT} 04:00:00")
class TestInsightAlertRoles(AlertCommon):
    """Who sees and moves what; a client never learns that it is at risk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._keep_rules("volume_yoy", "manual")
        cls._add_figures(cls.account, 40, *[None] * 11, 100)
        cls.account.write({"parcels_total": 200})
        cls._evaluate()
        cls.alert = cls.alerts.search([("account_id", "=", cls.account.id)])
        cls.alert._tell_owners()
        cls.foreigner = cls._create_foreigner()

    @classmethod
    def _create_foreigner(cls):
        company = cls.env["res.company"].create({"name": "Another Express"})
        return cls._create_user("kuaidi_foreign", "group_kuaidi_admin", company)

    @mute_logger(*REFUSALS)
    def test_alerts_are_seen_by_those_who_serve_the_client(self):
        models = (
            "kuaidi.alert",
            "kuaidi.alert.report",
            "kuaidi.attention",
            "kuaidi.potential",
        )
        for user, sees in (
            (self.manager, True),
            (self.manager_2, True),
            (self.operator, True),
            (self.finance, True),
            (self.centre, True),
            (self.admin, True),
            (self.sales, False),
            (self.stranger, False),
            (self.vice_president, False),
            (self.foreigner, False),
        ):
            for model in models:
                with self.subTest(user=user.login, model=model):
                    self.env.invalidate_all()
                    found = (
                        self.env[model]
                        .with_user(user)
                        .with_context(allowed_company_ids=user.company_ids.ids)
                        .search([("account_id", "=", self.account.id)])
                    )
                    self.assertEqual(bool(found), sees)
            with self.subTest(user=user.login, model="kuaidi.alert.change"):
                self.assertEqual(
                    bool(
                        self.env["kuaidi.alert.change"]
                        .with_user(user)
                        .with_context(allowed_company_ids=user.company_ids.ids)
                        .search([("alert_id", "=", self.alert.id)])
                    ),
                    sees,
                )

    @mute_logger(*REFUSALS)
    def test_a_client_sees_nothing_of_it(self):
        for model in (
            "kuaidi.alert",
            "kuaidi.alert.change",
            "kuaidi.alert.rule",
            "kuaidi.alert.run",
            "kuaidi.alert.report",
            "kuaidi.alert.raise",
            "kuaidi.alert.close",
            "kuaidi.attention",
            "kuaidi.potential",
            "kuaidi.offered.service",
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.portal).search([])
        self.assertFalse(
            self.env["mail.followers"].search(
                [
                    ("res_model", "=", "kuaidi.alert"),
                    ("partner_id", "in", self.account.partner_id.ids),
                ]
            )
        )

    def test_who_is_told_of_a_crisis_sees_that_alert_alone(self):
        other = self._create_account()
        self._add_figures(other, 40, *[None] * 11, 100)
        self._evaluate(other)
        self.alert.with_user(self.manager).action_declare_crisis()
        self.env.invalidate_all()
        for user in (self.vice_president, self.legal):
            self.assertEqual(self.alerts.with_user(user).search([]), self.alert)
            self.assertTrue(self.alert.with_user(user).change_ids)

    @mute_logger(*REFUSALS)
    def test_the_rescue_is_for_owner_manager_deputy_and_centre(self):
        for user, may in (
            (self.manager, True),
            (self.manager_2, True),
            (self.centre, True),
            (self.operator, False),
            (self.finance, False),
            (self.stranger, False),
            (self.sales, False),
        ):
            with self.subTest(user=user.login):
                plan = f"Plan of {user.login}"
                if may:
                    self.alert.with_user(user).rescue_plan = plan
                    self.assertEqual(self.alert.rescue_plan, plan)
                    continue
                with self._refused(AccessError):
                    self.alert.with_user(user).rescue_plan = plan
                with self._refused(AccessError):
                    self.alert.with_user(user)._close("lost", "price", False)
                with self._refused(AccessError):
                    self.alert.with_user(user).action_declare_crisis()
                self.assertEqual(self.alert.state, "open")
                self.assertFalse(self.alert.is_crisis)
                self.assertNotEqual(self.alert.rescue_plan, plan)
        self.alert.with_user(self.manager).owner_id = self.operator
        self.alert.with_user(self.operator)._close("saved", "quality", False)
        self.assertEqual(self.alert.result, "saved")

    @mute_logger(*REFUSALS)
    def test_an_alert_is_raised_for_clients_one_sees(self):
        raising = self.env["kuaidi.alert.raise"]
        for user in (self.sales, self.stranger, self.foreigner):
            with self.subTest(user=user.login), self._refused(AccessError):
                raising.with_user(user).create(
                    {
                        "account_id": self.account.id,
                        "reason": "legal",
                        "description": "They sue.",
                    }
                ).action_raise()
        self.assertEqual(
            self.alerts.search([("account_id", "=", self.account.id)]), self.alert
        )
        raising.with_user(self.finance).create(
            {
                "account_id": self.account.id,
                "reason": "legal",
                "description": "They sue over the August statement.",
            }
        ).action_raise()
        self.assertEqual(self._get_alert("manual").owner_id, self.manager)

    @mute_logger(*REFUSALS)
    def test_nobody_deletes_alerts_and_their_history(self):
        for user in (self.manager, self.centre, self.admin):
            for record in self.alert | self.alert.browse():
                with self.subTest(user=user.login), self._refused(AccessError):
                    record.with_user(user).unlink()
            with self._refused(AccessError):
                self.alert.change_ids.with_user(user).unlink()
            with self._refused(AccessError):
                self.alert.change_ids.with_user(user).write({"event": "fallen"})
        self.assertTrue(self.alert.exists())

    @mute_logger(*REFUSALS)
    def test_rules_and_services_are_for_the_crm_centre(self):
        rule = self.rules["volume_yoy"]
        service = self.env.ref("kuaidi_key_account.offered_service_cold_chain")
        for user in (self.manager, self.sales, self.finance):
            with self.subTest(user=user.login):
                self.assertTrue(rule.with_user(user).explanation)
                with self._refused(AccessError):
                    rule.with_user(user).threshold_red = 60
                with self._refused(AccessError):
                    service.with_user(user).name = "Ice"
                with self._refused(AccessError):
                    self.env["kuaidi.alert.run"].with_user(user).action_evaluate_now()
        self.assertEqual(rule.threshold_red, 50)
        rule.with_user(self.centre).threshold_red = 60
        service.with_user(self.centre).sequence = 5
        self.assertEqual(rule.threshold_red, 60)
        with self._refused(AccessError):
            rule.with_user(self.foreigner).threshold_red = 70

    def test_the_centre_has_all_clients_judged_at_once(self):
        other = self._create_account()
        self._add_figures(other, 40, *[None] * 11, 100)
        action = (
            self.env["kuaidi.alert.run"]
            .with_user(self.centre)
            .with_context(allowed_company_ids=self.company.ids)
            .action_evaluate_now()
        )
        self.assertIn("1 alerts raised", action["params"]["message"])
        self.assertEqual(self._get_alert("volume_yoy", other).level, "4")

    @mute_logger(*REFUSALS)
    def test_the_level_of_a_client_is_for_our_people_alone(self):
        account = self.account.with_user(self.manager)
        self.assertEqual(account.alert_level, "4")
        self.assertEqual(
            self.env["kuaidi.key.account"]
            .with_user(self.manager)
            .search([("alert_level", "=", "4")]),
            self.account,
        )
        fields_get = self.env["kuaidi.key.account"].with_user(self.portal).fields_get
        self.assertNotIn("alert_level", fields_get())
        self.assertNotIn("parcels_total", fields_get())
