import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.price_arithmetic import PriceError
from ..tools.price_shipments import (
    Rater,
    find_shipment_columns,
    write_rated,
)

LISTED = 200


class KuaidiPriceRating(models.TransientModel):
    """A month of shipments rated by one price agreement (PR-2, PR-3).

    Rated rows are kept in chunks, so that no more than one of them is ever in memory.
    """

    _name = "kuaidi.price.rating"
    _inherit = ["kuaidi.file.reader.mixin"]
    _description = "Rate Shipments"

    _step_rows = 10_000
    _open_fields = frozenset({"agreement_id", "file", "file_name", "month_pieces"})

    agreement_id = fields.Many2one(
        comodel_name="kuaidi.price.agreement", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    has_ladder = fields.Boolean(compute="_compute_has_ladder")
    file = fields.Binary(string="List of Shipments")
    month_pieces = fields.Integer(
        string="Parcels a Month",
        help="For the volume rebate. 0: the parcels of each month in the list.",
    )
    state = fields.Selection(
        selection=[
            ("upload", "Choose List"),
            ("reading", "Rate"),
            ("done", "Rated"),
        ],
        required=True,
        default="upload",
        readonly=True,
    )
    # how far the list was rated
    is_counting = fields.Boolean(readonly=True)
    months = fields.Json(readonly=True)
    positions = fields.Json(readonly=True)
    # what came out
    row_count = fields.Integer(string="Shipments")
    priced_count = fields.Integer(string="Priced", readonly=True)
    unpriced_count = fields.Integer(string="Without a Price", readonly=True)
    amount_rated = fields.Monetary(string="Sum of All Prices", readonly=True)
    amount_deducted = fields.Monetary(
        string="Assessment Deducted",
        readonly=True,
        help="The agreed deduction, once for each month of the list.",
    )
    amount_total = fields.Monetary(string="To Settle", compute="_compute_amount_total")
    row_ids = fields.One2many(
        comodel_name="kuaidi.price.rating.row",
        inverse_name="rating_id",
        string="Shipments without a Price",
    )
    chunk_ids = fields.One2many(
        comodel_name="kuaidi.price.rating.chunk", inverse_name="rating_id"
    )
    rated_file = fields.Binary(compute="_compute_rated_file", attachment=False)

    # === COMPUTE METHODS === #

    @api.depends("agreement_id.ladder_ids")
    def _compute_has_ladder(self):
        for rating in self:
            rating.has_ladder = bool(rating.agreement_id.ladder_ids)

    @api.depends("amount_rated", "amount_deducted")
    def _compute_amount_total(self):
        for rating in self:
            rating.amount_total = max(rating.amount_rated - rating.amount_deducted, 0)

    @api.depends_context("lang")
    def _compute_rated_file(self):
        for rating in self:
            content = write_rated(
                [
                    self.env._("Row"),
                    self.env._("Waybill"),
                    self.env._("Shipped On"),
                    self.env._("Destination"),
                    self.env._("Weight (kg)"),
                    self.env._("Length (cm)"),
                    self.env._("Width (cm)"),
                    self.env._("Height (cm)"),
                    self.env._("Charged Weight (kg)"),
                    self.env._("Amount (yuan)"),
                    self.env._("Why No Price"),
                ],
                self.env._("Rated Shipments"),
                rating._iter_chunks(),
                [
                    (self.env._("Sum"), rating.amount_rated),
                    (self.env._("Assessment"), -rating.amount_deducted),
                    (self.env._("To settle"), rating.amount_total),
                ],
                rating._describe_reason,
            )
            rating.rated_file = base64.b64encode(content)

    # === ACTION METHODS === #

    def action_rate(self):
        """Check the list and find its columns; the browser then asks for the rows.

        :raise UserError: saying what is wrong with the file
        """
        return self._start_reading()

    def action_download(self):
        """Download the list with an amount, or the reason, in each row."""
        return self._get_download_action(
            "rated_file", self.env._("Rated Shipments.xlsx")
        )

    # === BUSINESS METHODS === #

    def _get_file_texts(self):
        return {
            "title": self.env._("Rate Shipments"),
            "no_file": self.env._("Choose the list of shipments first."),
        }

    def _get_buttons_message(self):
        return self.env._("A rating goes on by its buttons. Choose a list and begin.")

    def _get_file_company(self):
        return self.agreement_id.company_id

    def _check_readable(self):
        self.agreement_id.check_access("read")

    def _find_columns(self, rows):
        columns = find_shipment_columns(rows)
        if not columns:
            raise UserError(
                self.env._(
                    "The list needs a column for the destination (目的地: province or"
                    " zone code) and one for the weight (重量). Name them in the first"
                    " rows. Waybill (运单号), date (日期), length (长), width (宽),"
                    " height (高) and services (附加服务) are read as well."
                )
            )
        return columns

    def _prepare_reading(self, columns):
        return {
            "is_counting": self._is_read_twice(),
            "months": {},
            "positions": {},
        }

    def _is_read_twice(self):
        """Tell whether parcels are counted first, as the rebate goes by them."""
        return self.has_ladder and not self.month_pieces

    def _get_percent(self, position, length):
        if self._is_read_twice():
            position += 0 if self.is_counting else length
            length *= 2
        return super()._get_percent(position, length)

    def _get_rater(self, columns):
        agreement = self.agreement_id
        rater = Rater(
            agreement._get_price_table(),
            self.env["kuaidi.price.zone"]._get_index(agreement.company_id),
            columns,
            month_pieces=dict(self.months or {}),
            fixed_pieces=self.month_pieces or None,
        )
        rater.positions.update(
            {
                fields.Date.to_date(day) or None: count
                for day, count in (self.positions or {}).items()
            }
        )
        return rater

    def _take_rows(self, rows, columns):
        rater = self._get_rater(columns)
        if self.is_counting:
            rater.count_months(rows)
            return {"months": rater.month_pieces}
        results = rater.rate(rows)
        bad = [result for result in results if result[-2]]
        # sudo: chunks and rows are written by buttons alone
        self.sudo()._keep(results, bad)
        return {
            "positions": {
                str(day or ""): count for day, count in rater.positions.items()
            },
            "row_count": self.row_count + len(results),
            "priced_count": self.priced_count + rater.priced_count,
            "unpriced_count": self.unpriced_count + len(bad),
            "amount_rated": self.amount_rated + float(rater.amount),
        }

    def _finish_reading(self):
        if self.is_counting:
            self.write({"is_counting": False, "row_number": 0})
            return
        months = {day[:7] for day in self.positions}
        deduction = self.agreement_id.amount_assessment
        self.write(
            {
                "state": "done",
                "file": False,
                "amount_deducted": deduction * len(months),
            }
        )

    def _keep(self, results, bad):
        self.env["kuaidi.price.rating.chunk"].create(
            {"rating_id": self.id, "results": results}
        )
        room = max(LISTED - self.unpriced_count, 0)
        self.env["kuaidi.price.rating.row"].create(
            [
                {
                    "rating_id": self.id,
                    "number": result[0],
                    "waybill": result[1],
                    "destination": result[3],
                    "weight": result[4],
                    "reason": self._describe_reason(*result[-2:]),
                }
                for result in bad[:room]
            ]
        )

    def _iter_chunks(self):
        """Yield the rated rows of one chunk after the other."""
        for chunk in self.chunk_ids.sorted("id"):
            yield chunk.results
            chunk.invalidate_recordset(["results"])

    def _describe_reason(self, code, value):
        """Say why a shipment has no price, and what to do."""
        if code == "missing":
            return self.env._("The destination is missing.")
        if code == "number":
            return self.env._("%(value)s is no weight in kg.", value=value or "–")
        if code == "date":
            return self.env._(
                "%(value)s is no date. Write it as 2026-11-11.", value=value
            )
        if code in ("beyond", "gap"):
            return self.env._(
                "No weight band holds this weight. Add one to the prices."
            )
        if code == "service":
            return self.env._("No surcharge on demand is called %(name)s.", name=value)
        return self.agreement_id._describe_price_error(
            PriceError("zone" if code == "destination" else code), value
        )


class KuaidiPriceRatingRow(models.TransientModel):
    """A shipment that has no price; the first of them are listed on the screen."""

    _name = "kuaidi.price.rating.row"
    _description = "Shipment without a Price"
    _order = "number"

    rating_id = fields.Many2one(
        comodel_name="kuaidi.price.rating",
        required=True,
        index=True,
        ondelete="cascade",
    )
    number = fields.Integer(string="Row", aggregator=None)
    waybill = fields.Char()
    destination = fields.Char()
    weight = fields.Char(string="Weight (kg)")
    reason = fields.Char(string="Why No Price")


class KuaidiPriceRatingChunk(models.TransientModel):
    """Some thousand rated shipments, until they are downloaded."""

    _name = "kuaidi.price.rating.chunk"
    _description = "Rated Shipments"

    rating_id = fields.Many2one(
        comodel_name="kuaidi.price.rating",
        required=True,
        index=True,
        ondelete="cascade",
    )
    results = fields.Json()
