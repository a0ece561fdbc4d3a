from datetime import date, datetime

from freezegun import freeze_time

from odoo.fields import Domain
from odoo.tests import tagged

from .common import KuaidiCommon


@tagged("post_install", "-at_install")
class TestDeadlineMixin(KuaidiCommon):
    """The mixin through its first adopter, the onboarding step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        account = cls._create_account()
        types = cls.env["kuaidi.onboarding.step.type"].create(
            [
                {"name": f"Step {number}", "condition": "all", "active": False}
                for number in range(6)
            ]
        )
        now = datetime(2026, 3, 4, 2, 0)
        cls.steps = cls.env["kuaidi.onboarding.step"].create(
            [
                {"account_id": account.id, "type_id": step_type.id, **values}
                for step_type, values in zip(
                    types,
                    (
                        {"date_deadline": datetime(2026, 3, 3, 15, 59, 59)},
                        {"date_deadline": datetime(2026, 3, 4, 15, 59, 59)},
                        {"date_deadline": datetime(2026, 3, 9, 15, 59, 59)},
                        {"date_deadline": datetime(2026, 3, 1), "date_done": now},
                        {"date_deadline": datetime(2026, 3, 1), "state": "cancelled"},
                        {},
                    ),
                    strict=True,
                )
            ]
        )

    @freeze_time("2026-03-04 02:00:00")
    def test_only_open_work_after_its_deadline_is_overdue(self):
        self.assertEqual(
            self.steps.mapped("is_overdue"),
            [True, False, False, False, False, False],
        )

    @freeze_time("2026-03-04 02:00:00")
    def test_days_left_are_calendar_days_of_the_company(self):
        self.assertEqual(self.steps.mapped("days_left"), [-1, 0, 5, 0, 0, 0])

    @freeze_time("2026-03-03 16:30:00")
    def test_local_midnight_ends_the_day_not_midnight_in_utc(self):
        # 4 March has begun in Shanghai
        self.assertEqual(self.steps[0].days_left, -1)
        self.assertEqual(self.steps[1].days_left, 0)

    @freeze_time("2026-03-04 02:00:00")
    def test_search_agrees_with_the_flag(self):
        own = Domain("id", "in", self.steps.ids)
        late = self.steps[0]
        for domain, expected in (
            (Domain("is_overdue", "=", True), late),
            (Domain("is_overdue", "!=", True), self.steps - late),
            (Domain("is_overdue", "=", False), self.steps - late),
            (Domain("is_overdue", "in", [True, False]), self.steps),
            (~Domain("is_overdue", "=", True), self.steps - late),
        ):
            with self.subTest(domain=str(domain)):
                self.assertEqual(self.steps.search(domain & own).sorted("id"), expected)

    @freeze_time("2026-03-04 02:00:00")
    def test_done_work_is_no_longer_overdue(self):
        step = self.steps[0]
        step.date_done = datetime(2026, 3, 4, 1, 0)
        self.assertFalse(step.is_overdue)
        self.assertEqual(step.days_left, 0)

    def test_service_gives_the_deadline_of_the_adopter(self):
        due = self.env["kuaidi.deadline"]._get_due(
            date(2026, 3, 2), 1, "day", self.company
        )
        self.steps[5].date_deadline = due
        with freeze_time(due):
            self.steps.invalidate_recordset(["is_overdue"])
            self.assertFalse(self.steps[5].is_overdue)
