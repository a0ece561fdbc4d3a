from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .promise_common import MORNING, TODAY, PromiseCommon


@freeze_time(MORNING)
@tagged("post_install", "-at_install")
class TestReceivablePromise(PromiseCommon):
    def test_a_promise_puts_the_client_on_the_call_list(self):
        self._promise(600, 3, self.manager)
        self.assertEqual(self.case.date_next_action, TODAY + timedelta(days=4))
        self.assertEqual(self.case.next_channel, "call")

    def test_a_call_before_its_day_leaves_the_promise_on_the_list(self):
        self._promise(600, 3, self.manager)
        self.env["kuaidi.collection.action"].with_user(self.finance).create(
            {"case_id": self.case.id, "channel": "call", "answer": "It will pay."}
        )
        self.assertEqual(self.case.date_next_action, TODAY + timedelta(days=4))
        self.assertEqual(self.case.next_channel, "call")

    def test_the_form_asks_for_amount_and_day_alone(self):
        action = self.case.with_user(self.finance).action_enter_promise()
        form = Form(
            self.promises.with_user(self.finance).with_context(**action["context"]),
            "kuaidi_key_account.kuaidi_payment_promise_view_form_enter",
        )
        self.assertEqual(form.amount, 1500)
        form.date_due = TODAY + timedelta(days=2)
        promise = form.save()
        self.assertEqual(promise.case_id, self.case)
        # two working days after Wednesday
        self.assertEqual(promise.date_grace, TODAY + timedelta(days=4))

    def test_promises_do_not_exceed_the_debt(self):
        with self._refused(ValidationError, "owes"):
            self._promise(1500.01, 3)
        self._promise(1000, 3)
        with self._refused(ValidationError, "owes"):
            self._promise(500.01, 5)
        self._promise(500, 5)
        self.assertEqual(self.case.promise_ids.mapped("amount"), [1000, 500])

    def test_the_debt_shrinks_with_credits_that_settle_nothing_yet(self):
        self._create_invoice(self.partner, 400, TODAY, move_type="out_refund")
        with self._refused(ValidationError, "owes"):
            self._promise(1100.01, 3)
        self._promise(1100, 3)

    def test_payments_keep_a_promise(self):
        promise = self._promise(1000, 3)
        self._pay(self.invoice, 400, TODAY)
        self.assertEqual((promise.state, promise.amount_received), ("open", 400))
        self._pay(self.invoice, 600, TODAY)
        self.assertEqual((promise.state, promise.amount_received), ("kept", 1000))

    def test_a_payment_before_the_promise_does_not_count(self):
        self._pay(self.invoice, 700, TODAY - timedelta(days=1))
        promise = self._promise(800, 3)
        self.promises._update_promises(self.account)
        self.assertEqual(promise.amount_received, 0)

    def test_a_payment_counts_once(self):
        first, second = self._promise(600, 3), self._promise(700, 3)
        self._pay(self.invoice, 1000, TODAY)
        self.assertEqual((first.state, first.amount_received), ("kept", 600))
        self.assertEqual((second.state, second.amount_received), ("open", 400))

    def test_a_promise_is_broken_after_its_grace(self):
        promise = self._promise(1000, 1)
        for day, state in (("2026-11-26", "open"), ("2026-11-27", "broken")):
            with self.subTest(day=day), freeze_time(f"{day} 02:00:00"):
                self.promises._cron_update()
                self.assertEqual(promise.state, state)
        self.assertEqual(self.case.broken_promise_count, 1)
        self.assertEqual(self.case.next_channel, "call")
        self.assertEqual(str(self.case.date_next_action), "2026-11-27")
        # each broken promise weighs a half in the call list
        self.assertEqual(self.case.call_score, 1500 * 1.5)

    def test_reminders_wait_until_the_grace_has_passed(self):
        self._promise(1500, 1)
        self.env.flush_all()
        for days, is_promised in ((0, True), (3, True), (4, False)):
            rows = self.env.execute_query_dict(
                self.env["kuaidi.dunning.notice"]._get_chased_query(
                    self.company, self.account, TODAY + timedelta(days=days)
                )
            )
            with self.subTest(days=days):
                self.assertEqual({row["is_promised"] for row in rows}, {is_promised})

    def test_money_not_applied_yet_keeps_a_promise_from_breaking(self):
        promise = self._promise(1000, 1)
        line = self._pay_on_account(1000)
        with freeze_time("2026-12-07 02:00:00"):
            self.promises._cron_update()
            self.assertEqual((promise.state, promise.amount_waiting), ("open", 1000))
            (line + self._get_item(self.invoice)).reconcile()
        self.assertEqual((promise.state, promise.amount_waiting), ("kept", 0))

    def _pay_on_account(self, amount):
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.journal.id,
                "date": TODAY,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.partner.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in (
                        (self._get_item(self.invoice).account_id, -amount),
                        (self.accounts[0], amount),
                    )
                ],
            }
        )
        entry.action_post()
        return entry.line_ids.filtered(lambda line: line.balance < 0)

    def test_a_kept_promise_is_open_again_when_the_payment_is_taken_back(self):
        promise = self._promise(1000, 3)
        self._pay(self.invoice, 1000, TODAY)
        self.assertEqual(promise.state, "kept")
        self._get_item(self.invoice).remove_move_reconcile()
        self.assertEqual((promise.state, promise.amount_received), ("open", 0))
        # and back: it is applied to the other invoice and to this one again
        credit = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.partner.id),
                ("balance", "<", 0),
                ("account_type", "=", "asset_receivable"),
            ]
        )
        (credit + self._get_item(self.invoice)).reconcile()
        self.assertEqual((promise.state, promise.amount_received), ("kept", 1000))

    def test_a_broken_promise_counts_no_more_when_the_payment_was_in_time(self):
        promise = self._promise(1000, 1)
        with freeze_time("2026-12-07 02:00:00"):
            self.promises._cron_update()
            self.assertEqual(self.case.broken_promise_count, 1)
            # the bank statement of that day is entered late
            self._pay(self.invoice, 1000, TODAY)
        self.assertEqual(promise.state, "kept")
        self.assertEqual(self.case.broken_promise_count, 0)

    def test_a_payment_cancelled_after_the_grace_breaks_the_promise(self):
        promise = self._promise(1000, 1)
        self._pay(self.invoice, 1000, TODAY)
        entry = self._get_item(self.invoice).matched_credit_ids.credit_move_id.move_id
        with freeze_time("2026-12-07 02:00:00"):
            entry.button_draft()
            self.assertEqual(promise.state, "broken")
        self.assertEqual(self.case.broken_promise_count, 1)

    def test_set_offs_and_credit_notes_are_no_money(self):
        promise = self._promise(1000, 3)
        refund = self._create_invoice(self.partner, 1000, TODAY, move_type="out_refund")
        (self._get_item(refund) + self._get_item(self.invoice)).reconcile()
        self.assertEqual((promise.state, promise.amount_received), ("open", 0))

    def test_the_number_of_queries_does_not_depend_on_promises(self):
        self._promise(10, 3)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(12) as _few:
            self.promises._update_promises(self.account)
        for _number in range(30):
            self._promise(10, 3)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            self.promises._update_promises(self.account)

    def test_what_was_promised_is_not_rewritten(self):
        promise = self._promise(100, 3)
        for values in (
            {"amount": 1},
            {"date_due": TODAY},
            {"state": "kept"},
            {"amount_received": 100},
        ):
            with self.subTest(values=values), self._refused(AccessError, "promised"):
                promise.with_user(self.finance).write(values)
        with self._refused(AccessError, "payments alone"):
            self.promises.with_user(self.finance).create(
                {
                    "case_id": self.case.id,
                    "amount": 1,
                    "date_due": TODAY,
                    "state": "kept",
                }
            )
        with self._refused(AccessError, "payments alone"):
            self.promises.with_user(self.finance).with_context(
                default_state="kept"
            ).create({"case_id": self.case.id, "amount": 1, "date_due": TODAY})
        self.assertEqual((promise.amount, promise.state), (100, "open"))

    def test_roles_enter_promises_of_their_clients(self):
        for user in (self.manager, self.finance):
            with self.subTest(user=user.login):
                self.assertTrue(self._promise(10, 3, user))
        for user in (self.manager_2, self.centre, self.portal):
            with self.subTest(user=user.login), self._refused(AccessError, ""):
                self._promise(10, 3, user)
        self.assertEqual(len(self.case.promise_ids), 2)

    def test_a_promise_is_cancelled_by_its_author_or_finance(self):
        promise = self._promise(10, 3, self.finance)
        with self._refused(AccessError, "cancelled by whoever"):
            promise.with_user(self.manager).action_cancel()
        promise.with_user(self.finance_2).action_cancel()
        self.assertEqual(promise.state, "cancelled")
        with self._refused(UserError, "Only an open promise"):
            promise.with_user(self.finance).action_cancel()


@freeze_time(MORNING)
@tagged("post_install", "-at_install")
class TestReceivableRepaymentPlan(PromiseCommon):
    def _create_plan(self, user=None, **values):
        action = self.case.with_user(user or self.manager).action_agree_on_instalments()
        wizard = (
            self.env["kuaidi.repayment.plan.create"]
            .with_user(user or self.manager)
            .with_context(**action["context"])
            .create({"date_first": TODAY + timedelta(days=7), "number": 3, **values})
        )
        return self.env["kuaidi.repayment.plan"].browse(
            wizard.action_create()["res_id"]
        )

    def test_the_last_instalment_takes_the_cents(self):
        plan = self._create_plan(amount=1000)
        self.assertEqual(
            [(str(p.date_due), p.amount) for p in plan.promise_ids.sorted("date_due")],
            [
                ("2026-11-30", 333.33),
                ("2026-12-30", 333.33),
                ("2027-01-30", 333.34),
            ],
        )
        self.assertEqual(plan.amount_total, 1000)

    def test_a_plan_takes_the_place_of_open_promises(self):
        promise = self._promise(1500, 3)
        plan = self._create_plan()
        self.assertEqual(promise.state, "cancelled")
        self.assertEqual(plan.amount_total, 1500)
        with self._refused(ValidationError, "owes"):
            self._create_plan(replaces=False)

    def test_instalments_are_kept_one_after_the_other(self):
        plan = self._create_plan(amount=900)
        self._pay(self.invoice, 400, TODAY)
        self.assertEqual(
            plan.promise_ids.sorted("date_due").mapped("amount_received"),
            [300, 100, 0],
        )

    def test_the_sealed_copy_restarts_the_limitation(self):
        self.assertEqual(str(self.case.date_limitation), "2029-10-14")
        plan = self._create_plan()
        with self._refused(UserError, "Attach the copy"):
            plan.with_user(self.finance).action_seal()
        plan.with_user(self.finance).attachment_ids = self._upload(self.finance)
        plan.with_user(self.finance).action_seal()
        self.assertEqual(plan.state, "sealed")
        self.assertEqual(str(self.case.date_limitation), "2029-11-23")

    def test_others_agree_on_nothing(self):
        self.account.sudo().member_ids = [Command.create({"user_id": self.sales.id})]
        with self._refused(AccessError, "agreed by finance"):
            self._create_plan(self.sales)
        with self._refused(AccessError, ""):
            self._create_plan(self.manager_2)
        plan = self._create_plan()
        with self._refused(AccessError, ""):
            plan.with_user(self.manager).action_cancel()
        plan.with_user(self.finance).action_cancel()
        self.assertEqual(set(plan.promise_ids.mapped("state")), {"cancelled"})

    def test_the_agreement_names_parties_and_instalments(self):
        plan = self._create_plan(amount=900)
        text = plan.with_user(self.manager)._prepare_agreement()
        self.assertEqual(text["parties"][1][1], self.partner.name)
        self.assertEqual(len(text["rows"]), 3)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "kuaidi_key_account.report_repayment_agreement", plan.ids
        )[0]
        self.assertIn(plan.number.encode(), html)


@freeze_time(MORNING)
@tagged("post_install", "-at_install")
class TestReceivableHold(PromiseCommon):
    def _hold(self, days, user=None, reason="Holidays of the client"):
        hold = (
            self.env["kuaidi.collection.hold"]
            .with_user(user or self.finance)
            .create(
                {
                    "case_id": self.case.id,
                    "date_until": TODAY + timedelta(days=days),
                    "reason": reason,
                }
            )
        )
        hold.action_hold()
        return hold

    def _is_held(self, day):
        rows = self.env.execute_query(
            self.env["kuaidi.dunning.notice"]._get_held_query(day)
        )
        return (self.account.id,) in rows

    def test_a_hold_ends_by_its_date(self):
        self._hold(3, self.manager)
        self.env.flush_all()
        self.assertTrue(self._is_held(TODAY + timedelta(days=3)))
        self.assertFalse(self._is_held(TODAY + timedelta(days=4)))
        self.assertTrue(self.case.is_held)
        with freeze_time("2026-11-27 02:00:00"):
            self.case.invalidate_recordset(["is_held"])
            self.assertFalse(self.case.is_held)

    def test_a_long_hold_is_decided_by_another_colleague(self):
        hold = self._hold(15)
        self.assertEqual(hold.state, "to_approve")
        self.assertFalse(self.case.date_hold_until)
        with self._refused(UserError, "yourself"):
            hold.action_approve()
        with self._refused(AccessError, "not among"):
            hold.with_user(self.manager).action_approve()
        hold.with_user(self.finance_2).action_approve()
        self.assertEqual(hold.state, "approved")
        self.assertEqual(self.case.date_hold_until, TODAY + timedelta(days=15))

    def test_a_refused_hold_changes_nothing(self):
        hold = self._hold(15)
        hold.with_user(self.finance_2).action_refuse()
        self.assertEqual(hold.state, "refused")
        self.assertFalse(self.case.date_hold_until)

    def test_a_hold_is_lifted(self):
        hold = self._hold(3)
        self.case.with_user(self.manager).action_resume()
        self.assertEqual(hold.state, "lifted")
        self.assertFalse(self.case.date_hold_until)

    def test_a_hold_is_not_forged(self):
        holds = self.env["kuaidi.collection.hold"].with_user(self.finance)
        values = {
            "case_id": self.case.id,
            "date_until": TODAY + timedelta(days=300),
            "reason": "Friend of mine",
        }
        with self._refused(AccessError, "buttons"):
            holds.create(values | {"state": "approved"})
        with self._refused(AccessError, "buttons"):
            holds.create(values | {"requested_by_id": self.manager.id})
        hold = holds.create(values)
        hold.action_hold()
        with self._refused(UserError, "stays as it was"):
            hold.date_until = TODAY
        with self._refused(AccessError, ""):
            hold.state = "approved"
        with self._refused(AccessError, ""):
            self.case.with_user(self.finance).date_hold_until = TODAY
        self.assertFalse(self.case.date_hold_until)
