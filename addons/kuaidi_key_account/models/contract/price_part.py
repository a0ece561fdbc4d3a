from odoo import api, fields, models


class KuaidiPricePart(models.AbstractModel):
    """A line of a price agreement: it changes as long as the agreement is a draft.

    Within the transaction of a change the agreement is locked, so that nothing is
    approved that was changed in the same moment.
    """

    _name = "kuaidi.price.part"
    _description = "Part of a Price Agreement"
    _inherit = ["kuaidi.line.mixin"]

    # the fields that a copy takes along
    _copied_fields = ()

    agreement_id = fields.Many2one(
        comodel_name="kuaidi.price.agreement",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="agreement_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="agreement_id.currency_id")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        default_id = self.env.context.get("default_agreement_id")
        ids = {vals.get("agreement_id") or default_id for vals in vals_list}
        self._check_editable(ids)
        return super().create(vals_list)

    def write(self, vals):
        self._check_editable({*self.agreement_id.ids, vals.get("agreement_id")})
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Show what a line would come to, but in nobody else's agreement."""
        ids = {self.env.context.get("default_agreement_id")}
        if isinstance(values.get("agreement_id"), int):
            ids.add(values["agreement_id"])
        agreements = self.env["kuaidi.price.agreement"]
        agreements.browse(filter(None, ids)).check_access("read")
        return super().onchange(values, field_names, fields_spec)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._check_editable(self.agreement_id.ids)

    # === BUSINESS METHODS === #

    def _check_editable(self, agreement_ids):
        """Check that all agreements are drafts which the user may write, locking them.

        :raise UserError: when prices were requested or agreed already
        """
        if self.env.su:
            return
        agreements = self.env["kuaidi.price.agreement"].browse(
            filter(None, agreement_ids)
        )
        agreements.check_access("write")
        agreements.lock_for_update()
        agreements._check_draft()

    def _get_copied_values(self):
        """Return the values that a copy of these lines has, as commands."""
        return [
            fields.Command.create(
                {
                    name: (
                        part[name].id
                        if part._fields[name].type == "many2one"
                        else part[name]
                    )
                    for name in self._copied_fields
                }
            )
            for part in self
        ]
