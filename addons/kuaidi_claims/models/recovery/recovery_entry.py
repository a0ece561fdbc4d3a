from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

FINANCE = "kuaidi_key_account.group_finance"
LIVE_STATES = ("booked", "paid", "lost")


class KuaidiRecoveryEntry(models.Model):
    """What a debtor owes, as a receivable in Odoo's own books (2.14, B).

    One entry of a recovery is live at a time: the database holds no second one.
    """

    _name = "kuaidi.recovery.entry"
    _inherit = ["kuaidi.case.entry.mixin"]
    _description = "Entry of a Recovery"
    _order = "id desc"
    _rec_name = "move_id"
    _check_company_auto = True

    recovery_id = fields.Many2one(
        comodel_name="kuaidi.recovery",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    account_id = fields.Many2one(related="recovery_id.account_id", store=True)
    company_id = fields.Many2one(
        related="recovery_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="recovery_id.currency_id")
    amount = fields.Monetary(required=True, readonly=True, aggregator=None)
    amount_received = fields.Monetary(readonly=True, aggregator=None)
    move_id = fields.Many2one(required=True)
    state = fields.Selection(
        selection=[
            ("booked", "Open"),
            ("paid", "Received"),
            ("lost", "Written Off"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="booked",
        readonly=True,
    )

    _live_uniq = models.UniqueIndex(
        "(recovery_id) WHERE state IN ('booked', 'paid', 'lost')",
        "This recovery is booked already.",
    )
    _move_uniq = models.UniqueIndex("(move_id)", "This entry is for another recovery.")
    _received_range = models.Constraint(
        "CHECK(amount > 0 AND COALESCE(amount_received, 0) BETWEEN 0 AND amount)",
        "What came in is between nothing and what is owed.",
    )

    # === BUSINESS METHODS === #

    def _get_receivable_lines(self):
        """Return the journal items that the debtor settles."""
        return self.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    def _get_due(self):
        """Return what the entry takes of the amount that may be recovered."""
        self.ensure_one()
        return self.amount_received if self.state == "lost" else self.amount

    def _get_booked_number(self):
        return self.recovery_id.number

    def _is_booked_right(self):
        lines = self._get_receivable_lines()
        debtor = self.recovery_id.debtor_id.commercial_partner_id
        return (
            lines.partner_id.commercial_partner_id == debtor
            and not self.currency_id.compare_amounts(
                sum(lines.mapped("balance")), self.amount
            )
        )

    def _update_states(self):
        """Follow the books: received, opened again, written off or cancelled.

        Called in superuser mode.
        """
        for entry in self.filtered(lambda entry: entry.state != "cancelled"):
            state, received = entry._read_books()
            values = {}
            if entry.currency_id.compare_amounts(received, entry.amount_received):
                values["amount_received"] = received
            if state != entry.state:
                values["state"] = state
            if values:
                entry.write(values)
            if "state" in values:
                entry.recovery_id._on_entry_state(entry)

    def _read_books(self):
        """Return the state of the entry and what came in for it, by the books.

        A reversal takes the entry back, a write-off gives the rest up: neither of them
        is money that came in.
        """
        self.ensure_one()
        move = self.move_id
        if move.state == "cancel":
            return "cancelled", 0
        if move.state != "posted":
            return "booked", 0
        lines = self._get_receivable_lines()
        received = lost = reversed_amount = 0
        partials = self.env["account.partial.reconcile"].search(
            [("debit_move_id", "in", lines.ids)]
        )
        counterparts = partials.credit_move_id.move_id
        written_off = (
            self.env["kuaidi.writeoff"]
            .search([("move_id", "in", counterparts.ids)])
            .move_id
        )
        for partial in partials:
            counterpart = partial.credit_move_id.move_id
            if counterpart.reversed_entry_id == move:
                reversed_amount += partial.amount
            elif counterpart in written_off:
                lost += partial.amount
            else:
                received += partial.amount
        compare = self.currency_id.compare_amounts
        if compare(reversed_amount, self.amount) >= 0:
            return "cancelled", 0
        if compare(received, self.amount) >= 0:
            return "paid", self.amount
        if compare(received + lost + reversed_amount, self.amount) >= 0:
            return "lost", received
        return "booked", received


class KuaidiRecovery(models.Model):
    """Books what is owed, once, and follows the money."""

    _name = "kuaidi.recovery"
    _inherit = ["kuaidi.recovery"]

    entry_ids = fields.One2many(
        comodel_name="kuaidi.recovery.entry",
        inverse_name="recovery_id",
        string="Entries",
    )

    # === COMPUTE METHODS === #

    @api.depends("entry_ids.amount_received", "entry_ids.state")
    def _compute_amount_recovered(self):
        for recovery in self:
            recovery.amount_recovered = sum(
                recovery.entry_ids.filtered(
                    lambda entry: entry.state != "cancelled"
                ).mapped("amount_received")
            )

    # === ACTION METHODS === #

    def action_book(self):
        """Book what is owed as a receivable of the debtor, once.

        :return: action that opens the entry
        :raise AccessError: when the user is not of finance
        :raise UserError: when it is booked, above what we paid, or accounts are missing
        """
        self.ensure_one()
        return self._book().action_view_move()

    # === BUSINESS METHODS === #

    def _book(self):
        """Book one recovery: lock, check, write; see `action_book`."""
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(FINANCE):
            raise AccessError(self.env._("Finance books recoveries."))
        self.check_access("read")
        # sudo: finance reads claims, and need not hold rights on Odoo's journals. The
        # claim comes first: two recoveries of one claim share what may be recovered
        self.claim_id.sudo()._lock_for_booking()
        recovery_sudo = self._lock_in_state("agreed", group=FINANCE)
        recovery_sudo._check_bookable()
        move = recovery_sudo._create_entry_move()
        # a cancelled entry gives way in the database before this one takes its place
        self.env["kuaidi.recovery.entry"].flush_model(["state"])
        entry = recovery_sudo.entry_ids.create(
            {
                "recovery_id": self.id,
                "amount": recovery_sudo.amount_agreed,
                "move_id": move.id,
                "user_id": self.env.uid,
            }
        )
        recovery_sudo.write({"state": "booked"})
        move.action_post()
        entry._update_states()
        return entry.with_env(self.env)

    def _check_bookable(self):
        """Check that no more is recovered than the claim cost us.

        :raise UserError: when it is more, or booked already
        """
        self.ensure_one()
        if self._has_entry():
            raise UserError(
                self.env._("%(recovery)s is booked already.", recovery=self.number)
            )
        limit = self._get_booking_limit()
        if (
            limit is not None
            and self.currency_id.compare_amounts(self.amount_agreed, limit) > 0
        ):
            raise UserError(
                self.env._(
                    "%(recovery)s would bring in %(amount)s, but %(claim)s has cost us"
                    " only %(limit)s that nobody else owes: the client is paid first,"
                    " and nothing is recovered twice.",
                    recovery=self.number,
                    amount=self.currency_id.format(self.amount_agreed),
                    claim=self.claim_id.number,
                    limit=self.currency_id.format(max(limit, 0)),
                )
            )

    def _get_booking_limit(self):
        """Return the most that may be booked now, None: no limit.

        Paid to the client, less what the insurer paid and what others owe by entries.
        """
        self.ensure_one()
        if self.subject == "fee":
            return None
        claim = self.claim_id
        others = (claim.recovery_ids - self).filtered(
            lambda recovery: recovery.subject == self.subject
        )
        booked = sum(entry._get_due() for entry in others._get_live_entries())
        if self.subject == "freight":
            return claim.amount_freight - booked
        return claim.amount_paid - claim.amount_insured - booked

    def _get_live_entries(self):
        return self.entry_ids.filtered(lambda entry: entry.state in LIVE_STATES)

    def _has_entry(self):
        return super()._has_entry() or bool(self._get_live_entries())

    def _create_entry_move(self):
        """Draw up the entry; called in superuser mode."""
        company = self.company_id.with_company(self.company_id)
        journal = company.kuaidi_recovery_journal_id
        if self.subject == "compensation":
            income = (
                company.kuaidi_recovery_account_id or company.kuaidi_claim_account_id
            )
        else:
            income = company.kuaidi_recovery_freight_account_id
        debtor = self.debtor_id.with_company(self.company_id)
        receivable = debtor.property_account_receivable_id
        if not journal or not income or not receivable:
            raise UserError(
                self.env._(
                    "Choose the journal and the accounts of recoveries in the settings,"
                    " and the receivable account of the debtor first."
                )
            )
        label = self.env._(
            "Recovery %(recovery)s, claim %(claim)s, waybill %(waybill)s",
            recovery=self.number,
            claim=self.claim_id.number,
            waybill=self.waybill_number,
        )
        today = self.env["kuaidi.deadline"]._get_today(self.company_id)
        return self.env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": self.company_id.id,
                "journal_id": journal.id,
                "date": today,
                "ref": label,
                "line_ids": [
                    Command.create(
                        {
                            "name": label,
                            "account_id": account.id,
                            "partner_id": debtor.id,
                            "balance": sign * self.amount_agreed,
                            "date_maturity": today,
                            # recovered money is no turnover
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for account, sign in ((receivable, 1), (income, -1))
                ],
            }
        )

    def _on_entry_state(self, entry):
        """Follow what became of the entry; called in superuser mode."""
        self.ensure_one()
        state = {
            "booked": "booked",
            "paid": "paid",
            "lost": "failed",
            "cancelled": "agreed",
        }[entry.state]
        self.write(
            {
                "state": state,
                "date_done": state in ("paid", "failed") and fields.Datetime.now(),
            }
        )
