from odoo import api, fields, models

# kind: article of the Insurance Act or clause, setting of the company, unit
CASE_CLOCKS = {
    "case_notice": ("IA 21", "kuaidi_insurance_notice_hours", "hour"),
    "case_inspection": ("2.13", "kuaidi_insurance_inspection_days", "day"),
    "case_decision": ("IA 23", "kuaidi_insurance_decision_days", "day"),
    "case_payment": ("IA 23", "kuaidi_insurance_payment_days", "day"),
    "case_refusal": ("IA 24", "kuaidi_insurance_refusal_days", "day"),
    "case_undisputed": ("IA 25", "kuaidi_insurance_undisputed_days", "day"),
    "case_limitation": ("IA 26", "kuaidi_insurance_limitation_months", "month"),
}
# a day is no warning of a limitation: time to sue is needed
LIMITATION_WARNING_HOURS = 90 * 24


class KuaidiClaimClock(models.Model):
    """Deadlines towards and of an insurer, swept with those of claims (2.13)."""

    _name = "kuaidi.claim.clock"
    _inherit = ["kuaidi.claim.clock"]

    case_id = fields.Many2one(
        comodel_name="kuaidi.insurance.case",
        string="Insurance Case",
        index="btree_not_null",
        ondelete="cascade",
    )
    kind = fields.Selection(
        selection_add=[
            ("case_notice", "Notice to the Insurer"),
            ("case_inspection", "Joint Inspection"),
            ("case_decision", "Insurer's Decision"),
            ("case_payment", "Insurer's Payment"),
            ("case_refusal", "Reasons of the Insurer's Refusal"),
            ("case_undisputed", "Undisputed Part from the Insurer"),
            ("case_limitation", "Limitation against the Insurer"),
        ],
        ondelete={kind: "cascade" for kind in CASE_CLOCKS},
    )

    # === BUSINESS METHODS === #

    def _get_setting(self):
        return CASE_CLOCKS.get(self.kind) or super()._get_setting()

    def _get_remind_hours(self):
        if self.kind == "case_limitation":
            return LIMITATION_WARNING_HOURS
        return super()._get_remind_hours()


class KuaidiClaim(models.Model):
    """The clocks of the claim are those of ours: the insurer has its own."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    clock_ids = fields.One2many(domain=[("case_id", "=", False)])


class KuaidiInsuranceCase(models.Model):
    """Runs the clocks of an insurance case; the next deadline orders the list."""

    _name = "kuaidi.insurance.case"
    _inherit = ["kuaidi.insurance.case"]

    clock_ids = fields.One2many(
        comodel_name="kuaidi.claim.clock",
        inverse_name="case_id",
        string="Clocks",
        readonly=True,
    )
    date_deadline = fields.Datetime(
        string="Next Deadline",
        compute="_compute_date_deadline",
        store=True,
        help="The earliest deadline that still runs.",
    )

    # === COMPUTE METHODS === #

    @api.depends("clock_ids.date_deadline", "clock_ids.date_done")
    def _compute_date_deadline(self):
        for case in self:
            running = case.clock_ids.filtered(lambda clock: not clock.date_done)
            case.date_deadline = min(running.mapped("date_deadline"), default=False)

    # === BUSINESS METHODS === #

    def _start_clock(self, kind, start=None):
        """Start a clock of a case where it does not run yet, in superuser mode.

        :param str kind: one of the kinds of a clock
        :param start: naive UTC datetime; default now
        :return: the new clocks
        """
        cases = self - self._get_running_clocks(kind).case_id
        # a clock that ended gives way in the database before the next one starts
        self.env["kuaidi.claim.clock"].flush_model(["date_done"])
        clocks = self.env["kuaidi.claim.clock"].create(
            [
                {
                    "case_id": case.id,
                    "claim_id": case.claim_id.id,
                    "kind": kind,
                    "date_start": start or fields.Datetime.now(),
                }
                for case in cases
            ]
        )
        clocks._set_deadlines()
        return clocks

    def _stop_clock(self, *kinds, is_void=False):
        """Stop the clocks of these kinds that run, in superuser mode.

        :param bool is_void: whether the case took another way instead
        """
        self._get_running_clocks(*kinds)._stop(is_void)

    def _get_running_clocks(self, *kinds):
        return self.clock_ids.filtered(
            lambda clock: clock.kind in kinds and not clock.date_done
        )

    def _restart_clocks(self):
        """Count notice and limitation from the corrected day."""
        clocks = self._get_running_clocks("case_notice", "case_limitation")
        for clock in clocks:
            clock.date_start = clock.case_id.date_known
        clocks._set_deadlines()

    def _run_clocks(self, target):
        """Start and stop what the new state starts and stops; in superuser mode."""
        match target:
            case "notified":
                self._stop_clock("case_notice")
                for case in self:
                    case._start_clock("case_inspection", case.date_known)
            case "inspection":
                self._stop_clock("case_inspection")
            case "papers":
                # the client fills in what the insurer wants to have (D13)
                self.claim_id._start_clock("insurer")
            case "decision":
                self.claim_id._stop_clock("insurer")
                self._start_clock("case_decision")
                self._start_clock("case_undisputed")
            case "agreed":
                self._stop_clock("case_decision", "case_undisputed")
                self._start_clock("case_payment")
                # where money came back: the limitation runs on
                self.clock_ids.filtered(
                    lambda clock: clock.kind == "case_limitation" and clock.date_done
                )._resume()
            case "paid":
                self._stop_clock("case_payment", "case_limitation")
            case "refused":
                self._stop_clock("case_decision", "case_refusal")
                self._stop_clock("case_inspection", "case_undisputed", is_void=True)
                self.claim_id._stop_clock("insurer", is_void=True)
            case "closed":
                self.claim_id._stop_clock("insurer", is_void=True)
                self.clock_ids._stop(is_void=True)
