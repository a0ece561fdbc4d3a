from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .service_common import TODAY
from .visit_common import VisitCommon

NAMED = {"fields": {"display_name": {}}}
TO_THURSDAY = {"start": "2026-03-12 02:00:00", "stop": "2026-03-12 03:00:00"}


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServiceForgery(VisitCommon):
    """What the account manager of another team tries past the screens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._publish()
        cls.line = cls._get_line(cls.plan, "site_visit").sudo()
        cls.line._schedule()
        cls.event = cls.line.calendar_event_id
        cls.visit = cls._log_visit()

    def test_the_meeting_of_another_team_s_line_is_not_moved_or_cancelled(self):
        before = (self.line.date_finish, self.event.start)
        for user in (self.stranger, self.operator, self.finance):
            event = self.event.with_user(user)
            with self.subTest(user=user.login):
                with self._refused(AccessError, "planned service"):
                    event.write(dict(TO_THURSDAY))
                with self._refused(AccessError, "planned service"):
                    event.unlink()
                self.assertEqual((self.line.date_finish, self.event.start), before)
        # the deputy may
        self.event.with_user(self.manager_2).write(dict(TO_THURSDAY))
        self.assertEqual(str(self.line.date_finish), "2026-03-12")

    def test_a_cancelled_meeting_leaves_a_reminder_to_deliver(self):
        self.event.with_user(self.manager).unlink()
        self.assertEqual(self.line.state, "planned")
        activity = self.line.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(activity.date_deadline, self.line.date_finish)
        # and what falls away leaves none
        other = self._get_line(self.plan, "executive") or self._get_line(
            self.plan, "review"
        )
        other.sudo()._schedule()
        self.assertTrue(other.calendar_event_id)
        other.with_user(self.manager).action_missed()
        self.assertFalse(other.sudo().activity_ids)
        self.assertFalse(other.calendar_event_id)

    def test_no_activity_is_tied_to_a_line_by_hand(self):
        line = self._get_line(self.plan, "report")
        values = {
            "res_model_id": self.env["ir.model"]._get_id("kuaidi.key.account"),
            "res_id": self.other_account.id,
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "user_id": self.stranger.id,
        }
        activities = self.env["mail.activity"].with_user(self.stranger)
        with self._refused(AccessError):
            activities.create(values | {"kuaidi_plan_line_id": line.id})
        with self._refused(AccessError):
            activities.with_context(default_kuaidi_plan_line_id=line.id).create(values)
        own = activities.create(values)
        with self._refused(AccessError):
            own.kuaidi_plan_line_id = line
        self.assertFalse(line.sudo().activity_ids)
        own_line_activity = self.line.activity_ids.with_user(self.manager)
        with self._refused(AccessError):
            own_line_activity.kuaidi_plan_line_id = False
        self.assertEqual(own_line_activity.kuaidi_plan_line_id, self.line)

    def test_a_refusal_does_not_name_another_team_s_client(self):
        visit = self._log_visit(
            self.stranger, account_id=self.other_account.id, contact_ids=[]
        )
        problem = self._raise_problem(
            self.stranger, account_id=self.other_account.id, owner_id=self.stranger.id
        )
        for record, values in (
            (visit, {"plan_line_id": self.line.id}),
            (visit, {"calendar_event_id": self.event.id}),
            (problem, {"visit_id": self.visit.id}),
        ):
            record = record.with_user(self.stranger)
            with self.subTest(values=values):
                with self.assertRaises(ValidationError) as refusal, self.cr.savepoint():
                    record.write(values)
                self.assertNotIn("Haina", str(refusal.exception))
                self.assertIn("Lanjing", str(refusal.exception))
        self.env.invalidate_all()
        self.assertFalse(visit.plan_line_id or visit.calendar_event_id)
        self.assertFalse(problem.visit_id)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_trying_values_on_a_form_tells_nothing_of_another_team_s_client(self):
        own = self._log_visit(
            self.stranger, account_id=self.other_account.id, contact_ids=[]
        )
        foreign = {"account_id": self.account.id}
        for model, ids, values, names, context in (
            ("kuaidi.visit", [], foreign, ["account_id"], {}),
            ("kuaidi.visit", own.ids, foreign, ["account_id"], {}),
            ("kuaidi.visit", [], {}, [], {"default_account_id": self.account.id}),
            ("kuaidi.problem", [], foreign, ["account_id"], {}),
            ("kuaidi.problem", [], {"visit_id": self.visit.id}, ["visit_id"], {}),
            ("kuaidi.problem", [], {}, [], {"default_visit_id": self.visit.id}),
            ("kuaidi.problem", [], {"visit_id": foreign}, ["visit_id"], {}),
            ("kuaidi.occasion", [], foreign, ["account_id"], {}),
            ("kuaidi.gift", [], foreign, ["account_id"], {}),
        ):
            records = self.env[model].with_user(self.stranger).browse(ids)
            with self.subTest(model=model, values=values, context=context):
                with self._refused(AccessError):
                    records.with_context(**context).onchange(
                        dict(values), names, {"account_id": NAMED}
                    )
        result = (
            self.env["kuaidi.visit"]
            .with_user(self.manager)
            .onchange(dict(foreign), ["account_id"], {"visit_type": {}})
        )
        self.assertEqual(result["value"]["visit_type"], "repeat")

    def test_the_owner_of_a_problem_works_on_it_without_seeing_the_client(self):
        problem = self._raise_problem(
            owner_id=self.stranger.id, visit_id=self.visit.id
        ).with_user(self.stranger)
        result = problem.onchange(
            {
                "account_id": self.account.id,
                "visit_id": self.visit.id,
                "result": "Done",
            },
            ["result"],
            {"result": {}, "account_id": {}},
        )
        self.assertEqual(result, {"value": {}})
        problem.result = "A second van"
        problem.action_done()
        self.assertEqual(problem.state, "done")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_the_change_that_a_colleague_prepares_is_the_colleague_s_own(self):
        wizard = self.env["kuaidi.plan.line.change"].with_user(self.manager)
        wizard = wizard.create({"line_ids": [Command.set(self.line.ids)]})
        foreign = wizard.with_user(self.stranger)
        for act in (
            lambda: foreign.read(["mode"]),
            lambda: foreign.write({"mode": "waive"}),
            lambda: foreign.unlink(),
            lambda: foreign.action_apply(),
        ):
            with self._refused(AccessError):
                act()
        self.assertEqual(wizard.mode, "move")
        self.assertEqual(self.line.state, "planned")
