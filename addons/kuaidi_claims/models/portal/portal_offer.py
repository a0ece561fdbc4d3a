from odoo import api, models
from odoo.exceptions import LockError, UserError

from ..claim.claim_offer import OFFER_STATES
from .portal_request import PortalRefusal

ANSWERS = ("accept", "refuse")


class KuaidiPortal(models.AbstractModel):
    """Lets clients answer our offer, with the effect of the officer's buttons (D14)."""

    _name = "kuaidi.portal"
    _inherit = ["kuaidi.portal"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_open_offers(self, claims_sudo):
        """Return our offer that waits for an answer, by claim, with one query."""
        offers_sudo = claims_sudo.offer_ids.browse()
        talking_sudo = claims_sudo.filtered(lambda claim: claim.state in OFFER_STATES)
        if talking_sudo:
            offers_sudo = offers_sudo.search(
                [
                    ("claim_id", "in", talking_sudo.ids),
                    ("side", "=", "ours"),
                    ("state", "=", "open"),
                ]
            )
        return {offer.claim_id: offer for offer in offers_sudo}

    @api.model
    def _answer_offer(self, claim_sudo, form):
        """Accept or refuse the very offer that the client has read.

        What keeps the officer from settling, like the consent of an insurer that is
        still missing, keeps the client too: the officer is told why, the client that
        somebody calls.

        :return: ``accepted``, ``refused``, or ``waits`` for that case
        :raise PortalRefusal: when the offer was answered or replaced meanwhile
        """
        answer = self._read_choice(form, "answer", ANSWERS)
        claim_sudo.lock_for_update()
        claim_sudo.invalidate_recordset(["state", "offer_ids"])
        offer_sudo = self._get_open_offers(claim_sudo).get(claim_sudo)
        if not offer_sudo or str(offer_sudo.id) != form.get("offer_id"):
            raise PortalRefusal(
                self.env._(
                    "This offer was answered or replaced meanwhile. Look at what we"
                    " offer now."
                )
            )
        if answer == "refuse":
            offer_sudo.action_refuse()
            self._tell_officer(
                claim_sudo, lambda env: env._("The client refused the offer")
            )
            return "refused"
        try:
            with self.env.cr.savepoint():
                offer_sudo.action_accept()
        except LockError:
            raise
        except UserError as error:
            self._tell_officer(
                claim_sudo,
                lambda env: env._(
                    "The client wants to accept the offer, and something is missing"
                ),
                note=str(error),
            )
            return "waits"
        claim_sudo._message_log(
            body=self.env._(
                "%(user)s accepted the offer on the portal.", user=self.env.user.name
            )
        )
        self._tell_officer(
            claim_sudo, lambda env: env._("The client accepted the offer")
        )
        return "accepted"
