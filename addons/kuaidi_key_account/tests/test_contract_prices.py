from odoo.tests import freeze_time, tagged

from .price_common import PriceCommon
from .service_common import TODAY


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestContractPrices(PriceCommon):
    """Prices end with a contract that the nightly run ends."""

    def test_prices_end_with_a_contract_that_expires(self):
        agreement = self._quote(10, contract_id=self.contract.id)
        agreement.action_start()
        self.assertEqual(agreement.state, "running")
        with freeze_time("2027-01-01 04:00:00"):
            self.contract.sudo()._update_terms()
            self.assertEqual(self.contract.state, "expired")
            self.assertEqual(agreement.state, "expired")
            self.assertEqual(str(agreement.date_to), "2026-12-31")
