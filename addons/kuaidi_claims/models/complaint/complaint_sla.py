from odoo import api, fields, models

from .complaint_type import SEVERITIES


class KuaidiComplaintSla(models.Model):
    """How long an answer may take, by severity, type and star (CP-1, D6 to D8)."""

    _name = "kuaidi.complaint.sla"
    _description = "Complaint Service Level"
    _order = "severity, type_id, stars_min desc, id"
    _rec_name = "severity"

    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Empty: for every company that has no line of its own.",
    )
    severity = fields.Selection(selection=SEVERITIES, required=True)
    type_id = fields.Many2one(
        comodel_name="kuaidi.complaint.type",
        string="Complaint Type",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: for every type that has no line of its own.",
    )
    stars_min = fields.Integer(
        string="From Stars",
        default=0,
        help="For clients with this many stars or more. 0: for everybody.",
    )
    hours = fields.Float(
        string="Hours to Answer",
        required=True,
        help="Hours round the clock from the receipt; weekends and holidays count.",
    )
    warn_hours = fields.Float(
        string="Warn Before (hours)",
        help="The officer is warned this many hours before the time is over.",
    )
    active = fields.Boolean(default=True)

    _rule_uniq = models.UniqueIndex(
        "(coalesce(company_id, 0), severity, coalesce(type_id, 0), stars_min)"
        " WHERE active",
        "There is a line for this severity, type and star already.",
    )
    _hours_range = models.Constraint(
        "CHECK(hours > 0 AND hours <= 168)",
        "An answer takes more than 0 and at most 168 hours: the law gives 7 days.",
    )
    _warning_range = models.Constraint(
        "CHECK(warn_hours >= 0 AND warn_hours < hours)",
        "The warning comes after the receipt and before the time is over.",
    )
    _stars_range = models.Constraint(
        "CHECK(stars_min >= 0)", "The stars cannot be negative."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_limits(self, company, wanted):
        """Return the hours to answer and to warn before, for many complaints at once.

        The most specific line counts: of the company before those of all, of the type
        before those of all, of more stars before those of fewer. Two queries at most.

        :param company: whose lines count
        :param wanted: triples (severity, complaint type, stars)
        :return: pairs (hours, hours of warning), in the same order; (24, 4) where no
            line fits
        """
        rules = self.sudo().search_fetch(  # sudo: limits bind whoever takes a call
            [("company_id", "in", [False, company.id])],
            ["company_id", "severity", "type_id", "stars_min", "hours", "warn_hours"],
        )
        ranked = sorted(
            rules,
            key=lambda rule: (
                bool(rule.company_id),
                bool(rule.type_id),
                rule.stars_min,
            ),
            reverse=True,
        )
        known = {}
        for severity, kind, stars in wanted:
            key = (severity, kind.id, stars)
            if key not in known:
                rule = next(
                    (
                        rule
                        for rule in ranked
                        if rule.severity == severity
                        and rule.type_id.id in (False, kind.id)
                        and rule.stars_min <= stars
                    ),
                    None,
                )
                known[key] = (rule.hours, rule.warn_hours) if rule else (24.0, 4.0)
        return [known[severity, kind.id, stars] for severity, kind, stars in wanted]
