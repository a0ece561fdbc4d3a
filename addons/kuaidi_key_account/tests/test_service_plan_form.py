from ast import literal_eval

from lxml import etree

from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .service_common import TODAY, ServiceCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServicePlanForm(ServiceCommon):
    """Plans, lines and their changes as they are entered on screen."""

    def _open(self, plan, user=None):
        return Form(plan.with_user(user or self.manager))

    def test_a_plan_begins_with_its_client(self):
        with Form(self.env["kuaidi.service.plan"].with_user(self.manager)) as form:
            form.account_id = self.account
            self.assertEqual(form.template_id, self.levels[2].plan_template_ids)
            self.assertEqual(str(form.date_from), TODAY)
            self.assertEqual(str(form.date_to), "2027-03-01")
            self.assertFalse(len(form.line_ids))
        plan = form.record
        self.assertEqual(plan.state, "draft")
        self.assertEqual(plan.line_count, len(plan.line_ids))
        self.assertGreater(plan.line_count, 30)

    def test_a_draft_takes_more_lines(self):
        plan = self._create_plan()
        count = len(plan.line_ids)
        service_type = self.env.ref("kuaidi_key_account.service_type_training")
        with self._open(plan) as form, form.line_ids.new() as line:
            line.date_finish = "2026-04-20"
            line.type_id = service_type
            self.assertEqual(line.name, service_type.name)
            self.assertEqual(str(line.date_start), "2026-04-20")
        self.assertEqual(len(plan.line_ids), count + 1)
        added = plan.line_ids.filtered(lambda row: row.type_id == service_type)
        self.assertEqual((added.source, added.handler_id), ("extra", self.manager))

    def test_a_holiday_is_refused_on_the_form(self):
        plan = self._create_plan()
        before = plan.line_ids[0].date_finish
        with self._refused(ValidationError, "2026"), self._open(plan) as form:
            with form.line_ids.edit(0) as line:
                line.date_finish = "2026-10-01"
        self.assertEqual(plan.line_ids[0].date_finish, before)

    def test_a_published_plan_changes_dates_and_handlers_alone(self):
        plan = self._publish()
        line = plan.line_ids[0]
        form = self._open(plan)
        for name in ("date_from", "date_to", "template_id", "focus", "account_id"):
            with self.subTest(field=name), self.assertRaises(AssertionError):
                setattr(form, name, False)
        with form, form.line_ids.edit(0) as row:
            with self.assertRaises(AssertionError):
                row.name = "Something else"
            row.handler_id = self.manager_2
        self.assertEqual(line.handler_id, self.manager_2)

    def test_buttons_follow_the_state(self):
        plan = self._create_plan()
        plans = plan.with_user(self.centre)
        arch = etree.fromstring(plans.get_view(view_type="form")["arch"])
        conditions = {
            node.get("name"): node.get("invisible")
            for node in arch.iterfind(".//header/button")
        }
        for state, shortfall, shown in (
            ("draft", 0, {"action_publish", "action_plan_anew"}),
            ("draft", 1, {"action_request_approval", "action_plan_anew"}),
            ("to_approve", 1, {"action_approve", "action_refuse"}),
            ("published", 0, {"action_send_client_copy", "action_revise"}),
            ("superseded", 0, set()),
            ("done", 0, set()),
        ):
            values = {
                "state": state,
                "shortfall_count": shortfall,
                "id": plan.id,
                "next_id": False,
                "previous_id": False,
            }
            visible = {
                name
                for name, condition in conditions.items()
                if not safe_eval(condition, values)
            } - {"action_print_client_copy", "action_close"}
            with self.subTest(state=state, shortfall=shortfall):
                self.assertEqual(visible, shown)

    def test_lines_are_given_and_moved_from_the_list(self):
        plan = self._publish()
        lines = plan.line_ids.filtered(lambda line: line.state == "planned")[:3]
        for mode, values in (
            ("reassign", {"handler_id": self.operator}),
            ("move", {"date": "2026-08-20"}),
        ):
            wizard = self.env["kuaidi.plan.line.change"].with_user(self.manager)
            form = Form(
                wizard.with_context(active_model=lines._name, active_ids=lines.ids)
            )
            form.mode = mode
            for name, value in values.items():
                setattr(form, name, value)
            self.assertEqual(form.line_count, 3)
            form.save().action_apply()
        self.assertEqual(lines.handler_id, self.operator)
        self.assertEqual(
            {str(day) for day in lines.mapped("date_finish")}, {"2026-08-20"}
        )

    def test_a_form_asks_for_what_the_change_needs(self):
        plan = self._publish()
        wizard = self.env["kuaidi.plan.line.change"].with_user(self.manager)
        lines = plan.line_ids[:1]
        form = Form(wizard.with_context(default_line_ids=lines.ids))
        for mode, name in (("reassign", "handler_id"), ("waive", "reason")):
            form.mode = mode
            with self.subTest(mode=mode), self.assertRaises(AssertionError):
                form.save()
            self.assertFalse(form[name])
        self.assertEqual(lines.state, "planned")

    def test_versions_lead_to_each_other(self):
        plan = self._publish()
        self.assertFalse(plan.next_id)
        new = self.env["kuaidi.service.plan"].browse(plan.action_revise()["res_id"])
        self.env.invalidate_all()
        self.assertEqual(plan.next_id, new)
        self.assertEqual(plan.action_view_next()["res_id"], new.id)
        self.assertEqual(new.action_view_former()["res_id"], plan.id)

    def test_a_star_leads_to_its_standard(self):
        level = self.levels[2].with_user(self.centre)
        template = level.plan_template_ids
        self.assertEqual(level.action_view_plan_template()["res_id"], template.id)
        template.active = False
        self.env.invalidate_all()
        with Form(
            self.env["kuaidi.plan.template"].with_context(
                **level.action_view_plan_template()["context"]
            )
        ) as form:
            self.assertEqual(form.level_id, level)

    def test_the_calendar_knows_holidays_and_the_colours_of_lines(self):
        lines = self.env["kuaidi.service.plan.line"]
        days = lines.with_company(self.company).get_unusual_days(
            "2026-02-13 16:00:00", "2026-02-16 15:59:59"
        )
        # the Saturday and Sunday, of which the first makes up for Spring Festival
        self.assertEqual(
            days,
            {
                "2026-02-13": False,
                "2026-02-14": False,
                "2026-02-15": True,
                "2026-02-16": True,
            },
        )
        plan = self._publish()
        line = self._get_line(plan, "report")
        self.assertEqual(line.color, 4)
        with freeze_time(f"{line.date_finish} 04:00:00") as clock:
            clock.tick(86400)
            self.env.invalidate_all()
            self.assertEqual(line.color, 1)
            line.action_done()
            self.assertEqual(line.color, 10)

    def test_accounts_without_a_running_plan_are_found(self):
        other = self._create_served_account()
        plan = self._publish()
        both = self.account | other
        search = self.env.ref("kuaidi_key_account.kuaidi_key_account_view_search")
        node = search._get_combined_arch().find(".//filter[@name='no_plan']")
        accounts = self.env["kuaidi.key.account"].with_user(self.manager)
        domain = [("id", "in", both.ids), *literal_eval(node.get("domain"))]
        self.assertEqual(accounts.search(domain), other)
        plan.action_close()
        self.assertEqual(accounts.search(domain), both)

    def test_late_lines_are_found_from_clients_plans_and_reports(self):
        other = self._create_served_account()
        plan = self._publish()
        self._publish(self._create_plan(other, date_from="2026-08-03"))
        late = plan.line_ids.filtered(lambda line: str(line.date_finish) < "2026-06-30")
        with freeze_time("2026-06-30 04:00:00"):
            self.env.invalidate_all()
            for view, name, found in (
                ("kuaidi_key_account_view_search", "late_plan_lines", self.account),
                ("kuaidi_service_plan_view_search", "late", plan),
                ("kuaidi_service_plan_line_view_search", "late", late),
                ("kuaidi_service_report_view_search", "late", late.type_id),
            ):
                search = self.env.ref(f"kuaidi_key_account.{view}")
                arch = search._get_combined_arch()
                domain = literal_eval(
                    arch.find(f".//filter[@name='{name}']").get("domain")
                )
                model = self.env[search.model].with_user(self.manager)
                records = model.search(domain)
                if search.model == "kuaidi.service.report":
                    records = records.type_id
                with self.subTest(view=view):
                    self.assertEqual(records, found)
