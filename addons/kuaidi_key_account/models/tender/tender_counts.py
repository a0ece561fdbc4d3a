from odoo import api, models
from odoo.tools import SQL


class KuaidiTender(models.Model):
    """Counts what belongs to a tender for its smart buttons, in one statement."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._get_form_counts_depends())
    def _compute_form_counts(self):
        """Read the counters of the tender's form together."""
        expressions = self._get_form_counts()
        if not expressions:
            return
        rows = (
            self.env.execute_query(
                SQL(
                    "SELECT tender.id, %s FROM kuaidi_tender tender"
                    " WHERE tender.id = ANY(%s)",
                    SQL(", ").join(expressions.values()),
                    self._origin.ids,
                )
            )
            if self._origin.ids
            else []
        )
        values = {tender_id: counts for tender_id, *counts in rows}
        nothing = [False] * len(expressions)
        for tender in self:
            counts = values.get(tender._origin.id, nothing)
            for name, value in zip(expressions, counts, strict=True):
                tender[name] = value or False

    # === BUSINESS METHODS === #

    @api.model
    def _get_form_counts(self):
        """Hook: return what the form counts, read by one statement.

        Whoever adds a field to it computes that field by `_compute_form_counts`.

        :return: SQL expressions over the row `tender`, by the name of their field
        """
        return {}

    @api.model
    def _get_form_counts_depends(self):
        """Hook: return the names of the fields that the counters follow from."""
        return ["state"]
