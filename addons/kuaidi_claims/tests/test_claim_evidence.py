from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.kuaidi_key_account.models.account import file_mixin

from .claim_common import MORNING, PNG, ClaimCommon


@tagged("post_install", "-at_install")
class TestClaimEvidence(ClaimCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.line = cls.claim.evidence_ids[:1]

    def _get_names(self, claim):
        prefix = "evidence_rule_"
        data = self.env["ir.model.data"].search(
            [
                ("model", "=", "kuaidi.claim.evidence.rule"),
                ("res_id", "in", claim.evidence_ids.rule_id.ids),
            ]
        )
        return {name.removeprefix(prefix) for name in data.mapped("name")}

    def test_papers_follow_the_amount_and_what_happened(self):
        above_1000 = {"form", "value", "list", "identity", "assignment"}
        for kind, amount, names in (
            ("damage", 1000, {"photo_damage"}),
            ("damage", 1000.01, {"photo_damage", "repair"} | above_1000),
            ("loss", 3000, {"statement_loss"} | above_1000),
            ("loss", 3001, {"statement_loss", "waybill", "pod"} | above_1000),
            (
                "shortage",
                10001,
                {"photo_shortage", "waybill", "pod", "originals"} | above_1000,
            ),
            ("delay", 50, {"proof_delay"}),
        ):
            with self.subTest(kind, amount=amount):
                claim = self._create_claim(type=kind, amount_claimed=amount)
                self.assertEqual(self._get_names(claim), names)

    def test_list_follows_what_is_corrected_and_keeps_what_came(self):
        claim = self.claim.with_user(self.officer)
        self._attach(self.line)
        claim.amount_claimed = 2000
        self.assertIn("list", self._get_names(claim))
        claim.write({"amount_claimed": 500, "type": "delay"})
        self.assertEqual(self._get_names(claim), {"photo_damage", "proof_delay"})
        self.assertEqual(self.line.state, "received")

    def test_file_notes_that_the_paper_came(self):
        self.assertEqual(self.claim.evidence_percent, 0)
        with freeze_time(MORNING):
            file = self._attach(self.line)
        self.assertEqual(self.line.state, "received")
        self.assertEqual(str(self.line.date_received), MORNING)
        self.assertEqual((file.res_model, file.res_id), (self.line._name, self.line.id))
        self.assertEqual(self.claim.evidence_percent, 100)

    def test_original_needs_its_place_and_waiving_its_reason(self):
        line = self.line.with_user(self.officer)
        with self._refused(UserError, "Attach the file"):
            line.action_receive()
        with self._refused(UserError, "why"):
            line.action_waive()
        self.assertEqual(line.state, "asked")
        line.waive_reason = "The outlet has seen it"
        line.action_waive()
        self.assertEqual(line.state, "waived")
        self.assertEqual(line.waived_by_id, self.officer)
        line.action_ask_again()
        line.original_place = "Cabinet 3"
        line.action_receive()
        self.assertEqual(line.state, "received")

    def test_received_evidence_cannot_disappear(self):
        file = self._attach(self.line)
        line = self.line.with_user(self.officer)
        for name, change in (
            ("unlink", lambda: line.attachment_ids.unlink()),
            ("unlink in superuser mode", lambda: file.sudo().unlink()),
            ("forget", lambda: line.write({"attachment_ids": [Command.clear()]})),
            (
                "delete command",
                lambda: line.write({"attachment_ids": [Command.delete(file.id)]}),
            ),
            ("replace", lambda: file.with_user(self.officer).write({"raw": b"other"})),
            ("move", lambda: file.sudo().write({"res_id": False})),
            ("rename", lambda: file.sudo().write({"name": "x.png"})),
            ("the paper itself", lambda: line.unlink()),
        ):
            with self.subTest(name), self._refused(UserError, "stays? on file"):
                change()
            self.assertEqual(file.raw, PNG)
            self.assertEqual(line.attachment_ids, file)
            self.assertEqual(line.state, "received")

    def test_attempt_to_delete_evidence_is_logged(self):
        file = self._attach(self.line)
        self.cr.postrollback.clear()
        with self._refused(UserError, "was noted"):
            file.with_user(self.officer).unlink()
        before = self.claim.message_ids
        with self.enter_registry_test_mode():
            self.cr.postrollback.run()
        self.env.invalidate_all()
        note = self.claim.message_ids - before
        self.assertIn(self.officer.name, note.body)
        self.assertIn("tried to delete evidence", note.body)

    def test_more_files_may_come(self):
        self._attach(self.line)
        self._attach(self.line, "inside.png")
        self.assertEqual(len(self.line.attachment_ids), 2)

    def test_file_of_another_record_is_copied(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "mail.png",
                "raw": PNG,
                "res_model": "kuaidi.claim",
                "res_id": self.claim.id,
            }
        )
        self.line.with_user(self.officer).attachment_ids = [Command.link(file.id)]
        copy = self.line.attachment_ids
        self.assertNotEqual(copy, file)
        file.unlink()
        self.assertEqual(copy.raw, PNG)

    def test_only_real_papers_of_a_fair_size_are_taken(self):
        for name, raw in (
            ("script.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
            ("photo.png", b"MZ this is a program"),
            ("page.html", b"<html></html>"),
        ):
            with self.subTest(name), self._refused(ValidationError):
                self._attach(self.line, name, raw)
        self.company.kuaidi_upload_limit_mb = 1
        with (
            patch.dict(file_mixin.FILE_SIGNATURES, {}),
            self._refused(ValidationError, "larger than 1 MB"),
        ):
            self._attach(self.line, raw=PNG + b"0" * 1024 * 1024)
        self.assertEqual(self.line.state, "asked")

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_others_read_evidence_and_change_none(self):
        for user in (self.manager, self.finance, self.centre):
            line = self.line.with_user(user)
            self.assertTrue(line.name)
            for change in (
                lambda line=line: line.write({"waive_reason": "x"}),
                lambda line=line: line.action_receive(),
                lambda line=line: line.unlink(),
            ):
                with self.subTest(user.login), self._refused(AccessError):
                    change()
        for values in ({"state": "received"}, {"date_received": MORNING}):
            with self.subTest(values), self._refused(AccessError, "buttons"):
                self.line.with_user(self.officer).write(values)
        self.assertEqual(self.line.state, "asked")
        self.assertFalse(self.line.waive_reason)
        with self._refused(AccessError):
            self.line.with_user(self.manager_2).read(["name"])

    def test_client_clock_starts_with_the_form_and_ends_with_the_evidence(self):
        claim = self.claim.with_user(self.officer)
        with freeze_time(MORNING):
            claim.action_ask_evidence()
            self.assertFalse(self._get_evidence_clock())
            claim.action_hand_over_application()
            clock = self._get_evidence_clock()
            self.assertEqual(str(clock.date_deadline), "2026-11-26 15:59:59")
            self.assertEqual(clock.requirement, "D11")
            self.assertEqual(str(self.line.date_asked), MORNING)
            self._attach(self.line)
        self.assertEqual(str(clock.date_done), MORNING)

    def _get_evidence_clock(self):
        return self.claim.clock_ids.filtered(lambda clock: clock.kind == "evidence")
