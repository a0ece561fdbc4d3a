from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.contract.price_copy import TERMS
from ..tools.price_arithmetic import Line, Rung, Surcharge, Terms
from ..tools.price_problems import find_problems
from ..tools.price_sheets import NotAPriceSheet, read_price_sheets

LISTED = 200


class KuaidiPriceSheetImport(models.TransientModel):
    """A price sheet that was filled in, on its way into a draft: all of it or none."""

    _name = "kuaidi.price.sheet.import"
    _inherit = ["kuaidi.uploaded.file.mixin"]
    _description = "Import a Price Sheet"

    # Odoo's own
    _dialog_size = "large"

    agreement_id = fields.Many2one(
        comodel_name="kuaidi.price.agreement",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    bad_count = fields.Integer(string="Bad Cells", readonly=True)
    bad_cells = fields.Text(string="Cells to Correct", readonly=True)

    # === ACTION METHODS === #

    def action_import(self):
        """Put the prices of the sheet into the draft, or say what is to be corrected.

        :raise UserError: when the file is no price sheet of ours
        """
        self.ensure_one()
        agreement = self.agreement_id
        agreement.check_access("write")
        agreement.lock_for_update()
        agreement._check_draft()
        sheets = self._read_file()
        bad = [self._describe_bad_cell(cell) for cell in sheets.bad]
        if not bad:
            bad = self._find_problems(sheets)
        if bad:
            self.write(
                {
                    "bad_count": len(bad),
                    "bad_cells": "\n".join(bad[:LISTED]),
                    "file": False,
                }
            )
            return self._get_form_action()
        agreement.write(self._prepare_values(sheets))
        agreement._message_log(
            body=self.env._(
                "%(user)s imported the prices from %(file)s.",
                user=self.env.user.name,
                file=self.file_name or self.env._("a file"),
            )
        )
        return agreement._get_records_action()

    # === BUSINESS METHODS === #

    def _get_file_texts(self):
        return {
            "title": self.env._("Import a Price Sheet"),
            "no_file": self.env._("Choose the price sheet first."),
        }

    def _get_too_large_message(self, limit_mb):
        return self.env._(
            "The file is larger than %(limit)s MB, far more than a price sheet is."
            " Choose the right file.",
            limit=limit_mb,
        )

    def _get_file_company(self):
        return self.agreement_id.company_id

    def _read_file(self):
        content = self._read_upload()
        choices = self.agreement_id._get_sheet_choices()
        try:
            with self._explain_refusal():
                return read_price_sheets(content, self._get_zones(), choices)
        except NotAPriceSheet as error:
            raise UserError(
                self.env._(
                    "This is no price sheet that was downloaded here. Download the"
                    " sheet of these prices, fill that in, and upload it."
                )
            ) from error

    def _get_zones(self):
        zones = self.env["kuaidi.price.zone"].search(
            [("company_id", "=", self.agreement_id.company_id.id)]
        )
        return {zone.code.strip().lower(): zone.id for zone in zones}

    def _find_problems(self, sheets):
        """Return what is wrong between the cells, each with a place in the sheet."""
        problems = find_problems(
            Terms(
                divisor=sheets.terms["volumetric_divisor"],
                step=sheets.terms["weight_step_kg"],
                minimum=sheets.terms["amount_minimum"],
                discount=sheets.terms["discount_percent"],
                lines=[
                    Line(
                        line["zone_id"],
                        line["weight_from"],
                        line["weight_to"] or None,
                        line["weight_first"],
                        line["amount_first"],
                        line["weight_continued"],
                        line["amount_continued"],
                    )
                    for line in sheets.lines
                ],
                ladder=[
                    Rung(
                        int(rung["pieces_from"]),
                        int(rung["pieces_to"]) or None,
                        rung["discount_percent"],
                    )
                    for rung in sheets.ladder
                ],
                excess=[
                    Rung(
                        int(rung["pieces_from"]),
                        int(rung["pieces_to"]) or None,
                        rung["amount_piece"],
                    )
                    for rung in sheets.excess
                ],
                surcharges=[
                    Surcharge(
                        row["name"],
                        row["name"],
                        row["kind"],
                        row["condition"],
                        row["amount"],
                        row["threshold"],
                        row["date_from"],
                        row["date_to"],
                    )
                    for row in sheets.surcharge
                ],
            )
        )
        found = [
            self._format_place(
                *self._get_place(sheets, code, values),
                self.agreement_id._describe_problem(code, values),
            )
            for code, values in problems
        ]
        names = set()
        for row in sheets.surcharge:
            if row["name"] in names:
                found.append(
                    self._format_place(
                        sheets.names[3],
                        row["cell"],
                        self.env._(
                            "There is another surcharge %(name)s.", name=row["name"]
                        ),
                    )
                )
            names.add(row["name"])
        return list(dict.fromkeys(found))

    def _get_place(self, sheets, code, values):
        """Return sheet and cell where a problem between cells shows."""
        if code.startswith("ladder") or code == "rebate":
            return sheets.names[1], sheets.ladder[0]["cell"]
        if code.startswith("excess"):
            return sheets.names[2], sheets.excess[0]["cell"]
        cells = [
            line["cell"]
            for line in sheets.lines
            if line["zone_id"] == values.get("zone")
            and line["weight_from"] == values.get("weight_from")
        ]
        return sheets.names[0], cells[-1] if cells else "A17"

    def _format_place(self, sheet, cell, reason):
        return self.env._(
            "%(sheet)s, cell %(cell)s: %(reason)s",
            sheet=sheet,
            cell=cell,
            reason=reason,
        )

    def _describe_bad_cell(self, bad):
        reasons = {
            "number": self.env._("%(value)s is no number.", value=bad.value),
            "negative": self.env._("%(value)s is negative.", value=bad.value),
            "formula": self.env._(
                "The formula has no value. Open the file in Excel and save it."
            ),
            "percent": self.env._(
                "%(value)s is more than 100 %%. 15 means 15 %% off.", value=bad.value
            ),
            "divisor": self.env._("The volumetric divisor has to be above 0."),
            "zone": self.env._(
                "No zone has the code %(value)s. Take one of the configuration.",
                value=bad.value,
            ),
            "missing": self.env._("Something is missing here."),
            "unit": self.env._("This has to be above 0 kg."),
            "order": self.env._("The band ends before it begins."),
            "whole": self.env._("%(value)s is no whole number.", value=bad.value),
            "choice": self.env._(
                "%(value)s is none of the choices. Take the words of the download.",
                value=bad.value or "–",
            ),
            "date": self.env._(
                "%(value)s is no date. Write it as 2026-11-11.", value=bad.value
            ),
            "peak": self.env._(
                "The peak season needs its first and its last day, in this order."
            ),
        }
        return self._format_place(bad.sheet, bad.cell, reasons[bad.code])

    def _prepare_values(self, sheets):
        """Return what the draft becomes: all lines are replaced."""
        is_standard = self.agreement_id.is_standard
        left_out = {"cell"}
        if not is_standard:
            left_out |= {"amount_floor", "amount_floor_continued"}

        def replace(rows):
            return [
                Command.clear(),
                *(
                    Command.create(
                        {
                            name: self._to_stored(value)
                            for name, value in row.items()
                            if name not in left_out
                        }
                    )
                    for row in rows
                ),
            ]

        return {
            **{name: float(sheets.terms[name]) for name in TERMS},
            "line_ids": replace(sheets.lines),
            "ladder_ids": replace(sheets.ladder),
            "excess_ids": replace(sheets.excess),
            "surcharge_ids": replace(sheets.surcharge),
        }

    def _to_stored(self, value):
        return float(value) if hasattr(value, "is_finite") else value
