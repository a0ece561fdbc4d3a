from odoo import models


class AccountPartialReconcile(models.Model):
    """Finds quickly what was reconciled after a day in the past."""

    _name = "account.partial.reconcile"
    _inherit = ["account.partial.reconcile"]

    _kuaidi_max_date_idx = models.Index("(max_date)")
