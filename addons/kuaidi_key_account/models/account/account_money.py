import json
from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date


class KuaidiKeyAccount(models.Model):
    """What the client owes and what it brought in, read live from Odoo's entries."""

    _inherit = "kuaidi.key.account"

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
        # sudo: account managers see what their own clients owe without being allowed
        # to read entries; the accounts themselves were read with the user's rights
        move_line = self.env["account.move.line"].sudo()
        today = fields.Date.context_today(self)
        amounts = defaultdict(float)
        for partner, company, due, amount in move_line._read_group(
            domain=self._get_open_lines_domain(),
            groupby=["partner_id", "company_id", "date_maturity:day"],
            aggregates=["amount_residual:sum"],
        ):
            amounts["open", partner.id, company.id] += amount
            if due and due < today:
                amounts["overdue", partner.id, company.id] += amount
        for account in self:
            key = account.partner_id.id, account.company_id.id
            account.amount_open = amounts["open", *key]
            account.amount_overdue = amounts["overdue", *key]

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_revenue_chart(self):
        today = fields.Date.context_today(self)
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

    def _get_open_lines_domain(self):
        """Return the domain of the clients' posted, unpaid receivable items."""
        return (
            Domain("partner_id", "in", self.partner_id.ids)
            & Domain("company_id", "in", self.company_id.ids)
            & Domain("account_type", "=", "asset_receivable")
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
        )

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
