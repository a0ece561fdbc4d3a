import csv
import hashlib
import io
import re
import zipfile

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_datetime

from ...tools.bid_package import make_file_name
from ...tools.text_cells import as_text

# how the name of a file ends
ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")


class KuaidiEvidencePack(models.Model):
    """What a lawyer needs to sue, in one ZIP with a list of its files (RE-3).

    Contract papers, statements with the client's answer, invoices, letters with their
    proof and the log; each file stands in the list with its SHA-256, so that nobody can
    say later that it was another.
    """

    _name = "kuaidi.evidence.pack"
    _description = "Evidence Pack"
    _inherit = ["kuaidi.evidence.mixin"]
    _order = "id desc"
    _rec_name = "account_id"

    case_id = fields.Many2one(
        comodel_name="kuaidi.collection.case",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    account_id = fields.Many2one(
        related="case_id.account_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Asked By", required=True, readonly=True
    )
    state = fields.Selection(
        selection=[("waiting", "Being Made"), ("done", "Ready"), ("failed", "Failed")],
        required=True,
        default="waiting",
        readonly=True,
        index=True,
    )
    date_done = fields.Datetime(string="Made On", readonly=True)
    file_id = fields.Many2one(
        comodel_name="ir.attachment",
        string="ZIP File",
        readonly=True,
        ondelete="restrict",
    )
    file_count = fields.Integer(string="Files", readonly=True, aggregator=None)
    left_out_count = fields.Integer(
        string="Left Out",
        readonly=True,
        aggregator=None,
        help="Files beyond the largest size of a pack, and files that could not be"
        " read. The list in the pack names them.",
    )
    checksum = fields.Char(string="SHA-256", readonly=True)
    error = fields.Char(readonly=True)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Evidence packs are made on the case."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self.env._("Evidence packs are made on the case."))
        return super().write(vals)

    # === ACTION METHODS === #

    def action_download(self):
        """Return the ZIP."""
        self.ensure_one()
        self.check_access("read")
        if not self.file_id:
            raise UserError(self.env._("The pack is not ready yet. Reload the page."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.file_id.id}?download=true",
            "target": "self",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._("What went to a lawyer stays on file.")

    @api.model
    def _cron_make(self):
        """Make the packs that are asked for, one committed step each."""
        waiting = self.search([("state", "=", "waiting")], order="id")
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(waiting))
        for pack in waiting:
            locked = pack.try_lock_for_update().filtered(
                lambda row: row.state == "waiting"
            )
            if locked:
                locked._make()
            if not commit_progress(1):
                break

    def _make(self):
        """Write the ZIP; a pack that fails says why."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._write_zip()
        except (OSError, UserError, ValueError, zipfile.LargeZipFile) as error:
            self.write({"state": "failed", "error": str(error)})

    def _write_zip(self):
        limit = self.company_id.kuaidi_evidence_limit_mb * 1024 * 1024
        buffer = io.BytesIO()
        listed, left_out, size = [], 0, 0
        used = set()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for folder, name, content, origin in self._get_files():
                path = self._get_path(folder, name, used)
                if content is None or size + len(content) > limit:
                    left_out += 1
                    listed.append((path, "", "", origin, self._get_gap(content)))
                    continue
                size += len(content)
                archive.writestr(path, content)
                digest = hashlib.sha256(content).hexdigest()
                listed.append((path, len(content), digest, origin, ""))
            archive.writestr("manifest.csv", self._get_manifest(listed))
        content = buffer.getvalue()
        self.write(
            {
                "state": "done",
                "date_done": fields.Datetime.now(),
                "file_count": len(listed) - left_out,
                "left_out_count": left_out,
                "checksum": hashlib.sha256(content).hexdigest(),
                "error": False,
                "file_id": self.env["ir.attachment"]
                .create(
                    {
                        "name": self._get_file_name(),
                        "raw": content,
                        "mimetype": "application/zip",
                        "res_model": self._name,
                        "res_id": self.id,
                    }
                )
                .id,
            }
        )

    def _get_file_name(self):
        today = self.env["kuaidi.deadline"]._get_today(self.company_id)
        client = make_file_name(self.account_id.partner_id.name or "")
        return f"{client} {today}.zip"

    def _get_path(self, folder, name, used):
        """Return a path that stands in the archive once and stays inside it."""
        found = ENDING.search(name or "")
        ending = found[0] if found else ""
        stem = make_file_name((name or "file").removesuffix(ending))
        path = f"{folder}/{stem}{ending}"
        number = 2
        while path in used:
            path = f"{folder}/{stem} ({number}){ending}"
            number += 1
        used.add(path)
        return path

    def _get_gap(self, content):
        if content is None:
            return self.env._("The file could not be read.")
        return self.env._("Left out: the pack would become too large.")

    def _get_manifest(self, listed):
        """Return the list of files, with the mark by which spreadsheets see UTF-8."""
        stream = io.StringIO()
        writer = csv.writer(stream)
        writer.writerow(
            [
                self.env._("File"),
                self.env._("Bytes"),
                "SHA-256",
                self.env._("From"),
                self.env._("Remark"),
            ]
        )
        for row in listed:
            writer.writerow(map(as_text, row))
        return stream.getvalue().encode("utf-8-sig")

    def _get_files(self):
        """Yield (folder, name, bytes or None, where it comes from) of the evidence."""
        account = self.account_id
        sources = (
            (self.env._("1 Contract"), self._get_contract_files(account)),
            (self.env._("2 Statements"), self._get_statement_files(account)),
            (self.env._("3 Invoices"), self._get_invoice_files()),
            (self.env._("4 Letters"), self._get_letter_files()),
            (self.env._("5 Log"), self._get_log_files()),
            (self.env._("6 Other Proof"), self._get_more_files()),
        )
        for folder, files in sources:
            for name, content, origin in files:
                yield folder, name, content, origin

    def _get_more_files(self):
        """Hook: return (name, bytes, origin) of waybills, proofs of delivery, chats."""
        return []

    def _read_attachments(self, record, attachments):
        """Return (name, bytes, origin) of attachments; None where a file is missing."""
        return [
            (attachment.name, attachment.raw or None, record.display_name)
            for attachment in attachments
        ]

    def _get_contract_files(self, account):
        files = []
        for contract in self.env["kuaidi.contract"].search(
            [
                ("account_id", "=", account.id),
                ("state", "not in", ["draft", "to_approve", "approved"]),
            ]
        ):
            files += self._read_attachments(contract, contract.attachment_ids)
        for document in self.env["kuaidi.account.document"].search(
            [("account_id", "=", account.id)]
        ):
            files += self._read_attachments(document, document.attachment_ids)
        return files

    def _get_statement_files(self, account):
        files = []
        for statement in self.env["kuaidi.statement"].search(
            [("account_id", "=", account.id), ("state", "in", ["sent", "confirmed"])]
        ):
            # what went out, and what came back sealed
            files += self._read_attachments(
                statement,
                self.env["ir.attachment"].search(
                    [("res_model", "=", statement._name), ("res_id", "=", statement.id)]
                )
                | statement.attachment_ids,
            )
        return files

    def _get_moves(self):
        """Return the invoices that the case is about: open or reminded ones."""
        items = self.env["kuaidi.receivable.item"].search(
            [("account_id", "=", self.account_id.id)]
        )
        moves = items.move_id | self.case_id.notice_ids.move_line_id.move_id
        return moves.filtered(lambda move: move.is_invoice(include_receipts=True))

    def _get_invoice_files(self):
        files = []
        for move in self._get_moves().sorted("name"):
            kept = (
                move.message_main_attachment_id.filtered(
                    lambda file: file.mimetype == "application/pdf"
                )
                or move.invoice_pdf_report_id
            )
            content = kept[:1].raw or self._print_invoice(move)
            files.append((f"{move.name}.pdf", content, move.display_name))
        return files

    def _print_invoice(self, move):
        """Return an invoice as PDF; None where it cannot be printed."""
        try:
            with self.env.cr.savepoint():
                return self.env["ir.actions.report"]._render_qweb_pdf(
                    "account.account_invoices", move.ids
                )[0]
        except (UserError, ValueError):
            return None

    def _get_letter_files(self):
        files = []
        for letter in self.case_id.letter_ids.filtered(
            lambda row: row.state in ("sent", "delivered")
        ):
            files += self._read_attachments(
                letter, letter.pdf_id | letter.attachment_ids
            )
        for plan in self.case_id.plan_ids.filtered(lambda row: row.state == "sealed"):
            files += self._read_attachments(plan, plan.attachment_ids)
        return files

    def _get_log_files(self):
        actions = self.env["kuaidi.collection.action"].search(
            [("account_id", "=", self.account_id.id)], order="date, id"
        )
        name = self.env._("Collection Log")
        files = [(f"{name}.xlsx", self._get_log_workbook(actions), name)]
        for action in actions:
            files += self._read_attachments(action, action.attachment_ids)
        return files

    def _get_log_workbook(self, actions):
        """Return the log as a workbook; every text as text, never as formula."""
        stream = io.BytesIO()
        workbook = xlsxwriter.Workbook(
            stream,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        sheet = workbook.add_worksheet(self.env._("Collection Log")[:31])
        head = workbook.add_format({"bold": True, "bg_color": "#f1e7e7", "border": 1})
        cell = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1})
        money = workbook.add_format(
            {"num_format": "#,##0.00", "valign": "top", "border": 1}
        )
        names = ["date", "channel", "step_id", "contact_id", "amount", "content"]
        names += ["answer", "proof", "date_delivered", "user_id"]
        labels = actions.fields_get(names, ["string"])
        selections = {
            name: dict(actions._fields[name]._description_selection(self.env))
            for name in ("channel", "proof")
        }
        for column, (name, width) in enumerate(
            zip(names, (18, 14, 22, 18, 14, 40, 40, 18, 14, 14), strict=True)
        ):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, labels[name]["string"], head)
        sheet.freeze_panes(1, 0)
        for number, action in enumerate(actions, start=1):
            values = [
                format_datetime(self.env, action.date, tz=self._get_zone()),
                selections["channel"].get(action.channel, ""),
                action.step_id.name or "",
                action.contact_id.name or "",
                action.amount,
                action.content or "",
                action.answer or "",
                selections["proof"].get(action.proof, ""),
                str(action.date_delivered or ""),
                action.user_id.name,
            ]
            for column, value in enumerate(values):
                if column == 4:
                    sheet.write_number(number, column, value or 0.0, money)
                else:
                    sheet.write_string(number, column, value, cell)
        workbook.close()
        return stream.getvalue()

    def _get_zone(self):
        return str(self.env["kuaidi.deadline"]._get_timezone(self.company_id))
