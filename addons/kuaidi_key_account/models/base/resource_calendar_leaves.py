from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    """Time off: that of a whole company moves deadlines, a person's does not."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._clear_working_days()
        return leaves

    def write(self, vals):
        self._clear_working_days()
        result = super().write(vals)
        self._clear_working_days()
        return result

    def unlink(self):
        self._clear_working_days()
        return super().unlink()

    def _clear_working_days(self):
        # sudo: a leave may hang on a resource that the user cannot read
        if any(not leave.resource_id for leave in self.sudo()):
            self.env.registry.clear_cache()
