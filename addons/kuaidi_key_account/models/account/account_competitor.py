from odoo import fields, models


class KuaidiAccountCompetitor(models.Model):
    """A carrier that serves or served the client besides us (ON-8)."""

    _name = "kuaidi.account.competitor"
    _description = "Account Competitor"
    _inherit = ["kuaidi.account.part"]
    _order = "account_id, is_current desc, share_percent desc, id"

    name = fields.Char(string="Carrier", required=True)
    is_current = fields.Boolean(string="Serves Now", default=True)
    share_percent = fields.Float(
        string="Share of Volume",
        help="Share of the client's parcels, in percent, as far as known.",
    )
    service = fields.Char(help="What the carrier ships for the client, and where.")
    price_note = fields.Char(string="Prices")
    strengths = fields.Text()
    weaknesses = fields.Text()

    _share_range = models.Constraint(
        "CHECK(share_percent >= 0 AND share_percent <= 100)",
        "A share of volume lies between 0 and 100 percent.",
    )
