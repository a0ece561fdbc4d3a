from odoo import api, fields, models
from odoo.tools import SQL

# until then a bid may still change
OPEN_STATES = ("draft", "qualifying", "preparing", "no_bid")


class KuaidiBidAsset(models.Model):
    """Where an entry of the library was used, and in which bids that won."""

    _name = "kuaidi.bid.asset"
    _inherit = ["kuaidi.bid.asset"]

    usage_count = fields.Integer(
        string="Tenders It Is Used In",
        compute="_compute_usage_counts",
        help="Tenders with a requirement or section that shows it as evidence.",
    )
    win_count = fields.Integer(
        string="Tenders Won with It", compute="_compute_usage_counts"
    )

    # === COMPUTE METHODS === #

    def _compute_usage_counts(self):
        """Count the tenders of all entries by one statement."""
        counts = self._get_usage_counts()
        for asset in self:
            asset.usage_count, asset.win_count = counts.get(asset.id, (0, 0))

    # === BUSINESS METHODS === #

    @api.model
    def _get_usage_models(self):
        """Return the models whose records take evidence from the library."""
        return [
            model
            for _name, model in sorted(self.env.registry.items())
            if getattr(model, "_kuaidi_bid_asset_user", False)
            and not model._abstract
            and "tender_id" in model._fields
        ]

    @api.model
    def _get_usage_query(self):
        """Return what is used where: rows (asset_id, tender_id, model, res_id)."""
        queries = []
        for model in self._get_usage_models():
            field = model._fields["asset_ids"]
            queries.append(
                SQL(
                    """
                    SELECT rel.%(asset)s AS asset_id, part.tender_id,
                           %(model)s AS model, part.id AS res_id
                      FROM %(relation)s rel
                      JOIN %(table)s part ON part.id = rel.%(part)s
                    """,
                    asset=SQL.identifier(field.column2),
                    relation=SQL.identifier(field.relation),
                    table=SQL.identifier(model._table),
                    part=SQL.identifier(field.column1),
                    model=model._name,
                )
            )
        return SQL(" UNION ALL ").join(queries)

    def _get_usage_counts(self):
        """Return how many tenders use each entry, and how many of them were won.

        :rtype: dict[int, tuple[int, int]]
        """
        models_used = self._get_usage_models()
        if not models_used or not self.ids:
            return {}
        for model in models_used:
            self.env[model._name].flush_model(["asset_ids", "tender_id"])
        self.env["kuaidi.tender"].flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT usage.asset_id,
                       count(DISTINCT tender.id),
                       count(DISTINCT tender.id) FILTER (WHERE tender.state = 'won')
                  FROM (%(usage)s) usage
                  JOIN kuaidi_tender tender ON tender.id = usage.tender_id
                 WHERE usage.asset_id = ANY(%(ids)s)
                 GROUP BY usage.asset_id
                """,
                usage=self._get_usage_query(),
                ids=self.ids,
            )
        )
        return {asset_id: (used, won) for asset_id, used, won in rows}

    def _filter_used(self, is_sealed=False):
        """Return those that a tender uses, or a bid that was sealed."""
        models_used = self._get_usage_models()
        if not models_used or not self.ids:
            return self.browse()
        for model in models_used:
            self.env[model._name].flush_model(["asset_ids", "tender_id"])
        self.env["kuaidi.tender"].flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT usage.asset_id
                  FROM (%(usage)s) usage
                  JOIN kuaidi_tender tender ON tender.id = usage.tender_id
                 WHERE usage.asset_id = ANY(%(ids)s)
                   AND (NOT %(is_sealed)s OR tender.state <> ALL(%(open)s))
                """,
                usage=self._get_usage_query(),
                ids=self.ids,
                is_sealed=is_sealed,
                open=list(OPEN_STATES),
            )
        )
        found = {asset_id for (asset_id,) in rows}
        return self.filtered(lambda asset: asset.id in found)
