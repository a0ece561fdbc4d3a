from odoo import fields, models


class KuaidiServicePlanLine(models.Model):
    """A planned contact with the client is fulfilled by the log of it."""

    _name = "kuaidi.service.plan.line"
    _inherit = ["kuaidi.service.plan.line"]

    is_visit = fields.Boolean(related="type_id.is_visit")
    visit_id = fields.Many2one(
        comodel_name="kuaidi.visit",
        string="Fulfilled by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    # === ACTION METHODS === #

    def action_log_visit(self):
        """Open the visit that fulfils the line, or a new one with its values."""
        self.ensure_one()
        if self.visit_id:
            return self.visit_id._get_records_action()
        self._check_deliverable()
        visits = self.env["kuaidi.visit"]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log Visit"),
            "res_model": visits._name,
            "views": [(False, "form")],
            "context": {
                f"default_{name}": value
                for name, value in visits._get_defaults_from_line(self).items()
            },
        }

    # === BUSINESS METHODS === #

    def _fulfil(self, visit):
        """Complete one line by a visit; called in superuser mode.

        :raise UserError: when the line is not open
        """
        self.ensure_one()
        self._check_deliverable()
        self._finish(visit)
