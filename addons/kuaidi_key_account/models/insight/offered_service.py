from odoo import fields, models


class KuaidiOfferedService(models.Model):
    """A service that we could sell to every client."""

    _name = "kuaidi.offered.service"
    _description = "Service We Offer"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        selection=[
            ("express", "Express"),
            ("special", "Special Goods"),
            ("supply_chain", "Supply Chain"),
            ("freight", "Freight"),
        ],
        required=True,
        default="express",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(
        translate=True, help="For whom it is, and what speaks for it."
    )

    _name_uniq = models.UniqueIndex(
        "((name ->> 'en_US')) WHERE active",
        "There is a service of this name already.",
    )
