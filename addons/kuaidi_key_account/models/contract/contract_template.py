import base64

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...tools.contract_word import build_contract_template


class KuaidiContractTemplate(models.Model):
    """A Word file of the company's own, into which contracts are printed (ON-2)."""

    _name = "kuaidi.contract.template"
    _description = "Contract Template"
    _order = "sequence, id"

    name = fields.Char(string="Template", required=True, translate=True)
    kind = fields.Selection(
        selection=lambda self: self.env["kuaidi.contract"]._fields["kind"].selection,
        string="For Contracts of the Kind",
        help="Empty: for every kind.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: for every company."
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        help="Language of dates, amounts and clauses. Empty: that of the user.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    document = fields.Binary(
        string="Word File",
        required=True,
        attachment=True,
        help="A .docx file with the fields named below in double braces.",
    )
    filename = fields.Char()
    field_list = fields.Html(
        string="Fields", compute="_compute_field_list", sanitize=False
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    def _compute_field_list(self):
        word_fields = self.env["kuaidi.contract"]._get_word_fields()
        self.field_list = self.env["kuaidi.word.document"]._describe_word_fields(
            word_fields
        )

    # === CONSTRAINT METHODS === #

    @api.constrains("document", "filename")
    def _check_document(self):
        documents = self.env["kuaidi.word.document"]
        word_fields = self.env["kuaidi.contract"]._get_word_fields()
        for template in self.with_context(bin_size=False):
            if template.filename and not template.filename.lower().endswith(".docx"):
                raise ValidationError(
                    self.env._(
                        "%(name)s is no .docx file. Save the template in Word as"
                        " .docx.",
                        name=template.filename,
                    )
                )
            documents._check_word_template(
                base64.b64decode(template.document), word_fields
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_fitting(self, contract):
        """Return the templates for a contract, those of its kind and company first."""
        fitting = self.search(
            Domain("kind", "in", (False, contract.kind))
            & Domain("company_id", "in", (False, contract.company_id.id))
        )
        return fitting.sorted(lambda t: (not t.kind, not t.company_id, t.sequence))

    @api.model
    def _init_default(self):
        """Make the template that every company starts with, once.

        Called when the addon is installed; a template that was deleted stays deleted.
        """
        if self.with_context(active_test=False).search_count([], limit=1):
            return
        installed = dict(self.env["res.lang"].get_installed())
        template = self.create(
            {
                "name": "Express service contract",
                "lang": "zh_CN" if "zh_CN" in installed else False,
                "document": base64.b64encode(build_contract_template()),
                "filename": "快递服务合同.docx",
            }
        )
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": "kuaidi_key_account.contract_template_default",
                    "record": template,
                    "noupdate": True,
                }
            ]
        )
