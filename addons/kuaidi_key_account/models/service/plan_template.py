from collections import Counter

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.festivals import get_statutory_days
from ...tools.plan_schedule import get_phases


class KuaidiPlanTemplate(models.Model):
    """What clients of one star are entitled to in a service year: the standard.

    It is a minimum (GR-6): a plan may hold more, and holds less only with an approval.
    """

    _name = "kuaidi.plan.template"
    _description = "Service Plan Template"
    _order = "company_id, stars, id"
    _rec_names_search = ["level_id"]
    _check_company_auto = True

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    level_id = fields.Many2one(
        comodel_name="kuaidi.star.level",
        string="Star",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('company_id', '=', company_id)]",
        check_company=True,
    )
    stars = fields.Integer(related="level_id.stars", store=True, aggregator=None)
    line_ids = fields.One2many(
        comodel_name="kuaidi.plan.template.line",
        inverse_name="template_id",
        string="Standard",
        copy=True,
    )
    amount_cost = fields.Monetary(
        string="Cost per Service Year", compute="_compute_amount_cost"
    )

    _level_uniq = models.UniqueIndex(
        "(level_id) WHERE active IS TRUE",
        "This star has a template already. Change that one, or archive it first.",
    )

    # === COMPUTE METHODS === #

    @api.depends("level_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for template in self:
            template.display_name = self.env._(
                "Standard for %(star)s", star=template.level_id.display_name
            )

    @api.depends("line_ids.amount_cost", "line_ids.frequency")
    def _compute_amount_cost(self):
        for template in self:
            template.amount_cost = sum(
                line.amount_cost * line.frequency for line in template.line_ids
            )

    # === BUSINESS METHODS === #

    def _get_working_days(self, date_from, date_to):
        """Return the dates of a period on which service may be planned.

        Statutory days of a year whose official arrangement is not announced yet are
        left out too: they will be off, whatever is arranged around them.
        """
        self.ensure_one()
        company = self.company_id
        years = tuple(range(date_from.year, date_to.year + 1))
        statutory = get_statutory_days(company.country_id.code, years)
        return [
            day
            for day in self.env["kuaidi.deadline"]._get_working_days_between(
                date_from, date_to, company
            )
            if day not in statutory
        ]

    def _get_schedule(self, date_from, date_to):
        """Return what a plan over a period holds by this standard.

        :return: list of (template line, date_start, date_finish, festival, festival
            date), with an empty festival where the line stands for none
        :raise ValidationError: no lines, or a period without working days
        """
        self.ensure_one()
        if not self.line_ids:
            raise ValidationError(
                self.env._(
                    "Template %(template)s has no lines, so a plan made from it would"
                    " be empty. Fill the template first.",
                    template=self.display_name,
                )
            )
        days = self._get_working_days(date_from, date_to)
        if not days:
            raise ValidationError(
                self.env._(
                    "There is no working day between %(date_from)s and %(date_to)s."
                    " Choose a longer period.",
                    date_from=date_from,
                    date_to=date_to,
                )
            )
        slots = []
        for line, phase in zip(
            self.line_ids, get_phases(len(self.line_ids)), strict=True
        ):
            slots += line._get_slots(date_from, date_to, days, phase)
        return sorted(slots, key=lambda slot: (slot[2], slot[0].sequence, slot[0].id))

    def _get_entitlements(self, date_from, date_to):
        """Return how often each service is due in a period, by service type (GR-6)."""
        return Counter(
            slot[0].type_id for slot in self._get_schedule(date_from, date_to)
        )

    @api.model
    def _get_year_days(self, date_from):
        """Return the calendar days of the service year that begins on a date."""
        return (date_from + relativedelta(years=1) - date_from).days

    @api.model
    def _get_default_matrix(self):
        """Return the standard of 2.3 by service: per star how often in a year.

        Each row: XML-ID suffix of the service type, frequencies for one to five stars,
        and the values of the line. Costs are estimates in yuan, for the budget (SP-5).
        """
        day_of_leader = {"role": "leadership", "lead_workdays": 15}
        return [
            ("phone", (2, 4, 12, 24, 48), {"lead_workdays": 2, "amount_cost": 5}),
            ("site_visit", (1, 2, 4, 6, 12), {"lead_workdays": 5, "amount_cost": 150}),
            ("executive", (0, 0, 0, 1, 2), {**day_of_leader, "amount_cost": 1500}),
            ("report", (0, 4, 12, 12, 12), {"lead_workdays": 5, "amount_cost": 100}),
            (
                "coordination",
                (0, 0, 1, 2, 4),
                {"role": "operations", "lead_workdays": 10, "amount_cost": 300},
            ),
            ("review", (1, 1, 1, 2, 4), {"lead_workdays": 10, "amount_cost": 200}),
            (
                "survey",
                (1, 1, 1, 2, 4),
                {"role": "crm", "lead_workdays": 5, "amount_cost": 30},
            ),
            ("tour", (0, 0, 0, 1, 1), {"lead_workdays": 15, "amount_cost": 1200}),
            (
                "thank_you",
                (0, 0, 1, 1, 1),
                {"spread": "month", "month": "12", "lead_workdays": 20}
                | {"amount_cost": 800},
            ),
            ("training", (0, 0, 0, 1, 2), {"lead_workdays": 15, "amount_cost": 1500}),
            ("file", (2, 2, 4, 12, 24), {"lead_workdays": 3, "amount_cost": 20}),
            ("hotline", (0, 0, 1, 1, 1), {"spread": "whole", "amount_cost": 600}),
            (
                "festival",
                (1, 1, 1, 1, 1),
                {"spread": "festival", "amount_cost": 30},
            ),
            (
                "occasion",
                (0, 0, 1, 1, 1),
                {"spread": "occasion", "amount_cost": 100},
            ),
        ]
