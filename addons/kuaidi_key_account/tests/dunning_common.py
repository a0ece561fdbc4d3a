from datetime import date, timedelta

from .receivable_common import ReceivableCommon

# a Monday, at ten o'clock in Shanghai
TODAY = date(2026, 11, 23)
MORNING = "2026-11-23 02:00:00"


class DunningCommon(ReceivableCommon):
    """A client with a mail address and debts, and a mail server that writes down."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.kuaidi_collector_id = cls.finance
        cls.company.partner_id.email = "office@shunda.example"
        cls.policy = cls.company.kuaidi_dunning_policy_id
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Ms. Li",
                "parent_id": cls.partner.id,
                "email": "li@client.example",
                "lang": "en_US",
            }
        )
        cls.env["kuaidi.account.contact"].create(
            {
                "account_id": cls.account.id,
                "partner_id": cls.contact.id,
                "decision_role": "settlement",
            }
        )
        cls.notices = cls.env["kuaidi.dunning.notice"].sudo()
        cls.cases = cls.env["kuaidi.collection.case"].sudo()

    @classmethod
    def _get_step(cls, days, policy=None):
        return (policy or cls.policy).step_ids.filtered(lambda step: step.days == days)

    def _owe(self, amount, days, partner=None, **values):
        """Enter an invoice that is so many days overdue; return its open item."""
        due = TODAY - timedelta(days=days)
        invoice = self._create_invoice(
            partner or self.partner,
            amount,
            due - timedelta(days=30),
            invoice_payment_term_id=False,
            invoice_date_due=due,
            **values,
        )
        return self._get_item(invoice)

    @staticmethod
    def _get_item(invoice):
        return invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    def _claim(self, accounts=None, day=TODAY):
        accounts = self.account if accounts is None else accounts
        self.cases._update_cases(accounts, day)
        return self.notices._claim(accounts, day)

    def _remind(self, item, days=-5, ago=40):
        """Let the client have been reminded of an item, by a step and so long ago."""
        step = self._get_step(days)
        account = self.env["kuaidi.key.account"].search(
            [("partner_id", "=", item.partner_id.commercial_partner_id.id)]
        )
        return self.notices.create(
            {
                "move_line_id": item.id,
                "step_id": step.id,
                "channel": step.channel,
                "account_id": account.id,
                "company_id": account.company_id.id,
                "currency_id": item.currency_id.id,
                "amount": item.amount_residual_currency,
                "amount_company": item.amount_residual,
                "date": TODAY - timedelta(days=ago),
                "date_due": item.date_maturity,
                "state": "sent",
            }
        )

    def _get_claims(self, notices):
        return sorted(
            (notice.move_line_id.id, notice.step_id.days) for notice in notices
        )

    def _send(self, day=TODAY):
        """Send what is pending, as the schedule does."""
        with self.enter_registry_test_mode():
            self.env.ref("kuaidi_key_account.cron_send_dunning").method_direct_trigger()
        self.env.invalidate_all()
