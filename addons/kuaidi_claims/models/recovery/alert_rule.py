from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.kuaidi_key_account.models.insight.alert_rule import (
    AlertKind,
)

MONTHS = 12


class KuaidiAlertRule(models.Model):
    """Clients whose claims cost more of their revenue than we can bear (2.6, 2.17)."""

    _name = "kuaidi.alert.rule"
    _inherit = ["kuaidi.alert.rule"]

    kind = fields.Selection(
        selection_add=[
            ("claim_net_percent", "Net Loss from Claims against Revenue"),
            ("manual",),
        ],
        ondelete={"claim_net_percent": "cascade"},
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_kinds(self):
        return {
            **super()._get_kinds(),
            "claim_net_percent": AlertKind(
                self.env._("%"),
                self.env._(
                    "What the client's claims of twelve months have cost us, less what"
                    " insurers and debtors paid, in percent of its revenue of the last"
                    " twelve full months."
                ),
                self.env._("Claims have cost %(measure)s %% of the revenue."),
                is_counted=True,
            ),
        }

    @api.model
    def _get_default_rules(self):
        # no source gives a number: a proposal, to be set by the company
        rows = (("claim_net_percent", self.env._("Claims cost much"), (0, 3, 6, 10)),)
        return self._prepare_default_rules(rows, super()._get_default_rules())

    @api.model
    def _get_measure_query(self, kind, day):
        if kind == "claim_net_percent":
            return self._get_claim_net_query(day)
        return super()._get_measure_query(kind, day)

    @api.model
    def _get_claim_net_query(self, day):
        claims = self.env["kuaidi.claim"]._fields
        figures = self.env["kuaidi.monthly.figure"]._fields
        month = day.replace(day=1)
        return SQL(
            """
            SELECT cost.account_id, 100.0 * cost.net / earned.revenue AS measure
              FROM (
                       SELECT claim.account_id, sum(claim.amount_net) AS net
                         FROM kuaidi_claim claim
                         JOIN asked ON asked.id = claim.account_id
                        WHERE claim.date_called >= %(first)s::date
                          AND claim.date_called < %(day)s::date + 1
                        GROUP BY claim.account_id
                   ) cost
              JOIN (
                       SELECT figure.account_id, sum(figure.amount_revenue) AS revenue
                         FROM kuaidi_monthly_figure figure
                         JOIN asked ON asked.id = figure.account_id
                        WHERE figure.month >= %(first)s::date
                          AND figure.month < %(month)s::date
                        GROUP BY figure.account_id
                   ) earned ON earned.account_id = cost.account_id
             WHERE cost.net > 0 AND earned.revenue > 0
            """,
            day=day,
            first=month - relativedelta(months=MONTHS),
            month=month,
            to_flush=[
                *(claims[name] for name in ("account_id", "amount_net", "date_called")),
                *(figures[name] for name in ("account_id", "amount_revenue", "month")),
            ],
        )
