from datetime import date

from odoo import fields, models
from odoo.exceptions import AccessError


class KuaidiHolidayLoad(models.TransientModel):
    """Loads the public holidays and make-up working days of one year."""

    _name = "kuaidi.holiday.load"
    _description = "Load Holidays"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
        help="The holidays of its country are loaded.",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Time",
        domain="[('company_id', 'in', [company_id, False])]",
        help="Leave it empty to load all working times of the company.",
    )
    year = fields.Integer(
        required=True,
        default=lambda self: self.env["kuaidi.calendar.day"]._get_default_year(),
        help="From November on, next year's arrangement is usually announced.",
    )

    # === ACTION METHODS === #

    def action_load(self):
        """Load the chosen year and show its days. Loading again changes nothing.

        :raise AccessError: for others than the key-account administrator, and for a
            company the user does not work in
        :raise UserError: where the holidays are not known, see `_load_year`
        """
        self.ensure_one()
        companies = self.company_id | self.calendar_id.company_id
        if (
            not self.env.user.has_group("kuaidi_key_account.group_kuaidi_admin")
            or companies - self.env.companies
        ):
            raise AccessError(
                self.env._(
                    "Only the administrator of key accounts loads holidays, for the "
                    "companies they work in. Ask them to do it."
                )
            )
        self.env["kuaidi.calendar.day"]._load_year(
            self.company_id, self.year, self.calendar_id
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_calendar_day_action"
        )
        action["context"] = {}
        action["domain"] = [
            ("date", ">=", date(self.year, 1, 1)),
            ("date", "<=", date(self.year, 12, 31)),
            ("company_id", "in", [self.company_id.id, False]),
        ]
        return action
