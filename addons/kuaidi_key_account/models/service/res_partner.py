from odoo import api, models


class ResPartner(models.Model):
    """Takes the days of a person away with the person."""

    _name = "res.partner"
    _inherit = ["res.partner"]

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_occasions(self):
        """Delete the occasions of these people, and who is reminded of them."""
        # sudo: whoever deletes a person need not see the client's file
        occasions_sudo = self.env["kuaidi.occasion"].sudo()
        occasions_sudo.with_context(active_test=False).search(
            [("partner_id", "in", self.ids)]
        ).unlink()
