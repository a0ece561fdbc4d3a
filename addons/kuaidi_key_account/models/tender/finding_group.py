from odoo import models
from odoo.fields import Domain
from odoo.tools import escape_psql

from ...tools.bid_words import normalise_name
from .finding_tender import Found

LEFT_STATES = ("no_bid", "cancelled")


class KuaidiTender(models.Model):
    """Finds signs of collusion between bids of our own group (IR 34, 40)."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    # === BUSINESS METHODS === #

    def _collect_findings(self):
        return [*super()._collect_findings(), *self._find_collusion()]

    def _find_collusion(self):
        """Find companies of the group that bid for the same lot, and what they share.

        Only the names of the companies and of shared people are told: no price and no
        text of another company's bid.
        """
        for other in self._search_rival_bids():
            words = {"company": other.company_id.name}
            yield Found(
                "collusion_related",
                self,
                self.env._(
                    "%(company)s, of the same group, bids for the same lot.", **words
                ),
                other.company_id.id,
            )
            shared = self._get_bid_people() & other._get_bid_people()
            for name in sorted(shared):
                yield Found(
                    "collusion_person",
                    self,
                    self.env._(
                        "%(person)s works on our bid and on that of %(company)s for the"
                        " same lot.",
                        person=name,
                        **words,
                    ),
                    f"{other.company_id.id}-{name}",
                )
            if self._get_bond_accounts() & other._get_bond_accounts():
                yield Found(
                    "collusion_account",
                    self,
                    self.env._(
                        "Our bid bond and that of %(company)s leave the same account.",
                        **words,
                    ),
                    other.company_id.id,
                )

    def _search_rival_bids(self):
        """Return the bids of our other companies for one of the same lots."""
        if not (self.reference or "").strip():
            return self.browse()
        # sudo: rivals are in companies that the user may not see; what is told of
        # them is said above
        candidates = (
            self.env["kuaidi.tender"]
            .sudo()
            .search(
                Domain("company_id", "!=", self.company_id.id)
                & Domain("state", "not in", LEFT_STATES)
                & Domain("reference", "ilike", escape_psql(self.reference.strip()))
            )
        )
        return candidates.filtered(
            lambda other: (
                normalise_name(other.reference) == normalise_name(self.reference)
                and self._is_same_issuer(other)
                and self._shares_lot(other)
            )
        )

    def _is_same_issuer(self, other):
        """Tell whether both answer one issuer, also where each company entered it."""
        ours, theirs = (
            tender.partner_id.commercial_partner_id for tender in (self, other)
        )
        return ours == theirs or normalise_name(ours.name) == normalise_name(
            theirs.name
        )

    def _shares_lot(self, other):
        """Tell whether both bid for one lot; without lots they bid for all of it."""
        ours, theirs = (
            {normalise_name(lot.number) for lot in tender.lot_ids}
            for tender in (self, other)
        )
        return not ours or not theirs or bool(ours & theirs)

    def _get_bid_people(self):
        """Return the names of those who write, sign and are named in this bid."""
        users = (
            self.user_id
            | self.member_ids.user_id
            | self.section_ids.user_id
            | self.requirement_ids.user_id
        )
        people = {*users.mapped("name"), self.signatory_name, self.proxy_name}
        people |= {
            asset.name
            for place in (*self.requirement_ids, *self.section_ids)
            for asset in place.asset_ids
            if asset.kind == "person"
        }
        return {name.strip() for name in people if name and name.strip()}

    def _get_bond_accounts(self):
        return {
            bond.bank_account_id.sanitized_acc_number
            for bond in self.bond_ids
            if bond.kind == "bid" and bond.bank_account_id
        }
