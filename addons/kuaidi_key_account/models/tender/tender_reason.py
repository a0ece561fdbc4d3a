from odoo import fields, models


class KuaidiTenderReason(models.Model):
    """Why a tender is not bid for, or why a bid is rejected (否决, 废标; 2.8)."""

    _name = "kuaidi.tender.reason"
    _description = "Tender Reason"
    _order = "kind, sequence, id"

    name = fields.Char(string="Reason", required=True, translate=True)
    kind = fields.Selection(
        selection=[
            ("bid", "Why We Bid"),
            ("no_bid", "Why We Do Not Bid"),
            ("rejected", "Why a Bid Is Rejected"),
        ],
        string="Explains",
        required=True,
    )
    article = fields.Char(string="Stands On", translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(kind, name)", "This reason is listed already.")
