import base64
import logging
import re
import tempfile
import time
import uuid
from binascii import Error as Base64Error
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.bid_package import (
    get_checksum,
    get_fingerprint,
    make_file_name,
    write_archive,
    write_price_sheet,
)
from ...tools.docx_builder import (
    BuildError,
    Chapter,
    Evidence,
    HtmlText,
    Link,
    PartBuilder,
    Signature,
    Table,
)

_logger = logging.getLogger(__name__)

REPORT = "kuaidi_key_account.action_report_tender_checklist"
# a package that kills its process is given up
MOST_ATTEMPTS = 3
# how often progress is shown
SECONDS_BETWEEN = 1.5
IMAGE_URL = re.compile(r"^/web/(?:image|content)/(\d+)(?:[-/?].*)?$")
DATA_URL = re.compile(r"^data:image/(?:png|jpeg);base64,", re.IGNORECASE)
SHARE_DOCUMENTS = 90


class _Overtaken(Exception):
    """Another attempt builds this package now."""


class KuaidiTenderPackage(models.Model):
    """Builds packages in the background, in a process that may die at any time.

    Until the last step the package has no files. That step writes them all and takes
    the former package out of use, in one transaction.
    """

    _name = "kuaidi.tender.package"
    _inherit = ["kuaidi.tender.package"]

    # === BUSINESS METHODS === #

    @api.model
    def _cron_build(self):
        """Build what waits, one package after the other, telling how far it is."""
        commit_progress = self.env["ir.cron"]._commit_progress
        waiting = self.search([("state", "=", "building")], order="id")
        commit_progress(remaining=len(waiting))
        for package_id in waiting.ids:
            self.browse(package_id)._build()
            if not commit_progress(1):
                return

    def _build(self):
        """Build this one package; what stops it is told on the package itself."""
        self.ensure_one()
        token = self._begin()
        if not token:
            return
        start = time.monotonic()
        package = self.with_context(kuaidi_build_token=token)
        try:
            with tempfile.TemporaryDirectory(prefix="kuaidi-") as folder:
                files, plan = package._make_files(Path(folder))
                with self.env.cr.savepoint():
                    package._finish(files, plan, time.monotonic() - start)
        except _Overtaken:
            _logger.info("%s is built by another process", self)
        except UserError as error:
            package._fail(str(error))
        except BuildError as error:
            package._fail(package._describe_build_error(error))
        except OSError:
            _logger.warning("%s was not written", self, exc_info=True)
            package._fail(
                package._speak().env._(
                    "The server could not write the files: there may be no room left."
                    " Tell the administrator, and build the package again."
                )
            )

    def _begin(self):
        """Take the package over, and return the token of this attempt.

        :return: None when there is nothing to do: it is built, or was given up
        """
        locked = self.try_lock_for_update()
        locked.invalidate_recordset(["state", "attempt_count"])
        if not locked or locked.state != "building":
            return None
        if locked.attempt_count >= MOST_ATTEMPTS:
            locked._fail(
                locked._speak().env._(
                    "Building was interrupted %(count)s times. Take out the largest"
                    " files, or tell the administrator, and build it again.",
                    count=MOST_ATTEMPTS,
                ),
                is_overtaken=False,
            )
            return None
        token = uuid.uuid4().hex
        locked.write(
            {
                "token": token,
                "attempt_count": locked.attempt_count + 1,
                "progress": 0,
                "step": False,
            }
        )
        locked.flush_recordset()
        self.env["ir.cron"]._commit_progress()
        return token

    def _speak(self):
        """Return the package in the language of whom it is built for."""
        return self.with_context(lang=self.user_id.lang or self.env.lang)

    def _tell(self, percent, step):
        """Show how far the build is.

        :raise _Overtaken: when another attempt has taken the package over
        """
        self.env["ir.cron"]._commit_progress()
        rows = self.env.execute_query(
            SQL(
                "UPDATE kuaidi_tender_package SET progress = %s, step = %s"
                " WHERE id = %s AND token = %s AND state = 'building' RETURNING id",
                min(int(percent), 99),
                step[:200],
                self.id,
                self.env.context["kuaidi_build_token"],
            )
        )
        self.invalidate_recordset(["progress", "step", "token", "state"])
        if not rows:
            raise _Overtaken
        self.env["ir.cron"]._commit_progress()

    def _fail(self, message, is_overtaken=True):
        """Tell what stopped the build; the former package stays in use."""
        self.invalidate_recordset(["token", "state"])
        token = self.env.context.get("kuaidi_build_token")
        if is_overtaken and (self.state != "building" or self.token != token):
            return
        self.write({"state": "failed", "error": message, "step": False})

    def _make_files(self, folder):
        """Write all files of the package into a folder.

        :return: list of values of files with their path, and the plan they follow
        """
        plan = self.tender_id._prepare_bid_plan()
        self._check_room(plan, folder)
        values, files = plan["values"], []
        progress = _Progress(self, plan)
        for number, part in enumerate(plan["parts"], 1):
            name = f"{number:02} {part['title']} {values['project']}"
            path = folder / make_file_name(name, "docx")
            self._build_part(part, plan, path, progress)
            files.append({"path": path, "kind": "document", "part": part["part"]})
        tender = self.tender_id.with_context(lang=plan["lang"])
        self._tell(92, tender.env._("Price sheet"))
        name = tender.env._("Price sheet %(project)s", project=values["project"])
        path = folder / make_file_name(name, "xlsx")
        write_price_sheet(path, plan["prices"])
        files.append({"path": path, "kind": "prices", "part": "price"})
        self._tell(94, tender.env._("Checklist"))
        name = tender.env._("Checklist %(project)s", project=values["project"])
        path = folder / make_file_name(name, "pdf")
        path.write_bytes(self._make_checklist(plan))
        files.append({"path": path, "kind": "checklist", "part": "form"})
        for file in files:
            file["name"] = file["path"].name
            file["checksum"], file["file_size"] = get_checksum(file["path"])
        self._tell(97, tender.env._("Archive"))
        files.append(self._make_archive(files, plan, folder))
        return files, plan

    def _make_checklist(self, plan):
        """Return the checklist of the bid as PDF."""
        reports = self.env["ir.actions.report"].with_context(lang=plan["lang"])
        content, _kind = reports._render_qweb_pdf(REPORT, self.ids)
        return content

    def _make_archive(self, files, plan, folder):
        values = plan["values"]
        name = f"{values['our_number']} v{self.version} {values['project']}"
        path = folder / make_file_name(name, "zip")
        write_archive(
            path,
            [(f["name"], f["path"], f["checksum"], f["file_size"]) for f in files],
            {
                "tender": values["our_number"],
                "project": values["project"],
                "bidder": values["bidder"],
                "version": self.version,
                "fingerprint": get_fingerprint(plan),
                "built": fields.Datetime.to_string(fields.Datetime.now()),
            },
        )
        checksum, size = get_checksum(path)
        return {
            "path": path,
            "name": path.name,
            "kind": "archive",
            "part": False,
            "checksum": checksum,
            "file_size": size,
        }

    def _build_part(self, part, plan, path, progress):
        """Write the Word document of one part."""
        tender = self.tender_id.sudo().with_context(lang=plan["lang"])
        values = plan["values"] | {"part": part["title"]}
        builder = PartBuilder(
            tender._get_layout()._fill_in(values),
            load_picture=lambda source: self._load_picture(source, part),
            tell=progress.step,
        )
        properties = {
            "title": f"{values['project']} {part['title']}",
            # a person's name would be a sign of collusion between two bids (IR 40)
            "author": values["bidder"],
        }
        chapters = (
            Chapter(
                chapter["title"],
                [self._make_block(block, chapter) for block in chapter["blocks"]],
            )
            for chapter in part["chapters"]
        )
        builder.build(chapters, path, properties)

    def _make_block(self, block, chapter):
        """Return what the builder makes of a block of the plan."""
        if block["kind"] == "html":
            return HtmlText(block["html"], chapter["title"])
        if block["kind"] == "table":
            rows = [tuple(map(_make_cell, row)) for row in block["rows"]]
            return Table(
                tuple(block["heads"]), rows, block["shares"], block.get("caption", "")
            )
        if block["kind"] == "file":
            return Evidence(
                block["title"], lambda: self._load_file(block), block["bookmark"]
            )
        return Signature(tuple(block["lines"]))

    def _load_file(self, block):
        """Return the bytes of evidence.

        :raise BuildError: where the file is not the one that was planned with
        """
        # sudo: the files of the bid that is built
        file_sudo = self.env["ir.attachment"].sudo().browse(block["file"]).exists()
        content = file_sudo.raw if file_sudo else b""
        # it is not needed a second time
        file_sudo.invalidate_recordset(["raw", "datas"])
        if not content or file_sudo.checksum != block["checksum"]:
            raise BuildError("missing", block["title"])
        return content

    def _load_picture(self, source, part):
        """Return the bytes of a picture within a text, None if it is not the bid's own.

        Nothing is ever fetched from elsewhere.
        """
        if DATA_URL.match(source):
            try:
                return base64.b64decode(DATA_URL.sub("", source), validate=True)
            except Base64Error:
                return None
        found = IMAGE_URL.match(source)
        if not found:
            return None
        # sudo: pictures of the bid's own texts, and of the library
        file_sudo = self.env["ir.attachment"].sudo().browse(int(found[1])).exists()
        sections = {
            block["section"]
            for chapter in part["chapters"]
            for block in chapter["blocks"]
            if block["kind"] == "html"
        }
        owners = {
            "kuaidi.tender.section": sections,
            "kuaidi.tender.template.line": set(
                self.tender_id.sudo().template_id.line_ids.ids
            ),
        }
        if file_sudo.res_model == "kuaidi.bid.asset":
            asset_sudo = self.env["kuaidi.bid.asset"].sudo().browse(file_sudo.res_id)
            is_own = asset_sudo.exists().company_id == self.company_id
        else:
            is_own = file_sudo.res_id in owners.get(file_sudo.res_model, ())
        return file_sudo.raw if is_own else None

    def _finish(self, files, plan, seconds):
        """Write the files, and put the package in the place of the former one."""
        self.lock_for_update()
        self.invalidate_recordset(["token", "state"])
        if (
            self.state != "building"
            or self.token != self.env.context["kuaidi_build_token"]
        ):
            raise _Overtaken
        for sequence, file in enumerate(files):
            record = self.env["kuaidi.tender.package.file"].create(
                {
                    "package_id": self.id,
                    "sequence": sequence,
                    **{
                        name: file[name]
                        for name in ("name", "kind", "part", "checksum", "file_size")
                    },
                }
            )
            attachment = self.env["ir.attachment"].create(
                {
                    "name": file["name"],
                    "raw": file["path"].read_bytes(),
                    "res_model": record._name,
                    "res_id": record.id,
                }
            )
            # one file after the other in memory, not all of them
            attachment.invalidate_recordset(["raw", "datas"])
            record.attachment_id = attachment
        former = self.tender_id.package_ids.filtered(lambda p: p.state == "built")
        former.write({"state": "superseded"})
        self.write(
            {
                "state": "built",
                "progress": 100,
                "step": False,
                "error": False,
                "fingerprint": get_fingerprint(plan),
                "date_built": fields.Datetime.now(),
                "seconds": round(seconds, 1),
            }
        )


class _Progress:
    """Counts the pieces of a build, and tells of them from time to time."""

    def __init__(self, package, plan):
        self._package = package
        self._total = 1 + sum(
            1 + sum(block["kind"] == "file" for block in chapter["blocks"])
            for part in plan["parts"]
            for chapter in part["chapters"]
        )
        self._done = 0
        self._told = 0.0

    def step(self, name):
        """Count one more piece, a chapter or a file."""
        self._done = min(self._done + 1, self._total)
        now = time.monotonic()
        if now - self._told >= SECONDS_BETWEEN:
            self._told = now
            self._package._tell(SHARE_DOCUMENTS * self._done / self._total, name)


def _make_cell(value):
    """Return a cell of a table: text, or the places that it cites."""
    if isinstance(value, str):
        return value
    return [Link(place["text"], place["bookmark"]) for place in value]
