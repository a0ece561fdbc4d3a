from datetime import date, datetime, timedelta

from odoo import api, fields, models

from ...tools.tender_dates import judge
from .tender_date import MOVES
from .tender_date_rule import DATE_FIELDS

ACTIVITY_TYPE = "kuaidi_key_account.mail_activity_type_tender_date"
# whoever gets a date is told by the activity: no mail for each
QUIET = {
    "mail_activity_quick_update": True,
    "mail_notify_author": False,
    "no_mail_to_attendees": True,
    "dont_notify": True,
    "skip_contact_description": True,
    "kuaidi_tender_dates": MOVES,
}
# dates, and who sees to them, follow from these
TRIGGERS = {name for name, _label in DATE_FIELDS} | {
    "company_id",
    "form",
    "is_government",
    "is_mandatory",
    "member_ids",
    "name",
    "presenter_id",
    "state",
    "user_id",
    "validity_days",
    "account_id",
    "partner_id",
}
EVENT_LENGTH = timedelta(hours=1)


class KuaidiTender(models.Model):
    """Works out the dates that follow, and plans them once each (2.8)."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    date_candidates = fields.Date(
        string="Candidates Published On",
        copy=False,
        help="The candidates for the award are published within 3 days of the report,"
        " for at least 3 days (Implementation Regulations, article 54).",
    )
    date_candidates_to = fields.Date(
        string="Candidates Published Until",
        compute="_compute_date_candidates_to",
        store=True,
        readonly=False,
        copy=False,
    )
    date_ids = fields.One2many(
        comodel_name="kuaidi.tender.date",
        inverse_name="tender_id",
        string="Dates by Law",
        readonly=True,
    )
    broken_count = fields.Integer(
        string="Dates against the Law", compute="_compute_broken_count", store=True
    )
    date_warnings = fields.Text(
        string="Warnings on Dates", compute="_compute_date_warnings"
    )

    # === COMPUTE METHODS === #

    @api.depends("date_candidates")
    def _compute_date_candidates_to(self):
        for tender in self:
            tender.date_candidates_to = tender.date_candidates and fields.Date.add(
                tender.date_candidates, days=3
            )

    @api.depends("date_ids.is_broken")
    def _compute_broken_count(self):
        for tender in self:
            tender.broken_count = len(tender.date_ids.filtered("is_broken"))

    @api.depends("date_ids.warning")
    @api.depends_context("lang")
    def _compute_date_warnings(self):
        for tender in self:
            broken = tender.date_ids.filtered("is_broken")
            tender.date_warnings = "\n".join(broken.mapped("warning")) or False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        tenders = super().create(vals_list)
        tenders._update_dates()
        return tenders

    def write(self, vals):
        res = super().write(vals)
        if TRIGGERS & vals.keys():
            self._update_dates()
        return res

    def unlink(self):
        # sudo: what the engine planned goes with the tender, whoever deletes it
        self.sudo().date_ids._withdraw()
        return super().unlink()

    # === BUSINESS METHODS === #

    @api.model
    def _get_live_fields(self):
        return super()._get_live_fields() | {"date_candidates", "date_candidates_to"}

    def _update_dates(self):
        """Work out the dates of tenders by the rules, and plan them (2.8).

        Each rule has one row with each tender, and each row at most one activity and
        one entry of the calendar, which move with the day.
        """
        if not self:
            return
        # sudo: the dates follow from the tender, whoever writes it
        tenders_sudo = self.sudo()
        rules_sudo = self.env["kuaidi.tender.date.rule"].sudo().search([])
        tenders_sudo.lock_for_update()
        rows_sudo = self.env["kuaidi.tender.date"].sudo()
        vals_list = []
        for tender in tenders_sudo:
            known = {row.rule_id: row for row in tender.date_ids}
            found = tender._work_out_dates(rules_sudo._filter_concerning(tender))
            for rule, values in found.items():
                row = known.pop(rule, None)
                values["user_id"] = tender._get_date_user(rule).id
                if row is None:
                    vals_list.append(
                        {"tender_id": tender.id, "rule_id": rule.id, **values}
                    )
                    continue
                changed = {
                    name: value
                    for name, value in values.items()
                    if value != rows_sudo._fields[name].convert_to_write(row[name], row)
                }
                if changed:
                    row.write(changed)
            for row in known.values():
                row._withdraw()
                row.unlink()
        rows_sudo.create(vals_list)
        tenders_sudo.invalidate_recordset(["date_ids"])
        tenders_sudo.date_ids._plan()

    def _work_out_dates(self, rules):
        """Return what the rules say of one tender.

        A date that is not known is taken from the rule that works it out, so that one
        rule follows on another.

        :return: dict of values of kuaidi.tender.date by rule
        """
        self.ensure_one()
        own = {name: self._get_day(name) for name, _label in DATE_FIELDS}
        worked = self._get_worked_days(own, rules)
        expected = dict(own)
        found = {}
        for rule in rules:
            if rule.known_field and not own[rule.known_field]:
                continue
            is_minimum = rule.kind == "minimum"
            start = (own if is_minimum else expected)[rule.from_field]
            end = own[rule.to_field] if rule.to_field else None
            latest, count, is_broken = judge(
                rule.kind,
                start,
                end,
                rule.days,
                rule.unit,
                is_before=rule.is_before,
                is_inclusive=rule.is_inclusive,
                worked=worked,
            )
            if latest is None and count is None:
                continue
            if latest and rule.to_field and not expected[rule.to_field]:
                expected[rule.to_field] = latest
            if not rule.is_planned and not is_broken:
                continue  # a check that is passed is nothing to show
            found[rule] = {
                "date": min(filter(None, (latest, end))) if latest else end,
                "date_latest": latest or False,
                "date_from": start,
                "date_to": end or False,
                "day_count": count or 0,
                "is_broken": is_broken,
            }
        return found

    def _get_day(self, name):
        """Return one of the tender's dates as a day in the company's time zone."""
        value = self[name]
        if isinstance(value, datetime):
            return self._get_local_date(value)
        return value or None

    def _get_worked_days(self, days, rules):
        """Return the working days around the dates, where a rule counts them."""
        counted = rules.filtered(lambda rule: rule.unit == "workday")
        known = [day for day in days.values() if day]
        if not counted or not known:
            return []
        # two calendar days in three may be rest days around a long holiday
        reach = timedelta(days=60 + 3 * sum(counted.mapped("days")))
        return self.env["kuaidi.deadline"]._get_working_days_between(
            min(known) - reach, max(known) + reach, self.company_id
        )

    def _get_date_user(self, rule):
        """Return who sees to the date of a rule."""
        self.ensure_one()
        if rule.part == "presentation" and self.presenter_id:
            return self.presenter_id
        return self._get_part_user(rule.part)


class KuaidiTenderMember(models.Model):
    """Lets the dates go to whoever has the part now."""

    _name = "kuaidi.tender.member"
    _inherit = ["kuaidi.tender.member"]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members.tender_id._update_dates()
        return members

    def write(self, vals):
        res = super().write(vals)
        if {"user_id", "part"} & vals.keys():
            self.tender_id._update_dates()
        return res

    def unlink(self):
        tenders = self.tender_id
        res = super().unlink()
        tenders.exists()._update_dates()
        return res


class KuaidiTenderDate(models.Model):
    """Puts a date into the calendar and before the right person, once."""

    _name = "kuaidi.tender.date"
    _inherit = ["kuaidi.tender.date"]

    # === BUSINESS METHODS === #

    def _plan(self):
        """Make, move or withdraw activity and calendar entry of these dates.

        What was done stays done; what somebody deleted comes back when the day moves.
        Called in superuser mode.
        """
        for row in self.with_context(active_test=False, **QUIET):
            today = row.tender_id._get_today()
            if not row.rule_id._is_planned_in(row.tender_id):
                row._withdraw()
            elif row.date_planned:
                row._move_planned(today)
            elif row.date and row.date >= today:
                row._create_planned()

    def _create_planned(self):
        """Make activity and calendar entry of one date."""
        activity = self.env["mail.activity"].create(self._prepare_activity())
        event = self.env["calendar.event"].create(self._prepare_event())
        self.write(
            {
                "activity_id": activity.id,
                "event_id": event.id,
                "date_planned": self.date,
            }
        )

    def _move_planned(self, today):
        """Let activity and calendar entry of one date follow it."""
        is_moved = self.date_planned != self.date
        if is_moved and self.activity_id and not self.activity_id.active:
            # it was done: nobody is asked for it again
            self.date_planned = self.date
            is_moved = False
        if is_moved and not self.activity_id and self.date >= today:
            self.activity_id = self.env["mail.activity"].create(
                self._prepare_activity()
            )
        if self.activity_id.active:
            _write_changed(
                self.activity_id,
                self._prepare_activity(),
                ("date_deadline", "user_id", "summary"),
            )
        if is_moved and not self.event_id and self.date >= today:
            self.event_id = self.env["calendar.event"].create(self._prepare_event())
        if self.event_id:
            names = ("name", "allday", "start", "stop", "start_date", "stop_date")
            _write_changed(self.event_id, self._prepare_event(), names)
            if self.event_id.user_id != self.user_id:
                self.event_id.write(
                    {
                        "user_id": self.user_id.id,
                        "partner_ids": self.user_id.partner_id.ids,
                    }
                )
        if is_moved:
            self.date_planned = self.date

    def _withdraw(self):
        """Take back what is not done yet: activities, and entries still ahead."""
        for row in self.with_context(active_test=False, **QUIET):
            if row.activity_id.active:
                row.activity_id.unlink()
            if row.event_id and row.date_planned >= row.tender_id._get_today():
                row.event_id.unlink()
            if row.date_planned and not row.activity_id:
                row.date_planned = False

    def _prepare_activity(self):
        """Return the values of the activity of one date."""
        self.ensure_one()
        row = self.with_context(lang=self.user_id.lang or self.env.lang)
        rule = row.rule_id
        return {
            "res_model_id": self.env["ir.model"]._get_id("kuaidi.tender"),
            "res_id": self.tender_id.id,
            "activity_type_id": self.env.ref(ACTIVITY_TYPE).id,
            "automated": True,
            "summary": rule.task or rule.name,
            "note": " ".join(filter(None, (rule.law, rule.article))) or False,
            "date_deadline": self.date,
            "user_id": self.user_id.id,
        }

    def _prepare_event(self):
        """Return the values of the calendar entry of one date."""
        self.ensure_one()
        row = self.with_context(lang=self.user_id.lang or self.env.lang)
        rule = row.rule_id
        moment = self._get_moment()
        values = {
            "name": f"{rule.task or rule.name} · {self.tender_id.display_name}",
            "user_id": self.user_id.id,
            "partner_ids": self.user_id.partner_id.ids,
            "res_model_id": self.env["ir.model"]._get_id("kuaidi.tender"),
            "res_id": self.tender_id.id,
            "allday": not moment,
        }
        if moment:
            return values | {"start": moment, "stop": moment + EVENT_LENGTH}
        return values | {
            "start": datetime.combine(self.date, datetime.min.time()),
            "stop": datetime.combine(self.date, datetime.min.time()),
            "start_date": self.date,
            "stop_date": self.date,
        }

    def _get_moment(self):
        """Return the hour of one date where the tender says it, else nothing."""
        rule = self.rule_id
        for name in filter(None, (rule.to_field, not rule.days and rule.from_field)):
            value = self.tender_id[name]
            if (
                isinstance(value, datetime)
                and self.tender_id._get_local_date(value) == self.date
            ):
                return value
        return None


def _write_changed(record, values, names):
    """Write those of the values that differ, so that nothing moves in vain."""
    changed = {}
    for name in names:
        if name not in values:
            continue
        current = record._fields[name].convert_to_write(record[name], record)
        if current != values[name] and not _is_same_day(current, values[name]):
            changed[name] = values[name]
    if changed:
        record.write(changed)


def _is_same_day(current, wanted):
    """Tell whether an entry of the whole day lies on that day: its hours are Odoo's."""
    return (
        isinstance(current, datetime)
        and isinstance(wanted, datetime)
        and wanted.time() == datetime.min.time()
        and date(current.year, current.month, current.day) == wanted.date()
    )
