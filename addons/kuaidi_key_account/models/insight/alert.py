from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from .alert_rule import LEVELS

REASONS = [
    ("leaving", "Announces Leaving"),
    ("tender", "Puts Us out to Tender"),
    ("legal", "Threatens or Takes Legal Action"),
    ("media", "Turns to the Media"),
    ("consumer_day", "Turns to the 3.15 Consumer Programme"),
    ("at_door", "At Our Door"),
    ("executive", "Wants Our Top Management"),
    ("other", "Other"),
]
# told to the VP and legal at once
CRISIS_REASONS = {"legal", "media", "consumer_day", "at_door"}
RESULTS = [
    ("saved", "Saved"),
    ("reduced", "Stays with Less"),
    ("lost", "Client Lost"),
]
CAUSES = [
    ("price", "Price"),
    ("quality", "Service Quality"),
    ("claim", "Claim"),
    ("settlement", "Settlement"),
    ("competitor", "Competitor"),
    ("contact", "Contact Changed"),
    ("business", "Client's Own Business"),
]


class KuaidiAlert(models.Model):
    """A sign that one client is at risk, and what is done about it (2.6)."""

    _name = "kuaidi.alert"
    _description = "At-Risk Alert"
    _inherit = [
        "kuaidi.account.part",
        "kuaidi.escalation.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "level desc, date_deadline, id"
    _rec_names_search = ["account_id", "rule_id"]
    _mail_post_access = "read"

    _account_operation = "read"
    _worker_fields = ("owner_id",)
    _guarded_fields = frozenset(
        (
            "account_id",
            "company_id",
            "rule_id",
            "rule_version",
            "level",
            "measure",
            "is_recovered",
            "manual_reason",
            "description",
            "state",
            "result",
            "cause",
            "lesson",
            "is_crisis",
            "date_crisis",
            "spokesperson_id",
            "date_raised",
            "date_told",
            "date_done",
            "date_deadline",
            "date_escalated",
            "closed_by_id",
            "quiet_until",
            "change_ids",
        )
    )
    _deadline_stop_states = ("closed",)
    _escalation_activity_type = "kuaidi_key_account.mail_activity_type_alert_late"

    # what is seen
    account_id = fields.Many2one(readonly=True, string="Key Account")
    manager_id = fields.Many2one(related="account_id.manager_id")
    stars = fields.Integer(related="account_id.stars", aggregator=None)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_annual = fields.Monetary(related="account_id.amount_annual")
    rule_id = fields.Many2one(
        comodel_name="kuaidi.alert.rule",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Selection(related="rule_id.kind")
    unit = fields.Char(related="rule_id.unit")
    explanation = fields.Text(related="rule_id.explanation")
    rule_version = fields.Integer(readonly=True, aggregator=None)
    level = fields.Selection(
        selection=LEVELS,
        string="Alert Level",
        required=True,
        readonly=True,
        group_expand=True,
    )
    measure = fields.Float(
        digits=(12, 1),
        readonly=True,
        aggregator="max",
        help="What the rule measured last, in its unit.",
    )
    reason = fields.Char(compute="_compute_reason")
    is_recovered = fields.Boolean(
        string="Figures Recovered",
        readonly=True,
        help="The rule would not raise it any more; it is open because a rescue plan is"
        " under way.",
    )
    manual_reason = fields.Selection(
        selection=REASONS, string="What Happened", readonly=True
    )
    description = fields.Text(readonly=True)
    date_raised = fields.Datetime(
        string="Raised On", required=True, readonly=True, default=fields.Datetime.now
    )
    # crisis
    is_crisis = fields.Boolean(
        string="Crisis",
        readonly=True,
        help="Law, media, 3.15 or trouble at our door: the VP and legal are told at"
        " once, and one person alone speaks for us.",
    )
    date_crisis = fields.Datetime(string="Crisis Told On", readonly=True)
    spokesperson_id = fields.Many2one(
        comodel_name="res.users", readonly=True, ondelete="restrict"
    )
    # what is done
    owner_id = fields.Many2one(
        comodel_name="res.users",
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        help="Keeps the client. By default the account manager.",
    )
    rescue_plan = fields.Text(
        tracking=True,
        help="How the client is won back (second development): who talks to whom, what"
        " is offered, until when.",
    )
    date_told = fields.Datetime(
        readonly=True, help="When the owner got the activity for this level."
    )
    # how it ended
    state = fields.Selection(
        selection=[("open", "Open"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
    )
    result = fields.Selection(
        selection=[
            *RESULTS,
            ("recovered", "Recovered"),
            ("withdrawn", "Rule No Longer Applies"),
        ],
        readonly=True,
    )
    cause = fields.Selection(selection=CAUSES, readonly=True)
    lesson = fields.Text(readonly=True)
    closed_by_id = fields.Many2one(
        comodel_name="res.users", string="Closed by", readonly=True
    )
    quiet_until = fields.Date(
        readonly=True,
        help="Until this day the rule raises no other alert of the same or a milder"
        " level for the client.",
    )
    change_ids = fields.One2many(
        comodel_name="kuaidi.alert.change", inverse_name="alert_id", string="History"
    )
    can_handle = fields.Boolean(compute="_compute_can_handle")

    _account_rule_uniq = models.UniqueIndex(
        "(account_id, rule_id) WHERE state = 'open'",
        "This rule has an open alert for the client already. Open that one.",
    )
    _closed_with_result = models.Constraint(
        "CHECK(state = 'open' OR result IS NOT NULL)",
        "An alert is closed with its result.",
    )
    _deadline_open_idx = models.Index("(date_deadline) WHERE state = 'open'")
    _default_order_idx = models.Index(
        "(level DESC, date_deadline, id) WHERE state = 'open'"
    )
    _untold_idx = models.Index("(id) WHERE state = 'open' AND date_told IS NULL")
    _quiet_idx = models.Index("(account_id) WHERE quiet_until IS NOT NULL")

    # === COMPUTE METHODS === #

    @api.depends("account_id", "rule_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for alert in self:
            # sudo: the names of linked records are shown
            alert.display_name = self.env._(
                "%(client)s: %(rule)s",
                client=alert.account_id.sudo().display_name,
                rule=alert.rule_id.sudo().name,
            )

    @api.depends("rule_id", "measure", "manual_reason")
    @api.depends_context("lang")
    def _compute_reason(self):
        kinds = self.env["kuaidi.alert.rule"]._get_kinds()
        manual = dict(self._fields["manual_reason"]._description_selection(self.env))
        for alert in self:
            # sudo: whoever sees an alert is told why it was raised
            kind = kinds.get(alert.sudo().rule_id.kind)
            if alert.manual_reason:
                alert.reason = manual[alert.manual_reason]
            else:
                alert.reason = kind and kind.reason % {"measure": alert._get_amount()}

    @api.depends("owner_id", "account_id.manager_id", "account_id.deputy_id")
    @api.depends_context("uid")
    def _compute_can_handle(self):
        is_centre = self.env.user.has_group("kuaidi_key_account.group_crm_centre")
        for alert in self:
            # sudo: an owner need not see the client's file
            account_sudo = alert.account_id.sudo()
            alert.can_handle = is_centre or self.env.user in (
                alert.owner_id | account_sudo.manager_id | account_sudo.deputy_id
            )

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su and {"owner_id", "rescue_plan"} & vals.keys():
            self._check_open()
        res = super().write(vals)
        if "owner_id" in vals:
            self._move_activities()
        return res

    # === BUSINESS METHODS === #

    def _get_amount(self):
        """Return the measure as it is read: without a decimal that says nothing."""
        self.ensure_one()
        digits = 0 if self.measure == int(self.measure) else 1
        return formatLang(self.env, self.measure, digits=digits)

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "An alert is raised by its rule or by the button of the client's file, and"
            " closed by its own button. Enter the owner and the rescue plan only."
        )

    def _get_escalation_user(self):
        return self.company_id._get_kuaidi_escalation_user()

    @api.model
    def _get_escalation_domain(self):
        """Alerts of archived accounts wait until the account is at work again."""
        domain = super()._get_escalation_domain()
        return domain & Domain("account_id.active", "=", True)

    @api.model
    def _get_escalation_summary(self):
        return self.env._("An at-risk client is waiting")

    def _get_escalation_line(self):
        self.ensure_one()
        return self.env._(
            "%(alert)s, with %(owner)s: %(reason)s",
            alert=self.display_name,
            owner=self.owner_id.name or "–",
            reason=self.reason,
        )


class KuaidiAlertChange(models.Model):
    """One step in the life of an alert: raised, worse, better, closed."""

    _name = "kuaidi.alert.change"
    _description = "Alert Change"
    _inherit = ["kuaidi.line.mixin"]
    _order = "id desc"
    _rec_name = "alert_id"

    alert_id = fields.Many2one(
        comodel_name="kuaidi.alert",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    date = fields.Datetime(required=True, readonly=True)
    event = fields.Selection(
        selection=[
            ("raised", "Raised"),
            ("risen", "Worse"),
            ("fallen", "Better"),
            ("recovered", "Figures recovered; the rescue plan goes on"),
            ("returned", "Figures below again"),
            ("crisis", "Declared a crisis"),
            ("closed", "Closed"),
        ],
        required=True,
        readonly=True,
    )
    level_before = fields.Selection(selection=LEVELS, readonly=True)
    level = fields.Selection(selection=LEVELS, string="Alert Level", readonly=True)
    measure = fields.Float(digits=(12, 1), readonly=True, aggregator=None)
    rule_version = fields.Integer(readonly=True, aggregator=None)
