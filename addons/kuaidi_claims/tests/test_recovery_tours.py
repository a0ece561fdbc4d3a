from odoo.tests import HttpCase, freeze_time, tagged

from .recovery_common import RecoveryCommon


@freeze_time("2026-11-20 02:00:00")
@tagged("post_install", "-at_install")
class TestRecoveryTours(RecoveryCommon, HttpCase):
    """A recovery from the demand to the money, as each role does its part."""

    def test_a_recovery_goes_from_the_demand_to_the_money(self):
        for user in (self.officer, self.finance):
            user.password = user.login
        self.start_tour(
            f"/odoo/claims/{self.claim.id}",
            "kuaidi_officer_recovers_a_loss",
            login=self.officer.login,
        )
        recovery = self.claim.recovery_ids
        self.assertEqual(
            (recovery.state, recovery.debtor_id, recovery.amount_agreed),
            ("agreed", self.lanzhou_company, 1400),
        )
        self.start_tour(
            f"/odoo/recoveries/{recovery.id}",
            "kuaidi_finance_books_a_recovery",
            login=self.finance.login,
        )
        self._pay_in(recovery.sudo().entry_ids, 1400)
        self.assertEqual((recovery.state, self.claim.amount_net), ("paid", 92.80))
