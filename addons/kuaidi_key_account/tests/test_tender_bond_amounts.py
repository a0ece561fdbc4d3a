from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .tender_bond_common import TODAY, BondCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestBondAmounts(BondCommon):
    """How high a bond may be, in which form, and from which account."""

    def test_the_form_fills_in_what_is_known(self):
        self.tender.agency_id = self.agency
        with Form(
            self.env["kuaidi.tender.bond"]
            .with_user(self.sales)
            .with_context(default_tender_id=self.tender.id)
        ) as form:
            form.amount_asked = 15_000
        bond = form.save()
        self.assertEqual(bond.amount, 15_000)
        self.assertEqual(bond.bank_account_id, self.basic)
        self.assertTrue(bond.is_basic_account)
        self.assertEqual(bond.beneficiary_id, self.agency)
        self.assertEqual(str(bond.date_due), "2026-03-20")
        self.assertIn(self.tender.number, bond.display_name)

    def test_the_law_sets_the_limit(self):
        government = self._create_tender(reference="ZC-1", is_government=True)
        government.amount_bid = 900_000
        for tender, kind, base, limit, article in (
            (self.tender, "bid", 1_000_000, 20_000, "Bidding Law, article 26"),
            (self.tender, "performance", 1_000_000, 100_000, "article 58"),
            (government, "bid", 1_000_000, 20_000, "Procurement Law, article 33"),
            (government, "performance", 900_000, 90_000, "article 48"),
        ):
            with self.subTest(tender=tender.reference, kind=kind):
                bond = self._create_bond(tender, kind=kind, amount_asked=limit)
                self.assertEqual(bond.amount_base, base)
                self.assertEqual(bond.amount_limit, limit)
                self.assertFalse(bond.is_above_limit)
                self.assertIn(article, bond.note_limit)
                bond.amount_asked = bond.amount = limit + 0.01
                self.assertTrue(bond.is_above_limit)
                self.assertIn("Object to the documents", bond.note_limit)

    def test_a_lot_has_a_limit_of_its_own(self):
        lot = (
            self.env["kuaidi.tender.lot"]
            .with_user(self.sales)
            .create(
                {
                    "tender_id": self.tender.id,
                    "number": "1",
                    "name": "South",
                    "amount_budget": 300_000,
                }
            )
        )
        bond = self._create_bond(lot_id=lot.id, amount_asked=6_000)
        self.assertEqual(bond.amount_limit, 6_000)
        with self._refused(ValidationError, "lot of the tender"):
            self._create_bond(self._create_tender(reference="Other"), lot_id=lot.id)

    def test_without_a_budget_the_limit_is_not_known(self):
        bond = self._create_bond(
            self._create_tender(reference="No budget", amount_budget=0),
            amount_asked=800_000,
        )
        self.assertEqual(bond.amount_limit, 0)
        self.assertFalse(bond.is_above_limit)
        self.assertIn("enter the budget", bond.note_limit)

    def test_a_higher_demand_is_paid_with_a_reason_alone(self):
        bond = self._create_bond(amount_asked=50_000)
        with self._refused(UserError, "article 26"):
            bond.action_request_approval()
        self.assertEqual(bond.state, "draft")
        bond.limit_reason = " "
        with self._refused(UserError, "article 26"):
            bond.action_request_approval()
        bond.limit_reason = "The issuer answered our objection: it insists"
        bond.action_request_approval()
        self.assertEqual(bond.state, "to_approve")

    def test_what_is_demanded_is_paid_no_less_and_no_more(self):
        for amount, words in ((19_999, "demand more"), (20_001, "no more than")):
            bond = self._create_bond(amount=amount)
            with self.subTest(amount=amount):
                with self._refused(UserError, words):
                    bond.action_request_approval()
                self.assertEqual(bond.state, "draft")
            bond.unlink()

    def test_a_bond_is_more_than_nothing(self):
        for values in ({"amount_asked": 0}, {"amount_asked": -5}, {"amount": -1}):
            with self.subTest(values=values), mute_logger("odoo.sql_db"):
                with self._refused(IntegrityError):
                    self._create_bond(**values)

    def test_government_takes_no_cash(self):
        tender = self._create_tender(reference="ZC-2", is_government=True)
        with self._refused(ValidationError, "not paid in cash"):
            self._create_bond(tender, form="cash")
        bond = self._create_bond(tender)
        with self._refused(ValidationError, "not paid in cash"):
            bond.form = "cash"
        self.assertEqual(bond.form, "transfer")
        self.assertTrue(self._create_bond(form="cash"))

    def test_bid_bonds_leave_the_basic_account(self):
        bond = self._create_bond(bank_account_id=self.other.id)
        self.assertEqual(bond.bank_account_id, self.other)
        with self._refused(UserError, "basic account"):
            bond.action_request_approval()
        self.assertEqual(bond.state, "draft")
        bond.bank_account_id = self.basic
        bond.action_request_approval()
        # the law says so of bid bonds alone
        performance = self._create_bond(
            kind="performance", bank_account_id=self.other.id
        )
        performance.action_request_approval()
        self.assertEqual(performance.state, "to_approve")

    def test_the_account_of_another_is_refused(self):
        account = self.env["res.partner.bank"].create(
            {"acc_number": "9999", "partner_id": self.agency.id}
        )
        with self._refused(ValidationError, "no account of ours"):
            self._create_bond(bank_account_id=account.id)

    def test_finance_marks_one_basic_account(self):
        for user in (self.sales, self.centre, self.manager):
            with self.subTest(user=user.login):
                with self._refused(AccessError, "Finance marks"):
                    self.other.with_user(user).action_mark_basic_account()
        for user in (self.sales, self.finance, self.centre):
            with self.subTest(user=user.login):
                with self._refused(AccessError):
                    self.other.with_user(user).kuaidi_is_basic_account = True
                with self._refused(AccessError):
                    self.other.with_user(user).create(
                        {
                            "acc_number": "4403 0003",
                            "partner_id": self.issuer.id,
                            "kuaidi_is_basic_account": True,
                        }
                    )
        self.assertTrue(self.basic.kuaidi_is_basic_account)
        self.other.with_user(self.finance).action_mark_basic_account()
        self.assertFalse(self.basic.kuaidi_is_basic_account)
        self.assertEqual(self._create_bond().bank_account_id, self.other)
        with mute_logger("odoo.sql_db"), self._refused(IntegrityError):
            self.basic.sudo().kuaidi_is_basic_account = True
            self.env.flush_all()

    def test_there_is_one_bond_of_a_kind_for_each_tender(self):
        self._create_bond()
        with mute_logger("odoo.sql_db"), self._refused(IntegrityError):
            self._create_bond()
        self.assertTrue(self._create_bond(kind="performance"))
        self.assertEqual(len(self.tender.bond_ids), 2)

    def test_limits_are_data(self):
        rule = self.env.ref("kuaidi_key_account.bond_rule_bid_limit")
        with self._refused(AccessError):
            rule.with_user(self.sales).percent = 5
        rule.with_user(self.centre).percent = 1
        self.assertEqual(self._create_bond().amount_limit, 10_000)
