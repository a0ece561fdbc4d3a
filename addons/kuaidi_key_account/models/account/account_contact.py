from odoo import api, fields, models
from odoo.exceptions import ValidationError

# who deals with the person: nobody else needs to know what they are like
PERSONAL = (
    "kuaidi_key_account.group_account_manager,kuaidi_key_account.group_sales,"
    "kuaidi_key_account.group_crm_centre"
)


class KuaidiAccountContact(models.Model):
    """What we know of a contact person at the client, for internal eyes (ON-8, ON-12).

    Kept apart from res.partner, which the client's own people may read.
    """

    _name = "kuaidi.account.contact"
    _description = "Account Contact"
    _inherit = ["kuaidi.account.part"]
    _order = "account_id, decision_role, id"
    _rec_name = "partner_id"

    commercial_partner_id = fields.Many2one(related="account_id.partner_id")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('commercial_partner_id', '=', commercial_partner_id),"
        " ('is_company', '=', False)]",
    )
    function = fields.Char(related="partner_id.function")
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    decision_role = fields.Selection(
        selection=[
            ("decider", "Decides"),
            ("influencer", "Influences"),
            ("buyer", "Buys"),
            ("user", "Uses the service"),
            ("settlement", "Settles accounts"),
            ("gatekeeper", "Keeps the gate"),
        ],
        required=True,
        default="user",
    )
    communication_style = fields.Selection(
        selection=[
            ("driver", "Direct: facts and results"),
            ("expressive", "Lively: ideas and people"),
            ("amiable", "Friendly: trust and time"),
            ("analytical", "Exact: figures and proof"),
        ],
        groups=PERSONAL,
    )
    preferred_channel = fields.Selection(
        selection=[
            ("phone", "Phone"),
            ("wechat", "WeChat"),
            ("mail", "E-mail"),
            ("visit", "In person"),
        ],
    )
    note = fields.Text(
        string="Traits",
        groups=PERSONAL,
        help="Likes, character and way of thinking, as far as the service needs it."
        " Personal data: keep to what is useful.",
    )

    _partner_uniq = models.UniqueIndex(
        "(account_id, partner_id)", "This contact is in the file already."
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("account_id", "partner_id")
    def _check_partner_belongs_to_account(self):
        for contact in self:
            if (
                contact.partner_id.commercial_partner_id
                != contact.account_id.partner_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(contact)s does not belong to %(client)s. Set the client as"
                        " the company of the contact first.",
                        contact=contact.partner_id.display_name,
                        client=contact.account_id.partner_id.display_name,
                    )
                )
