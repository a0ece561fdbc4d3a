import base64

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.bid_template import build_bid_template
from ...tools.docx_builder import BODY_MARK, CONTENTS_MARK, BuildError, check_marks


class KuaidiBidLayout(models.Model):
    """A Word file of the company's own, into which bids are written (issue E)."""

    _name = "kuaidi.bid.layout"
    _description = "Bid Layout"
    _order = "sequence, id"

    name = fields.Char(string="Layout", required=True, translate=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: for every company."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    document = fields.Binary(
        string="Word File",
        required=True,
        attachment=True,
        help="A .docx file with cover, header and footer. {{ body }} stands in a"
        " paragraph of its own, where the text of the bid goes; {{ contents }} where"
        " the table of contents goes.",
    )
    filename = fields.Char()
    field_list = fields.Html(
        string="Fields", compute="_compute_field_list", sanitize=False
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    def _compute_field_list(self):
        self.field_list = self.env["kuaidi.word.document"]._describe_word_fields(
            self._get_layout_fields()
        )

    # === CONSTRAINT METHODS === #

    @api.constrains("document", "filename")
    def _check_document(self):
        for layout in self.with_context(bin_size=False):
            if layout.filename and not layout.filename.lower().endswith(".docx"):
                raise ValidationError(
                    self.env._(
                        "%(name)s is no .docx file. Save the layout in Word as .docx.",
                        name=layout.filename,
                    )
                )
            self.env["kuaidi.word.document"]._check_harmless(
                base64.b64decode(layout.document)
            )
            layout._fill_in({})

    # === BUSINESS METHODS === #

    @api.model
    def _get_layout_fields(self):
        """Return the fields that a layout may name, see the Word service."""
        return self.env["kuaidi.tender"]._get_bid_fields() | {
            "part": self.env._("Name of the part"),
            "contents": self.env._("Table of contents"),
            "body": self.env._("Text of the bid"),
        }

    @api.model
    def _get_fitting(self, company):
        """Return the layout for bids of a company, its own first."""
        fitting = self.search(Domain("company_id", "in", (False, company.id)))
        return fitting.sorted(lambda layout: (not layout.company_id, layout.sequence))[
            :1
        ]

    def _get_document_checksum(self):
        """Return by which a change of the Word file is noticed."""
        self.ensure_one()
        # sudo: whoever bids uses the layout; only its checksum is read
        file_sudo = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "document"),
                    ("res_id", "=", self.id),
                ],
                limit=1,
            )
        )
        return file_sudo.checksum or ""

    def _fill_in(self, values):
        """Return the Word file with its fields filled in, and the marks of the text.

        :raise UserError: where it names fields that there are not, or no place for
            the text
        """
        self.ensure_one()
        document = self.with_context(bin_size=False).document
        content = self.env["kuaidi.word.document"]._render_word_template(
            base64.b64decode(document),
            self._get_layout_fields(),
            values | {"body": BODY_MARK, "contents": CONTENTS_MARK},
        )
        try:
            check_marks(content)
        except BuildError as error:
            raise UserError(
                self.env._(
                    "The layout %(name)s does not say where the text of the bid goes."
                    " Write {{ body }} into a paragraph of its own, outside of tables.",
                    name=self.name,
                )
            ) from error
        return content

    @api.model
    def _init_default(self):
        """Make the layout that every company starts with, once.

        Called when the addon is installed; a layout that was deleted stays deleted.
        """
        if self.with_context(active_test=False).search_count([], limit=1):
            return
        layout = self.create(
            {
                "name": "Bid on A4",
                "document": base64.b64encode(build_bid_template()),
                "filename": "投标文件.docx",
            }
        )
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": "kuaidi_key_account.bid_layout_default",
                    "record": layout,
                    "noupdate": True,
                }
            ]
        )
