from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import PDF
from .contract_common import TODAY, ContractCommon

GUARDED = {
    "state": "running",
    "number": "HT-1",
    "revision": 3,
    "previous_id": False,
    "predecessor_id": False,
    "requested_by_id": False,
    "term": 4,
    "date_term_from": "2026-05-01",
    "date_notice": "2026-05-01",
    "date_signed": "2026-02-01",
    "is_termination_given": True,
    "date_termination_given": "2026-02-01",
    "termination_by": "client",
    "date_termination": "2026-06-01",
    "date_ended": "2026-02-01",
    "end_reason": "Because",
    "changes_signed": "Nothing",
}


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestContractFlow(ContractCommon):
    """A contract is drawn up, checked, approved, signed, and ended."""

    def test_a_contract_goes_from_draft_to_force(self):
        contract = self._create_contract(credit_limit=50_000)
        self.assertRegex(contract.number, r"^HT-2026-\d{5}$")
        self.assertEqual(contract.title, "Haina Home Master Contract")
        self.assertEqual(str(contract.date_notice), "2026-12-01")
        self._answer(contract)
        contract.action_request_approval()
        self.assertEqual(contract.requested_by_id, self.manager)
        self.assertEqual(contract.state, "to_approve")
        contract.with_user(self.centre).action_approve()
        self.assertEqual(contract.state, "to_approve", "finance decides on the credit")
        contract.with_user(self.finance).action_approve()
        contract.invalidate_recordset()
        self.assertEqual(contract.state, "approved")
        self._attach(contract)
        contract.original_location = "Archive B 3"
        contract._sign(fields.Date.to_date("2026-02-27"))
        self.assertEqual(contract.state, "running")
        self.assertEqual(str(contract.date_signed), "2026-02-27")
        term = contract.term_ids
        self.assertEqual((term.number, term.kind), (1, "first"))
        self.assertEqual(
            (str(term.date_from), str(term.date_to)), ("2026-01-01", "2026-12-31")
        )

    def test_signing_opens_the_gate_from_candidate_to_formal_client(self):
        self.company.kuaidi_require_safety_agreement = True
        account = self._create_account()
        with self._refused(UserError, "founding paper"):
            account.action_make_formal()
        for kind in ("master", "safety"):
            self._run_contract(
                self._create_contract(
                    account, kind=kind, original_location=f"Shelf {kind}"
                )
            )
        papers = {
            paper.type_id.category: paper
            for paper in account.document_ids.sorted("category")
        }
        self.assertEqual(set(papers), {"file", "founding", "safety"})
        self.assertEqual(papers["founding"].original_location, "Shelf master")
        self.assertEqual(str(papers["safety"].date_expiry), "2026-12-31")
        self.assertTrue(all(paper.has_file for paper in papers.values()))
        files = account.document_ids.attachment_ids
        self.assertEqual(set(files.mapped("res_model")), {"kuaidi.account.document"})
        self.assertEqual(str(account.date_entrusted), "2025-12-20")
        account.with_user(self.manager).action_make_formal()
        self.assertEqual(account.state, "formal")

    def test_the_contract_copy_is_filed_once(self):
        self._create_document(self.account, "contract")
        contract = self._run_contract()
        self.assertEqual(contract.document_ids.type_id.category, "founding")

    def test_nothing_is_requested_before_the_checklist_is_answered(self):
        contract = self._create_contract()
        with self._refused(UserError, "Open are 14 questions"):
            contract.action_request_approval()
        self._answer(contract, "concern", remark=False)
        with self._refused(UserError, "Explain the concern"):
            contract.action_request_approval()
        self.assertEqual(contract.state, "draft")
        self.assertFalse(contract.requested_by_id)

    def test_signing_needs_copy_day_and_approval(self):
        contract = self._create_contract()
        day = fields.Date.to_date("2026-02-27")
        self._attach(contract)
        with self._refused(UserError, "does not wait for its signature"):
            contract._sign(day)
        self._approve(contract)
        contract.attachment_ids = [Command.clear()]
        for date_signed, message in (
            (day, "Attach the signed copy"),
            (False, "Enter the day"),
            (fields.Date.to_date("2026-03-03"), "today or earlier"),
        ):
            with self.subTest(date=date_signed), self._refused(UserError, message):
                contract._sign(date_signed)
        self.assertEqual(contract.state, "approved")
        self.assertFalse(contract.term_ids)

    def test_the_form_of_the_signature_signs(self):
        contract = self._approve()
        action = contract.action_sign()
        file = self.env["ir.attachment"].with_user(self.manager)
        file = file.create({"name": "signed.pdf", "datas": PDF})
        wizard = (
            self.env["kuaidi.contract.sign"]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create(
                {
                    "date_signed": "2026-02-27",
                    "original_location": "Archive B 3",
                    "attachment_ids": [Command.set(file.ids)],
                }
            )
        )
        wizard.action_confirm()
        self.assertEqual(contract.state, "running")
        self.assertEqual(contract.document_ids[0].original_location, "Archive B 3")
        with self._refused(UserError, "does not wait for its signature"):
            contract.action_sign()

    def test_a_refused_contract_is_a_draft_again(self):
        contract = self._create_contract()
        self._answer(contract)
        contract.action_request_approval()
        contract.with_user(self.centre).action_refuse()
        self.assertEqual(contract.state, "draft")
        self.assertFalse(contract.review_ids)
        contract.action_request_approval()
        self.assertEqual(contract.state, "to_approve")

    def test_what_is_taken_back_is_approved_anew(self):
        contract = self._approve()
        contract.action_back_to_draft()
        self.assertEqual(contract.state, "draft")
        self.assertFalse(contract.review_ids)
        contract.title = "Changed"
        contract.action_request_approval()
        self.assertEqual(contract.state, "to_approve")
        with self._refused(UserError, "nothing to take back"):
            self._run_contract(kind="other").action_back_to_draft()

    def test_nobody_approves_what_they_requested(self):
        contract = self._create_contract(user=self.centre)
        self._answer(contract)
        contract.action_request_approval()
        with self._refused(UserError, "requested .* yourself"):
            contract.action_approve()
        contract.with_user(self.centre_2).action_approve()
        self.assertEqual(contract.sudo().state, "approved")

    def test_buttons_and_system_alone_write_how_a_contract_stands(self):
        contract = self._create_contract()
        for user in (self.manager, self.centre, self.admin):
            for name, value in GUARDED.items():
                with self.subTest(user=user.login, field=name):
                    with self._refused(AccessError):
                        contract.with_user(user).write({name: value})
                    with self._refused(AccessError):
                        contract.with_user(user).with_context(
                            **{f"default_{name}": value}
                        ).create({"account_id": self.account.id})
                    with self._refused(AccessError):
                        contract.with_user(user).create(
                            {"account_id": self.account.id, name: value}
                        )
        self.assertEqual(contract.state, "draft")
        self.assertEqual(self.account.contract_ids, contract)

    def test_only_a_draft_is_changed_or_deleted(self):
        for contract in (self._approve(), self._run_contract(kind="other")):
            with self.subTest(state=contract.state):
                with self._refused(UserError, "Only a draft"):
                    contract.amount_total = 1
                with self._refused(UserError, "Only a"):
                    contract.unlink()
                contract.original_location = "Archive C 1"
                self.assertEqual(contract.original_location, "Archive C 1")
        draft = self._create_contract(kind="other")
        draft.unlink()
        self.assertFalse(draft.exists())

    def test_dates_and_clauses_that_cannot_be_are_refused(self):
        table = [
            ("notice could never be given", {"notice_days": 365}),
            (
                "notice could never be given",
                {"is_tacit": True, "renewal_months": 1, "notice_days": 31},
            ),
            ("multiple or the amount is missing", {"compensation_rule": "freight"}),
            ("for each day", {"late_rule": "percent_day"}),
            ("above 100 %", {"late_rule": "percent_day", "late_factor": 101}),
        ]
        for message, values in table:
            with self.subTest(**values), self._refused(ValidationError, message):
                self._create_contract(**values)
        self.assertFalse(self.account.contract_ids)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_what_cannot_be(self):
        table = [
            ("term_order", {"date_to": "2025-12-31"}),
            ("notice_positive", {"notice_days": -1}),
            ("renewal_months_positive", {"is_tacit": True, "renewal_months": 0}),
            ("open_ended_has_no_end", {"is_open_ended": True}),
            (
                "open_ended_is_not_renewed",
                {"is_open_ended": True, "date_to": False, "is_tacit": True},
            ),
            ("amounts_positive", {"credit_limit": -1}),
            ("amounts_positive", {"amount_total": -0.01}),
            ("settlement_day_range", {"settlement_day": 31}),
            ("late_max_range", {"late_max_percent": 100.5}),
            ("clauses_positive", {"pod_days": -1}),
        ]
        for name, values in table:
            with self.subTest(**values), self._refused(IntegrityError, name):
                self._create_contract(**values).flush_recordset()
        self.assertFalse(self.account.contract_ids)

    def test_a_contract_starts_with_what_company_and_client_say(self):
        self.company.write(
            {"kuaidi_contract_notice_days": 45, "kuaidi_contract_renewal_months": 24}
        )
        self.account.is_public_body = True
        contract = self._create_contract()
        self.assertEqual((contract.notice_days, contract.renewal_months), (45, 24))
        self.assertIs(contract.is_public, True)
        self.assertIs(self._create_contract(is_public=False).is_public, False)

    def test_signed_copies_are_added_and_not_taken_away(self):
        contract = self._run_contract()
        signed = contract.attachment_ids
        for command in (Command.clear(), Command.unlink(signed.id)):
            with self._refused(UserError, "prove what was agreed"):
                contract.attachment_ids = [command]
        self._attach(contract)
        self.assertEqual(len(contract.attachment_ids), 2)
        self.assertIn(signed, contract.attachment_ids)

    def test_two_master_contracts_do_not_run_at_once(self):
        first = self._run_contract()
        for date_from, date_to in (
            ("2026-12-31", "2027-12-30"),
            ("2025-01-01", "2026-01-01"),
            ("2026-05-01", "2026-05-31"),
        ):
            second = self._create_contract(
                date_from=date_from, date_to=date_to, notice_days=5
            )
            self._answer(second)
            with self._refused(UserError, "in force for part of that time"):
                second.action_request_approval()
        open_ended = self._create_contract(
            date_from="2026-06-01", date_to=False, is_open_ended=True
        )
        self._answer(open_ended)
        with self._refused(UserError, "in force for part of that time"):
            open_ended.action_request_approval()
        # approved while there was room, which another one has taken since
        late = self._create_contract(self._create_client(), kind="other")
        self._run_contract(date_from="2027-01-01", date_to="2027-12-31")
        self.assertEqual(late.state, "draft")
        self.assertEqual(first.state, "running")

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_master_contracts_apart(self):
        self._run_contract()
        second = self._create_contract()
        with self._refused(IntegrityError, "master_excl"):
            second.sudo().write({"state": "running"})
            second.flush_recordset()
        # other kinds, and other clients, run beside it
        self._run_contract(kind="safety")
        self._run_contract(self._create_contract(self._create_client()))

    def test_a_closed_client_gets_no_contract(self):
        contract = self._create_contract()
        self._answer(contract)
        self.account.action_close()
        with self._refused(UserError, "is closed"):
            contract.action_request_approval()
        self.assertEqual(contract.state, "draft")
