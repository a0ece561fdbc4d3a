from odoo import api, models


class KuaidiLineMixin(models.AbstractModel):
    """A line that the form of its parent shows whole, read with one query."""

    _name = "kuaidi.line.mixin"
    _description = "Line Mixin"

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Read whole lines at once.

        For a one-to-many Odoo asks for the lines of a record first and, with a second
        query, for what they hold.
        """
        return super().search_fetch(
            domain,
            field_names=None if field_names else field_names,
            offset=offset,
            limit=limit,
            order=order,
        )
