from odoo import api, models


class KuaidiTender(models.Model):
    """Counts what belongs to a tender for its smart buttons."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender", "kuaidi.form.counts.mixin"]

    _form_counts_row = "tender"

    # === BUSINESS METHODS === #

    @api.model
    def _get_form_counts_depends(self):
        return [*super()._get_form_counts_depends(), "state"]
