from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class KuaidiClientReview(models.Model):
    """Shows what the claims of the month have cost, beside their number (AN-1)."""

    _name = "kuaidi.client.review"
    _inherit = ["kuaidi.client.review"]

    amount_claims_paid = fields.Monetary(
        string="Paid for Claims",
        compute="_compute_claims_cost",
        compute_sudo=True,
        help="For claims of this month, as the books stand today.",
    )
    amount_claims_net = fields.Monetary(
        string="Net Loss from Claims",
        compute="_compute_claims_cost",
        compute_sudo=True,
        help="Paid, less what the insurer paid and what was recovered.",
    )

    # === COMPUTE METHODS === #

    @api.depends("account_id", "month", "company_id")
    def _compute_claims_cost(self):
        """One query for each month, whatever the number of clients."""
        self.amount_claims_paid = 0
        self.amount_claims_net = 0
        for (month, company), reviews in self.grouped(
            lambda review: (review.month, review.company_id)
        ).items():
            if not month:
                continue
            start, stop = self._get_span(month, company)
            costs = self.env["kuaidi.claim"]._get_costs(reviews.account_id, start, stop)
            for review in reviews:
                cost = costs.get(review.account_id.id, {})
                review.amount_claims_paid = cost.get("amount_paid", 0)
                review.amount_claims_net = cost.get("amount_net", 0)


class KuaidiRenewal(models.Model):
    """Says in the dossier what claims have cost us in the last year (2.7)."""

    _name = "kuaidi.renewal"
    _inherit = ["kuaidi.renewal"]

    # === BUSINESS METHODS === #

    def _get_dossier_claims(self):
        today = self._get_today()
        start, _stop = self.env["kuaidi.client.review"]._get_span(
            today.replace(day=1) - relativedelta(months=12), self.company_id
        )
        costs = self.env["kuaidi.claim"]._get_costs(
            self.account_id, start, fields.Datetime.now()
        )
        return super()._get_dossier_claims() | costs.get(
            self.account_id.id,
            dict.fromkeys(
                ("amount_paid", "amount_insured", "amount_recovered", "amount_net"), 0
            ),
        )

    def _prepare_dossier_quality(self, dossier):
        section = super()._prepare_dossier_quality(dossier)
        claims = dossier["claims"]
        back = claims["amount_insured"] + claims["amount_recovered"]
        section["rows"] += [
            [self.env._("Paid for claims"), self._format_money(claims["amount_paid"])],
            [self.env._("From insurers and debtors"), self._format_money(back)],
            [
                self.env._("Net loss from claims"),
                self._format_money(claims["amount_net"]),
            ],
        ]
        return section


class KuaidiClaim(models.Model):
    """Sums up what claims have cost."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_costs(self, accounts, start, stop):
        """Return what the claims called in a span have cost, by client.

        :param start: first moment in naive UTC, :param stop: the one after the last
        :return: dict of account id to a dict of amounts in yuan: ``amount_paid``,
            ``amount_insured``, ``amount_recovered``, ``amount_net``
        """
        names = ("amount_paid", "amount_insured", "amount_recovered", "amount_net")
        groups = self._read_group(
            [
                ("account_id", "in", accounts.ids),
                ("date_called", ">=", start),
                ("date_called", "<", stop),
            ],
            ["account_id"],
            [f"{name}:sum" for name in names],
        )
        return {
            account.id: dict(zip(names, amounts, strict=True))
            for account, *amounts in groups
        }
