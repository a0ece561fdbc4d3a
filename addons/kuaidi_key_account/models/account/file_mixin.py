from odoo import api, models
from odoo.exceptions import ValidationError

IMAGE_SIGNATURES = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG",
    "image/webp": b"RIFF",
}
# what offices scan, print and photograph, and how such a file begins: the type that a
# browser names is only a claim
FILE_SIGNATURES = IMAGE_SIGNATURES | {
    "application/pdf": b"%PDF",
    "application/msword": b"\xd0\xcf\x11\xe0",
    "application/vnd.ms-excel": b"\xd0\xcf\x11\xe0",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": b"PK",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": b"PK",
}


class KuaidiFileMixin(models.AbstractModel):
    """Takes uploaded files of some kinds, up to the company's limit, as its own.

    An adopter names its many-to-many field of attachments, and whether it takes
    pictures alone.
    """

    _name = "kuaidi.file.mixin"
    _description = "Uploaded Files Mixin"

    _file_field = "attachment_ids"
    _file_images_only = False

    # === CONSTRAINT METHODS === #

    @api.constrains(lambda self: [self._file_field])
    def _check_files(self):
        self._check_files_are_readable()
        limit_mb = self.env.company.kuaidi_upload_limit_mb
        signatures = self._get_file_signatures()
        # sudo: type and size are judged before the user may read the file again
        for attachment in self.sudo()[self._file_field]:
            if attachment.type != "binary" or not attachment.file_size:
                raise ValidationError(
                    self.env._(
                        "%(name)s is empty or only a link. Attach the file itself.",
                        name=attachment.name,
                    )
                )
            if attachment.file_size > limit_mb * 1024 * 1024:
                raise ValidationError(
                    self.env._(
                        "%(name)s is larger than %(limit)s MB. Make it smaller, or"
                        " have the limit raised in the settings.",
                        name=attachment.name,
                        limit=limit_mb,
                    )
                )
            signature = signatures.get(attachment.mimetype)
            if not signature or not attachment.raw.startswith(signature):
                raise ValidationError(self._get_wrong_file_message(attachment))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        name = self._file_field
        has_default = name in self._get_default_names()
        with_files = [has_default or bool(vals.get(name)) for vals in vals_list]
        records = super().create(vals_list)
        for record, is_with_files in zip(records, with_files, strict=True):
            if is_with_files:
                record._own_files()
        return records

    def write(self, vals):
        res = super().write(vals)
        if self._file_field in vals:
            self._own_files()
        return res

    # === BUSINESS METHODS === #

    def _check_files_are_readable(self):
        """Check that nobody takes in a file of others by its number.

        :raise AccessError: for a file that the user may not read
        """
        for record in self:
            # sudo: what the record owns already is its own, whoever writes it
            foreign_sudo = record.sudo()[self._file_field].filtered(
                lambda file, record=record: (
                    (file.res_model, file.res_id) != (record._name, record.id)
                )
            )
            foreign_sudo.with_env(self.env).check_access("read")

    @api.model
    def _get_file_signatures(self):
        """Hook: return how the kinds of files taken begin, by their MIME types."""
        return IMAGE_SIGNATURES if self._file_images_only else FILE_SIGNATURES

    def _get_wrong_file_message(self, attachment):
        """Hook: return what is said of a file that is none of the kinds taken."""
        return self.env._(
            "%(name)s is of the type %(type)s, or not what it claims to"
            " be. Attach a PDF, a picture, a Word or an Excel file.",
            name=attachment.name,
            type=attachment.mimetype,
        )

    def _own_files(self):
        """Bind uploaded files to their record, so that its access rules apply.

        A dialogue hands them on to the record that it is about.
        """
        if self._transient:
            return
        for record in self:
            # sudo: the uploader wrote the record itself; files of others stay theirs
            record.sudo()[self._file_field].filtered(
                lambda file: not file.res_id and file.create_uid == self.env.user
            ).write({"res_model": self._name, "res_id": record.id})
