from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .claim_common import MORNING
from .insurance_common import InsuranceCommon

USED = {"is_used": True, "pieces": 20, "amount_value": 800000, "sum_insured": 800000}


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestInsuranceShipment(InsuranceCommon):
    """Declared shipments: which clause they get, and what they cost (IN-2, IN-5)."""

    def test_the_booking_tells_which_clause_holds(self):
        for values, clause, words in (
            ({}, "a", "Clause A"),
            (USED | {"packing": "ours"}, "b", "without the packing"),
            (USED | {"packing": "original"}, "a", "in the packing of their factory"),
            (USED | {"packing": "own", "pieces": 80}, "a", "not above"),
            ({"goods": "水果 10 kg"}, False, "excludes Fresh fruit"),
            (
                {"amount_value": 500000, "sum_insured": 500000},
                False,
                "not declared specially",
            ),
            (
                {
                    "amount_value": 500000,
                    "sum_insured": 500000,
                    "is_declared_specially": True,
                },
                "a",
                "Clause A",
            ),
        ):
            with self.subTest(values=values):
                number = f"SF{self.env['kuaidi.insurance.shipment'].search_count([])}"
                shipment = self._declare(number, **values)
                self.assertEqual(shipment.clause, clause)
                self.assertIn(words, shipment.clause_reason)
                self.assertIs(shipment.is_narrowed, clause != "a")
                found = shipment.search([("is_narrowed", "=", True)])
                self.assertIs(shipment in found, clause != "a")
                found = shipment.search([("is_narrowed", "=", False)])
                self.assertIs(shipment in found, clause == "a")

    def test_the_sender_gets_a_notice_of_less_cover(self):
        plain = self._declare("SF1")
        with self._refused(UserError, "covered as agreed"):
            plain.with_user(self.officer).action_print_notice()
        self.assertFalse(plain.date_notice)
        shipment = self._declare(
            "SF2", **USED, packing="ours", account_id=self.account.id
        )
        action = shipment.with_user(self.officer).action_print_notice()
        self.assertEqual(action["report_name"], "kuaidi_claims.report_insurance_notice")
        self.assertEqual(str(shipment.date_notice), MORNING)
        html, kind = self.env["ir.actions.report"]._render_qweb_html(
            "kuaidi_claims.report_insurance_notice", shipment.ids
        )
        page = html.decode()
        self.assertEqual(kind, "html")
        for text in (
            "Haina Appliances",
            "SF2",
            # a notice is written in the client's language
            "原厂包装",
            "寄件人签字",
            "Meiya Insurance",
        ):
            self.assertIn(text, page)
        with self._refused(AccessError, "by itself"):
            plain.with_user(self.officer).date_notice = MORNING
        self.assertFalse(plain.date_notice)

    def test_the_premium_is_checked_against_the_rate(self):
        for number, values, due, gap in (
            ("SF1", {"amount_premium": 30}, 30, 0),
            ("SF2", {"amount_premium": 25}, 30, -5),
            ("SF3", {"goods_kind": "fragile", "amount_premium": 80}, 80, 0),
            ("SF4", {"sum_insured": 1492.8, "amount_premium": 5}, 4.48, 0.52),
        ):
            with self.subTest(values=values):
                shipment = self._declare(number, **values)
                self.assertEqual(shipment.amount_premium_due, due)
                self.assertAlmostEqual(shipment.amount_premium_gap, gap, 2)
        policy = self.policy
        self.assertEqual(
            (policy.shipment_count, policy.premium_gap_count, policy.narrowed_count),
            (4, 2, 0),
        )
        self.assertAlmostEqual(policy.amount_premium_due, 144.48, 2)
        self.assertAlmostEqual(policy.amount_premium, 140, 2)
        self.assertAlmostEqual(policy.amount_premium_gap, -4.48, 2)
        action = policy.action_view_premium_gaps()
        self.assertEqual(action["domain"], [("policy_id", "=", policy.id)])

    def test_a_shipment_is_declared_to_a_policy_in_force(self):
        draft = self._create_policy(is_running=False)
        for values in (
            {"date_shipped": "2025-12-31"},
            {"date_shipped": "2027-01-01"},
            {"policy_id": draft.id},
        ):
            with self.subTest(values=values):
                with self._refused(ValidationError, "is not in force"):
                    self._declare("SF9", **values)
        own = self._create_policy(account_id=self.account.id)
        with self._refused(ValidationError, "is for the shipments of"):
            self._declare("SF9", policy_id=own.id)
        self.assertFalse(
            self.env["kuaidi.insurance.shipment"].search(
                [("waybill_number", "=", "SF9")]
            )
        )

    @mute_logger("odoo.sql_db")
    def test_sums_that_make_no_sense_are_refused(self):
        self._declare("SF1")
        for waybill, values, error in (
            ("SF2", {"sum_insured": 0}, CheckViolation),
            ("SF2", {"sum_insured": -1}, CheckViolation),
            ("SF2", {"amount_value": 9999}, CheckViolation),
            ("SF2", {"pieces": 0}, CheckViolation),
            (" sf1 ", {}, UniqueViolation),
        ):
            with self.subTest(values=values):
                with self._refused(error):
                    self._declare(waybill, **values)
                self.assertEqual(self.policy.shipment_count, 1)

    def test_what_was_declared_stands_once_there_is_a_claim(self):
        shipment = self._declare("SF1")
        self._create_claim(waybill_number="SF1")
        officer = shipment.with_user(self.officer)
        with self._refused(UserError, "A claim was raised"):
            officer.sum_insured = 50000
        with self._refused(UserError, "A claim was raised"):
            officer.unlink()
        self._create_claim(waybill_number="SF2")
        with self._refused(UserError, "A claim was raised"):
            self._declare("SF2")
        self.assertEqual(shipment.sum_insured, 10000)
        self.assertEqual(self.policy.shipment_count, 1)
