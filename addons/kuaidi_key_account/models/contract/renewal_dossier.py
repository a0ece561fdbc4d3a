from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL

COUNTS = (
    "pieces",
    "weight_kg",
    "amount_revenue",
    "late_count",
    "damaged_count",
    "lost_count",
    "accident_count",
)


class KuaidiRenewal(models.Model):
    """Brings together what is known of a client before its contract is renewed (2.7).

    The number of queries depends on nothing that the client has.
    """

    _name = "kuaidi.renewal"
    _inherit = ["kuaidi.renewal"]

    # === BUSINESS METHODS === #

    def _get_dossier(self):
        """Return the facts of the dossier, for one renewal.

        :return: dict with ``months`` (24 of them, the oldest first), ``year`` and
            ``before`` (sums of twelve months), ``services``, ``claims``, ``money``,
            ``alerts``, ``needs``, ``competitors``, ``positions`` and ``prices``
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: whoever sees to a renewal prepares it with the client's whole file
        renewal_sudo = self.sudo()
        months = renewal_sudo._get_dossier_months()
        year, before = (
            {name: sum(month[name] or 0 for month in part) for name in COUNTS}
            for part in (months[12:], months[:12])
        )
        account_sudo = renewal_sudo.account_id
        return {
            "months": months,
            "year": year,
            "before": before,
            "services": renewal_sudo._get_dossier_services(),
            "claims": renewal_sudo._get_dossier_claims(),
            "money": renewal_sudo._get_dossier_money(),
            "alerts": renewal_sudo._get_dossier_alerts(),
            "needs": account_sudo.need_ids.read(["name", "is_promised", "promise"]),
            "competitors": account_sudo.competitor_ids.read(
                ["name", "is_current", "share_percent", "price_note", "strengths"]
            ),
            "positions": renewal_sudo.position_ids.read(
                [
                    "name",
                    "position_us",
                    "position_client",
                    "position_competitor",
                    "agreement",
                ]
            ),
            "prices": renewal_sudo._get_dossier_prices(months[12:]),
        }

    def _get_dossier_months(self):
        """Return the figures of the last 24 full months, the oldest first."""
        first = self._get_today().replace(day=1) - relativedelta(months=24)
        figures = self.env["kuaidi.monthly.figure"].search_fetch(
            [("account_id", "=", self.account_id.id), ("month", ">=", first)], COUNTS
        )
        by_month = {figure.month: figure for figure in figures}
        months = []
        for number in range(24):
            month = first + relativedelta(months=number)
            figure = by_month.get(month)
            months.append(
                {"month": month}
                | {name: figure[name] if figure else None for name in COUNTS}
            )
        return months

    def _get_dossier_services(self):
        """Return services entitled, delivered and missed of plans in this term (GR-6).

        :return: tuples (service, entitled, delivered, missed)
        """
        start = self.date_end - relativedelta(years=1)
        groups = self.env["kuaidi.service.report"]._read_group(
            [
                ("account_id", "=", self.account_id.id),
                ("date_to", ">", start),
                ("date_from", "<=", self.date_end),
            ],
            ["type_id"],
            ["entitled_count:sum", "done_count:sum", "missed_count:sum"],
        )
        return [(kind.name, *numbers) for kind, *numbers in groups]

    def _get_dossier_claims(self):
        """Return complaints, claims and problems of the last twelve months."""
        reviews = self.env["kuaidi.client.review"]
        today = self._get_today()
        start, _stop = reviews._get_span(
            today.replace(day=1) - relativedelta(months=12), self.company_id
        )
        rows = self.env.execute_query(
            reviews._get_claim_counts(self.account_id.ids, start, fields.Datetime.now())
        )
        complaints, claims = rows[0][1:] if rows else (0, 0)
        problems = dict(
            self.env["kuaidi.problem"]._read_group(
                [("account_id", "=", self.account_id.id), ("create_date", ">=", start)],
                ["state"],
                ["__count"],
            )
        )
        return {
            "complaints": complaints,
            "claims": claims,
            "problems": sum(problems.values()),
            "problems_open": problems.get("open", 0),
        }

    def _get_dossier_money(self):
        """Return what the client owes, and how it paid in the last twelve months.

        :return: dict with ``open`` and ``overdue`` (yuan), ``paid`` (yuan paid with a
            due date), ``late_percent`` of it that was paid late, and ``late_days``, the
            mean delay weighted by amount (negative: before it was due)
        """
        today = self._get_today()
        key = (self.partner_id.id, self.company_id.id)
        amounts = self.account_id._get_open_amounts(today)
        self.env["account.partial.reconcile"].flush_model()
        ((paid, late, delay),) = self.env.execute_query(
            SQL(
                """
                SELECT sum(partial.amount),
                       sum(partial.amount) FILTER (
                           WHERE partial.max_date > line.date_maturity),
                       sum(partial.amount * (partial.max_date - line.date_maturity))
                  FROM account_move_line line
                  JOIN account_move move
                    ON move.id = line.move_id AND move.move_type = 'out_invoice'
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = line.id
                 WHERE line.partner_id = %(partner)s
                   AND line.company_id = %(company)s
                   AND line.parent_state = 'posted'
                   AND line.date_maturity IS NOT NULL
                   AND line.account_id = ANY(ARRAY(
                           SELECT id
                             FROM account_account
                            WHERE account_type = 'asset_receivable'
                       ))
                   AND partial.max_date > %(year_ago)s
                """,
                partner=key[0],
                company=key[1],
                year_ago=today - relativedelta(years=1),
            )
        )
        total, overdue = amounts.get(key, (0.0, 0.0))
        return {
            "open": total,
            "overdue": overdue,
            "paid": paid or 0.0,
            "late_percent": 100 * (late or 0) / paid if paid else None,
            "late_days": delay / paid if paid else None,
        }

    def _get_dossier_alerts(self):
        """Return the alerts that are open, or were closed in the last twelve months."""
        year_ago = fields.Datetime.subtract(fields.Datetime.now(), years=1)
        return self.env["kuaidi.alert"].search(
            [
                ("account_id", "=", self.account_id.id),
                "|",
                ("state", "=", "open"),
                ("date_done", ">=", year_ago),
            ],
            limit=8,
        )

    def _get_dossier_prices(self, months):
        """Hook: return present and proposed prices, and what the change would do.

        :param months: figures of the last twelve months
        :return: None where nothing is to be compared
        """
        return None
