from odoo import models
from odoo.tools import SQL


class KuaidiRatioMixin(models.AbstractModel):
    """Rows with ratios, which a group weighs by what they are ratios of.

    A mean of ratios would count a small client like a large one.
    """

    _name = "kuaidi.ratio.mixin"
    _description = "Ratio Mixin"

    # by field: what is summed above, what is summed below, and the factor before it
    _ratios = {}
    # ratios whose upper part counts up to the lower one in each row
    _capped_ratios = frozenset()

    def _read_group_select(self, aggregate_spec, query):
        """Divide the sums of a group where the average of a ratio is asked for.

        A group without anything below has no ratio.
        """
        name, _colon, function = aggregate_spec.partition(":")
        if name not in self._ratios or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        *names, factor = self._ratios[name]
        above, below = (self._field_to_sql(self._table, part, query) for part in names)
        if name in self._capped_ratios:
            above = SQL("least(%s, %s)", above, below)
        return SQL("%s * sum(%s) / nullif(sum(%s), 0)", factor, above, below)
