from odoo import models
from odoo.fields import Domain


class IrRule(models.Model):
    """Keeps what is typed into a dialogue of ours to whoever opened it."""

    _inherit = "ir.rule"

    # === BUSINESS METHODS === #

    def _compute_domain(self, model_name, mode="read"):
        """Narrow our transient models to the user's own rows.

        Odoo itself leaves the rows of a dialogue to everybody who may open one of their
        own, and their fields tell of records that not everybody reads. A rule of its
        own for each of them would be forgotten with the next one.
        """
        domain = super()._compute_domain(model_name, mode)
        if model_name.startswith("kuaidi.") and self.env[model_name]._transient:
            domain &= Domain("create_uid", "=", self.env.uid)
        return domain
