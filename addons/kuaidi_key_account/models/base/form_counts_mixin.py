from odoo import api, models
from odoo.tools import SQL


class KuaidiFormCountsMixin(models.AbstractModel):
    """Counts what a form shows of other records, all of it in one statement.

    An adopter names its row in `_form_counts_row`. Whoever adds a counter computes that
    field by `_compute_form_counts`.
    """

    _name = "kuaidi.form.counts.mixin"
    _description = "Form Counters Mixin"

    _form_counts_row = "record"

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._get_form_counts_depends())
    def _compute_form_counts(self):
        """Read the counters of a form together."""
        expressions = self._get_form_counts()
        ids = self._origin.ids
        rows = []
        if ids and expressions:
            rows = self.env.execute_query(
                SQL(
                    "SELECT %(row)s.id, %(counts)s FROM %(table)s %(row)s"
                    " WHERE %(row)s.id = ANY(%(ids)s)",
                    row=SQL.identifier(self._form_counts_row),
                    counts=SQL(", ").join(expressions.values()),
                    table=SQL.identifier(self._table),
                    ids=ids,
                )
            )
        values = {record_id: counts for record_id, *counts in rows}
        nothing = [False] * len(expressions)
        for record in self:
            counts = values.get(record._origin.id, nothing)
            for name, value in zip(expressions, counts, strict=True):
                record[name] = value or False

    # === BUSINESS METHODS === #

    @api.model
    def _get_form_counts(self):
        """Hook: return what the form counts, read by one statement.

        :return: SQL expressions over the row of `_form_counts_row`, by the name of
            their field
        """
        return {}

    @api.model
    def _get_form_counts_depends(self):
        """Hook: return the names of the fields that the counters follow from."""
        return []
