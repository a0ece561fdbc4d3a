from odoo import fields, models
from odoo.tools.misc import format_date


class KuaidiAgeingDate(models.TransientModel):
    """Asks for the day as of which the ageing is shown."""

    _name = "kuaidi.ageing.date"
    _description = "Ageing as of a Day"

    date = fields.Date(
        string="As Of",
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
        help="What was open at the end of this day: entries up to it, settled by what"
        " was paid up to it.",
    )

    # === ACTION METHODS === #

    def action_show(self):
        """Show what was open on the day."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_receivable_item_action"
        )
        name = self.env._("Ageing as of %s", format_date(self.env, self.date))
        return dict(
            action,
            name=name,
            # the client shows this one
            display_name=name,
            context={"kuaidi_date": fields.Date.to_string(self.date)},
        )
