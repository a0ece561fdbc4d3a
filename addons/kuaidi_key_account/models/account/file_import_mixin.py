import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.table_sheets import write_bad_rows, write_template

PREVIEWED = 50
LISTED_BAD = 500
# an addon that imports repeats them in its own field: words of a choice are translated
# with the addon that lists them
IMPORT_STATES = [
    ("upload", "Choose File"),
    ("reading", "Read"),
    ("ready", "Preview"),
    ("done", "Done"),
]


class KuaidiFileImportMixin(models.AbstractModel):
    """One file on its way into the database: read, shown, and then imported as a whole.

    Nothing of it becomes a record before all of it was shown. An adopter names the
    model of its rows in `preview_ids` and `bad_row_ids`, and the model that they become
    in `_target_model`; it finds columns, judges rows, and merges those that are good.
    """

    _name = "kuaidi.file.import.mixin"
    _inherit = ["kuaidi.file.reader.mixin"]
    _description = "File Import Mixin"

    _target_model = None

    state = fields.Selection(
        selection=IMPORT_STATES,
        required=True,
        default="upload",
        readonly=True,
    )
    ignored_columns = fields.Char(readonly=True)
    # what is in it
    new_count = fields.Integer(string="New", readonly=True)
    changed_count = fields.Integer(string="Changed", readonly=True)
    same_count = fields.Integer(string="Unchanged", readonly=True)
    bad_count = fields.Integer(string="Bad Rows", readonly=True)
    good_count = fields.Integer(compute="_compute_good_count")
    message = fields.Char(compute="_compute_message")
    preview_ids = fields.Many2many(
        comodel_name="kuaidi.file.import.row.mixin",
        string="First Rows",
        compute="_compute_preview_ids",
    )
    bad_row_ids = fields.Many2many(
        comodel_name="kuaidi.file.import.row.mixin",
        string="Rows to Correct",
        compute="_compute_bad_row_ids",
    )
    template_file = fields.Binary(compute="_compute_template_file", attachment=False)
    bad_rows_file = fields.Binary(compute="_compute_bad_rows_file", attachment=False)

    # === COMPUTE METHODS === #

    @api.depends("new_count", "changed_count", "same_count")
    def _compute_good_count(self):
        for wizard in self:
            wizard.good_count = (
                wizard.new_count + wizard.changed_count + wizard.same_count
            )

    @api.depends("state", "new_count", "changed_count", "same_count", "bad_count")
    @api.depends_context("lang")
    def _compute_message(self):
        for wizard in self:
            wizard.message = wizard._get_message()

    @api.depends("state", "bad_count")
    def _compute_preview_ids(self):
        for wizard in self:
            wizard.preview_ids = wizard._search_rows([], PREVIEWED)

    @api.depends("state", "bad_count")
    def _compute_bad_row_ids(self):
        for wizard in self:
            wizard.bad_row_ids = wizard._search_rows(
                [("reason", "!=", False)], LISTED_BAD
            )

    @api.depends_context("lang")
    def _compute_template_file(self):
        is_chinese = (self.env.lang or "").startswith("zh")
        for wizard in self:
            texts = wizard._get_file_texts()
            content = write_template(
                self._get_template_columns(is_chinese),
                texts["sheet"],
                self.env._("Notes"),
                texts["notes"],
            )
            wizard.template_file = base64.b64encode(content)

    @api.depends("state", "bad_count")
    @api.depends_context("lang")
    def _compute_bad_rows_file(self):
        for wizard in self:
            titles = [
                self.env._("Row"),
                wizard._get_file_texts()["row"],
                self.env._("Column"),
                self.env._("Value"),
                self.env._("What to Correct"),
            ]
            content = write_bad_rows(
                self.env._("Bad Rows"),
                titles,
                (
                    (
                        row.number,
                        row._get_key(),
                        row.bad_column,
                        row.bad_value,
                        row.reason,
                    )
                    for row in wizard._search_rows([("reason", "!=", False)])
                ),
            )
            wizard.bad_rows_file = base64.b64encode(content)

    # === ACTION METHODS === #

    def action_read(self):
        """Check the file and find its columns; the browser then asks for the rows.

        :raise UserError: saying what is wrong with the file, or what it is for
        """
        return self._start_reading()

    def action_import(self):
        """Write all rows as records, in one transaction; none if one is bad.

        What has changed since the file was read is looked at again. Rows that have
        become bad keep all from being written, and the preview shows them.

        :raise UserError: when a row is bad
        """
        return self._import(is_partial=False)

    def action_import_good(self):
        """Write the rows that are good, in one transaction, and leave the others out.

        :raise UserError: when none is good
        """
        return self._import(is_partial=True)

    def action_view_bad_rows(self):
        """List all bad rows, page by page."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bad Rows"),
            "res_model": self._get_rows()._name,
            "views": [(False, "list")],
            "domain": [("import_id", "=", self.id), ("reason", "!=", False)],
        }

    def action_download_template(self):
        """Download the workbook to fill in."""
        return self._get_download_action(
            "template_file", self._get_file_texts()["template"]
        )

    def action_download_bad_rows(self):
        """Download all bad rows, with what is wrong in them."""
        return self._get_download_action("bad_rows_file", self.env._("Bad Rows.xlsx"))

    # === BUSINESS METHODS === #

    def _get_file_texts(self):
        """Return what this window says, by occasion. Hook: adopters give all of them.

        Besides those of any uploaded file ``empty``, of a file without rows; ``same``
        where nothing changes; ``done``, of what was written; ``sheet``, ``notes`` (a
        list of lines) and file name ``template`` of the workbook to fill in; and
        ``row``, the title of what a bad row is known by.
        """
        return super()._get_file_texts()

    def _get_rows(self):
        """Return the model of the rows."""
        return self.env[self._fields["preview_ids"].comodel_name]

    def _search_rows(self, domain, limit=None):
        return self._get_rows().search(
            [("import_id", "in", self.ids), *domain], limit=limit
        )

    def _prepare_reading(self, columns):
        return {"ignored_columns": ", ".join(columns.ignored)}

    def _take_rows(self, rows, columns):
        found = self._judge_rows(rows, columns)
        self._get_rows()._stage(self, found)
        return {"row_count": self.row_count + len(found)}

    def _finish_reading(self):
        """Compare the rows with each other and with the records that are there."""
        rows = self._get_rows()
        rows._mark_repeated(self)
        rows._mark_conflicts(self)
        self._check_rows_kept()
        self.write({"state": "ready"} | rows._count(self))

    def _import(self, is_partial):
        self.ensure_one()
        self.check_access("write")
        targets = self.env[self._target_model]
        targets.check_access("create")
        targets.check_access("write")
        # of two clicks the second one finds the import done
        self.lock_for_update()
        self._check_state("ready")
        self._check_readable()
        self._check_rows_kept()
        rows = self._get_rows()
        # sudo: written by buttons alone
        wizard_sudo = self.sudo()
        if rows._recheck(self):
            wizard_sudo.write(rows._count(self))
            if not is_partial:
                return self._get_form_action()
        if not self.good_count:
            raise UserError(
                self.env._(
                    "No row can be imported. Correct the file and choose it again."
                )
            )
        if self.bad_count and not is_partial:
            raise UserError(
                self.env._(
                    "%(count)s rows are bad, so nothing was imported. Correct them, or"
                    " import the good rows.",
                    count=self.bad_count,
                )
            )
        created, changed = self._merge_rows(rows._get_good_sql(self))
        unchanged = self.good_count - created - changed
        rows._delete_good(self)
        wizard_sudo.write(
            {
                "state": "done",
                "file": False,
                "new_count": created,
                "changed_count": changed,
                "same_count": unchanged,
            }
        )
        return self._get_form_action()

    def _check_rows_kept(self):
        """Refuse to go on when rows are gone: a crash of the database empties them.

        :raise UserError: asking for the file once more
        """
        if self._get_rows()._get_count(self) != self.row_count:
            raise UserError(
                self.env._(
                    "The database was restarted after this file was read, and its rows"
                    " are gone. Nothing was imported. Choose the file again."
                )
            )

    def _get_message(self):
        """Return what the rows of the file come to."""
        self.ensure_one()
        if self.state not in ("ready", "done"):
            return False
        is_ready = self.state == "ready"
        texts = self._get_file_texts()
        if is_ready and not self.row_count:
            return texts["empty"]
        if is_ready and self.bad_count:
            return self.env._(
                "%(count)s rows cannot be imported. Correct them in the file and choose"
                " it again, or import the good rows alone.",
                count=self.bad_count,
            )
        if self.same_count == self.good_count:
            return texts["same"]
        if is_ready:
            return self.env._("Every row is good. Nothing is imported yet.")
        return texts["done"]

    def _get_template_columns(self, is_chinese):
        """Return the list of `TemplateColumn` of the workbook to fill in. Hook."""
        raise NotImplementedError

    def _judge_rows(self, rows, columns):
        """Return what rows mean, and what is wrong with them. Hook.

        :param rows: pairs (number, cells)
        :param Columns columns: of the file
        :rtype: list[TableRow]
        """
        raise NotImplementedError

    def _merge_rows(self, source):
        """Write rows as records, past the ORM. Hook.

        :param SQL source: query of the good rows
        :return: numbers (created, changed)
        """
        raise NotImplementedError
