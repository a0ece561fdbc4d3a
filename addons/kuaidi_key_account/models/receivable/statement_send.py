from odoo import api, fields, models
from odoo.tools import SQL

TEMPLATES = {
    "statement": "kuaidi_key_account.statement_mail_template",
    "reminder": "kuaidi_key_account.statement_reminder_mail_template",
}
# in which a statement may be mailed
MAILED_STATES = {"statement": "sending", "reminder": "sent"}


class KuaidiStatementMail(models.Model):
    """Mails statements and reminders to answer them (2.10)."""

    _name = "kuaidi.statement.mail"
    _inherit = ["kuaidi.statement.mail"]

    _mail_field = "statement_id"
    _mail_word = "statement"
    # any number will do
    _sender_lock_class = 20_730_189
    _sender_cron = "kuaidi_key_account.cron_send_statements"

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
        """Remind who has not answered, and mail what was claimed, one by one (2.10)."""
        self.env["kuaidi.statement"]._claim_reminders()
        return super()._cron_send()

    def _is_still_true(self):
        statement = self.statement_id
        if statement.state != MAILED_STATES[self.kind]:
            self._drop(self.env._("It was answered or corrected meanwhile."))
            return False
        if statement in statement._get_outdated():
            self._drop(self.env._("Entries were changed. Correct the statement."))
            return False
        return True

    def _set_address(self):
        self.contact_id = self.statement_id._get_settlement_contact()
        return bool(self.contact_id.email_normalized)

    def _lacks_files(self):
        return self.kind == "statement" and super()._lacks_files()

    def _make_files(self):
        self.document_id, self.workbook_id = self.statement_id._make_files(self)

    def _get_mail_template(self):
        return self.env.ref(TEMPLATES[self.kind])

    def _get_mail_values(self):
        return {"attachment_ids": (self.document_id | self.workbook_id).ids}

    def _on_sent(self):
        if self.kind == "statement":
            self.statement_id._mark_sent(self.user_id)
        else:
            self.statement_id.date_reminded = self.date

    def _drop(self, reason):
        """Leave a mail out: what it would say is not true any more."""
        self.write({"state": "dropped", "error": reason})
        self._take_back()

    def _fail(self, reason):
        res = super()._fail(reason)
        self._take_back()
        return res

    def _get_caller(self):
        return self.statement_id.manager_id or self.user_id

    def _get_call_summary(self, record):
        return record._get_call_summary()

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
