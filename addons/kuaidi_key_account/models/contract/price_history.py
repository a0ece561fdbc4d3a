from odoo import fields, models
from odoo.tools import SQL

WEIGHTS = [("1", "1 kg"), ("3", "3 kg")]


class KuaidiPriceHistory(models.Model):
    """What a parcel of one and of three kilograms cost a client, month by month (2.9).

    The prices in force last in a month, after the composite discount, without volume
    rebate and surcharges. With progressive excess it is the first parcel of a day.
    """

    _name = "kuaidi.price.history"
    _description = "Price History"
    _auto = False
    _order = "month desc, zone_id, weight, id"
    _rec_name = "agreement_id"
    _depends = {
        "kuaidi.price.agreement": [
            "account_id",
            "amount_minimum",
            "company_id",
            "date_from",
            "date_to",
            "discount_percent",
            "previous_id",
            "state",
            "weight_step_kg",
        ],
        "kuaidi.price.line": [
            "agreement_id",
            "amount_continued",
            "amount_first",
            "weight_continued",
            "weight_first",
            "weight_from",
            "weight_to",
            "zone_id",
        ],
        "kuaidi.price.excess": ["agreement_id", "amount_piece", "pieces_from"],
        "kuaidi.price.zone": ["is_remote"],
        "res.company": ["currency_id", "kuaidi_price_remote_discount"],
    }

    agreement_id = fields.Many2one(comodel_name="kuaidi.price.agreement", readonly=True)
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        readonly=True,
        help="Empty: the tariff of the company.",
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    zone_id = fields.Many2one(comodel_name="kuaidi.price.zone", readonly=True)
    weight = fields.Selection(selection=WEIGHTS, string="Parcel Of", readonly=True)
    month = fields.Date(readonly=True)
    amount = fields.Monetary(string="Price", readonly=True, aggregator="avg")

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        """Follow every agreement that was in force until the reader's month."""
        return SQL(
            """
            SELECT row_number() OVER (
                       ORDER BY company_id, account_id, zone_id, weight, month
                   ) AS id,
                   priced.*
              FROM (
                   SELECT DISTINCT ON (
                              agreement.company_id, agreement.account_id,
                              line.zone_id, parcel.kilos, period.month
                          )
                          agreement.id AS agreement_id,
                          agreement.account_id,
                          agreement.company_id,
                          company.currency_id,
                          line.zone_id,
                          parcel.kilos::text AS weight,
                          period.month::date AS month,
                          greatest(
                              round(freight.amount * (1 - CASE
                                  WHEN zone.is_remote AND NOT
                                       coalesce(company.kuaidi_price_remote_discount,
                                                FALSE)
                                  THEN 0
                                  ELSE coalesce(agreement.discount_percent, 0)
                              END / 100), 2),
                              coalesce(agreement.amount_minimum, 0)
                          ) AS amount
                     FROM kuaidi_price_agreement agreement
                     JOIN res_company company ON company.id = agreement.company_id
                     JOIN kuaidi_price_line line ON line.agreement_id = agreement.id
                     JOIN kuaidi_price_zone zone ON zone.id = line.zone_id
               CROSS JOIN (VALUES (1), (3)) AS parcel (kilos)
               CROSS JOIN LATERAL (
                          SELECT CASE WHEN agreement.weight_step_kg > 0
                                      THEN ceil(parcel.kilos / agreement.weight_step_kg)
                                           * agreement.weight_step_kg
                                      ELSE parcel.kilos END AS weight
                          ) AS charged
                LEFT JOIN LATERAL (
                          SELECT amount_piece
                            FROM kuaidi_price_excess
                           WHERE agreement_id = agreement.id
                           ORDER BY pieces_from
                           LIMIT 1
                          ) AS excess ON NOT coalesce(zone.is_remote, FALSE)
               CROSS JOIN LATERAL (
                          SELECT amount_first
                            FROM kuaidi_price_line
                           WHERE agreement_id = agreement.id
                             AND zone_id = line.zone_id
                           ORDER BY weight_from
                           LIMIT 1
                          ) AS lightest
               CROSS JOIN LATERAL (
                          SELECT coalesce(
                                     excess.amount_piece + greatest(
                                         line.amount_first - lightest.amount_first, 0),
                                     line.amount_first)
                               + ceil(greatest(charged.weight - line.weight_first, 0)
                                      / line.weight_continued)
                               * line.amount_continued AS amount
                          ) AS freight
               CROSS JOIN LATERAL generate_series(
                              date_trunc('month', agreement.date_from),
                              least(coalesce(agreement.date_to, %(today)s), %(today)s),
                              '1 month'
                          ) AS period (month)
                    WHERE agreement.state IN ('running', 'superseded', 'expired')
                      AND charged.weight > line.weight_from
                      AND (coalesce(line.weight_to, 0) = 0
                           OR charged.weight <= line.weight_to)
                      AND (agreement.state <> 'superseded' OR EXISTS (
                          SELECT
                            FROM kuaidi_price_agreement following
                           WHERE following.previous_id = agreement.id
                          ))
                      AND NOT EXISTS (
                          SELECT
                            FROM kuaidi_price_agreement following
                           WHERE following.previous_id = agreement.id
                             AND following.state IN
                                 ('running', 'superseded', 'expired')
                             AND following.date_from <= agreement.date_from
                          )
                 ORDER BY agreement.company_id, agreement.account_id, line.zone_id,
                          parcel.kilos, period.month, agreement.date_from DESC,
                          agreement.id DESC
                   ) AS priced
            """,
            today=self.env["kuaidi.deadline"]._get_today(self.env.company),
        )


class KuaidiPriceAgreement(models.Model):
    """Leads to the history of a client's prices."""

    _name = "kuaidi.price.agreement"
    _inherit = ["kuaidi.price.agreement"]

    # === ACTION METHODS === #

    def action_view_history(self):
        """Show what parcels have cost this client, as a graph."""
        self.ensure_one()
        return dict(
            self.env["ir.actions.act_window"]._for_xml_id(
                "kuaidi_key_account.kuaidi_price_history_action"
            ),
            domain=[
                ("account_id", "=", self.account_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            context={"search_default_kilo": 1},
        )
