import base64

from odoo import fields, models

from ..tools.bid_package import make_file_name


class KuaidiContractPrint(models.TransientModel):
    """Makes a Word document of a contract from one of the company's templates."""

    _name = "kuaidi.contract.print"
    _description = "Print a Contract"

    contract_id = fields.Many2one(
        comodel_name="kuaidi.contract", required=True, ondelete="cascade"
    )
    template_id = fields.Many2one(
        comodel_name="kuaidi.contract.template",
        required=True,
        domain="[('id', 'in', fitting_ids)]",
        ondelete="cascade",
    )
    fitting_ids = fields.Many2many(
        comodel_name="kuaidi.contract.template", compute="_compute_fitting_ids"
    )
    document = fields.Binary(string="Word File", readonly=True, attachment=True)
    filename = fields.Char(readonly=True)

    # === COMPUTE METHODS === #

    def _compute_fitting_ids(self):
        for wizard in self:
            wizard.fitting_ids = wizard.template_id._get_fitting(wizard.contract_id)

    # === ACTION METHODS === #

    def action_print(self):
        """Make the document and download it.

        :raise UserError: when the template does not fit any more, saying why
        """
        self.ensure_one()
        contract = self.contract_id
        contract.check_access("read")
        template = self.template_id
        if template.lang:
            contract = contract.with_context(lang=template.lang)
        content = self.env["kuaidi.word.document"]._render_word_template(
            base64.b64decode(template.with_context(bin_size=False).document),
            contract._get_word_fields(),
            contract._prepare_word_values(),
        )
        name = make_file_name(contract.display_name, "docx")
        self.write({"document": base64.b64encode(content), "filename": name})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/document/{name}?download=true",
            "target": "download",
        }
