from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...tools.uploads import clean_name, detect_kind
from .portal_request import PortalRefusal

MOST_FILES = 6
# of one person within a day: far more than there is to prove
MOST_DAY_BYTES = 500 * 1024 * 1024


class KuaidiPortal(models.AbstractModel):
    """Takes pictures and scans from phones of clients (2.16).

    What a file is, its content says: pictures (JPEG, PNG, WebP) and PDF are taken, up
    to the company's limit of size, six at a time and so much a day; SVG, HTML, Office
    files and whatever else is refused. A picture is kept bit by bit as it was sent,
    with the time and place that the phone wrote into it (EXIF): it is evidence. The
    forms say so.
    Files are handed out as downloads alone, never shown within our pages.
    """

    _name = "kuaidi.portal"
    _inherit = ["kuaidi.portal"]

    # === BUSINESS METHODS === #

    @api.model
    def _read_files(self, uploads):
        """Return what was uploaded, checked.

        :param uploads: werkzeug's files of one field
        :return: list of values of attachments
        :raise PortalRefusal: for files too many, too large, empty or of other kinds
        """
        uploads = [upload for upload in uploads if upload.filename]
        if len(uploads) > MOST_FILES:
            raise PortalRefusal(
                self.env._("Send at most %(limit)s files at a time.", limit=MOST_FILES)
            )
        # sudo: a setting of the company
        limit_mb = self.env.user.company_id.sudo().kuaidi_upload_limit_mb
        most = limit_mb * 1024 * 1024
        values = []
        for upload in uploads:
            # a byte more than allowed tells enough
            content = upload.stream.read(most + 1)
            if len(content) > most:
                raise PortalRefusal(
                    self.env._(
                        "A file is larger than %(limit)s MB. Make it smaller.",
                        limit=limit_mb,
                    )
                )
            kind = detect_kind(content)
            if not kind:
                raise PortalRefusal(
                    self.env._("Send pictures (JPEG, PNG, WebP) or PDF files alone.")
                )
            mimetype, extension = kind
            name = clean_name(upload.filename, extension, self.env._("Picture"))
            self._check_content(name, content)
            values.append({"name": name, "raw": content, "mimetype": mimetype})
        self._check_quota(sum(len(file["raw"]) for file in values))
        return values

    @api.model
    def _check_quota(self, size):
        """Check how much the user sends within a day.

        :param int size: bytes that come now
        :raise PortalRefusal: when it is more than one person may
        """
        if not size:
            return
        now = fields.Datetime.now()
        # sudo: clients see none of these files by themselves
        [(sent,)] = (
            self.env["ir.attachment"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "in", ["kuaidi.claim.evidence", "kuaidi.complaint"]),
                    ("create_uid", "=", self.env.uid),
                    ("create_date", ">", now - relativedelta(days=1)),
                ],
                aggregates=["file_size:sum"],
            )
        )
        if (sent or 0) + size > MOST_DAY_BYTES:
            raise PortalRefusal(
                self.env._(
                    "You have sent more than we can keep in one day. Send the rest"
                    " tomorrow, or call us."
                )
            )

    @api.model
    def _check_content(self, name, content):
        """Hook: refuse a file that a virus scanner, where there is one, complains of.

        :param str name: cleaned
        :param bytes content: the whole file, of a kind that is taken
        :raise PortalRefusal: to refuse it
        """

    @api.model
    def _store_files(self, values_list, record):
        """Keep checked files as a record's own, and return them in superuser mode."""
        return (
            # sudo: clients have no right on the record, the caller knows it is theirs;
            # a picture that is made smaller would be another one
            self.env["ir.attachment"]
            .sudo()
            .with_context(image_no_postprocess=True)
            .create(
                [
                    values | {"res_model": record._name, "res_id": record.id}
                    for values in values_list
                ]
            )
        )

    @api.model
    def _filter_own_files(self, files):
        """Return which files somebody at the user's client sent."""
        client = self._get_client()
        return files.filtered(
            lambda file: file.create_uid.partner_id.commercial_partner_id == client
        )
