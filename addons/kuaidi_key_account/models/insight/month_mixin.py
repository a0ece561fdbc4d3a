from odoo import models

from ...tools.month_names import format_month


class KuaidiMonthMixin(models.AbstractModel):
    """Names the groups of a field `month` as the language does: 2026年10月."""

    _name = "kuaidi.month.mixin"
    _description = "Month Mixin"

    # === BUSINESS METHODS === #

    def _web_read_group_groupby_formatter(self, groupby_spec, values):
        formatter = super()._web_read_group_groupby_formatter(groupby_spec, values)
        if groupby_spec != "month:month":
            return formatter

        def format_group(month):
            value, domain = formatter(month)
            if value:
                # the first day, and what lists, graphs and pivots show of it
                value = value[0], format_month(month, self.env.lang)
            return value, domain

        return format_group
