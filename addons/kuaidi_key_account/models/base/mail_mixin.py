import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.base.models.ir_qweb import QWebError

from .sender_mixin import PENDING_STATES

_logger = logging.getLogger(__name__)

# what may go wrong while a document is made
DOCUMENT_ERRORS = (UserError, QWebError, OSError, ValueError)


class KuaidiMailMixin(models.AbstractModel):
    """One mail that leaves once: written down first, sent, then marked.

    One process sends for a company at a time. What was being sent when a process died
    is sent once more, with the same Message-Id: mail programs show it once. It keeps
    the files as they went out.

    An adopter has a `state` with those of `PENDING_STATES`, `sent` and `failed`, and
    names the field of what is mailed and a word for it in Message-Ids.
    """

    _name = "kuaidi.mail.mixin"
    _description = "Mail That Leaves Once"
    _inherit = ["kuaidi.sender.mixin"]
    _order = "id desc"

    _mail_field = None
    _mail_word = None

    user_id = fields.Many2one(
        comodel_name="res.users", string="Sent by", required=True, ondelete="restrict"
    )
    date = fields.Datetime(string="Sent On")
    message_ref = fields.Char(string="Message-Id")
    attempt = fields.Integer(string="Attempts", default=1, aggregator=None)
    document_id = fields.Many2one(
        comodel_name="ir.attachment", string="PDF", ondelete="restrict"
    )
    error = fields.Char(help="Why it did not leave, or did not arrive.")

    _message_ref_uniq = models.UniqueIndex("(message_ref)")
    _pending_idx = models.Index(
        "(company_id, id) WHERE state IN ('waiting', 'sending')"
    )

    # === BUSINESS METHODS === #

    @api.model
    def _send_pending(self, company):
        commit_progress = self.env["ir.cron"]._commit_progress
        with self._hold_company(company) as is_held:
            if not is_held:
                return True
            waiting = self.search(
                self._get_pending_domain() & Domain("company_id", "=", company.id),
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
                    if not is_up:
                        return mail._on_server_down()
                    if not commit_progress(1):
                        return False
        return True

    def _lock(self):
        """Lock the mail and what it is about; return whether it is still to be sent."""
        self.ensure_one()
        record = self[self._mail_field]
        if not self.try_lock_for_update():
            return False
        if not record.try_lock_for_update(allow_referencing=True):
            return False
        self.invalidate_recordset(["state"])
        record.invalidate_recordset(["state"])
        return self.state in PENDING_STATES and self._is_still_true()

    def _prepare(self):
        """Judge a mail once more, make its files, and name it.

        :return: whether it is to be delivered now
        """
        if not self._lock():
            return False
        if not self._set_address():
            self._fail(self.env._("The client has no e-mail address."))
            return False
        if self._lacks_files():
            try:
                with self.env.cr.savepoint():
                    self._make_files()
            except DOCUMENT_ERRORS as error:
                _logger.warning(
                    "%s has no document yet", self[self._mail_field], exc_info=True
                )
                self.error = str(error)
                return False
        if not self.message_ref:
            database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
            self.message_ref = (
                f"<kuaidi-{self._mail_word}-{self.id}-{self.attempt}@{database}>"
            )
        self.state = "sending"
        return True

    def _deliver(self):
        """Send one mail if it still says what is true, and mark what became of it.

        :return: whether the mail server answered
        """
        if not self._lock():
            return True
        record = self[self._mail_field]
        mail_id = self._get_mail_template().send_mail(
            record.id, email_values={"auto_delete": False}
        )
        mail = self.env["mail.mail"].sudo().browse(mail_id)
        # the mail lives in this transaction alone until it was sent: no queue sees it
        mail.write({"message_id": self.message_ref, **self._get_mail_values()})
        self.env.flush_all()
        mail.send()
        if mail.state == "sent":
            self.write({"state": "sent", "date": fields.Datetime.now(), "error": False})
            self._on_sent()
            return True
        reason, failure = mail.failure_reason or "", mail.failure_type
        is_refused = self._is_address_refused(mail)
        mail.unlink()
        if is_refused:
            self._fail(reason or self.env._("The address was refused."))
            return True
        # why is told in the row: a server's answer names whom it refused
        _logger.warning("%s is not mailed yet: %s", record, failure)
        self.write({"state": "waiting", "error": reason})
        return False

    def _fail(self, reason):
        """Have a colleague call where a mail does not arrive."""
        self.write({"state": "failed", "error": reason})
        for mail in self:
            user = mail._get_caller()
            # who calls reads it in the own language
            record = mail[self._mail_field].with_context(
                lang=user.lang or self.env.lang
            )
            record.activity_schedule(
                "mail.mail_activity_data_call",
                summary=mail._get_call_summary(record),
                note=reason,
                user_id=user.id,
                date_deadline=self.env["kuaidi.deadline"]._get_today(mail.company_id),
            )

    def _is_still_true(self):
        """Hook: return whether it still says what is true; end it where it does not."""
        raise NotImplementedError

    def _set_address(self):
        """Hook: note where the mail goes to; return whether there is an address."""
        raise NotImplementedError

    def _lacks_files(self):
        """Hook: return whether its files are still to be made."""
        return not self.document_id

    def _make_files(self):
        """Hook: make the files that go with it, and keep them."""
        raise NotImplementedError

    def _get_mail_template(self):
        """Hook: return the template of the mail."""
        raise NotImplementedError

    def _get_mail_values(self):
        """Hook: return what is written on the mail besides, as on `mail.mail`."""
        return {"attachment_ids": self.document_id.ids}

    def _on_sent(self):
        """Hook: the mail has left."""

    def _on_server_down(self):
        """Hook: commit what became of a mail when the server did not answer.

        :return: whether other companies, with servers of their own, have their turn
        """
        return bool(self.env["ir.cron"]._commit_progress(1))

    def _get_caller(self):
        """Hook: return the colleague who calls where the mail does not arrive."""
        raise NotImplementedError

    def _get_call_summary(self, record):
        """Hook: return the title of that call, in the language of the record."""
        raise NotImplementedError
