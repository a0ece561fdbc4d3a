from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .tender_bond_common import TODAY, BondCommon

DAY = fields.Date.to_date(TODAY)


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestBondFlow(BondCommon):
    """A bond is asked for, approved by finance, paid, and returned or forfeited."""

    def test_a_bond_goes_its_way(self):
        bond = self._create_bond()
        bond.action_request_approval()
        self.assertEqual((bond.state, bond.requested_by_id), ("to_approve", self.sales))
        bond.with_user(self.finance).action_approve()
        bond.invalidate_recordset()
        self.assertEqual(bond.state, "approved")
        self._pay(bond)
        self.assertEqual(
            (bond.state, bond.paid_by_id, bond.date_paid), ("paid", self.finance, DAY)
        )
        self._end(bond, date=TODAY, amount_interest=12.5)
        self.assertEqual(
            (bond.state, bond.amount_returned, bond.amount_interest),
            ("returned", 20_000, 12.5),
        )

    def test_nobody_approves_what_they_asked_for(self):
        bond = self._create_bond(user=self.finance)
        bond.action_request_approval()
        with self._refused(UserError, "You requested"):
            bond.action_approve()
        self.assertEqual(bond.state, "to_approve")
        bond.with_user(self.finance_2).action_approve()
        bond.invalidate_recordset()
        self.assertEqual(bond.state, "approved")

    def test_only_finance_decides(self):
        bond = self._create_bond()
        bond.action_request_approval()
        for user in (self.sales, self.centre, self.admin, self.manager):
            with self.subTest(user=user.login):
                with self._refused((AccessError, UserError)):
                    bond.with_user(user).action_approve()
                with self._refused((AccessError, UserError)):
                    bond.with_user(user).action_refuse()
        self.assertEqual(bond.state, "to_approve")

    def test_what_was_asked_for_stays_until_it_is_taken_back(self):
        bond = self._create_bond()
        bond.action_request_approval()
        with self._refused(UserError, "Take the bond back"):
            bond.amount = 10_000
        self.assertEqual(bond.amount, 20_000)
        bond.action_back_to_draft()
        self.assertEqual(bond.state, "draft")
        bond.write({"amount_asked": 10_000, "amount": 10_000})
        self._approve(bond)
        # what is approved is approved again after a change
        bond.action_back_to_draft()
        self.assertFalse(bond.sudo().review_ids)
        self._approve(bond)
        self.assertEqual(bond.state, "approved")

    def test_a_refused_bond_is_changed_and_asked_for_anew(self):
        bond = self._create_bond()
        bond.action_request_approval()
        bond.with_user(self.finance).action_refuse()
        bond.invalidate_recordset()
        self.assertEqual(bond.state, "refused")
        with self._refused(UserError):
            self._open_pay(bond).action_confirm()
        bond.action_back_to_draft()
        self._approve(bond)
        self.assertEqual(bond.state, "approved")

    def test_buttons_need_their_step(self):
        bond = self._create_bond()
        for act in (
            lambda: bond.action_back_to_draft(),
            lambda: self._pay(bond),
            lambda: self._end(bond, date=TODAY),
        ):
            with self._refused(UserError, "stands at"):
                act()
        self.assertEqual(bond.state, "draft")
        self._pay(self._approve(bond))
        for act in (
            lambda: bond.action_back_to_draft(),
            lambda: self._pay(bond),
            lambda: bond.action_request_approval(),
        ):
            with self._refused(UserError):
                act()
        self.assertEqual(bond.state, "paid")

    def test_states_are_not_typed(self):
        bond = self._create_bond()
        other = self._create_tender(reference="Other")
        for vals in (
            {"state": "paid"},
            {"date_paid": TODAY},
            {"date_returned": TODAY},
            {"amount_returned": 5},
            {"requested_by_id": self.centre.id},
            {"date_return_due": TODAY},
            {"date_escalated": f"{TODAY} 04:00:00"},
        ):
            for user in (self.sales, self.finance, self.centre):
                mine = bond.with_user(user)
                with self.subTest(vals=vals, user=user.login):
                    with self._refused(AccessError):
                        mine.write(vals)
                    with self._refused(AccessError):
                        mine.create({"tender_id": other.id, "amount_asked": 5, **vals})
                    with self._refused(AccessError):
                        mine.with_context(
                            **{f"default_{name}": value for name, value in vals.items()}
                        ).create({"tender_id": other.id, "amount_asked": 5})
        self.assertEqual(bond.state, "draft")
        self.assertFalse(other.bond_ids)

    def test_a_bond_stays_with_its_tender(self):
        bond = self._create_bond()
        with self._refused(AccessError):
            bond.tender_id = self._create_tender(reference="Other")
        self.assertEqual(bond.tender_id, self.tender)

    def test_a_forfeited_bond_says_why(self):
        bond = self._pay()
        with self._refused(UserError, "Say why"):
            self._end(bond, outcome="forfeited", date=TODAY, reason=" ")
        self.assertEqual(bond.state, "paid")
        self._end(
            bond, outcome="forfeited", date=TODAY, reason="Withdrawn after the deadline"
        )
        self.assertEqual(bond.state, "forfeited")
        self.assertEqual(bond.forfeit_reason, "Withdrawn after the deadline")

    def test_what_comes_back_is_what_was_paid(self):
        bond = self._pay()
        for values, words in (
            ({"date": "2026-03-01"}, "after it was paid"),
            ({"date": TODAY, "amount": 20_001}, "comes back"),
            ({"date": TODAY, "amount": -1}, "comes back"),
            ({"date": TODAY, "amount_interest": -1}, "comes back"),
        ):
            with self.subTest(values=values):
                with self._refused(UserError, words):
                    self._end(bond, **values)
                self.assertEqual(bond.state, "paid")

    def test_what_was_asked_for_is_not_deleted(self):
        bond = self._create_bond()
        bond.action_request_approval()
        with self._refused(UserError):
            bond.unlink()
        self.assertTrue(bond.exists())
        bond.action_back_to_draft()
        bond.unlink()
        self.assertFalse(bond.exists())

    def test_a_sealed_tender_still_gets_its_bond_paid(self):
        bond = self._create_bond()
        self._move_tender("sealed")
        self._pay(self._approve(bond))
        self.assertEqual(bond.state, "paid")

    def test_a_guarantee_is_valid_as_long_as_the_bid(self):
        bond = self._approve(form="guarantee")
        self.assertEqual(str(self.tender.date_validity_end), "2026-06-29")
        for day, words in (
            (False, "until when the guarantee"),
            ("2026-06-28", "before the bid on"),
        ):
            bond.date_guarantee_expiry = day
            with self.subTest(day=day), self._refused(UserError, words):
                self._pay(bond)
            self.assertEqual(bond.state, "approved")
        bond.date_guarantee_expiry = "2026-06-29"
        self._pay(bond)
        self.assertEqual(bond.state, "paid")
        self.assertFalse(bond.payment_id)

    def test_faults_are_told_before_sealing(self):
        self.assertFalse(self.tender._get_bond_faults())
        bond = self._create_bond()

        def get_codes():
            return [code for _bond, code in self.tender._get_bond_faults()]

        self.assertEqual(get_codes(), ["unpaid"])
        bond.bank_account_id = self.other
        self.assertEqual(get_codes(), ["unpaid", "account"])
        bond.write({"form": "guarantee", "date_guarantee_expiry": "2026-06-28"})
        self.assertEqual(get_codes(), ["unpaid", "guarantee"])
        bond.date_guarantee_expiry = "2026-06-29"
        self._pay(self._approve(bond))
        self.assertEqual(get_codes(), [])
        self.tender.date_bond = "2026-03-01"
        self.assertEqual(get_codes(), ["late"])
