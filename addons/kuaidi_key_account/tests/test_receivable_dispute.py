from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .promise_common import MORNING, TODAY, PromiseCommon


@freeze_time(MORNING)
@tagged("post_install", "-at_install")
class TestReceivableDispute(PromiseCommon):
    def _raise(self, user=None, invoice=None, reason="price"):
        return self.env["kuaidi.receivable.dispute"].browse(
            self.env["kuaidi.receivable.dispute"]
            .with_user(user or self.manager)
            ._raise(
                self.account.with_user(user or self.manager),
                self._get_item(invoice or self.invoice),
                reason,
                "Another price was agreed.",
            )
            .id
        )

    def _settle(self, dispute, way, user=None):
        dispute = dispute.with_user(user or self.finance)
        dispute.result = "The price list says so."
        getattr(dispute, f"action_{way}")()

    def _get_contested(self):
        self.env.flush_all()
        return {
            row[0]
            for row in self.env.execute_query(
                self.env["kuaidi.dunning.notice"]._get_disputed_query()
            )
        }

    def test_a_dispute_freezes_its_own_items_alone(self):
        dispute = self._raise()
        self.assertEqual(dispute.case_id, self.case)
        self.assertEqual((dispute.amount, dispute.owner_id), (1000, self.manager))
        # five working days
        self.assertEqual(str(dispute.date_deadline), "2026-11-30 15:59:59")
        self.assertEqual(self._get_contested(), {self._get_item(self.invoice).id})
        self.assertEqual(self.case.amount_overdue, 500)

    def test_the_dialogue_shows_open_items_and_contests_those_marked(self):
        action = self.account.with_user(self.manager).action_raise_dispute()
        form = Form(
            self.env["kuaidi.dispute.raise"]
            .with_user(self.manager)
            .with_context(**action["context"])
        )
        form.reason = "amount"
        with form.line_ids.edit(0) as line:
            self.assertEqual((line.name, line.amount), (self.invoice.name, 1000))
            line.is_chosen = True
        result = form.save().action_raise()
        dispute = self.env["kuaidi.receivable.dispute"].browse(result["res_id"])
        self.assertEqual(dispute.line_ids, self._get_item(self.invoice))
        self.assertIn(self.invoice.name, dispute.with_user(self.manager).item_names)

    def test_an_item_is_contested_once(self):
        self._raise()
        self.assertFalse(self._raise())

    def test_items_of_others_are_refused(self):
        stranger = self._create_account()
        with self._refused(ValidationError, "no receivable"):
            self.env["kuaidi.receivable.dispute"].with_user(self.finance)._raise(
                stranger, self._get_item(self.invoice), "price"
            )
        with self._refused(AccessError, ""):
            self._raise(self.manager_2)

    def test_a_rejected_dispute_is_chased_again(self):
        dispute = self._raise()
        self._settle(dispute, "reject")
        self.assertEqual(self._get_contested(), set())
        self.assertEqual(self.case.amount_overdue, 1500)
        self.assertEqual(dispute.decided_by_id, self.finance)

    def test_an_accepted_dispute_rests_until_its_credit_note(self):
        dispute = self._raise()
        self._settle(dispute, "accept")
        self.assertEqual(dispute.activity_ids.user_id, self.finance)
        self.assertEqual(self._get_contested(), {self._get_item(self.invoice).id})
        refund = self.invoice._reverse_moves(
            [{"date": TODAY, "invoice_date": TODAY}], cancel=True
        )
        self.assertEqual(dispute.state, "credited")
        self.assertEqual(dispute.credit_move_id, refund)
        self.assertFalse(dispute.activity_ids)
        self.assertEqual(self._get_contested(), set())

    def test_finance_settles_with_words_and_once(self):
        dispute = self._raise()
        with self._refused(AccessError, "Finance settles"):
            self._settle(dispute, "reject", self.manager)
        with self._refused(UserError, "found out"):
            dispute.with_user(self.finance).result = " "
            dispute.with_user(self.finance).action_accept()
        self.assertEqual(dispute.state, "open")
        self._settle(dispute, "reject")
        with self._refused(UserError, "settled already"):
            self._settle(dispute, "accept")

    def test_a_late_dispute_is_told_once(self):
        dispute = self._raise()
        for day, count in (("2026-11-30", 0), ("2026-12-01", 1), ("2026-12-02", 1)):
            with self.subTest(day=day), freeze_time(f"{day} 02:00:00"):
                with self.enter_registry_test_mode():
                    self.env.ref(
                        "kuaidi_key_account.cron_disputes"
                    ).method_direct_trigger()
                self.env.invalidate_all()
                self.assertEqual(len(dispute.activity_ids), count)

    def test_disputes_are_not_forged(self):
        disputes = self.env["kuaidi.receivable.dispute"].with_user(self.finance)
        with self._refused(AccessError, "buttons"):
            disputes.create({"account_id": self.account.id, "reason": "price"})
        dispute = self._raise()
        for values in ({"state": "rejected"}, {"line_ids": []}, {"amount": 1}):
            with self.subTest(values=values), self._refused(AccessError, "buttons"):
                dispute.with_user(self.finance).write(values)
        self.assertEqual(dispute.state, "open")
