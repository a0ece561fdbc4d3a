from datetime import timedelta

from odoo import api, fields, models

from .claim import CLOSED_STATES

# kind: number in the table of deadlines (1.3), setting of the company, unit
CLOCKS = {
    "evidence": ("D11", "kuaidi_claim_evidence_days", "day"),
    "inquiry": ("D12", "kuaidi_claim_inquiry_days", "day"),
    "insurer": ("D13", "kuaidi_claim_insurer_days", "day"),
    "consensus": ("D14", "kuaidi_claim_consensus_days", "day"),
    "report": ("D15", "kuaidi_claim_report_days", "day"),
    "payment": ("D16", "kuaidi_claim_payment_days", "day"),
    "master": ("D17", "kuaidi_claim_months", "month"),
}
INSURED = ("D18", "kuaidi_claim_insured_months", "month")


class KuaidiClaimClock(models.Model):
    """One deadline of a claim: what runs, since when, until when, and when it ended.

    Days are calendar days and months calendar months, as the sources say (section 5,
    decision 4). The system writes clocks; nobody enters them.
    """

    _name = "kuaidi.claim.clock"
    _description = "Clock of a Claim"
    _inherit = ["kuaidi.deadline.mixin", "kuaidi.line.mixin"]
    _order = "date_start, id"

    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="claim_id.company_id", store=True, precompute=True
    )
    kind = fields.Selection(
        selection=[
            ("evidence", "Client's Evidence"),
            ("inquiry", "Answer of a Unit"),
            ("insurer", "Insurer's Form"),
            ("consensus", "Agreement with the Client"),
            ("report", "Claim Report"),
            ("payment", "Payment"),
            ("master", "Whole Claim"),
        ],
        string="What Runs",
        required=True,
    )
    requirement = fields.Char(
        string="Deadline No.",
        compute="_compute_requirement",
        help="In the table of deadlines: D11 to D18.",
    )
    date_start = fields.Datetime(string="Runs Since", required=True)
    date_alarm = fields.Datetime(
        string="Next Alarm On",
        help="When somebody is reminded, then when it is escalated.",
    )
    date_reminded = fields.Datetime(string="Reminded On")
    date_escalated = fields.Datetime(string="Escalated On")
    is_void = fields.Boolean(
        string="Without Result",
        help="Stopped because the claim took another way: not counted as in time.",
    )
    is_late = fields.Boolean(
        string="Was Late",
        compute="_compute_is_late",
        store=True,
        help="Ended after its deadline.",
    )

    _claim_kind_uniq = models.UniqueIndex(
        "(claim_id, kind) WHERE date_done IS NULL AND kind <> 'inquiry'",
        "This clock runs already.",
    )
    _alarm_idx = models.Index("(date_alarm, id) WHERE date_alarm IS NOT NULL")

    # === COMPUTE METHODS === #

    @api.depends("kind", "claim_id.number", "claim_id.partner_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for clock in self:
            # sudo: names of linked records are shown to whoever sees the clock
            claim_sudo = clock.claim_id.sudo()
            clock.display_name = " ".join(
                filter(
                    None,
                    [
                        kinds.get(clock.kind),
                        claim_sudo.number,
                        claim_sudo.partner_id.name,
                    ],
                )
            )

    @api.depends("kind", "claim_id.is_insured")
    def _compute_requirement(self):
        for clock in self:
            if clock.kind:
                clock.requirement = clock._get_setting()[0]
            else:
                clock.requirement = False

    @api.depends("date_done", "date_deadline")
    def _compute_is_late(self):
        for clock in self:
            clock.is_late = bool(
                clock.date_done
                and clock.date_deadline
                and clock.date_done > clock.date_deadline
            )

    # === ACTION METHODS === #

    def action_view_claim(self):
        """Open the claim whose clock it is."""
        self.ensure_one()
        return self.claim_id._get_records_action()

    # === BUSINESS METHODS === #

    def _get_setting(self):
        """Return number, setting and unit of the clock."""
        self.ensure_one()
        if self.kind == "master" and self.claim_id.is_insured:
            return INSURED
        return CLOCKS[self.kind]

    def _get_remind_hours(self):
        """Hook: return how many hours before its end a clock reminds."""
        self.ensure_one()
        # sudo: settings of the company count for everybody
        return self.company_id.sudo().kuaidi_claim_remind_hours

    def _set_deadlines(self):
        """Count from the start anew; who was told of the old deadline is told again.

        The number of queries does not depend on the number of clocks.
        """
        service = self.env["kuaidi.deadline"]
        now = fields.Datetime.now()
        groups = self.grouped(lambda clock: (clock.company_id, *clock._get_setting()))
        for (company, _number, setting, unit), clocks in groups.items():
            # sudo: settings of the company count for everybody
            company_sudo = company.sudo()
            amount = company_sudo[setting]
            hours = clocks[0]._get_remind_hours()
            dues = service._get_due_many(
                [(clock.date_start, amount) for clock in clocks], unit, company
            )
            for clock, due in zip(clocks, dues, strict=True):
                if clock.date_deadline == due:
                    continue
                warning = max(
                    due - timedelta(hours=hours),
                    clock.date_start + (due - clock.date_start) / 2,
                )
                clock.write(
                    {
                        "date_deadline": due,
                        "date_alarm": not clock.date_done
                        and (warning if warning > now else due),
                        "date_reminded": False,
                        "date_escalated": False,
                    }
                )

    def _stop(self, is_void=False):
        """Stop clocks that still run, and take back what was asked of people."""
        running = self.filtered(lambda clock: not clock.date_done)
        running.write(
            {
                "date_done": fields.Datetime.now(),
                "date_alarm": False,
                "is_void": is_void,
            }
        )
        running._withdraw_alarms()

    def _resume(self):
        """Let clocks that had stopped run on from where they started."""
        now = fields.Datetime.now()
        for clock in self:
            clock.write(
                {
                    "date_done": False,
                    "is_void": False,
                    "date_alarm": not clock.date_escalated
                    and max(clock.date_deadline, now),
                }
            )


class KuaidiClaim(models.Model):
    """Runs the clocks of a claim; its next deadline orders the list (D11 to D18)."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    clock_ids = fields.One2many(
        comodel_name="kuaidi.claim.clock",
        inverse_name="claim_id",
        string="Clocks",
        readonly=True,
    )
    date_deadline = fields.Datetime(
        string="Next Deadline",
        compute="_compute_date_deadline",
        store=True,
        index=False,
        help="The earliest deadline that still runs.",
    )
    date_master = fields.Datetime(
        string="Whole Claim Until",
        compute="_compute_date_deadline",
        store=True,
        help="One month from the client's call, two where the goods are insured (D17,"
        " D18).",
    )

    # === COMPUTE METHODS === #

    @api.depends("clock_ids.date_deadline", "clock_ids.date_done")
    def _compute_date_deadline(self):
        for claim in self:
            running = claim.clock_ids.filtered(lambda clock: not clock.date_done)
            master = claim.clock_ids.filtered(lambda clock: clock.kind == "master")
            claim.date_deadline = min(running.mapped("date_deadline"), default=False)
            claim.date_master = master.date_deadline

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        claims = super().create(vals_list)
        # sudo: clocks are the system's
        claims.sudo()._start_clock("master")
        return claims

    def write(self, vals):
        res = super().write(vals)
        if {"date_called", "is_insured"} & vals.keys():
            # sudo: clocks are the system's
            masters_sudo = self.sudo().clock_ids.filtered(
                lambda clock: clock.kind == "master"
            )
            for master_sudo in masters_sudo:
                master_sudo.date_start = master_sudo.claim_id.date_called
            masters_sudo._set_deadlines()
        return res

    # === BUSINESS METHODS === #

    def _start_clock(self, kind, start=None):
        """Start a clock of each claim where it does not run yet, in superuser mode.

        :param str kind: one of the kinds of a clock
        :param start: naive UTC datetime; default now, for the whole claim its call
        :return: the new clocks
        """
        now = fields.Datetime.now()
        running = self._get_running_clocks(kind).claim_id
        # a clock that ended gives way in the database before the next one starts
        self.env["kuaidi.claim.clock"].flush_model(["date_done"])
        clocks = self.env["kuaidi.claim.clock"].create(
            [
                {
                    "claim_id": claim.id,
                    "kind": kind,
                    "date_start": start
                    or (claim.date_called if kind == "master" else now),
                }
                for claim in self - running
            ]
        )
        clocks._set_deadlines()
        return clocks

    def _stop_clock(self, *kinds, is_void=False):
        """Stop the clocks of these kinds that run, in superuser mode.

        :param bool is_void: whether the claim took another way instead
        """
        self._get_running_clocks(*kinds)._stop(is_void)

    def _get_running_clocks(self, *kinds):
        return self.clock_ids.filtered(
            lambda clock: clock.kind in kinds and not clock.date_done
        )

    def _run_state_hooks(self, target):
        self._run_clocks(target)
        return super()._run_state_hooks(target)

    def _run_clocks(self, target):
        """Start and stop what the new state starts and stops."""
        match target:
            case "inquiry" | "assessment":
                self._stop_clock("evidence")
            case "negotiation":
                self._stop_clock("report", "payment", is_void=True)
                self._start_clock("consensus")
            case "consensus":
                self._stop_clock("consensus")
                self._start_clock("report")
            case "report":
                self._stop_clock("report")
            case "approved":
                self._start_clock("payment")
            case "paid":
                self._stop_clock("payment", "master")
            case "lawyer":
                self._stop_clock("consensus", is_void=True)
        if target in ("negotiation", "lawyer", "approved"):
            # the call stays the start, whatever was decided in between
            self.clock_ids.filtered(
                lambda clock: clock.kind == "master" and clock.date_done
            )._resume()
        if target in CLOSED_STATES:
            if target != "withdrawn":
                self._stop_clock("master")
            self.clock_ids._stop(is_void=True)
