from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_list

MANUAL = "manual"
# what the bits of a rule's star mask stand for: no star, then one to five
ALL_STARS = 0b111111
LEVELS = [("4", "Red"), ("3", "Orange"), ("2", "Yellow"), ("1", "Blue")]
# colour of each level, from mild to severe
COLOURS = ("blue", "yellow", "orange", "red")
THRESHOLDS = tuple(f"threshold_{colour}" for colour in COLOURS)
# of the rules that a company starts with (2.6): percent, lines or days
DEFAULT_THRESHOLDS = {
    "volume_yoy": (10, 0, 0, 50),
    "volume_mom": (0, 20, 0, 0),
    "volume_mom_two": (0, 0, 30, 0),
    "plan_missed": (1, 0, 0, 0),
    "overdue_days": (0, 30, 0, 0),
    "pay_delay_percent": (0, 0, 50, 0),
    "contact_lost_days": (0, 0, 15, 0),
    "visit_late_days": (15, 0, 0, 0),
    MANUAL: (0, 0, 0, 1),
}
# a change of these makes another rule of it
VERSIONED_FIELDS = {
    "kind",
    "active",
    "level_ids",
    "company_id",
    "pieces_min",
    "amount_min",
    *THRESHOLDS,
}


class AlertKind(NamedTuple):
    """What a kind of rule measures, told in the user's language."""

    unit: str
    explanation: str
    # a sentence about one client, with %(measure)s in it
    reason: str
    # the threshold itself is not enough yet
    is_strict: bool = False
    # where nothing is counted the measure is 0; else it is unknown
    is_counted: bool = False
    # field of the rule: with a lower base than it holds a client is not judged
    floor: str = ""


class KuaidiAlertRule(models.Model):
    """From which measure on the clients of a company are at risk, and how badly."""

    _name = "kuaidi.alert.rule"
    _description = "Alert Rule"
    _order = "company_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    # what is measured
    kind = fields.Selection(
        selection=[
            ("volume_yoy", "Volume against Last Year"),
            ("volume_mom", "Volume against Last Month"),
            ("volume_mom_two", "Volume Falling Two Months Running"),
            ("revenue_yoy", "Revenue against Last Year"),
            ("plan_missed", "Plan Lines Missed"),
            ("overdue_days", "Days Overdue"),
            ("pay_delay_percent", "Delay against the Payment Term"),
            ("contact_lost_days", "Contact Lost"),
            ("visit_late_days", "Visit Late"),
            (MANUAL, "Raised by Hand"),
        ],
        required=True,
    )
    unit = fields.Char(compute="_compute_kind_words")
    explanation = fields.Text(compute="_compute_kind_words")
    level_ids = fields.Many2many(
        comodel_name="kuaidi.star.level",
        relation="kuaidi_alert_rule_level_rel",
        column1="rule_id",
        column2="level_id",
        string="Stars",
        domain="[('company_id', '=', company_id)]",
        help="Clients whom the rule is for. Empty: all of them, with and without star.",
    )
    star_mask = fields.Integer(
        compute="_compute_star_mask",
        store=True,
        aggregator=None,
        help="A bit for clients without star, and one for each number of stars.",
    )
    # from where on
    threshold_blue = fields.Float(
        string="Blue From",
        digits=(12, 1),
        aggregator=None,
        help="Attention. 0: the rule knows no such level.",
    )
    threshold_yellow = fields.Float(
        string="Yellow From",
        digits=(12, 1),
        aggregator=None,
        help="Warning. 0: the rule knows no such level.",
    )
    threshold_orange = fields.Float(
        string="Orange From",
        digits=(12, 1),
        aggregator=None,
        help="Serious. 0: the rule knows no such level.",
    )
    threshold_red = fields.Float(
        string="Red From",
        digits=(12, 1),
        aggregator=None,
        help="About to be lost. 0: the rule knows no such level.",
    )
    pieces_min = fields.Integer(
        string="Least Pieces Compared",
        default=100,
        aggregator=None,
        help="Pieces of the earlier month. A client who sent fewer is not judged by"
        " volume: of two parcels, one fewer is half. 0: all are judged.",
    )
    amount_min = fields.Monetary(
        string="Least Revenue Compared",
        default=1000.0,
        aggregator=None,
        help="Revenue of the earlier month, in yuan. A client who brought in less is"
        " not judged by revenue. 0: all are judged.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    # until when
    workdays_blue = fields.Integer(string="Blue (working days)", default=10)
    workdays_yellow = fields.Integer(string="Yellow (working days)", default=5)
    workdays_orange = fields.Integer(string="Orange (working days)", default=3)
    workdays_red = fields.Integer(string="Red (working days)", default=1)
    quiet_days = fields.Integer(
        string="Quiet After (days)",
        default=30,
        help="Once a person has closed an alert, this rule raises it anew for the same"
        " client only after so many calendar days, unless it becomes more severe.",
    )
    version = fields.Integer(
        readonly=True,
        copy=False,
        default=1,
        aggregator=None,
        help="Counts up with each change of what the rule asks for. Alerts name the"
        " version that judged them.",
    )
    alert_ids = fields.One2many(comodel_name="kuaidi.alert", inverse_name="rule_id")

    _thresholds_rise = models.Constraint(
        """CHECK(
            coalesce(nullif(threshold_blue, 0) < nullif(threshold_yellow, 0), TRUE)
            AND coalesce(nullif(threshold_blue, 0) < nullif(threshold_orange, 0), TRUE)
            AND coalesce(nullif(threshold_blue, 0) < nullif(threshold_red, 0), TRUE)
            AND coalesce(
                nullif(threshold_yellow, 0) < nullif(threshold_orange, 0), TRUE)
            AND coalesce(nullif(threshold_yellow, 0) < nullif(threshold_red, 0), TRUE)
            AND coalesce(nullif(threshold_orange, 0) < nullif(threshold_red, 0), TRUE)
        )""",
        "Thresholds rise from blue over yellow and orange to red.",
    )
    _threshold_given = models.Constraint(
        """CHECK(
            least(threshold_blue, threshold_yellow, threshold_orange, threshold_red)
            >= 0
            AND greatest(
                threshold_blue, threshold_yellow, threshold_orange, threshold_red)
            > 0
        )""",
        "A rule has a threshold of at least one level, and none below zero.",
    )
    _floor_not_negative = models.Constraint(
        "CHECK(pieces_min >= 0 AND amount_min >= 0)",
        "The least volume and the least revenue cannot be below zero.",
    )
    _workdays_range = models.Constraint(
        """CHECK(
            least(workdays_blue, workdays_yellow, workdays_orange, workdays_red,
                  quiet_days) >= 0
            AND greatest(workdays_blue, workdays_yellow, workdays_orange, workdays_red,
                         quiet_days) <= 366
        )""",
        "Deadlines and the quiet time of a rule lie between 0 and 366 days.",
    )
    # rules of one kind cannot share a star: an index for each bit of the mask
    _star_0_uniq = models.UniqueIndex(
        "(company_id, kind) WHERE active AND star_mask & 1 <> 0",
        "Another rule of this kind is for clients without star already.",
    )
    _star_1_uniq = models.UniqueIndex(
        "(company_id, kind) WHERE active AND star_mask & 2 <> 0",
        "Another rule of this kind is for clients of one star already.",
    )
    _star_2_uniq = models.UniqueIndex(
        "(company_id, kind) WHERE active AND star_mask & 4 <> 0",
        "Another rule of this kind is for clients of two stars already.",
    )
    _star_3_uniq = models.UniqueIndex(
        "(company_id, kind) WHERE active AND star_mask & 8 <> 0",
        "Another rule of this kind is for clients of three stars already.",
    )
    _star_4_uniq = models.UniqueIndex(
        "(company_id, kind) WHERE active AND star_mask & 16 <> 0",
        "Another rule of this kind is for clients of four stars already.",
    )
    _star_5_uniq = models.UniqueIndex(
        "(company_id, kind) WHERE active AND star_mask & 32 <> 0",
        "Another rule of this kind is for clients of five stars already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_kind_words(self):
        kinds = self._get_kinds()
        for rule in self:
            kind = kinds.get(rule.kind)
            rule.unit = kind and kind.unit
            rule.explanation = kind and kind.explanation

    @api.depends("level_ids.stars")
    def _compute_star_mask(self):
        for rule in self:
            rule.star_mask = rule._get_star_mask()

    # === CONSTRAINT METHODS === #

    @api.constrains(*THRESHOLDS)
    def _check_thresholds_rise(self):
        for rule in self:
            given = [rule[name] for name in THRESHOLDS if rule[name]]
            if any(
                severe <= mild for mild, severe in zip(given, given[1:], strict=False)
            ):
                raise ValidationError(
                    self.env._(
                        "The thresholds of “%(rule)s” contradict each other: each level"
                        " begins above the milder one, from blue over yellow and orange"
                        " to red.",
                        rule=rule.name,
                    )
                )

    @api.constrains("active", "company_id", "kind", "level_ids")
    def _check_rules_do_not_overlap(self):
        for company in self.company_id:
            # archived ones too: to tell them apart Odoo would write what is checked
            rules = self.with_context(active_test=False).search(
                [("company_id", "=", company.id)], order="id"
            )
            for rule in self.filtered(
                lambda rule, company=company: rule.active and rule.company_id == company
            ):
                other = rules.filtered(
                    lambda other, rule=rule: (
                        other != rule
                        and other.active
                        and other.kind == rule.kind
                        and other._get_star_mask() & rule._get_star_mask()
                    )
                )[:1]
                if other:
                    raise ValidationError(
                        self.env._(
                            "“%(rule)s” and “%(other)s” measure the same for the same"
                            " clients, and would contradict each other. Choose other"
                            " stars for one of them, or archive it.",
                            rule=rule.name,
                            other=other.name,
                        )
                    )

    @api.constrains("company_id", "level_ids")
    def _check_levels_of_company(self):
        for rule in self:
            foreign = rule.level_ids.filtered(
                lambda level, rule=rule: level.company_id != rule.company_id
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(levels)s is a star of another company. Choose stars of"
                        " %(company)s.",
                        levels=format_list(self.env, foreign.mapped("display_name")),
                        company=rule.company_id.name,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        if {"kind", "company_id"} & vals.keys() and self._get_used():
            raise UserError(
                self.env._(
                    "Alerts were raised by this rule, and their history would read"
                    " wrongly. Archive it, and make another rule."
                )
            )
        res = super().write(vals)
        if "level_ids" in vals:
            # before another rule takes the stars that this one gives up
            self.flush_recordset(["star_mask"])
        if VERSIONED_FIELDS & vals.keys():
            for rule in self:
                super(KuaidiAlertRule, rule).write({"version": rule.version + 1})
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self._get_used()
        if used:
            raise UserError(
                self.env._(
                    "Alerts were raised by “%(rule)s”. Archive the rule instead.",
                    rule=used[0].name,
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_kinds(self):
        """Hook: return what each kind measures, in the user's language.

        A later room adds kinds to the selection, answers for their words here and for
        their figures in `_get_measure_query`.

        :rtype: dict[str, AlertKind]
        """
        percent, days = self.env._("%"), self.env._("days")
        return {
            "volume_yoy": AlertKind(
                percent,
                self.env._(
                    "How far the pieces of the last full month lie below those of the"
                    " same month last year. Clients without figures for either month,"
                    " or with fewer pieces last year than the least, are not judged."
                ),
                self.env._(
                    "Volume is %(measure)s %% below that of the same month last year."
                ),
                floor="pieces_min",
            ),
            "volume_mom": AlertKind(
                percent,
                self.env._(
                    "How far the pieces of the last full month lie below those of the"
                    " month before, if that had the least pieces or more."
                ),
                self.env._("Volume is %(measure)s %% below that of the month before."),
                floor="pieces_min",
            ),
            "volume_mom_two": AlertKind(
                percent,
                self.env._(
                    "By how much the pieces have fallen from month to month, two months"
                    " running; the smaller of the two falls counts. The first of the"
                    " three months had the least pieces or more."
                ),
                self.env._(
                    "Volume has fallen two months running, by %(measure)s %% or more"
                    " each."
                ),
                floor="pieces_min",
            ),
            "revenue_yoy": AlertKind(
                percent,
                self.env._(
                    "How far the revenue in the figures of the last full month lies"
                    " below that of the same month last year, if that brought in the"
                    " least revenue or more."
                ),
                self.env._(
                    "Revenue is %(measure)s %% below that of the same month last year."
                ),
                floor="amount_min",
            ),
            "plan_missed": AlertKind(
                self.env._("lines"),
                self.env._(
                    "Lines of the service plan in force that were due in the past 30"
                    " days and were missed, or are not delivered yet."
                ),
                self.env._("%(measure)s lines of the service plan were missed."),
                is_counted=True,
            ),
            "overdue_days": AlertKind(
                days,
                self.env._(
                    "For how many calendar days, more than the threshold, the oldest"
                    " open receivable is overdue. Clients whose credits and payments"
                    " not applied yet cover what is overdue are left out."
                ),
                self.env._("Payment is %(measure)s days overdue."),
                is_strict=True,
                is_counted=True,
            ),
            "pay_delay_percent": AlertKind(
                percent,
                self.env._(
                    "Days overdue of the oldest open receivable, against the days of"
                    " its payment term from invoice to due date. More than the"
                    " threshold counts; what was due at once has no term to compare"
                    " with."
                ),
                self.env._(
                    "Payment is late by %(measure)s %% of the agreed payment term."
                ),
                is_strict=True,
                is_counted=True,
            ),
            "contact_lost_days": AlertKind(
                days,
                self.env._(
                    "Calendar days, more than the threshold, without any contact logged"
                    " (visit, call, mail or message) beyond the days between visits"
                    " that the client's star allows, counted from the last contact or"
                    " from when the client became formal."
                ),
                self.env._(
                    "No contact was made for %(measure)s days longer than the star"
                    " allows."
                ),
                is_strict=True,
                is_counted=True,
            ),
            "visit_late_days": AlertKind(
                days,
                self.env._(
                    "Calendar days since the visit in person that the client's star"
                    " asks for was due."
                ),
                self.env._("The visit in person is %(measure)s days late."),
                is_counted=True,
            ),
            MANUAL: AlertKind(
                self.env._("alert"),
                self.env._(
                    "Somebody raised it: the client announces leaving, tenders, goes to"
                    " law or to the media. The threshold that is 1 says at which level."
                ),
                self.env._("Raised by hand."),
            ),
        }

    def _get_used(self):
        """Return the rules that have raised an alert."""
        # sudo: an alert of a client that the user does not see counts as well
        groups = (
            self.env["kuaidi.alert"]
            .sudo()
            ._read_group([("rule_id", "in", self.ids)], ["rule_id"])
        )
        return self.browse(rule.id for (rule,) in groups)

    def _get_star_mask(self):
        self.ensure_one()
        mask = 0
        for stars in self.level_ids.mapped("stars"):
            mask |= 1 << stars
        return mask or ALL_STARS

    def _get_level(self, measure):
        """Return the level of a measure, "1" (blue) to "4" (red), or False."""
        self.ensure_one()
        is_strict = self._get_kinds()[self.kind].is_strict
        for level, name in reversed(list(enumerate(THRESHOLDS, start=1))):
            threshold = self[name]
            if threshold and (
                measure > threshold or (measure == threshold and not is_strict)
            ):
                return str(level)
        return False

    def _get_workdays(self, level):
        """Return the working days within which an alert of a level is dealt with."""
        self.ensure_one()
        return self[f"workdays_{COLOURS[int(level) - 1]}"]

    @api.model
    def _get_snapshot(self, company):
        """Return the rules of a company as plain values, for one whole evaluation."""
        kinds = self._get_kinds()
        # sudo: the rules hold, whoever has clients evaluated
        rules_sudo = self.sudo().search(
            [("company_id", "=", company.id), ("kind", "!=", MANUAL)], order="id"
        )
        return [
            {
                "id": rule.id,
                "kind": rule.kind,
                "mask": rule.star_mask,
                "thresholds": [rule[name] or None for name in THRESHOLDS],
                "floor": rule[kinds[rule.kind].floor] if kinds[rule.kind].floor else 0,
                "workdays": [rule._get_workdays(level) for level in range(1, 5)],
                "version": rule.version,
                "is_strict": kinds[rule.kind].is_strict,
                "is_counted": kinds[rule.kind].is_counted,
            }
            for rule in rules_sudo
        ]

    @api.model
    def _get_default_rules(self):
        """Hook: return the values of the rules that a company starts with (2.6)."""
        names = {
            "volume_yoy": self.env._("Volume below last year"),
            "volume_mom": self.env._("Volume below last month"),
            "volume_mom_two": self.env._("Volume falling two months running"),
            "plan_missed": self.env._("Service plan missed"),
            "overdue_days": self.env._("Payment overdue"),
            "pay_delay_percent": self.env._("Payment far beyond its term"),
            "contact_lost_days": self.env._("Contact lost"),
            "visit_late_days": self.env._("Visit late"),
            MANUAL: self.env._("Raised by hand"),
        }
        return self._prepare_default_rules(
            (kind, name, DEFAULT_THRESHOLDS[kind]) for kind, name in names.items()
        )

    @api.model
    def _prepare_default_rules(self, rows, former=()):
        """Return the values of rules, in their order after the former ones.

        :param rows: (kind, name, thresholds) of each rule
        :param former: values of rules that stand before them
        """
        return [
            *former,
            *(
                {
                    "name": name,
                    "kind": kind,
                    "sequence": 10 * position,
                    **dict(zip(THRESHOLDS, thresholds, strict=True)),
                }
                for position, (kind, name, thresholds) in enumerate(
                    rows, start=len(former) + 1
                )
            ),
        ]
