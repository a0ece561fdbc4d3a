import json

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date


class KuaidiKeyAccount(models.Model):
    """What the client owes and what it brought in, read live from Odoo's entries."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    amount_open = fields.Monetary(
        string="Open Amount",
        compute="_compute_amount_open",
        help="Posted receivables that are not paid yet, less credit notes and payments"
        " not applied yet, in the currency of the company.",
    )
    amount_overdue = fields.Monetary(
        string="Overdue Amount",
        compute="_compute_amount_open",
        help="The part of the open amount whose due date has passed.",
    )
    amount_revenue_year = fields.Monetary(
        string="Revenue of 12 Months",
        compute="_compute_revenue_chart",
        help="Posted invoices less credit notes of the last twelve full months and the"
        " current one, without taxes.",
    )
    revenue_chart = fields.Text(compute="_compute_revenue_chart")

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "company_id")
    def _compute_amount_open(self):
        # what is being entered owes nothing yet: it would tell of any other client
        saved = self._origin
        amounts = saved._get_open_amounts(
            self.env["kuaidi.deadline"]._get_today(self.env.company)
        )
        pairs = [
            amounts.get((account.partner_id.id, account.company_id.id), (0.0, 0.0))
            for account in (account._origin for account in self)
        ]
        # sums of what is rounded already
        self._set_computed(("amount_open", "amount_overdue"), pairs)

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_revenue_chart(self):
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        first = today.replace(day=1) - relativedelta(months=12)
        months = [first + relativedelta(months=n) for n in range(13)]
        revenue = self._get_monthly_revenue(first, today)
        for account in self:
            values = [revenue.get((account.id, month), 0.0) for month in months]
            account.amount_revenue_year = sum(values)
            account.revenue_chart = json.dumps(
                [
                    {
                        "key": self.env._("Revenue"),
                        "is_sample_data": False,
                        "values": [
                            {
                                "label": format_date(
                                    self.env, month, date_format="MMM"
                                ),
                                "value": value,
                                "type": "future" if month == months[-1] else "past",
                            }
                            for month, value in zip(months, values, strict=True)
                        ],
                    }
                ]
            )

    # === ACTION METHODS === #

    def action_view_open_invoices(self):
        """Show the client's posted invoices and credit notes that are not paid."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        action["domain"] = [
            ("commercial_partner_id", "in", self.partner_id.ids),
            ("company_id", "in", self.company_id.ids),
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("state", "=", "posted"),
            ("payment_state", "in", ("not_paid", "partial", "in_payment")),
        ]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _get_open_amounts(self, today):
        """Return what the clients have left to pay of their posted receivable items.

        It is read past the rights to entries: account managers see what their own
        clients owe, and the accounts themselves were read with the user's rights.

        :param today: items due before this day are overdue
        :return: pairs (yuan, yuan overdue) by (partner id, company id)
        """
        self.env["account.move.line"].flush_model(
            [
                "account_id",
                "amount_residual",
                "company_id",
                "date_maturity",
                "parent_state",
                "partner_id",
                "reconciled",
            ]
        )
        # the array of accounts lets Odoo's index of open items lead to these alone; a
        # condition on the due date would read that date of all clients instead
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id,
                       company_id,
                       sum(amount_residual),
                       coalesce(
                           sum(amount_residual)
                           FILTER (WHERE date_maturity < %(today)s), 0
                       )
                  FROM account_move_line
                 WHERE account_id = ANY(ARRAY(
                           SELECT id
                             FROM account_account
                            WHERE account_type = 'asset_receivable'
                       ))
                   AND partner_id = ANY(%(partner_ids)s)
                   AND company_id = ANY(%(company_ids)s)
                   AND parent_state = 'posted'
                   AND reconciled IS NOT TRUE
                 GROUP BY partner_id, company_id
                """,
                today=today,
                partner_ids=self.partner_id.ids,
                company_ids=self.company_id.ids,
            )
        )
        return {tuple(key): (total, overdue) for *key, total, overdue in rows}

    def _get_monthly_revenue(self, date_from, date_to):
        """Return realised revenue by account and month.

        Realised means posted customer invoices less credit notes, untaxed, in company
        currency, of the commercial partner, by invoice date, both ends included (2.2).

        :return: yuan by (account id, first day of the month)
        """
        if not self.ids:
            return {}
        self.env["account.move"].flush_model(
            [
                "amount_untaxed_signed",
                "commercial_partner_id",
                "company_id",
                "invoice_date",
                "move_type",
                "state",
            ]
        )
        self.flush_model(["company_id", "partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.id,
                       date_trunc('month', move.invoice_date)::date,
                       sum(move.amount_untaxed_signed)
                  FROM kuaidi_key_account account
                  JOIN account_move move
                    ON move.commercial_partner_id = account.partner_id
                   AND move.company_id = account.company_id
                 WHERE account.id IN %(ids)s
                   AND move.state = 'posted'
                   AND move.move_type IN ('out_invoice', 'out_refund')
                   AND move.invoice_date BETWEEN %(date_from)s AND %(date_to)s
                 GROUP BY 1, 2
                """,
                ids=tuple(self.ids),
                date_from=date_from,
                date_to=date_to,
            )
        )
        return {(account_id, month): amount for account_id, month, amount in rows}
