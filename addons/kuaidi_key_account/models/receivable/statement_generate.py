from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# what changes with the amount, the day or the due date of an entry; it is summed up
LINE_PRINT = SQL(
    """
    line.id::numeric * (
        line.amount_currency
        + 3 * (line.date - DATE '2000-01-01')
        + 7 * (coalesce(line.date_maturity, line.date) - DATE '2000-01-01')
        + 1
    )
    """
)


class KuaidiStatement(models.Model):
    """Makes the statements of a period for any number of clients at once."""

    _name = "kuaidi.statement"
    _inherit = ["kuaidi.statement"]

    # === BUSINESS METHODS === #

    @api.model
    def _generate(self, accounts, date_from, date_to):
        """Make the statements of a period that there are none of yet.

        One for each client and currency in which something was entered in the period or
        is owed, or that was corrected. What exists stays as it is, so that nothing is
        doubled when this is run twice, or by two at once. The number of queries does
        not depend on the number of clients. The caller has checked the right to do so.

        :param accounts: recordset of key accounts
        :param date_from: first day of the period
        :param date_to: last day of the period, which may not lie ahead
        :return: the new statements, in superuser mode
        :raise UserError: when the period has not ended yet
        """
        for company in accounts.company_id:
            if date_to > self.env["kuaidi.deadline"]._get_today(company):
                raise UserError(
                    self.env._(
                        "The period has not ended yet: choose a last day that is not"
                        " ahead."
                    )
                )
        self._flush_sources()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO kuaidi_statement (
                       number, account_id, company_id, currency_id, date_from, date_to,
                       revision, previous_id, state, amount_opening, amount_invoiced,
                       amount_credited, amount_paid, amount_closing, amount_overdue,
                       fingerprint, create_uid, create_date, write_uid, write_date
                )
                SELECT account.code || '-' || to_char(%(date_to)s::date, 'YYYYMMDD')
                           || CASE WHEN currency.id = company.currency_id
                                   THEN '' ELSE '-' || currency.name END,
                       account.id, account.company_id, currency.id,
                       %(date_from)s, %(date_to)s,
                       coalesce(changed.revision, 0) + 1, former_id, 'draft',
                       coalesce(changed.opening, 0), coalesce(changed.invoiced, 0),
                       coalesce(changed.credited, 0), coalesce(changed.paid, 0),
                       coalesce(changed.closing, 0), 0,
                       coalesce(changed.fingerprint, 0),
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (
                           SELECT *
                             FROM (%(moved)s) moved
                             FULL JOIN (
                                      SELECT DISTINCT ON (account_id, currency_id)
                                             id AS former_id, account_id, currency_id,
                                             revision
                                        FROM kuaidi_statement
                                       WHERE state = 'superseded'
                                         AND date_to = %(date_to)s
                                         AND account_id = ANY(%(account_ids)s)
                                       ORDER BY account_id, currency_id, revision DESC
                                  ) former USING (account_id, currency_id)
                       ) changed
                  JOIN kuaidi_key_account account ON account.id = changed.account_id
                  JOIN res_company company ON company.id = account.company_id
                  JOIN res_currency currency ON currency.id = changed.currency_id
                 WHERE changed.count > 0 OR round(changed.opening, 6) <> 0
                    OR former_id IS NOT NULL
                ON CONFLICT DO NOTHING
                RETURNING id
                """,
                moved=self._get_moved_query(accounts, date_from, date_to),
                account_ids=accounts.ids,
                date_from=date_from,
                date_to=date_to,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        # sudo: the system alone makes statements
        statements = self.sudo().browse(row[0] for row in rows)
        statements._add_lines()
        return statements

    @api.model
    def _get_missing(self, accounts, date_from, date_to):
        """Return what statements of a period would be made of, in one query.

        :return: pairs of account id and currency id
        """
        self._flush_sources()
        self.flush_model(["account_id", "currency_id", "date_to", "state"])
        return self.env.execute_query(
            SQL(
                """
                SELECT moved.account_id, moved.currency_id
                  FROM (%(moved)s) moved
                 WHERE (moved.count > 0 OR round(moved.opening, 6) <> 0)
                   AND NOT EXISTS (
                           SELECT 1 FROM kuaidi_statement statement
                            WHERE statement.account_id = moved.account_id
                              AND statement.currency_id = moved.currency_id
                              AND statement.date_to = %(date_to)s
                              AND statement.state <> 'superseded'
                       )
                """,
                moved=self._get_moved_query(accounts, date_from, date_to),
                date_to=date_to,
            )
        )

    @api.model
    def _flush_sources(self):
        """Write out what the statements of clients are made from."""
        items = self.env["kuaidi.receivable.item"]
        for model, names in items._depends.items():
            self.env[model].flush_model(names)
        self.env["account.move.line"].flush_model(["amount_currency", "move_name"])
        self.env["kuaidi.key.account"].flush_model(["code"])

    @api.model
    def _get_moved_query(self, accounts, date_from, date_to):
        """Return the sums of each client and currency: before, in, after the period."""
        return SQL(
            """
            SELECT account.id AS account_id, line.currency_id,
                   coalesce(sum(line.amount_currency)
                       FILTER (WHERE line.date < %(date_from)s), 0) AS opening,
                   coalesce(sum(line.amount_currency) FILTER (
                       WHERE line.date >= %(date_from)s
                         AND move.move_type IN ('out_invoice', 'out_receipt')
                   ), 0) AS invoiced,
                   coalesce(sum(line.amount_currency) FILTER (
                       WHERE line.date >= %(date_from)s
                         AND move.move_type = 'out_refund'
                   ), 0) AS credited,
                   coalesce(sum(line.amount_currency) FILTER (
                       WHERE line.date >= %(date_from)s AND move.move_type
                             NOT IN ('out_invoice', 'out_receipt', 'out_refund')
                   ), 0) AS paid,
                   sum(line.amount_currency) AS closing,
                   sum(%(print)s) AS fingerprint,
                   count(*) FILTER (WHERE line.date >= %(date_from)s) AS count
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN kuaidi_key_account account
                ON account.partner_id = partner.commercial_partner_id
               AND account.company_id = line.company_id
             WHERE line.account_id = ANY(ARRAY(
                       SELECT id FROM account_account
                        WHERE account_type = 'asset_receivable'
                   ))
               AND line.parent_state = 'posted'
               AND line.date <= %(date_to)s
               AND account.id = ANY(%(account_ids)s)
             GROUP BY account.id, line.currency_id
            """,
            print=LINE_PRINT,
            date_from=date_from,
            date_to=date_to,
            account_ids=accounts.ids,
        )

    def _add_lines(self):
        """Write the lines of new statements of one period: what was entered, or open.

        The overdue amount of the statements follows from them.
        """
        if not self:
            return
        date_to = self[0].date_to
        open_items = self.env["kuaidi.receivable.item"]._get_lines_query(date_to)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO kuaidi_statement_line (
                       statement_id, move_line_id, kind, reference, date, date_due,
                       amount, amount_open, is_in_period,
                       create_uid, create_date, write_uid, write_date
                )
                SELECT statement.id, line.id,
                       CASE WHEN move.move_type IN ('out_invoice', 'out_receipt')
                            THEN 'invoice'
                            WHEN move.move_type = 'out_refund' THEN 'credit'
                            WHEN line.amount_currency < 0 THEN 'payment'
                            ELSE 'entry'
                       END,
                       line.move_name, line.date, line.date_maturity,
                       line.amount_currency, coalesce(item.residual_currency, 0),
                       line.date >= statement.date_from,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM kuaidi_statement statement
                  JOIN kuaidi_key_account account ON account.id = statement.account_id
                  JOIN res_partner partner
                    ON partner.commercial_partner_id = account.partner_id
                  JOIN account_move_line line
                    ON line.partner_id = partner.id
                   AND line.company_id = account.company_id
                   AND line.currency_id = statement.currency_id
                  JOIN account_move move ON move.id = line.move_id
                  LEFT JOIN (%(open_items)s) item ON item.id = line.id
                 WHERE statement.id = ANY(%(ids)s)
                   AND line.account_id = ANY(ARRAY(
                           SELECT id FROM account_account
                            WHERE account_type = 'asset_receivable'
                       ))
                   AND line.parent_state = 'posted'
                   AND line.date <= statement.date_to
                   AND (line.date >= statement.date_from
                        OR coalesce(item.residual_currency, 0) <> 0)
                 ORDER BY statement.id, line.date, line.id
                ON CONFLICT DO NOTHING
                """,
                ids=self.ids,
                open_items=open_items,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_statement statement
                   SET amount_overdue = late.amount
                  FROM (
                           SELECT statement_id, sum(amount_open) AS amount
                             FROM kuaidi_statement_line
                            WHERE statement_id = ANY(%(ids)s)
                              AND amount_open > 0 AND date_due < %(date_to)s
                            GROUP BY statement_id
                       ) late
                 WHERE statement.id = late.statement_id
                """,
                ids=self.ids,
                date_to=date_to,
            )
        )
        self.invalidate_recordset()
        self.line_ids.invalidate_recordset()
