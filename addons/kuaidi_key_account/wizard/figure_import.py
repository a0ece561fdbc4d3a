from odoo import fields, models

from ..models.insight.monthly_figure import MEASURES
from ..tools.figure_columns import find_columns, parse_rows
from ..tools.figure_sheets import get_template_columns


class KuaidiFigureImport(models.TransientModel):
    """One file of monthly figures on its way into the database (AN-3).

    Accounts may be closed and months locked after it was read: an import looks at them
    again.
    """

    _name = "kuaidi.figure.import"
    _inherit = ["kuaidi.file.import.mixin"]
    _description = "Import Figures"

    _open_fields = frozenset({"company_id", "file", "file_name"})
    _target_model = "kuaidi.monthly.figure"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    preview_ids = fields.Many2many(comodel_name="kuaidi.figure.import.row")
    bad_row_ids = fields.Many2many(comodel_name="kuaidi.figure.import.row")

    # === ACTION METHODS === #

    def action_view_figures(self):
        """Show the figures of all clients."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_monthly_figure_action"
        )

    # === BUSINESS METHODS === #

    def _get_file_texts(self):
        return {
            "title": self.env._("Import Figures"),
            "no_file": self.env._("Choose the file with the figures first."),
            "empty": self.env._("The file has titles and no figures below them."),
            "same": self.env._(
                "All %(count)s good rows are among the figures already: nothing"
                " changes.",
                count=self.good_count,
            ),
            "done": self.env._(
                "%(new)s figures were added and %(changed)s changed.",
                new=self.new_count,
                changed=self.changed_count,
            ),
            "sheet": self.env._("Figures"),
            "template": self.env._("Monthly Figures.xlsx"),
            "row": self.env._("Client"),
            "notes": self._get_notes(),
        }

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

    def _get_template_columns(self, is_chinese):
        return get_template_columns(is_chinese)

    def _find_columns(self, rows):
        return find_columns(rows)

    def _judge_rows(self, rows, columns):
        found = parse_rows(
            rows, columns, self.env["kuaidi.deadline"]._get_today(self.company_id)
        )
        self.env["kuaidi.monthly.figure"]._match_rows(
            found, self.company_id, columns.labels
        )
        return found

    def _merge_rows(self, source):
        names = [name for name in self.columns["indexes"] if name in MEASURES]
        return self.env["kuaidi.monthly.figure"]._merge(source, names, self.company_id)
