import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .portal_common import PortalCommon

SECRETS = (
    "stars",
    "amount_assessed",
    "amount_approved",
    "liability_note",
    "outcome_reason",
    "description",
)


@tagged("post_install", "-at_install")
class TestPortalStrangers(PortalCommon):
    """Attacks of one client on another, class by class: nothing is got or changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls.env["kuaidi.complaint"].create(
            {
                "account_id": cls.rival_account.id,
                "type_id": cls.damage.id,
                "waybill_number": "RV0000000002",
                "description": "Rival's words",
            }
        )
        paper = cls.rival_claim.evidence_ids[:1]
        cls.file = (
            cls.env["ir.attachment"]
            .with_user(cls.rival)
            .sudo()
            .create(
                {
                    "name": "rival.png",
                    "raw": cls._make_picture("PNG"),
                    "res_model": paper._name,
                    "res_id": paper.id,
                }
            )
        )
        paper.with_user(cls.rival).sudo().attachment_ids = cls.file

    def _get_paths(self, claim_id, complaint_id):
        file_id = self.file.id
        return [
            f"/my/claims/{claim_id}",
            f"/my/claims/{claim_id}/files/{file_id}",
            f"/my/complaints/{complaint_id}",
            f"/my/complaints/{complaint_id}/files/{file_id}",
        ]

    def _strip(self, response, path):
        """Return a page without what differs between any two calls of it."""
        text = response.text.replace(path, "")
        return re.sub(r'csrf_token: "\w+"', "", text)

    # class 1: models

    def test_no_model_of_ours_is_open_to_clients(self):
        for name in self.registry:
            model = self.env[name].with_user(self.portal)
            if name.startswith("kuaidi.") and not model._abstract:
                for operation in ("read", "write", "create", "unlink"):
                    with self.subTest(model=name, operation=operation):
                        self.assertFalse(model.has_access(operation))

    @users("kuaidi_portal")
    def test_clients_get_nothing_by_calls_not_even_of_their_own(self):
        for record in (self.claim, self.rival_claim, self.complaint, self.rival_offer):
            own = record.with_env(self.env)
            model = own.browse()
            for call, arguments in (
                (own.read, (["display_name"],)),
                (own.write, ({"company_id": 1},)),
                (own.unlink, ()),
                (own.copy, ()),
                (own.web_read, ({"display_name": {}},)),
                (own.web_save, ({}, {"display_name": {}})),
                (model.create, ({"claim_id": self.claim.id},)),
                (model.search, ([],)),
                (model.search_read, ([],)),
                (model.web_search_read, ([], {"display_name": {}})),
                (model.name_search, ("0",)),
                (model.formatted_read_group, ([], [], ["__count"])),
                (model.search_count, ([],)),
            ):
                with self.subTest(record=record, call=call.__name__), self._unchanged():
                    with self.assertRaises(AccessError), self.cr.savepoint():
                        call(*arguments)
            with self._unchanged(), self.assertRaisesRegex(UserError, "export"):
                own.export_data(["id"])

    @users("kuaidi_portal")
    def test_buttons_refuse_clients(self):
        for call in (
            self.rival_offer.with_env(self.env).action_accept,
            self.rival_offer.with_env(self.env).action_refuse,
            self.claim.with_env(self.env).action_ask_evidence,
            self.complaint.with_env(self.env).action_start,
            self.complaint.with_env(self.env).action_close,
        ):
            with self.subTest(call=call.__name__), self._unchanged():
                with self.assertRaises(AccessError), self.cr.savepoint():
                    call()

    def test_where_a_right_is_granted_clients_still_see_only_their_own(self):
        self.env["ir.model.access"].create(
            {
                "name": "granted by mistake",
                "model_id": self.env["ir.model"]._get_id("kuaidi.claim"),
                "group_id": self.env.ref("base.group_portal").id,
                "perm_read": True,
            }
        )
        found = self.env["kuaidi.claim"].with_user(self.portal).search([])
        self.assertEqual(found, self.claim)

    def test_files_of_cases_are_not_served_by_odoo_s_own_routes(self):
        for user in (self.portal, None):
            if user:
                self._login(user)
            else:
                self.authenticate(None, None)
            for path in (
                f"/web/content/{self.file.id}",
                f"/web/image/{self.file.id}",
                f"/web/content/kuaidi.claim/{self.rival_claim.id}/number",
            ):
                with self.subTest(path=path, user=user):
                    response = self._get(path)
                    self.assertNotIn(self.file.raw, response.content)
                    self.assertNotIn(self.rival_claim.number, response.text)
        self._log_requests(2, "files by Odoo's routes")

    # classes 2, 3 and 26: routes, keys, guessing

    def test_what_is_not_ours_and_what_is_not_there_get_one_answer(self):
        self._login()
        strange = self._get_paths(self.rival_claim.id, self.complaint.id)
        for wrong in (10**6, 2**31, 10**30):
            for own, other in zip(self._get_paths(wrong, wrong), strange, strict=True):
                with self.subTest(path=own, other=other):
                    missing, foreign = self._get(own), self._get(other)
                    self.assertEqual(
                        (missing.status_code, foreign.status_code), (404, 404)
                    )
                    self.assertEqual(
                        self._strip(missing, own), self._strip(foreign, other)
                    )
        self._log_requests(26, "numbers of others")

    def test_odd_numbers_and_keys_open_nothing(self):
        self._login()
        for odd in ("-1", "0", "abc", "None", "1.5", "1%20or%201=1"):
            for path in self._get_paths(odd, odd):
                with self.subTest(path=path):
                    self.assertEqual(self._get(path).status_code, 404)
        for key in ("", "None", "x" * 36, self.rival_claim.number):
            path = f"/my/claims/{self.rival_claim.id}?access_token={key}"
            with self.subTest(key=key):
                self.assertEqual(self._get(path).status_code, 404)
        self._log_requests(3, "odd numbers and keys")

    def test_odd_pages_and_orders_of_a_list_are_harmless(self):
        self._login()
        for query in (
            "sortby=id%3Bdrop+table+res_users",
            "filterby=__class__&sortby=__dict__",
            "filterby=&sortby=&search=%27&search_in=number",
            "sortby=date&sortby=waybill",
        ):
            for path in (
                "/my/claims",
                "/my/claims/page/999999999999",
                "/my/complaints",
            ):
                with self.subTest(path=path, query=query):
                    response = self._get(f"{path}?{query}")
                    self.assertEqual(response.status_code, 200)
                    self.assertNotIn(self.rival_claim.number, response.text)
                    self.assertNotIn(self.complaint.number, response.text)

    def test_changes_of_another_s_case_are_refused(self):
        paper = self.rival_claim.evidence_ids.filtered(lambda p: p.state == "asked")[:1]
        self.complaint.sudo().state = "answered"
        self._login()
        for claim_id, complaint_id in (
            (self.rival_claim.id, self.complaint.id),
            (10**6, 10**6),
            (10**30, 10**30),
            ("-1", "abc"),
        ):
            for path, values in (
                (
                    f"/my/claims/{claim_id}/offer",
                    {"offer_id": str(self.rival_offer.id), "answer": "accept"},
                ),
                (f"/my/claims/{claim_id}/rate", {"rating": "satisfied"}),
                (
                    f"/my/claims/{claim_id}/evidence",
                    {
                        "paper_id": str(paper.id),
                        "files": [("a.jpg", self.picture, "image/jpeg")],
                    },
                ),
                (f"/my/complaints/{complaint_id}/rate", {"rating": "satisfied"}),
            ):
                with self.subTest(path=path), self._unchanged():
                    self.assertEqual(self._post(path, **values).status_code, 404)
        self._log_requests(2, "changes of others")

    def test_papers_and_offers_of_another_s_case_do_not_come_in_by_one_s_own(self):
        paper = self.rival_claim.evidence_ids.filtered(lambda p: p.state == "asked")[:1]
        self._login()
        with self._unchanged():
            response = self._post(
                f"/my/claims/{self.claim.id}/evidence",
                [("a.jpg", self.picture, "image/jpeg")],
                paper_id=str(paper.id),
            )
            self.assertEqual(response.status_code, 400)
            response = self._get(f"/my/claims/{self.claim.id}/files/{self.file.id}")
            self.assertEqual(response.status_code, 404)

    def test_guests_are_led_to_the_login(self):
        self.authenticate(None, None)
        for path in (
            *self._get_paths(self.claim.id, self.complaint.id),
            "/my/claims",
            "/my/complaints",
            "/my/claims/new",
            "/my/agreements",
        ):
            with self.subTest(path=path), self._unchanged():
                response = self._get(path)
                self.assertEqual(response.status_code, 303)
                self.assertIn("/web/login", response.headers["Location"])

    def test_somebody_who_is_no_client_files_nothing(self):
        self.portal.partner_id.parent_id = self._create_partner(name="A supplier")
        self._login()
        with self._unchanged():
            self.assertEqual(self._get("/my/claims/new").status_code, 404)
            response = self._post("/my/claims/new", **self._claim_form())
            self.assertEqual(response.status_code, 404)
            self.assertNotIn(self.claim.number, self._get("/my/claims").text)

    # class 4: smuggled values

    def test_what_the_form_does_not_offer_is_not_taken(self):
        self._login()
        self._post(
            "/my/claims/new",
            **self._claim_form(),
            state="paid",
            amount_paid="9999",
            amount_assessed="9999",
            amount_agreed="9999",
            partner_id=str(self.rival_client.id),
            account_id=str(self.rival_account.id),
            company_id="1",
            user_id=str(self.portal.id),
            liability="ours",
            is_insured="1",
            access_token="x",
        )
        claim = self.env["kuaidi.claim"].search([("waybill_number", "=", "SD770001")])
        self.assertEqual(
            (claim.state, claim.account_id, claim.company_id, claim.user_id),
            ("received", self.account, self.company, self.officer),
        )
        self.assertEqual(
            (claim.amount_paid, claim.amount_assessed, claim.amount_agreed), (0, 0, 0)
        )
        self.assertFalse(claim.liability or claim.is_insured)
        self._log_requests(4, "values of no form", "portal")

    # class 5: colleagues

    def test_colleagues_at_one_client_see_the_same(self):
        self.rival.partner_id.parent_id = self.client
        self._login(self.rival)
        page = self._get(f"/my/claims/{self.claim.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.claim.number, page.text)

    # class 11 and the joining of complaints

    def test_a_complaint_on_another_s_waybill_takes_nothing_over(self):
        first = self.env["kuaidi.complaint"].create(
            {
                "type_id": self.damage.id,
                "waybill_number": "XX1",
                "description": "A consignee's own words",
            }
        )
        self._login()
        response = self._post(
            "/my/complaints/new",
            type_id=str(self.damage.id),
            waybill_number="XX1",
            description="Mine!",
            phone="1",
        )
        self.assertEqual(response.status_code, 303)
        own = self.env["kuaidi.complaint"].search([("joined_id", "=", first.id)])
        self.assertEqual(own.account_id, self.account)
        self.assertFalse(first.account_id or first.email or first.contact_name)
        self.assertEqual(self._get(f"/my/complaints/{first.id}").status_code, 404)
        page = self._get(f"/my/complaints/{own.id}").text
        self.assertIn("Mine!", page)
        self.assertNotIn(first.number, page)
        self.assertNotIn("consignee", page)

    # class 8: what stays with us

    def test_pages_are_made_of_picked_values_alone(self):
        portal = self.env["kuaidi.portal"].with_user(self.portal)
        page = portal._prepare_claim_page(self.claim.sudo())
        self.assertEqual(
            set(page),
            {
                "id",
                "number",
                "date",
                "waybill",
                "subject",
                "stage",
                "text",
                "todo",
                "goods",
                "date_shipped",
                "words",
                "amount_claimed",
                "amount_agreed",
                "amount_paid",
                "offer",
                "papers",
                "can_rate",
                "is_rated",
            },
        )
        page = portal._prepare_complaint_page(self.complaint.sudo())
        self.assertEqual(
            set(page),
            {
                "id",
                "number",
                "date",
                "waybill",
                "subject",
                "stage",
                "text",
                "todo",
                "words",
                "reply",
                "can_rate",
                "is_rated",
                "files",
            },
        )
        self.assertEqual(page["words"], "")

    def test_no_inner_figure_or_word_is_on_any_page(self):
        self.claim.sudo().write(
            {
                "amount_assessed": 8123.45,
                "amount_approved": 8234.56,
                "description": "An angry caller",
                "liability_note": "Lanzhou lied",
                "outcome_reason": "Nobody wanted it",
            }
        )
        self.claim.message_post(body="A note between us")
        self._login()
        for state in self.claim._fields["state"].get_values(self.env):
            self.claim.sudo().state = state
            text = self._get(f"/my/claims/{self.claim.id}").text
            with self.subTest(state=state):
                for secret in (
                    "8,123.45",
                    "8,234.56",
                    "An angry caller",
                    "Lanzhou lied",
                    "Nobody wanted it",
                    "A note between us",
                ):
                    self.assertNotIn(secret, text)

    @users("kuaidi_portal")
    def test_secrets_are_no_oracle_of_searches(self):
        for name in SECRETS:
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.env["kuaidi.claim"].search_count([(name, "!=", False)])
