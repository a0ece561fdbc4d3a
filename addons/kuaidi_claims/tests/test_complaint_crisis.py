from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .complaint_common import NOW, ComplaintCommon


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestComplaintCrisis(ComplaintCommon):
    def test_vp_and_legal_are_told_at_once_and_once(self):
        complaint = self._complain()
        complaint._declare_crisis("media", "A reporter is at the branch.")
        self.assertEqual(complaint.severity, "crisis")
        self.assertEqual(complaint.spokesperson_id, self.director)
        title = f"Crisis: {complaint.number} Haina Appliances"
        for user in (self.director, self.centre):
            self.assertEqual(self._get_told(user, "complaint_crisis"), [title])
        mails = self.env["mail.message"].search([("subject", "=", title)])
        self.assertEqual(
            mails.notified_partner_ids, (self.director | self.centre).partner_id
        )
        self.assertIn("A reporter is at the branch.", mails[0].body)
        with self._refused(UserError, "is a crisis already"):
            complaint._declare_crisis("legal")
        self.assertEqual(complaint.crisis_reason, "media")
        self.assertEqual(len(self._get_told(self.director, "complaint_crisis")), 1)

    def test_the_spokesperson_alone_answers(self):
        complaint = self._judge(self._complain())
        complaint._declare_crisis("consumer_day")
        with self._refused(UserError, "only .*kuaidi_director.* speaks for us"):
            complaint.action_send_reply()
        self.assertEqual(complaint.state, "new")
        complaint.with_user(self.claims_manager).action_send_reply()
        self.assertEqual(complaint.state, "answered")
        # a crisis runs on until it is closed
        self.assertFalse(complaint.date_done)

    def test_a_crisis_is_declared_at_intake(self):
        form = Form(self.env["kuaidi.complaint.intake"].with_user(self.officer))
        form.query = "Haina"
        form.type_id = self.types["damage"]
        form.crisis_reason = "legal"
        action = form.save().action_take_in()
        complaint = self.complaints.browse(action["res_id"])
        self.assertEqual(complaint.severity, "crisis")
        self.assertEqual(complaint.date_crisis, NOW)

    def test_an_account_manager_raises_the_alarm_at_intake(self):
        form = Form(self.env["kuaidi.complaint.intake"].with_user(self.manager))
        form.account_id = self.account
        form.type_id = self.types["loss"]
        form.crisis_reason = "at_door"
        form.description = "Twenty drivers stand at our gate."
        action = form.save().action_take_in()
        complaint = self.complaints.browse(action["res_id"])
        self.assertEqual(complaint.severity, "crisis")
        self.assertEqual(len(self._get_told(self.centre, "complaint_crisis")), 1)
        own = self._complain(self.manager)
        own._declare_crisis("legal")
        self.assertEqual(own.severity, "crisis")
        colleagues = self._complain()
        with self._refused(AccessError):
            colleagues.with_user(self.manager)._declare_crisis("legal")
        self.assertEqual(colleagues.severity, "simple")

    def test_a_crisis_is_not_typed_in(self):
        complaint = self._complain()
        for user in (self.officer, self.claims_manager):
            with self._refused(AccessError, "declared by its button"):
                complaint.with_user(user).severity = "crisis"
        self.assertEqual(complaint.severity, "simple")
        self.assertFalse(self._get_told(self.director, "complaint_crisis"))
