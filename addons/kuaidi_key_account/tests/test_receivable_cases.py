from ast import literal_eval
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .dunning_common import MORNING, TODAY, DunningCommon

REFUSALS = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestReceivableCases(DunningCommon):
    """A case is open while something is overdue, and remembers every contact."""

    def _update(self, accounts=None):
        return self.cases._update_cases(
            self.account if accounts is None else accounts, TODAY
        )

    def _get_case(self, account=None):
        return self.cases.search(
            [
                ("account_id", "=", (account or self.account).id),
                ("state", "!=", "closed"),
            ]
        )

    def test_a_case_opens_with_what_is_overdue_and_closes_when_it_is_paid(self):
        nothing = {"opened": 0, "changed": 0, "closed": 0}
        early = self._owe(100, 0)
        self.assertEqual(self._update(), nothing)
        late = self._owe(250, 1)
        self.assertEqual(self._update(), nothing | {"opened": 1})
        case = self._get_case()
        self.assertEqual(
            (
                case.state,
                case.amount_overdue,
                case.amount_open,
                case.date_oldest_due,
                case.date_limitation,
                case.collector_id,
                case.date_opened,
            ),
            (
                "open",
                250,
                350,
                date(2026, 11, 22),
                date(2029, 11, 22),
                self.finance,
                TODAY,
            ),
        )
        self.assertEqual(self._update(), nothing)
        self._pay(late.move_id, 50, TODAY)
        self.assertEqual(self._update(), nothing | {"changed": 1})
        self.assertEqual((case.amount_overdue, case.amount_open), (200, 300))
        self._pay(late.move_id, 200, TODAY)
        self.assertEqual(self._update(), nothing | {"closed": 1})
        self.assertEqual((case.state, case.date_closed), ("closed", TODAY))
        self.assertEqual(self._update(), nothing)
        self.assertEqual(early.amount_residual, 100)

    def test_a_new_debt_after_the_end_opens_another_case(self):
        item = self._owe(100, 3)
        self._update()
        first = self._get_case()
        self._pay(item.move_id, 100, TODAY)
        self._update()
        self._owe(100, 2)
        self.assertEqual(self._update()["opened"], 1)
        self.assertNotEqual(self._get_case(), first)

    def test_a_case_stays_open_while_all_of_it_is_contested(self):
        item = self._owe(100, 3)
        self._update()
        case = self._get_case()
        dispute = self.env["kuaidi.receivable.dispute"].create(
            {
                "account_id": self.account.id,
                "reason": "price",
                "line_ids": [Command.set(item.ids)],
            }
        )
        self.assertEqual(self._update()["closed"], 0)
        self.assertEqual((case.state, case.amount_overdue), ("open", 0))
        self._pay(item.move_id, 100, TODAY)
        self.assertEqual(self._update()["closed"], 1)
        self.assertEqual(dispute.state, "open")

    def test_what_was_planned_is_taken_back_when_a_case_closes(self):
        item = self._owe(9000, 91)
        self._remind(item)
        notices = self._claim()
        other_account = self._create_account()
        other = self._owe(100, 2, other_account.partner_id)
        called = self._claim(other_account)
        self._send()
        self.assertEqual(len(called.case_id.activity_ids), 1)
        self._pay(item.move_id, 9000, TODAY)
        self._pay(other.move_id, 100, TODAY)
        self._update(self.account | other_account)
        self.env.invalidate_all()
        self.assertEqual(notices.state, "dropped")
        self.assertEqual(called.state, "dropped")
        self.assertFalse(called.case_id.activity_ids)

    def test_the_limitation_begins_anew_with_a_demand_that_can_be_proved(self):
        self._owe(100, 400)
        self._update()
        case = self._get_case()
        oldest = TODAY - timedelta(days=400)
        self.assertEqual(case.date_limitation, date(oldest.year + 3, 10, 19))
        log = self.env["kuaidi.collection.action"].with_user(self.manager)
        log.create({"case_id": case.id, "answer": "Sent", "proof": "none"})
        self._update()
        self.assertEqual(case.date_limitation, date(2028, 10, 19))
        log.create(
            {
                "case_id": case.id,
                "channel": "registered",
                "proof": "ems",
                "date_delivered": date(2026, 11, 20),
            }
        )
        self._update()
        self.assertEqual(case.date_limitation, date(2029, 11, 20))

    def test_a_demand_after_the_three_years_revives_no_case(self):
        self._owe(100, 4 * 365)
        self._update()
        case = self._get_case()
        limit = case.date_limitation
        self.assertLess(limit, TODAY)
        self.env["kuaidi.collection.action"].with_user(self.manager).create(
            {
                "case_id": case.id,
                "channel": "registered",
                "proof": "ems",
                "date_delivered": date(2026, 11, 20),
            }
        )
        self._update()
        self.env.invalidate_all()
        self.assertEqual(case.date_limitation, limit)
        item = self.env["kuaidi.receivable.item"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual(item.date_limitation, limit)

    def test_a_step_that_waits_for_finance_is_the_next_one(self):
        self._remind(self._owe(100, 121))
        notices = self._claim()
        case = self._get_case()
        step = self._get_step(120)
        self.assertEqual(notices.mapped("state"), ["to_approve"])
        for user in (self.finance, self.manager, self.centre):
            with self.subTest(user=user.login):
                self.assertEqual(case.with_user(user).approval_step_id, step)
        notices.with_user(self.finance).action_refuse()
        self.assertFalse(case.approval_step_id)

    def test_the_call_list_goes_by_money_star_and_promise(self):
        table = (
            # yuan, stars, broken promises, weight
            (1000, 0, 0, 1000),
            (1000, 5, 0, 2000),
            (1000, 0, 2, 2000),
            (1000, 5, 1, 3000),
            (2500, 0, 0, 2500),
        )
        for amount, stars, broken, weight in table:
            with self.subTest(amount=amount, stars=stars, broken=broken):
                account = self._create_account()
                account.sudo().stars = stars
                self._owe(amount, 2, account.partner_id)
                self._update(account)
                self._get_case(account).broken_promise_count = broken
                self._update(account)
                self.assertEqual(self._get_case(account).call_score, weight)

    def test_the_call_list_names_who_is_to_be_called_today(self):
        domain = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_collection_call_action"
        )["domain"]
        self._owe(100, 2)
        self._claim()
        self._send()
        case = self._get_case()
        calls = self.cases.search(literal_eval(domain))
        self.assertIn(case, calls)
        self.env["kuaidi.collection.action"].with_user(self.manager).create(
            {
                "case_id": case.id,
                "answer": "Will pay on Friday",
                "date_next": TODAY + timedelta(days=5),
            }
        )
        self.assertNotIn(case, self.cases.search(literal_eval(domain)))
        self.assertEqual(case.date_next_action, TODAY + timedelta(days=5))

    def test_a_logged_call_ticks_off_the_step(self):
        item = self._owe(100, 2)
        notices = self._claim()
        self._send()
        case = self._get_case()
        self.assertEqual(len(case.activity_ids), 1)
        entry = (
            self.env["kuaidi.collection.action"]
            .with_user(self.manager)
            .create({"case_id": case.id, "channel": "call", "answer": "Sent it today"})
        )
        self.env.invalidate_all()
        self.assertEqual((notices.state, notices.action_id), ("sent", entry))
        self.assertEqual((entry.step_id.days, entry.amount), (1, 100))
        self.assertFalse(case.activity_ids)
        # seven days after the due date is a Saturday
        self.assertEqual(case.next_step_id.days, 7)
        self.assertEqual(case.date_next_action, date(2026, 11, 30))
        self.assertEqual(item.amount_residual, 100)

    def test_an_activity_marked_done_logs_the_step(self):
        self._owe(100, 2)
        notices = self._claim()
        self._send()
        case = self._get_case()
        activity = case.activity_ids.with_user(self.manager)
        activity.action_feedback(feedback="Pays on Friday")
        self.env.invalidate_all()
        entry = case.action_ids
        self.assertEqual(
            (entry.channel, entry.content, entry.user_id),
            ("call", "Pays on Friday", self.manager),
        )
        self.assertEqual((notices.state, notices.action_id), ("sent", entry))
        self.assertFalse(case.activity_ids)
        # what a colleague has planned by hand says nothing of a step
        note = case.with_user(self.finance).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.finance.id
        )
        note.action_feedback(feedback="Looked at the contract")
        self.assertEqual(case.action_ids, entry)
        with self.assertRaises(AccessError), self.cr.savepoint():
            case.with_user(self.finance).activity_schedule(
                "mail.mail_activity_data_call", kuaidi_dunning_channel="call"
            )
        self.assertFalse(case.activity_ids)

    def test_a_call_in_between_leaves_a_planned_letter_alone(self):
        self._owe(100, 16)
        notices = self._claim()
        with self._mail_server():
            self._send()
        case = self._get_case()
        planned = (case.next_step_id, case.date_next_action)
        log = self.env["kuaidi.collection.action"].with_user(self.manager)
        log.create({"case_id": case.id, "channel": "call", "answer": "Who is this?"})
        self.env.invalidate_all()
        self.assertEqual(notices.state, "assigned")
        self.assertEqual(len(case.activity_ids), 1)
        self.assertEqual((case.next_step_id, case.date_next_action), planned)
        log.create({"case_id": case.id, "channel": "registered", "proof": "ems"})
        self.env.invalidate_all()
        self.assertEqual(notices.state, "sent")
        self.assertFalse(case.activity_ids)
        self.assertEqual(case.next_step_id.days, 30)

    def test_those_without_accounting_rights_read_what_was_reminded_of(self):
        item = self._owe(100, 8)
        notices = self._claim()
        found = self.env["kuaidi.dunning.notice"].with_user(self.manager)
        found = found.search([("item_name", "=", item.move_name)])
        self.assertEqual(found, notices)
        self.assertEqual(found.display_name, item.move_name)

    def test_only_the_run_moves_cases_and_notices(self):
        self._owe(100, 8)
        notices = self._claim()
        case = self._get_case()
        for record, values in (
            (case, {"state": "closed"}),
            (case, {"amount_overdue": 0}),
            (case, {"date_hold_until": TODAY}),
            (notices, {"state": "sent"}),
            (notices, {"amount": 1}),
        ):
            with self.subTest(values=values):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    record.with_user(self.finance).write(values)
        self.env.invalidate_all()
        self.assertEqual((case.state, case.amount_overdue), ("open", 100))
        self.assertEqual((notices.state, notices.amount), ("waiting", 100))
        for record in (case, notices):
            with self.assertRaises(AccessError), self.cr.savepoint():
                record.with_user(self.finance).unlink()
            with self._refused(UserError, "stays on file"):
                record.sudo().unlink()
        self.assertTrue(case.exists() and notices.exists())

    @mute_logger(*REFUSALS)
    def test_roles_see_the_cases_of_their_clients(self):
        self._owe(100, 8)
        notices = self._claim()
        case = self._get_case()
        foreign_company = self.env["res.company"].create({"name": "Another Express"})
        foreigner = self._create_user("kuaidi_far", "group_finance", foreign_company)
        for user, sees in (
            (self.manager, True),
            (self.manager_2, False),
            (self.sales, False),
            (self.finance, True),
            (self.centre, True),
            (foreigner, False),
        ):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                for record in (case, notices):
                    found = (
                        self.env[record._name]
                        .with_user(user)
                        .with_context(allowed_company_ids=user.company_ids.ids)
                        .search([("id", "=", record.id)])
                    )
                    self.assertEqual(bool(found), sees)
        for model in ("kuaidi.collection.case", "kuaidi.dunning.notice"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.portal).search([])

    @mute_logger(*REFUSALS)
    def test_the_log_is_written_by_those_who_serve_the_client(self):
        self._owe(100, 8)
        self._update()
        case = self._get_case()
        for user, is_allowed in (
            (self.manager, True),
            (self.finance, True),
            (self.manager_2, False),
            (self.centre, False),
            (self.portal, False),
        ):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                log = self.env["kuaidi.collection.action"].with_user(user)
                before = len(case.action_ids)
                if is_allowed:
                    log.create({"case_id": case.id, "answer": "Soon"})
                else:
                    with self.assertRaises(AccessError), self.cr.savepoint():
                        log.create({"case_id": case.id, "answer": "Soon"})
                case.invalidate_recordset()
                self.assertEqual(len(case.action_ids), before + is_allowed)

    def test_the_log_cannot_be_forged(self):
        self._owe(100, 8)
        self._update()
        case = self._get_case()
        log = self.env["kuaidi.collection.action"].with_user(self.manager)
        other = self._create_account()
        for values in (
            {"state": "failed"},
            {"message_ref": "<x@y>"},
            {"account_id": other.id},
            {"step_id": self._get_step(90).id},
        ):
            with self.subTest(values=values):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    log.create({"case_id": case.id} | values)
                defaults = {f"default_{name}": value for name, value in values.items()}
                with self.assertRaises(AccessError), self.cr.savepoint():
                    log.with_context(**defaults).create({"case_id": case.id})
        with self.assertRaises(UserError), self.cr.savepoint():
            log.create({"answer": "of nobody"})
        entry = log.create({"case_id": case.id, "content": "Called", "amount": 100})
        for values in ({"content": "Threatened"}, {"amount": 1}, {"date": MORNING}):
            with self.assertRaises(AccessError), self.cr.savepoint():
                entry.write(values)
        with self.assertRaises(AccessError), self.cr.savepoint():
            entry.unlink()
        self.env.invalidate_all()
        self.assertEqual((entry.content, entry.amount), ("Called", 100))
        entry.answer = "Agreed"
        self.assertEqual(entry.answer, "Agreed")

    def test_a_new_company_has_a_ladder_for_each_star(self):
        company = self.env["res.company"].create({"name": "Third Express"})
        levels = self.env["kuaidi.star.level"].search([("company_id", "=", company.id)])
        policies = levels.dunning_policy_id | company.kuaidi_dunning_policy_id
        self.assertEqual(len(policies), 6)
        self.assertEqual(policies.company_id, company)
        for policy in policies:
            self.assertEqual(
                policy.step_ids.mapped("days"), [-5, 1, 7, 15, 30, 60, 90, 120]
            )
        for stars, needs in ((3, False), (4, True)):
            policy = levels.filtered(lambda row, n=stars: row.stars == n)
            letter = self._get_step(15, policy.dunning_policy_id)
            self.assertEqual(
                (letter.needs_approval, letter.stops_credit), (needs, True)
            )
        lawyer = self._get_step(90, company.kuaidi_dunning_policy_id)
        self.assertEqual((lawyer.amount_min, lawyer.needs_approval), (5000, True))
        company._create_kuaidi_defaults()
        self.assertEqual(
            self.env["kuaidi.dunning.policy"].search_count(
                [("company_id", "=", company.id)]
            ),
            6,
        )
