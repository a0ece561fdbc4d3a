from odoo import fields, models


class KuaidiTenderCheckPoint(models.Model):
    """One question asked when the documents are read, before we bid (2.8)."""

    _name = "kuaidi.tender.check.point"
    _description = "Tender Reading Question"
    _order = "sequence, id"

    name = fields.Char(string="Question", required=True, translate=True)
    explanation = fields.Text(string="What to Look For", translate=True)
    is_required = fields.Boolean(
        string="Needed to Decide",
        default=True,
        help="Without an answer it is not decided to bid.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(name)", "This question is asked already.")
