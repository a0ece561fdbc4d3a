from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .vip_common import VipCommon

REVIEW_TYPE = "kuaidi_key_account.mail_activity_type_vip_review"


@tagged("post_install", "-at_install")
class TestGradingVipFlow(VipCommon):
    def test_a_request_is_approved_and_established_step_by_step(self):
        with freeze_time("2026-03-10 02:00:00"):
            vip = self._create_vip()
            self.assertEqual(vip.state, "draft")
            self.assertRegex(vip.name, r"^VIP2026\d{4}$")
            vip.action_request_approval()
            self.assertEqual(vip.state, "to_approve")
            self.assertEqual(vip.requested_by_id, self.manager)
            self.assertEqual(vip.review_ids.status, "pending")
            self.assertIn(self.centre, vip.review_ids.reviewer_ids)
            vip.with_user(self.centre).action_approve()
        self.assertEqual(vip.state, "approved")
        self.assertEqual(vip.date_approved, fields.Date.to_date("2026-03-10"))
        self.assertEqual(
            vip.step_ids.mapped("code"), ["letter", "manual", "manual", "departments"]
        )
        self.assertFalse(any(vip.step_ids.mapped("is_done")))
        self.assertEqual(self.account.vip_id, vip)
        self.assertFalse(self.account.is_vip, "not before it is established")
        with freeze_time("2026-03-12 02:00:00"):
            vip.action_tell_departments()
            departments = self._get_step(vip, "establish", "departments")
            self.assertEqual(departments.done_by_id, self.manager)
            told = vip.message_ids[0].notified_partner_ids
            self.assertEqual(told, self.operations.partner_id)
            for step in self._get_step(vip, "establish", "manual"):
                step.with_user(self.centre).action_done()
            self.assertEqual(vip.state, "approved")
            letter = self._get_step(vip, "establish", "letter").with_user(self.centre)
            letter.note = "By fax, 020-3881"
            letter.action_done()
        self.assertEqual(vip.state, "active")
        self.assertEqual(vip.date_active, fields.Date.to_date("2026-03-12"))
        self.assertEqual(vip.date_measured_from, fields.Date.to_date("2026-04-01"))
        self.assertTrue(self.account.is_vip)
        self.assertEqual(letter.done_by_id, self.centre)
        found = self.env["kuaidi.key.account"].search([("is_vip", "=", True)])
        self.assertIn(self.account, found)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_approves_what_they_requested(self):
        both = self._create_user("kuaidi_both", "group_crm_centre")
        both.group_ids += self.env.ref("kuaidi_key_account.group_account_manager")
        vip = self._create_vip()
        vip.with_user(both).action_request_approval()
        for refused in (vip.with_user(both), vip.with_user(self.manager)):
            for decide in (refused.action_approve, refused.action_refuse):
                with self.assertRaises(UserError):
                    decide()
        with self.assertRaises(UserError):
            vip.with_user(both).validate_tier()
        self.assertEqual(vip.state, "to_approve")
        self.assertEqual(vip.review_ids.status, "pending")
        vip.with_user(self.centre).action_approve()
        self.assertEqual(vip.state, "approved")

    def test_nobody_approves_what_they_drew_up_for_a_colleague(self):
        vip = self._create_vip().with_user(self.manager)
        account = self._make_formal(self._create_account())
        drawn_up = self.env["kuaidi.vip"].with_user(self.centre)
        drawn_up = drawn_up.create(
            {
                "account_id": account.id,
                "contact_id": self._get_contact(account).id,
                "reason": "Asked for by phone",
                "service_offer": "Priority",
            }
        )
        (vip | drawn_up.with_user(self.manager)).action_request_approval()
        with self.assertRaises(UserError):
            drawn_up.with_user(self.centre).action_approve()
        self.assertEqual(drawn_up.state, "to_approve")
        drawn_up.with_user(self.centre_2).action_approve()
        self.assertEqual(drawn_up.state, "approved")

    def test_a_refused_request_makes_room_for_a_new_one(self):
        vip = self._create_vip()
        vip.action_request_approval()
        vip.with_user(self.centre).action_refuse()
        self.assertEqual(vip.state, "refused")
        self.assertFalse(vip.step_ids)
        self.assertFalse(self.account.vip_id)
        with self.assertRaises(UserError):
            vip.with_user(self.centre).action_approve()
        again = self._create_vip()
        self.assertEqual(self.account.vip_id, again)
        self.assertNotEqual(vip.name, again.name)

    def test_the_second_of_two_approvers_is_told(self):
        vip = self._create_vip()
        vip.action_request_approval()
        vip.with_user(self.centre).action_approve()
        with self.assertRaises(UserError):
            vip.with_user(self.centre_2).action_approve()
        self.assertEqual(len(vip.step_ids), 4)

    @mute_logger("odoo.sql_db")
    def test_an_account_has_one_running_membership(self):
        vip = self._create_vip()
        for move in (
            lambda: None,
            vip.action_request_approval,
            vip.with_user(self.centre).action_approve,
            lambda: self._finish_checklist(vip),
            vip.action_ask_review,
            lambda: self._decide(vip, self.manager, "cancel", date_end="2099-01-01"),
        ):
            move()
            with self.subTest(state=vip.state), self.assertRaises(UniqueViolation):
                with self.env.cr.savepoint():
                    self._create_vip()
            self.assertEqual(self.account.vip_ids, vip)
        self.assertEqual(vip.state, "cancelling")
        self._finish_checklist(vip)
        self.assertNotEqual(self._create_vip(), vip)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_draft_is_not_moved_to_a_client_of_others(self):
        vip = self._create_vip()
        foreign = self._make_formal(self._create_account(manager_id=self.manager_2.id))
        with self.assertRaises(AccessError):
            vip.write({"account_id": foreign.id, "contact_id": False})
        self.assertEqual(vip.account_id, self.account)

    def test_bad_requests_are_refused_with_a_reason(self):
        stranger = self._create_partner(name="Stranger")
        closed = self._make_formal(self._create_account())
        closed.action_close()
        archived = self._create_account(active=False)
        for values in (
            {"contact_id": stranger.id},
            {"account_id": closed.id, "contact_id": False},
            {"account_id": archived.id, "contact_id": False},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._create_vip(**values)
        candidate = self._create_vip(account=self._create_account())
        with self.assertRaises(UserError):
            candidate.action_request_approval()
        for name in ("reason", "service_offer", "contact_id"):
            vip = self._create_vip(**{name: False})
            with self.subTest(missing=name), self.assertRaises(UserError):
                vip.action_request_approval()
            self.assertEqual(vip.state, "draft")
            self.assertFalse(vip.review_ids)
            vip.unlink()

    def test_the_contact_is_proposed_from_the_file(self):
        other = self.contact.copy({"name": "Zhang"})
        for partner, role in ((self.contact, "user"), (other, "decider")):
            self.env["kuaidi.account.contact"].create(
                {
                    "account_id": self.account.id,
                    "partner_id": partner.id,
                    "decision_role": role,
                }
            )
        vip = self.env["kuaidi.vip"].create({"account_id": self.account.id})
        self.assertEqual(vip.contact_id, other)

    def test_state_and_course_change_by_buttons_only(self):
        vip = self._create_vip()
        for name, value in (
            ("state", "active"),
            ("state", "approved"),
            ("requested_by_id", self.sales.id),
            ("date_measured_from", "2030-01-01"),
            ("month_checked", "2030-01-01"),
            ("cancel_reason", "forged"),
        ):
            for user in (self.manager, self.centre, self.admin):
                with self.subTest(name=name, user=user.login):
                    with self.assertRaises(AccessError):
                        vip.with_user(user).write({name: value})
        self.assertEqual(vip.state, "draft")
        self.assertFalse(vip.month_checked)
        account = self._make_formal(self._create_account())
        for forged in ({"state": "active"}, {"date_active": "2026-01-01"}):
            with self.assertRaises(AccessError):
                self._create_vip(account=account, **forged)
        self.assertFalse(account.vip_ids)

    def test_what_was_approved_is_not_rewritten(self):
        vip = self._approve(self._create_vip())
        for values in ({"service_offer": "A free car"}, {"reason": "Other"}):
            with self.assertRaises(UserError):
                vip.with_user(self.manager).write(values)
        self.assertEqual(vip.service_offer, "Priority pick-up\nMonthly report")
        with self.assertRaises(UserError):
            vip.unlink()
        self.assertTrue(vip.exists())

    def test_steps_are_ticked_once_and_by_their_button(self):
        vip = self._approve(self._create_vip()).with_user(self.manager)
        letter = self._get_step(vip, "establish", "letter")
        call = self._get_step(vip, "establish", "manual")[1]
        with self.assertRaises(AccessError):
            call.write({"is_done": True})
        with self.assertRaises(AccessError):
            self.env["kuaidi.vip.step"].with_user(self.manager).create(
                {"vip_id": vip.id, "type_id": letter.type_id.id}
            )
        with self.assertRaises(UserError):
            letter.action_done()
        self.assertFalse(letter.is_done, "a letter sent elsewhere needs a note")
        call.action_done()
        first = call.date_done
        with self.assertRaises(UserError):
            call.action_done()
        self.assertEqual(call.date_done, first)
        with self.assertRaises(AccessError):
            call.action_undo()
        call.with_user(self.centre).action_undo()
        self.assertFalse(call.is_done)
        self.assertFalse(call.done_by_id)

    def test_departments_are_told_once_and_by_name(self):
        vip = self._approve(self._create_vip()).with_user(self.manager)
        self.company.kuaidi_vip_notify_user_ids = False
        with self.assertRaises(UserError):
            vip.action_tell_departments()
        self.company.kuaidi_vip_notify_user_ids = self.operations
        vip.action_tell_departments()
        count = len(vip.message_ids)
        with self.assertRaises(UserError):
            vip.action_tell_departments()
        self.assertEqual(len(vip.message_ids), count)

    def test_without_a_checklist_the_approval_establishes(self):
        self.env["kuaidi.vip.step.type"].search([]).active = False
        vip = self._approve(self._create_vip())
        self.assertEqual(vip.state, "active")

    def test_a_membership_is_cancelled_after_a_written_decision(self):
        vip = self._activate(self._create_vip())
        with freeze_time("2026-05-06 02:00:00"):
            vip.with_user(self.manager).action_ask_review()
            self.assertEqual(vip.state, "review")
            self.assertIn("2026-04", vip.review_figures)
            self.assertEqual(vip.activity_ids.user_id, self.manager)
            self.assertIn("2026-04", vip.activity_ids.note)
            done = vip.cancel_step_ids.filtered("is_done")
            self.assertEqual(done.mapped("code"), ["measured", "asked"])
            self.assertTrue(self.account.is_vip, "until the client hears otherwise")
            with self.assertRaises(UserError):
                self._decide(vip, self.manager, "cancel", reason="  ")
            with self.assertRaises(UserError):
                self._decide(vip, self.manager, "cancel", date_end="2026-05-05")
            self.assertEqual(vip.state, "review")
            self._decide(vip, self.manager, "cancel", date_end="2026-05-31")
        self.assertEqual(vip.state, "cancelling")
        self.assertEqual(vip.cancel_reason, "Talked it over")
        self.assertEqual(vip.date_end, fields.Date.to_date("2026-05-31"))
        self.assertFalse(vip.activity_ids)
        self.assertTrue(self._get_step(vip, "cancel", "decided").is_done)
        with freeze_time("2026-05-08 02:00:00"):
            self._finish_checklist(vip)
        self.assertEqual(vip.state, "cancelled")
        self.assertEqual(vip.date_cancelled, fields.Date.to_date("2026-05-08"))
        self.assertFalse(self.account.is_vip)
        self.assertFalse(self.account.vip_id)
        self.assertEqual(vip.review_ids.status, "approved", "the proof is kept")
        self.assertTrue(self._create_vip())

    def test_a_decision_to_keep_closes_the_re_evaluation(self):
        vip = self._activate(self._create_vip())
        with freeze_time("2026-05-06 02:00:00"):
            vip.with_user(self.manager).action_ask_review()
            self._decide(vip, self.manager, "keep", reason="Plant moves, back in June")
        self.assertEqual(vip.state, "active")
        self.assertEqual(vip.date_measured_from, fields.Date.to_date("2026-05-01"))
        self.assertFalse(vip.cancel_step_ids)
        self.assertFalse(vip.activity_ids)
        self.assertIn("Plant moves, back in June", vip.message_ids[0].body)
        with self.assertRaises(UserError):
            self._decide(vip, self.manager, "cancel", date_end="2099-01-01")
        self.assertEqual(vip.state, "active")

    def test_the_business_side_decides_and_the_centre_needs_its_paper(self):
        vip = self._activate(self._create_vip())
        vip.with_user(self.manager).action_ask_review()
        with self.assertRaises(AccessError):
            self._decide(vip, self.centre, "keep")
        self.assertEqual(vip.state, "review")
        self._decide(
            vip,
            self.centre,
            "keep",
            decision_file=self._create_attachment().datas,
            decision_filename="decision.pdf",
        )
        self.assertEqual(vip.state, "active")
        self.assertEqual(vip.decision_filename, "decision.pdf")

    def test_files_above_the_limit_are_refused(self):
        self.company.kuaidi_upload_limit_mb = 1
        big = self._create_attachment(raw=b"x" * (1024 * 1024 + 1)).datas
        with self.assertRaises(ValidationError):
            self._create_vip(notice_file=big)
        self.assertTrue(self._create_vip(notice_file=self._create_attachment().datas))

    def test_an_account_is_not_closed_over_a_running_membership(self):
        vip = self._activate(self._create_vip())
        with self.assertRaises(UserError):
            self.account.action_close()
        self.assertEqual(self.account.state, "formal")
        vip.sudo().write({"state": "cancelled"})
        self.account.action_close()
        self.assertEqual(self.account.state, "closed")

    def test_the_account_opens_its_membership_or_a_request(self):
        action = self.account.with_user(self.manager).action_open_vip()
        self.assertFalse(action["res_id"])
        self.assertEqual(action["context"], {"default_account_id": self.account.id})
        vip = self._create_vip()
        self.assertEqual(self.account.action_open_vip()["res_id"], vip.id)
        self.assertEqual(vip.action_view_account()["res_id"], self.account.id)

    def test_a_leavers_re_evaluations_move_along(self):
        vip = self._activate(self._create_vip())
        vip.with_user(self.manager).action_ask_review()
        wizard = (
            self.env["kuaidi.account.handover"]
            .with_user(self.centre)
            .create(
                {
                    "company_id": self.company.id,
                    "from_user_id": self.manager.id,
                    "to_user_id": self.manager_2.id,
                    "reason": "Leaves",
                }
            )
        )
        wizard.action_hand_over()
        self.assertEqual(vip.activity_ids.user_id, self.manager_2)
        self.assertEqual(vip.manager_id, self.manager_2)
        self.assertEqual(vip.with_user(self.manager_2).state, "review")

    def test_tiers_can_be_defined_for_memberships(self):
        names = self.env["tier.definition"]._get_tier_validation_model_names()
        self.assertIn("kuaidi.vip", names)
        self.assertEqual(self.env.ref(REVIEW_TYPE).res_model, "kuaidi.vip")
