import base64

from odoo import api, fields, models

from ..tools.figure_sheets import write_bad_rows, write_template


class KuaidiFigureImport(models.TransientModel):
    """Hands out the workbook to fill in, and the one that says what to correct."""

    _name = "kuaidi.figure.import"
    _inherit = ["kuaidi.figure.import"]

    template_file = fields.Binary(compute="_compute_template_file", attachment=False)
    bad_rows_file = fields.Binary(compute="_compute_bad_rows_file", attachment=False)

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    def _compute_template_file(self):
        is_chinese = (self.env.lang or "").startswith("zh")
        content = write_template(
            is_chinese, self.env._("Figures"), self.env._("Notes"), self._get_notes()
        )
        self.template_file = base64.b64encode(content)

    @api.depends("state", "bad_count")
    @api.depends_context("lang")
    def _compute_bad_rows_file(self):
        titles = [
            self.env._("Row"),
            self.env._("Client"),
            self.env._("Column"),
            self.env._("Value"),
            self.env._("What to Correct"),
        ]
        for wizard in self:
            rows = wizard._search_rows([("reason", "!=", False)])
            content = write_bad_rows(
                self.env._("Bad Rows"),
                titles,
                (
                    (
                        row.number,
                        row.code or row.name,
                        row.bad_column,
                        row.bad_value,
                        row.reason,
                    )
                    for row in rows
                ),
            )
            wizard.bad_rows_file = base64.b64encode(content)

    # === ACTION METHODS === #

    def action_download_template(self):
        """Download the workbook to fill in."""
        return self._get_download_action(
            "template_file", self.env._("Monthly Figures.xlsx")
        )

    def action_download_bad_rows(self):
        """Download all bad rows, with what is wrong in them."""
        return self._get_download_action("bad_rows_file", self.env._("Bad Rows.xlsx"))

    # === BUSINESS METHODS === #

    def _get_notes(self):
        """Return the lines of the template's second sheet."""
        return [
            self.env._("Delete the sample row before you fill in figures."),
            self.env._(
                "One row for each client and month. Client code, month and pieces have"
                " to be given; without a code the exact client name."
            ),
            self.env._("Write the month like 2026-10 or 2026年10月."),
            self.env._(
                "Pieces are parcels shipped in the month. Late, damaged and lost ones"
                " are among them. Accidents are events with a loss or a lasting effect."
            ),
            self.env._("Weight is in kilograms, revenue in yuan without tax."),
            self.env._(
                "An empty cell means 0. A column that you delete leaves what was"
                " imported before."
            ),
            self.env._(
                "A file may have 200,000 rows. The same file twice changes nothing, a"
                " corrected one changes what differs."
            ),
        ]

    def _get_download_action(self, field, file_name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{field}/{file_name}"
            "?download=true",
            "target": "download",
        }
