import base64
from contextlib import contextmanager

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.table_error import TableFileError, translate_reason


class KuaidiUploadedFileMixin(models.AbstractModel):
    """A window that is handed one file, up to the company's limit.

    An adopter says in `_get_file_texts` what it is called and what it asks for, and in
    `_get_file_company` whose limit holds.
    """

    _name = "kuaidi.uploaded.file.mixin"
    _description = "Uploaded File Mixin"

    _dialog_size = "extra-large"

    # in the table itself: nobody else's code looks into it there
    file = fields.Binary(attachment=False)
    file_name = fields.Char()

    # === BUSINESS METHODS === #

    def _get_file_texts(self):
        """Return what this window says, by occasion. Hook: adopters add their own.

        ``title`` of the window; ``no_file`` where none was chosen.

        :rtype: dict
        """
        raise NotImplementedError

    def _get_too_large_message(self, limit_mb):
        """Return what is said of a file above the limit. Hook."""
        return self.env._(
            "The file is larger than %(limit)s MB. Split it, or have the limit"
            " raised in the settings.",
            limit=limit_mb,
        )

    def _get_file_company(self):
        """Return the company whose limit holds. Hook."""
        return self.company_id

    def _read_upload(self):
        """Return the uploaded file, once its size was looked at.

        :rtype: bytes
        :raise UserError: when none was chosen, or it is too large
        """
        content = self.with_context(bin_size=False).file
        if not content:
            raise UserError(self._get_file_texts()["no_file"])
        # sudo: a setting
        limit_mb = self._get_file_company().sudo().kuaidi_upload_limit_mb
        # four characters are three bytes
        if len(content) * 3 // 4 > limit_mb * 1024 * 1024 + 2:
            raise UserError(self._get_too_large_message(limit_mb))
        return base64.b64decode(content)

    @contextmanager
    def _explain_refusal(self):
        """Tell the user what is wrong with a table that cannot be read.

        :raise UserError: in place of `TableFileError`
        """
        try:
            yield
        except TableFileError as error:
            message = translate_reason(error.message, self.env.lang)
            raise UserError(message) from error

    def _get_download_action(self, field, file_name):
        """Return the action that downloads a binary field under that name."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{field}/{file_name}"
            "?download=true",
            "target": "download",
        }

    def _get_form_action(self):
        """Return the action that shows this window again."""
        return {
            "type": "ir.actions.act_window",
            "name": self._get_file_texts()["title"],
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": self._dialog_size},
        }
