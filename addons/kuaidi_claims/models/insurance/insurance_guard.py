from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MANAGER = "kuaidi_claims.group_claims_manager"
# by which we bind ourselves towards the client
SETTLEMENT_STATES = ("consensus", "report", "to_approve", "approved")


class KuaidiInsuranceCase(models.Model):
    """Keeps the insurer's consent to settlements and waivers (Insurance Act, 61)."""

    _name = "kuaidi.insurance.case"
    _inherit = ["kuaidi.insurance.case"]

    date_consent = fields.Datetime(
        string="Insurer Consented On", readonly=True, copy=False, tracking=True
    )
    amount_consent = fields.Monetary(
        string="Consent up to",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Settlements up to this amount have the insurer's consent.",
    )
    consent_note = fields.Text(
        string="Proof of the Consent",
        readonly=True,
        copy=False,
        help="Who of the insurer consented, in which letter or mail.",
    )
    consent_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Consent Recorded By",
        readonly=True,
        copy=False,
    )
    is_recourse_open = fields.Boolean(
        string="Insurer May Turn against Us",
        compute="_compute_recourse_warning",
    )
    recourse_warning = fields.Text(compute="_compute_recourse_warning")

    # === COMPUTE METHODS === #

    @api.depends("policy_id.insured_party", "policy_id.is_recourse_waived")
    def _compute_recourse_warning(self):
        for case in self:
            # sudo: terms of the policy warn whoever works on the case
            policy_sudo = case.policy_id.sudo()
            case.is_recourse_open = policy_sudo.is_recourse_open
            case.recourse_warning = policy_sudo.is_recourse_open and self.env._(
                "The client is the insured of policy %(policy)s, and recourse against"
                " us was not waived: once the insurer has paid the client, it may claim"
                " the money from us as the carrier (Insurance Act, article 60). Have"
                " the waiver agreed before the case ends.",
                policy=policy_sudo.number,
            )

    # === ACTION METHODS === #

    def action_open_consent(self):
        """Ask for the insurer's consent to a settlement, and its proof."""
        return self._open_answer("consent")

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "amount_consent",
            "consent_note",
            "consent_user_id",
            "date_consent",
        }

    def _is_refused(self):
        """Return whether the insurer pays nothing: what is settled is ours alone."""
        self.ensure_one()
        return self.state == "refused" or (
            self.state == "closed"
            and bool(self.refusal_reason)
            and not self.amount_agreed
        )

    def _record_consent(self, amount, note):
        """Record that the insurer consents to a settlement (Insurance Act, 61).

        :param amount: most that may be settled at, in the currency of the case
        :param str note: who consented, and what proves it
        :raise UserError: without amount or proof, or before the insurer knows
        """
        self.ensure_one()
        self._check_may_work()
        case_sudo = self._lock_sudo()
        if case_sudo.state in ("draft", "closed"):
            raise UserError(
                self.env._(
                    "%(case)s is not with an insurer: nobody can have consented.",
                    case=self.display_name,
                )
            )
        if amount <= 0 or not (note or "").strip():
            raise UserError(
                self.env._(
                    "Enter up to which amount the insurer consents, and what proves it."
                )
            )
        case_sudo.write(
            {
                "date_consent": fields.Datetime.now(),
                "amount_consent": amount,
                "consent_note": note,
                "consent_user_id": self.env.uid,
            }
        )
        return True


class KuaidiClaim(models.Model):
    """Settles no insured claim before the insurer consents (司法解释四, 19)."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    insurance_case_ids = fields.One2many(
        comodel_name="kuaidi.insurance.case",
        inverse_name="claim_id",
        string="Insurance Cases",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    insurance_case_id = fields.Many2one(
        comodel_name="kuaidi.insurance.case",
        compute="_compute_insurance_case_id",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    no_insurer_reason = fields.Text(
        string="Why the Insurer Is Not Asked",
        readonly=True,
        copy=False,
        tracking=True,
        groups="kuaidi_key_account.group_kuaidi_user",
        help="By the claims manager, such as a loss below the least that the policy"
        " takes. The claim is then settled by our own standard.",
    )

    # === COMPUTE METHODS === #

    @api.depends("insurance_case_ids")
    def _compute_insurance_case_id(self):
        for claim in self:
            claim.insurance_case_id = claim.insurance_case_ids.sorted("id")[-1:]

    # === CRUD METHODS === #

    def write(self, vals):
        if "is_insured" in vals and not vals["is_insured"] and not self.env.su:
            self._check_no_case()
        return super().write(vals)

    # === ACTION METHODS === #

    def action_open_insurance_case(self):
        """Open the insurance case of the claim, or the form of a new one.

        Where the last one is closed, all are listed: it can be read, and another one
        entered.
        """
        self.ensure_one()
        case = self.insurance_case_id
        if case and (
            case.state != "closed"
            or not self.env["kuaidi.insurance.case"].has_access("create")
        ):
            return case._get_records_action()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Insurance Case"),
            "res_model": "kuaidi.insurance.case",
            "view_mode": "form",
            "context": {"default_claim_id": self.id},
        }
        if case:
            action |= {
                "view_mode": "list,kanban,form",
                "domain": [("claim_id", "=", self.id)],
            }
        return action

    def action_open_no_insurer(self):
        """Ask the claims manager why the insurer of this claim is not asked."""
        self.ensure_one()
        self._check_may_spare_insurer()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_claims.kuaidi_insurance_answer_action"
        )
        return dict(
            action,
            context={"default_claim_id": self.id, "default_target": "no_insurer"},
        )

    def action_print_agreement(self):
        """Print the settlement agreement, once the insurer has consented to it.

        :raise UserError: when nothing was agreed, or the insurer has not consented
        """
        self.check_access("read")
        self._check_insurer_consent()
        return super().action_print_agreement()

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"no_insurer_reason"}

    @api.model
    def _get_missing_depends(self):
        return [
            *super()._get_missing_depends(),
            "is_insured",
            "no_insurer_reason",
            "insurance_case_ids.state",
            "insurance_case_ids.date_consent",
        ]

    def _get_transition_obstacles(self, target):
        reasons = super()._get_transition_obstacles(target)
        # what is taken back, or cancelled in the books, settles nothing
        is_back = self.state in ("paid", "filed") or (
            self.state == "to_approve" and target == "report"
        )
        if target in SETTLEMENT_STATES and not is_back:
            accepted = self.offer_ids.filtered(lambda offer: offer.state == "accepted")
            reasons += self._get_consent_obstacles(
                accepted[:1].amount or self.amount_agreed
            )
        return reasons

    def _check_payable(self, report):
        self._check_insurer_consent(report.amount)
        return super()._check_payable(report)

    def _prepare_agreement(self):
        """Refuse the paper itself too: reports can be asked for by their address."""
        self._check_insurer_consent()
        return super()._prepare_agreement()

    def _check_insurer_consent(self, amount=0):
        """Check that no insurer loses its recourse by a settlement, waiver or release.

        Whoever settles with the client, or releases a third party that is liable,
        calls this first (Insurance Act, article 61).

        :param amount: of the settlement; 0 for what was agreed with the client
        :raise UserError: when an insurer is concerned and has not consented
        """
        for claim in self:
            reasons = claim._get_consent_obstacles(amount or claim.amount_agreed)
            if reasons:
                raise UserError("\n".join(reasons))

    def _get_consent_obstacles(self, amount=0):
        """Return why an insurer has to consent before the claim is settled.

        After the insurer's refusal nothing of its recourse is left to keep: the
        refusal holds the client up no longer (2.12, case 3).

        :param amount: of the settlement, in the currency of the claim
        :return: list of sentences to users, empty when it may be settled
        """
        self.ensure_one()
        # sudo: that an insurer has to be asked binds whoever settles
        claim_sudo = self.sudo()
        case_sudo = claim_sudo.insurance_case_ids.sorted("id")[-1:]
        if case_sudo.state == "closed" and not case_sudo.date_notified:
            case_sudo = case_sudo.browse()
        is_over = case_sudo.state in (False, "closed") and not case_sudo.amount_agreed
        if claim_sudo.no_insurer_reason and is_over:
            return []
        if not case_sudo:
            if not (claim_sudo.is_insured or claim_sudo._find_declared()[claim_sudo]):
                return []
            return [
                self.env._(
                    "The goods are insured: open an insurance case and record the"
                    " insurer's consent first. What is settled or waived without it,"
                    " the insurer need not pay (Insurance Act, article 61)."
                )
            ]
        if case_sudo._is_refused():
            return []
        if not case_sudo.date_consent:
            return [
                self.env._(
                    "Record on %(case)s that the insurer consents, before anything is"
                    " settled or waived (Insurance Act, article 61).",
                    case=case_sudo.number,
                )
            ]
        if case_sudo.currency_id.compare_amounts(amount, case_sudo.amount_consent) > 0:
            return [
                self.env._(
                    "The insurer consented to %(consent)s, not to %(amount)s: ask it"
                    " again, and record the new consent on %(case)s.",
                    consent=case_sudo._format_amount(case_sudo.amount_consent),
                    amount=case_sudo._format_amount(amount),
                    case=case_sudo.number,
                )
            ]
        return []

    def _check_no_case(self):
        """Refuse to call goods uninsured for which an insurer is asked."""
        # sudo: cases count whoever may read them
        for claim in self:
            case_sudo = claim.sudo().insurance_case_id
            if case_sudo and case_sudo.state != "closed":
                raise UserError(
                    self.env._(
                        "%(case)s is open for %(claim)s: the goods are insured. Close"
                        " it first.",
                        case=case_sudo.number,
                        claim=claim.display_name,
                    )
                )

    def _check_may_spare_insurer(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("The claims manager decides that an insurer is not asked.")
            )

    def _spare_insurer(self, reason):
        """Settle an insured claim by our own standard, without the insurer (2.12, 4b).

        :param str reason: such as a loss below the least that the policy takes
        :raise AccessError: for others than the claims manager
        :raise UserError: without a reason, or when a case is open
        """
        self.ensure_one()
        self._check_may_spare_insurer()
        # sudo: the reason is guarded; who may give it was checked above
        claim_sudo = self.sudo()
        claim_sudo.lock_for_update()
        claim_sudo.invalidate_recordset()
        self._check_no_case()
        if not (reason or "").strip():
            raise UserError(self.env._("Write down why the insurer is not asked."))
        claim_sudo.no_insurer_reason = reason
        return True
