from odoo import api, models


class Base(models.AbstractModel):
    """Reads with the rows of a list what the record rules ask about them.

    Odoo checks the rules on the rows that it has just found. What they lack, such as
    the company, it reads by a second query with all columns; a report is counted anew.
    Whatever has a rule gains by it: a mixin would stand in every model of ours.
    """

    _name = "base"
    _inherit = ["base"]

    # === CRUD METHODS === #

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        if field_names and not self.env.su and self._name.startswith("kuaidi."):
            field_names = list(dict.fromkeys([*field_names, *self._get_rule_fields()]))
        return super().search_fetch(
            domain, field_names=field_names, offset=offset, limit=limit, order=order
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_rule_fields(self):
        """Return the columns on which it depends whether the user may read a row."""
        domain = self.env["ir.rule"]._compute_domain(self._name, "read")
        names = {
            condition.field_expr.partition(".")[0]
            for condition in domain.iter_conditions()
        }
        return [
            name
            for name in sorted(names & self._fields.keys())
            if (field := self._fields[name]).store
            and field.column_type
            and self._has_field_access(field, "read")
        ]
