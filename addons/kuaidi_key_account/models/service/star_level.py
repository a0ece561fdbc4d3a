from odoo import fields, models
from odoo.fields import Command


class KuaidiStarLevel(models.Model):
    """The star fixes the basic service content, by its template (GR-5)."""

    _name = "kuaidi.star.level"
    _inherit = ["kuaidi.star.level"]

    plan_template_ids = fields.One2many(
        comodel_name="kuaidi.plan.template",
        inverse_name="level_id",
        string="Service Plan Template",
        help="What clients of this star are entitled to, at least.",
    )

    # === ACTION METHODS === #

    def action_view_plan_template(self):
        """Open what clients of this star are entitled to, or begin to write it down."""
        self.ensure_one()
        if self.plan_template_ids:
            return self.plan_template_ids[0]._get_records_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Service Standard"),
            "res_model": "kuaidi.plan.template",
            "views": [(False, "form")],
            "context": {
                "default_level_id": self.id,
                "default_company_id": self.company_id.id,
            },
        }

    # === BUSINESS METHODS === #

    def _prepare_plan_template(self):
        """Return the values of the level's default template: its column of 2.3."""
        self.ensure_one()
        lines = []
        for suffix, frequencies, values in self.env[
            "kuaidi.plan.template"
        ]._get_default_matrix():
            frequency = frequencies[self.stars - 1]
            service_type = self.env.ref(
                f"kuaidi_key_account.service_type_{suffix}", raise_if_not_found=False
            )
            if frequency and service_type:
                lines.append(
                    Command.create(
                        {
                            "type_id": service_type.id,
                            "sequence": 10 * (len(lines) + 1),
                            "frequency": frequency,
                            **values,
                        }
                    )
                )
        return {
            "company_id": self.company_id.id,
            "level_id": self.id,
            "line_ids": lines,
        }
