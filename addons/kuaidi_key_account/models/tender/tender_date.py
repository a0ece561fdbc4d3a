from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

# what moves a meeting in the calendar
TIME_FIELDS = {"start", "stop", "start_date", "stop_date", "allday", "duration"}
# a value that no request can send: whoever carries it is our own code
MOVES = object()


class KuaidiTenderDate(models.Model):
    """What one rule says of one tender: the day, and whether the law is kept (2.8).

    Written by the dates engine alone.
    """

    _name = "kuaidi.tender.date"
    _description = "Tender Date"
    _inherit = ["kuaidi.line.mixin"]
    _order = "tender_id, date, sequence, id"
    _rec_name = "rule_id"

    tender_id = fields.Many2one(
        comodel_name="kuaidi.tender",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="tender_id.company_id", store=True, precompute=True
    )
    rule_id = fields.Many2one(
        comodel_name="kuaidi.tender.date.rule",
        string="Date Rule",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(related="rule_id.sequence", store=True)
    # texts break their lines in a list, a link would be cut off
    label = fields.Text(string="Rule and Article", compute="_compute_label")
    date = fields.Date(
        string="Day", readonly=True, help="The tender's own date, else the law's."
    )
    date_latest = fields.Date(string="Latest by Law", readonly=True)
    date_from = fields.Date(string="Counted From", readonly=True)
    date_to = fields.Date(string="Counted To", readonly=True)
    day_count = fields.Integer(string="Days Found", readonly=True, aggregator=None)
    is_broken = fields.Boolean(string="Breaks the Rule", readonly=True)
    warning = fields.Text(string="What the Law Says", compute="_compute_warning")
    # who sees to it
    user_id = fields.Many2one(
        comodel_name="res.users", string="Seen To By", readonly=True, index=True
    )
    activity_id = fields.Many2one(
        comodel_name="mail.activity",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    event_id = fields.Many2one(
        comodel_name="calendar.event",
        string="Calendar Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    date_planned = fields.Date(
        string="Planned For",
        readonly=True,
        help="The day for which activity and calendar entry were made.",
    )

    _tender_rule_uniq = models.UniqueIndex(
        "(tender_id, rule_id)", "A rule gives a tender one date."
    )

    # === COMPUTE METHODS === #

    @api.depends("rule_id")
    @api.depends_context("lang")
    def _compute_label(self):
        for row in self:
            rule = row.rule_id
            row.label = "\n".join(filter(None, (rule.name, rule.article)))

    @api.depends("is_broken", "date_from", "date_to", "date_latest", "day_count")
    @api.depends_context("lang")
    def _compute_warning(self):
        for row in self:
            row.warning = row._describe() if row.is_broken else False

    # === BUSINESS METHODS === #

    def _describe(self):
        """Return in words which date breaks which article, and how far."""
        self.ensure_one()
        rule = self.rule_id
        labels = dict(rule._fields["from_field"]._description_selection(self.env))
        values = {
            "rule": rule.name,
            "start": labels[rule.from_field],
            "from": format_date(self.env, self.date_from),
            "end": labels.get(rule.to_field, ""),
            "to": format_date(self.env, self.date_to),
            "found": self.day_count,
            "days": rule.days,
            "law": " ".join(filter(None, (rule.law, rule.article))),
        }
        if rule.kind == "minimum":
            if rule.unit == "workday":
                return self.env._(
                    "%(rule)s: %(found)s working days between %(from)s (%(start)s) and"
                    " %(to)s (%(end)s), at least %(days)s are asked for. %(law)s",
                    **values,
                )
            return self.env._(
                "%(rule)s: %(found)s days between %(from)s (%(start)s) and %(to)s"
                " (%(end)s), at least %(days)s are asked for. %(law)s",
                **values,
            )
        return self.env._(
            "%(rule)s: %(to)s (%(end)s) is later than %(latest)s. %(law)s",
            **values,
            latest=format_date(self.env, self.date_latest),
        )


class CalendarEvent(models.Model):
    """Dates of a tender in the calendar follow the tender, not the other way."""

    _name = "calendar.event"
    _inherit = ["calendar.event"]

    kuaidi_tender_date_ids = fields.One2many(
        comodel_name="kuaidi.tender.date",
        inverse_name="event_id",
        string="Tender Dates",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        # the calendar takes values out of the dictionary
        if (
            TIME_FIELDS & vals.keys()
            and self.env.context.get("kuaidi_tender_dates") is not MOVES
        ):
            # sudo: whether they stand for a tender is a fact, whoever moves them
            dates_sudo = (
                self.env["kuaidi.tender.date"]
                .sudo()
                .search([("event_id", "in", self.ids)], limit=1)
            )
            if dates_sudo and not self.env.su:
                raise UserError(
                    self.env._(
                        "This is a date of tender %(tender)s and follows it. Change"
                        " the date there.",
                        tender=dates_sudo.tender_id.number,
                    )
                )
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    def _get_activity_excluded_models(self):
        """Make no second activity for dates of tenders: they have one each."""
        excluded = super()._get_activity_excluded_models()
        if self.env.context.get("kuaidi_tender_dates") is MOVES:
            return [*excluded, "kuaidi.tender"]
        return excluded
