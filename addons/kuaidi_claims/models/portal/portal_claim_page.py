from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import format_amount, format_date

from ..claim.claim import CLOSED_STATES
from .portal_claim import AGREED_STATES, EVIDENCE_STATES, SETTLED_STATES


class KuaidiPortal(models.AbstractModel):
    """Shows clients their claims: stage, what is asked of them, amounts (2.12)."""

    _name = "kuaidi.portal"
    _inherit = ["kuaidi.portal"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_claim_filters(self):
        """Return label and domain of the filters of the list."""
        done = Domain("state", "in", [*SETTLED_STATES, *CLOSED_STATES])
        return {
            "all": (self.env._("All"), Domain.TRUE),
            "open": (self.env._("In Work"), ~done),
            "settled": (
                self.env._("Settled"),
                Domain("state", "in", list(SETTLED_STATES)),
            ),
            "ended": (
                self.env._("Ended without Payment"),
                Domain("state", "in", ["refused", "withdrawn"]),
            ),
        }

    @api.model
    def _get_claim_stage(self, claim_sudo, has_offer):
        """Return title, explanation and what is asked of the client, in plain words.

        Who answers for it, what an insurer or an approver says and whether a lawyer
        looks at it is not told.

        :param bool has_offer: whether an offer of ours waits for an answer
        """
        state = claim_sudo.state
        if state == "received":
            return (
                self.env._("Taken In"),
                self.env._("We have your claim. An officer looks at it first."),
                "",
            )
        if state == "evidence":
            todo = ""
            if claim_sudo.evidence_percent < 100:
                todo = self.env._("Send us the papers that are still missing.")
            return (
                self.env._("Collecting Papers"),
                self.env._("We collect the papers that prove what happened."),
                todo,
            )
        if state in ("inquiry", "assessment"):
            return (
                self.env._("Being Examined"),
                self.env._("We ask everybody who handled your shipment."),
                "",
            )
        if state in ("negotiation", "lawyer"):
            return (
                self.env._("Agreeing on the Amount"),
                self.env._("We talk with you about the compensation."),
                self.env._("Accept or refuse our offer.") if has_offer else "",
            )
        if state in SETTLED_STATES:
            todo = ""
            if not claim_sudo.date_client_confirmed:
                todo = self.env._("Confirm the result and tell us how we did.")
            return (
                self.env._("Settled"),
                self.env._("The compensation was paid, or set off as agreed."),
                todo,
            )
        if state in AGREED_STATES:
            return (
                self.env._("Agreement Reached"),
                self.env._("We agreed on the amount and prepare the payment."),
                "",
            )
        if state == "withdrawn":
            return (
                self.env._("Taken Back"),
                self.env._("You took the claim back."),
                "",
            )
        return (
            self.env._("Not Compensated"),
            self.env._(
                "We told you why. If you see it differently, call us; you may also turn"
                " to the postal administration (hotline 12305)."
            ),
            "",
        )

    @api.model
    def _prepare_claim_rows(self, claims_sudo):
        """Return what the list shows of claims: texts alone."""
        offers = self._get_open_offers(claims_sudo)
        types = self._get_claim_types()
        rows = []
        for claim in claims_sudo:
            title, text, todo = self._get_claim_stage(claim, claim in offers)
            rows.append(
                {
                    "id": claim.id,
                    "number": claim.number,
                    "date": format_date(self.env, claim.date_called),
                    "waybill": claim.waybill_number,
                    "subject": types[claim.type],
                    "stage": title,
                    "text": text,
                    "todo": todo,
                }
            )
        return rows

    @api.model
    def _prepare_claim_page(self, claim_sudo):
        """Return what the page of a claim shows: texts alone, picked one by one.

        Of the amounts those that the client knows: claimed, offered, agreed, paid.
        """
        offer = self._get_open_offers(claim_sudo).get(claim_sudo)
        currency = claim_sudo.currency_id

        def show(amount):
            return format_amount(self.env, amount, currency) if amount else ""

        is_agreed = claim_sudo.state in AGREED_STATES
        is_settled = claim_sudo.state in SETTLED_STATES
        return self._prepare_claim_rows(claim_sudo)[0] | {
            "goods": claim_sudo.goods or "",
            "date_shipped": format_date(self.env, claim_sudo.date_shipped),
            "words": claim_sudo.portal_words or "",
            "amount_claimed": show(claim_sudo.amount_claimed),
            "amount_agreed": show(is_agreed and claim_sudo.amount_agreed),
            "amount_paid": show(is_settled and claim_sudo.amount_paid),
            "offer": offer and {"id": offer.id, "amount": show(offer.amount)},
            "papers": self._prepare_papers(claim_sudo),
            "can_rate": is_settled and not claim_sudo.date_client_confirmed,
            "is_rated": bool(claim_sudo.date_client_confirmed),
        }

    @api.model
    def _prepare_papers(self, claim_sudo):
        states = dict(
            claim_sudo.evidence_ids._fields["state"]._description_selection(self.env)
        )
        can_add = claim_sudo.state in EVIDENCE_STATES
        return [
            {
                "id": paper.id,
                "name": paper.name,
                "instruction": paper.rule_id.instruction or "",
                "state": states[paper.state],
                "is_missing": paper.state == "asked",
                "can_add": can_add,
                "files": self._prepare_files(paper.attachment_ids),
            }
            for paper in claim_sudo.evidence_ids
            if paper.state != "waived"
        ]
