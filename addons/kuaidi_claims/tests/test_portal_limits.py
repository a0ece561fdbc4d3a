import uuid
from datetime import datetime

from freezegun import freeze_time

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalLimits(PortalCommon):
    """A form is taken once, by POST alone, and only so often (classes 24, 25, 27)."""

    def _count(self):
        return self.env["kuaidi.claim"].search_count(
            [("account_id", "=", self.account.id)]
        )

    def test_a_form_sent_twice_makes_one_claim(self):
        self._login()
        token = uuid.uuid4().hex
        before = self._count()
        first = self._post("/my/claims/new", token=token, **self._claim_form())
        for form in (self._claim_form(), self._claim_form(waybill_number="OTHER1")):
            again = self._post("/my/claims/new", token=token, **form)
            self.assertEqual(again.status_code, 303)
            self.assertEqual(
                again.headers["Location"].split("?")[0],
                first.headers["Location"].split("?")[0],
            )
        self.assertEqual(self._count(), before + 1)

    def test_a_form_without_its_token_is_shown_again(self):
        self._login()
        for token in ("", "1", "x" * 32, "A" * 32, "0" * 33):
            with self.subTest(token=token), self._unchanged():
                response = self._post(
                    "/my/claims/new", token=token, **self._claim_form()
                )
                self.assertEqual(response.status_code, 400)
        self._log_requests(24, "forms without a token", "portal")

    @mute_logger("odoo.sql_db")
    def test_the_database_takes_a_form_once(self):
        requests = self.env["kuaidi.portal.request"].with_user(self.portal)
        row, is_new = requests._admit("case", "0" * 32)
        self.assertTrue(is_new)
        self.assertEqual(requests._admit("case", "0" * 32), (row, False))
        with self._refused(Exception, "kuaidi_portal_request"):
            row.copy({"sequence": 99}).flush_recordset()
        with self._refused(Exception, "kuaidi_portal_request"):
            row.copy({"token": "1" * 32}).flush_recordset()

    def test_more_cases_than_ten_an_hour_are_refused_in_words(self):
        self._login()
        with freeze_time(datetime.now().replace(microsecond=0)) as clock:
            before = self._count()
            for number in range(10):
                self._post(
                    "/my/claims/new", **self._claim_form(waybill_number=f"L{number}")
                )
            self.assertEqual(self._count(), before + 10)
            with self._unchanged():
                response = self._post("/my/claims/new", **self._claim_form())
                self.assertEqual(response.status_code, 429)
                self.assertIn("within an hour", self._get_message(response))
                self.assertEqual(response.headers["Retry-After"], "3600")
            clock.tick(3601)
            self._post("/my/claims/new", **self._claim_form())
            self.assertEqual(self._count(), before + 11)
        self._log_requests(25, "floods of claims", "portal")

    def test_other_changes_are_limited_apart_and_refused_ones_count(self):
        self.company.kuaidi_portal_change_limit = 3
        self._login()
        path = f"/my/claims/{self.claim.id}/rate"
        codes = [self._post(path, rating="satisfied").status_code for _ in range(5)]
        self.assertEqual(codes, [400, 400, 400, 429, 429])
        response = self._post("/my/claims/new", **self._claim_form())
        self.assertEqual(response.status_code, 303)
        self._log_requests(25, "floods of changes", "portal")

    def test_the_limit_is_each_person_s_own(self):
        self.company.kuaidi_portal_case_limit = 1
        self._login()
        self._post("/my/claims/new", **self._claim_form())
        self._login(self.rival)
        response = self._post("/my/claims/new", **self._claim_form(waybill_number="R9"))
        self.assertEqual(response.status_code, 303)

    def test_old_forms_are_forgotten(self):
        requests = self.env["kuaidi.portal.request"]
        with freeze_time("2026-01-01"):
            requests.with_user(self.portal)._admit("case", "0" * 32)
        with freeze_time("2026-01-09"):
            requests.with_user(self.portal)._admit("case", "1" * 32)
            requests._gc_old()
        self.assertEqual(
            requests.search([("user_id", "=", self.portal.id)]).mapped("token"),
            ["1" * 32],
        )

    @mute_logger("odoo.http")
    def test_without_the_session_s_token_nothing_changes(self):
        offer = self._offer(640)
        self._login()
        for path, values in (
            ("/my/claims/new", self._claim_form()),
            (
                f"/my/claims/{self.claim.id}/offer",
                {"offer_id": str(offer.id), "answer": "accept"},
            ),
            (f"/my/claims/{self.claim.id}/rate", {"rating": "satisfied"}),
            ("/my/complaints/new", {"type_id": "1", "description": "x"}),
        ):
            for forged in ("", "x", http.Request.csrf_token(self)[:-1] + "x"):
                with self.subTest(path=path, forged=forged), self._unchanged():
                    response = self._post(path, csrf_token=forged, **values)
                    self.assertEqual(response.status_code, 400)
        self._log_requests(24, "forged tokens", "portal")

    def test_nothing_changes_by_a_link(self):
        offer = self._offer(640)
        self._login()
        token = uuid.uuid4().hex
        for path, code in (
            (
                f"/my/claims/{self.claim.id}/offer?offer_id={offer.id}&answer=accept",
                405,
            ),
            (f"/my/claims/{self.claim.id}/evidence?paper_id=1", 405),
            (f"/my/claims/{self.claim.id}/rate?rating=satisfied", 405),
            ("/my/claims/new?waybill_number=1&type=loss&amount_claimed=1", 200),
            ("/my/complaints/new?type_id=1&description=x", 200),
        ):
            with self.subTest(path=path), self._unchanged():
                response = self._get(f"{path}&token={token}")
                self.assertEqual(response.status_code, code)
        self._log_requests(24, "links", "portal")

    def test_pages_are_not_kept_nor_framed(self):
        self._login()
        for path in ("/my/claims", f"/my/claims/{self.claim.id}", "/my/agreements"):
            headers = self._get(path).headers
            with self.subTest(path=path):
                self.assertEqual(headers["Cache-Control"], "no-store")
                self.assertEqual(headers["X-Frame-Options"], "SAMEORIGIN")
