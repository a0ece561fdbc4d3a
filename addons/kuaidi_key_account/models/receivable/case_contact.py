from odoo import api, fields, models


class KuaidiCollectionCase(models.Model):
    """Says whom to call about money at the client, and at which number."""

    _name = "kuaidi.collection.case"
    _inherit = ["kuaidi.collection.case"]

    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Whom to Call",
        compute="_compute_contact",
        compute_sudo=True,
        help="Who settles accounts by the client's file; else its invoice address.",
    )
    contact_phone = fields.Char(
        string="Phone", compute="_compute_contact", compute_sudo=True
    )
    contact_email = fields.Char(
        string="Email", compute="_compute_contact", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("account_id")
    def _compute_contact(self):
        contacts = self.account_id._get_settlement_contacts()
        for case in self:
            contact = contacts.get(case.account_id.id, self.env["res.partner"])
            case.contact_id = contact
            case.contact_phone = contact.phone or case.account_id.partner_id.phone
            case.contact_email = contact.email
