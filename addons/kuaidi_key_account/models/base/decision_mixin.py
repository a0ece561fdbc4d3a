from odoo import fields, models


class KuaidiDecisionMixin(models.AbstractModel):
    """An approval that shows on its record who decided, and when."""

    _name = "kuaidi.decision.mixin"
    _description = "Decision Mixin"
    _inherit = ["kuaidi.approval.mixin"]

    decided_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    date_decided = fields.Datetime(string="Decided On", readonly=True, copy=False)

    # === BUSINESS METHODS === #

    def _on_approved(self):
        self._note_decision()
        return super()._on_approved()

    def _on_refused(self):
        self._note_decision()
        return super()._on_refused()

    def _note_decision(self):
        self.write(
            {"decided_by_id": self.env.uid, "date_decided": fields.Datetime.now()}
        )
