from odoo import fields, models


class KuaidiDocumentType(models.Model):
    """A kind of paper that a client's file may or must hold (ON-2, ON-6)."""

    _name = "kuaidi.document.type"
    _description = "Client File Document Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    category = fields.Selection(
        selection=[
            ("founding", "Founding paper"),
            ("safety", "Safety agreement"),
            ("file", "Client file"),
        ],
        required=True,
        default="file",
        help="A founding paper establishes the relation in writing; the safety"
        " agreement is asked of long-term and bulk shippers by article 32 of the"
        " Interim Regulations on Express Delivery. Both open the way from"
        " candidate to formal client.",
    )
    is_required = fields.Boolean(
        string="Needed for a Complete File",
        help="Counts towards the completeness of the client's file. Of the founding"
        " papers one is enough.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)

    _name_uniq = models.UniqueIndex(
        "(name, category)", "A document type of this name and category exists already."
    )
