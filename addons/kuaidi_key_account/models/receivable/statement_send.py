import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.base.models.ir_qweb import QWebError

from .statement_mail import PENDING_STATES

_logger = logging.getLogger(__name__)

# of what goes wrong with a mail, that which another try does not mend
ADDRESS_FAILURES = ("mail_email_invalid", "mail_email_missing")
REFUSED_BY_SERVER = "SMTPRecipientsRefused"
# what may go wrong while a document is made
DOCUMENT_ERRORS = (UserError, QWebError, OSError, ValueError)
TEMPLATES = {
    "statement": "kuaidi_key_account.statement_mail_template",
    "reminder": "kuaidi_key_account.statement_reminder_mail_template",
}
# in which a statement may be mailed
MAILED_STATES = {"statement": "sending", "reminder": "sent"}


class KuaidiStatementMail(models.Model):
    """Mails statements and reminders: written down first, sent, then marked.

    One process sends for a company at a time. What was being sent when a process died
    is sent once more, with the same Message-Id: mail programs show it once.
    """

    _name = "kuaidi.statement.mail"
    _inherit = ["kuaidi.statement.mail", "kuaidi.sender.mixin"]

    # any number will do
    _sender_lock_class = 20_730_189

    # === BUSINESS METHODS === #

    @api.model
    def _claim(self, statements, kind):
        """Write down that a mail is to leave, once for each statement and kind.

        What bounced or had no address may be tried again; a reminder is not repeated.

        :param statements: what to mail, in superuser mode
        :param kind: `statement` or `reminder`
        :return: the mails that wait now
        """
        statements.flush_recordset()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO kuaidi_statement_mail (
                       statement_id, company_id, kind, state, attempt, user_id,
                       create_uid, create_date, write_uid, write_date
                )
                SELECT id, company_id, %(kind)s, 'waiting', 1, %(uid)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM kuaidi_statement
                 WHERE id = ANY(%(ids)s)
                 ORDER BY id
                ON CONFLICT (statement_id, kind) DO UPDATE
                   SET state = 'waiting', error = NULL, message_ref = NULL,
                       attempt = kuaidi_statement_mail.attempt + 1,
                       user_id = EXCLUDED.user_id, write_uid = EXCLUDED.write_uid,
                       write_date = EXCLUDED.write_date
                 WHERE kuaidi_statement_mail.kind = 'statement'
                   AND kuaidi_statement_mail.state IN ('failed', 'dropped')
                RETURNING id
                """,
                ids=statements.ids,
                kind=kind,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model()
        statements.invalidate_recordset(["mail_ids"])
        return self.browse(row[0] for row in rows)

    @api.model
    def _cron_send(self):
        """Remind who has not answered, and mail what was claimed, one by one (2.10).

        Called twice, by two workers, or again after a crash, it mails nothing twice.
        """
        self.env["kuaidi.statement"]._claim_reminders()
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=self.search_count([("state", "in", PENDING_STATES)]))
        # sudo: all companies at work
        for company in self.env["res.company"].sudo().search([]):
            if not self._send_pending(company):
                return

    @api.model
    def _wake_sender(self):
        """Have what was claimed mailed within a minute."""
        # sudo: waking the cron is no right of its own
        self.env.ref("kuaidi_key_account.cron_send_statements").sudo()._trigger()

    @api.model
    def _send_pending(self, company):
        """Mail what was claimed for the clients of a company.

        :return: whether there is time left
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        with self._hold_company(company) as is_held:
            if not is_held:
                return True
            waiting = self.search(
                [("company_id", "=", company.id), ("state", "in", PENDING_STATES)],
                order="id",
            )
            for mail_id in waiting.ids:
                mail = self.browse(mail_id)
                is_ready = mail._prepare()
                # what is about to leave is written down before it leaves
                if not commit_progress(0 if is_ready else 1):
                    return False
                if is_ready:
                    is_up = mail._deliver()
                    if not commit_progress(1):
                        return False
                    if not is_up:
                        break
        return True

    def _lock(self):
        """Lock the mail and its statement; return whether it is still to be sent."""
        self.ensure_one()
        locked = self.try_lock_for_update()
        statement = self.statement_id.try_lock_for_update(allow_referencing=True)
        if not (locked and statement):
            return False
        self.invalidate_recordset(["state"])
        statement.invalidate_recordset(["state"])
        if self.state not in PENDING_STATES:
            return False
        if statement.state != MAILED_STATES[self.kind]:
            self._drop(self.env._("It was answered or corrected meanwhile."))
            return False
        if statement in statement._get_outdated():
            self._drop(self.env._("Entries were changed. Correct the statement."))
            return False
        return True

    def _prepare(self):
        """Judge a claimed mail once more, make its files, and name it.

        :return: whether it is to be delivered now
        """
        if not self._lock():
            return False
        statement = self.statement_id
        contact = statement._get_settlement_contact()
        self.contact_id = contact
        if not contact.email_normalized:
            self._fail(self.env._("The client has no e-mail address."))
            return False
        if self.kind == "statement" and not self.document_id:
            try:
                with self.env.cr.savepoint():
                    self.document_id, self.workbook_id = statement._make_files(self)
            except DOCUMENT_ERRORS as error:
                _logger.warning("%s has no document yet", statement, exc_info=True)
                self.error = str(error)
                return False
        if not self.message_ref:
            database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
            self.message_ref = f"<kuaidi-statement-{self.id}-{self.attempt}@{database}>"
        self.state = "sending"
        return True

    def _deliver(self):
        """Send one mail if it still says what is true, and mark what became of it.

        :return: whether the mail server answered
        """
        if not self._lock():
            return True
        template = self.env.ref(TEMPLATES[self.kind])
        mail = (
            self.env["mail.mail"]
            .sudo()
            .browse(
                template.send_mail(
                    self.statement_id.id, email_values={"auto_delete": False}
                )
            )
        )
        # the mail lives in this transaction alone until it was sent: no queue sees it
        mail.write(
            {
                "message_id": self.message_ref,
                "attachment_ids": (self.document_id | self.workbook_id).ids,
            }
        )
        self.env.flush_all()
        mail.send()
        if mail.state == "sent":
            self._mark_sent()
            return True
        reason, failure = mail.failure_reason or "", mail.failure_type
        mail.unlink()
        if failure in ADDRESS_FAILURES or REFUSED_BY_SERVER in reason:
            self._fail(reason or self.env._("The address was refused."))
            return True
        # why is told in the row: a server's answer names whom it refused
        _logger.warning("%s is not mailed yet: %s", self.statement_id, failure)
        self.write({"state": "waiting", "error": reason})
        return False

    def _mark_sent(self):
        now = fields.Datetime.now()
        self.write({"state": "sent", "date": now, "error": False})
        if self.kind == "statement":
            self.statement_id._mark_sent(self.user_id)
        else:
            self.statement_id.date_reminded = now

    def _drop(self, reason):
        """Leave a mail out: what it would say is not true any more."""
        self.write({"state": "dropped", "error": reason})
        self._take_back()

    def _fail(self, reason):
        """Have a colleague call where a mail does not arrive."""
        self.write({"state": "failed", "error": reason})
        self._take_back()
        for mail in self:
            statement = mail.statement_id
            # the owner reads it in the own language
            owner = statement.manager_id or mail.user_id
            statement.with_context(lang=owner.lang).activity_schedule(
                "mail.mail_activity_data_call",
                summary=statement.with_context(lang=owner.lang)._get_call_summary(),
                note=reason,
                user_id=owner.id,
                date_deadline=self.env["kuaidi.deadline"]._get_today(mail.company_id),
            )

    def _take_back(self):
        """Let statements that the client has not got be sent once more."""
        self.filtered(lambda mail: mail.kind == "statement").statement_id.filtered(
            lambda statement: (
                statement.state == "sending"
                or (statement.state == "sent" and not statement.date_opened)
            )
        ).write(
            {
                "state": "draft",
                "date_sent": False,
                "sent_by_id": False,
                "date_answer_due": False,
            }
        )
