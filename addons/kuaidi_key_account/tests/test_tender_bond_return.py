from odoo import fields
from odoo.tests import freeze_time, tagged

from .tender_bond_common import TODAY, BondCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestBondReturn(BondCommon):
    """When the law wants a bond back, and who is told when it is late."""

    def _escalate(self):
        model = self.env["kuaidi.tender.bond"]
        found = model.search(
            model._get_escalation_domain()
            & fields.Domain("company_id", "=", self.company.id)
        )
        found._escalate()
        return found

    def test_the_law_says_until_when(self):
        """Table of 2.8: IR 35 and 57, GPR 33; Friday 1 May 2026 is a holiday."""
        for number, (government, kind, state, values, due) in enumerate(
            (
                (False, "bid", "won", {"date_signing": "2026-04-20"}, "2026-04-25"),
                (False, "bid", "lost", {"date_signing": "2026-04-20"}, "2026-04-25"),
                # a contract is signed within 30 days of the award
                (False, "bid", "lost", {"date_award": "2026-04-10"}, "2026-05-15"),
                (False, "bid", "lost", {}, "False"),
                # Monday to Friday, five working days later is the next Monday
                (True, "bid", "lost", {"date_award": "2026-04-13"}, "2026-04-20"),
                (True, "bid", "won", {"date_signing": "2026-04-13"}, "2026-04-20"),
                (True, "bid", "won", {}, "False"),
                (False, "bid", "opened", {"date_award": "2026-04-10"}, "False"),
                (False, "performance", "won", {"date_signing": "2026-04-20"}, "False"),
            )
        ):
            tender = self._create_tender(
                reference=f"R-{number}", is_government=government
            )
            bond = self._create_bond(tender, kind=kind)
            self._move_tender(state, tender, **values)
            with self.subTest(government=government, kind=kind, state=state, **values):
                self.assertEqual(str(bond.date_return_due), due)
                self.assertEqual(bool(bond.note_return), due != "False")

    def test_a_withdrawn_bid_gets_its_bond_back_in_five_days(self):
        bond = self._pay()
        self._move_tender("submitted")
        with freeze_time("2026-03-10 04:00:00"):
            self.tender.action_withdraw()
        self.assertEqual(str(bond.date_return_due), "2026-03-15")
        self.assertIn("article 35", bond.note_return)

    def test_an_agreed_day_goes_before(self):
        bond = self._pay(self._approve(kind="performance"))
        bond.date_return_agreed = "2027-03-31"
        self.assertEqual(str(bond.date_return_due), "2027-03-31")
        self.assertEqual(bond.note_return, "As agreed with the issuer")

    def test_only_outstanding_bonds_have_a_clock(self):
        bond = self._approve()
        self._move_tender("lost", date_signing="2026-04-20")
        self.assertFalse(bond.date_deadline)
        self._pay(bond)
        # the day ends at midnight in Shanghai
        self.assertEqual(str(bond.date_deadline), "2026-04-25 15:59:59")
        self._end(bond, date="2026-04-22")
        self.assertFalse(bond.date_deadline)

    def test_bid_manager_and_finance_are_told_once_after_the_last_day(self):
        bond = self._pay()
        self._move_tender("lost", date_signing="2026-04-20")
        with freeze_time("2026-04-25 15:59:59"):
            self.assertFalse(self._escalate())
            self.assertFalse(bond.is_overdue)
        with freeze_time("2026-04-25 16:00:00"):
            self.env.invalidate_all()
            self.assertTrue(bond.is_overdue)
            self.assertEqual(self._escalate(), bond)
            self.assertFalse(self._escalate())
        activities = bond.sudo().activity_ids
        self.assertEqual(activities.user_id, self.sales | self.finance)
        self.assertEqual(len(activities), 2)
        self.assertIn("04/25/2026", activities[0].note)
        self.assertIn("article 57", activities[0].note)
        # it comes back: nothing is left to be asked for
        self._end(bond, date="2026-04-28")
        self.assertFalse(bond.sudo().activity_ids)

    def test_another_day_is_told_of_anew(self):
        bond = self._pay()
        bond.date_return_agreed = "2026-03-01"
        self.assertEqual(self._escalate(), bond)
        bond.date_return_agreed = "2026-03-20"
        self.assertFalse(self._escalate())
        with freeze_time("2026-03-21 04:00:00"):
            self.assertEqual(self._escalate(), bond)
        self.assertEqual(len(bond.sudo().activity_ids), 2)

    def test_the_cron_tells(self):
        bond = self._pay()
        bond.date_return_agreed = "2026-03-01"
        with self.enter_registry_test_mode():
            cron = self.env.ref("kuaidi_key_account.cron_escalate_late_bonds")
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(bond.date_escalated)

    def test_what_is_outstanding_is_summed(self):
        self._pay()
        self._pay(self._approve(kind="performance", amount_asked=50_000))
        self._end(
            self._pay(
                self._approve(self._create_bond(self._create_tender(reference="R")))
            ),
            date=TODAY,
        )
        model = self.env["kuaidi.tender.bond"].with_user(self.finance)
        groups = model._read_group(
            [("state", "=", "paid"), ("company_id", "=", self.company.id)],
            ["partner_id"],
            ["amount:sum", "__count"],
        )
        self.assertEqual(groups, [(self.issuer.with_user(self.finance), 70_000, 2)])
