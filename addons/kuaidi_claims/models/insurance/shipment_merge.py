from odoo import api, models
from odoo.tools import SQL

# what an import writes; account, clause and premium were found for the rows before
COLUMNS = (
    "account_id",
    "date_shipped",
    "goods",
    "goods_kind",
    "origin",
    "destination",
    "pieces",
    "is_used",
    "packing",
    "is_declared_specially",
    "amount_value",
    "sum_insured",
    "amount_premium",
    "clause",
    "amount_premium_due",
)


class KuaidiInsuranceShipment(models.Model):
    """Takes lists of declared shipments in (IN-2)."""

    _name = "kuaidi.insurance.shipment"
    _inherit = ["kuaidi.insurance.shipment"]

    # === BUSINESS METHODS === #

    @api.model
    def _merge(self, source, policy):
        """Write the rows of a table as shipments of a policy, past the ORM.

        Access, dates, clients and claims have been looked at before, in this
        transaction. A row replaces what was declared for its waybill; the same rows
        twice change nothing.

        :param SQL source: table or query with waybill_number and `COLUMNS`
        :return: numbers (created, changed)
        """
        self.env.flush_all()
        names = SQL(", ").join(map(SQL.identifier, COLUMNS))
        old, new = (
            SQL(", ").join(SQL.identifier(table, name) for name in COLUMNS)
            for table in ("shipment", "excluded")
        )
        counts = self.env.execute_query(
            SQL(
                """
                WITH written AS (
                    INSERT INTO kuaidi_insurance_shipment AS shipment (
                        policy_id, company_id, waybill_number, amount_premium_gap,
                        %(columns)s, create_uid, create_date, write_uid, write_date
                    )
                    SELECT %(policy)s, %(company)s, waybill_number,
                           amount_premium - amount_premium_due,
                           %(columns)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                      FROM %(source)s AS source
                     ORDER BY number
                    ON CONFLICT (policy_id, waybill_number) DO UPDATE SET
                           %(updates)s,
                           amount_premium_gap = EXCLUDED.amount_premium_gap,
                           write_uid = %(uid)s, write_date = %(now)s
                     WHERE (%(old)s) IS DISTINCT FROM (%(new)s)
                    RETURNING xmax = 0 AS is_new
                )
                SELECT count(*) FILTER (WHERE is_new),
                       count(*) FILTER (WHERE NOT is_new)
                  FROM written
                """,
                source=source,
                policy=policy.id,
                company=policy.company_id.id,
                uid=self.env.uid,
                now=SQL("now() AT TIME ZONE 'UTC'"),
                columns=names,
                updates=SQL(", ").join(
                    SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in COLUMNS
                ),
                old=old,
                new=new,
            )
        )
        self.invalidate_model()
        return counts[0]
