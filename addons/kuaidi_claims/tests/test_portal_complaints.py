from odoo.tests import tagged

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalComplaints(PortalCommon):
    """A client complains, reads the answer and rates it (2.11, 2.16)."""

    def _file(self, files=(), **values):
        form = {
            "type_id": str(self.damage.id),
            "waybill_number": "sd 88",
            "description": "The box is wet.",
            "phone": "13900000000",
        }
        return self._post("/my/complaints/new", files, **form | values)

    def _find(self):
        return self.env["kuaidi.complaint"].search([("channel", "=", "portal")])

    def test_a_client_complains_with_a_picture(self):
        self._login()
        response = self._file([("wet.jpg", self.picture, "image/jpeg")])
        complaint = self._find()
        self.assertIn(
            f"/my/complaints/{complaint.id}?notice=filed", response.headers["Location"]
        )
        self.assertEqual(
            (complaint.account_id, complaint.waybill_number, complaint.state),
            (self.account, "SD88", "new"),
        )
        self.assertTrue(complaint.date_legal)
        # somebody's work from the start, as the client's claims are
        self.assertTrue(
            complaint.user_id.has_group("kuaidi_claims.group_claims_officer")
        )
        page = self._get(f"/my/complaints/{complaint.id}").text
        self.assertIn("The box is wet.", page)
        self.assertIn("wet.jpg", page)
        file = self.env["ir.attachment"].search(
            [("res_model", "=", "kuaidi.complaint"), ("res_id", "=", complaint.id)]
        )
        answer = self._get(f"/my/complaints/{complaint.id}/files/{file.id}")
        self.assertEqual(answer.content, self.picture)

    def test_what_is_missing_is_said_and_nothing_is_filed(self):
        self._login()
        for values in (
            {"type_id": "0"},
            {"type_id": "x"},
            {"type_id": None},
            {"description": ""},
            {"waybill_number": "x" * 41},
        ):
            with self.subTest(values=values), self._unchanged():
                response = self._file(**values)
                self.assertEqual(response.status_code, 400)
                self.assertTrue(self._get_message(response))

    def test_a_second_complaint_on_one_s_own_waybill_is_kept_with_the_first(self):
        self._login()
        self._file()
        first = self._find()
        self._file(description="Still wet")
        second = self._find() - first
        self.assertEqual((second.state, second.joined_id), ("joined", first))
        page = self._get(f"/my/complaints/{second.id}")
        self.assertIn("In Work", page.text)

    def test_an_answer_is_read_once_it_is_given_and_rated_once(self):
        self._login()
        self._file()
        complaint = self._find()
        complaint.sudo().write({"reply": "We dry it.", "state": "in_work"})
        path = f"/my/complaints/{complaint.id}"
        self.assertNotIn("We dry it.", self._get(path).text)
        with self._unchanged():
            response = self._post(f"{path}/rate", rating="satisfied")
            self.assertEqual(response.status_code, 400)
        complaint.sudo().state = "answered"
        self.assertIn("We dry it.", self._get(path).text)
        response = self._post(f"{path}/rate", rating="satisfied", feedback="Thanks")
        self.assertIn("notice=rated", response.headers["Location"])
        self.assertEqual(
            (complaint.callback_result, complaint.callback_note),
            ("satisfied", "Thanks"),
        )
        with self._unchanged():
            response = self._post(f"{path}/rate", rating="dissatisfied")
            self.assertEqual(response.status_code, 400)
