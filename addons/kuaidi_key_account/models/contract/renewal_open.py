from odoo import api, fields, models
from odoo.tools import SQL

from .contract import FOUNDING_KINDS
from .renewal import OPEN_STAGES

# contracts in one statement: a batch reads the revenue of its clients in one pass
BATCH = 20_000
LIKELIHOOD = 60


class KuaidiRenewal(models.Model):
    """Opens renewals, and lets them follow what becomes of their contracts."""

    _name = "kuaidi.renewal"
    _inherit = ["kuaidi.renewal"]

    # === BUSINESS METHODS === #

    @api.model
    def _cron_open_due(self, batch_size=BATCH):
        """Open what is due, remind and make opportunities, in committed steps (2.7).

        Whatever is done already is not met again: the cron may be stopped anywhere.
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        companies = self.env["res.company"].search([])
        for company in companies:
            self._follow_contracts(company)
        if not commit_progress(remaining=len(companies)):
            return
        for company in companies:
            renewals = self.with_company(company)
            last_id, found = 0, True
            while found:
                last_id, found, opened = renewals._open_batch(
                    company, last_id, batch_size
                )
                if not commit_progress(len(opened)):
                    return
            if not renewals._remind_all(company) or not renewals._open_leads(company):
                return
            commit_progress(1)

    @api.model
    def _open_due(self, contracts=None, date=None):
        """Open the renewals that are due, each term of a contract once (2.7).

        A renewal is due so many days before the notice date as the client's star says,
        without a star on the company's first reminder. The number of queries does not
        depend on the number of contracts.

        :param contracts: only these; by default all of the companies allowed
        :param date: as of this day, by default today in each company's time zone
        :return: the renewals opened
        """
        companies = contracts.company_id if contracts is not None else None
        opened = []
        for company in self.env.companies if companies is None else companies:
            self._follow_contracts(company)
            last_id, found = 0, True
            while found:
                last_id, found, ids = self._open_batch(
                    company, last_id, BATCH, contracts, date
                )
                opened += ids
        return self.browse(opened)

    @api.model
    def _open_batch(
        self, company, last_id, limit, contracts=None, date=None, is_ahead=False
    ):
        """Open what is due of the next contracts after an id, with one statement.

        :param is_ahead: also those that are not due yet
        :return: the last contract looked at, how many were due, and the ids opened
        """
        today = date or self.env["kuaidi.deadline"]._get_today(company)
        self.env.flush_all()
        due = self._get_due_query(
            company, today, last_id, limit, contracts, None if is_ahead else today
        )
        values = self._get_opening_values(company, today)
        ((last, found, opened),) = self.env.execute_query(
            SQL(
                """
                WITH due AS MATERIALIZED (%(due)s),
                revenue AS MATERIALIZED (%(revenue)s),
                opened AS (
                    INSERT INTO kuaidi_renewal (%(names)s)
                    SELECT %(values)s
                      FROM due
                      LEFT JOIN revenue
                        ON revenue.partner_id = due.partner_id AND due.has_revenue
                     ORDER BY due.id
                    ON CONFLICT (contract_id, term) DO NOTHING
                    RETURNING id
                )
                SELECT max(due.id),
                       count(*),
                       (SELECT array_agg(id ORDER BY id) FROM opened)
                  FROM due
                """,
                due=due,
                revenue=self._get_revenue_query(company, today),
                names=SQL(", ").join(map(SQL.identifier, values)),
                values=SQL(", ").join(values.values()),
            )
        )
        self.env.invalidate_all(flush=False)
        return last or last_id, found == limit, opened or []

    @api.model
    def _get_due_query(self, company, today, last_id, limit, contracts, until):
        """Return the contracts whose renewal is to be opened.

        :param until: the day on which it is due at the latest, None for any
        """
        is_due = SQL("TRUE")
        if until:
            # the first condition serves the index, the second one counts
            is_due = SQL(
                """
                contract.date_notice <= %(until)s::date + greatest(%(first)s, (
                    SELECT max(renewal_notice_days)
                      FROM kuaidi_star_level
                     WHERE company_id = %(company)s
                ))
                AND contract.date_notice - coalesce(
                    level.renewal_notice_days, %(first)s) <= %(until)s
                """,
                until=until,
                first=company._get_renewal_rungs()[0],
                company=company.id,
            )
        asked = (
            SQL("TRUE")
            if contracts is None
            else SQL("contract.id = ANY(%s)", contracts.ids)
        )
        return SQL(
            """
            SELECT contract.id, contract.term, contract.account_id,
                   contract.date_notice, contract.date_to,
                   coalesce(contract.date_term_from, contract.date_from) AS date_from,
                   contract.amount_promised, account.partner_id, account.manager_id,
                   account.deputy_id, account.stars,
                   contract.kind = ANY(%(kinds)s) AND NOT EXISTS (
                       SELECT
                         FROM kuaidi_contract other
                        WHERE other.account_id = contract.account_id
                          AND other.state = 'running'
                          AND other.id <> contract.id
                          AND other.kind = ANY(%(kinds)s)
                          AND (array_position(%(kinds)s, other.kind), other.id)
                              < (array_position(%(kinds)s, contract.kind), contract.id)
                          AND other.date_from <= %(today)s
                   ) AS has_revenue
              FROM kuaidi_contract contract
              JOIN kuaidi_key_account account
                ON account.id = contract.account_id
               AND account.active
               AND account.state <> 'closed'
              LEFT JOIN kuaidi_star_level level ON level.id = account.star_id
             WHERE contract.state = 'running'
               AND contract.company_id = %(company)s
               AND contract.id > %(last_id)s
               AND contract.is_termination_given IS NOT TRUE
               AND contract.date_notice IS NOT NULL
               AND %(is_due)s
               AND %(asked)s
               AND NOT EXISTS (
                       SELECT
                         FROM kuaidi_renewal renewal
                        WHERE renewal.contract_id = contract.id
                          AND renewal.term = contract.term
                   )
             ORDER BY contract.id
             LIMIT %(limit)s
            """,
            # the paper that governs the business carries its revenue
            kinds=list(reversed(FOUNDING_KINDS)),
            company=company.id,
            today=today,
            is_due=is_due,
            last_id=last_id,
            asked=asked,
            limit=limit,
        )

    @api.model
    def _get_revenue_query(self, company, today):
        """Return realised revenue of twelve months by client, of what is due (2.2)."""
        return SQL(
            """
            SELECT move.commercial_partner_id AS partner_id,
                   sum(move.amount_untaxed_signed) AS amount
              FROM account_move move
             WHERE move.commercial_partner_id IN (SELECT partner_id FROM due)
               AND move.company_id = %(company)s
               AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund')
               AND move.invoice_date > %(year_ago)s
               AND move.invoice_date <= %(today)s
             GROUP BY move.commercial_partner_id
            """,
            company=company.id,
            year_ago=fields.Date.subtract(today, years=1),
            today=today,
        )

    @api.model
    def _get_opening_values(self, company, today):
        """Return the columns of a new renewal, out of `due` and `revenue`."""
        now = fields.Datetime.now()
        # sudo: whom the company names, whoever opens renewals
        centre = company.sudo()._get_kuaidi_escalation_user()
        expected = SQL(
            "coalesce(nullif(greatest(revenue.amount, 0), 0), CASE WHEN due.has_revenue"
            " THEN due.amount_promised END, 0)"
        )
        return {
            "contract_id": SQL("due.id"),
            "term": SQL("due.term"),
            "account_id": SQL("due.account_id"),
            "company_id": SQL("%s", company.id),
            "manager_id": SQL("due.manager_id"),
            "owner_id": SQL(
                "coalesce(due.manager_id, due.deputy_id, %s)",
                centre.id or self.env.uid,
            ),
            "stars": SQL("due.stars"),
            "date_notice": SQL("due.date_notice"),
            "date_end": SQL("due.date_to"),
            "date_close": SQL("due.date_notice"),
            "date_opened": SQL("%s::date", today),
            "stage": SQL("'upcoming'"),
            "date_stage": SQL("%s", now),
            "date_deadline": SQL(
                "%s", fields.Datetime.add(now, days=company.kuaidi_renewal_idle_days)
            ),
            "likelihood": SQL("%s", LIKELIHOOD),
            "amount_revenue": SQL("coalesce(revenue.amount, 0)"),
            "amount_promised": SQL(
                "CASE WHEN due.has_revenue THEN coalesce(due.amount_promised, 0)"
                " ELSE 0 END"
            ),
            "amount_expected": expected,
            "amount_forecast": SQL("round(%s * %s / 100, 2)", expected, LIKELIHOOD),
            # months of the term that ends, rounded to full ones
            "term_months": SQL(
                "greatest(1, least(120,"
                " round((due.date_to + 1 - due.date_from) / 30.4375)))::int"
            ),
            "is_tacit": SQL("FALSE"),
            "is_lapsed": SQL("FALSE"),
            "create_uid": SQL("%s", self.env.uid),
            "create_date": SQL("%s", now),
            "write_uid": SQL("%s", self.env.uid),
            "write_date": SQL("%s", now),
        }

    @api.model
    def _follow_contracts(self, company):
        """Let open renewals follow what became of their contracts, set by set.

        An amended contract hands its renewal on to the new version; one that went on
        tacitly is renewed, a terminated one ends it, and one that has lapsed shows so.
        """
        self.env.flush_all()
        params = {
            "company": company.id,
            "stages": list(OPEN_STAGES),
            "now": fields.Datetime.now(),
            "uid": self.env.uid,
        }
        ids = []
        for query in (
            self._get_amended_query(params),
            self._get_tacit_query(params),
            self._get_terminated_query(params),
            self._get_lapsed_query(params),
        ):
            ids += [renewal_id for (renewal_id,) in self.env.execute_query(query)]
        if ids:
            self.env.invalidate_all(flush=False)
            self.browse(ids)._close_leads()
            self.browse(ids)._withdraw_ended()

    @api.model
    def _get_amended_query(self, params):
        return SQL(
            """
            UPDATE kuaidi_renewal renewal
               SET contract_id = version.id, term = version.term,
                   date_notice = version.date_notice, date_end = version.date_to,
                   write_uid = %(uid)s, write_date = %(now)s
              FROM kuaidi_contract former
              JOIN kuaidi_contract version
                ON version.previous_id = former.id AND version.state = 'running'
             WHERE former.id = renewal.contract_id
               AND former.state = 'superseded'
               AND version.date_notice IS NOT NULL
               AND renewal.company_id = %(company)s
               AND renewal.stage = ANY(%(stages)s)
               AND NOT EXISTS (
                       SELECT
                         FROM kuaidi_renewal other
                        WHERE other.contract_id = version.id
                          AND other.term = version.term
                   )
            RETURNING renewal.id
            """,
            **params,
        )

    @api.model
    def _get_tacit_query(self, params):
        return SQL(
            """
            UPDATE kuaidi_renewal renewal
               SET stage = 'renewed', is_tacit = TRUE, likelihood = 100,
                   amount_renewed = renewal.amount_expected,
                   amount_forecast = renewal.amount_expected,
                   date_stage = %(now)s, date_done = %(now)s,
                   write_uid = %(uid)s, write_date = %(now)s
              FROM kuaidi_contract contract
             WHERE contract.id = renewal.contract_id
               AND contract.term > renewal.term
               AND contract.state = 'running'
               AND renewal.company_id = %(company)s
               AND renewal.stage = ANY(%(stages)s)
            RETURNING renewal.id
            """,
            **params,
        )

    @api.model
    def _get_terminated_query(self, params):
        return SQL(
            """
            UPDATE kuaidi_renewal renewal
               SET stage = 'terminated', likelihood = 0, amount_forecast = 0,
                   date_stage = %(now)s, date_done = %(now)s,
                   write_uid = %(uid)s, write_date = %(now)s
              FROM kuaidi_contract contract
             WHERE contract.id = renewal.contract_id
               AND contract.state = 'terminated'
               AND renewal.company_id = %(company)s
               AND renewal.stage = ANY(%(stages)s)
            RETURNING renewal.id
            """,
            **params,
        )

    @api.model
    def _get_lapsed_query(self, params):
        return SQL(
            """
            UPDATE kuaidi_renewal renewal
               SET is_lapsed = TRUE, write_uid = %(uid)s, write_date = %(now)s
              FROM kuaidi_contract contract
             WHERE contract.id = renewal.contract_id
               AND contract.state = 'expired'
               AND renewal.is_lapsed IS NOT TRUE
               AND renewal.company_id = %(company)s
               AND renewal.stage = ANY(%(stages)s)
            RETURNING renewal.id
            """,
            **params,
        )
