from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .common import KuaidiCommon


@tagged("post_install", "-at_install")
class TestClientFile(KuaidiCommon):
    def test_an_account_opens_as_a_candidate_with_a_code_of_its_own(self):
        first = self._create_account(partner_id=self.client.id)
        second = self._create_account()
        self.assertEqual(first.state, "candidate")
        self.assertTrue(first.code.startswith("KA"))
        self.assertNotEqual(first.code, second.code)
        self.assertEqual(first.display_name, "Haina Appliances")

    @mute_logger("odoo.sql_db")
    def test_a_client_has_one_account_per_company_even_if_archived(self):
        account = self._create_account(partner_id=self.client.id)
        account.active = False
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._create_account(partner_id=self.client.id)
        other = self.env["res.company"].create({"name": "Other Express"})
        self.env.user.company_ids |= other
        twin = self._create_account(
            partner_id=self.client.id, company_id=other.id, manager_id=False
        )
        self.assertTrue(twin)

    def test_a_key_account_needs_a_company_of_its_own(self):
        person = self._create_partner(name="Li Lei", is_company=False)
        branch = self._create_partner(name="Branch", parent_id=self.client.id)
        for partner in (person, branch):
            with self.subTest(partner=partner.name):
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self._create_account(partner_id=partner.id)
                self.assertFalse(
                    self.env["kuaidi.key.account"].search(
                        [("partner_id", "=", partner.id)]
                    )
                )

    def test_an_archived_company_takes_no_new_account(self):
        closed = self.env["res.company"].create({"name": "Closed"})
        closed.active = False
        with self.assertRaises(ValidationError):
            self._create_account(company_id=closed.id, manager_id=False)

    def test_a_client_with_an_open_account_stays_an_active_company(self):
        account = self._create_account(partner_id=self.client.id)
        for vals in ({"active": False}, {"is_company": False}):
            with self.subTest(vals=vals):
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self.client.write(vals)
        self.assertTrue(self.client.active and self.client.is_company)
        self._make_formal(account)
        account.action_close()
        self.client.active = False
        self.assertFalse(self.client.active)

    def test_the_manager_cannot_be_the_deputy(self):
        account = self._create_account()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            account.deputy_id = self.manager
        self.assertFalse(account.deputy_id)

    def test_a_candidate_becomes_formal_only_with_both_papers_attached(self):
        account = self._create_account()
        for kind, attached in (
            ("entrustment", False),
            ("entrustment", True),
            ("safety", False),
        ):
            values = {} if attached else {"attachment_ids": []}
            self._create_document(account, kind, **values)
            with self.assertRaises(UserError), self.env.cr.savepoint():
                account.action_make_formal()
            self.assertEqual(account.state, "candidate")
            self.assertFalse(account.onboarding_step_ids)
        self._create_document(account, "safety")
        account.action_make_formal()
        self.assertEqual(account.state, "formal")

    def test_a_setting_relaxes_the_safety_agreement(self):
        account = self._create_account()
        self._create_document(account, "cooperation")
        self.company.kuaidi_require_safety_agreement = False
        account.action_make_formal()
        self.assertEqual(account.state, "formal")

    def test_a_formal_client_is_never_without_a_manager(self):
        account = self._make_formal(self._create_account())
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            account.manager_id = False
        self.assertEqual(account.manager_id, self.manager)

    @users("kuaidi_manager")
    def test_the_state_is_not_written_past_the_buttons(self):
        account = self._create_account().with_env(self.env)
        with self.assertRaises(AccessError):
            account.state = "formal"
        with self.assertRaises(AccessError):
            account.create({"partner_id": self._create_partner().id, "state": "formal"})
        account.invalidate_recordset()
        self.assertEqual(account.state, "candidate")

    def test_a_formal_client_cannot_be_deleted(self):
        account = self._make_formal(self._create_account())
        with self.assertRaises(UserError):
            account.unlink()
        self.assertTrue(account.exists())

    def test_closing_stops_the_clocks_and_keeps_the_history(self):
        account = self._make_formal(self._create_account())
        account.action_close()
        self.assertEqual(account.state, "closed")
        self.assertNotIn("open", account.onboarding_step_ids.mapped("state"))
        with self.assertRaises(UserError):
            account.action_close()
        account.action_reopen()
        self.assertEqual(account.state, "candidate")
        self.assertEqual(len(account.document_ids), 2)

    def test_the_file_is_complete_when_every_needed_paper_has_its_file(self):
        account = self._create_account()
        self.assertEqual(account.completeness, 0)
        for kind, percent in (
            ("authorisation", 17),
            ("entrustment", 17),
            ("safety", 33),
            ("basic_data", 50),
            ("solution", 67),
            ("contract", 83),
            ("notice", 100),
        ):
            self._create_document(account, kind)
            self.assertEqual(account.completeness, percent, kind)
        self.assertFalse(account.missing_documents)

    def test_a_document_refuses_what_is_no_paper_and_what_is_too_large(self):
        account = self._create_account()
        script = self._create_attachment("run.sh", b"#!/bin/sh\nexit 1\n")
        self.company.kuaidi_upload_limit_mb = 1
        large = self._create_attachment("big.pdf", b"%PDF-1.4\n" + b"0" * 1100000)
        disguised = self._create_attachment(
            "page.pdf",
            b"<html><script>alert(1)</script></html>",
            mimetype="application/pdf",
        )
        for attachment in (script, large, disguised):
            with self.subTest(name=attachment.name):
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self._create_document(
                        account,
                        "safety",
                        attachment_ids=[Command.set(attachment.ids)],
                    )
        self.assertFalse(account.document_ids)

    def test_a_contact_belongs_to_its_client(self):
        account = self._create_account(partner_id=self.client.id)
        stranger = self._create_partner(name="Stranger", is_company=False)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            account.contact_ids = [Command.create({"partner_id": stranger.id})]
        self.assertFalse(account.contact_ids)

    def test_usual_needs_of_the_industry_are_loaded_once(self):
        self.client.industry_id = self.env.ref("kuaidi_key_account.industry_pharma")
        account = self._create_account(partner_id=self.client.id)
        account.action_load_needs()
        names = account.need_ids.mapped("name")
        self.assertIn("Temperature records for every consignment", names)
        self.assertIn("Delivery within the promised time", names)
        self.assertNotIn("Unbroken cold chain with logged temperature", names)
        account.action_load_needs()
        self.assertEqual(account.need_ids.mapped("name"), names)

    @users("kuaidi_manager")
    def test_a_manager_opens_an_account_by_hand(self):
        form = Form(self.env["kuaidi.key.account"])
        form.partner_id = self.client.with_env(self.env)
        account = form.save()
        self.assertEqual(account.manager_id, self.manager)
        self.assertEqual(account.company_id, self.company)

    def test_merging_two_clients_with_accounts_is_refused(self):
        account = self._create_account(partner_id=self.client.id)
        other = self._create_partner(name="Haina (old)")
        twin = self._create_account(partner_id=other.id)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard._merge([self.client.id, other.id], self.client, False)
        self.assertTrue(account.exists() and twin.exists())

    def test_merging_moves_the_only_account_to_the_remaining_client(self):
        duplicate = self._create_partner(name="Haina (old)")
        account = self._create_account(partner_id=duplicate.id)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.client.id, duplicate.id], self.client, False
        )
        self.assertFalse(duplicate.exists())
        self.assertEqual(account.partner_id, self.client)
