from odoo import fields, models

from ...tools.plan_schedule import scale_frequency, spread_evenly

# who in the client's team does it
ROLES = [
    ("manager", "Account Manager"),
    ("deputy", "Deputy Manager"),
    ("leadership", "Leadership Group"),
    ("sales", "Sales"),
    ("operations", "Operations"),
    ("settlement", "Settlement"),
    ("crm", "CRM Staff"),
    ("claims", "Claims"),
]


class KuaidiPlanTemplateLine(models.Model):
    """One service of a standard: how often, when in the year, by whom, at what cost."""

    _name = "kuaidi.plan.template.line"
    _description = "Service Plan Template Line"
    _order = "template_id, sequence, id"
    _rec_name = "type_id"

    template_id = fields.Many2one(
        comodel_name="kuaidi.plan.template",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    level_id = fields.Many2one(related="template_id.level_id", store=True)
    sequence = fields.Integer(default=10)
    type_id = fields.Many2one(
        comodel_name="kuaidi.service.type",
        string="Service",
        required=True,
        index=True,
        ondelete="restrict",
    )
    name = fields.Char(
        string="Content",
        translate=True,
        help="What the planned line says. Empty: the name of the service.",
    )
    frequency = fields.Integer(
        string="Times per Year",
        required=True,
        default=1,
        help="Least number in a service year; a shorter or longer plan holds its"
        " share. Festivals and occasions count as often as they occur.",
    )
    spread = fields.Selection(
        selection=[
            ("even", "Evenly over the Plan"),
            ("whole", "All the Time"),
            ("month", "In One Month"),
            ("festival", "At Festivals"),
            ("occasion", "At the Client's Occasions"),
        ],
        required=True,
        default="even",
    )
    month = fields.Selection(
        selection=[(str(number), str(number)) for number in range(1, 13)],
        help="Month of the year for a service that has its season.",
    )
    festival_ids = fields.Many2many(
        comodel_name="kuaidi.festival",
        string="Festivals",
        help="Empty: every festival of the list.",
    )
    role = fields.Selection(
        selection=ROLES,
        string="Handler",
        required=True,
        default="manager",
        help="Who in the client's team does it; the account manager where the team has"
        " nobody in that role.",
    )
    lead_workdays = fields.Integer(
        string="Lead Time (working days)",
        help="The line starts so many working days before it is due.",
        aggregator=None,
    )
    amount_cost = fields.Monetary(
        string="Cost", help="Estimated cost of one time, in the company's currency."
    )

    _frequency_positive = models.Constraint(
        "CHECK(frequency > 0)", "A service of the standard is due at least once a year."
    )
    _lead_positive = models.Constraint(
        "CHECK(lead_workdays >= 0)", "The lead time cannot be negative."
    )
    _cost_positive = models.Constraint(
        "CHECK(amount_cost >= 0)", "The cost cannot be negative."
    )
    _month_given = models.Constraint(
        "CHECK(spread <> 'month' OR month IS NOT NULL)",
        "Choose the month in which the service falls.",
    )

    # === BUSINESS METHODS === #

    def _get_slots(self, date_from, date_to, days, phase):
        """Return the slots of one line, see `kuaidi.plan.template._get_schedule`.

        :param days: working dates of the period, in order
        :param float phase: see `spread_evenly`
        """
        self.ensure_one()
        no_festival = self.env["kuaidi.festival"]
        if self.spread == "occasion":
            return []  # they differ by client
        if self.spread == "whole":
            return [(self, days[0], days[-1], no_festival, None)]
        if self.spread == "festival":
            return [
                (self, *self._get_festival_window(festival, day, days), festival, day)
                for festival in self.festival_ids or no_festival.search([])
                for day in festival._get_dates(date_from, date_to)
            ]
        lead = self.lead_workdays
        return [
            (self, days[max(0, position - lead)], days[position], no_festival, None)
            for position in self._get_positions(date_from, date_to, days, phase)
        ]

    def _get_positions(self, date_from, date_to, days, phase):
        """Return which of the working days of a period the line falls on."""
        if self.spread == "month":
            months = {}
            for position, day in enumerate(days):
                if day.month == int(self.month):
                    months.setdefault(day.year, []).append(position)
            # a plan that never sees the month has its season at the end
            return [rows[int(phase * len(rows))] for rows in months.values()] or [
                len(days) - 1
            ]
        count = scale_frequency(
            self.frequency,
            (date_to - date_from).days + 1,
            self.template_id._get_year_days(date_from),
        )
        return spread_evenly(count, len(days), phase)

    def _get_festival_window(self, festival, day, days):
        """Return start and finish of the greeting: done before the festival begins."""
        before = [worked for worked in days if worked < day] or days[:1]
        finish = before[-1]
        starts = [
            worked
            for worked in before
            if (day - worked).days <= max(festival.lead_days, (day - finish).days)
        ]
        return (starts or before)[0], finish
