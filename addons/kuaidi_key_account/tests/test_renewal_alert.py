from odoo import fields
from odoo.tests import freeze_time, tagged

from .renewal_common import TODAY, RenewalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestRenewalAlert(RenewalCommon):
    """A contract that ends unattended, or has lapsed, puts its client at risk."""

    def _evaluate(self, day, kind):
        """Judge the clients, and return level and measure of one kind of alert."""
        alerts = self.env["kuaidi.alert"]
        alerts._evaluate(
            self.account, date=fields.Date.to_date(day), companies=self.company
        )
        self.env.invalidate_all()
        alert = alerts.search(
            [
                ("account_id", "=", self.account.id),
                ("rule_id.kind", "=", kind),
                ("state", "=", "open"),
            ]
        )
        return alert and (alert.level, alert.measure)

    def _lapse(self, contract, day="2026-05-25"):
        contract.write({"state": "expired", "date_ended": day})
        self.env.flush_all()

    def test_a_contract_near_its_end_is_attended_to(self):
        contract = self._create_contract()
        # the last sixty days begin on 26 March
        for day, found in (
            ("2026-04-08", False),
            ("2026-04-09", ("2", 14)),
            ("2026-05-25", ("2", 60)),
        ):
            with self.subTest(day=day):
                self.assertEqual(self._evaluate(day, "renewal_idle") or False, found)
        renewal = self._open(contract, "2026-04-01")
        with freeze_time("2026-04-20 04:00:00"):
            renewal.evaluation = "Stays."
            renewal.action_evaluate()
        self.assertFalse(self._evaluate("2026-04-25", "renewal_idle"))
        self.assertEqual(self._evaluate("2026-05-05", "renewal_idle"), ("2", 15))
        renewal.proposal = "Two years."
        renewal.action_negotiate()
        renewal.action_renew()
        self.assertFalse(self._evaluate("2026-05-05", "renewal_idle"))

    def test_a_lapsed_contract_raises_an_alert_until_there_is_another(self):
        self.account.state = "formal"
        contract = self._create_contract()
        self.assertFalse(self._evaluate("2026-05-25", "contract_lapsed"))
        self._lapse(contract)
        self.assertEqual(self._evaluate("2026-05-26", "contract_lapsed"), ("3", 1))
        self.assertEqual(self._evaluate("2026-06-24", "contract_lapsed"), ("4", 30))
        self._create_contract(date_from="2026-06-20", date_to="2027-06-19")
        self.assertFalse(self._evaluate("2026-06-25", "contract_lapsed"))

    def test_a_client_known_to_be_lost_is_not_told_of_again(self):
        self.account.state = "formal"
        renewal = self._create_renewal()
        renewal._lose(self.env.ref("kuaidi_key_account.lost_reason_price"))
        self._lapse(renewal.contract_id)
        self.assertFalse(self._evaluate("2026-06-01", "contract_lapsed"))
