from odoo import api, fields, models


class KuaidiServicePlan(models.Model):
    """Leads from one version of a plan to the next and back (SP-8)."""

    _name = "kuaidi.service.plan"
    _inherit = ["kuaidi.service.plan"]

    next_id = fields.Many2one(
        comodel_name="kuaidi.service.plan",
        string="New Version",
        compute="_compute_next_id",
        help="The version that takes this one's place, or is being drawn up to.",
    )

    # === COMPUTE METHODS === #

    @api.depends("next_ids")
    def _compute_next_id(self):
        for plan in self:
            plan.next_id = plan.next_ids.sorted("id")[-1:]

    # === ACTION METHODS === #

    def action_view_former(self):
        """Open the version that this one takes the place of."""
        self.ensure_one()
        return self.previous_id._get_records_action()

    def action_view_next(self):
        """Open the version that takes the place of this one."""
        self.ensure_one()
        return self.next_id._get_records_action()
