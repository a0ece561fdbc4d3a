from odoo import fields
from odoo.tests import freeze_time

from .common import KuaidiCommon

THRESHOLDS = (10_000, 30_000, 100_000, 500_000, 5_000_000)


@freeze_time("2026-11-15 04:00:00")
class GradingCommon(KuaidiCommon):
    """Helpers to rate clients. The service year is 2025-11-01 to 2026-10-31."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.date = fields.Date.to_date("2026-11-01")
        cls.ratings = cls.env["kuaidi.star.rating"]
        cls.levels = cls.env["kuaidi.star.level"].search(
            [("company_id", "=", cls.company.id)], order="stars"
        )
        # what the first invoice would make, in each test anew
        cls._get_journal(cls.company)

    @classmethod
    def _create_rated_account(cls, stars, **values):
        """Create an account whose approved rating on realised revenue has stars."""
        account = cls._create_account(**values)
        if stars:
            cls._create_invoice(account.partner_id, THRESHOLDS[stars - 1], "2026-01-15")
        cls._grade(account)._on_approved()
        return account

    @classmethod
    def _grade(cls, accounts, date="2026-11-01"):
        return cls.ratings._grade_accounts(accounts, fields.Date.to_date(date))

    @classmethod
    def _create_rating(cls, account, user=None, **values):
        """Create a draft on realised revenue, as that user."""
        return cls.ratings.with_user(user or cls.manager).create(
            {"account_id": account.id, **values}
        )

    @classmethod
    def _create_expected(cls, account, amount, user=None, **values):
        """Create a draft on expected revenue, as that user."""
        return cls._create_rating(
            account, user, basis="expected", amount_revenue=amount, **values
        )

    @classmethod
    def _get_adjustment(cls, stars=1, expiry="2027-06-30"):
        """Return the values of an adjustment that is complete."""
        return {
            "adjustment": stars,
            "adjustment_factor": "influence",
            "adjustment_reason": "Supplier of the provincial hospitals",
            "adjustment_expiry": expiry,
        }

    @classmethod
    def _approve(cls, rating, user=None):
        """Request a draft as whoever drew it up, and approve it as the CRM centre."""
        rating.action_request_approval()
        rating.with_user(user or cls.centre).action_approve()
        return rating
