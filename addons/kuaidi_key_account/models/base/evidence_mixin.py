from odoo import api, models
from odoo.exceptions import UserError


class KuaidiEvidenceMixin(models.AbstractModel):
    """What proves what passed between us and a client: nobody deletes it."""

    _name = "kuaidi.evidence.mixin"
    _description = "Evidence Mixin"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self._get_evidence_message())

    @api.model
    def _get_evidence_message(self):
        """Hook: return why a record stays on file, and what to do instead."""
        return self.env._("This is evidence and stays on file.")
