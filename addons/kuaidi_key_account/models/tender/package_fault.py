import shutil
from pathlib import Path

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import config

# what a build may read, the files of its evidence together
MOST_MEGABYTES = 500
MEGABYTE = 1024 * 1024


class KuaidiTenderPackage(models.Model):
    """Says in words what stops a build, and what to do about it."""

    _name = "kuaidi.tender.package"
    _inherit = ["kuaidi.tender.package"]

    # === BUSINESS METHODS === #

    def _check_room(self, plan, folder):
        """Check that evidence is not more than a build takes, and the disk has room.

        :raise UserError: for too much evidence
        :raise OSError: for a disk without room
        """
        ids = [
            block["file"]
            for part in plan["parts"]
            for chapter in part["chapters"]
            for block in chapter["blocks"]
            if block["kind"] == "file"
        ]
        # sudo: the size of the bid's own files
        files_sudo = self.env["ir.attachment"].sudo().browse(set(ids))
        size = sum(files_sudo.mapped("file_size"))
        if size > MOST_MEGABYTES * MEGABYTE:
            raise UserError(
                self._speak().env._(
                    "The evidence of this bid has %(size)s MB, and a package takes"
                    " %(limit)s MB. Scan with fewer dots, or leave copies out.",
                    size=size // MEGABYTE,
                    limit=MOST_MEGABYTES,
                )
            )
        # documents, the archive of them, and both once more in the file store
        for place in {folder, Path(config["data_dir"])}:
            if shutil.disk_usage(place).free < 4 * size + 50 * MEGABYTE:
                raise OSError(28, "No room for the package", str(place))

    def _describe_build_error(self, error):
        """Return in words what stopped a build, and what to do about it."""
        env = self._speak().env
        place = {"place": error.place}
        if error.code == "word":
            code, _mark, detail = error.detail.partition(" ")
            return env._(
                "%(place)s: %(fault)s",
                fault=env["kuaidi.word.document"]._describe_word_fault(code, detail),
                **place,
            )
        if error.code == "password":
            return env._(
                "%(place)s is protected by a password. Attach a copy without it.",
                **place,
            )
        if error.code == "pages":
            return env._(
                "%(place)s has too many pages for evidence. Divide it.", **place
            )
        if error.code == "time":
            return env._(
                "%(place)s takes too long to draw. Print it as a new PDF.", **place
            )
        if error.code == "format":
            return env._(
                "%(place)s is of a format that a bid does not show. Attach a PDF, a JPG"
                " or a PNG.",
                **place,
            )
        if error.code == "large":
            return env._(
                "%(place)s has too many pixels. Scan it with 300 dpi at most.", **place
            )
        if error.code == "picture":
            return env._(
                "The text of %(place)s shows a picture from elsewhere (%(what)s). Put"
                " the picture itself into the text.",
                what=error.detail,
                **place,
            )
        if error.code == "missing":
            return env._(
                "The file of %(place)s is no longer there, or was replaced. Look at the"
                " evidence, and build the package again.",
                **place,
            )
        return env._(
            "%(place)s is damaged: it cannot be opened. Scan or download it again.",
            **place,
        )
