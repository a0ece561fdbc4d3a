import json
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import JsonRpcException, tagged, users
from odoo.tools import mute_logger

from odoo.addons.kuaidi_claims.models.portal import portal as portal_module

from .portal_common import PortalCommon

OURS = {"kuaidi_claims", "kuaidi_key_account"}
WORDS = "Between the two of us"


@tagged("post_install", "-at_install")
class TestPortalAccess(PortalCommon):
    """Ways past our pages: calls, threads, reports, keys, numbers (1, 3, 5, 11, 26)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rival_claim.message_post(body=WORDS)

    def _is_client_reader(self, model):
        return not model._abstract and model.has_access("read")

    # class 1: calls beside those of records

    def test_the_models_that_clients_may_read_carry_nothing_of_ours(self):
        found = []
        for name in self.registry:
            model = self.env[name].with_user(self.portal)
            if self._is_client_reader(model):
                found += [
                    str(field)
                    for field in model._fields.values()
                    if OURS & set(field._modules)
                    and model._has_field_access(field, "read")
                ]
        self.assertEqual(found, [])

    def test_what_the_pages_work_with_cannot_be_called_from_outside(self):
        public = [
            name
            for base in type(self.env["kuaidi.portal"]).mro()
            if base.__module__.startswith("odoo.addons.kuaidi_claims")
            for name, value in vars(base).items()
            if callable(value) and not name.startswith("_")
        ]
        self.assertEqual(public, [])

    @mute_logger("odoo.http")
    def test_calls_over_the_wire_get_and_change_nothing(self):
        self._login()
        record = self.rival_claim
        for method, arguments in (
            ("web_read_group", ([], ["state"], ["__count"])),
            ("export_data", (record.ids, ["number"])),
            ("onchange", (record.ids, {}, [], {"stars": {}})),
            ("write", (record.ids, {"state": "paid"})),
            ("write", (self.claim.ids, {"amount_approved": 9999})),
            ("message_post", (record.ids,)),
            ("action_make_report", (self.claim.ids,)),
            ("rating_apply", (record.ids, 5)),
            ("activity_schedule", (record.ids,)),
            ("_portal_ensure_token", (record.ids,)),
        ):
            with self.subTest(method=method), self._unchanged():
                with self.assertRaises(JsonRpcException):
                    self.make_jsonrpc_request(
                        f"/web/dataset/call_kw/kuaidi.claim/{method}",
                        {
                            "model": "kuaidi.claim",
                            "method": method,
                            "args": list(arguments),
                            "kwargs": {},
                        },
                    )

    @mute_logger("odoo.http")
    def test_odoo_s_routes_of_threads_tell_nothing(self):
        messages = self.rival_claim.message_ids.ids
        for user in (self.portal, None):
            self.authenticate(user and user.login, user and user.login)
            for record in (self.rival_claim, self.claim):
                thread = {"thread_model": record._name, "thread_id": record.id}
                for route, values in (
                    ("/mail/message/post", {**thread, "post_data": {"body": "x"}}),
                    ("/mail/thread/messages", thread),
                    ("/mail/chatter_fetch", thread),
                    ("/portal/chatter_init", thread),
                    (
                        "/mail/data",
                        {
                            "fetch_params": [
                                [
                                    "mail.thread",
                                    {
                                        **thread,
                                        "request_list": ["attachments", "followers"],
                                    },
                                ]
                            ]
                        },
                    ),
                    (
                        "/mail/message/reaction",
                        {"message_id": messages[0], "content": "x", "action": "add"},
                    ),
                    (
                        "/mail/message/update_content",
                        {"message_id": messages[0], "update_data": {"body": "x"}},
                    ),
                ):
                    with self.subTest(user=user, route=route, record=record):
                        try:
                            answer = self.make_jsonrpc_request(route, values)
                        except JsonRpcException:
                            answer = {}
                        text = json.dumps(answer)
                        self.assertNotIn(WORDS, text)
                        self.assertNotIn(record.number, text)
        self.env.invalidate_all()
        self.assertEqual(self.rival_claim.message_ids.ids, messages)
        self.assertIn(WORDS, self.rival_claim.message_ids[0].body)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_letters_of_a_case_are_not_printed_for_clients(self):
        reports = self.env["ir.actions.report"].search(
            [("model", "=", "kuaidi.claim"), ("report_type", "=", "qweb-pdf")]
        )
        self.assertTrue(reports)
        for user in (self.portal, None):
            self.authenticate(user and user.login, user and user.login)
            for report in reports:
                for kind in ("html", "pdf"):
                    path = f"/report/{kind}/{report.report_name}/{self.rival_claim.id}"
                    with self.subTest(path=path, user=user):
                        response = self._get(path)
                        self.assertIn(response.status_code, (303, 403))
                        self.assertNotIn(self.rival_claim.number, response.text)
        self._log_requests(2, "letters")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_what_officers_add_to_the_client_s_words_stays_with_us(self):
        self._login()
        self._post("/my/claims/new", **self._claim_form())
        self._post(
            "/my/complaints/new",
            type_id=str(self.damage.id),
            waybill_number="SD 88",
            description="The door is bent.",
        )
        claim = self.env["kuaidi.claim"].search([("waybill_number", "=", "SD770001")])
        complaint = self.env["kuaidi.complaint"].search([("channel", "=", "portal")])
        for path, record in (("claims", claim), ("complaints", complaint)):
            own = record.with_user(self.officer)
            own.description = "The door is bent. We dropped it, say nothing!"
            with self.subTest(path=path), self._refused(AccessError):
                own.portal_words = "They lie"
            page = self._get(f"/my/{path}/{record.id}").text
            self.assertIn("The door is bent.", page)
            self.assertNotIn("say nothing", page)

    # class 3: keys

    def test_cases_have_no_link_that_opens_them_without_a_login(self):
        for name in self.registry:
            if name.startswith("kuaidi."):
                with self.subTest(model=name):
                    self.assertEqual(
                        "access_token" in self.env[name]._fields,
                        name == "kuaidi.statement",
                    )

    def test_a_rating_leaves_no_key_behind(self):
        self.claim.sudo().write({"state": "paid", "amount_paid": 640})
        self._login()
        self._post(f"/my/claims/{self.claim.id}/rate", rating="neutral")
        self.assertTrue(self.claim.rating_ids.consumed)
        self.assertFalse(self.claim.rating_ids.access_token)
        for key in ("False", "None", "0"):
            with self.subTest(key=key):
                self.assertEqual(self._get(f"/rate/{key}/5").status_code, 404)

    # classes 3 and 5: people who come and go

    def test_who_leaves_a_client_sees_nothing_of_it_any_more(self):
        self._login()
        path = f"/my/claims/{self.claim.id}"
        paper = self.claim.evidence_ids.filtered(lambda p: p.state == "asked")[:1]
        self._post(
            f"{path}/evidence",
            [("a.jpg", self.picture, "image/jpeg")],
            paper_id=str(paper.id),
        )
        file = paper.attachment_ids
        self.assertEqual(self._get(f"{path}/files/{file.id}").status_code, 200)
        self.portal.partner_id.parent_id = self.rival_client
        for closed in (path, f"{path}/files/{file.id}", f"/web/content/{file.id}"):
            with self.subTest(path=closed):
                response = self._get(closed)
                self.assertEqual(response.status_code, 404)
                self.assertNotIn(self.picture, response.content)
        self.assertNotIn(self.claim.number, self._get("/my/claims").text)
        with self._unchanged():
            response = self._post(f"{path}/rate", rating="satisfied")
            self.assertEqual(response.status_code, 404)
        self._log_requests(5, "who left a client")

    def test_who_is_no_company_s_contact_sees_nothing(self):
        self.portal.partner_id.parent_id = False
        self._login()
        self.assertEqual(self._get(f"/my/claims/{self.claim.id}").status_code, 404)
        self.assertNotIn(self.claim.number, self._get("/my/claims").text)
        self._log_requests(5, "who has no company")

    # class 11: approvals

    def test_accepting_approves_nothing(self):
        offer = self._offer(640)
        self._login()
        path = f"/my/claims/{self.claim.id}/offer"
        values = {"offer_id": str(offer.id), "answer": "accept"}
        self._post(path, **values, amount="9999", amount_approved="9999", state="paid")
        self.assertEqual(
            (self.claim.state, self.claim.amount_agreed), ("consensus", 640)
        )
        self.assertFalse(self.claim.amount_approved or self.claim.report_ids)
        for answer in ("accept", "refuse"):
            with self.subTest(answer=answer), self._unchanged():
                response = self._post(path, **values | {"answer": answer})
                self.assertEqual(response.status_code, 400)
        self._log_requests(11, "offers accepted", "portal")

    def test_an_offer_that_was_refused_is_not_accepted_later(self):
        offer = self._offer(640)
        self._login()
        path = f"/my/claims/{self.claim.id}/offer"
        self._post(path, offer_id=str(offer.id), answer="refuse")
        with self._unchanged():
            response = self._post(path, offer_id=str(offer.id), answer="accept")
            self.assertEqual(response.status_code, 400)
        self._log_requests(11, "offers refused", "portal")

    # class 26: guessing

    def test_looking_for_another_s_case_costs_what_looking_for_none_does(self):
        portal = self.env["kuaidi.portal"].with_user(self.portal)
        domain = portal._get_own_domain()
        self.env.flush_all()
        for record_id in (self.rival_claim.id, 10**9):
            self.env.invalidate_all()
            with self.subTest(id=record_id), self.assertQueryCount(1):
                found = self.env["kuaidi.claim"].sudo()
                found = found.search([("id", "=", record_id), *domain], limit=1)
                self.assertFalse(found)
        with patch.object(portal_module, "MOST_ID", 0), self.assertQueryCount(0):
            self.assertFalse(portal._find("kuaidi.claim", 1, domain))

    def test_numbers_of_cases_lead_nowhere(self):
        self._login()
        number, waybill = self.rival_claim.number, self.rival_claim.waybill_number
        for path in (f"/my/claims/{number}", f"/my/claims/{self.claim.number}"):
            with self.subTest(path=path):
                self.assertEqual(self._get(path).status_code, 404)
        self.assertNotIn(waybill, self._get(f"/my/claims?search={number}").text)
        self.assertNotIn(number, self._get(f"/my/claims?search={waybill}").text)
        self._log_requests(26, "numbers of cases")

    @users("kuaidi_portal")
    def test_the_client_of_a_user_is_its_company(self):
        self.assertEqual(self.env["kuaidi.portal"]._get_client().sudo(), self.client)

    def test_signing_up_with_a_client_s_address_opens_nothing(self):
        self.client.email = "boss@client.example"
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        login, _password = (
            self.env["res.users"]
            .sudo()
            .signup(
                {
                    "login": "boss@client.example",
                    "email": "boss@client.example",
                    "name": "Boss",
                    "password": "boss@client.example",
                }
            )
        )
        stranger = self.env["res.users"].search([("login", "=", login)])
        self._login(stranger)
        self.assertEqual(self._get(f"/my/claims/{self.claim.id}").status_code, 404)
        self.assertNotIn(self.claim.number, self._get("/my/claims").text)
        with self._unchanged():
            response = self._post("/my/claims/new", **self._claim_form())
            self.assertEqual(response.status_code, 404)
        self._log_requests(26, "signing up")
