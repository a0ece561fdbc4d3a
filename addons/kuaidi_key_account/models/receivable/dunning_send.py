import logging

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# clients between two commits that write down what is about to leave
BATCH_SIZE = 100


class KuaidiDunningNotice(models.Model):
    """Sends what was claimed: written down first, sent, then marked, one by one.

    One process sends for a company at a time. What was being sent when a process died
    is sent once more, with the same Message-Id: mail programs show it once.
    """

    _name = "kuaidi.dunning.notice"
    _inherit = ["kuaidi.dunning.notice", "kuaidi.sender.mixin"]

    # any number will do
    _sender_lock_class = 20_730_188
    _sender_cron = "kuaidi_key_account.cron_send_dunning"

    # === BUSINESS METHODS === #

    @api.model
    def _cron_dun(self):
        """Bring the cases up to date and claim what is due, once a day (2.10).

        What it claims is sent by a schedule of its own, so that a mail server that
        does not answer holds up nothing else.
        """
        self.env["kuaidi.collection.case"]._update_cases()
        self._claim()
        self._wake_sender()

    @api.model
    def _send_pending(self, company):
        """Take the steps that were claimed for the clients of a company.

        :return: whether there is time left
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        today = self.env["kuaidi.deadline"]._get_today(company)
        with self._hold_company(company) as is_held:
            last_id = 0
            while is_held:
                notices = self._get_pending_batch(company, last_id, BATCH_SIZE)
                if not notices:
                    break
                last_id = max(notices.account_id.ids)
                count = len(notices)
                actions = notices._prepare(today)
                # what is about to leave is written down before it leaves
                if not commit_progress(count - len(actions.notice_ids)):
                    return False
                if not actions._send_dunning_mails():
                    return False
        return True

    @api.model
    def _get_pending_batch(self, company, last_id, limit):
        """Return the notices of the next clients that something is to be sent to."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM kuaidi_dunning_notice
                 WHERE company_id = %(company_id)s AND state IN ('waiting', 'sending')
                   AND account_id IN (
                           SELECT DISTINCT account_id FROM kuaidi_dunning_notice
                            WHERE company_id = %(company_id)s
                              AND state IN ('waiting', 'sending')
                              AND account_id > %(last_id)s
                            ORDER BY account_id LIMIT %(limit)s
                       )
                 ORDER BY account_id, step_id, id
                """,
                company_id=company.id,
                last_id=last_id,
                limit=limit,
            )
        )
        return self.browse(row[0] for row in rows)


class KuaidiCollectionAction(models.Model):
    """Mails log entries to clients, one after the other."""

    _name = "kuaidi.collection.action"
    _inherit = ["kuaidi.collection.action"]

    # === BUSINESS METHODS === #

    def _send_dunning_mails(self):
        """Write the mails of these entries and send them, each in a commit of its own.

        :return: whether there is time left
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        mails = self._write_dunning_mails()
        commit_progress()
        by_mail = {mail.id: mail.res_id for mail in mails}
        for (
            server_id,
            domain_id,
            smtp_from,
            ids,
        ) in mails._split_by_mail_configuration():
            try:
                session = self.env["ir.mail_server"]._connect__(
                    mail_server_id=server_id, smtp_from=smtp_from
                )
            except Exception as error:  # core raises of every kind here
                _logger.warning("No mail server to send reminders", exc_info=True)
                self.browse(by_mail[mail_id] for mail_id in ids)._put_back(str(error))
                commit_progress()
                continue
            try:
                for mail_id in ids:
                    action = self.browse(by_mail[mail_id])
                    count = len(action.notice_ids)
                    action._send_dunning_mail(
                        mails.browse(mail_id), server_id, domain_id, session
                    )
                    if not commit_progress(count):
                        return False
            finally:
                if session:
                    session.close()  # says no goodbye that could fail
        return True

    def _write_dunning_mails(self):
        """Write the mails of these entries, kept from Odoo's own mail queue.

        The queue would send them a second time: their state is one that it leaves
        alone, until the moment they are sent.
        """
        if not self:
            return self.env["mail.mail"].sudo()
        self._give_message_ids()
        # those of an interrupted run may say what is not true any more
        self.env["mail.mail"].sudo().search(
            [
                ("message_id", "in", self.mapped("message_ref")),
                ("state", "!=", "sent"),
            ]
        ).unlink()
        mails_sudo = self.env["mail.mail"].sudo()
        for template, actions in self.grouped(
            lambda action: action.step_id.mail_template_id
        ).items():
            mails_sudo |= template.send_mail_batch(
                actions.ids, email_values={"state": "cancel", "auto_delete": False}
            )
        messages_sudo = mails_sudo.mail_message_id
        messages_sudo.flush_recordset(["message_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE mail_message message SET message_id = action.message_ref
                  FROM kuaidi_collection_action action
                 WHERE message.id = ANY(%s) AND action.id = message.res_id
                """,
                messages_sudo.ids,
            )
        )
        messages_sudo.invalidate_recordset(["message_id"])
        mails_sudo.invalidate_recordset(["message_id"])
        return mails_sudo

    def _give_message_ids(self):
        """Name the mails of these entries, by what stays the same for ever."""
        self.flush_recordset(["message_ref"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_collection_action
                   SET message_ref = '<kuaidi-dunning-' || id || '@' || %s || '>'
                 WHERE id = ANY(%s) AND message_ref IS NULL
                """,
                self.env["ir.config_parameter"].sudo().get_param("database.uuid"),
                self.ids,
            )
        )
        self.invalidate_recordset(["message_ref"])

    def _send_dunning_mail(self, mail, server_id, domain_id, session):
        """Send one mail if it still says what is true, and mark what became of it."""
        self.ensure_one()
        if not self._is_still_due():
            # written anew by the next run, as far as something is left of it
            self._put_back(self.env._("Something was paid or changed meanwhile."))
            mail.unlink()
            return
        mail.state = "outgoing"
        mail._send(
            smtp_session=session,
            alias_domain_id=domain_id,
            mail_server=self.env["ir.mail_server"].browse(server_id),
        )
        if mail.state == "sent":
            self._mark_sent()
        elif self.env["kuaidi.dunning.notice"]._is_address_refused(mail):
            self._turn_into_call(mail.failure_reason)
        else:
            self._put_back(mail.failure_reason)
            mail.state = "cancel"

    def _is_still_due(self):
        """Return whether each item is owed now as the mail says."""
        self.ensure_one()
        today = self.env["kuaidi.deadline"]._get_today(self.company_id)
        notices = self.notice_ids.filtered(lambda notice: notice.state == "sending")
        debts = notices._get_current_debts(today)
        return bool(notices) and all(
            notice.move_line_id.id in debts
            and debts[notice.move_line_id.id][0] == notice.date_due
            and not notice.currency_id.compare_amounts(
                debts[notice.move_line_id.id][1], notice.amount
            )
            for notice in notices
        )

    def _put_back(self, reason):
        """Let the notices of these entries wait for the next run."""
        notices = self.notice_ids.filtered(lambda notice: notice.state == "sending")
        notices.write({"state": "waiting", "error": reason})

    def _mark_sent(self):
        """Log that the mail left; a letter or visit that goes with it is still open."""
        self.write({"state": "done", "date": fields.Datetime.now(), "proof": "mail"})
        for notice in self.notice_ids.filtered(lambda row: row.state == "sending"):
            notice.state = "sent" if notice.channel == "mail" else "assigned"

    def _turn_into_call(self, reason):
        """Have the client called whom the mails of these entries did not reach."""
        notices_model = self.env["kuaidi.dunning.notice"]
        vals_list = []
        for action in self:
            notices = action.notice_ids
            step = action.step_id
            collector = action.company_id._get_kuaidi_collector()
            owner = notices._get_owner(step, collector)
            vals_list.append(notices._prepare_activity(step, "call", owner))
            notices.write({"state": "assigned", "error": reason})
            action.case_id.write(
                {
                    "next_step_id": step.id,
                    "next_channel": "call",
                    "date_next_action": vals_list[-1]["date_deadline"],
                    "next_action": reason,
                }
            )
        self.write({"state": "failed", "proof": "none", "error": reason})
        notices_model._create_activities(vals_list)

    def _message_receive_bounce(self, email, partner):
        """A reminder that comes back becomes a call."""
        res = super()._message_receive_bounce(email, partner)
        # a second answer of a mail server about the same mail changes nothing
        self.sudo().filtered(lambda action: action.state == "done")._turn_into_call(
            self.env._("The mail to %(address)s came back.", address=email)
        )
        return res
