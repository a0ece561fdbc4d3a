from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

FINANCE = "kuaidi_key_account.group_finance"
LIVE_STATES = ("booked", "paid")


class KuaidiInsurancePayment(models.Model):
    """What an insurer pays for one case, as a receivable in Odoo's own books (2.13).

    Of each kind one is live at a time: the database holds no second one. What the
    insurer pays to the client itself is noted, and stands in none of our books.
    """

    _name = "kuaidi.insurance.payment"
    _inherit = ["kuaidi.case.entry.mixin"]
    _description = "Payment of an Insurer"
    _order = "id desc"
    _check_company_auto = True

    case_id = fields.Many2one(
        comodel_name="kuaidi.insurance.case",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    claim_id = fields.Many2one(related="case_id.claim_id", store=True, index=True)
    account_id = fields.Many2one(related="case_id.account_id", store=True)
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="case_id.currency_id")
    insurer_id = fields.Many2one(related="case_id.insurer_id", store=True)
    kind = fields.Selection(
        selection=[
            ("settlement", "Indemnity"),
            ("undisputed", "Undisputed Part"),
            ("goodwill", "Goodwill Payment"),
        ],
        string="What It Is",
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(required=True, readonly=True)
    amount_paid = fields.Monetary(string="Received", readonly=True)
    is_to_client = fields.Boolean(
        string="Paid to the Client",
        readonly=True,
        help="The client is the insured: the insurer pays it directly.",
    )
    move_id = fields.Many2one(index="btree_not_null")
    state = fields.Selection(
        selection=[
            ("booked", "Booked"),
            ("paid", "Paid"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="booked",
        readonly=True,
    )
    date_paid = fields.Datetime(string="Paid On", readonly=True)

    _live_uniq = models.UniqueIndex(
        "(case_id, kind) WHERE state IN ('booked', 'paid')",
        "This payment of the insurer is booked already.",
    )
    _move_uniq = models.UniqueIndex(
        "(move_id) WHERE move_id IS NOT NULL", "This entry is for another payment."
    )
    _amount_range = models.Constraint(
        "CHECK(amount > 0 AND COALESCE(amount_paid, 0) BETWEEN 0 AND amount)",
        "What came in is between nothing and what the insurer owes.",
    )
    _booked_or_direct = models.Constraint(
        "CHECK(is_to_client IS TRUE OR move_id IS NOT NULL)",
        "What an insurer pays to us stands in the books.",
    )

    # === COMPUTE METHODS === #

    @api.depends("case_id.number", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for payment in self:
            # sudo: the number names the payment, whoever reads it
            number = payment.case_id.sudo().number or ""
            payment.display_name = f"{number} {kinds.get(payment.kind, '')}".strip()

    # === BUSINESS METHODS === #

    @api.model
    def _book(self, case, kind, amount=None):
        """Book what an insurer owes, once of each kind: lock, check, write.

        :param case: one insurance case
        :param str kind: settlement, undisputed or goodwill
        :param amount: in the currency of the case; default all that is open
        :return: the payment
        :raise AccessError: when the user is not of finance
        :raise UserError: when it is booked, nothing of that kind is owed, or more than
            is payable
        """
        case.ensure_one()
        if not self.env.user.has_group(FINANCE):
            raise AccessError(self.env._("Finance books what insurers pay."))
        case.check_access("read")
        # sudo: finance reads cases, and need not hold rights on Odoo's journals. The
        # claim comes first: two cases of one claim share what the loss came to
        case.claim_id.sudo()._lock_for_booking()
        case_sudo = case.sudo()
        case_sudo.lock_for_update()
        owed = case_sudo._get_owed(kind)
        amount = owed if amount is None else amount
        case_sudo._check_bookable(kind, amount, owed)
        is_to_client = case_sudo.is_client_insured
        move = (
            self.env["account.move"]
            if is_to_client
            else case_sudo._create_payment_move(kind, amount)
        )
        # a cancelled payment gives way in the database before this one takes its place
        self.flush_model(["state"])
        payment = self.sudo().create(
            {
                "case_id": case.id,
                "kind": kind,
                "amount": amount,
                "is_to_client": is_to_client,
                "move_id": move.id,
                "user_id": self.env.uid,
            }
        )
        if move:
            move.action_post()
        if kind == "undisputed":
            case_sudo._stop_clock("case_undisputed")
        case_sudo._message_log(
            body=self.env._(
                "%(user)s booked %(amount)s from the insurer: %(what)s.",
                user=self.env.user.name,
                amount=case_sudo._format_amount(amount),
                what=payment.display_name,
            )
        )
        payment._update_states()
        return payment.with_env(self.env)

    def _get_booked_number(self):
        return self.case_id.number

    def _is_booked_right(self):
        return self._is_invoiced_right(self.insurer_id.partner_id)

    def _update_states(self):
        """Follow the entries in the books: paid, opened again, or cancelled.

        Called in superuser mode.
        """
        for payment in self.filtered(lambda payment: payment.state != "cancelled"):
            move = payment.move_id
            received = payment._get_received()
            if move and (move.state == "cancel" or move.payment_state == "reversed"):
                state = "cancelled"
            elif payment.currency_id.compare_amounts(received, payment.amount) >= 0:
                state = "paid"
            else:
                state = "booked"
            values = {}
            if payment.currency_id.compare_amounts(received, payment.amount_paid):
                values["amount_paid"] = received
            if state != payment.state:
                values["state"] = state
                values["date_paid"] = state == "paid" and fields.Datetime.now()
            if not values:
                continue
            payment.write(values)
            if "state" in values:
                payment.case_id._follow_payments()

    def _get_received(self):
        """Return what came in, in the currency of the case."""
        self.ensure_one()
        if self.is_to_client:
            return self.amount
        move = self.move_id
        if move.state != "posted" or move.payment_state == "reversed":
            return 0
        return move.amount_total - move.amount_residual


class KuaidiInsuranceCase(models.Model):
    """Books what the insurer owes, and follows the money."""

    _name = "kuaidi.insurance.case"
    _inherit = ["kuaidi.insurance.case"]

    payment_ids = fields.One2many(
        comodel_name="kuaidi.insurance.payment",
        inverse_name="case_id",
        string="Payments",
        readonly=True,
    )
    amount_paid = fields.Monetary(
        string="Insurer Paid Us",
        compute="_compute_amount_paid",
        store=True,
        help="What came in by Odoo's books.",
    )
    amount_paid_client = fields.Monetary(
        string="Insurer Paid the Client",
        compute="_compute_amount_paid",
        store=True,
        help="Where the client is the insured: nothing of it is ours.",
    )

    # === COMPUTE METHODS === #

    @api.depends("payment_ids.amount_paid", "payment_ids.state")
    def _compute_amount_paid(self):
        for case in self:
            live = case.payment_ids.filtered(
                lambda payment: payment.state != "cancelled"
            )
            direct = live.filtered("is_to_client")
            case.amount_paid = sum((live - direct).mapped("amount_paid"))
            case.amount_paid_client = sum(direct.mapped("amount_paid"))

    # === ACTION METHODS === #

    def action_open_payment(self):
        """Open the form on which finance books what the insurer pays."""
        self.ensure_one()
        self.check_access("read")
        return dict(
            self.env["ir.actions.act_window"]._for_xml_id(
                "kuaidi_claims.kuaidi_insurance_pay_action"
            ),
            context={"default_case_id": self.id},
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "amount_paid",
            "amount_paid_client",
            "payment_ids",
        }

    def _get_live_payments(self, *kinds):
        """Return the payments that were not cancelled, of some kinds or all."""
        # sudo: what was booked counts whoever may read it
        return (
            self.sudo()
            .payment_ids.filtered(
                lambda payment: (
                    payment.state in LIVE_STATES
                    and (not kinds or payment.kind in kinds)
                )
            )
            .with_env(self.env)
        )

    def _get_live_amount(self):
        """Return what was booked by the policy, without goodwill."""
        payments = self._get_live_payments("settlement", "undisputed").sudo()
        return sum(payments.mapped("amount"))

    def _is_settled(self):
        """Return whether all came in that the insurer agreed to."""
        self.ensure_one()
        payments = self._get_live_payments("settlement", "undisputed").sudo()
        return bool(payments) and (
            self.currency_id.compare_amounts(
                sum(payments.mapped("amount_paid")), self.amount_agreed
            )
            >= 0
        )

    def _get_owed(self, kind):
        """Hook: return what of a kind may be booked at most."""
        self.ensure_one()
        if kind == "undisputed":
            return self.amount_payable
        if kind == "settlement":
            return self.amount_agreed - self._get_live_amount()
        return 0

    def _check_bookable(self, kind, amount, owed):
        """Check that this may be booked now.

        :raise UserError: when it is booked, not owed, or more than is payable
        """
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        if self._get_live_payments(kind):
            raise UserError(
                self.env._(
                    "This payment is booked on %(case)s already. Money that comes in"
                    " is reconciled with its entry.",
                    case=self.display_name,
                )
            )
        if self.state not in self._get_payable_states(kind):
            raise UserError(self._get_no_way_message("paid"))
        if compare(amount, 0) <= 0:
            raise UserError(self.env._("The insurer owes nothing of this kind now."))
        if compare(amount, owed) > 0:
            raise UserError(
                self.env._(
                    "The insurer owes %(owed)s by %(case)s, not %(amount)s. What it"
                    " paid too much goes back to it.",
                    owed=self._format_amount(max(owed, 0)),
                    amount=self._format_amount(amount),
                    case=self.display_name,
                )
            )
        if kind == "settlement" and compare(amount, owed) < 0:
            raise UserError(
                self.env._(
                    "Book all that the insurer agreed to, %(owed)s. Money that comes in"
                    " parts is reconciled with the entry part by part.",
                    owed=self._format_amount(owed),
                )
            )
        self._check_within_loss(amount)

    @api.model
    def _get_payable_states(self, kind):
        """Hook: return in which states of a case a kind of payment is booked."""
        return {
            "settlement": ("agreed",),
            "undisputed": ("decision",),
            "goodwill": ("agreed", "paid", "refused"),
        }[kind]

    def _check_within_loss(self, amount):
        """Check that several policies together do not pay more than the loss.

        :raise UserError: when they would (Insurance Act, article 56)
        """
        cases = self.claim_id.insurance_case_ids
        booked = sum(cases._get_live_payments().sudo().mapped("amount"))
        loss = self.amount_loss + self.amount_mitigation
        if self.currency_id.compare_amounts(booked + amount, loss) > 0:
            raise UserError(
                self.env._(
                    "The loss is %(loss)s, and insurers owe %(booked)s of it already:"
                    " together they pay no more than the loss (Insurance Act, article"
                    " 56).",
                    loss=self._format_amount(loss),
                    booked=self._format_amount(booked),
                )
            )

    def _follow_payments(self):
        """Follow the money: settled, or open again; called in superuser mode."""
        self.ensure_one()
        if self.state == "agreed" and self._is_settled():
            self._move("paid")
        elif self.state == "paid" and not self._is_settled():
            self._move("agreed")
