from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .contract_common import TODAY, ContractCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestContractVersions(ContractCommon):
    """An amendment is a new version that takes the former one's place on signing."""

    def _amend(self, contract, user=None, **values):
        contract = contract.with_user(user or self.manager)
        version = contract.browse(contract.action_amend()["res_id"])
        version.write(values)
        return version

    def test_a_new_version_holds_all_that_was_agreed(self):
        contract = self._run_contract(
            amount_total=100_000,
            late_rule="percent_day",
            late_factor=5,
            dispute_forum="arbitration",
            dispute_body="Shenzhen Court of International Arbitration",
        )
        version = self._amend(contract)
        self.assertEqual(version.state, "draft")
        self.assertEqual(version.number, contract.number)
        self.assertEqual(version.revision, 2)
        self.assertEqual(version.previous_id, contract)
        self.assertEqual(version.changes, "Nothing changes.")
        self.assertIs(contract.changes, False, "a first version changes nothing")
        self.assertFalse(version.attachment_ids)
        self.assertFalse(any(version.check_ids.mapped("answer")))
        for name in ("amount_total", "late_factor", "dispute_body", "date_to"):
            self.assertEqual(version[name], contract[name], name)
        self.assertEqual(contract.state, "running", "until the new one is signed")
        self.assertEqual(contract.next_id, version)
        self.assertEqual(contract.action_view_next()["res_id"], version.id)
        self.assertEqual(version.action_view_former()["res_id"], contract.id)

    def test_what_changes_is_said_in_words(self):
        contract = self._run_contract(credit_limit=0)
        term = self.env.ref("account.account_payment_term_30days")
        version = self._amend(
            contract,
            date_to="2027-06-30",
            is_tacit=True,
            credit_limit=20_000,
            payment_term_id=term.id,
            pod_rule="original",
            dispute_body="Futian Court",
        )
        version = version.with_context(lang="en_US")
        lines = version.changes.splitlines()
        self.assertIn("In Force Until: 12/31/2026 → 06/30/2027", lines)
        self.assertIn("Tacit Renewal: no → yes", lines)
        self.assertIn("POD Return: Not Returned → Signed Original", lines)
        self.assertIn("Court or Arbitration Commission: – → Futian Court", lines)
        self.assertIn(f"Payment Term: – → {term.name}", lines)
        self.assertEqual(len([line for line in lines if "Credit Limit" in line]), 1)
        self.assertEqual(len(lines), 6)

    def test_signing_supersedes_the_former_version(self):
        contract = self._run_contract()
        contract.sudo().activity_schedule(
            "mail.mail_activity_data_call", user_id=self.manager.id
        )
        papers = contract.document_ids
        version = self._amend(contract, amount_total=5)
        self._run_contract(version, TODAY)
        self.assertEqual((contract.state, version.state), ("superseded", "running"))
        self.assertEqual(str(contract.date_ended), TODAY)
        self.assertEqual(len(contract.attachment_ids), 1, "its copies stay readable")
        self.assertFalse(contract.document_ids)
        self.assertEqual(version.document_ids & papers, papers)
        self.assertEqual(len(version.document_ids), len(papers) + 1)
        self.assertEqual(version.term_ids.mapped("number"), [1])
        self.assertFalse(contract.term_ids)
        self.assertEqual(len(version.sudo().activity_ids), 1)
        self.assertFalse(contract.sudo().activity_ids)
        self.assertIn("Contract Amount", version.changes_signed)
        # what was said when it was signed stays, whatever the next version changes
        third = self._amend(version, amount_total=7)
        self._run_contract(third, TODAY)
        self.assertEqual(version.state, "superseded")
        self.assertEqual(third.revision, 3)
        self.assertIn("→", version.changes)
        with self._refused(UserError, "not in force"):
            contract.action_amend()

    def test_an_extension_extends_the_term(self):
        contract = self._run_contract()
        version = self._amend(contract, date_to="2027-06-30")
        self._run_contract(version, TODAY)
        term = version.term_ids
        self.assertEqual((term.kind, str(term.date_to)), ("extended", "2027-06-30"))
        self.assertEqual(str(version.date_notice), "2027-05-31")
        with freeze_time("2027-01-01 04:00:00"):
            self._update_terms()
        self.assertEqual(version.state, "running")

    def test_tacit_terms_go_on_in_the_new_version(self):
        contract = self._run_contract(
            date_from="2024-03-01",
            date_to="2025-02-28",
            is_tacit=True,
            date_signed="2024-02-20",
        )
        self._update_terms()
        self.assertEqual(contract.term, 3)
        version = self._amend(contract, credit_limit=1)
        self._run_contract(version, TODAY)
        self.assertEqual(version.term, 3)
        self.assertEqual(str(version.date_term_from), "2026-03-01")
        with freeze_time("2027-03-01 04:00:00"):
            self._update_terms()
        self.assertEqual(version.term, 4)
        self.assertEqual(
            version.term_ids.sorted("number").mapped("kind"),
            ["first", "tacit", "tacit", "tacit"],
        )
        self.assertEqual(str(version.date_to), "2028-02-29")

    def test_a_version_follows_a_former_one_that_went_on_since(self):
        contract = self._run_contract(
            date_from="2025-03-01",
            date_to="2026-02-28",
            is_tacit=True,
            date_signed="2025-02-20",
        )
        with freeze_time("2026-02-20 04:00:00"):
            version = self._approve(self._amend(contract))
        self._update_terms()
        self._attach(version)
        with self._refused(UserError, "gone on for another term"):
            version._sign(fields.Date.to_date(TODAY))
        version.action_back_to_draft()
        version.date_to = "2027-02-28"
        self._run_contract(version, TODAY)
        self.assertEqual((version.term, version.state), (2, "running"))

    def test_one_version_is_drawn_up_at_a_time(self):
        contract = self._run_contract()
        version = self._amend(contract)
        with self._refused(UserError, "being drawn up already"):
            contract.action_amend()
        version.unlink()
        self.assertEqual(self._amend(contract).revision, 2)

    def test_a_version_keeps_client_kind_and_first_day(self):
        version = self._amend(self._run_contract())
        for values in ({"date_from": "2026-01-02"}, {"kind": "other"}):
            with self.subTest(**values):
                with self._refused(ValidationError, "keeps the client"):
                    version.write(values)
        with self._refused(UserError, "stays with its client"):
            version.account_id = self._create_client()

    def test_what_ends_is_not_amended(self):
        contract = self._run_contract()
        contract._terminate(
            "client",
            fields.Date.to_date(TODAY),
            fields.Date.to_date("2026-06-30"),
            "Moves away",
        )
        with self._refused(UserError, "it ends on"):
            contract.action_amend()

    def test_a_version_of_what_ended_meanwhile_is_not_signed(self):
        contract = self._run_contract()
        version = self._approve(self._amend(contract))
        contract._terminate(
            "both",
            fields.Date.to_date("2026-02-01"),
            fields.Date.to_date("2026-03-01"),
            "Agreed",
        )
        self.assertEqual(contract.state, "terminated")
        self._attach(version)
        with self._refused(UserError, "nothing can take its place"):
            version._sign(fields.Date.to_date(TODAY))
        self.assertEqual(version.state, "approved")
