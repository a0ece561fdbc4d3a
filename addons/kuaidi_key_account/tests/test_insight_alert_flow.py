from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .alert_common import NIGHT, AlertCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{NIGHT} 04:00:00")
class TestInsightAlertFlow(AlertCommon):
    """From the sign to the result: owner, deadline, crisis, rescue, lesson."""

    def _raise_by_rule(self, pieces=85):
        self._keep_rules("volume_yoy", "manual")
        self._add_figures(self.account, pieces, *[None] * 11, 100)
        self._evaluate()
        alert = self._get_alert("volume_yoy")
        alert._tell_owners()
        return alert

    def _raise_by_hand(self, user=None, reason="leaving", **values):
        wizard = (
            self.env["kuaidi.alert.raise"]
            .with_user(user or self.manager)
            .create(
                {
                    "account_id": self.account.id,
                    "reason": reason,
                    "description": "Mr Chen said so on the phone.",
                    **values,
                }
            )
        )
        return self.alerts.browse(wizard.action_raise()["res_id"])

    def _close(self, alert, user=None, **values):
        wizard = (
            self.env["kuaidi.alert.close"]
            .with_user(user or self.manager)
            .create(
                {
                    "alert_id": alert.id,
                    "result": "saved",
                    "cause": "price",
                    "lesson": "Ask before the tender.",
                    **values,
                }
            )
        )
        wizard.action_close()

    def test_the_owner_gets_one_activity_due_by_the_level(self):
        # working days after Monday 16 March; red, orange, yellow, blue
        rule = self.rules["volume_yoy"]
        rule.write({"threshold_yellow": 20, "threshold_orange": 30})
        for pieces, level, due in (
            (85, "1", date(2026, 3, 30)),
            (75, "2", date(2026, 3, 23)),
            (65, "3", date(2026, 3, 19)),
            (45, "4", date(2026, 3, 17)),
        ):
            with self.subTest(level=level):
                account = self._create_account(deputy_id=self.manager_2.id)
                self._add_figures(account, pieces, *[None] * 11, 100)
                self._evaluate(account)
                alert = self._get_alert("volume_yoy", account)
                alert._tell_owners()
                alert._tell_owners()
                activity = self._get_activities(alert)
                self.assertEqual(alert.level, level)
                self.assertEqual(alert.owner_id, self.manager)
                self.assertEqual(activity.user_id, self.manager)
                self.assertEqual(activity.date_deadline, due)
                self.assertIn("below that of the same month", activity.note)

    def test_without_a_manager_at_work_the_deputy_or_the_centre_owns_it(self):
        deputy = self._create_account(deputy_id=self.manager_2.id)
        nobody = self._create_account(manager_id=False)
        for account in deputy | nobody:
            self._add_figures(account, 45, *[None] * 11, 100)
        leaver = self._create_user("kuaidi_leaver", "group_account_manager")
        deputy.manager_id = leaver
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_users SET active = FALSE WHERE id = %s", [leaver.id]
        )
        self._evaluate(deputy | nobody)
        self.assertEqual(self._get_alert("volume_yoy", deputy).owner_id, self.manager_2)
        self.assertEqual(self._get_alert("volume_yoy", nobody).owner_id, self.centre)

    def test_a_worse_level_is_told_anew_in_place_of_the_milder(self):
        alert = self._raise_by_rule()
        former = self._get_activities(alert)
        self._add_figures(self.account, 40)
        self._evaluate()
        self.env.invalidate_all()
        self.assertFalse(alert.date_told)
        alert._tell_owners()
        activity = self._get_activities(alert)
        self.assertEqual(len(activity), 1)
        self.assertNotEqual(activity, former)
        self.assertEqual(activity.date_deadline, date(2026, 3, 17))
        self.assertIn("Red", activity.summary)

    def test_the_activity_follows_the_owner(self):
        alert = self._raise_by_rule()
        alert.with_user(self.manager).owner_id = self.manager_2
        self.assertEqual(self._get_activities(alert).user_id, self.manager_2)
        with self._refused(ValidationError, "no employee"):
            alert.with_user(self.manager).owner_id = self.portal
        self.assertEqual(alert.owner_id, self.manager_2)

    def test_closing_takes_a_result_and_a_cause(self):
        alert = self._raise_by_rule()
        for result, cause in (
            (False, "price"),
            ("saved", False),
            ("recovered", "price"),
        ):
            with (
                self.subTest(result=result, cause=cause),
                self._refused(UserError, "Say how it ended"),
            ):
                alert.with_user(self.manager)._close(result, cause, False)
        self.assertEqual(alert.state, "open")
        self._close(alert, result="reduced", cause="competitor")
        self.env.invalidate_all()
        self.assertEqual(
            (alert.state, alert.result, alert.cause, alert.lesson),
            ("closed", "reduced", "competitor", "Ask before the tender."),
        )
        self.assertEqual(alert.closed_by_id, self.manager)
        self.assertEqual(alert.change_ids[0].event, "closed")
        self.assertFalse(self._get_activities(alert).filtered("active"))
        with self._refused(UserError, "closed already"):
            self._close(alert, user=self.centre, result="lost")
        self.assertEqual(alert.result, "reduced")
        with self._refused(UserError, "closed already"):
            alert.with_user(self.manager).rescue_plan = "Too late"
        self.assertFalse(alert.rescue_plan)

    def test_state_and_level_move_by_rules_and_buttons_alone(self):
        alert = self._raise_by_rule()
        for user in (self.manager, self.centre, self.admin):
            for values in (
                {"state": "closed", "result": "saved"},
                {"level": "4"},
                {"is_crisis": True},
                {"cause": "price"},
                {"date_deadline": "2027-01-01"},
                {"quiet_until": "2030-01-01"},
                {"account_id": self.other_account.id},
            ):
                with (
                    self.subTest(user=user.login, values=values),
                    self._refused(AccessError),
                ):
                    alert.with_user(user).write(values)
        self.assertEqual((alert.state, alert.level), ("open", "1"))
        with self._refused(AccessError):
            self.alerts.with_user(self.centre).create(
                {
                    "account_id": self.account.id,
                    "rule_id": self.rules["manual"].id,
                    "level": "4",
                }
            )

    def test_whoever_hears_of_it_raises_an_alert_by_hand(self):
        alert = self._raise_by_hand(self.operator)
        self.assertEqual((alert.level, alert.kind), ("4", "manual"))
        self.assertEqual(alert.reason, "Announces Leaving")
        self.assertEqual(alert.owner_id, self.manager)
        self.assertFalse(alert.is_crisis)
        self.assertEqual(self._get_activities(alert).date_deadline, date(2026, 3, 17))
        # the night leaves it alone
        self.assertEqual(self._evaluate(), {"opened": 0, "changed": 0, "closed": 0})
        # told once more it is the same alert
        again = self._raise_by_hand(
            self.manager_2, "tender", description="The tender is published."
        )
        self.assertEqual(again, alert)
        self.assertEqual(alert.reason, "Puts Us out to Tender")
        self.assertIn("on the phone", alert.description)
        self.assertIn("is published", alert.description)
        self.assertEqual(len(self._get_activities(alert)), 1)

    def test_an_alert_by_hand_says_what_happened_for_a_client_at_work(self):
        with self._refused(UserError, "in a few words"):
            self._raise_by_hand(description="  ")
        self.account.action_close()
        with self._refused(UserError, "closed or archived"):
            self._raise_by_hand()
        self.account.action_reopen()
        self.rules["manual"].active = False
        with self._refused(UserError, "No rule says"):
            self._raise_by_hand()
        self.assertFalse(self.alerts.search([("account_id", "=", self.account.id)]))

    def test_the_form_warns_of_a_crisis(self):
        action = self.account.with_user(self.manager).action_raise_alert()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.manager)
            .with_context(**action["context"])
        )
        self.assertFalse(form.is_crisis)
        form.reason = "media"
        self.assertTrue(form.is_crisis)

    def test_a_crisis_is_told_to_vp_and_legal_at_once_and_once(self):
        for reason, is_crisis in (
            ("leaving", False),
            ("tender", False),
            ("executive", False),
            ("legal", True),
            ("media", True),
            ("consumer_day", True),
            ("at_door", True),
        ):
            with self.subTest(reason=reason), self.cr.savepoint():
                alert = self._raise_by_hand(reason=reason)
                self.assertEqual(alert.is_crisis, is_crisis)
                self.assertEqual(
                    self._get_activities(alert, "crisis").user_id,
                    self.vice_president | self.legal
                    if is_crisis
                    else alert.owner_id.browse(),
                )
                alert.sudo().unlink()
        alert = self._raise_by_hand(reason="media")
        self.assertEqual(alert.spokesperson_id, self.legal)
        activities = self._get_activities(alert, "crisis")
        self.assertEqual(set(activities.mapped("date_deadline")), {date(2026, 3, 16)})
        told = self._get_crisis_mails(alert)
        self.assertEqual(
            told.notified_partner_ids,
            (self.vice_president | self.legal).partner_id,
        )
        self.assertIn("Only kuaidi_legal", "".join(told.mapped("body")))
        # raised again, and declared again: nobody is told twice
        self._raise_by_hand(self.centre, "legal")
        alert.with_user(self.manager).action_declare_crisis()
        self.assertEqual(self._get_activities(alert, "crisis"), activities)
        self.assertEqual(self._get_crisis_mails(alert), told)

    def _get_crisis_mails(self, alert):
        return self.env["mail.message"].search(
            [
                ("model", "=", "kuaidi.alert"),
                ("res_id", "=", alert.id),
                ("message_type", "=", "user_notification"),
                ("subject", "ilike", "Crisis"),
            ]
        )

    def test_any_open_alert_may_become_a_crisis(self):
        alert = self._raise_by_rule()
        alert.with_user(self.manager).action_declare_crisis()
        self.env.invalidate_all()
        self.assertEqual((alert.is_crisis, alert.level), (True, "4"))
        self.assertEqual(alert.change_ids[0].event, "crisis")
        self.assertEqual(alert._get_due_day(), date(2026, 3, 17))
        # the figures are no reason to calm down
        self.assertEqual(self._evaluate(), {"opened": 0, "changed": 0, "closed": 0})
        self._add_figures(self.account, 100)
        self.assertEqual(self._evaluate()["changed"], 1)
        self.env.invalidate_all()
        self.assertEqual(
            (alert.state, alert.level, alert.is_recovered), ("open", "4", True)
        )
        self._close(alert)
        self.assertFalse(self._get_activities(alert, "crisis").filtered("active"))
        with self._refused(UserError, "closed already"):
            alert.with_user(self.manager).action_declare_crisis()

    def test_without_names_in_the_settings_the_crm_centre_is_told(self):
        self.company.kuaidi_crisis_user_ids = False
        self.company.kuaidi_crisis_spokesperson_id = False
        alert = self._raise_by_hand(reason="at_door")
        self.assertEqual(self._get_activities(alert, "crisis").user_id, self.centre)
        self.assertIn(
            "name one person", "".join(self._get_crisis_mails(alert).mapped("body"))
        )

    def test_who_is_told_of_a_crisis_can_open_it(self):
        with self._refused(ValidationError, "could not open"):
            self.company.kuaidi_crisis_user_ids = self.portal
        with self._refused(ValidationError, "could not open"):
            self.company.kuaidi_crisis_spokesperson_id = self.env["res.users"].create(
                {
                    "name": "Outsider",
                    "login": "kuaidi_outsider",
                    "company_id": self.company.id,
                    "company_ids": self.company.ids,
                    "group_ids": self.env.ref("base.group_user").ids,
                }
            )
        self.assertEqual(
            self.company.kuaidi_crisis_user_ids, self.vice_president | self.legal
        )

    def test_late_alerts_are_told_to_the_crm_centre_once(self):
        alert = self._raise_by_rule(40)
        with freeze_time("2026-03-17 04:00:00"):
            self._run_cron("cron_escalate_late_alerts")
            self.assertFalse(self._get_activities(alert, "alert_late"))
        with freeze_time("2026-03-18 04:00:00"):
            for _night in range(2):
                self._run_cron("cron_escalate_late_alerts")
            activity = self._get_activities(alert, "alert_late")
            self.assertEqual(activity.user_id, self.centre)
            self.assertIn("Haina Home", activity.note)
            self.assertTrue(alert.is_overdue)
            self.assertEqual(self.alerts.search([("is_overdue", "=", True)]), alert)
            self._close(alert)
        self.assertFalse(self._get_activities(alert, "alert_late").filtered("active"))

    def test_what_is_handed_over_in_words_stays_on_the_alert(self):
        alert = self._raise_by_rule()
        self.assertEqual(
            self.alerts.search(
                [("rescue_plan", "=", False), ("account_id", "=", self.account.id)]
            ),
            alert,
        )
        alert.with_user(self.manager).rescue_plan = "Offer the summer rate."
        self.assertEqual(
            alert.with_user(self.centre).rescue_plan, "Offer the summer rate."
        )
        action = self.account.with_user(self.manager).action_view_alerts()
        self.assertEqual(self.alerts.search(action["domain"]), alert)

    def test_alerts_move_with_the_accounts_of_a_leaver(self):
        alert = self._raise_by_rule()
        wizard = (
            self.env["kuaidi.account.handover"]
            .with_user(self.centre)
            .create(
                {
                    "company_id": self.company.id,
                    "from_user_id": self.manager.id,
                    "to_user_id": self.sales.id,
                    "account_ids": self.account.ids,
                    "reason": "Parental leave",
                }
            )
        )
        wizard.action_hand_over()
        self.env.invalidate_all()
        self.assertEqual(alert.owner_id, self.sales)
        activity = self._get_activities(alert)
        self.assertEqual((len(activity), activity.user_id), (1, self.sales))
