from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .promise_common import MORNING, TODAY, PromiseCommon


@freeze_time(MORNING)
@tagged("post_install", "-at_install")
class TestReceivableNextAction(PromiseCommon):
    """What a case plans next fits what has become of promises and calls."""

    def _read_plan(self):
        case = self.case
        return (
            case.date_next_action,
            case.next_channel,
            case.next_action or "",
            case.next_promise_id,
        )

    def _log(self, **values):
        return (
            self.env["kuaidi.collection.action"]
            .with_user(self.finance)
            .create({"case_id": self.case.id, "channel": "call", **values})
        )

    def _reach(self, days):
        """Let the client have come to a step of its policy."""
        policy = self.company.kuaidi_dunning_policy_id
        self.case.sudo().step_id = policy.step_ids.filtered(
            lambda step: step.days == days
        )

    def test_an_entry_is_called_by_its_way_and_its_day(self):
        entry = self._log(content="They pay on Friday.")
        entry = entry.with_context(lang="en_US", tz="Asia/Shanghai")
        self.assertEqual(entry.display_name, f"Phone Call, {TODAY:%m/%d/%Y}")

    def test_a_kept_promise_leaves_the_next_step_of_the_policy(self):
        self._reach(30)
        promise = self._promise(600, 3)
        self.assertEqual(self.case.next_promise_id, promise)
        self._pay(self.invoice, 600, TODAY)
        self.assertEqual(promise.state, "kept")
        # the oldest debt is 40 days late, the review comes on day 60
        self.assertEqual(
            self._read_plan(),
            (TODAY + timedelta(days=21), "review", "", self.promises),
        )
        self.assertEqual(self.case.next_step_id.days, 60)

    def test_a_kept_promise_before_any_step_leaves_the_one_to_come(self):
        self._promise(600, 3)
        self._pay(self.invoice, 600, TODAY)
        self.assertEqual(self.case.next_step_id.days, 60)
        self.assertFalse(self.case.next_action)

    def test_after_the_last_step_the_client_is_called_again(self):
        self._reach(120)
        self._promise(600, 3)
        self._pay(self.invoice, 600, TODAY)
        # five working days after Monday
        self.assertEqual(
            self._read_plan(), (date(2026, 11, 30), "call", "", self.promises)
        )

    def test_the_next_open_promise_takes_the_place_of_a_kept_one(self):
        self._promise(600, 3)
        second = self._promise(500, 10)
        self.case.promise_ids.sudo()._plan_check()
        self._pay(self.invoice, 600, TODAY)
        day, channel, words, promise = self._read_plan()
        self.assertEqual(
            (day, channel, promise), (TODAY + timedelta(days=11), "call", second)
        )
        self.assertIn("500", words)

    def test_a_case_closes_without_waiting_for_the_promise_that_was_kept(self):
        self._promise(1500, 3)
        self._pay(self.invoice, 1000, TODAY)
        self._pay(self.invoice_2, 500, TODAY)
        self.assertEqual(self.case.state, "closed")
        self.assertEqual(self._read_plan(), (False, False, "", self.promises))

    def test_a_promise_open_again_is_looked_at_again(self):
        promise = self._promise(1000, 3)
        planned = self._read_plan()
        self._pay(self.invoice, 1000, TODAY)
        self.assertNotEqual(self._read_plan(), planned)
        self._get_item(self.invoice).remove_move_reconcile()
        self.assertEqual(promise.state, "open")
        self.assertEqual(self._read_plan(), planned)

    def test_who_paid_in_time_after_all_is_not_called_about_it(self):
        self._promise(600, 1)
        with freeze_time("2026-12-07 02:00:00"):
            self.promises._cron_update()
            self.assertEqual(self.case.next_promise_id.state, "broken")
            self.assertTrue(self.case.next_action)
            # the bank statement of that day is entered late
            self._pay(self.invoice, 600, TODAY)
        self.assertEqual(self._read_plan()[2:], ("", self.promises))

    def test_a_cancelled_promise_is_not_waited_for(self):
        self._reach(30)
        promise = self._promise(600, 3)
        promise.with_user(self.finance).action_cancel()
        self.assertEqual(self._read_plan()[1:], ("review", "", self.promises))

    def test_what_the_collector_has_planned_stays(self):
        self._promise(600, 3)
        self.case.with_user(self.finance).write(
            {
                "date_next_action": TODAY + timedelta(days=1),
                "next_action": "Ask for the plan of instalments",
            }
        )
        self._pay(self.invoice, 600, TODAY)
        self.assertEqual(
            self._read_plan(),
            (
                TODAY + timedelta(days=1),
                "call",
                "Ask for the plan of instalments",
                self.promises,
            ),
        )

    def test_a_day_moved_by_the_collector_still_waits_for_the_promise(self):
        promise = self._promise(600, 3)
        self.case.with_user(self.finance).date_next_action = TODAY + timedelta(days=5)
        self.assertEqual(self.case.next_promise_id, promise)
        self._pay(self.invoice, 600, TODAY)
        self.assertEqual(self._read_plan()[2:], ("", self.promises))

    def test_a_logged_call_ends_what_it_was_about(self):
        self._promise(600, 1)
        with freeze_time("2026-11-27 02:00:00"):
            self.promises._cron_update()
            self.assertEqual(self.case.next_promise_id.state, "broken")
            self.assertTrue(self.case.next_action)
            self._log(answer="Next month")
        self.assertEqual(
            (self.case.next_action, self.case.next_promise_id), (False, self.promises)
        )
        self.assertGreater(self.case.date_next_action, date(2026, 11, 27))

    def test_a_logged_call_says_what_the_next_one_is_about(self):
        self._log(
            answer="Ask again",
            date_next=TODAY + timedelta(days=2),
            next_action="Has the boss signed?",
        )
        self.assertEqual(
            self._read_plan(),
            (
                TODAY + timedelta(days=2),
                "call",
                "Has the boss signed?",
                self.promises,
            ),
        )

    def test_the_link_to_a_promise_is_not_forged(self):
        promise = self._promise(600, 3)
        self.case.sudo().next_promise_id = False
        with self._refused(AccessError, "changed by their"):
            self.case.with_user(self.finance).next_promise_id = promise
        self.assertFalse(self.case.next_promise_id)
