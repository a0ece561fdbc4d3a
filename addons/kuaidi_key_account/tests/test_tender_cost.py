from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .tender_bond_common import TODAY, BondCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderCost(BondCommon):
    """What bidding costs, and its share of the price."""

    def test_costs_are_summed_and_compared_with_the_price(self):
        self.company.kuaidi_tender_hour_cost = 150
        self.tender.write(
            {
                "amount_bid": 800_000,
                "cost_ids": [
                    Command.create({"name": "Documents", "amount": 500}),
                    Command.create({"name": "Writing", "kind": "hours", "hours": 40}),
                    Command.create({"name": "Train", "kind": "travel", "amount": 1500}),
                ],
            }
        )
        hours = self.tender.cost_ids.filtered(lambda cost: cost.kind == "hours")
        self.assertEqual((hours.amount_hour, hours.amount), (150, 6000))
        self.assertEqual(self.tender.amount_bidding, 8000)
        self.assertEqual(self.tender.bidding_percent, 0.01)
        hours.hours = 10
        self.assertEqual(self.tender.amount_bidding, 3500)

    def test_a_tender_without_a_price_has_no_share(self):
        self.tender.cost_ids = [Command.create({"name": "Documents", "amount": 500})]
        self.assertEqual(self.tender.bidding_percent, 0)

    def test_the_form_counts_hours(self):
        self.company.kuaidi_tender_hour_cost = 100
        with Form(self.tender) as form, form.cost_ids.new() as line:
            line.kind = "hours"
            line.name = "Price sheet"
            line.hours = 3.5
            self.assertEqual(line.amount, 350)
        self.assertEqual(self.tender.amount_bidding, 350)

    def test_costs_go_on_after_sealing(self):
        self._move_tender("submitted")
        cost = (
            self.env["kuaidi.tender.cost"]
            .with_user(self.sales)
            .create(
                {
                    "tender_id": self.tender.id,
                    "kind": "agency",
                    "name": "Service fee",
                    "amount": 9000,
                }
            )
        )
        self.assertEqual(cost.state, "submitted")

    def test_costs_are_not_negative(self):
        for values in ({"amount": -1}, {"kind": "hours", "hours": -1}):
            with self.subTest(values=values), mute_logger("odoo.sql_db"):
                with self._refused(IntegrityError):
                    self.tender.cost_ids = [Command.create({"name": "X", **values})]

    def test_readers_enter_no_costs(self):
        for user in (self.sales_2, self.manager):
            with self.subTest(user=user.login), self._refused(AccessError):
                self.env["kuaidi.tender.cost"].with_user(user).create(
                    {"tender_id": self.tender.id, "name": "X", "amount": 1}
                )
        self.assertFalse(self.tender.cost_ids)
