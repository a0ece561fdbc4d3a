from odoo import api, fields, models
from odoo.exceptions import AccessError


class KuaidiAccountDocument(models.Model):
    """A paper in a client's file and where its original is kept (ON-6, ON-7)."""

    _name = "kuaidi.account.document"
    _description = "Client File Document"
    _inherit = ["kuaidi.account.part", "kuaidi.file.mixin"]
    _order = "account_id, category, date desc, id desc"

    name = fields.Char(
        string="Title",
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    type_id = fields.Many2one(
        comodel_name="kuaidi.document.type",
        required=True,
        index=True,
        ondelete="restrict",
    )
    category = fields.Selection(related="type_id.category", store=True)
    date = fields.Date(
        string="Signed On",
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
    )
    date_expiry = fields.Date(string="Valid Until")
    original_location = fields.Char(
        string="Original Held At",
        help="The original of a founding paper is filed on its own: say where.",
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_account_document_attachment_rel",
        column1="document_id",
        column2="attachment_id",
        string="Files",
    )
    has_file = fields.Boolean(
        string="Attached", compute="_compute_has_file", store=True
    )
    note = fields.Char()

    _dates_in_order = models.Constraint(
        "CHECK(date_expiry IS NULL OR date IS NULL OR date_expiry >= date)",
        "A document is not valid until a day before it was signed.",
    )

    # === COMPUTE METHODS === #

    @api.depends("type_id")
    def _compute_name(self):
        for document in self:
            document.name = document.name or document.type_id.name

    @api.depends("attachment_ids")
    def _compute_has_file(self):
        for document in self:
            document.has_file = bool(document.attachment_ids)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_file_not_typed(vals)
        documents = super().create(vals_list)
        documents.account_id._update_onboarding()
        return documents

    def write(self, vals):
        self._check_file_not_typed(vals)
        res = super().write(vals)
        if {"attachment_ids", "type_id"} & vals.keys():
            self.account_id._update_onboarding()
        return res

    # === BUSINESS METHODS === #

    def _check_file_not_typed(self, vals):
        """A paper is on file by its file: the gate of ON-1 stands on it."""
        if not self.env.su and {"category", "has_file"} & vals.keys():
            raise AccessError(
                self.env._(
                    "Whether a document is on file follows from its type and from the"
                    " file attached: attach the file."
                )
            )
