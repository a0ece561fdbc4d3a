from odoo.tests import HttpCase, tagged

from .complaint_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestComplaintTours(ComplaintCommon, HttpCase):
    """A phone complaint, as a claims officer handles it in the browser."""

    def test_an_officer_handles_a_phone_complaint(self):
        caller = self.env["res.partner"].create(
            {
                "name": "Ms. Tan",
                "phone": "0931-555-0188",
                "email": "tan@haina.example",
                "parent_id": self.client.id,
            }
        )
        self.env["kuaidi.account.contact"].create(
            {"account_id": self.account.id, "partner_id": caller.id}
        )
        self.officer.password = self.officer.login
        self.start_tour(
            "/odoo/action-kuaidi_claims.kuaidi_complaint_intake_action",
            "kuaidi_officer_handles_a_phone_complaint",
            login=self.officer.login,
        )
        complaint = self.complaints.search([("account_id", "=", self.account.id)])
        self.assertEqual(len(complaint), 1)
        self.assertEqual((complaint.state, complaint.user_id), ("closed", self.officer))
        self.assertEqual(complaint.contact_name, "Ms. Tan")
        self.assertEqual((complaint.mood, complaint.channel), ("angry", "hotline"))
        self.assertEqual(complaint.verdict, "our_fault")
        self.assertEqual(complaint.department_id, self.branch)
        self.assertEqual(complaint.link_id.code, "service")
        self.assertEqual(complaint.callback_result, "satisfied")
        self.assertEqual(complaint.callback_note, "All is well")
        self.assertFalse(complaint.is_breached)
        mail = self.env["mail.mail"].search([("email_to", "=", "tan@haina.example")])
        self.assertEqual(len(mail), 1)
