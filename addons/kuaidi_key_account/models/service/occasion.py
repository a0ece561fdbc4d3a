from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...tools.festivals import get_day_in_year, get_next_yearly

# what the reminder writes; nobody types it
REMINDER_FIELDS = {
    "date_next",
    "date_remind",
    "date_reminded",
    "is_reminded",
    "activity_id",
}


class KuaidiOccasion(models.Model):
    """A day on which one client, or one of its people, expects attention (VI-2)."""

    _name = "kuaidi.occasion"
    _description = "Occasion"
    _inherit = ["kuaidi.account.part"]
    _order = "date_next, id"

    name = fields.Char(
        string="Occasion",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    kind = fields.Selection(
        selection=[
            ("birthday", "Birthday"),
            ("anniversary", "Anniversary"),
            ("celebration", "Celebration"),
        ],
        required=True,
        default="birthday",
        help="A birthday of a contact, an anniversary of the client or of the"
        " cooperation, or a celebration such as an opening.",
    )
    commercial_partner_id = fields.Many2one(
        related="account_id.partner_id", string="Client"
    )
    manager_id = fields.Many2one(
        related="account_id.manager_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('commercial_partner_id', '=', commercial_partner_id),"
        " ('is_company', '=', False)]",
    )
    date = fields.Date(
        required=True,
        help="The first one. Where the year is not known, enter any year: for a yearly"
        " occasion only month and day count.",
    )
    is_yearly = fields.Boolean(
        string="Every Year",
        compute="_compute_is_yearly",
        store=True,
        readonly=False,
        precompute=True,
        help="29 February falls on the 28th in common years. What is not yearly is"
        " archived when it is over.",
    )
    lead_days = fields.Integer(
        string="Lead Time (days)",
        compute="_compute_lead_days",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="The account manager is reminded so many calendar days before.",
    )
    date_next = fields.Date(
        string="Next Date",
        compute="_compute_date_next",
        store=True,
        precompute=True,
    )
    date_remind = fields.Date(
        string="Remind On",
        compute="_compute_date_remind",
        store=True,
        precompute=True,
    )
    date_reminded = fields.Date(
        string="Reminded Of",
        readonly=True,
        copy=False,
        help="The date of the occasion for which the last reminder was made.",
    )
    is_reminded = fields.Boolean(
        string="Reminded",
        compute="_compute_is_reminded",
        store=True,
        precompute=True,
        help="The activity for the next date is made.",
    )
    activity_id = fields.Many2one(
        comodel_name="mail.activity",
        string="Reminder",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    days_left = fields.Integer(
        compute="_compute_days_left",
        help="Calendar days until the next date in the company's time zone.",
    )
    active = fields.Boolean(default=True)

    _birthday_of_someone = models.Constraint(
        "CHECK(kind <> 'birthday' OR partner_id IS NOT NULL)",
        "Choose whose birthday it is.",
    )
    _lead_days_range = models.Constraint(
        "CHECK(lead_days BETWEEN 0 AND 180)",
        "The lead time of an occasion lies between 0 and 180 days.",
    )
    _remind_idx = models.Index("(date_remind) WHERE active IS TRUE")

    # === COMPUTE METHODS === #

    @api.depends("kind", "partner_id", "account_id")
    def _compute_name(self):
        names = {
            "birthday": self.env._("Birthday of %(name)s"),
            "anniversary": self.env._("Anniversary of %(name)s"),
            "celebration": self.env._("Celebration of %(name)s"),
        }
        for occasion in self:
            partner = occasion.partner_id or occasion.commercial_partner_id
            occasion.name = names.get(occasion.kind, "%(name)s") % {
                "name": partner.name or ""
            }

    @api.depends("kind")
    def _compute_is_yearly(self):
        for occasion in self:
            occasion.is_yearly = occasion.kind != "celebration"

    # the setting is no dependency: it is where new occasions start
    @api.depends("account_id")
    def _compute_lead_days(self):
        for occasion in self:
            company = occasion.account_id.company_id or self.env.company
            occasion.lead_days = company.kuaidi_occasion_lead_days

    @api.depends("date", "is_yearly")
    def _compute_date_next(self):
        for occasion in self:
            occasion.date_next = (
                get_next_yearly(occasion.date, occasion._get_today())
                if occasion.date and occasion.is_yearly
                else occasion.date
            )

    @api.depends("date_next", "lead_days")
    def _compute_date_remind(self):
        for occasion in self:
            occasion.date_remind = occasion.date_next and fields.Date.subtract(
                occasion.date_next, days=occasion.lead_days
            )

    @api.depends("date_next", "date_reminded")
    def _compute_is_reminded(self):
        for occasion in self:
            occasion.is_reminded = bool(
                occasion.date_next and occasion.date_reminded == occasion.date_next
            )

    @api.depends("date_next", "account_id")
    def _compute_days_left(self):
        for occasion in self:
            occasion.days_left = (
                (occasion.date_next - occasion._get_today()).days
                if occasion.date_next
                else 0
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("account_id", "partner_id")
    def _check_partner_belongs_to_account(self):
        for occasion in self:
            partner, client = occasion.partner_id, occasion.account_id.partner_id
            if partner and partner.commercial_partner_id != client:
                raise ValidationError(
                    self.env._(
                        "%(contact)s does not belong to %(client)s. Set the client as"
                        " the company of the contact first.",
                        contact=partner.display_name,
                        client=client.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            if REMINDER_FIELDS & self._get_typed_names(vals_list):
                raise AccessError(self._get_reminder_message())
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and REMINDER_FIELDS & vals.keys():
            raise AccessError(self._get_reminder_message())
        res = super().write(vals)
        if {"date", "is_yearly", "active"} & vals.keys():
            self.filtered(
                lambda occasion: not occasion.active or not occasion.is_reminded
            )._withdraw_reminder()
        return res

    def unlink(self):
        self._withdraw_reminder()
        return super().unlink()

    # === BUSINESS METHODS === #

    def _get_dates(self, date_from, date_to):
        """Return the dates of these occasions within a period.

        :param date_from: first day of the period
        :param date_to: last day of the period, included
        :return: sorted list of dates, each once
        """
        dates = set()
        for occasion in self:
            if occasion.is_yearly:
                dates |= {
                    get_day_in_year(occasion.date.month, occasion.date.day, year)
                    for year in range(date_from.year, date_to.year + 1)
                }
            else:
                dates.add(occasion.date)
        return sorted(day for day in dates if date_from <= day <= date_to)

    def _get_reminder_message(self):
        return self.env._(
            "The next date and the reminder of an occasion follow from its date and"
            " its lead time; they cannot be entered."
        )

    def _withdraw_reminder(self):
        """Remove the open activities of days that are none any more."""
        # sudo: the reminder is the system's, whoever it is for
        occasions_sudo = self.sudo().filtered("activity_id")
        occasions_sudo.activity_id.filtered("active").unlink()
        occasions_sudo.activity_id = False
