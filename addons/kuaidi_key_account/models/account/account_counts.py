from odoo import api, models


class KuaidiKeyAccount(models.Model):
    """Counts what later rooms hold of a client."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account", "kuaidi.form.counts.mixin"]

    _form_counts_row = "account"

    # === BUSINESS METHODS === #

    @api.model
    def _get_form_counts_depends(self):
        return [*super()._get_form_counts_depends(), "partner_id"]
