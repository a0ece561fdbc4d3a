import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.kuaidi_key_account.tools.table_error import TableFileError
from odoo.addons.kuaidi_key_account.tools.table_file import (
    TITLE_ROWS,
    open_table_file,
)

from ..tools.shipment_columns import Columns, find_columns, parse_rows

# one request of the browser reads so many; of the next the progress bar tells
STEP_ROWS = 20_000
PREVIEWED = 50
LISTED_BAD = 500
# what the form writes; all else is written by the buttons
OPEN_FIELDS = {"policy_id", "file", "file_name"}


class KuaidiInsuranceImport(models.TransientModel):
    """One list of declared shipments on its way into the database (IN-2).

    The browser hands the file over once and then asks for step after step. Nothing of
    it becomes a declared shipment before all of it was shown.
    """

    _name = "kuaidi.insurance.import"
    _description = "Import Declared Shipments"

    policy_id = fields.Many2one(
        comodel_name="kuaidi.insurance.policy",
        required=True,
        ondelete="cascade",
        domain="[('state', '!=', 'draft'), ('kind', '=', 'cargo')]",
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    currency_id = fields.Many2one(related="policy_id.currency_id")
    # in the table itself: nobody else's code looks into it there
    file = fields.Binary(attachment=False)
    file_name = fields.Char()
    state = fields.Selection(
        selection=[
            ("upload", "Choose File"),
            ("reading", "Read"),
            ("ready", "Preview"),
            ("done", "Done"),
        ],
        required=True,
        default="upload",
        readonly=True,
    )
    # how far the file was read
    columns = fields.Json(readonly=True)
    position = fields.Integer(readonly=True)
    row_number = fields.Integer(readonly=True)
    ignored_columns = fields.Char(readonly=True)
    # what is in it
    row_count = fields.Integer(string="Rows Read", readonly=True)
    new_count = fields.Integer(string="New", readonly=True)
    changed_count = fields.Integer(string="Changed", readonly=True)
    same_count = fields.Integer(string="Unchanged", readonly=True)
    bad_count = fields.Integer(string="Bad Rows", readonly=True)
    good_count = fields.Integer(compute="_compute_good_count")
    message = fields.Char(compute="_compute_message")
    preview_ids = fields.Many2many(
        comodel_name="kuaidi.insurance.import.row",
        string="First Rows",
        compute="_compute_preview_ids",
    )
    bad_row_ids = fields.Many2many(
        comodel_name="kuaidi.insurance.import.row",
        string="Rows to Correct",
        compute="_compute_bad_row_ids",
    )

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

    # === CRUD METHODS === #

    def init(self):
        """Store files as they are: packing them takes longer than writing them."""
        self.env.cr.execute(
            "ALTER TABLE kuaidi_insurance_import ALTER COLUMN file SET STORAGE EXTERNAL"
        )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_written(vals)
        # a default would get past the check
        context = {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith("default_") or key == "default_policy_id"
        }
        wizard = self.with_env(self.env(context=context))
        return super(KuaidiInsuranceImport, wizard).create(vals_list)

    def write(self, vals):
        self._check_written(vals)
        if not self.env.su and any(wizard.state != "upload" for wizard in self):
            raise UserError(
                self.env._("This file was read already. Choose another one first.")
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_read(self):
        """Check the file and find its columns; the browser then asks for the rows.

        :raise UserError: saying what is wrong with the file or the policy
        """
        self.ensure_one()
        self.check_access("write")
        self._check_state("upload")
        self._check_policy()
        table = self._open_file()
        try:
            table.check_size()
            columns = find_columns(table.read_rows(0, 0, TITLE_ROWS)[0])
        except TableFileError as error:
            raise UserError(self._translate(error.message)) from error
        # sudo: the state is written by buttons alone
        self.sudo().write(
            {
                "state": "reading",
                "columns": {
                    "header_row": columns.header_row,
                    "indexes": columns.indexes,
                    "labels": columns.labels,
                },
                "ignored_columns": ", ".join(columns.ignored),
                "position": 0,
                "row_number": 0,
            }
        )
        return self._get_form_action()

    def action_read_next(self):
        """Read the next thousands of rows; called by the browser until all are read.

        :return: dict with ``is_done``, ``row_count`` and the ``percent`` read so far
        :raise UserError: saying what is wrong with the file
        """
        self.ensure_one()
        self.check_access("write")
        # a second window waits, and reads on where the first one stopped
        self.lock_for_update()
        if self.state != "reading":
            return {"is_done": True, "row_count": self.row_count, "percent": 100}
        table = self._open_file()
        columns = Columns(**self.columns, ignored=[])
        try:
            raw_rows, position, number = table.read_rows(
                self.position, self.row_number, STEP_ROWS
            )
        except TableFileError as error:
            raise UserError(self._translate(error.message)) from error
        policy = self.policy_id
        last = min(policy.date_to, policy.date_ended or policy.date_to)
        rows = parse_rows(raw_rows, columns, policy.date_from, last)
        self._match_clients(rows, columns.labels)
        self._apply_policy(rows)
        self.env["kuaidi.insurance.import.row"]._stage(self, rows)
        # sudo: written by buttons alone
        wizard_sudo = self.sudo()
        wizard_sudo.write(
            {
                "position": position or 0,
                "row_number": number,
                "row_count": self.row_count + len(rows),
            }
        )
        if position is None:
            wizard_sudo._finish_reading()
        return {
            "is_done": position is None,
            "row_count": self.row_count,
            "percent": 100 if position is None else 100 * position // table.length,
        }

    def action_import(self):
        """Write all rows as declared shipments, in one transaction; none if one is bad.

        :raise UserError: when a row is bad
        """
        return self._import(is_partial=False)

    def action_import_good(self):
        """Write the rows that are good, in one transaction, and leave the others out.

        :raise UserError: when none is good
        """
        return self._import(is_partial=True)

    def action_restart(self):
        """Begin anew with another file."""
        return self.create({"policy_id": self.policy_id.id})._get_form_action()

    def action_view_shipments(self):
        """Show what was declared under the policy."""
        return self.policy_id.action_view_shipments()

    def action_view_bad_rows(self):
        """List all bad rows, page by page."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bad Rows"),
            "res_model": "kuaidi.insurance.import.row",
            "views": [(False, "list")],
            "domain": [("import_id", "=", self.id), ("reason", "!=", False)],
        }

    # === BUSINESS METHODS === #

    def _check_written(self, vals):
        if not self.env.su and vals.keys() - OPEN_FIELDS:
            raise AccessError(
                self.env._("An import goes on by its buttons. Choose a file and begin.")
            )

    def _check_state(self, state):
        if self.state != state:
            raise UserError(
                self.env._(
                    "This file was read or imported already. Close this window, and"
                    " begin with another file."
                )
            )

    def _check_policy(self):
        """Refuse policies that shipments cannot be declared to."""
        if self.policy_id.state == "draft" or self.policy_id.kind != "cargo":
            raise UserError(
                self.env._(
                    "Policy %(policy)s is no cargo policy in force. Choose one that"
                    " is.",
                    policy=self.policy_id.number,
                )
            )

    def _open_file(self):
        """Return what reads the uploaded file, once its size was looked at."""
        content = self.with_context(bin_size=False).file
        if not content:
            raise UserError(self.env._("Choose the file with the shipments first."))
        # sudo: a setting
        limit_mb = self.company_id.sudo().kuaidi_upload_limit_mb
        # four characters are three bytes
        if len(content) * 3 // 4 > limit_mb * 1024 * 1024 + 2:
            raise UserError(
                self.env._(
                    "The file is larger than %(limit)s MB. Split it, or have the limit"
                    " raised in the settings.",
                    limit=limit_mb,
                )
            )
        try:
            return open_table_file(base64.b64decode(content))
        except TableFileError as error:
            raise UserError(self._translate(error.message)) from error

    def _translate(self, message):
        """Return a sentence about a file, which comes untranslated."""
        return self.env["kuaidi.monthly.figure"]._translate_reason(message)

    def _search_rows(self, domain, limit=None):
        return self.env["kuaidi.insurance.import.row"].search(
            [("import_id", "in", self.ids), *domain], limit=limit
        )

    def _finish_reading(self):
        """Compare the rows with each other and with what was declared before."""
        rows = self.env["kuaidi.insurance.import.row"]
        rows._mark_repeated(self)
        rows._mark_claimed(self)
        self.write({"state": "ready"} | rows._count(self))

    def _import(self, is_partial):
        self.ensure_one()
        self.check_access("write")
        shipments = self.env["kuaidi.insurance.shipment"]
        shipments.check_access("create")
        shipments.check_access("write")
        # of two clicks the second one finds the import done
        self.lock_for_update()
        self._check_state("ready")
        self._check_policy()
        rows = self.env["kuaidi.insurance.import.row"]
        # sudo: written by buttons alone
        wizard_sudo = self.sudo()
        # what has changed since the file was read
        changes = [rows._mark_claimed(self), rows._mark_closed(self)]
        if any(changes):
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
        created, changed = shipments._merge(
            SQL(
                """
                (SELECT * FROM kuaidi_insurance_import_row
                  WHERE import_id = %s AND reason IS NULL)
                """,
                self.id,
            ),
            self.policy_id,
        )
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

    def _get_message(self):
        """Return what the shipments of the file come to."""
        self.ensure_one()
        if self.state == "ready" and not self.row_count:
            return self.env._("The file has titles and no shipments below them.")
        if self.state == "ready" and self.bad_count:
            return self.env._(
                "%(count)s rows cannot be imported. Correct them in the file and choose"
                " it again, or import the good rows alone.",
                count=self.bad_count,
            )
        if self.state in ("ready", "done") and self.same_count == self.good_count:
            return self.env._(
                "All %(count)s good rows were declared before: nothing changes.",
                count=self.good_count,
            )
        if self.state == "ready":
            return self.env._("Every row is good. Nothing is imported yet.")
        if self.state == "done":
            return self.env._(
                "%(new)s shipments were added and %(changed)s changed.",
                new=self.new_count,
                changed=self.changed_count,
            )
        return False

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Declared Shipments"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }
