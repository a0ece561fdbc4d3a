from odoo.tests import freeze_time, tagged

from .alert_common import NIGHT, AlertCommon

NONE = [None] * 9


@tagged("post_install", "-at_install")
@freeze_time(f"{NIGHT} 04:00:00")
class TestInsightAlertFloor(AlertCommon):
    """Of two parcels one fewer is half: small numbers are not judged by percent."""

    def test_a_client_of_few_parcels_is_not_judged_by_percent(self):
        # least pieces; pieces of February, January, December; nine months; a year ago
        for least, pieces, kinds in (
            (100, (1, 2, 4, *NONE, 2), set()),
            (100, (49, 99, 99, *NONE, 99), set()),
            (100, (50, 100, 100, *NONE, 100), {"volume_yoy", "volume_mom"}),
            # what it fell from counts, not what is left of it
            (100, (40, 70, 100), {"volume_mom_two"}),
            (100, (40, 69, 99), set()),
            (0, (1, 2, 4, *NONE, 2), {"volume_yoy", "volume_mom", "volume_mom_two"}),
            (3, (1, 2, 4, *NONE, 2), {"volume_mom_two"}),
        ):
            with self.subTest(least=least, pieces=pieces):
                for kind in ("volume_yoy", "volume_mom", "volume_mom_two"):
                    self.rules[kind].pieces_min = least
                account = self._create_account()
                self._add_figures(account, *pieces)
                self._evaluate(account)
                self.assertEqual(set(self._get_levels(account)), kinds)

    def test_a_client_of_little_revenue_is_not_judged_by_percent(self):
        rule = self.env["kuaidi.alert.rule"].create(
            {
                "name": "Revenue",
                "kind": "revenue_yoy",
                "threshold_blue": 10,
                "company_id": self.company.id,
            }
        )
        for least, before, kinds in (
            (1000, 999.99, set()),
            (1000, 1000, {"revenue_yoy"}),
            (2500.5, 2500.49, set()),
            (0, 0.5, {"revenue_yoy"}),
        ):
            with self.subTest(least=least, before=before):
                rule.amount_min = least
                account = self._create_account()
                self._add_figures(account, 1, price=before / 2)
                self._add_figures(account, 1, month="2025-02-01", price=before)
                self._evaluate(account)
                self.assertEqual(set(self._get_levels(account)), kinds)

    def test_a_raised_least_volume_ends_the_alerts_of_small_clients(self):
        self._keep_rules("volume_yoy")
        kept = self._create_account()
        for account in self.account | kept:
            self._add_figures(account, 60, *[None] * 11, 120)
            self._evaluate(account)
        with_plan = self._get_alert("volume_yoy", kept)
        with_plan.with_user(self.manager).rescue_plan = "Call every Monday."
        alert = self._get_alert("volume_yoy")
        self.rules["volume_yoy"].pieces_min = 121
        self._evaluate(self.account | kept)
        self.env.invalidate_all()
        # not a false alarm: the rule no longer speaks of the client
        self.assertEqual((alert.state, alert.result), ("closed", "withdrawn"))
        self.assertEqual(
            (with_plan.state, with_plan.level, with_plan.is_recovered),
            ("open", "1", True),
        )
        before = self._get_row_versions()
        self.assertEqual(
            self._evaluate(self.account | kept),
            {"opened": 0, "changed": 0, "closed": 0},
        )
        self.assertEqual(self._get_row_versions(), before)
