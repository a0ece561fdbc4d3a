"""Who has no right to key accounts works with Odoo as before."""

from odoo import Command
from odoo.tests import TransactionCase, new_test_user, tagged

GROUPS = "base.group_user,base.group_partner_manager,sales_team.group_sale_salesman"


@tagged("post_install", "-at_install")
class TestFaultsStrangers(TransactionCase):
    """Our addons extend models of core, which other departments use too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = new_test_user(cls.env, "stranger", groups=GROUPS)
        cls.biller = new_test_user(
            cls.env, "biller", groups="base.group_user,account.group_account_invoice"
        )

    def test_activities_are_planned_moved_and_done(self):
        lead = self.env["crm.lead"].with_user(self.stranger).create({"name": "Lead"})
        activities = lead.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.stranger.id
        ) + lead.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.stranger.id
        )
        activities.date_deadline = "2026-12-01"
        message = lead.activity_ids[0].action_feedback(feedback="Called")
        self.assertIn(message, lead.message_ids.ids)
        lead.activity_unlink(["mail.mail_activity_data_todo"])
        self.assertFalse(lead.activity_ids)

    def test_contacts_leads_and_meetings_are_entered_changed_and_deleted(self):
        env = self.env(user=self.stranger)
        partner = env["res.partner"].create({"name": "Client", "is_company": True})
        contact = partner.create({"name": "Mr. Li", "parent_id": partner.id})
        lead = env["crm.lead"].create({"name": "Lead", "partner_id": partner.id})
        lead.action_set_won()
        meeting = env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": "2026-12-01 02:00:00",
                "stop": "2026-12-01 03:00:00",
                "partner_ids": [Command.set(contact.ids)],
            }
        )
        meeting.write({"start": "2026-12-01 01:00:00", "name": "Earlier"})
        partner.write({"name": "Client Ltd.", "active": False})
        file = env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"a", "res_model": lead._name, "res_id": lead.id}
        )
        file.write({"name": "b.txt"})
        lead.message_post(body="Hello")
        file.unlink()
        meeting.unlink()
        self.assertFalse(file.exists() or meeting.exists())
        self.assertEqual(lead.partner_id.name, "Client Ltd.")
        self.assertTrue(lead.stage_id.is_won)

    def test_invoices_are_posted_taken_back_and_cancelled(self):
        if not self.env.company.chart_template:
            self.env["account.chart.template"].try_loading(
                "generic_coa", self.env.company, install_demo=False
            )
        partner = self.env["res.partner"].create({"name": "Client"})
        move = (
            self.env["account.move"]
            .with_user(self.biller)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": "2026-11-02",
                    "invoice_line_ids": [
                        Command.create({"name": "Freight", "price_unit": 100})
                    ],
                }
            )
        )
        move.action_post()
        self.assertEqual(move.state, "posted")
        move.button_draft()
        move.button_cancel()
        self.assertEqual(move.state, "cancel")
