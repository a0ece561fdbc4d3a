from datetime import date

from .dunning_common import DunningCommon

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


class StatementCommon(DunningCommon):
    """A client with an address and entries in October, and a mail server."""

    def _make(self, accounts=None, first=FIRST, last=LAST):
        return self.env["kuaidi.statement"]._generate(
            accounts or self.account, first, last
        )

    def _run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"kuaidi_key_account.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _mail(self):
        """Mail what was claimed, as the schedule does."""
        self._run_cron("cron_send_statements")

    def _make_sent(self, amount=300):
        """Return a statement over one invoice that the client has got."""
        self._invoice(amount, date(2026, 10, 2), date(2026, 10, 20))
        statement = self._make()
        statement.with_user(self.finance).action_mark_sent()
        return statement

    def _answer(self, statement, user=None, lines=None, **values):
        """Enter an answer on the form, as a user does."""
        lines = lines or {}
        wizard = (
            self.env["kuaidi.statement.answer"]
            .with_user(user or self.finance)
            .create(
                {
                    "statement_id": statement.id,
                    "date_answered": "2026-11-20",
                    "answered_by": "Ms. Li",
                    "answer_channel": "mail",
                    **values,
                }
            )
        )
        for row in wizard.line_ids:
            if row.line_id.id in lines:
                row.reason, row.note = lines[row.line_id.id]
        wizard.action_save()
        self.env.invalidate_all()
