from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from .renewal import OPEN_STAGES

REMINDER_TYPE = "kuaidi_key_account.mail_activity_type_renewal"
BATCH = 500
# days in which a reminder is dealt with
REMINDER_DAYS = 7


class KuaidiRenewalReminder(models.Model):
    """One reminder of a renewal that was given, so that it is given once."""

    _name = "kuaidi.renewal.reminder"
    _description = "Renewal Reminder"
    _order = "renewal_id, days desc"

    renewal_id = fields.Many2one(
        comodel_name="kuaidi.renewal", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="renewal_id.company_id", store=True)
    days = fields.Integer(
        string="Days before the Notice Date", required=True, aggregator=None
    )
    date = fields.Date(string="Reminded On", required=True)

    _renewal_days_uniq = models.UniqueIndex(
        "(renewal_id, days)", "This reminder was given already."
    )


class KuaidiRenewal(models.Model):
    """Reminds owner and team, and tells the CRM centre of what lies still (2.7)."""

    _name = "kuaidi.renewal"
    _inherit = ["kuaidi.renewal"]

    reminder_ids = fields.One2many(
        comodel_name="kuaidi.renewal.reminder",
        inverse_name="renewal_id",
        string="Reminders Given",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _remind_all(self, company):
        """Give all reminders that are due, in committed steps.

        :return: whether time is left
        """
        reminded = True
        while reminded:
            reminded = self._remind(company)
            if not self.env["ir.cron"]._commit_progress(len(reminded)):
                return False
        return True

    @api.model
    def _remind(self, company, date=None, batch_size=BATCH):
        """Remind owners and teams of the next renewals, each rung once.

        Rungs that had passed when a renewal was opened count as given.

        :return: the renewals reminded of
        """
        today = date or self.env["kuaidi.deadline"]._get_today(company)
        now = fields.Datetime.now()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH rung AS (
                    SELECT days FROM unnest(%(rungs)s::int[]) AS listed (days)
                ), due AS (
                    SELECT renewal.id, renewal.date_notice - %(today)s::date AS days
                      FROM kuaidi_renewal renewal
                     WHERE renewal.company_id = %(company)s
                       AND renewal.stage IN (
                               'upcoming', 'evaluated', 'negotiating', 'retender')
                       AND EXISTS (
                               SELECT
                                 FROM rung
                                WHERE days >= renewal.date_notice - %(today)s::date
                                  AND NOT EXISTS (
                                          SELECT
                                            FROM kuaidi_renewal_reminder reminder
                                           WHERE reminder.renewal_id = renewal.id
                                             AND reminder.days = rung.days
                                      )
                           )
                     ORDER BY renewal.date_notice, renewal.id
                     LIMIT %(limit)s
                )
                INSERT INTO kuaidi_renewal_reminder (
                    renewal_id, company_id, days, date,
                    create_uid, create_date, write_uid, write_date
                )
                SELECT due.id, %(company)s, rung.days, %(today)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM due
                  JOIN rung ON rung.days >= due.days
                ON CONFLICT (renewal_id, days) DO NOTHING
                RETURNING renewal_id
                """,
                rungs=company._get_renewal_rungs(),
                today=today,
                company=company.id,
                limit=batch_size,
                uid=self.env.uid,
                now=now,
            )
        )
        renewals = self.browse(sorted({renewal_id for (renewal_id,) in rows}))
        self.env["kuaidi.renewal.reminder"].invalidate_model()
        renewals.invalidate_recordset(["reminder_ids"])
        renewals._open_reminders(today)
        return renewals

    def _open_reminders(self, today):
        """Give owner and team one activity each; an earlier reminder gives way."""
        if not self:
            return
        self._withdraw_reminders()
        team = self._get_team()
        activity_type = self.env.ref(REMINDER_TYPE)
        model_id = self.env["ir.model"]._get_id(self._name)
        users = self.env["res.users"].browse(
            {user for ids in team.values() for user in ids}
        )
        langs = {user.id: user.lang or self.env.lang for user in users}
        vals_list = []
        for renewal in self:
            deadline = min(
                fields.Date.add(today, days=REMINDER_DAYS), renewal.date_notice
            )
            for user_id in team[renewal.id]:
                told = renewal.with_context(lang=langs[user_id])
                vals_list.append(
                    {
                        "activity_type_id": activity_type.id,
                        "automated": True,
                        "res_model_id": model_id,
                        "res_id": renewal.id,
                        "user_id": user_id,
                        "date_deadline": max(deadline, today),
                        "summary": told._get_reminder_summary(
                            user_id == renewal.owner_id.id
                        ),
                    }
                )
        # quick: the list of activities tells; a mail for each is sent one by one
        # sudo: activities of the system
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(vals_list)

    def _get_reminder_summary(self, is_owner):
        """Return what a reminder asks for, of the owner or of one in the team."""
        self.ensure_one()
        date = format_date(self.env, self.date_notice)
        if is_owner:
            return self.env._("Renew the contract: notice by %(date)s", date=date)
        return self.env._("Help to renew the contract: notice by %(date)s", date=date)

    def _get_team(self):
        """Return who is reminded, by renewal: owner, manager, deputy and members.

        :rtype: dict[int, list[int]]
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT renewal.id, array_agg(DISTINCT users.id)
                  FROM kuaidi_renewal renewal
                  JOIN kuaidi_key_account account ON account.id = renewal.account_id
                  JOIN res_users users
                    ON users.active
                   AND (users.id IN (renewal.owner_id, account.manager_id,
                                     account.deputy_id)
                        OR users.id IN (
                               SELECT user_id
                                 FROM kuaidi_account_member
                                WHERE account_id = renewal.account_id
                           ))
                 WHERE renewal.id = ANY(%s)
                 GROUP BY renewal.id
                """,
                self.ids,
            )
        )
        team = defaultdict(list)
        team.update(rows)
        return team

    def _withdraw_reminders(self):
        """Remove the open reminders of these renewals."""
        # sudo: activities of the system are withdrawn by it, whoever caused that
        self.env["mail.activity"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", self.env.ref(REMINDER_TYPE).id),
                ("automated", "=", True),
            ]
        ).unlink()

    def _withdraw_ended(self):
        """Remove what waits on renewals that have ended."""
        ended = self.filtered(lambda renewal: renewal.stage not in OPEN_STAGES)
        ended._withdraw_reminders()
        self._withdraw_escalation(ended)

    @api.model
    def _cron_escalate_late(self, batch_size=100):
        """Tell the CRM centre of renewals at which nothing happened for two weeks."""
        for company in self.env["res.company"].search([]):
            self._refresh_idle(company)
        return super()._cron_escalate_late(batch_size)

    @api.model
    def _refresh_idle(self, company):
        """Count the time without anything happening anew, with one statement.

        What counts is a step of the renewal, a contact with the client, a message by a
        person, or an activity done. Whoever moves on can become idle, and be told of,
        again.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE kuaidi_renewal renewal
                   SET date_deadline = moved.date + %(days)s * interval '1 day',
                       date_escalated = CASE
                           WHEN moved.date > renewal.date_escalated THEN NULL
                           ELSE renewal.date_escalated END
                  FROM (%(moves)s) moved
                 WHERE moved.renewal_id = renewal.id
                   AND renewal.date_deadline IS DISTINCT FROM
                       moved.date + %(days)s * interval '1 day'
                RETURNING renewal.id
                """,
                days=company.kuaidi_renewal_idle_days,
                moves=self._get_moves_query(company),
            )
        )
        self.browse(renewal_id for (renewal_id,) in rows).invalidate_recordset(
            ["date_deadline", "date_escalated"]
        )

    @api.model
    def _get_moves_query(self, company):
        """Return when something last happened at each open renewal of a company."""
        return SQL(
            """
            SELECT renewal.id AS renewal_id,
                   greatest(renewal.date_stage, visited.date, written.date) AS date
              FROM kuaidi_renewal renewal
              LEFT JOIN LATERAL (
                       SELECT max(visit.date) AS date
                         FROM kuaidi_visit visit
                        WHERE visit.account_id = renewal.account_id
                          AND visit.date > renewal.date_stage
                          AND visit.date <= %(now)s
                   ) visited ON TRUE
              LEFT JOIN LATERAL (
                       SELECT max(message.date) AS date
                         FROM mail_message message
                        WHERE message.model = 'kuaidi.renewal'
                          AND message.res_id = renewal.id
                          AND message.date > renewal.date_stage
                          AND message.author_id IS DISTINCT FROM %(robot)s
                          AND (message.message_type IN ('comment', 'email')
                               OR message.mail_activity_type_id IS NOT NULL)
                   ) written ON TRUE
             WHERE renewal.company_id = %(company)s
               AND renewal.stage IN (
                       'upcoming', 'evaluated', 'negotiating', 'retender')
            """,
            now=fields.Datetime.now(),
            robot=self.env.ref("base.partner_root").id,
            company=company.id,
        )

    @api.model
    def _get_escalation_domain(self):
        """Renewals of archived accounts wait until the account is at work again."""
        domain = super()._get_escalation_domain()
        return domain & fields.Domain("account_id.active", "=", True)

    def _get_escalation_user(self):
        return self.company_id._get_kuaidi_escalation_user()

    @api.model
    def _get_escalation_summary(self):
        return self.env._("Nothing happens at a renewal")

    def _get_escalation_line(self):
        self.ensure_one()
        return self.env._(
            "%(client)s, contract %(contract)s, with %(owner)s: notice by %(date)s.",
            client=self.account_id.display_name,
            contract=self.contract_id.display_name,
            owner=self.owner_id.name,
            date=format_date(self.env, self.date_notice),
        )
