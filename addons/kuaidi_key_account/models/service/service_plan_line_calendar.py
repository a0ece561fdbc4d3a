from odoo import api, fields, models

# colours of Odoo's palette by what has become of a line
COLOR_LATE = 1
COLORS = {"planned": 4, "done": 10, "missed": 2, "waived": 12}


class KuaidiServicePlanLine(models.Model):
    """How planned lines look in the calendar."""

    _name = "kuaidi.service.plan.line"
    _inherit = ["kuaidi.service.plan.line"]

    color = fields.Integer(compute="_compute_color", export_string_translation=False)

    # === COMPUTE METHODS === #

    @api.depends_context("kuaidi_content_first")
    def _compute_display_name(self):
        """Begin with the content where a box of the calendar cuts off the rest."""
        if not self.env.context.get("kuaidi_content_first"):
            return super()._compute_display_name()
        for line in self:
            line.display_name = f"{line.name} · {line.account_id.display_name}"

    @api.depends("is_late", "state")
    def _compute_color(self):
        for line in self:
            line.color = COLOR_LATE if line.is_late else COLORS[line.state]

    # === BUSINESS METHODS === #

    @api.model
    def get_unusual_days(self, date_from, date_to=None):
        """Tell the calendar view which days are not worked in the current company.

        :param date_from: first day, as a date or datetime string
        :param date_to: last day; None: the first day alone
        :return: whether nobody works, by date string
        :rtype: dict
        """
        first = fields.Date.to_date(date_from)
        last = fields.Date.to_date(date_to or date_from)
        worked = set(
            self.env["kuaidi.deadline"]._get_working_days_between(
                first, last, self.env.company
            )
        )
        days = [
            fields.Date.add(first, days=number)
            for number in range((last - first).days + 1)
        ]
        return {fields.Date.to_string(day): day not in worked for day in days}
