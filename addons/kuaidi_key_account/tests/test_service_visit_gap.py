from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .service_common import TODAY
from .visit_common import VisitCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServiceVisitGap(VisitCommon):
    """Clients who were not seen for longer than their star allows (VI-8)."""

    def _get_gap(self, account=None, user=None):
        # a row moves with the day: it is read, never cached
        self.env.invalidate_all()
        return (
            self.env["kuaidi.visit.gap"]
            .with_user(user or self.manager)
            .search([("account_id", "=", (account or self.account).id)])
        )

    def test_the_star_says_how_long_a_client_may_wait(self):
        # days of the five levels, from a visit on 2 March
        for stars, gap_days, due in (
            (1, 365, date(2027, 3, 2)),
            (2, 182, date(2026, 8, 31)),
            (3, 91, date(2026, 6, 1)),
            (4, 60, date(2026, 5, 1)),
            (5, 30, date(2026, 4, 1)),
        ):
            account = self._create_served_account(stars=stars)
            self._log_visit(account_id=account.id, contact_ids=[])
            with self.subTest(stars=stars):
                gap = self._get_gap(account)
                self.assertEqual(gap.stars, stars)
                self.assertEqual(gap.gap_days, gap_days)
                self.assertEqual(gap.date_last_visit, date(2026, 3, 2))
                self.assertEqual(gap.date_visit_due, due)
                self.assertFalse(gap.is_late)
                self.assertEqual(gap.days_late, 0)

    def test_a_client_is_late_from_the_day_after(self):
        # three stars: 91 days after 2 March, on which the client became formal
        for today, days_late in (
            ("2026-06-01 15:00:00", 0),
            ("2026-06-01 16:30:00", 1),  # past midnight in Shanghai
            ("2026-06-11 02:00:00", 10),
        ):
            with self.subTest(today=today), freeze_time(today):
                gap = self._get_gap()
                self.assertEqual(gap.days_late, days_late)
                self.assertEqual(gap.is_late, bool(days_late))
        with freeze_time("2026-06-11 02:00:00"):
            late = self.env["kuaidi.visit.gap"].with_user(self.manager)
            self.assertEqual(
                late.search([("is_late", "=", True)]).account_id, self.account
            )
            self._log_visit(date="2026-06-10 02:00:00", channel="phone")
            self.assertTrue(self._get_gap().is_late)
            self._log_visit(date="2026-06-10 03:00:00")
            self.assertFalse(self._get_gap().is_late)

    def test_without_a_star_nothing_is_due(self):
        account = self._make_formal(self._create_account())
        with freeze_time("2030-01-01 02:00:00"):
            gap = self._get_gap(account)
            self.assertEqual(gap.account_id, account)
            self.assertFalse(gap.date_visit_due)
            self.assertFalse(gap.gap_days)
            self.assertFalse(gap.is_late)

    def test_candidates_closed_and_archived_clients_are_left_out(self):
        self.assertFalse(self._get_gap(self.other_account, self.centre))
        closed = self._create_served_account()
        closed.action_close()
        archived = self._create_served_account()
        archived.active = False
        for account in (closed, archived):
            self.assertFalse(self._get_gap(account, self.centre))

    def test_a_changed_standard_counts_at_once(self):
        self.levels[2].visit_gap_days = 7
        with freeze_time("2026-03-10 02:00:00"):
            self.assertEqual(self._get_gap().days_late, 1)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_everybody_sees_the_clients_they_serve(self):
        for user, sees in (
            (self.manager, True),
            (self.manager_2, True),
            (self.operator, True),
            (self.sales, False),
            (self.stranger, False),
            (self.finance, True),
            (self.centre, True),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(bool(self._get_gap(user=user)), sees)
        with self.assertRaises(AccessError):
            self._get_gap(user=self.portal)

    def test_late_clients_are_counted_by_manager(self):
        self._create_served_account(name="Lanhai Toys")
        with freeze_time("2026-07-01 02:00:00"):
            self.env.invalidate_all()
            groups = (
                self.env["kuaidi.visit.gap"]
                .with_user(self.centre)
                ._read_group(
                    [("is_late", "=", True), ("company_id", "=", self.company.id)],
                    ["manager_id"],
                    ["__count", "days_late:max"],
                )
            )
        self.assertEqual(groups, [(self.manager.with_user(self.centre), 2, 30)])

    def test_the_row_opens_the_file_and_a_visit(self):
        gap = self._get_gap()
        action = gap.action_view_account()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("kuaidi.key.account", self.account.id),
        )
        self.assertEqual(
            gap.action_log_visit()["context"], {"default_account_id": self.account.id}
        )
