from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...tools.table_columns import Columns
from ...tools.table_file import TITLE_ROWS, open_table_file


class KuaidiFileReaderMixin(models.AbstractModel):
    """A window that reads a table step by step, however long it is.

    The browser hands the file over once and then asks for step after step. The form
    writes `_open_fields` before the first of them; all else is written by the buttons.
    An adopter has a ``state`` that begins with ``upload`` and is ``reading`` until the
    last row was taken.
    """

    _name = "kuaidi.file.reader.mixin"
    _inherit = ["kuaidi.uploaded.file.mixin"]
    _description = "File Reader Mixin"

    # one request of the browser reads so many; of the next the progress bar tells
    _step_rows = 20_000
    _open_fields = frozenset({"file", "file_name"})

    # how far the file was read
    columns = fields.Json(readonly=True)
    position = fields.Integer(readonly=True)
    row_number = fields.Integer(readonly=True)
    row_count = fields.Integer(string="Rows Read", readonly=True)

    # === CRUD METHODS === #

    def init(self):
        """Store files as they are: packing them takes longer than writing them."""
        if not self._abstract:
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s ALTER COLUMN file SET STORAGE EXTERNAL",
                    SQL.identifier(self._table),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_written(vals)
        # another default would get past the check
        context = {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith("default_")
            or key.removeprefix("default_") in self._open_fields
        }
        wizards = self.with_env(self.env(context=context))
        return super(KuaidiFileReaderMixin, wizards).create(vals_list)

    def write(self, vals):
        self._check_written(vals)
        if not self.env.su and any(wizard.state != "upload" for wizard in self):
            raise UserError(
                self.env._("This file was read already. Choose another one first.")
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_read_next(self):
        """Read the next thousands of rows; called by the browser until all are read.

        :return: dict with ``is_done``, ``row_count`` and the ``percent`` read so far
        :raise UserError: saying what is wrong with the file
        """
        self.ensure_one()
        self.check_access("write")
        self._check_readable()
        # a second window waits, and reads on where the first one stopped
        self.lock_for_update()
        if self.state != "reading":
            return {"is_done": True, "row_count": self.row_count, "percent": 100}
        table = self._open_table()
        with self._explain_refusal():
            rows, position, number = table.read_rows(
                self.position, self.row_number, self._step_rows
            )
        is_end = position is None
        percent = self._get_percent(table.length if is_end else position, table.length)
        values = self._take_rows(rows, Columns(**self.columns))
        # sudo: written by buttons alone
        wizard_sudo = self.sudo()
        wizard_sudo.write({"position": position or 0, "row_number": number, **values})
        if is_end:
            wizard_sudo._finish_reading()
        return {
            "is_done": self.state != "reading",
            "row_count": self.row_count,
            "percent": percent,
        }

    def action_restart(self):
        """Begin anew with another file, for the same company, policy or the like."""
        values = {
            name: self[name].id
            for name in self._open_fields
            if self._fields[name].type == "many2one"
        }
        return self.create(values)._get_form_action()

    # === BUSINESS METHODS === #

    def _check_written(self, vals):
        if not self.env.su and vals.keys() - self._open_fields:
            raise AccessError(self._get_buttons_message())

    def _get_buttons_message(self):
        """Return what is said to whoever goes on past the buttons. Hook."""
        return self.env._("An import goes on by its buttons. Choose a file and begin.")

    def _check_state(self, state):
        if self.state != state:
            raise UserError(
                self.env._(
                    "This file was read or imported already. Close this window, and"
                    " begin with another file."
                )
            )

    def _check_readable(self):
        """Refuse to go on where what the file is for does not allow it. Hook."""

    def _start_reading(self):
        """Check the file and find its columns; the browser then asks for the rows.

        :raise UserError: saying what is wrong with the file
        """
        self.ensure_one()
        self.check_access("write")
        self._check_state("upload")
        self._check_readable()
        table = self._open_table()
        with self._explain_refusal():
            table.check_size()
            columns = self._find_columns(table.read_rows(0, 0, TITLE_ROWS)[0])
        # sudo: the state is written by buttons alone
        self.sudo().write(
            {
                "state": "reading",
                "columns": {
                    "header_row": columns.header_row,
                    "indexes": columns.indexes,
                    "labels": columns.labels,
                },
                "position": 0,
                "row_number": 0,
                **self._prepare_reading(columns),
            }
        )
        return self._get_form_action()

    def _open_table(self):
        """Return what reads the uploaded file, once its size was looked at."""
        content = self._read_upload()
        with self._explain_refusal():
            return open_table_file(content)

    def _get_percent(self, position, length):
        """Return how much was read, of a hundred. Hook: for whoever reads twice."""
        return 100 * position // length

    def _find_columns(self, rows):
        """Return the `Columns` of the file. Hook.

        :param rows: pairs (number, cells) from the beginning
        :raise TableFileError: naming what is missing
        """
        raise NotImplementedError

    def _prepare_reading(self, columns):
        """Return what else is noted when the reading begins. Hook."""
        return {}

    def _take_rows(self, rows, columns):
        """Take the rows of one step in, and return what to note of them. Hook.

        :param rows: pairs (number, cells)
        :rtype: dict
        """
        raise NotImplementedError

    def _finish_reading(self):
        """Do what comes after the last row; in superuser mode. Hook.

        As long as the state stays ``reading``, the file is read from its beginning.
        """
        raise NotImplementedError
