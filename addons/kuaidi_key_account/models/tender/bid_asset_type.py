from odoo import fields, models

ASSET_KINDS = [
    ("qualification", "Qualification"),
    ("reference", "Similar Contract"),
    ("text", "Text Block"),
    ("person", "Person"),
]


class KuaidiBidAssetType(models.Model):
    """A kind of paper, text or person that bids are made of (TE-2)."""

    _name = "kuaidi.bid.asset.type"
    _description = "Library Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        selection=ASSET_KINDS, required=True, default="qualification"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_usual = fields.Boolean(
        string="Asked For in Most Tenders",
        help="An express company that bids has these at hand. The library shows which"
        " of them nothing valid is there of.",
    )
    is_expiry_needed = fields.Boolean(
        string="Has an End",
        help="A paper of this type is only taken with the day until which it is valid.",
    )
    lead_days = fields.Integer(
        string="Remind Ahead (days)",
        help="Calendar days before the end at which the owner is reminded. 0: as the"
        " settings say.",
    )
    description = fields.Text(
        translate=True, help="What tenderers look at: issuer, seal, age, copies."
    )
    asset_count = fields.Integer(
        string="Valid Today",
        compute="_compute_asset_count",
        help="Current and not expired, in the companies chosen.",
    )

    _name_uniq = models.UniqueIndex(
        "(name, kind)", "A library type of this name and kind exists already."
    )
    _lead_days_range = models.Constraint(
        "CHECK(lead_days BETWEEN 0 AND 730)",
        "The owner is reminded 0 to 730 days ahead.",
    )

    # === COMPUTE METHODS === #

    def _compute_asset_count(self):
        # sudo: everybody who bids knows what the library of the company holds
        groups = (
            self.env["kuaidi.bid.asset"]
            .sudo()
            ._read_group(
                domain=[
                    ("type_id", "in", self.ids),
                    ("company_id", "in", self.env.companies.ids),
                    ("state", "=", "current"),
                    ("validity", "!=", "expired"),
                ],
                groupby=["type_id"],
                aggregates=["__count"],
            )
        )
        counts = {asset_type.id: count for asset_type, count in groups}
        for asset_type in self:
            asset_type.asset_count = counts.get(asset_type.id, 0)

    # === ACTION METHODS === #

    def action_view_assets(self):
        """Open what the library holds of this type."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_bid_asset_action"
        )
        return action | {
            "domain": [("type_id", "=", self.id)],
            "context": {"default_type_id": self.id, "search_default_current": 1},
        }


class KuaidiBidAssetTag(models.Model):
    """A word by which papers and texts of the library are found."""

    _name = "kuaidi.bid.asset.tag"
    _description = "Library Tag"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(name)", "A tag of this name exists already.")
