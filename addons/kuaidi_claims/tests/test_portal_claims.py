from unittest.mock import patch

from odoo.tests import tagged

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalClaims(PortalCommon):
    """A client claims, proves, answers our offer, confirms and rates (2.12, 2.16)."""

    def _file(self, files=(), **values):
        return self._post("/my/claims/new", files, **self._claim_form(**values))

    def _find(self, waybill="SD770001"):
        return self.env["kuaidi.claim"].search([("waybill_number", "=", waybill)])

    def test_a_client_files_a_claim_with_pictures(self):
        self._login()
        response = self._file(
            [("IMG_1.jpg", self.picture, "image/jpeg"), ("b.png", self.picture, "x/y")]
        )
        claim = self._find()
        self.assertEqual(response.status_code, 303)
        self.assertIn(
            f"/my/claims/{claim.id}?notice=filed", response.headers["Location"]
        )
        self.assertEqual(
            (claim.state, claim.type, claim.amount_claimed, claim.account_id),
            ("received", "damage", 1200.5, self.account),
        )
        self.assertEqual(claim.user_id, self.officer)
        self.assertEqual(
            (claim.contact_name, claim.partner_id), ("Ms. Li", self.client)
        )
        paper = claim.evidence_ids.filtered("title")
        self.assertEqual(paper.state, "received")
        self.assertEqual(
            sorted(paper.attachment_ids.mapped("name")), ["IMG_1.jpg", "b.jpg"]
        )
        self.assertEqual(
            claim.activity_ids.mapped("summary"),
            ["A client filed a claim on the portal"],
        )
        self.assertFalse(claim.message_partner_ids & self.portal.partner_id)

    def test_the_officer_of_the_client_s_team_takes_the_claim(self):
        self.env["kuaidi.account.member"].create(
            {
                "account_id": self.account.id,
                "role": "claims",
                "user_id": self.officer_2.id,
            }
        )
        self._login()
        self._file()
        self.assertEqual(self._find().user_id, self.officer_2)

    def test_what_is_missing_or_wrong_is_said_and_nothing_is_filed(self):
        self.company.kuaidi_portal_case_limit = 100
        self._login()
        for values in (
            {"waybill_number": ""},
            {"type": "theft"},
            {"type": None},
            {"amount_claimed": "-5"},
            {"amount_claimed": "nan"},
            {"amount_claimed": "1e308"},
            {"amount_claimed": "a lot"},
            {"date_shipped": "2099-01-01"},
            {"date_shipped": "0001-01-01"},
            {"date_shipped": "yesterday"},
            {"description": "  "},
            {"description": "x" * 5001},
            {"goods": "x" * 101},
        ):
            with self.subTest(values=values), self._unchanged():
                response = self._file(**values)
                self.assertEqual(response.status_code, 400)
                self.assertTrue(self._get_message(response))

    def test_a_form_that_comes_back_keeps_its_texts_and_asks_for_the_files_again(self):
        self._login()
        hint = "Choose your files once more"
        self.assertNotIn(hint, self._get("/my/claims/new").text)
        response = self._file(
            [("IMG_1.jpg", self.picture, "image/jpeg")], amount_claimed="a lot"
        )
        self.assertEqual(response.status_code, 400)
        for text in (hint, 'value="Fridge"', "The door is bent."):
            with self.subTest(text=text):
                self.assertIn(text, response.text)

    def test_one_waybill_is_claimed_once(self):
        self._login()
        self._file()
        claim = self._find()
        response = self._file()
        self.assertIn(claim.number, self._get_message(response))
        self.assertEqual(self._find(), claim)

    def test_a_waybill_that_another_client_claims_goes_to_a_person(self):
        self._login()
        with patch.object(
            type(self.env["kuaidi.complaint"]), "_assign_activity", autospec=True
        ):
            response = self._file(waybill_number="RV0000000001")
        self.assertEqual(response.status_code, 303)
        self.assertNotIn(self.rival_claim.number, response.text)
        self.assertEqual(self._find("RV0000000001"), self.rival_claim)
        complaint = self.env["kuaidi.complaint"].search(
            [("waybill_number", "=", "RV0000000001")]
        )
        self.assertEqual(complaint.account_id, self.account)
        self.assertEqual(
            (complaint.compensation, complaint.channel), (1200.5, "portal")
        )

    def test_the_page_says_the_stage_and_what_is_asked(self):
        self._offer(640)
        self._login()
        listed = self._get("/my/claims").text
        self.assertIn(self.claim.number, listed)
        self.assertIn("Accept or refuse our offer.", listed)
        page = self._get(f"/my/claims/{self.claim.id}").text
        self.assertIn("Agreeing on the Amount", page)
        self.assertIn("640.00", page)
        self.assertNotIn("Dropped when it was loaded", page)

    def test_a_client_adds_evidence_that_is_asked_for(self):
        paper = self.claim.evidence_ids.filtered(lambda line: line.state == "asked")[:1]
        self._login()
        response = self._post(
            f"/my/claims/{self.claim.id}/evidence",
            [("bill.pdf", b"%PDF-1.4 bill", "application/pdf")],
            paper_id=str(paper.id),
        )
        self.assertIn("notice=added", response.headers["Location"])
        self.assertEqual(paper.state, "received")
        file = paper.attachment_ids
        self.assertEqual((file.name, file.create_uid), ("bill.pdf", self.portal))
        answer = self._get(f"/my/claims/{self.claim.id}/files/{file.id}")
        self.assertEqual(answer.content, b"%PDF-1.4 bill")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")

    def test_files_that_we_added_are_not_handed_out(self):
        paper = self.claim.evidence_ids[:1]
        file = self.env["ir.attachment"].create(
            {
                "name": "guess.png",
                "raw": self._make_picture("PNG"),
                "res_model": paper._name,
                "res_id": paper.id,
            }
        )
        paper.attachment_ids = file
        self._login()
        self.assertNotIn("guess.png", self._get(f"/my/claims/{self.claim.id}").text)
        answer = self._get(f"/my/claims/{self.claim.id}/files/{file.id}")
        self.assertEqual(answer.status_code, 404)

    def test_accepting_has_the_effect_of_the_officer_s_button(self):
        offer = self._offer(640)
        self._login()
        response = self._post(
            f"/my/claims/{self.claim.id}/offer",
            offer_id=str(offer.id),
            answer="accept",
        )
        self.assertIn("notice=accepted", response.headers["Location"])
        self.assertEqual(
            (self.claim.state, self.claim.amount_agreed), ("consensus", 640)
        )
        self.assertEqual((offer.state, offer.answered_by_id), ("accepted", self.portal))

    def test_refusing_leaves_the_claim_negotiated(self):
        offer = self._offer(640)
        self._login()
        self._post(
            f"/my/claims/{self.claim.id}/offer",
            offer_id=str(offer.id),
            answer="refuse",
        )
        self.assertEqual((offer.state, self.claim.state), ("refused", "negotiation"))
        self.assertIn(
            "The client refused the offer", self.claim.activity_ids.mapped("summary")
        )

    def test_only_the_offer_that_was_read_is_accepted(self):
        old = self._offer(640)
        new = self._offer(300)
        demand = self._offer(900, side="client")
        self._login()
        for offer_id in (
            str(old.id),
            str(demand.id),
            str(self.rival_offer.id),
            "",
            "x",
        ):
            for answer in ("accept", "refuse"):
                with self.subTest(offer=offer_id, answer=answer), self._unchanged():
                    response = self._post(
                        f"/my/claims/{self.claim.id}/offer",
                        offer_id=offer_id,
                        answer=answer,
                    )
                    self.assertEqual(response.status_code, 400)
        with self._unchanged():
            response = self._post(
                f"/my/claims/{self.claim.id}/offer",
                offer_id=str(new.id),
                answer="pay",
            )
            self.assertEqual(response.status_code, 400)

    def test_what_keeps_the_officer_from_settling_keeps_the_client_and_stays_ours(self):
        offer = self._offer(640)
        self._login()
        secret = "The insurer has not consented."
        with patch.object(
            type(self.claim),
            "_get_transition_obstacles",
            lambda claim, target: [secret],
        ):
            response = self._post(
                f"/my/claims/{self.claim.id}/offer",
                offer_id=str(offer.id),
                answer="accept",
            )
        self.assertIn("notice=waits", response.headers["Location"])
        self.assertEqual((self.claim.state, offer.state), ("negotiation", "open"))
        self.assertEqual(self.claim.amount_agreed, 0)
        self.assertIn(secret, self.claim.activity_ids.note)
        page = self._get(f"/my/claims/{self.claim.id}?notice=waits")
        self.assertNotIn("insurer", page.text.lower())

    def test_the_result_is_confirmed_and_rated_once(self):
        path = f"/my/claims/{self.claim.id}/rate"
        self._login()
        with self._unchanged():
            self.assertEqual(self._post(path, rating="satisfied").status_code, 400)
        self.claim.sudo().write({"state": "paid", "amount_paid": 640})
        with self._unchanged():
            self.assertEqual(self._post(path, rating="10").status_code, 400)
        response = self._post(path, rating="neutral", feedback="Late but fair")
        self.assertIn("notice=rated", response.headers["Location"])
        self.assertTrue(self.claim.date_client_confirmed)
        rating = self.env["rating.rating"].search([("res_model", "=", "kuaidi.claim")])
        self.assertEqual(
            (rating.res_id, rating.rating, rating.feedback),
            (self.claim.id, 3, "Late but fair"),
        )
        self.assertEqual(rating.partner_id, self.portal.partner_id)
        with self._unchanged():
            self.assertEqual(self._post(path, rating="satisfied").status_code, 400)

    def test_the_home_page_counts_what_the_lists_show_with_one_query(self):
        self._create_claim(partner_id=self.client.id, waybill_number="SD0000000077")
        for user in (self.portal, self.rival):
            portal = self.env["kuaidi.portal"].with_user(user)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                counts = portal._count_cases()
            domain = portal._get_own_domain()
            for model, count in counts.items():
                with self.subTest(user=user.login, model=model):
                    found = self.env[model].sudo().search_count(domain)
                    self.assertEqual(count, found)
            self.assertTrue(counts["kuaidi.claim"])
        self._login()
        self.assertEqual(self._get("/my/home").status_code, 200)
        values = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["kuaidi_claim_count"]}
        )
        self.assertEqual(values, {"kuaidi_claim_count": 2})
