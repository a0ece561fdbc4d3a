import csv
import hashlib
import io
import zipfile
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .promise_common import MORNING, TODAY, PromiseCommon


@freeze_time(MORNING)
@tagged("post_install", "-at_install")
class TestReceivableLegal(PromiseCommon):
    def _take_step(self, user=None, **values):
        return (
            self.env["kuaidi.legal.step"]
            .with_user(user or self.finance)
            .create({"case_id": self.case.id, "kind": "order", **values})
        )

    def test_the_courts_clocks_run(self):
        step = self._take_step(date_filed=TODAY - timedelta(days=9))
        self.assertEqual(str(step.date_answer_due), "2026-11-19")
        self.assertTrue(step.is_overdue)
        step.date_accepted = TODAY - timedelta(days=5)
        self.assertEqual(str(step.date_issue_due), "2026-12-03")
        self.assertFalse(step.is_overdue)
        step.write({"date_issued": TODAY, "date_served": TODAY})
        self.assertEqual(str(step.date_objection_due), "2026-12-08")
        self.assertEqual(str(step.date_deadline), "2026-12-08 15:59:59")
        with self._refused(ValidationError, "has done it"):
            step.date_served = TODAY + timedelta(days=1)

    def test_an_application_makes_the_case_legal_and_restarts_the_limitation(self):
        self._take_step()
        self.assertEqual(self.case.state, "legal")
        self.assertEqual(str(self.case.date_limitation), "2029-11-23")

    def test_a_case_comes_back_when_no_step_is_open(self):
        step = self._take_step()
        with self._refused(UserError, "A legal step is open"):
            self.case.with_user(self.finance).action_leave_legal()
        step.state = "objected"
        self.case.with_user(self.finance).action_leave_legal()
        self.assertEqual(self.case.state, "open")

    def test_finance_alone_goes_to_law(self):
        for user in (self.manager, self.centre):
            with self.subTest(user=user.login), self._refused(AccessError, ""):
                self._take_step(user)
            with self._refused(AccessError, "Finance decides"):
                self.case.with_user(user).action_take_legal_step()
        self.assertEqual(self.case.state, "open")

    def test_cash_only_is_advised_and_lifted_when_paid(self):
        with self._refused(AccessError, "Finance decides"):
            self.case.with_user(self.manager).action_advise_cash()
        self.case.with_user(self.finance).action_advise_cash()
        self.assertTrue(self.account.is_cash_only)
        self.assertIn("article 52", self.account.message_ids[0].body)
        found = self.env["kuaidi.key.account"].search([("is_cash_only", "=", True)])
        self.assertEqual(found, self.account)
        self._pay(self.invoice, 1000, TODAY)
        self._pay(self.invoice_2, 500, TODAY)
        self.cases._update_cases(self.account)
        self.env.invalidate_all()
        self.assertEqual(self.case.state, "closed")
        self.assertFalse(self.account.is_cash_only)

    def test_limit_and_terms_come_from_the_contract(self):
        term = self.env["account.payment.term"].create({"name": "30 days, month end"})
        self.env["kuaidi.contract"].sudo().create(
            {
                "account_id": self.account.id,
                "kind": "master",
                "date_from": TODAY - timedelta(days=100),
                "credit_limit": 1200,
                "payment_term_id": term.id,
            }
        ).state = "running"
        case = self.case.with_user(self.manager)
        self.assertEqual(
            (case.credit_limit, case.payment_term_name, case.is_above_limit),
            (1200, "30 days, month end", True),
        )

    def test_a_contact_is_logged_from_the_clients_file(self):
        account = self.account.with_user(self.manager)
        action = account.action_log_contact()
        self.assertEqual(action["context"]["default_case_id"], self.case.id)
        stranger = self._create_account().with_user(self.manager)
        with self._refused(UserError, "owes nothing"):
            stranger.action_enter_promise()

    def test_the_evidence_pack_lists_every_file_with_its_hash(self):
        self._create_document(self.account, "entrustment")
        letter = self.env["kuaidi.collection.letter"].create({"case_id": self.case.id})
        letter.action_send()
        self.env["kuaidi.collection.action"].with_user(self.manager).create(
            {"case_id": self.case.id, "answer": "=1+1", "content": "Called"}
        )
        self.invoice.message_main_attachment_id = self._create_attachment(
            "../../=evil.pdf", res_model="account.move", res_id=self.invoice.id
        )
        self.case.with_user(self.finance).action_make_pack()
        pack = self.case.pack_ids
        self.assertEqual((pack.state, pack.user_id), ("done", self.finance))
        self.assertEqual(pack.checksum, hashlib.sha256(pack.file_id.raw).hexdigest())
        archive = zipfile.ZipFile(io.BytesIO(pack.file_id.raw))
        names = archive.namelist()
        self.assertFalse([name for name in names if ".." in name or name[0] == "/"])
        rows = list(
            csv.reader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig")))
        )[1:]
        written = [row for row in rows if row[2]]
        self.assertEqual(pack.file_count, len(written))
        for name, size, digest, *_rest in written:
            with self.subTest(name=name):
                content = archive.read(name.removeprefix("'"))
                self.assertEqual(str(len(content)), size)
                self.assertEqual(hashlib.sha256(content).hexdigest(), digest)
        folders = {name.split("/")[0][:1] for name, *_rest in written}
        self.assertLessEqual({"1", "3", "4", "5"}, folders)

    def test_the_names_in_a_pack_are_safe_everywhere(self):
        hostile = (
            "../../etc/passwd.pdf",
            "C:\\windows\\x.pdf",
            "CON.pdf",
            "exe\u202efdp.pdf",
            "=1+1.pdf",
            "a\r\nb.pdf",
            "长" * 200 + ".pdf",
            "长" * 200 + "短.pdf",
            "...pdf",
            "😀.pdf",
        )
        self.partner.name = "../Haina\u202e:\r\n" + "长" * 200
        self._create_document(
            self.account,
            "entrustment",
            attachment_ids=[
                Command.set([self._create_attachment(name).id for name in hostile])
            ],
        )
        self.case.with_user(self.finance).action_make_pack()
        pack = self.case.pack_ids
        with zipfile.ZipFile(io.BytesIO(pack.file_id.raw)) as archive:
            paths = archive.namelist()
        self.assertGreater(len(paths), len(hostile))
        self.assertEqual(len(paths), len(set(paths)))
        for path in [*paths, f"x/{pack.file_id.name}"]:
            *_folder, name = path.split("/", 1)
            with self.subTest(path=path):
                self.assertNotRegex(name, r'[\\/:*?"<>|\x00-\x1f\u202e=]|\.\.')
                self.assertNotRegex(name, r"(?i)^(con|prn|aux|nul)(\.|$)")
                self.assertLessEqual(len(name), 100)

    def test_a_pack_too_large_says_what_it_leaves_out(self):
        self.company.kuaidi_evidence_limit_mb = 1
        self._create_document(
            self.account,
            "entrustment",
            attachment_ids=[
                Command.set(
                    self._create_attachment(raw=b"%PDF-1.4" + b"0" * 1_200_000).ids
                )
            ],
        )
        self.case.with_user(self.finance).action_make_pack()
        self.assertEqual(self.case.pack_ids.left_out_count, 1)

    def test_packs_are_for_finance(self):
        for user in (self.manager, self.centre):
            with self.subTest(user=user.login):
                with self._refused(AccessError, "Finance decides"):
                    self.case.with_user(user).action_make_pack()
                with self._refused(AccessError, ""):
                    self.env["kuaidi.evidence.pack"].with_user(user).search([])

    def test_a_waiting_pack_is_made_in_the_background(self):
        pack = self.env["kuaidi.evidence.pack"].create(
            {"case_id": self.case.id, "user_id": self.finance.id}
        )
        with self.enter_registry_test_mode():
            self.env.ref(
                "kuaidi_key_account.cron_evidence_pack"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(pack.state, "done")
