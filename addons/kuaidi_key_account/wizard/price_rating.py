import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.price_arithmetic import PriceError
from ..tools.price_shipments import (
    TITLE_ROWS,
    Rater,
    ShipmentColumns,
    find_shipment_columns,
    write_rated,
)
from ..tools.table_error import TableFileError
from ..tools.table_file import open_table_file

# one request of the browser rates so many; of the next the progress bar tells
STEP_ROWS = 10_000
LISTED = 200
OPEN_FIELDS = {"agreement_id", "file", "file_name", "month_pieces"}


class KuaidiPriceRating(models.TransientModel):
    """A month of shipments rated by one price agreement (PR-2, PR-3).

    The browser hands the list over once and then asks for step after step. Rated rows
    are kept in chunks, so that no more than one of them is ever in memory.
    """

    _name = "kuaidi.price.rating"
    _description = "Rate Shipments"

    agreement_id = fields.Many2one(
        comodel_name="kuaidi.price.agreement", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    has_ladder = fields.Boolean(compute="_compute_has_ladder")
    file = fields.Binary(string="List of Shipments", attachment=False)
    file_name = fields.Char()
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
    columns = fields.Json(readonly=True)
    is_counting = fields.Boolean(readonly=True)
    position = fields.Integer(readonly=True)
    row_number = fields.Integer(readonly=True)
    months = fields.Json(readonly=True)
    positions = fields.Json(readonly=True)
    # what came out
    row_count = fields.Integer(string="Shipments", readonly=True)
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

    # === CRUD METHODS === #

    def init(self):
        """Store files as they are: packing them takes longer than writing them."""
        self.env.cr.execute(
            "ALTER TABLE kuaidi_price_rating ALTER COLUMN file SET STORAGE EXTERNAL"
        )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_written(vals)
        # a default would get past the check
        context = {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith("default_")
        }
        ratings = self.with_env(self.env(context=context))
        return super(KuaidiPriceRating, ratings).create(vals_list)

    def write(self, vals):
        self._check_written(vals)
        if not self.env.su and any(rating.state != "upload" for rating in self):
            raise UserError(
                self.env._("This list was rated already. Choose another one first.")
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_rate(self):
        """Check the list and find its columns; the browser then asks for the rows.

        :raise UserError: saying what is wrong with the file
        """
        self.ensure_one()
        self.agreement_id.check_access("read")
        if self.state != "upload":
            raise UserError(self.env._("This list was rated already. Choose another."))
        table = self._open_file()
        translate = self.env._
        try:
            table.check_size()
            columns = find_shipment_columns(table.read_rows(0, 0, TITLE_ROWS)[0])
        except TableFileError as error:
            raise UserError(translate(error.message)) from error
        if not columns:
            raise UserError(
                self.env._(
                    "The list needs a column for the destination (目的地: province or"
                    " zone code) and one for the weight (重量). Name them in the first"
                    " rows. Waybill (运单号), date (日期), length (长), width (宽),"
                    " height (高) and services (附加服务) are read as well."
                )
            )
        # sudo: the state is written by buttons alone
        self.sudo().write(
            {
                "state": "reading",
                "columns": {
                    "header_row": columns.header_row,
                    "indexes": columns.indexes,
                },
                # the rebate of a month follows from all its parcels
                "is_counting": self.has_ladder and not self.month_pieces,
                "months": {},
                "positions": {},
            }
        )
        return self._get_form_action()

    def action_read_next(self):
        """Rate the next thousands of rows; called by the browser until all are rated.

        :return: dict with ``is_done``, ``row_count`` and the ``percent`` rated so far
        :raise UserError: saying what is wrong with the file
        """
        self.ensure_one()
        self.agreement_id.check_access("read")
        # a second window waits, and goes on where the first one stopped
        self.lock_for_update()
        if self.state != "reading":
            return {"is_done": True, "row_count": self.row_count, "percent": 100}
        table = self._open_file()
        rater = self._get_rater()
        translate = self.env._
        try:
            rows, position, number = table.read_rows(
                self.position, self.row_number, STEP_ROWS
            )
        except TableFileError as error:
            raise UserError(translate(error.message)) from error
        was_counting = self.is_counting
        # sudo: written by buttons alone
        self.sudo()._take_rows(rater, rows, position, number)
        share = (position or table.length) / table.length
        if self.has_ladder and not self.month_pieces:
            share = share / 2 if was_counting else 0.5 + share / 2
        return {
            "is_done": self.state == "done",
            "row_count": self.row_count,
            "percent": int(100 * share),
        }

    def action_download(self):
        """Download the list with an amount, or the reason, in each row."""
        self.ensure_one()
        name = self.env._("Rated Shipments.xlsx")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/rated_file/{name}"
            "?download=true",
            "target": "download",
        }

    def action_restart(self):
        """Begin anew with another list."""
        rating = self.create({"agreement_id": self.agreement_id.id})
        return rating._get_form_action()

    # === BUSINESS METHODS === #

    def _check_written(self, vals):
        if not self.env.su and vals.keys() - OPEN_FIELDS:
            raise AccessError(
                self.env._("A rating goes on by its buttons. Choose a list and begin.")
            )

    def _open_file(self):
        """Return what reads the uploaded list, once its size was looked at."""
        content = self.with_context(bin_size=False).file
        if not content:
            raise UserError(self.env._("Choose the list of shipments first."))
        # sudo: a setting
        limit_mb = self.agreement_id.company_id.sudo().kuaidi_upload_limit_mb
        # four characters are three bytes
        if len(content) * 3 // 4 > limit_mb * 1024 * 1024 + 2:
            raise UserError(
                self.env._(
                    "The file is larger than %(limit)s MB. Split it, or have the limit"
                    " raised in the settings.",
                    limit=limit_mb,
                )
            )
        translate = self.env._
        try:
            return open_table_file(base64.b64decode(content))
        except TableFileError as error:
            raise UserError(translate(error.message)) from error

    def _get_rater(self):
        agreement = self.agreement_id
        rater = Rater(
            agreement._get_price_table(),
            self.env["kuaidi.price.zone"]._get_index(agreement.company_id),
            ShipmentColumns(**self.columns),
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

    def _take_rows(self, rater, rows, position, number):
        """Count or rate rows, and note how far that is; called in superuser mode."""
        values = {"position": position or 0, "row_number": number}
        if self.is_counting:
            rater.count_months(rows)
            values["months"] = rater.month_pieces
            if position is None:
                values |= {"is_counting": False, "row_number": 0}
            self.write(values)
            return
        results = rater.rate(rows)
        bad = [result for result in results if result[-2]]
        self._keep(results, bad)
        values |= {
            "positions": {
                str(day or ""): count for day, count in rater.positions.items()
            },
            "row_count": self.row_count + len(results),
            "priced_count": self.priced_count + rater.priced_count,
            "unpriced_count": self.unpriced_count + len(bad),
            "amount_rated": self.amount_rated + float(rater.amount),
        }
        if position is None:
            months = {day[:7] for day in values["positions"]}
            deduction = self.agreement_id.amount_assessment
            values |= {
                "state": "done",
                "file": False,
                "amount_deducted": deduction * len(months),
            }
        self.write(values)

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

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rate Shipments"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }


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
