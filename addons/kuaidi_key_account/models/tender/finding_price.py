from odoo import models
from odoo.tools.mail import html_to_inner_content
from odoo.tools.misc import format_amount

from ...tools.bid_words import find_prices, find_validity_days
from .finding_tender import Found

BOND_WORD = "保证金"
# bonds after the award, and tenders that ask for none
NO_BID_BOND = ("履约保证金", "不收取", "无需", "免收", "不要求")


class KuaidiTender(models.Model):
    """Finds prices, bonds and validity for which bids are rejected."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    # === BUSINESS METHODS === #

    def _collect_findings(self):
        return [
            *super()._collect_findings(),
            *self._find_bad_prices(),
            *self._find_second_prices(),
            *self._find_bad_bonds(),
            *self._find_short_validity(),
        ]

    def _find_bad_prices(self):
        """Find prices above the ceiling, below the cost, or none at all."""
        compare = self.currency_id.compare_amounts
        places = [(self, self.name), *((lot, lot.display_name) for lot in self.lot_ids)]
        for place, name in places:
            if (
                place.amount_ceiling
                and compare(place.amount_bid, place.amount_ceiling) > 0
            ):
                yield Found(
                    "price_ceiling",
                    place,
                    self.env._(
                        "Our price for %(name)s is above the ceiling of %(ceiling)s.",
                        name=name,
                        ceiling=self._format_yuan(place.amount_ceiling),
                    ),
                    f"{place.amount_bid:.2f}-{place.amount_ceiling:.2f}",
                )
            if not place.amount_bid and (place != self or not self.lot_ids):
                yield Found(
                    "price_missing",
                    place,
                    self.env._("There is no price for %(name)s.", name=name),
                )
        if self.amount_bid and compare(self.amount_bid, self.amount_cost) < 0:
            yield Found(
                "price_cost",
                self,
                self.env._("Our price is below our own cost."),
                f"{self.amount_bid:.2f}-{self.amount_cost:.2f}",
            )

    def _find_second_prices(self):
        """Find where the bid letter, the lots and the price table name two prices."""
        compare = self.currency_id.compare_amounts
        total = sum(self.lot_ids.mapped("amount_bid"))
        if self.lot_ids and self.amount_bid and compare(total, self.amount_bid):
            yield Found(
                "price_two",
                self,
                self.env._(
                    "The prices of the lots come to %(total)s, and our price is"
                    " %(price)s.",
                    total=self._format_yuan(total),
                    price=self._format_yuan(self.amount_bid),
                ),
                f"{total:.2f}-{self.amount_bid:.2f}",
            )
        right = {self.amount_bid or total, *self.lot_ids.mapped("amount_bid")}
        for section in self.section_ids:
            for price in sorted(find_prices(html_to_inner_content(section.body or ""))):
                if all(compare(float(price), amount) for amount in right):
                    yield Found(
                        "price_two",
                        section,
                        self.env._(
                            "The section %(section)s names a price of %(price)s, which"
                            " is not the price of the bid.",
                            section=section.name,
                            price=self._format_yuan(float(price)),
                        ),
                        f"{price}",
                    )

    def _find_bad_bonds(self):
        """Find bonds that are missing, or not as the documents ask for them."""
        texts = {
            "unpaid": self.env._("The bid bond is not paid."),
            "account": self.env._("The bid bond does not leave our basic account."),
            "amount": self.env._("The bid bond is smaller than what is demanded."),
            "guarantee": self.env._("The guarantee ends before the bid validity."),
            "late": self.env._("The bid bond was paid after its last day."),
        }
        for bond, code in self._get_bond_faults():
            yield Found(f"bond_{code}", bond, texts[code])
        if any(bond.kind == "bid" for bond in self.bond_ids):
            return
        for line in self.requirement_ids:
            if (
                line.is_mandatory
                and BOND_WORD in line.name
                and not any(word in line.name for word in NO_BID_BOND)
            ):
                yield Found(
                    "bond_missing",
                    line,
                    self.env._(
                        "%(requirement)s asks for a bond, and none is entered.",
                        requirement=line.display_name,
                    ),
                )

    def _find_short_validity(self):
        if not self.validity_days:
            yield Found(
                "validity_short", self, self.env._("The bid has no validity."), 0
            )
        for line in self.requirement_ids:
            days = find_validity_days(line.name)
            if days and days > self.validity_days > 0:
                yield Found(
                    "validity_short",
                    line,
                    self.env._(
                        "%(requirement)s asks for a bid that is valid for %(days)s"
                        " days; ours is valid for %(ours)s.",
                        requirement=line.display_name,
                        days=days,
                        ours=self.validity_days,
                    ),
                    self.validity_days,
                )

    def _format_yuan(self, amount):
        return format_amount(self.env, amount, self.currency_id)
