from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time

from .visit_common import VisitCommon

# the fifth working day of March, at noon in Shanghai
TODAY = "2026-03-06"
MONTH = fields.Date.to_date("2026-02-01")
ACTION = "Visit the logistics director by 12 March (manager)."


@freeze_time(f"{TODAY} 04:00:00")
class ReviewCommon(VisitCommon):
    """The client of VisitCommon with figures, and a team that settles its freight."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settler = cls._create_user("kuaidi_settler", "group_kuaidi_user")
        cls.leader = cls._create_user("kuaidi_leader", "group_kuaidi_user")
        cls.account.member_ids = [
            Command.create({"user_id": cls.settler.id, "role": "settlement"})
        ]
        cls._set_star(cls.account, 5)
        cls.account.leadership_ids = cls.leader
        cls.reviews = cls.env["kuaidi.client.review"]
        cls.company.kuaidi_review_change_percent = 10

    @classmethod
    def _get_month(cls, back):
        """Return the first day of the month that many months before MONTH."""
        return MONTH - relativedelta(months=back)

    @classmethod
    def _set_figure(cls, account=None, back=0, pieces=1000, **values):
        """Set the figures of one month of a client, as an import would."""
        account = account or cls.account
        row = {
            "account_id": account.id,
            "month": cls._get_month(back),
            "pieces": pieces,
            **values,
        }
        cls.env["kuaidi.monthly.figure"]._upsert([row], account.company_id)

    @classmethod
    def _generate(cls, accounts=None, month=MONTH):
        """Make the analyses of a month, and return those that there are."""
        accounts = accounts or cls.account
        cls.reviews._generate(accounts, month)
        return cls._find(accounts, month)

    @classmethod
    def _find(cls, accounts=None, month=MONTH):
        cls.env.invalidate_all()
        return cls.reviews.search(
            [
                ("account_id", "in", (accounts or cls.account).ids),
                ("month", "=", month),
            ]
        )

    @classmethod
    def _make_review(cls, user=None, **figures):
        """Return an analysis of a month with figures, as the manager sees it."""
        cls._set_figure(**figures)
        return cls._generate().with_user(user or cls.manager)

    @classmethod
    def _complete(cls, review=None):
        """Return an analysis that the manager has completed."""
        review = review or cls._make_review()
        review.note_action = ACTION
        review.action_complete()
        return review

    @classmethod
    def _add_accounts(cls, count, **values):
        """Return formal clients of the manager, with figures of two years."""
        accounts = cls.env["kuaidi.key.account"]
        for number in range(count):
            accounts |= cls._create_served_account(name=f"Client {number:03}", **values)
        cls.env["kuaidi.monthly.figure"]._upsert(
            [
                {
                    "account_id": account.id,
                    "month": cls._get_month(back),
                    "pieces": 1000 + number + back,
                    "late_count": back,
                }
                for number, account in enumerate(accounts)
                for back in range(25)
            ],
            cls.company,
        )
        return accounts

    def _run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"kuaidi_key_account.{name}").method_direct_trigger()
        self.env.invalidate_all()
