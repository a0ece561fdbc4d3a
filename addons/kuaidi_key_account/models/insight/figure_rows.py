from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date


class KuaidiMonthlyFigure(models.Model):
    """Judges rows that come from a file or a program before they become figures."""

    _name = "kuaidi.monthly.figure"
    _inherit = ["kuaidi.monthly.figure"]

    # === BUSINESS METHODS === #

    @api.model
    def _match_rows(self, rows, company, labels=()):
        """Find the clients of rows, and add what is wrong with client or month.

        A client is found by its code, where a row has none by its exact name, among
        those of the company that the user may see.

        :param rows: list of `FigureRow`; ``account_id`` is set and ``problems`` added
        :param labels: what the file calls its columns, by field, if it has names
        """
        labels = dict(labels)
        by_code = self._find_clients(
            "code", {row.code for row in rows if row.code}, company
        )
        by_name = self._find_clients(
            "name", {row.name for row in rows if row.name and not row.code}, company
        )
        for row in rows:
            column, value = ("code", row.code) if row.code else ("name", row.name)
            if not value:
                continue
            found = (by_code if row.code else by_name).get(value, ())
            reason = self._get_match_problem(found)
            if reason:
                row.add_problem(labels.get(column, column), value, reason)
            else:
                row.account_id = found[0][0]
        locked = self._get_locked(
            {
                (row.account_id, row.month)
                for row in rows
                if row.account_id and row.month
            }
        )
        for row in rows:
            if (row.account_id, row.month) in locked:
                row.add_problem(
                    labels.get("month", "month"),
                    format_date(self.env, row.month, date_format="yyyy-MM"),
                    self._get_locked_reason(),
                )

    @api.model
    def _find_clients(self, column, values, company):
        """Return lists of (id, is open) of the accounts that the user may see.

        :param column: ``code``, or ``name`` of the client
        """
        if not values:
            return {}
        accounts = self.env["kuaidi.key.account"]
        path = "code" if column == "code" else "partner_id.name"
        # not as records: a file names 100,000 of them, and three columns are needed
        query = accounts._search(
            Domain("company_id", "=", company.id) & Domain(path, "in", values),
            active_test=False,
        )
        alias = query.table
        if column == "name":
            alias = query.join(alias, "partner_id", "res_partner", "id", "client")
        found = {}
        for key, account_id, is_open in self.env.execute_query(
            query.select(
                SQL.identifier(alias, column),
                SQL.identifier(query.table, "id"),
                SQL(
                    "%s <> 'closed' AND %s",
                    SQL.identifier(query.table, "state"),
                    SQL.identifier(query.table, "active"),
                ),
            )
        ):
            found.setdefault(key, []).append((account_id, is_open))
        return found

    def _get_match_problem(self, found):
        """Return why clients found for one row do not do, or nothing.

        :param found: pairs (id, is_open)
        """
        if not found:
            return self.env._(
                "There is no such client. Correct it, or open its account first."
            )
        if len(found) > 1:
            return self.env._(
                "Several clients are called so. Add a column with the client code."
            )
        if not found[0][1]:
            return self._get_closed_reason()
        return ""

    def _get_closed_reason(self):
        return self.env._(
            "The account of this client is closed or archived. Reopen it first."
        )

    def _get_locked_reason(self):
        return self.env._(
            "The analysis of this month was sent, so its figures stand. Have the"
            " analysis reopened first."
        )

    def _get_repeated_reason(self, number):
        return self.env._(
            "Row %(number)s is for the same client and month. Keep one of them.",
            number=number,
        )
