from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .price_common import PriceCommon
from .service_common import TODAY


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestPriceHistory(PriceCommon):
    """What a client's parcels cost, month by month."""

    def _get_history(self, code="HN", weight="1", account=None, user=None):
        account = self.account if account is None else account
        rows = (
            self.env["kuaidi.price.history"]
            .with_user(user or self.sales)
            .search(
                [
                    ("account_id", "=", account.id),
                    ("company_id", "=", self.company.id),
                    ("zone_id", "=", self.zones[code].id),
                    ("weight", "=", weight),
                ],
                order="month",
            )
        )
        return [(f"{row.month:%Y-%m}", row.amount) for row in rows]

    def test_the_price_of_a_month_is_the_one_in_force_last(self):
        first = self._quote(10, date_from="2026-01-05")
        first.action_start()
        with freeze_time("2026-05-20 04:00:00"):
            second = first.browse(first.action_revise()["res_id"])
            second.write({"discount_percent": 15, "date_from": "2026-04-10"})
            second.action_start()
            self.env.invalidate_all()
            self.assertEqual(
                self._get_history(),
                [
                    ("2026-01", 7.2),
                    ("2026-02", 7.2),
                    ("2026-03", 7.2),
                    ("2026-04", 6.8),
                    ("2026-05", 6.8),
                ],
            )
            # remote regions are not discounted
            self.assertEqual(self._get_history("PY")[-1], ("2026-05", 20.0))
            self.assertEqual(self._get_history(weight="3")[-1], ("2026-05", 10.2))
        self.assertEqual(
            self._get_history(account=self.env["kuaidi.key.account"]),
            [],
        )

    def test_the_history_tells_what_the_calculator_tells(self):
        agreement = self._quote(12.5, date_from="2026-03-01", amount_minimum=7.5)
        self._get_line_of(agreement, "HD").write({"weight_to": 2})
        agreement.write(
            {
                "weight_step_kg": 0.5,
                "line_ids": [
                    Command.create(
                        {
                            "zone_id": self.zones["HD"].id,
                            "weight_from": 2,
                            "weight_first": 2,
                            "amount_first": 14,
                            "weight_continued": 0.3,
                            "amount_continued": 1,
                        }
                    )
                ],
                "excess_ids": [
                    Command.create(
                        {"pieces_from": 1, "pieces_to": 9, "amount_piece": 9}
                    ),
                    Command.create({"pieces_from": 10, "amount_piece": 8}),
                ],
            }
        )
        agreement.sudo().state = "running"
        self.env.flush_all()
        for code in ("HN", "HD", "PY"):
            for weight in ("1", "3"):
                with self.subTest(code=code, weight=weight):
                    price = agreement._get_price(zone=code, weight_kg=int(weight))
                    self.assertEqual(
                        self._get_history(code, weight), [("2026-03", price["amount"])]
                    )

    def test_drafts_and_what_never_held_are_no_history(self):
        first = self._quote(10)
        self.assertEqual(self._get_history(), [])
        first.action_start()
        second = first.browse(first.action_revise()["res_id"])
        second.discount_percent = 5
        second.action_start()
        self.env.invalidate_all()
        self.assertEqual(first.state, "superseded")
        self.assertEqual(self._get_history(), [("2026-03", 7.6)])

    def test_only_the_team_sees_a_client_s_history(self):
        self._quote(10).action_start()
        self.env.invalidate_all()
        stranger = self._create_user("kuaidi_stranger", "group_account_manager")
        self.assertEqual(self._get_history(user=stranger), [])
        for user in (self.manager, self.finance, self.centre):
            self.assertEqual(self._get_history(user=user), [("2026-03", 7.2)])
