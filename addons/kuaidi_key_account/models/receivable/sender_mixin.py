import logging
from contextlib import contextmanager

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class KuaidiSenderMixin(models.AbstractModel):
    """Rows that are mailed by one process for a company at a time."""

    _name = "kuaidi.sender.mixin"
    _description = "Sender of a Company's Mails"

    # of PostgreSQL's advisory locks, the one of a company; each model has its own
    _sender_lock_class = None

    # === BUSINESS METHODS === #

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
