import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.base.models.ir_qweb import QWebError

from .claim_flow import UNDECIDED_STATES

_logger = logging.getLogger(__name__)

PENDING_STATES = ("waiting", "sending")
TEMPLATE = "kuaidi_claims.mail_template_claim_application"
CRON = "kuaidi_claims.cron_send_applications"
# of what goes wrong with a mail, that which another try does not mend
ADDRESS_FAILURES = ("mail_email_invalid", "mail_email_missing")
REFUSED_BY_SERVER = "SMTPRecipientsRefused"
# what may go wrong while a document is made
DOCUMENT_ERRORS = (UserError, QWebError, OSError, ValueError)


class KuaidiClaimMail(models.Model):
    """The mail with the application form of one claim, which leaves once (D11).

    It is written down before it leaves, sent, then marked: what was being sent when a
    process died is sent once more, with the same Message-Id. It keeps the file as it
    went out.
    """

    _name = "kuaidi.claim.mail"
    _description = "Mail with the Application Form"
    _inherit = ["kuaidi.sender.mixin"]
    _order = "id desc"
    _rec_name = "claim_id"

    # any number will do
    _sender_lock_class = 20_730_194

    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="claim_id.company_id", store=True, precompute=True
    )
    state = fields.Selection(
        selection=[
            ("waiting", "Waiting"),
            ("sending", "Being Sent"),
            ("sent", "Sent"),
            ("failed", "Did Not Arrive"),
        ],
        string="Mail",
        required=True,
        default="waiting",
    )
    address = fields.Char(string="Went To")
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

    _claim_uniq = models.UniqueIndex(
        "(claim_id)", "The application form of this claim was mailed already."
    )
    _message_ref_uniq = models.UniqueIndex("(message_ref)")
    _pending_idx = models.Index(
        "(company_id, id) WHERE state IN ('waiting', 'sending')"
    )

    # === BUSINESS METHODS === #

    @api.model
    def _claim(self, claims):
        """Write down that the form is to leave, once for each claim.

        What did not arrive may be tried again.

        :param claims: in superuser mode
        :return: the mails that wait now
        """
        claims.flush_recordset()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO kuaidi_claim_mail (
                       claim_id, company_id, state, attempt, user_id,
                       create_uid, create_date, write_uid, write_date
                )
                SELECT id, company_id, 'waiting', 1, %(uid)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM kuaidi_claim
                 WHERE id = ANY(%(ids)s)
                 ORDER BY id
                ON CONFLICT (claim_id) DO UPDATE
                   SET state = 'waiting', error = NULL, message_ref = NULL,
                       document_id = NULL, attempt = kuaidi_claim_mail.attempt + 1,
                       user_id = EXCLUDED.user_id, write_uid = EXCLUDED.write_uid,
                       write_date = EXCLUDED.write_date
                 WHERE kuaidi_claim_mail.state = 'failed'
                RETURNING id
                """,
                ids=claims.ids,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model()
        claims.invalidate_recordset(["mail_ids"])
        # sudo: waking the cron is no right of its own
        self.env.ref(CRON).sudo()._trigger()
        return self.browse(row[0] for row in rows)

    @api.model
    def _cron_send(self):
        """Mail what was written down, one by one; nothing leaves twice."""
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=self.search_count([("state", "in", PENDING_STATES)]))
        # sudo: all companies at work
        for company in self.env["res.company"].sudo().search([]):
            if not self._send_pending(company):
                return

    @api.model
    def _send_pending(self, company):
        """Mail what waits for the clients of a company.

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
            for mail in waiting:
                is_ready = mail._prepare()
                # what is about to leave is written down before it leaves
                if not commit_progress(0 if is_ready else 1):
                    return False
                if is_ready:
                    is_up = mail._deliver()
                    if not is_up:
                        # not again and again: the next hour's run goes on
                        commit_progress(1, remaining=0)
                        return False
                    if not commit_progress(1):
                        return False
        return True

    def _lock(self):
        """Lock the mail and its claim; return whether it is still to be sent."""
        self.ensure_one()
        if not self.try_lock_for_update():
            return False
        if not self.claim_id.try_lock_for_update(allow_referencing=True):
            return False
        self.invalidate_recordset(["state"])
        self.claim_id.invalidate_recordset(["state"])
        if self.state not in PENDING_STATES:
            return False
        if self.claim_id.state not in UNDECIDED_STATES:
            self._fail(self.env._("The claim was decided meanwhile."))
            return False
        return True

    def _prepare(self):
        """Make the form and name the mail; return whether it is to be delivered now."""
        if not self._lock():
            return False
        self.address = self.claim_id._get_client_address()
        if not self.address:
            self._fail(self.env._("The client has no e-mail address."))
            return False
        if not self.document_id:
            try:
                with self.env.cr.savepoint():
                    self.document_id = self.claim_id._make_application(self)
            except DOCUMENT_ERRORS as error:
                _logger.warning("%s has no form yet", self.claim_id, exc_info=True)
                self.error = str(error)
                return False
        if not self.message_ref:
            database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
            self.message_ref = f"<kuaidi-claim-{self.id}-{self.attempt}@{database}>"
        self.state = "sending"
        return True

    def _deliver(self):
        """Send one mail, and mark what became of it.

        :return: whether the mail server answered
        """
        if not self._lock():
            return True
        template = self.env.ref(TEMPLATE)
        mail = (
            self.env["mail.mail"]
            .sudo()
            .browse(
                template.send_mail(
                    self.claim_id.id, email_values={"auto_delete": False}
                )
            )
        )
        # the mail lives in this transaction alone until it was sent: no queue sees it
        mail.write(
            {
                "message_id": self.message_ref,
                "email_to": self.address,
                "attachment_ids": self.document_id.ids,
            }
        )
        self.env.flush_all()
        mail.send()
        if mail.state == "sent":
            now = fields.Datetime.now()
            self.write({"state": "sent", "date": now, "error": False})
            self.claim_id._on_application_sent()
            return True
        reason, failure = mail.failure_reason or "", mail.failure_type
        mail.unlink()
        if failure in ADDRESS_FAILURES or REFUSED_BY_SERVER in reason:
            self._fail(reason or self.env._("The address was refused."))
            return True
        # why is told in the row: a server's answer names whom it refused
        _logger.warning("%s is not mailed yet: %s", self.claim_id, failure)
        self.write({"state": "waiting", "error": reason})
        return False

    def _fail(self, reason):
        """Have the officer call where a mail does not arrive."""
        self.write({"state": "failed", "error": reason})
        for mail in self:
            officer = mail.claim_id.user_id
            # the officer reads it in the own language
            claim = mail.claim_id.with_context(lang=officer.lang or self.env.lang)
            claim.activity_schedule(
                "mail.mail_activity_data_call",
                summary=claim.env._(
                    "The application form of %(claim)s did not reach the client",
                    claim=claim.number,
                ),
                note=reason,
                user_id=officer.id,
                date_deadline=self.env["kuaidi.deadline"]._get_today(mail.company_id),
            )
