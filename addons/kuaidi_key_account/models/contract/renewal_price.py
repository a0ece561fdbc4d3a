from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ...tools.renewal_prices import get_effect, get_mean_prices
from .renewal_dossier_page import NOTHING

# of a parcel whose mean weight is not known
WEIGHT_KG = Decimal(1)
PENDING = ("draft", "to_approve", "approved")


class KuaidiRenewal(models.Model):
    """Proposes prices for the next term, and shows what they do to the revenue."""

    _name = "kuaidi.renewal"
    _inherit = ["kuaidi.renewal"]

    price_agreement_id = fields.Many2one(
        comodel_name="kuaidi.price.agreement",
        string="Proposed Prices",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # === ACTION METHODS === #

    def action_propose_prices(self):
        """Open the prices proposed for the next term; at first those in force now.

        :raise UserError: when the client has no prices in force to begin with
        """
        self.ensure_one()
        self._lock()
        self._check_open()
        if not self.price_agreement_id:
            current = self._get_current_prices()
            if not current:
                raise UserError(
                    self.env._(
                        "%(client)s has no prices in force. Draw up a price agreement"
                        " first.",
                        client=self.account_id.display_name,
                    )
                )
            # sudo: prices and link are written by the system; the right was checked
            self.sudo().price_agreement_id = current.sudo()._propose_for(self).id
        return self.price_agreement_id._get_records_action()

    # === BUSINESS METHODS === #

    def _get_current_prices(self):
        """Return the client's prices in force."""
        self.ensure_one()
        return self.env["kuaidi.price.agreement"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("state", "=", "running"),
                ("date_from", "<=", self._get_today()),
            ],
            order="date_from desc",
            limit=1,
        )

    def _copy_prices(self, successor):
        """Move the proposed prices to the new contract, or draft the present ones."""
        res = super()._copy_prices(successor)
        proposal = self.price_agreement_id
        if proposal.state in PENDING:
            proposal.write(
                {
                    "contract_id": successor.id,
                    "date_from": successor.date_from,
                    "date_to": successor.date_to,
                }
            )
            return res
        current = self._get_current_prices()
        if current:
            self.price_agreement_id = current._copy_for(
                successor, successor.date_from, successor.date_to
            )
        return res

    def _get_dossier_prices(self, months):
        """Return mean prices by zone, now and then, and the effect on the revenue.

        :return: dict with ``zones`` (name, now, then), ``now``, ``then``, ``percent``,
            ``amount`` (yuan per year) and ``weight_kg``
        """
        current, proposal = self._get_current_prices(), self.price_agreement_id
        if not current:
            return super()._get_dossier_prices(months)
        pieces = [month["pieces"] or 0 for month in months]
        total = sum(pieces)
        weight = sum(month["weight_kg"] or 0 for month in months)
        mean = Decimal(str(round(weight / total, 3))) if total else WEIGHT_KG
        mean = mean or WEIGHT_KG
        zones = (current | proposal).line_ids.zone_id
        volumes = pieces if total else [1]
        now, then = (
            get_mean_prices(agreement._get_price_table(), zones.ids, mean, volumes)
            if agreement
            else {}
            for agreement in (current, proposal)
        )
        effect = get_effect(now, then)
        return {
            "zones": [
                (zone.name, now.get(zone.id), then.get(zone.id)) for zone in zones
            ],
            "weight_kg": mean,
            "current": current.display_name,
            "proposal": proposal.display_name or None,
            "effect": effect,
            "amount": self.amount_revenue * float(effect[2]) / 100 if effect else None,
        }

    def _prepare_dossier_prices(self, dossier):
        prices = dossier["prices"]
        if not prices:
            return super()._prepare_dossier_prices(dossier)
        rows = [
            [name, *map(self._format_price, (now, then))]
            + [self._format_percent(_get_percent(now, then))]
            for name, now, then in prices["zones"]
        ]
        weight = formatLang(self.env, float(prices["weight_kg"]), digits=2)
        notes = [
            self.env._(
                "Yuan per parcel at the mean weight of the last 12 months,"
                " %(weight)s kg, with the rebate of each month's volume.",
                weight=weight,
            )
        ]
        if prices["effect"]:
            now, then, percent = prices["effect"]
            rows.append(
                [
                    self.env._("Mean of all zones"),
                    self._format_price(now),
                    self._format_price(then),
                    self._format_percent(float(percent)),
                ]
            )
            notes.append(
                self.env._(
                    "At last year's volumes the proposal changes the revenue by about"
                    " %(amount)s a year, if all zones weigh alike.",
                    amount=self._format_money(prices["amount"]),
                )
            )
        else:
            notes.append(self.env._("No prices are proposed for the next term yet."))
        return {
            "title": self.env._("Present and proposed prices"),
            "is_numeric": True,
            "columns": [
                self.env._("Zone"),
                self.env._("Now"),
                self.env._("Proposed"),
                self.env._("Difference"),
            ],
            "rows": rows,
            "notes": notes,
        }

    def _format_price(self, price):
        if price is None:
            return NOTHING
        return formatLang(self.env, float(price), digits=2)


class KuaidiPriceAgreement(models.Model):
    """Proposes prices for a next term, before there is a contract for it."""

    _name = "kuaidi.price.agreement"
    _inherit = ["kuaidi.price.agreement"]

    # === BUSINESS METHODS === #

    def _propose_for(self, renewal):
        """Return a draft with the same prices, without contract; called once checked.

        A draft that somebody has begun already is gone on with.
        """
        self.ensure_one()
        begun = self.next_ids.filtered(
            lambda agreement: agreement.state in PENDING and not agreement.contract_id
        )
        return begun[:1] or self.create(
            {
                "account_id": self.account_id.id,
                "date_from": renewal.date_next_from,
                "date_to": renewal.date_next_to,
                "previous_id": self.id,
                **self._get_copied_terms(),
                **self._get_copied_parts(),
            }
        )


def _get_percent(now, then):
    """Return the change of a price in percent, None where one is missing."""
    return float(100 * (then - now) / now) if now and then is not None else None
