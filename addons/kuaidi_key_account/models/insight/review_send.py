import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .review_sending import AUDIENCES

_logger = logging.getLogger(__name__)

REPORT = "kuaidi_key_account.client_review_report"
# what may go wrong while a PDF is made or a mail is written
DELIVERY_ERRORS = (UserError, OSError, ValueError)


class KuaidiClientReview(models.Model):
    """Sends an analysis to its three audiences, once for each version (AN-1, AN-2)."""

    _name = "kuaidi.client.review"
    _inherit = ["kuaidi.client.review"]

    sending_ids = fields.One2many(
        comodel_name="kuaidi.review.sending",
        inverse_name="review_id",
        string="Sendings",
        readonly=True,
    )
    audience_preview = fields.Char(
        string="Goes To",
        compute="_compute_audience_preview",
        help="Leadership group, or else the contact of the CRM centre; members of the"
        " team for operations and for settlement, or else that contact.",
    )

    # === COMPUTE METHODS === #

    @api.depends("account_id.leadership_ids", "account_id.member_ids.role")
    @api.depends_context("lang")
    def _compute_audience_preview(self):
        labels = dict(
            self.env["kuaidi.review.recipient"]
            ._fields["audience"]
            ._description_selection(self.env)
        )
        for review in self:
            audiences = review._get_audiences_sudo()
            review.audience_preview = " · ".join(
                f"{labels[audience]}: {', '.join(users.mapped('name')) or '–'}"
                for audience, users in audiences.items()
            )

    # === ACTION METHODS === #

    def action_send(self):
        """Send completed analyses to their three audiences, and lock them.

        One is mailed at once. Of several, those that can be sent are locked now and
        mailed by the schedule within minutes; a message names how many were left out.

        :raise UserError: when none of them can be sent, with the reason of the first
        """
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        outdated = self._get_outdated()
        reasons = {
            review: reason
            for review in self
            if (reason := review._get_send_obstacle(outdated))
        }
        ready = self - self.browse(review.id for review in reasons)
        if not ready:
            raise UserError(next(iter(reasons.values()), self._get_nothing_message()))
        # sudo: state and record of the sending are guarded, the right to send was
        # checked above
        sendings_sudo = ready.sudo()._mark_sent()
        if len(self) == 1:
            sendings_sudo._deliver()
            return True
        # sudo: waking the cron is no right of its own
        self.env.ref("kuaidi_key_account.cron_deliver_reviews").sudo()._trigger()
        return self._get_sent_notification(ready, reasons)

    def action_reopen(self):
        """Open the form on which the CRM centre says why it reopens an analysis."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_review_reopen_action"
        )
        return dict(action, context={"default_review_id": self.id})

    # === BUSINESS METHODS === #

    def _get_nothing_message(self):
        return self.env._("Choose the analyses to send.")

    def _get_sent_notification(self, ready, reasons):
        message = self.env._("%(count)s analyses are being sent.", count=len(ready))
        if reasons:
            message += " " + self.env._(
                "%(count)s were left out. The first: %(reason)s",
                count=len(reasons),
                reason=next(iter(reasons.values())),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if reasons else "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _get_send_obstacle(self, outdated):
        """Return why this analysis cannot be sent, or nothing.

        :param outdated: analyses whose figures were corrected since
        """
        self.ensure_one()
        if self.state == "sent":
            return self.env._("%(review)s was sent already.", review=self.display_name)
        if self.state != "done":
            return self.env._(
                "Complete %(review)s before it is sent.", review=self.display_name
            )
        if self in outdated:
            return self._get_outdated_message()
        for users in self._get_audiences_sudo().values():
            if not users:
                return self.env._(
                    "Nobody would get %(review)s. Name a leadership group and team"
                    " members for operations and settlement, or a contact of the CRM"
                    " centre in the settings.",
                    review=self.display_name,
                )
            without = users.filtered(lambda user: not user.email)
            if without:
                return self.env._(
                    "%(user)s has no e-mail address, and would not get %(review)s.",
                    user=without[0].name,
                    review=self.display_name,
                )
        return None

    def _get_audiences_sudo(self):
        """Return who gets the analysis, by audience, in superuser mode.

        Where the team has nobody for an audience, the contact of the CRM centre gets
        it and passes it on: no audience is left out.
        """
        self.ensure_one()
        # sudo: names and addresses of colleagues, whoever may read their records
        account_sudo = self.account_id.sudo()
        members_sudo = account_sudo.member_ids
        users = {
            "superior": account_sudo.leadership_ids,
            **{
                role: members_sudo.filtered(
                    lambda member, role=role: member.role == role
                ).user_id
                for role in ("operations", "settlement")
            },
        }
        company_sudo = self.company_id.sudo()
        return {
            audience: users[audience].filtered("active")
            or company_sudo._get_kuaidi_escalation_user()
            for audience, _label in AUDIENCES
        }

    def _mark_sent(self):
        """Lock analyses and record to whom they go; return the sendings to deliver."""
        sendings = self.env["kuaidi.review.sending"].create(
            [
                {
                    "review_id": review.id,
                    "version": review.version,
                    "user_id": self.env.uid,
                    "recipient_ids": [
                        Command.create({"audience": audience, "user_id": user.id})
                        for audience, users in review._get_audiences_sudo().items()
                        for user in users
                    ],
                }
                for review in self
            ]
        )
        self.state = "sent"
        return sendings

    def _reopen(self, reason):
        """Take analyses that were sent back to draft, as a new version.

        What was sent stays: the PDF, and who got it.

        :param reason: why, in words
        :raise AccessError: for anybody but the CRM centre
        :raise UserError: when an analysis was not sent
        """
        self.check_access("read")
        if not self.env.user.has_group("kuaidi_key_account.group_crm_centre"):
            raise AccessError(
                self.env._("An analysis that was sent is reopened by the CRM centre.")
            )
        # sudo: what was sent is locked; who may reopen was checked above
        reviews_sudo = self.sudo()
        reviews_sudo.lock_for_update()
        reviews_sudo.invalidate_recordset(["state", "version"])
        for review_sudo in reviews_sudo:
            if review_sudo.state != "sent":
                raise UserError(
                    self.env._(
                        "%(review)s was not sent: take it back to draft instead.",
                        review=review_sudo.display_name,
                    )
                )
            sending_sudo = review_sudo._get_current_sending()
            if not (sending_sudo.date_delivered or sending_sudo.error):
                raise UserError(
                    self.env._(
                        "The mails of %(review)s are being written. Reopen it in some"
                        " minutes.",
                        review=review_sudo.display_name,
                    )
                )
            sending_sudo.write(
                {
                    "date_reopened": fields.Datetime.now(),
                    "reopened_by_id": self.env.uid,
                    "reopen_reason": reason,
                }
            )
            review_sudo.write(
                {
                    "state": "draft",
                    "version": review_sudo.version + 1,
                    "date_due": review_sudo._get_new_due(),
                }
            )
            review_sudo._message_log(
                body=self.env._(
                    "Reopened as version %(version)s by %(user)s: %(reason)s",
                    version=review_sudo.version,
                    user=self.env.user.name,
                    reason=reason,
                )
            )
        reviews_sudo._open_activities()

    def _get_current_sending(self):
        """Return the record of how this version was sent, if it was."""
        self.ensure_one()
        return self.sending_ids.filtered(
            lambda sending: sending.version == self.version
        )

    def _get_new_due(self):
        """Return when a reopened analysis is due: as many working days from now."""
        service = self.env["kuaidi.deadline"]
        company = self.company_id
        due = service._get_due(
            fields.Datetime.now(), company.kuaidi_review_workdays, "workday", company
        )
        return service._get_local_date(due, company)

    def _get_document_lang(self):
        """Return the language of the document: that of who wrote its texts."""
        self.ensure_one()
        return self.account_id.sudo().manager_id.lang or self.env.lang


class KuaidiReviewSending(models.Model):
    """Writes the three mails of a sending, with the PDF that is kept."""

    _name = "kuaidi.review.sending"
    _inherit = ["kuaidi.review.sending"]

    # === BUSINESS METHODS === #

    @api.model
    def _cron_deliver(self):
        """Make the PDFs and mails of what was sent by the list, each in a commit.

        One that fails is named with its reason and tried again by the next run; mails
        are written in the transaction that marks them, so none is written twice.
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        domain = [("date_delivered", "=", False), ("date_reopened", "=", False)]
        waiting = self.search(domain, order="id")
        commit_progress(remaining=len(waiting))
        for sending_id in waiting.ids:
            sending = self.browse(sending_id).try_lock_for_update()
            sending.invalidate_recordset(["date_delivered"])
            try:
                with self.env.cr.savepoint():
                    sending.filtered_domain(domain)._deliver()
            except DELIVERY_ERRORS as error:
                _logger.warning("Analysis %s is not mailed yet", sending, exc_info=True)
                sending.error = str(error)
            if not commit_progress(1):
                return

    def _deliver(self):
        """Keep the PDF and mail it to each audience; called in superuser mode."""
        for sending in self:
            review = sending.review_id
            review = review.with_context(lang=review._get_document_lang())
            content, kind = self.env["ir.actions.report"]._render_qweb_pdf(
                REPORT, review.ids
            )
            sending.attachment_id = self.env["ir.attachment"].create(
                {
                    "name": f"{review._get_file_name()}.{kind}",
                    "raw": content,
                    # on the sending: nobody may write it, so nobody deletes the file
                    "res_model": sending._name,
                    "res_id": sending.id,
                }
            )
            for audience, recipients in sending.recipient_ids.grouped(
                "audience"
            ).items():
                sending._mail(review, audience, recipients.user_id.partner_id)
            sending.write({"date_delivered": fields.Datetime.now(), "error": False})

    def _mail(self, review, audience, partners):
        """Write one mail in the words of one audience (AN-1)."""
        self.ensure_one()
        title = review._get_mail_subject(audience)
        lines = review._get_mail_lines(audience)
        body = Markup().join(Markup("<p>%s</p>") % line for line in lines)
        review.with_context(mail_notify_author=True).message_post(
            subject=title,
            body=body,
            partner_ids=partners.ids,
            attachment_ids=self.attachment_id.ids,
            author_id=self.user_id.partner_id.id,
            email_from=self.user_id.email_formatted,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
