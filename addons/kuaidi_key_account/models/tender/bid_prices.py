from odoo import models
from odoo.tools import format_list
from odoo.tools.misc import formatLang


class KuaidiTender(models.Model):
    """Says what the price part and the price sheet of a bid show (issue E, 2.9)."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    # === BUSINESS METHODS === #

    def _prepare_lots(self):
        """Return number, name, price and ceiling of each lot, or of the whole."""
        self.ensure_one()
        if not self.lot_ids:
            return [("", self.name, self.amount_bid, self.amount_ceiling)]
        return [
            (lot.number, lot.name, lot.amount_bid, lot.amount_ceiling)
            for lot in self.lot_ids.sorted(lambda lot: (lot.number, lot.id))
        ]

    def _prepare_price_tables(self):
        """Return the tables of the price part: lots, prices by zone, surcharges."""
        lots = self._prepare_lots()
        total = sum(price for _number, _name, price, _ceiling in lots)
        rows = [
            [number, name, self._format_price(price)]
            for number, name, price, _ceiling in lots
        ]
        rows.append(["", self.env._("Total of our prices"), self._format_price(total)])
        blocks = [
            {
                "kind": "table",
                "caption": self.env._("Bid prices"),
                "heads": [
                    self.env._("Lot No."),
                    self.env._("Lot Content"),
                    self.env._("Bid Price"),
                ],
                "shares": [2, 6, 3],
                "rows": rows,
            }
        ]
        agreement = self.price_agreement_id
        if agreement:
            blocks.append(self._prepare_zone_table(agreement))
            blocks += self._prepare_term_tables(agreement)
        return blocks

    def _prepare_zone_table(self, agreement):
        """Return what parcels cost by zone and weight band."""
        lines = agreement.line_ids
        labels = lines.fields_get(attributes=["string"])
        return {
            "kind": "table",
            "caption": self.env._("Prices by zone and weight"),
            "heads": [
                self.env._("Zone"),
                self.env._("Provinces"),
                labels["band"]["string"],
                labels["amount_first"]["string"],
                labels["weight_continued"]["string"],
                labels["amount_continued"]["string"],
            ],
            "shares": [3, 6, 4, 3, 3, 3],
            "rows": [
                [
                    line.zone_id.name,
                    format_list(self.env, line.zone_id.state_ids.mapped("name")),
                    line.band,
                    self._format_price(line.amount_first),
                    f"{line.weight_continued:g}",
                    self._format_price(line.amount_continued),
                ]
                for line in lines
            ],
        }

    def _prepare_term_tables(self, agreement):
        """Return discounts and surcharges as tables; none where there is nothing."""
        data = agreement._prepare_sheets()
        blocks = []
        for kind, caption in zip(
            ("ladder", "excess", "surcharge"), data["names"][1:], strict=True
        ):
            if data[kind]:
                heads = data["heads"][kind]
                blocks.append(
                    {
                        "kind": "table",
                        "caption": caption,
                        "heads": list(heads),
                        "shares": [1] * len(heads),
                        "rows": [
                            [self._format_term(value) for value in row.values()]
                            for row in data[kind]
                        ],
                    }
                )
        terms = [
            [label, self._format_term(value)] for label, value in data["terms"].values()
        ]
        blocks.append(
            {
                "kind": "table",
                "caption": self.env._("Terms of the prices"),
                "heads": [self.env._("Term"), self.env._("Agreed")],
                "shares": [1, 1],
                "rows": terms,
            }
        )
        return blocks

    def _prepare_price_sheet(self, values):
        """Return what the workbook of prices shows; own costs and floors never."""
        lots = self._prepare_lots()
        agreement = self.price_agreement_id
        sheets = None
        if agreement:
            # the floors of a tariff are nobody's business
            sheets = agreement._prepare_sheets() | {"is_standard": False}
        return {
            "name": self.env._("Bid Price"),
            "title": self.env._("Bid Prices"),
            "facts": [
                [self.env._("Project"), values["project"]],
                [self.env._("Tender Number"), values["number"]],
                [self.env._("Bidder"), values["bidder"]],
            ],
            "heads": [
                self.env._("Lot No."),
                self.env._("Lot Content"),
                self.env._("Bid Price"),
                self.env._("Ceiling Price"),
                self.env._("Share of the Ceiling"),
            ],
            "lots": [list(lot) for lot in lots],
            "labels": [self.env._("Total")],
            "total": [
                sum(price for _number, _name, price, _ceiling in lots),
                sum(ceiling for _number, _name, _price, ceiling in lots),
            ],
            "agreement": sheets,
        }

    def _format_price(self, amount):
        return formatLang(self.env, amount, digits=2)

    def _format_term(self, value):
        """Return a value of a price sheet as text."""
        if value is None or value is False or value == "":
            return ""
        if isinstance(value, int | float):
            return formatLang(self.env, value, digits=0 if value == int(value) else 2)
        return str(value)
