import logging
from contextlib import contextmanager

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

PENDING_STATES = ("waiting", "sending")
# of what goes wrong with a mail, that which another try does not mend
ADDRESS_FAILURES = ("mail_email_invalid", "mail_email_missing")
REFUSED_BY_SERVER = "SMTPRecipientsRefused"


class KuaidiSenderMixin(models.AbstractModel):
    """Rows that are mailed by one process for a company at a time."""

    _name = "kuaidi.sender.mixin"
    _description = "Sender of a Company's Mails"

    # of PostgreSQL's advisory locks, the one of a company; each model has its own
    _sender_lock_class = None
    _sender_cron = None  # XML-ID

    # === BUSINESS METHODS === #

    @api.model
    def _wake_sender(self):
        """Have what was written down sent within a minute."""
        # sudo: waking the cron is no right of its own
        self.env.ref(self._sender_cron).sudo()._trigger()

    @api.model
    def _cron_send(self):
        """Send what was written down, company by company, in committed steps (2.10).

        Called twice, by two workers, or again after a crash, it sends nothing twice.
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=self.search_count(self._get_pending_domain()))
        # sudo: all companies at work
        for company in self.env["res.company"].sudo().search([]):
            if not self._send_pending(company):
                return

    @api.model
    def _get_pending_domain(self):
        """Return the domain of what is still to be sent."""
        return Domain("state", "in", PENDING_STATES)

    @api.model
    def _send_pending(self, company):
        """Hook: send what was written down for the clients of a company.

        :return: whether there is time left
        """
        raise NotImplementedError

    @contextmanager
    @api.model
    def _hold_company(self, company):
        """Keep other processes from sending for a company; yield whether that worked.

        The lock belongs to the connection: it outlasts the commits in between, and
        ends with the process, however that ends.
        """
        key = SQL("%s, %s", self._sender_lock_class, company.id)
        self.env.cr.execute(SQL("SELECT pg_try_advisory_lock(%s)", key))
        is_held = self.env.cr.fetchone()[0]
        if not is_held:
            _logger.info("%s: %s is being sent already", self._name, company.name)
        try:
            yield is_held
        except BaseException:
            # a connection with a failed transaction could not give the lock back
            self.env.cr.rollback()
            raise
        finally:
            if is_held:
                self.env.cr.execute(SQL("SELECT pg_advisory_unlock(%s)", key))

    @api.model
    def _is_address_refused(self, mail):
        """Return whether a mail failed for its address, which no other try mends."""
        reason = mail.failure_reason or ""
        return mail.failure_type in ADDRESS_FAILURES or REFUSED_BY_SERVER in reason
