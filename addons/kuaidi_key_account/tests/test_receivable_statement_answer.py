from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .dunning_common import MORNING
from .statement_common import FIRST, LAST, StatementCommon


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestReceivableStatementAnswer(StatementCommon):
    """What clients answer is kept as a legal date; what changes is corrected."""

    def test_a_confirmation_keeps_who_when_how_and_the_sealed_copy(self):
        statement = self._make_sent()
        copy = self.env["ir.attachment"].with_user(self.manager)
        copy = copy.create({"name": "sealed.pdf", "raw": b"%PDF-1.4\n%%EOF"})
        self._answer(
            statement,
            user=self.manager,
            answer_channel="sealed",
            attachment_ids=[Command.set(copy.ids)],
        )
        self.assertEqual(
            (
                statement.state,
                statement.date_answered,
                statement.answered_by,
                statement.answer_channel,
                statement.recorded_by_id,
                statement.attachment_ids,
            ),
            (
                "confirmed",
                date(2026, 11, 20),
                "Ms. Li",
                "sealed",
                self.manager,
                copy,
            ),
        )
        self.assertEqual((copy.res_model, copy.res_id), (statement._name, statement.id))

    def test_an_answer_that_proves_nothing_is_refused(self):
        statement = self._make_sent()
        line = statement.line_ids
        for message, values in (
            ("Say who answered", {"answered_by": " "}),
            ("not ahead", {"date_answered": "2026-11-24"}),
            ("after the last day", {"date_answered": "2026-10-30"}),
            ("client has sealed", {"answer_channel": "sealed"}),
            ("Mark the lines", {"state": "disputed"}),
            ("Lines are marked", {"lines": {line.id: ("price", "")}}),
            (
                "Give a reason",
                {"state": "disputed", "lines": {line.id: (False, "too much")}},
            ),
        ):
            with self.subTest(message), self._refused(UserError, message):
                self._answer(statement, **values)
        self.assertEqual(statement.state, "sent")
        self.assertFalse(statement.date_answered)

    def test_a_disputed_line_alone_is_put_to_rest(self):
        self._invoice(100, date(2026, 10, 3), date(2026, 10, 20))
        statement = self._make_sent()
        line = statement.line_ids.filtered(lambda line: line.amount == 300)
        self._answer(
            statement,
            user=self.manager,
            state="disputed",
            lines={line.id: ("price", "0.5 yuan too much per parcel")},
        )
        self.assertEqual(statement.state, "disputed")
        self.assertEqual(
            statement.line_ids.sorted("amount").mapped("is_disputed"), [False, True]
        )
        self.assertIn("0.5 yuan too much per parcel", line.dispute_reason)
        dispute = self.env["kuaidi.receivable.dispute"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual(dispute.line_ids, line.move_line_id)
        self.assertEqual(dispute.reason, "price")
        # settled, it may be confirmed
        self._answer(statement)
        self.assertEqual(statement.state, "confirmed")
        self.assertFalse(any(statement.line_ids.mapped("is_disputed")))

    def test_who_may_answer(self):
        statement = self._make_sent()
        for user in (self.manager_2, self.centre, self.sales):
            with self.subTest(user=user.name), self._refused(AccessError, ""):
                self._answer(statement, user=user)
        self.assertEqual(statement.state, "sent")
        self._answer(statement, user=self.manager)
        self.assertEqual(statement.state, "confirmed")

    def test_what_was_confirmed_is_frozen(self):
        statement = self._make_sent()
        self._answer(statement)
        for message, write in (
            ("answer", lambda: self._answer(statement)),
            ("stays as it was", lambda: statement.sudo().write({"amount_closing": 1})),
            (
                "stays as it was",
                lambda: statement.line_ids.sudo().write({"amount": 1}),
            ),
            ("stays on file", lambda: statement.sudo().unlink()),
        ):
            with self.subTest(message), self._refused(UserError, message):
                write()
        self.assertEqual(statement.amount_closing, 300)

    def test_lines_of_another_statement_are_refused(self):
        statement = self._make_sent()
        other = self._create_account(partner_id=self._create_partner(name="B").id)
        self._create_invoice(other.partner_id, 10, date(2026, 10, 3))
        line = self._make(other).line_ids
        with self._refused(UserError, "of the statement itself"):
            statement.sudo()._answer(
                {
                    "state": "disputed",
                    "date_answered": date(2026, 11, 20),
                    "answered_by": "Ms. Li",
                    "answer_channel": "portal",
                },
                {line: ("price", "")},
            )
        self.assertFalse(line.is_disputed)

    def test_the_form_shows_no_statement_of_others(self):
        statement = self._make_sent()
        wizards = self.env["kuaidi.statement.answer"].with_user(self.manager_2)
        self.env.invalidate_all()
        with self._refused(AccessError, ""):
            wizards.create({"statement_id": statement.id, "answered_by": "I"}).mapped(
                "amount_closing"
            )

    def test_each_change_of_the_entries_is_noticed(self):
        def cancel(invoice):
            invoice.button_draft()

        def pay_back_dated(invoice):
            self._pay(invoice, 100, LAST)

        def bill_back_dated(invoice):
            self._invoice(10, FIRST - timedelta(days=40))

        def pay_later(invoice):
            self._pay(invoice, 100, LAST + timedelta(days=3))

        def move_due_date(invoice):
            self._get_item(invoice).date_maturity = "2026-12-31"

        def replace(invoice):
            cancel(invoice)
            self._invoice(300, date(2026, 10, 2), date(2026, 10, 20))

        for change, noticed in (
            (cancel, True),
            (pay_back_dated, True),
            (bill_back_dated, True),
            (move_due_date, True),
            (replace, True),
            (pay_later, False),
        ):
            with self.subTest(change.__name__):
                savepoint = self.cr.savepoint()
                invoice = self._invoice(300, date(2026, 10, 2), date(2026, 10, 20))
                statement = self._make()
                self.assertFalse(statement.is_outdated)
                change(invoice)
                statement.invalidate_recordset(["is_outdated"])
                self.assertEqual(statement.is_outdated, noticed)
                found = statement.search([("is_outdated", "=", True)])
                self.assertEqual(statement in found, noticed)
                found = statement.search([("is_outdated", "=", False)])
                self.assertEqual(statement in found, not noticed)
                savepoint.rollback()
                savepoint.close()
                self.env.invalidate_all()

    def test_a_corrected_version_takes_the_place_of_the_former(self):
        statement = self._make_sent()
        self._answer(statement)
        self._invoice(40, date(2026, 10, 9), move_type="out_refund")
        action = statement.with_user(self.finance).action_correct()
        new = statement.browse(action["res_id"])
        self.assertEqual(
            (statement.state, statement.amount_closing, statement.answered_by),
            ("superseded", 300, "Ms. Li"),
        )
        self.assertEqual(
            (new.state, new.revision, new.previous_id, new.amount_closing),
            ("draft", 2, statement, 260),
        )
        self.assertFalse(new.is_outdated)
        with self._refused(UserError, "was corrected already"):
            statement.with_user(self.finance).action_correct()
        with self._refused(UserError, "No entry of"):
            new.with_user(self.finance).action_correct()
        with self._refused(UserError, "stays on file"):
            new.with_user(self.finance).unlink()

    def test_a_debt_that_vanished_is_corrected_to_nothing(self):
        statement = self._make_sent()
        statement.line_ids.move_line_id.move_id.button_draft()
        statement.with_user(self.finance).action_correct()
        new = statement.next_version_ids
        self.assertEqual((new.amount_closing, len(new.line_ids)), (0, 0))

    def test_a_draft_that_nobody_got_is_replaced(self):
        self._invoice(300, date(2026, 10, 2))
        statement = self._make()
        self._invoice(30, date(2026, 10, 2))
        statement.with_user(self.finance).action_correct()
        found = self.env["kuaidi.statement"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual((found.revision, found.amount_closing), (1, 330))

    def test_an_opening_that_does_not_follow_is_shown(self):
        former = self._make_sent()
        following = self._make(first=date(2026, 11, 1), last=date(2026, 11, 22))
        self.assertEqual(following.amount_gap, 0)
        self._invoice(25, date(2026, 10, 9))
        following.with_user(self.finance).action_correct()
        following = self.env["kuaidi.statement"].search(
            [("account_id", "=", self.account.id), ("date_from", "=", "2026-11-01")]
        )
        self.assertEqual(following.amount_gap, 25)
        former.with_user(self.finance).action_correct()
        following.invalidate_recordset(["amount_gap"])
        self.assertEqual(following.amount_gap, 0)

    def test_each_currency_has_its_statement(self):
        currency = self.env.ref("base.HKD")
        currency.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": "2026-01-01", "rate": 1.1}
        )
        self._invoice(300, date(2026, 10, 2))
        self._invoice(1100, date(2026, 10, 2), currency_id=currency.id)
        statements = self._make()
        self.assertEqual(
            sorted(
                statements.mapped(
                    lambda row: (row.currency_id.name, row.amount_closing)
                )
            ),
            [("CNY", 300), ("HKD", 1100)],
        )
        self._invoice(110, date(2026, 10, 2), currency_id=currency.id)
        self.env.invalidate_all()
        self.assertEqual(statements.filtered("is_outdated").currency_id, currency)

    def test_the_wizard_counts_makes_and_sends(self):
        self._invoice(300, date(2026, 10, 2))
        wizard = self.env["kuaidi.statement.run"].with_user(self.finance).create({})
        self.assertEqual((wizard.date_from, wizard.date_to), (FIRST, LAST))
        self.assertEqual((wizard.new_count, wizard.total_count), (1, 0))
        wizard.action_generate()
        wizard.invalidate_recordset()
        self.assertEqual((wizard.new_count, wizard.draft_count), (0, 1))
        with self._refused(UserError, "Nothing is to be made"):
            wizard.action_generate()
        wizard.action_send()
        wizard.invalidate_recordset()
        self.assertEqual((wizard.sending_count, wizard.progress), (1, 0))
        with self._mail_server():
            self._mail()
        wizard.invalidate_recordset()
        self.assertEqual((wizard.sent_count, wizard.progress), (1, 100))

    def test_the_client_s_file_leads_to_its_statements(self):
        self._make_sent()
        account = self.account.with_user(self.manager)
        self.assertEqual(account.statement_waiting_count, 1)
        action = account.action_view_statements()
        self.assertEqual(
            self.env[action["res_model"]].search_count(action["domain"]), 1
        )
        self.assertEqual(account.action_view_receivables()["views"][0][1], "list")
