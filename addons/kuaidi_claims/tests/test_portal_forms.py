from odoo.http import _generate_routing_rules
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import PortalCommon

ATTACK = "<img src=x onerror=alert(1)><script>alert(2)</script>"
TEMPLATE = "{{ object.amount_assessed }} <t t-out='object.amount_assessed'/> ${1+1}"
CHANGING = {
    "/my/complaints/new",
    "/my/complaints/<int:complaint_id>/rate",
    "/my/claims/new",
    "/my/claims/<int:claim_id>/evidence",
    "/my/claims/<int:claim_id>/offer",
    "/my/claims/<int:claim_id>/rate",
    "/my/statements/<int:statement_id>/answer",
}


@tagged("post_install", "-at_install")
class TestPortalForms(PortalCommon):
    """What forms carry beside their fields, and how it is shown (4, 14, 22, 24, 25)."""

    def _ask(self):
        return self.claim.evidence_ids.filtered(lambda paper: paper.state == "asked")[
            :1
        ]

    def _settle_claim(self):
        self.claim.sudo().write({"state": "paid", "amount_paid": 640})

    # class 4: smuggled values, form by form

    def test_a_complaint_takes_the_fields_of_its_form_alone(self):
        other = self.env["kuaidi.complaint"].create(
            {"account_id": self.rival_account.id, "type_id": self.damage.id}
        )
        self._login()
        self._post(
            "/my/complaints/new",
            type_id=str(self.damage.id),
            description="Wet",
            state="closed",
            channel="hotline",
            severity="crisis",
            account_id=str(self.rival_account.id),
            partner_id=str(self.rival_client.id),
            user_id=str(self.portal.id),
            joined_id=str(other.id),
            compensation="9999",
            reply="We pay",
            callback_result="satisfied",
        )
        complaint = self.env["kuaidi.complaint"].search([("channel", "=", "portal")])
        self.assertEqual(
            (complaint.state, complaint.account_id, complaint.partner_id),
            ("new", self.account, self.client),
        )
        self.assertNotEqual(complaint.severity, "crisis")
        self.assertNotEqual(complaint.user_id, self.portal)
        self.assertFalse(
            complaint.joined_id
            or complaint.compensation
            or complaint.reply
            or complaint.callback_result
        )
        self._log_requests(4, "complaints", "portal")

    def test_files_go_to_the_paper_of_the_claim_alone(self):
        paper = self._ask()
        theirs = self.rival_claim.evidence_ids[:1]
        self._login()
        self._post(
            f"/my/claims/{self.claim.id}/evidence",
            [("a.jpg", self.picture, "image/jpeg")],
            paper_id=str(paper.id),
            claim_id=str(self.rival_claim.id),
            evidence_id=str(theirs.id),
            res_id=str(theirs.id),
            res_model="kuaidi.insurance.policy",
            state="accepted",
            public="1",
            access_token="x",
        )
        file = paper.attachment_ids
        self.assertEqual((file.res_model, file.res_id), (paper._name, paper.id))
        self.assertFalse(file.public or file.access_token or theirs.attachment_ids)
        self.assertEqual(paper.state, "received")
        self._log_requests(4, "files", "portal")

    def test_a_rating_counts_for_the_claim_of_its_page(self):
        self._settle_claim()
        self._login()
        self._post(
            f"/my/claims/{self.claim.id}/rate",
            rating="dissatisfied",
            res_id=str(self.rival_claim.id),
            rated_partner_id=str(self.rival.partner_id.id),
            partner_id=str(self.rival.partner_id.id),
            date_client_confirmed="2000-01-01",
            state="filed",
        )
        rating = self.claim.rating_ids
        self.assertEqual(
            (rating.partner_id, rating.rated_partner_id, rating.rating),
            (self.portal.partner_id, self.officer.partner_id, 1),
        )
        self.assertFalse(self.rival_claim.rating_ids)
        self.assertEqual(self.claim.state, "paid")
        self.assertGreater(self.claim.date_client_confirmed.year, 2000)
        self._log_requests(4, "ratings", "portal")

    # what the officer is told

    def test_the_officer_is_told_of_papers_once(self):
        paper = self._ask()
        self._login()
        for _number in range(3):
            self._post(
                f"/my/claims/{self.claim.id}/evidence",
                [("a.jpg", self.picture, "image/jpeg")],
                paper_id=str(paper.id),
            )
        self.assertEqual(len(paper.attachment_ids), 3)
        self.assertEqual(
            self.claim.activity_ids.mapped("summary"),
            ["The client sent papers on the portal"],
        )
        self.assertEqual(self.claim.activity_ids.user_id, self.officer)

    def test_the_officer_is_told_that_an_offer_is_accepted(self):
        offer = self._offer(640)
        self._login()
        self._post(
            f"/my/claims/{self.claim.id}/offer", offer_id=str(offer.id), answer="accept"
        )
        self.assertIn(
            "The client accepted the offer", self.claim.activity_ids.mapped("summary")
        )

    def test_the_officer_sees_confirmation_and_rating(self):
        self._settle_claim()
        self._login()
        self._post(
            f"/my/claims/{self.claim.id}/rate", rating="dissatisfied", feedback="Slow"
        )
        shown = self.env["kuaidi.claim"].with_user(self.officer).get_view()["arch"]
        for name in (
            "date_client_confirmed",
            "rating_last_text",
            "rating_last_feedback",
        ):
            with self.subTest(field=name):
                self.assertIn(f'name="{name}"', shown)
        claim = self.claim.with_user(self.officer)
        self.assertEqual(
            (claim.rating_last_text, claim.rating_last_feedback), ("ko", "Slow")
        )
        activity = claim.activity_ids
        self.assertEqual(
            activity.summary, "The client is not satisfied with the result"
        )
        self.assertIn("Slow", activity.note)

    # class 14: what is shown to our people

    def test_what_clients_type_runs_nowhere_with_us(self):
        self._settle_claim()
        self._login()
        self._post(
            f"/my/claims/{self.claim.id}/rate", rating="dissatisfied", feedback=ATTACK
        )
        self._post(
            "/my/claims/new", **self._claim_form(description=ATTACK, goods=ATTACK)
        )
        claim = self.env["kuaidi.claim"].search([("waybill_number", "=", "SD770001")])
        records = self.claim | claim
        texts = [
            *records.message_ids.mapped("body"),
            *records.activity_ids.mapped("note"),
        ]
        for report in self.env["ir.actions.report"].search(
            [("model", "=", "kuaidi.claim"), ("report_type", "=", "qweb-pdf")]
        ):
            html, _kind = report._render_qweb_html(report.report_name, claim.ids)
            texts.append(html.decode())
        shown = " ".join(filter(None, texts))
        self.assertIn("&lt;img src=x", shown)
        self.assertNotIn("<img src=x", shown)
        self.assertNotIn("<script>alert", shown)
        self._log_requests(14, "words of clients", "portal")

    def test_what_keeps_an_acceptance_is_noted_as_text(self):
        claim, portal = self.claim, self.env["kuaidi.portal"].with_user(self.portal)
        portal._tell_officer(claim.sudo(), lambda env: "Look", note=ATTACK)
        note = claim.activity_ids.note
        self.assertNotIn("<img", note)
        self.assertIn("&lt;img src=x", note)

    # class 22: mail

    def test_no_case_is_made_by_mail_whoever_it_pretends_to_come_from(self):
        raw = (
            f"From: {self.portal.email}\r\nTo: claims@kuaidi.example\r\n"
            "Subject: Claim for RV1\r\nMessage-Id: <forged@client.example>\r\n\r\nPay."
        )
        with self._unchanged(), self.assertRaisesRegex(ValueError, "No possible route"):
            self.env["mail.thread"].message_process(False, raw)

    def test_no_address_of_mail_leads_to_our_models(self):
        models = [name for name in self.registry if name.startswith("kuaidi.")]
        for name in models:
            with self.subTest(model=name):
                self.assertNotIn("alias_id", self.env[name]._fields)
        aliases = self.env["mail.alias"].search([])
        self.assertFalse(
            aliases.filtered(lambda alias: alias.alias_model_id.model in models)
        )

    def test_one_line_stays_one_line(self):
        self._login()
        self.portal.name = "Ms. Li\r\nBcc: all@client.example"
        self._post(
            "/my/claims/new",
            **self._claim_form(
                goods="Fridge\r\nBcc: all@client.example",
                phone="1\nX: 2",
                waybill_number="SD\n77 0001",
            ),
        )
        claim = self.env["kuaidi.claim"].search([("waybill_number", "=", "SD770001")])
        self.assertTrue(claim)
        for text in (claim.goods, claim.phone):
            self.assertNotRegex(text, r"[\r\n]")
        claim.email = "li@client.example"
        template = self.env["mail.template"].search(
            [("model", "=", "kuaidi.claim")], limit=1
        )
        mail = self.env["mail.mail"].browse(template.send_mail(claim.id))
        self.assertNotRegex(f"{mail.subject}{mail.email_to}", r"[\r\n]")
        self._log_requests(22, "lines of forms", "portal")

    def test_what_looks_like_a_template_is_sent_as_it_was_typed(self):
        self._login()
        self._post(
            "/my/claims/new",
            **self._claim_form(
                description=TEMPLATE, goods=TEMPLATE, phone=TEMPLATE[:30]
            ),
        )
        claim = self.env["kuaidi.claim"].search([("waybill_number", "=", "SD770001")])
        claim.sudo().amount_assessed = 8123.45
        for template in self.env["mail.template"].search(
            [("model", "=", "kuaidi.claim")]
        ):
            for field in ("subject", "body_html"):
                with self.subTest(template=template.name, field=field):
                    text = template._render_field(field, claim.ids)[claim.id]
                    self.assertNotIn("8123", text)
        self._log_requests(16, "words of clients", "portal")

    # class 24: forged forms

    def test_every_page_that_changes_is_posted_with_the_session_s_token(self):
        changing = set()
        modules = ["base", "web", "portal", "kuaidi_key_account", "kuaidi_claims"]
        for path, endpoint in _generate_routing_rules(modules, nodb_only=False):
            routing = endpoint.routing
            module = endpoint.func.__module__
            if not module.startswith("odoo.addons.kuaidi_claims.controllers"):
                continue
            with self.subTest(path=path):
                if path == "/my/statements/<int:statement_id>":
                    # the link of a mail opens it, see its own tests
                    self.assertEqual(routing["methods"], ["GET"])
                    continue
                self.assertEqual((routing["auth"], routing["type"]), ("user", "http"))
                self.assertIn(routing["methods"], (["GET"], ["POST"]))
                self.assertTrue(routing.get("csrf", True))
                self.assertFalse(routing.get("cors"))
                if routing["methods"] == ["POST"]:
                    changing.add(path)
        self.assertEqual(changing, CHANGING)

    @mute_logger("odoo.http")
    def test_forms_are_not_taken_as_json_nor_without_the_token_of_the_session(self):
        self._login()
        self.env.flush_all()
        for arguments in (
            {"json": {"jsonrpc": "2.0", "params": self._claim_form()}},
            {"data": self._claim_form(), "headers": {"Origin": "https://evil.example"}},
        ):
            with self.subTest(arguments=arguments), self._unchanged():
                response = self.url_open(
                    "/my/claims/new", allow_redirects=False, **arguments
                )
                self.assertEqual(response.status_code, 400)

    # class 25: floods

    def test_a_flood_of_files_stops_at_the_limit(self):
        self.company.kuaidi_portal_change_limit = 4
        paper = self._ask()
        self._login()
        codes = [
            self._post(
                f"/my/claims/{self.claim.id}/evidence",
                [("a.jpg", self.picture, "image/jpeg")],
                paper_id=str(paper.id),
            ).status_code
            for _number in range(6)
        ]
        self.assertEqual(codes, [303] * 4 + [429] * 2)
        self.assertEqual(len(paper.attachment_ids), 4)
        self._log_requests(25, "floods of files", "portal")

    def test_a_flood_of_complaints_stops_at_ten_an_hour(self):
        self._login()
        codes = [
            self._post(
                "/my/complaints/new",
                type_id=str(self.damage.id),
                description=f"Wet {number}",
            ).status_code
            for number in range(12)
        ]
        self.assertEqual(codes, [303] * 10 + [429] * 2)
        filed = self.env["kuaidi.complaint"].search([("channel", "=", "portal")])
        self.assertEqual(len(filed), 10)
        self._log_requests(25, "floods of complaints", "portal")
