from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class KuaidiStatement(models.Model):
    """Sends statements, once each, and reminds clients that do not answer (2.10)."""

    _name = "kuaidi.statement"
    _inherit = ["kuaidi.statement"]

    mail_ids = fields.One2many(
        comodel_name="kuaidi.statement.mail",
        inverse_name="statement_id",
        string="Mails",
        readonly=True,
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Goes To",
        compute="_compute_contact_id",
        help="The contact for settlement in the client's file, else the invoice"
        " address, else the client itself.",
    )
    claim_open_count = fields.Integer(
        string="Open Claims",
        compute="_compute_open_claim_count",
        help="Claims of the client that are not settled: look at them before it is"
        " asked to confirm what it owes.",
    )

    # === COMPUTE METHODS === #

    @api.depends("account_id")
    def _compute_contact_id(self):
        contacts = self.account_id._get_settlement_contacts()
        for statement in self:
            statement.contact_id = contacts.get(statement.account_id.id)

    @api.depends("account_id")
    def _compute_open_claim_count(self):
        counts = self._get_open_claims()
        for statement in self:
            statement.claim_open_count = counts.get(statement.id, 0)

    def _compute_access_url(self):
        for statement in self:
            statement.access_url = f"/my/statements/{statement.id}"

    # === ACTION METHODS === #

    def action_send(self):
        """Have statements mailed in the background, each once.

        Of several, those of clients with open claims are left out: somebody looks at
        them first (AN-1).

        :raise AccessError: for anybody but finance
        :raise UserError: when none of them can be sent, with the reason of the first
        """
        return self._send(is_with_claims=False)

    def action_send_with_claims(self):
        """Have statements mailed although claims of their clients are open (AN-1)."""
        return self._send(is_with_claims=True)

    def action_mark_sent(self):
        """Note that a statement was handed over by another way than by mail.

        :raise AccessError: for anybody but finance
        :raise UserError: when it is no draft, or entries were changed since
        """
        self._check_finance()
        # sudo: what was sent is guarded; who may say so was checked above
        statements_sudo = self.sudo()._lock_fresh()
        reasons = statements_sudo._get_send_obstacles(is_with_claims=True)
        if reasons:
            raise UserError(next(iter(reasons.values())))
        statements_sudo._mark_sent(self.env.user)

    # === BUSINESS METHODS === #

    def _get_open_claims(self):
        """Hook: return how many claims of the client are open, by statement id (AN-1).

        The number of queries must not depend on the number of statements. Statements
        without open claims may be left out.
        """
        return {}

    def _check_finance(self):
        self.check_access("read")
        if not self.env.user.has_group("kuaidi_key_account.group_finance"):
            raise AccessError(
                self.env._("Statements are made, sent and corrected by finance.")
            )

    def _lock_fresh(self):
        """Lock statements and read anew what others may have changed."""
        self.lock_for_update()
        self.invalidate_recordset()
        return self

    def _send(self, is_with_claims):
        self._check_finance()
        # sudo: the state is guarded; who may send was checked above
        statements_sudo = self.sudo()._lock_fresh()
        reasons = statements_sudo._get_send_obstacles(is_with_claims)
        ready_sudo = statements_sudo.filtered(
            lambda statement: statement.id not in reasons
        )
        if not ready_sudo:
            raise UserError(
                next(
                    iter(reasons.values()), self.env._("Choose the statements to send.")
                )
            )
        ready_sudo._queue()
        return self._get_sent_notification(len(ready_sudo), list(reasons.values()))

    def _queue(self):
        """Write down that drafts are to be mailed, and wake the schedule."""
        self.write({"state": "sending"})
        self.env["kuaidi.statement.mail"].sudo()._claim(self, "statement")
        self.env["kuaidi.statement.mail"]._wake_sender()

    def _get_send_obstacles(self, is_with_claims):
        """Return by id why statements cannot be sent now."""
        outdated = self._get_outdated()
        claims = {} if is_with_claims else self._get_open_claims()
        reasons = {}
        for statement in self:
            if statement.state != "draft":
                reasons[statement.id] = self.env._(
                    "%(statement)s was sent already.",
                    statement=statement.display_name,
                )
            elif statement in outdated:
                reasons[statement.id] = self.env._(
                    "Entries of %(statement)s were changed since it was made. Correct"
                    " it before it is sent.",
                    statement=statement.display_name,
                )
            elif claims.get(statement.id):
                reasons[statement.id] = self.env._(
                    "The client of %(statement)s has %(count)s open claims. Look at"
                    " them, then send it from its own page.",
                    statement=statement.display_name,
                    count=claims[statement.id],
                )
        return reasons

    def _get_sent_notification(self, count, reasons):
        message = self.env._("%(count)s statements are being sent.", count=count)
        if reasons:
            message += " " + self.env._(
                "%(count)s were left out. The first: %(reason)s",
                count=len(reasons),
                reason=reasons[0],
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if reasons else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _mark_sent(self, user):
        """Note that statements reached their clients, and until when they answer."""
        now = fields.Datetime.now()
        service = self.env["kuaidi.deadline"]
        for company, statements in self.grouped("company_id").items():
            statements.write(
                {
                    "state": "sent",
                    "date_sent": now,
                    "sent_by_id": user.id,
                    "date_answer_due": service._get_due(
                        now, company.kuaidi_statement_workdays, "workday", company
                    ),
                }
            )

    @api.model
    def _claim_reminders(self):
        """Have clients reminded whose answer is due, each once (2.10)."""
        late = self.search(
            [
                ("state", "=", "sent"),
                ("date_reminded", "=", False),
                ("date_answer_due", "<=", fields.Datetime.now()),
            ]
        )
        if late:
            self.env["kuaidi.statement.mail"]._claim(late, "reminder")

    @api.model
    def _cron_generate(self):
        """Make the statements of last month on the day that the company has set.

        Where the company says so, they are sent at once, but for those of clients with
        open claims (AN-1). A day that was missed is made up for.
        """
        companies = self.env["res.company"].search([("kuaidi_statement_day", ">", 0)])
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(companies))
        for company in companies:
            today = self.env["kuaidi.deadline"]._get_today(company)
            date_to = today.replace(day=1) - relativedelta(days=1)
            made_until = company.kuaidi_statement_made_until
            if today.day >= company.kuaidi_statement_day and (
                not made_until or made_until < date_to
            ):
                self._generate_month(company, date_to)
            if not commit_progress(1):
                return

    @api.model
    def _generate_month(self, company, date_to):
        accounts = (
            self.env["kuaidi.key.account"]
            .with_context(active_test=False)
            .search([("company_id", "=", company.id)])
        )
        self._generate(accounts, date_to.replace(day=1), date_to)
        company.kuaidi_statement_made_until = date_to
        if company.kuaidi_statement_auto_send:
            drafts = self.search(
                Domain("company_id", "=", company.id)
                & Domain("date_to", "=", date_to)
                & Domain("state", "=", "draft")
            )
            claims = drafts._get_open_claims()
            ready = drafts.filtered(lambda statement: not claims.get(statement.id))
            if ready:
                ready._queue()

    def _message_receive_bounce(self, email, partner):
        """A statement that comes back is called about."""
        res = super()._message_receive_bounce(email, partner)
        # a second answer of a mail server about the same mail changes nothing
        sent_sudo = self.sudo().mail_ids.filtered(lambda mail: mail.state == "sent")
        sent_sudo.sorted("date")[-1:]._fail(
            self.env._("The mail to %(address)s came back.", address=email)
        )
        return res

    # texts of mails

    def _get_settlement_contact(self):
        """Return who gets the statement, in superuser mode."""
        self.ensure_one()
        return self.account_id._get_settlement_contacts()[self.account_id.id]

    def _get_client_lang(self):
        """Return the language in which the client is written to."""
        self.ensure_one()
        company_sudo = self.company_id.sudo()
        return (
            self._get_settlement_contact().lang
            or company_sudo.partner_id.lang
            or self.env.lang
        )

    def _get_sender(self):
        """Return the address that mails come from."""
        self.ensure_one()
        # sudo: the sender's own address
        return (
            self.sent_by_id.email_formatted
            or self.company_id.sudo().email_formatted
            or self.env.user.email_formatted
        )

    def _get_portal_link(self):
        """Return the address of the client's page, with the key to it."""
        self.ensure_one()
        # sudo: whoever may send it makes the key
        return self.get_base_url() + self.sudo()._get_share_url()

    def _get_call_summary(self):
        self.ensure_one()
        return self.env._(
            "%(statement)s did not arrive: call the client, put its address right and"
            " send it again",
            statement=self.display_name,
        )
