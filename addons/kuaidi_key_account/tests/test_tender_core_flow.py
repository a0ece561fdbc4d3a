from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .renewal_common import TODAY
from .tender_common import TenderCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderCoreFlow(TenderCommon):
    """A tender from its notice to the contract, and what is refused on the way."""

    def test_the_usual_way(self):
        tender = self._create_tender(user=self.sales)
        self.assertRegex(tender.number, r"^TB-2026-\d{5}$")
        tender.action_qualify()
        points = self.env["kuaidi.tender.check.point"].search_count([])
        self.assertEqual(len(tender.check_ids), points)
        self.assertEqual(tender.check_open_count, points - 2)
        with self._refused(UserError, "who speaks with them"):
            tender._decide("bid", self._get_reason("bid_client"), "")
        self.assertEqual(tender.state, "qualifying")
        tender.check_ids.write({"answer": "Read"})
        tender.check_ids[0].rating = "risk"
        self.assertEqual(tender.check_risk_count, 1)
        self.assertEqual(tender.check_ids.user_id, self.sales)
        with self._refused(UserError, "Say why"):
            tender._decide("bid", self.env["kuaidi.tender.reason"], " ")
        wizard = self.env["kuaidi.tender.decide"].with_user(self.sales)
        wizard.create(
            {
                "tender_id": tender.id,
                "reason_ids": self._get_reason("bid_client").ids,
                "note": "We serve it already",
            }
        ).action_decide()
        self.assertRecordValues(
            tender,
            [
                {
                    "state": "preparing",
                    "decision": "bid",
                    "decided_by_id": self.sales.id,
                    "decision_note": "We serve it already",
                }
            ],
        )
        self._seal(tender)
        tender.action_submit()
        tender.action_register_opening()
        tender._win(amount=900000)
        self.assertEqual(tender.state, "won")
        self.assertEqual(str(tender.date_award), TODAY)
        self.assertEqual(tender.amount_award, 900000)

    def test_a_tender_is_not_bid_for(self):
        tender = self._create_tender()
        reason = self._get_reason("no_bid_price")
        wizard = self.env["kuaidi.tender.decide"].with_user(self.sales)
        wizard.create(
            {
                "tender_id": tender.id,
                "decision": "no_bid",
                # reasons for a bid are none against it
                "reason_ids": (reason | self._get_reason("bid_client")).ids,
            }
        ).action_decide()
        self.assertEqual(tender.state, "no_bid")
        self.assertEqual(tender.decision_reason_ids, reason)
        self.assertEqual(
            tender.lead_id.lost_reason_id,
            self.env.ref("kuaidi_key_account.lost_reason_no_bid"),
        )
        tender.with_user(self.sales).action_reopen()
        self.assertRecordValues(tender, [{"state": "qualifying", "decision": False}])
        self.assertTrue(tender.lead_id.active)

    def test_steps_are_taken_in_their_order(self):
        for state, actions in (
            ("draft", ("action_seal", "action_submit", "action_register_opening")),
            ("qualifying", ("action_seal", "action_qualify", "action_reopen")),
            ("preparing", ("action_submit", "action_unseal", "action_qualify")),
            ("sealed", ("action_seal", "action_open_decide", "action_open_result")),
            ("submitted", ("action_unseal", "action_submit", "action_make_contract")),
            ("opened", ("action_withdraw", "action_submit", "action_reopen")),
        ):
            tender = self._bring_to(self._create_tender(), state)
            for action in actions:
                with (
                    self.subTest(state=state, action=action),
                    self._refused(UserError, "where this cannot be done"),
                ):
                    getattr(tender, action)()
            self.assertEqual(tender.state, state)

    def test_steps_and_results_are_not_typed(self):
        tender = self._create_tender()
        for values in (
            {"state": "won"},
            {"number": "TB-1"},
            {"decision": "bid"},
            {"decided_by_id": self.sales.id},
            {"amount_award": 5},
            {"rejection_id": self._get_reason("rejected_seal").id},
            {"contract_id": False},
            {"lead_id": False},
            {"renewal_id": False},
            {"date_objected": TODAY},
        ):
            for user in (self.sales, self.centre, self.admin):
                with self.subTest(user.login, **values), self._refused(AccessError):
                    tender.with_user(user).write(values)
            if "lead_id" in values:
                continue  # entered once, when a tender is made of its opportunity
            with self.subTest(create=values), self._refused(AccessError):
                self._create_tender(
                    user=self.sales,
                    **{name: value or 1 for name, value in values.items()},
                )
        with self._refused(AccessError):
            self.tenders.with_user(self.sales).with_context(default_state="won").create(
                {"name": "X", "partner_id": self.issuer.id}
            )
        self.assertEqual(tender.state, "draft")

    def test_a_sealed_bid_stays_as_it_is(self):
        tender = self._create_tender(
            lot_ids=[Command.create({"number": "1", "name": "East"})]
        )
        self._bring_to(tender, "sealed")
        lot, check = tender.lot_ids, tender.check_ids[0]
        for user in (self.sales, self.centre):
            for refused in (
                lambda t: t.write({"amount_bid": 5}),
                lambda t: t.write({"date_deadline": "2026-05-01 04:00:00"}),
                lambda t: t.write({"validity_days": 10}),
                lambda t: t.lot_ids.write({"amount_bid": 5}),
                lambda t: t.lot_ids.unlink(),
                lambda t: t.write(
                    {"lot_ids": [Command.create({"number": "2", "name": "West"})]}
                ),
                lambda t: t.check_ids[0].write({"answer": "Other"}),
                lambda t: t.check_ids[0].unlink(),
            ):
                with self._refused(UserError, "is sealed and cannot be changed"):
                    refused(tender.with_user(user))
        self.assertRecordValues(
            tender, [{"amount_bid": 0, "validity_days": 90, "lot_ids": lot.ids}]
        )
        self.assertEqual(check.answer, "Read")
        # what goes on around it does
        tender.with_user(self.sales).write(
            {"date_opening": "2026-04-15 04:00:00", "bidder_count": 4}
        )
        tender.with_user(self.sales).action_unseal()
        tender.with_user(self.sales).amount_bid = 5
        self.assertEqual(tender.state, "preparing")

    def test_a_bid_handed_in_cannot_be_changed_any_more(self):
        tender = self._bring_to(self._create_tender(), "submitted")
        with self._refused(UserError, "cannot be changed any more"):
            tender.with_user(self.sales).amount_bid = 5
        self.assertEqual(tender.amount_bid, 0)

    def test_nothing_is_handed_in_late(self):
        tender = self._bring_to(self._create_tender(), "sealed")
        with freeze_time("2026-04-15 04:00:01"):
            for action in ("action_submit", "action_unseal"):
                with self._refused(UserError, "article 36"):
                    getattr(tender, action)()
            self.assertEqual(tender.state, "sealed")
            self.assertEqual((tender.clock, tender.is_overdue), ("late", True))
        with freeze_time("2026-04-15 04:00:00"):
            tender.action_submit()
        self.assertEqual(tender.state, "submitted")

    def test_a_deadline_in_the_past_is_refused(self):
        tender = self._create_tender()
        for refused in (
            lambda: self._create_tender(
                user=self.sales, date_deadline="2026-03-10 03:59:00"
            ),
            lambda: tender.with_user(self.sales).write(
                {"date_deadline": "2026-03-01 04:00:00"}
            ),
        ):
            with self._refused(UserError, "deadline has passed"):
                refused()
        self.assertEqual(str(tender.date_deadline), "2026-04-15 04:00:00")
        self.assertEqual(self.tenders.search_count([("name", "=", tender.name)]), 1)

    def test_the_clock_tells_how_much_time_is_left(self):
        tender = self._create_tender().with_context(lang="en_US")
        for now, clock, words in (
            ("2026-03-10 04:00:00", "ahead", "36 days 0 h"),
            ("2026-04-09 03:00:00", "near", "6 days 1 h"),
            ("2026-04-13 05:00:00", "urgent", "47 h 0 min"),
            ("2026-04-15 03:30:00", "urgent", "0 h 30 min"),
            ("2026-04-15 05:15:00", "late", "1 h 15 min late"),
            ("2026-04-18 05:00:00", "late", "3 days late"),
        ):
            with self.subTest(now), freeze_time(now):
                tender.invalidate_recordset(["clock", "time_left"])
                self.assertEqual((tender.clock, tender.time_left), (clock, words))
        tender.action_cancel()
        self.assertEqual((tender.clock, tender.time_left), ("stopped", False))

    @mute_logger("odoo.sql_db")
    def test_two_tenders_for_one_lot_are_refused(self):
        tender = self._create_tender(
            reference="ZB-2026-017",
            lot_ids=[Command.create({"number": "A1", "name": "East"})],
        )
        for reference in ("ZB-2026-017", " zb-2026-017 "):
            with self._refused(UniqueViolation, "tender_reference_uniq"):
                self._create_tender(user=self.sales, reference=reference)
        with self._refused(UniqueViolation, "lot_number_uniq"):
            tender.with_user(self.sales).write(
                {"lot_ids": [Command.create({"number": "a1 ", "name": "Again"})]}
            )
        self.assertEqual(len(tender.lot_ids), 1)
        # another issuer counts its own numbers, and what failed is put out again
        self._create_tender(reference="ZB-2026-017", partner_id=self.client.id)
        tender.action_cancel()
        again = self._create_tender(user=self.sales, reference="ZB-2026-017")
        self.assertEqual(again.state, "draft")

    def test_fewer_than_three_bids_are_not_opened(self):
        tender = self._bring_to(self._create_tender(), "submitted")
        tender.bidder_count = 2
        with self._refused(UserError, "article 28"):
            tender.with_user(self.sales).action_register_opening()
        self.assertEqual(tender.state, "submitted")
        tender.bidder_count = 3
        tender.with_user(self.sales).action_register_opening()
        enquiry = self._bring_to(self._create_tender(form="enquiry"), "submitted")
        enquiry.bidder_count = 2
        enquiry.action_register_opening()
        self.assertEqual((tender.state, enquiry.state), ("opened", "opened"))

    def test_a_bid_is_withdrawn_before_the_deadline_alone(self):
        tender = self._bring_to(
            self._create_tender(date_bond="2026-04-10"), "submitted"
        )
        with freeze_time("2026-04-15 05:00:00"), self._refused(UserError, "article 36"):
            tender.with_user(self.sales).action_withdraw()
        tender.with_user(self.sales).action_withdraw()
        self.assertEqual(str(tender.date_withdrawn), TODAY)
        row = self._get_date(tender, "bond_return_withdrawn")
        self.assertEqual(str(row.activity_id.date_deadline), "2026-03-15")

    def test_a_result_has_its_reason(self):
        tender = self._bring_to(
            self._create_tender(
                lot_ids=[Command.create({"number": "1", "name": "East"})]
            ),
            "opened",
        )
        wizards = self.env["kuaidi.tender.result"].with_user(self.sales)
        for result, message in (("lost", "was lost"), ("rejected", "was rejected")):
            with self._refused(UserError, message):
                wizards.create(
                    {"tender_id": tender.id, "result": result}
                ).action_register()
        self.assertEqual(tender.state, "opened")
        wizards.create(
            {
                "tender_id": tender.id,
                "result": "rejected",
                "rejection_id": self._get_reason("rejected_seal").id,
                "winner": "Feima",
                "lessons": "Two look at the seals",
            }
        ).action_register()
        self.assertRecordValues(
            tender,
            [
                {
                    "state": "lost",
                    "rejection_id": self._get_reason("rejected_seal").id,
                    "winner": "Feima",
                    "lessons": "Two look at the seals",
                    "likelihood": 0,
                }
            ],
        )
        self.assertEqual(tender.lot_ids.result, "rejected")
        tender.action_reopen()
        self.assertRecordValues(
            tender, [{"state": "opened", "rejection_id": False, "winner": False}]
        )

    def test_our_price_is_ranked_among_the_others(self):
        tender = self._create_tender(amount_bid=100)
        bids = self.env["kuaidi.tender.competitor"].with_user(self.sales)
        for name, amount in (("Feima", 90), ("Tiande", 120), ("Unknown", 0)):
            bids.create({"tender_id": tender.id, "name": name, "amount": amount})
        self.assertEqual(tender.price_rank, 2)
        tender.competitor_ids[:3].filtered(
            lambda bid: bid.name == "Feima"
        ).rejection_id = self._get_reason("rejected_below_cost")
        self.assertEqual(tender.price_rank, 1)
        other = self._create_tender(
            lot_ids=[Command.create({"number": "1", "name": "West"})]
        )
        with self._refused(ValidationError, "is no lot of"):
            tender.competitor_ids[0].lot_id = other.lot_ids

    def test_slides_and_papers_are_files_that_offices_make(self):
        tender = self._create_tender()
        question = self.env["kuaidi.tender.question"].create(
            {"tender_id": tender.id, "question": "What?"}
        )
        slides = self._create_attachment("slides.pdf")
        script = self._create_attachment("slides.pdf", b"<script>alert(1)</script>")
        self.company.kuaidi_upload_limit_mb = 1
        large = self._create_attachment("large.pdf", b"%PDF-1.4" + b" " * 1048577)
        for record, name in ((tender, "slide_ids"), (question, "attachment_ids")):
            record[name] = slides
            for file in (script, large):
                with self.subTest(name), self._refused(ValidationError):
                    record[name] = file
            self.assertEqual(record[name], slides)

    @mute_logger("odoo.sql_db")
    def test_one_bidder_wins(self):
        tender = self._create_tender()
        bids = self.env["kuaidi.tender.competitor"]
        values = {"tender_id": tender.id, "name": "Feima", "is_winner": True}
        bids.create(values)
        with self._refused(UniqueViolation, "competitor_winner_uniq"):
            bids.create(values | {"name": "Tiande"})

    def test_a_history_is_not_deleted(self):
        tender = self._bring_to(self._create_tender(), "qualifying")
        with self._refused(UserError, "stays on file"):
            tender.with_user(self.centre).unlink()
        self.assertTrue(tender.exists())
        draft = self._create_tender(user=self.sales)
        draft.unlink()
        self.assertFalse(draft.exists())

    def test_an_award_becomes_a_contract_once(self):
        account = self._create_account(partner_id=self.issuer.id)
        prices = self.env["kuaidi.price.agreement"].create(
            {
                "account_id": account.id,
                "date_from": "2026-05-01",
                "date_to": "2027-04-30",
            }
        )
        tender = self._create_tender(
            term_months=24,
            amount_bid=2400000,
            is_government=True,
            price_agreement_id=prices.id,
        )
        self.assertEqual(tender.account_id, account)
        self._bring_to(tender, "opened")._win()
        tender.with_user(self.sales).action_make_contract()
        contract = tender.contract_id
        self.assertRecordValues(
            contract,
            [
                {
                    "account_id": account.id,
                    "state": "draft",
                    "amount_total": 2400000,
                    "amount_promised": 1200000,
                    "is_public": True,
                    "date_from": self._day(TODAY),
                    "date_to": self._day("2028-03-09"),
                }
            ],
        )
        self.assertEqual(prices.contract_id, contract)
        self.assertTrue(contract._is_from_tender())
        tender.with_user(self.sales).action_make_contract()
        self.assertEqual(contract.tender_ids, tender)
        self.assertEqual(
            self.env["kuaidi.contract"].search_count([("account_id", "=", account.id)]),
            1,
        )
        row = self._get_date(tender, "contract")
        self.assertEqual(str(row.activity_id.date_deadline), "2026-04-09")
        contract.state = "running"
        contract.date_signed = "2026-03-20"
        contract._on_signed()
        self.assertEqual(str(tender.date_signing), "2026-03-20")
        self.assertEqual(str(row.activity_id.date_deadline), "2026-03-20")

    def test_an_award_without_a_file_opens_one_first(self):
        tender = self._bring_to(self._create_tender(), "opened")
        tender._win()
        with self._refused(UserError, "has no key account yet"):
            tender.with_user(self.centre).action_make_contract()
        self.assertFalse(tender.contract_id)
        tender.with_user(self.centre).action_open_key_account()
        self.assertEqual(tender.account_id.partner_id, self.issuer)
        tender.with_user(self.centre).action_make_contract()
        self.assertEqual(tender.contract_id.account_id, tender.account_id)

    def test_a_renewal_put_out_to_tender_makes_its_contract(self):
        renewal = self._create_renewal(
            stage="negotiating", is_public=True, amount_total=100000
        )
        renewal.amount_expected = 50000
        renewal.with_user(self.sales).action_renew()
        tender = self.tenders.search([("renewal_id", "=", renewal.id)])
        self.assertRecordValues(
            tender,
            [
                {
                    "account_id": self.account.id,
                    "partner_id": renewal.partner_id.id,
                    "lead_id": renewal.tender_lead_id.id,
                    "is_government": True,
                    "amount_expected": 50000,
                    "user_id": renewal.owner_id.id,
                }
            ],
        )
        renewal.action_back()
        renewal.action_retender()
        self.assertEqual(
            self.tenders.search_count([("renewal_id", "=", renewal.id)]), 1
        )
        tender._win(amount=48000)
        self.assertEqual(renewal.tender_lead_id.won_status, "won")
        tender.action_make_contract()
        self.assertEqual(tender.contract_id, renewal.successor_id)
        self.assertEqual(tender.contract_id.amount_total, 48000)
        self.assertEqual(renewal.stage, "renewed")
