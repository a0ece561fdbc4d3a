from datetime import date, timedelta
from unittest.mock import patch

from .common import PDF
from .receivable_common import ReceivableCommon

# a Monday, at ten o'clock in Shanghai
TODAY = date(2026, 11, 23)
MORNING = "2026-11-23 02:00:00"


class PromiseCommon(ReceivableCommon):
    """A client in collection: 1,000 yuan and 500 yuan overdue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.kuaidi_collector_id = cls.finance
        cls.finance_2 = cls._create_user("kuaidi_finance_2", "group_finance")
        cls.cases = cls.env["kuaidi.collection.case"]
        cls.promises = cls.env["kuaidi.payment.promise"]
        # Odoo prints no PDF while it tests
        cls.startClassPatcher(
            patch.object(
                type(cls.env["ir.actions.report"]),
                "_render_qweb_pdf",
                lambda *args, **kwargs: (b"%PDF-1.4 printed", "pdf"),
            )
        )
        cls.invoice = cls._owe(1000, 40)
        cls.invoice_2 = cls._owe(500, 10)
        cls.cases._update_cases(cls.account)
        cls.case = cls.account._get_open_case()

    def _upload(self, user):
        """Create a file as this user's upload leaves it."""
        return (
            self.env["ir.attachment"]
            .with_user(user)
            .create({"name": "proof.pdf", "datas": PDF})
        )

    @classmethod
    def _owe(cls, amount, days):
        """Enter an invoice that is so many days overdue."""
        due = TODAY - timedelta(days=days)
        return cls._invoice(amount, due - timedelta(days=30), due)

    @staticmethod
    def _get_item(invoice):
        return invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    def _promise(self, amount, days, user=None):
        """Enter that the client pays so much within so many days."""
        return self.promises.with_user(user or self.finance).create(
            {
                "case_id": self.case.id,
                "amount": amount,
                "date_due": TODAY + timedelta(days=days),
            }
        )
