from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .review_common import ACTION, MONTH, TODAY, ReviewCommon

OUT_OF_ORDER = "The printer is out of order."


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestInsightReviewSend(ReviewCommon):
    """Completed with next actions, sent to three audiences, locked, and reopened."""

    def _send(self, review=None, user=None):
        review = review or self._complete()
        review.with_user(user or self.manager).action_send()
        return review

    def _get_mails(self, review):
        return review.message_ids.filtered("attachment_ids")

    # completing

    def test_completing_needs_actions_and_the_cause_of_a_change(self):
        for pieces, before, year, limit, is_needed in (
            (1000, 1000, 1000, 10, False),
            (1100, 1000, 1000, 10, False),
            (1101, 1000, 1000, 10, True),
            (899, 1000, 1000, 10, True),
            (1000, 1000, 1200, 10, True),
            (1000, 1000, 1200, 20, False),
            (1000, 0, None, 10, False),
            (1000, None, None, 0, False),
        ):
            account = self._create_served_account()
            self.company.kuaidi_review_change_percent = limit
            for back, number in ((0, pieces), (1, before), (12, year)):
                if number is not None:
                    self._set_figure(account, back, number)
            review = self._generate(account).with_user(self.manager)
            with self.subTest(pieces=pieces, before=before, year=year, limit=limit):
                self.assertEqual(review.is_cause_needed, is_needed)
                with self._refused(UserError, "next actions"):
                    review.action_complete()
                review.note_action = "  \n"
                with self._refused(UserError, "next actions"):
                    review.action_complete()
                review.note_action = ACTION
                if is_needed:
                    with self._refused(UserError, "main cause"):
                        review.action_complete()
                    self.assertEqual(review.state, "draft")
                    review.note_cause = "The warehouse moved."
                review.action_complete()
                self.assertEqual(review.state, "done")

    def test_corrected_figures_stop_completing_and_sending(self):
        review = self._make_review()
        review.note_action = ACTION
        for back in (0, 1, 12):
            self._set_figure(back=back, pieces=990)
            with self._refused(UserError, "corrected since"):
                review.action_complete()
            self.assertEqual(review.state, "draft")
            review.action_refresh()
        review.action_complete()
        self._set_figure(pieces=991)
        with self._refused(UserError, "corrected since"):
            review.action_send()
        self.assertEqual(review.state, "done")
        self.assertFalse(review.sending_ids)
        review.action_back_to_draft()
        review.action_refresh()
        self._send(self._complete(review))
        self.assertEqual((review.state, review.pieces), ("sent", 991))

    def test_buttons_refuse_the_wrong_state(self):
        review = self._make_review()
        with self._refused(UserError, "completed is taken back"):
            review.action_back_to_draft()
        with self._refused(UserError, "Complete .* before"):
            review.action_send()
        self._complete(review)
        with self._refused(UserError, "completed already"):
            review.action_complete()
        with self._refused(UserError, "Only a draft follows"):
            review.action_refresh()
        with self._refused(UserError, "is completed"):
            review.note_action = "Something else"
        self.assertEqual(review.note_action, ACTION)
        review.action_back_to_draft()
        review.note_action = "Something else"
        self.assertEqual(review.state, "draft")

    # sending

    def test_three_audiences_get_it_in_their_own_words(self):
        review = self._complete(
            self._make_review(pieces=1000, late_count=25, amount_revenue=9000)
        )
        self._raise_problem()
        self._send(review)
        self.assertEqual(review.state, "sent")
        sending = review.sending_ids
        self.assertEqual(
            [(line.audience, line.user_id) for line in sending.recipient_ids],
            [
                ("superior", self.leader),
                ("operations", self.operator),
                ("settlement", self.settler),
            ],
        )
        self.assertEqual(sending.user_id, self.manager)
        self.assertEqual(sending.date_delivered, fields.Datetime.now())
        mails = self._get_mails(review).sorted("id")
        self.assertEqual(len(mails), 3)
        for mail, user, word in zip(
            mails,
            (self.leader, self.operator, self.settler),
            (ACTION.split(" (")[0], "2.500%", "Receivable"),
            strict=True,
        ):
            with self.subTest(user=user.login):
                self.assertEqual(mail.partner_ids, user.partner_id)
                self.assertEqual(mail.notified_partner_ids, user.partner_id)
                self.assertEqual(mail.author_id, self.manager.partner_id)
                self.assertEqual(mail.attachment_ids, sending.attachment_id)
                self.assertIn(word, mail.body)
        self.assertIn("1 problems", mails[1].body)
        self.assertIn("2026-02 v1", sending.attachment_id.name)

    def test_the_contact_of_the_centre_stands_in(self):
        self.account.leadership_ids = False
        self.account.member_ids.unlink()
        review = self._send()
        self.assertEqual(review.sending_ids.recipient_ids.user_id, self.centre)
        self.assertEqual(len(review.sending_ids.recipient_ids), 3)

    def test_without_anybody_nothing_is_sent(self):
        self.account.leadership_ids = False
        review = self._complete()
        company = self.registry["res.company"]
        nobody = self.env["res.users"]
        with (
            patch.object(company, "_get_kuaidi_escalation_user", lambda self: nobody),
            self._refused(UserError, "Nobody would get"),
        ):
            review.action_send()
        self.assertEqual(review.state, "done")
        self.account.leadership_ids = self.leader
        self.leader.email = False
        with self._refused(UserError, "no e-mail address"):
            review.action_send()
        self.assertEqual(review.state, "done")
        self.assertFalse(review.sending_ids)

    def test_who_has_left_gets_nothing(self):
        self.leader.active = False
        review = self._send()
        superior = review.sending_ids.recipient_ids.filtered(
            lambda line: line.audience == "superior"
        )
        self.assertEqual(superior.user_id, self.centre)

    def test_it_is_sent_once(self):
        review = self._send()
        with self._refused(AccessError):
            review.action_send()
        with self._refused((AccessError, UserError)):
            review.with_user(self.centre).action_send()
        self.assertEqual(len(review.sending_ids), 1)
        self.assertEqual(len(self._get_mails(review)), 3)

    def test_many_are_mailed_by_the_cron_and_drafts_left_out(self):
        accounts = self._add_accounts(3)
        reviews = self._generate(accounts).with_user(self.centre)
        done, draft = reviews[:2], reviews[2]
        self._complete(done)
        action = reviews.action_send()
        self.assertIn("2 analyses are being sent", action["params"]["message"])
        self.assertIn("1 were left out", action["params"]["message"])
        self.assertEqual(reviews.mapped("state"), ["sent", "sent", "draft"])
        self.assertFalse(done.sending_ids.filtered("date_delivered"))
        self.assertFalse(done.message_ids.attachment_ids)
        with self._refused(UserError, "being written"):
            done[0]._reopen("Too early")
        self._run_cron("cron_deliver_reviews")
        self._run_cron("cron_deliver_reviews")
        for review in done:
            with self.subTest(review=review.display_name):
                self.assertTrue(review.sending_ids.date_delivered)
                # nobody in settlement: the centre's contact gets that mail
                self.assertEqual(len(self._get_mails(review)), 3)
        with self._refused(UserError, "Complete .* before"):
            draft.action_send()

    @mute_logger("odoo.addons.kuaidi_key_account.models.insight.review_send")
    def test_one_that_cannot_be_printed_waits_and_stops_nobody(self):
        reviews = self._generate(self._add_accounts(2)).with_user(self.centre)
        self._complete(reviews)
        reviews.action_send()
        first, second = reviews.sending_ids.sorted("id")
        report = self.registry["ir.actions.report"]
        render = report._render_qweb_pdf

        def fail_on_the_first(self, ref, res_ids=None, data=None):
            if res_ids == first.review_id.ids:
                raise UserError(OUT_OF_ORDER)
            return render(self, ref, res_ids, data)

        with patch.object(report, "_render_qweb_pdf", fail_on_the_first):
            self._run_cron("cron_deliver_reviews")
        self.assertFalse(first.date_delivered)
        self.assertIn("out of order", first.error)
        self.assertFalse(self._get_mails(first.review_id))
        self.assertTrue(second.date_delivered)
        self._run_cron("cron_deliver_reviews")
        self.assertTrue(first.date_delivered)
        self.assertFalse(first.error)
        self.assertEqual(len(self._get_mails(first.review_id)), 3)
        self.assertEqual(len(self._get_mails(second.review_id)), 3)

    def test_a_failure_while_one_is_sent_leaves_it_completed(self):
        review = self._complete()
        report = self.registry["ir.actions.report"]

        def fail(self, ref, res_ids=None, data=None):
            raise UserError(OUT_OF_ORDER)

        with patch.object(report, "_render_qweb_pdf", fail):
            with self._refused(UserError, "out of order"):
                review.action_send()
        self.assertEqual(review.state, "done")
        self.assertFalse(review.sending_ids)

    # locked

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_what_was_sent_is_locked(self):
        self._set_figure(pieces=1000)
        review = self._send()
        figures = self.env["kuaidi.monthly.figure"].with_user(self.centre)
        figure = figures.search(
            [("account_id", "=", self.account.id), ("month", "=", MONTH)]
        )
        row = {"account_id": self.account.id, "month": MONTH, "pieces": 1}
        for change in (
            lambda: figure.write({"pieces": 1}),
            lambda: figure.write({"month": "2025-12-01"}),
            lambda: figure.unlink(),
            lambda: figures._upsert([row], self.company),
        ):
            with self._refused(UserError, "reopened"):
                change()
        self.assertEqual((figure.pieces, figure.month), (1000, MONTH))
        for user in (self.manager, self.centre, self.admin):
            with self.subTest(user=user.login), self._refused(AccessError):
                review.with_user(user).write({"note_action": "Other"})
        self.assertEqual(review.note_action, ACTION)
        # other months stay open
        self._set_figure(back=1, pieces=7)

    def test_figures_of_drafts_stay_open(self):
        self._complete()
        self._set_figure(pieces=2)
        figure = self.env["kuaidi.monthly.figure"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual(figure.pieces, 2)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_the_pdf_that_was_sent_stays(self):
        review = self._send()
        attachment = review.sending_ids.attachment_id
        self.assertEqual(
            review.action_print()["url"], f"/web/content/{attachment.id}?download=1"
        )
        for user in (self.manager, self.leader):
            self.assertTrue(attachment.with_user(user).read(["name"]))
        review.with_user(self.centre)._reopen("Late invoice")
        for user in (self.manager, self.centre, self.admin):
            with self.subTest(user=user.login), self._refused(AccessError):
                attachment.with_user(user).unlink()
            with self.subTest(user=user.login), self._refused(AccessError):
                review.sending_ids.with_user(user).write({"version": 7})
        self.assertTrue(attachment.exists())

    # reopening

    def test_the_centre_reopens_as_a_new_version(self):
        self._set_figure(pieces=1000)
        review = self._send()
        wizard = (
            self.env["kuaidi.review.reopen"]
            .with_user(self.centre)
            .create({"review_id": review.id, "reason": "Two late days were missing"})
        )
        wizard.action_reopen()
        self.assertEqual((review.state, review.version), ("draft", 2))
        first = review.sending_ids
        self.assertEqual(first.reopen_reason, "Two late days were missing")
        self.assertEqual(first.reopened_by_id, self.centre)
        self.assertEqual(len(review.activity_ids), 1)
        self.assertEqual(str(review.date_due), "2026-03-13")
        self._set_figure(pieces=1200)
        review.action_refresh()
        self.assertEqual(review.pieces, 1200)
        self._send(self._complete(review))
        self.assertEqual(review.sending_ids.mapped("version"), [2, 1])
        self.assertEqual(len(review.sending_ids.attachment_id), 2)
        self.assertEqual(len(self._get_mails(review)), 6)

    def test_only_the_centre_reopens_and_only_what_was_sent(self):
        review = self._complete()
        with self._refused(UserError, "was not sent"):
            review.with_user(self.centre)._reopen("No")
        self._send(review)
        for user in (self.manager, self.leader, self.finance):
            with self.subTest(user=user.login), self._refused(AccessError):
                review.with_user(user)._reopen("No")
        self.assertEqual((review.state, review.version), ("sent", 1))

    def test_recipients_are_shown_before_and_after(self):
        review = self._complete()
        self.assertIn("Superior: kuaidi_leader", review.audience_preview)
        self.account.member_ids = [
            Command.create({"user_id": self.sales.id, "role": "settlement"})
        ]
        self.env.invalidate_all()
        self.assertIn("kuaidi_sales", review.audience_preview)
        self._send(review)
        self.assertIn("kuaidi_sales", review.sending_ids.recipient_names)
