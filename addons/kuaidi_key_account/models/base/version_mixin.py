from odoo import api, models


class KuaidiVersionMixin(models.AbstractModel):
    """Something agreed of which a later version takes the place of the former one.

    The model has the fields `previous_id`, its inverse `next_ids`, and `next_id`.
    """

    _name = "kuaidi.version.mixin"
    _description = "Version Mixin"

    # === COMPUTE METHODS === #

    @api.depends("next_ids")
    def _compute_next_id(self):
        """Set the latest version that was begun: earlier ones were given up."""
        for version in self:
            version.next_id = version.next_ids.sorted("id")[-1:]

    # === ACTION METHODS === #

    def action_view_former(self):
        """Open the version that this one takes the place of."""
        self.ensure_one()
        return self.previous_id._get_records_action()

    def action_view_next(self):
        """Open the version that takes the place of this one."""
        self.ensure_one()
        return self.next_id._get_records_action()
