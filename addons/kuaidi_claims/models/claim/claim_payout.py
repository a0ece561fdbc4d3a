from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

LIVE_STATES = ("booked", "paid")


class KuaidiClaimPayout(models.Model):
    """What a client gets for its claim, in Odoo's own books (2.12, D16).

    One payout of a claim is live at a time: the database holds no second one.
    """

    _name = "kuaidi.claim.payout"
    _inherit = ["kuaidi.case.entry.mixin"]
    _description = "Payout of a Claim"
    _order = "id desc"
    _rec_name = "move_id"
    _check_company_auto = True

    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    report_id = fields.Many2one(
        comodel_name="kuaidi.claim.report",
        string="Approved By Report",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    account_id = fields.Many2one(related="claim_id.account_id", store=True)
    partner_id = fields.Many2one(related="claim_id.partner_id", string="Client")
    company_id = fields.Many2one(
        related="claim_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="claim_id.currency_id")
    kind = fields.Selection(
        selection=[
            ("bill", "Vendor Bill"),
            ("refund", "Credit Note"),
            ("setoff", "Vendor Bill, Set Off"),
        ],
        string="How It Is Paid",
        required=True,
        readonly=True,
        help="A vendor bill is paid to the client's bank account. A credit note stands"
        " on the client's account, and counts as paid once it is posted. A set-off"
        " pays the bill with debts of the client; finance decides on it.",
    )
    amount = fields.Monetary(required=True, readonly=True, aggregator=None)
    amount_paid = fields.Monetary(readonly=True, aggregator=None)
    move_id = fields.Many2one(required=True)
    setoff_id = fields.Many2one(
        comodel_name="kuaidi.setoff",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
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
        "(claim_id) WHERE state IN ('booked', 'paid')",
        "This claim is paid out already.",
    )
    _move_uniq = models.UniqueIndex("(move_id)", "This entry pays another claim.")

    # === BUSINESS METHODS === #

    @api.model
    def _pay_out(self, claim, kind, debts=None):
        """Book what was approved for a claim, once.

        :param claim: one claim whose report was approved
        :param kind: bill, refund or setoff
        :param debts: for a set-off, the client's open items to be paid with it
        :return: the payout
        :raise AccessError: when the user is not of finance
        :raise UserError: when nothing is approved, it was paid already, or the
            settings name no account
        """
        claim.ensure_one()
        if not self.env.user.has_group("kuaidi_key_account.group_finance"):
            raise AccessError(self.env._("Finance pays claims out."))
        claim.check_access("read")
        # sudo: finance reads claims, and need not hold rights on Odoo's journals; what
        # is booked was approved, and every check follows
        claim_sudo = claim.sudo()
        claim_sudo._lock_for_booking()
        report = claim_sudo._get_approved_report()
        claim_sudo._check_payable(report)
        if kind == "setoff":
            claim_sudo._check_setoff_debts(debts)
        move = claim_sudo._create_payout_move(kind, report)
        # a cancelled payout gives way in the database before this one takes its place
        self.flush_model(["state"])
        payout = self.sudo().create(
            {
                "claim_id": claim.id,
                "report_id": report.id,
                "kind": kind,
                "amount": report.amount,
                "move_id": move.id,
                "user_id": self.env.uid,
            }
        )
        move.action_post()
        if kind == "setoff":
            payout._propose_setoff(debts.sudo())
        claim_sudo._on_payout_booked(payout)
        payout._update_states()
        return payout.with_env(self.env)

    def _propose_setoff(self, debts):
        """Have finance decide on setting the bill off against debts."""
        self.setoff_id = self.env["kuaidi.setoff"]._propose(
            self.account_id,
            self.move_id.line_ids.filtered(
                lambda line: line.account_type == "liability_payable"
            ),
            debts,
            self.env._("Compensation for claim %(claim)s", claim=self.claim_id.number),
        )

    def _get_booked_number(self):
        return self.claim_id.number

    def _is_booked_right(self):
        return self._is_invoiced_right(self.partner_id)

    def _update_states(self):
        """Follow the entries in the books: paid, opened again, or cancelled.

        Called in superuser mode.
        """
        for payout in self:
            move = payout.move_id
            settled = payout._get_settled()
            if move.state == "cancel" or move.payment_state == "reversed":
                state = "cancelled"
            elif (
                move.state == "posted"
                and payout.currency_id.compare_amounts(settled, payout.amount) >= 0
            ):
                state = "paid"
            else:
                state = "booked"
            if payout.state == "cancelled":
                # what was cancelled stays so: the claim is paid out anew
                continue
            values = {}
            if payout.currency_id.compare_amounts(settled, payout.amount_paid):
                values["amount_paid"] = settled
            if state != payout.state:
                values["state"] = state
                values["date_paid"] = state == "paid" and fields.Datetime.now()
            if not values:
                continue
            payout.write(values)
            if "state" in values:
                payout.claim_id._on_payout_state(payout)
            payout.claim_id._update_amount_paid()

    def _get_settled(self):
        """Return what the client has got, in the currency of the claim."""
        self.ensure_one()
        move = self.move_id
        if move.state != "posted" or move.payment_state == "reversed":
            return 0
        if self.kind == "refund":
            # it stands on the client's account from now on
            return move.amount_total
        return move.amount_total - move.amount_residual


class KuaidiClaim(models.Model):
    """Pays a claim out."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    payout_ids = fields.One2many(
        comodel_name="kuaidi.claim.payout", inverse_name="claim_id", string="Payouts"
    )

    # === ACTION METHODS === #

    def action_open_payout(self):
        """Open the form on which finance pays the claim out."""
        self.ensure_one()
        self.check_access("read")
        return dict(
            self.env["ir.actions.act_window"]._for_xml_id(
                "kuaidi_claims.kuaidi_claim_pay_action"
            ),
            context={"default_claim_id": self.id},
        )

    # === BUSINESS METHODS === #

    def _lock_for_booking(self):
        """Lock the claim for what is booked on it, and read it anew.

        Payouts, insurers and debtors share what a claim comes to. Whoever began before
        another's booking was committed does not see it, so the row is written too: the
        database then sends the second one back, and Odoo repeats its request.

        :raise LockError: when somebody else books on the claim at this moment
        :raise SerializationFailure: when somebody has booked on it since we began
        """
        self.lock_for_update()
        self.env.cr.execute(
            SQL("UPDATE kuaidi_claim SET id = id WHERE id = ANY(%s)", self.ids)
        )
        self.env.invalidate_all()

    def _get_approved_report(self):
        """Return the report whose approval holds; empty where there is none."""
        self.ensure_one()
        return self.env["kuaidi.claim.report"].search(
            [("claim_id", "=", self.id), ("state", "=", "approved")], limit=1
        )

    def _check_payable(self, report):
        """Check that this claim may be paid out now.

        :raise UserError: when it was paid, is not approved, or its amount has changed
        """
        self.ensure_one()
        live = self.payout_ids.filtered(lambda payout: payout.state in LIVE_STATES)
        if live:
            raise UserError(
                self.env._(
                    "%(claim)s is paid out already, by %(move)s.",
                    claim=self.display_name,
                    move=live[0].move_id.display_name,
                )
            )
        if self.state != "approved" or not report:
            raise UserError(
                self.env._(
                    "%(claim)s is not approved: nothing can be paid out.",
                    claim=self.display_name,
                )
            )
        report._check_amount_is_agreed()

    def _check_setoff_debts(self, debts):
        """Check what a claim is set off against.

        :raise ValidationError: when nothing was chosen, or it is not open any more
        """
        if not debts:
            raise ValidationError(
                self.env._("Choose the debts that the compensation is set off against.")
            )
        if not self.account_id:
            raise ValidationError(
                self.env._(
                    "%(client)s has no key account: pay the compensation by a vendor"
                    " bill or a credit note.",
                    client=self.partner_id.display_name,
                )
            )
        debts = debts.sudo()  # sudo: finance chose among the client's open debts
        debts.lock_for_update(allow_referencing=True)
        debts.invalidate_recordset(["amount_residual", "reconciled"])
        open_debts = debts.filtered_domain(self._get_debt_domain())
        if open_debts != debts:
            raise ValidationError(
                self.env._(
                    "%(items)s is not open any more: it was paid in between. Choose the"
                    " debts again.",
                    items=", ".join((debts - open_debts).mapped("display_name")),
                )
            )

    def _create_payout_move(self, kind, report):
        """Draw up the bill or credit note; called in superuser mode."""
        expense = self.company_id.kuaidi_claim_account_id
        if not expense:
            raise UserError(
                self.env._("Choose the account of compensations in the settings first.")
            )
        return self.env["account.move"].create(
            {
                "move_type": "out_refund" if kind == "refund" else "in_invoice",
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "currency_id": self.currency_id.id,
                "invoice_date": self.env["kuaidi.deadline"]._get_today(self.company_id),
                "ref": self.env._(
                    "Compensation %(claim)s, waybill %(waybill)s",
                    claim=self.number,
                    waybill=self.waybill_number,
                ),
                "invoice_origin": self.number,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": self.env._(
                                "Compensation for waybill %(waybill)s, report"
                                " %(report)s",
                                waybill=self.waybill_number,
                                report=report.number,
                            ),
                            "quantity": 1,
                            "price_unit": report.amount,
                            "account_id": expense.id,
                            # compensation is no turnover
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )

    def _update_amount_paid(self):
        """Write what the client has got so far; called in superuser mode."""
        for claim in self:
            claim.amount_paid = sum(claim.payout_ids.mapped("amount_paid"))
