from odoo import fields, models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """Lets a won opportunity open the client's key account."""

    _inherit = "crm.lead"

    key_account_ids = fields.One2many(
        comodel_name="kuaidi.key.account",
        inverse_name="lead_id",
        string="Key Accounts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    def action_open_key_account(self):
        """Open the key account of a won opportunity, as a candidate where none exists.

        :raise UserError: when the opportunity is not won or has no client company
        """
        self.ensure_one()
        if self.won_status != "won":
            raise UserError(
                self.env._(
                    "Mark the opportunity as won first: a key account opens on a deal"
                    " that was closed."
                )
            )
        if not self.partner_id:
            raise UserError(
                self.env._(
                    "Choose the client of the opportunity first: the key account is"
                    " opened on it."
                )
            )
        return self.partner_id.commercial_partner_id._open_key_account(
            self.company_id or self.env.company,
            {
                "lead_id": self.id,
                "manager_id": self.user_id.id,
                "handover_development": self.description,
            },
        )
