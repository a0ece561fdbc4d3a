from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from .tender import STATES, WORK_STATES

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

    # === ACTION METHODS === #

    def action_view_usage(self):
        """Open the list of tenders in which these entries stand."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_bid_asset_usage_action"
        )
        return action | {"domain": [("asset_id", "in", self.ids)]}

    def action_replace_former(self):
        """Put this version in the place of the former one, in bids still in work.

        Only in tenders on which the user works; bids that went out keep the former.

        :raise UserError: when there is no former version in any of them
        :raise ValidationError: when this one ends before such a bid
        """
        self.ensure_one()
        self.check_access("read")
        former = self.former_id
        replaced = 0
        for model in self._get_usage_models() if former else ():
            parts = self.env[model._name].search(
                [
                    ("asset_ids", "in", former.ids),
                    ("tender_id.state", "in", list(WORK_STATES)),
                ]
            )
            for part in parts._filtered_access("write"):
                part.asset_ids = [Command.unlink(former.id), Command.link(self.id)]
                replaced += 1
        if not replaced:
            raise UserError(
                self.env._(
                    "No bid in work that you may change shows a former version of"
                    " %(name)s.",
                    name=self.name,
                )
            )
        return self.action_view_usage()

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
        """Return what is used where.

        :return: SQL of rows (id, asset_id, tender_id, model, res_id, place)
        """
        queries = []
        models_used = self._get_usage_models()
        for number, model in enumerate(models_used):
            field = model._fields["asset_ids"]
            queries.append(
                SQL(
                    """
                    SELECT (rel.%(asset)s::bigint * 1000000000 + part.id)
                               * %(count)s + %(number)s AS id,
                           rel.%(asset)s AS asset_id, part.tender_id,
                           %(model)s AS model, part.id AS res_id,
                           part.name AS place
                      FROM %(relation)s rel
                      JOIN %(table)s part ON part.id = rel.%(part)s
                    """,
                    asset=SQL.identifier(field.column2),
                    relation=SQL.identifier(field.relation),
                    table=SQL.identifier(model._table),
                    part=SQL.identifier(field.column1),
                    model=model._name,
                    count=len(models_used),
                    number=number,
                )
            )
        return SQL(" UNION ALL ").join(queries)

    def _flush_usage(self):
        """Write what usage is read from into the database."""
        for model in self._get_usage_models():
            self.env[model._name].flush_model(["asset_ids", "tender_id"])
        self.env["kuaidi.tender"].flush_model(["state"])

    def _get_usage_counts(self):
        """Return how many tenders use each entry, and how many of them were won.

        :rtype: dict[int, tuple[int, int]]
        """
        if not self.ids:
            return {}
        self._flush_usage()
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
        if not self.ids:
            return self.browse()
        self._flush_usage()
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


class KuaidiBidAssetUsage(models.Model):
    """One requirement or section of a tender that shows an entry of the library."""

    _name = "kuaidi.bid.asset.usage"
    _description = "Use of a Library Entry"
    _auto = False
    _order = "tender_id desc, id"
    _rec_name = "place"

    asset_id = fields.Many2one(
        comodel_name="kuaidi.bid.asset", string="Library Entry", readonly=True
    )
    tender_id = fields.Many2one(comodel_name="kuaidi.tender", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    place = fields.Char(string="Requirement or Section", readonly=True)
    model = fields.Char(string="Model of the Place", readonly=True)
    res_id = fields.Many2oneReference(
        string="ID of the Place", model_field="model", readonly=True
    )
    state = fields.Selection(
        selection=STATES, string="Step of the Tender", readonly=True
    )
    date_deadline = fields.Datetime(string="Bid Deadline", readonly=True)

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        assets = self.env["kuaidi.bid.asset"]
        assets._flush_usage()
        return SQL(
            """
            SELECT usage.id, usage.asset_id, usage.tender_id, usage.model,
                   usage.res_id, usage.place, tender.company_id, tender.state,
                   tender.date_deadline
              FROM (%(usage)s) usage
              JOIN kuaidi_tender tender ON tender.id = usage.tender_id
            """,
            usage=assets._get_usage_query(),
        )

    def action_open_place(self):
        """Open the requirement or section."""
        self.ensure_one()
        return self.env[self.model].browse(self.res_id)._get_records_action()
