from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .service_common import TODAY, ServiceCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServicePlanRoles(ServiceCommon):
    """Who sees, draws up, publishes and delivers which plans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._publish()
        cls.foreign_account = cls._create_served_account(name="Foreign")
        cls.foreign_account.write({"deputy_id": False, "manager_id": cls.centre.id})
        cls.foreign_account.member_ids.unlink()
        cls.foreign = cls._publish(
            cls._create_plan(cls.foreign_account, user=cls.centre)
        )

    def _see(self, records, user):
        return records.with_user(user).search([("id", "in", records.ids)])

    def test_who_sees_which_plans(self):
        plans = (self.plan | self.foreign).sudo()
        for user, seen in (
            (self.manager, self.plan),
            (self.manager_2, self.plan),
            (self.operator, self.plan),
            (self.sales, self.plan.browse()),
            (self.finance, plans),
            (self.centre, plans),
            (self.admin, plans),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._see(plans, user), seen)
                for name in ("line_ids", "entitlement_ids"):
                    self.assertEqual(self._see(plans[name], user), seen.sudo()[name])

    def test_a_client_sees_nothing_of_the_room(self):
        self.account.partner_id = self.client
        for name in (
            "kuaidi.service.plan",
            "kuaidi.service.plan.line",
            "kuaidi.plan.entitlement",
            "kuaidi.plan.template",
            "kuaidi.plan.template.line",
            "kuaidi.service.type",
            "kuaidi.plan.line.change",
        ):
            with self.subTest(model=name):
                model = self.env[name].with_user(self.portal)
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(model.has_access(operation), operation)
                with self._refused(AccessError):
                    model.search([])

    def test_only_those_who_plan_draw_up_and_publish(self):
        for user in (self.sales, self.finance, self.operator):
            with self.subTest(user=user.login):
                with self._refused(AccessError):
                    self._create_plan(user=user, date_from="2027-03-02")
                for button in ("action_publish", "action_revise", "action_close"):
                    with self._refused(AccessError):
                        getattr(self.plan.with_user(user), button)()
                with self._refused(AccessError):
                    self.plan.line_ids[0].with_user(user).amount_cost = 1
        self.assertEqual(self.plan.state, "published")
        self.assertEqual(len(self.account.plan_ids), 1)

    def test_the_plan_of_somebody_else_s_client_is_out_of_reach(self):
        line = self.foreign.sudo().line_ids[0]
        for user in (self.manager, self.manager_2, self.sales, self.operator):
            with self.subTest(user=user.login):
                for act in (
                    lambda user: self.foreign.with_user(user).read(["amount_cost"]),
                    lambda user: self.foreign.with_user(user).action_revise(),
                    lambda user: self.foreign.with_user(user).action_publish(),
                    lambda user: line.with_user(user).read(["name"]),
                    lambda user: line.with_user(user).action_done(),
                    lambda user: line.with_user(user).action_missed(),
                    lambda user: line.with_user(user).action_log_visit(),
                ):
                    with self._refused(AccessError):
                        act(user)
        self.assertEqual(line.state, "planned")

    def test_the_buttons_of_a_line_are_shown_to_those_who_may_press_them(self):
        line = self.plan.line_ids[0]
        line.handler_id = self.operator
        self.account.member_ids = [
            Command.create({"user_id": self.sales.id, "role": "sales"})
        ]
        for user, may in (
            (self.operator, True),
            (self.manager, True),
            (self.manager_2, True),  # deputy
            (self.centre, True),
            (self.sales, False),  # another member of the team
            (self.finance, False),
        ):
            with self.subTest(user=user.login):
                self.assertIs(line.with_user(user).can_deliver, may)
                if not may:
                    with self._refused(AccessError):
                        line.with_user(user).action_missed()
        self.assertEqual(line.state, "planned")

    def test_trying_values_on_a_form_tells_nothing_of_another_client(self):
        plans = self.env["kuaidi.service.plan"].with_user(self.manager)
        with self._refused(AccessError):
            plans.onchange(
                {"account_id": self.foreign_account.id},
                ["account_id"],
                {"account_id": {}, "amount_revenue": {}, "note_budget": {}},
            )

    def test_a_line_is_not_slipped_into_another_plan(self):
        draft = self._create_plan(date_from="2027-03-02")
        line = draft.line_ids[0]
        with self._refused(AccessError):
            line.plan_id = self.foreign
        with self._refused(UserError):
            line.plan_id = self.plan
        with self._refused(AccessError):
            line.create(
                {
                    "plan_id": self.foreign.id,
                    "type_id": line.type_id.id,
                    "date_finish": "2026-04-08",
                }
            )
        self.assertEqual(line.plan_id, draft)

    def test_a_finance_user_who_manages_clients_changes_only_those(self):
        both = self._create_user("kuaidi_both", "group_account_manager")
        both.group_ids |= self.env.ref("kuaidi_key_account.group_finance")
        line = self.foreign.sudo().line_ids[0].with_user(both)
        self.assertTrue(line.name)
        with self._refused(AccessError):
            line.note = "Mine"
        self.assertFalse(line.note)

    def test_standards_are_kept_by_the_crm_centre(self):
        row = self.levels[0].plan_template_ids.line_ids[0]
        service_type = row.type_id
        for user in (self.manager, self.sales, self.finance, self.operator):
            with self.subTest(user=user.login):
                with self._refused(AccessError):
                    row.with_user(user).frequency = 1
                with self._refused(AccessError):
                    service_type.with_user(user).is_internal = True
                with self._refused(AccessError):
                    row.with_user(user).template_id.active = False
        row.with_user(self.centre).frequency = 3
        self.assertEqual(row.frequency, 3)

    def test_entitlements_are_written_by_the_system_alone(self):
        row = self.plan.sudo().entitlement_ids[0]
        for user in (self.manager, self.centre, self.admin):
            with self.subTest(user=user.login):
                with self._refused(AccessError):
                    row.with_user(user).entitled_count = 0
                with self._refused(AccessError):
                    row.with_user(user).unlink()
        self.assertGreater(row.entitled_count, 0)

    def test_companies_do_not_see_each_other_s_plans(self):
        other = self.env["res.company"].create({"name": "Other Express"})
        stranger = self._create_user("kuaidi_other", "group_kuaidi_admin", other)
        records = self.plan.sudo().with_context(allowed_company_ids=other.ids)
        for group in (records, records.line_ids, records.entitlement_ids):
            self.assertFalse(self._see(group, stranger))
            with self._refused(AccessError):
                group[:1].with_user(stranger).read(["company_id"])
        templates = records.template_id.with_user(stranger).search([])
        self.assertEqual(templates.company_id, other)
        self.assertEqual(len(templates), 5)

    def test_approvals_follow_the_tiers_and_cannot_be_forged(self):
        low = self.levels[0].plan_template_ids
        plan = self._create_plan(date_from="2027-03-02", template_id=low.id)
        plan.shortfall_reason = "Joint project"
        plan.action_request_approval()
        self.assertEqual(plan.requested_by_id, self.manager)
        for user in (self.manager_2, self.finance, self.operator):
            with self.subTest(user=user.login), self._refused(AccessError):
                plan.with_user(user).action_approve()
        with self._refused(AccessError):
            plan.write({"review_ids": [Command.clear()]})
        with self._refused(AccessError):
            plan.review_ids.with_user(self.manager).write({"status": "approved"})
        self.assertEqual(plan.state, "to_approve")
        plan.with_user(self.centre).action_approve()
        self.assertEqual(plan.state, "published")
