from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .claim_common import MORNING, ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimIntake(ClaimCommon):
    def test_officer_takes_a_claim_in_with_four_entries(self):
        self.client.phone = "+86 139 0000 1111"
        with freeze_time(MORNING):
            form = Form(self.env["kuaidi.claim"].with_user(self.officer))
            form.phone = "13900001111"
            form.waybill_number = " sf 1234 5678 "
            form.type = "loss"
            form.amount_claimed = 1492.8
            claim = form.save()
        self.assertEqual(claim.partner_id, self.client)
        self.assertEqual(claim.account_id, self.account)
        self.assertEqual(claim.waybill_number, "SF12345678")
        self.assertEqual(claim.user_id, self.officer)
        self.assertRegex(claim.number, r"^LP-2026-\d{5}$")

    def test_account_is_found_by_code_and_leads_to_its_client(self):
        found = self.env["kuaidi.key.account"].name_search(self.account.code)
        self.assertEqual(found[0][0], self.account.id)
        form = Form(self.env["kuaidi.claim"].with_user(self.officer))
        form.account_id = self.account
        self.assertEqual(form.partner_id, self.client)

    def test_contact_person_of_a_client_finds_its_account(self):
        person = self._create_partner(
            name="Ms. Li", is_company=False, parent_id=self.client.id
        )
        claim = self._create_claim(partner_id=person.id)
        self.assertEqual(claim.account_id, self.account)
        self.assertEqual(claim.partner_id, person)

    def test_person_who_is_not_known_is_entered_with_the_claim(self):
        form = Form(self.env["kuaidi.claim"].with_user(self.officer))
        form.contact_name = "Mr. Zhao"
        form.phone = "138 0000 2222"
        form.waybill_number = "P1"
        form.type = "loss"
        claim = form.save()
        self.assertEqual(claim.partner_id.name, "Mr. Zhao")
        self.assertEqual(claim.partner_id.company_id, self.company)
        self.assertFalse(claim.account_id)
        again = self.env["kuaidi.claim"].with_user(self.officer)
        again = again.create(
            {
                "contact_name": "Mr. Zhao",
                "phone": "13800002222",
                "waybill_number": "P2",
                "type": "loss",
            }
        )
        self.assertEqual(again.partner_id, claim.partner_id)
        with self._refused(AccessError):
            self.env["kuaidi.claim"].with_user(self.finance).create(
                {"contact_name": "Ms. Sun", "waybill_number": "P3", "type": "loss"}
            )
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Ms. Sun")]))

    def test_client_and_account_belong_together(self):
        other = self._create_account()
        with self._refused(ValidationError, "does not belong"):
            self._create_claim(account_id=other.id, partner_id=self.client.id)
        with self._refused(ValidationError, "does not belong"):
            self.claim.write({"account_id": other.id, "partner_id": self.client.id})
        self.assertEqual(self.claim.account_id, self.account)

    def test_unlikely_facts_are_refused(self):
        for values, rule in (
            ({"pieces_sent": 3, "pieces_received": 4}, "received_not_above_sent"),
            ({"pieces_sent": -1}, "facts_positive"),
            ({"weight_kg": -0.5}, "facts_positive"),
            ({"amount_claimed": -1}, "facts_positive"),
            ({"amount_declared": -1}, "facts_positive"),
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self._refused(IntegrityError, rule),
            ):
                self.claim.with_user(self.officer).write(values)
                self.claim.flush_recordset()
        for values, message in (
            ({"date_shipped": date(2026, 11, 25)}, "after the client called"),
            ({"date_shipped": date(2026, 11, 24)}, "after the client called"),
            ({"date_called": "2026-11-24 02:00:00"}, "in the future"),
            ({"is_declared": True}, "declared value"),
            ({"amount_declared": 500, "is_declared": False}, "tick"),
            ({"date_signed": date(2026, 11, 25)}, "signed for between"),
            (
                {"date_shipped": date(2026, 11, 20), "date_signed": date(2026, 11, 19)},
                "signed for between",
            ),
            (
                {"type": "shortage", "pieces_sent": 3, "pieces_received": 3},
                "none is missing",
            ),
            ({"type": "loss", "signer": "Mr. Zhao"}, "not lost"),
        ):
            with (
                self.subTest(values),
                freeze_time(MORNING),
                self._refused(ValidationError, message),
            ):
                self.claim.with_user(self.officer).write(values)
        self.assertEqual(self.claim.type, "damage")
        self.assertFalse(self.claim.date_shipped)
        self.assertEqual(self.claim.pieces, 1)

    def test_declared_amount_ticks_that_it_was_declared(self):
        claim = self._create_claim(amount_declared=800000)
        self.assertTrue(claim.is_declared)

    def test_one_open_claim_per_waybill_and_kind(self):
        number = self.claim.waybill_number
        with mute_logger("odoo.sql_db"), self._refused(IntegrityError):
            self._create_claim(waybill_number=number.lower())
        other_kind = self._create_claim(waybill_number=number, type="delay")
        self.assertEqual(other_kind.earlier_claim_ids, self.claim)
        self.claim.with_user(self.officer)._move("withdrawn")
        again = self._create_claim(waybill_number=number)
        self.assertEqual(again.earlier_claim_ids, self.claim | other_kind)
        company = self.env["res.company"].create({"name": "Other Express"})
        elsewhere = self.env["kuaidi.claim"].create(
            {
                "company_id": company.id,
                "partner_id": self._create_partner().id,
                "type": "damage",
                "waybill_number": number,
            }
        )
        self.assertFalse(elsewhere.earlier_claim_ids)

    def test_waybill_claimed_before_needs_a_reason(self):
        number = self.claim.waybill_number
        self.claim.with_user(self.officer)._move("withdrawn")
        again = self._create_claim(waybill_number=number).with_user(self.officer)
        self.assertIn(self.claim.number, again.missing)
        with self._refused(UserError, self.claim.number):
            again.action_ask_evidence()
        self.assertEqual(again.state, "received")
        self.assertEqual(again.action_view_earlier_claims()["res_id"], self.claim.id)
        again.repeat_reason = "The goods were found, but broken"
        again.action_ask_evidence()
        self.assertEqual(again.state, "evidence")

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_each_role_sees_what_it_works_on(self):
        stranger = self._create_claim(partner_id=self._create_partner().id)
        both = self.claim | stranger
        company = self.env["res.company"].create({"name": "Other Express"})
        foreigner = new_test_user(
            self.env,
            login="kuaidi_foreign_officer",
            groups="kuaidi_claims.group_claims_officer",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for user, seen in (
            (self.officer, both),
            (self.claims_manager, both),
            (self.finance, both),
            (self.centre, both),
            (self.manager, self.claim),
            (self.manager_2, self.claim.browse()),
            (foreigner, self.claim.browse()),
        ):
            with self.subTest(user.login):
                claims = (
                    self.env["kuaidi.claim"]
                    .with_user(user)
                    .with_context(allowed_company_ids=user.company_ids.ids)
                )
                self.assertEqual(claims.search([("id", "in", both.ids)]), seen)
        for user in (self.sales, self.clerk, self.portal):
            with self.subTest(user.login), self._refused(AccessError):
                self.claim.with_user(user).read(["number"])
        for user in (self.manager, self.finance, self.centre):
            with self.subTest(user.login), self._refused(AccessError):
                self.env["kuaidi.claim"].with_user(user).create(
                    {
                        "partner_id": self.client.id,
                        "type": "loss",
                        "waybill_number": "A1",
                    }
                )

    def test_claim_follows_from_a_complaint(self):
        complaint = self.env["kuaidi.complaint"].create(
            {
                "company_id": self.company.id,
                "account_id": self.account.id,
                "waybill_number": "SF77",
                "type_id": self.env.ref("kuaidi_claims.complaint_type_damage").id,
                "compensation": 600,
                "description": "Broken crate",
            }
        )
        action = complaint.with_user(self.officer).action_create_claim()
        form = Form(
            self.env["kuaidi.claim"]
            .with_user(self.officer)
            .with_context(**action["context"])
        )
        claim = form.save()
        self.assertEqual(claim.complaint_id, complaint)
        self.assertEqual(claim.account_id, self.account)
        self.assertEqual(claim.type, "damage")
        self.assertEqual(claim.amount_claimed, 600)
        self.assertEqual(claim.waybill_number, "SF77")
        again = complaint.with_user(self.officer).action_create_claim()
        self.assertEqual(again["res_id"], claim.id)
        self.assertEqual(complaint.claim_id, claim)

    def test_account_shows_its_claims(self):
        self._create_claim().with_user(self.officer)._move("withdrawn")
        account = self.account.with_user(self.manager)
        self.assertEqual(account.claim_count, 2)
        self.assertEqual(account.claim_open_count, 1)
        action = account.action_view_claims()
        self.assertEqual(self.env["kuaidi.claim"].search_count(action["domain"]), 2)
