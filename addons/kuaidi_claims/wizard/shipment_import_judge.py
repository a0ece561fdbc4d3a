from decimal import Decimal

from odoo import models

from ..tools.insurance import Facts, decide_clause, find_terms, get_premium


class KuaidiInsuranceImport(models.TransientModel):
    """Finds the clients of rows, and applies the policy to them."""

    _name = "kuaidi.insurance.import"
    _inherit = ["kuaidi.insurance.import"]

    # === BUSINESS METHODS === #

    def _match_clients(self, rows, labels):
        """Find the clients of rows by their codes, and say where there is none."""
        figures = self.env["kuaidi.monthly.figure"]
        found = figures._find_clients(
            "code", {row.code for row in rows if row.code}, self.company_id
        )
        own = self.policy_id.account_id
        for row in rows:
            if not row.code:
                row.account_id = own.id or None
                continue
            matches = found.get(row.code, ())
            reason = figures._get_match_problem(matches)
            if not reason and own and matches[0][0] != own.id:
                reason = self.env._(
                    "The policy is for the shipments of another client."
                )
            if reason:
                row.add_problem(labels["code"], row.code, reason)
            else:
                row.account_id = matches[0][0]

    def _apply_policy(self, rows):
        """Decide on the clause of rows, and calculate their premiums."""
        policy = self.policy_id
        cover = policy._get_cover()
        rate = Decimal(str(policy.rate or 0))
        rated = [
            term
            for term in cover.terms
            if term.effect == "special" and term.rate is not None
        ]
        for row in rows:
            if row.sum_insured is None:
                continue
            values = row.values
            value = values["amount_value"] or row.sum_insured
            facts = Facts(
                goods_kind=values["goods_kind"] or "",
                goods=values["goods"],
                route=f"{values['origin']} {values['destination']}",
                is_used=values["is_used"],
                packing=values["packing"] or "",
                amount_per_piece=value / values["pieces"],
                is_declared_specially=values["is_declared_specially"],
            )
            row.clause = decide_clause(cover, facts).clause
            special = find_terms(rated, facts) if rated else ()
            row.amount_premium_due = get_premium(
                row.sum_insured, special[0].rate if special else rate
            )
