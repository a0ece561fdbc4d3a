from odoo import models


class KuaidiRenewal(models.Model):
    """Puts out to tender what may not be renewed without one (2.7)."""

    _name = "kuaidi.renewal"
    _inherit = ["kuaidi.renewal"]

    # === BUSINESS METHODS === #

    def _create_tender(self):
        """Make the tender on the opportunity of this renewal, once."""
        res = super()._create_tender()
        # sudo: made by the system, whoever renews
        renewal_sudo = self.sudo()
        self.env["kuaidi.tender"].sudo().create(renewal_sudo._prepare_tender())
        return res

    def _prepare_tender(self):
        """Return the values of the tender that this renewal is given over to."""
        self.ensure_one()
        return {
            "name": self.tender_lead_id.name,
            "lead_id": self.tender_lead_id.id,
            "renewal_id": self.id,
            "partner_id": self.partner_id.id,
            "account_id": self.account_id.id,
            "company_id": self.company_id.id,
            "user_id": self.owner_id.id,
            "is_government": self.is_public,
            "amount_expected": self.amount_expected,
            "likelihood": self.likelihood,
            "term_months": self.term_months,
        }
