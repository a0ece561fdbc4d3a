from odoo import fields, models


class KuaidiCaseLink(models.Model):
    """A link of the operation in which cases arise: pick-up, sorting, ... (CP-10)."""

    _name = "kuaidi.case.link"
    _description = "Link of the Operation"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(
        translate=True, help="What typically goes wrong here, and what proves it."
    )

    _code_uniq = models.UniqueIndex("(code)", "There is a link with this code already.")
