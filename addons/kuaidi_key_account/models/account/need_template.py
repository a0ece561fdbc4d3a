from odoo import fields, models

KANO_CLASSES = [
    ("basic", "Basic"),
    ("expected", "Expected"),
    ("exciting", "Exciting"),
    ("indifferent", "Indifferent"),
    ("reverse", "Reverse"),
]


class KuaidiNeedTemplate(models.Model):
    """A need that clients of one industry usually have (handbook question 4)."""

    _name = "kuaidi.need.template"
    _description = "Usual Need of an Industry"
    _order = "industry_id, sequence, id"

    name = fields.Char(string="Need", required=True, translate=True)
    industry_id = fields.Many2one(
        comodel_name="res.partner.industry",
        index=True,
        help="Empty: a usual need of every client.",
    )
    kano_class = fields.Selection(
        selection=KANO_CLASSES,
        required=True,
        default="expected",
        help="Basic: taken for granted, its absence angers. Expected: the more, the"
        " better. Exciting: not expected, delights. Indifferent: nobody cares."
        " Reverse: its presence annoys.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
