from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date

from .bond import PAPER_FORMS


class KuaidiTenderBond(models.Model):
    """The way of a bond: asked for, approved by finance, paid, returned or lost."""

    _name = "kuaidi.tender.bond"
    _inherit = ["kuaidi.tender.bond"]

    payment_id = fields.Many2one(
        comodel_name="account.payment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    date_paid = fields.Date(
        string="Paid or Handed In On", readonly=True, copy=False, tracking=True
    )
    paid_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    date_returned = fields.Date(
        string="Returned On", readonly=True, copy=False, tracking=True
    )
    amount_returned = fields.Monetary(readonly=True, copy=False)
    amount_interest = fields.Monetary(
        string="Interest Received",
        readonly=True,
        copy=False,
        help="Bank interest is returned with a bond in cash or by transfer (Regulation"
        " on the Implementation of the Bidding Law, articles 31 and 57).",
    )
    forfeit_reason = fields.Text(
        string="Why It Was Forfeited", readonly=True, copy=False
    )

    _payment_uniq = models.UniqueIndex(
        "(payment_id) WHERE payment_id IS NOT NULL",
        "This payment stands for another bond already.",
    )

    # === ACTION METHODS === #

    def action_back_to_draft(self):
        """Take back what was asked for or refused, to change it.

        What was approved has to be approved again.

        :raise UserError: once it is paid
        """
        self._lock_in_state("to_approve", "approved", "refused")
        # sudo: reviews and state are guarded, the right was checked above
        bonds_sudo = self.sudo()
        bonds_sudo.review_ids.unlink()
        bonds_sudo.write({"state": "draft", "requested_by_id": False})
        for bond in bonds_sudo:
            bond._message_log(
                body=self.env._(
                    "%(user)s has taken the request back.", user=self.env.user.name
                )
            )

    def action_pay(self):
        """Open the wizard that pays by a new payment, or takes one there is."""
        return self._open_wizard("kuaidi.tender.bond.pay", self.env._("Pay the Bond"))

    def action_end(self):
        """Open the wizard that registers what became of the bond."""
        return self._open_wizard(
            "kuaidi.tender.bond.end", self.env._("End of the Bond")
        )

    def action_view_payment(self):
        """Open the payment of the bond."""
        self.ensure_one()
        return self.payment_id._get_records_action()

    # === BUSINESS METHODS === #

    def _open_wizard(self, model, name):
        self.ensure_one()
        self._check_finance()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_bond_id": self.id},
        }

    def _check_finance(self):
        """Refuse all but finance.

        :raise AccessError: for them
        """
        self.check_access("write")
        if not self.env.user.has_group("kuaidi_key_account.group_finance"):
            raise AccessError(
                self.env._(
                    "Finance pays bonds and registers their return. Ask a colleague"
                    " there."
                )
            )

    def _lock_in_state(self, *states):
        """Lock bonds that the user may write, and check that they are at these steps.

        :raise UserError: when somebody else was faster
        """
        self.check_access("write")
        # sudo: the tier mixin looks at what is written, not at locks
        self.sudo().lock_for_update()
        self.invalidate_recordset(["state", "payment_id"])
        labels = dict(self._fields["state"]._description_selection(self.env))
        for bond in self:
            if bond.state not in states:
                raise UserError(
                    self.env._(
                        "%(bond)s stands at “%(state)s”, where this cannot be done."
                        " Reload the page to see what became of it.",
                        bond=bond.display_name,
                        state=labels[bond.state],
                    )
                )

    def _request_approval(self):
        """Note who asks, for what is complete."""
        for bond in self:
            bond._check_complete()
        # sudo: who asked is guarded
        self.sudo().write({"requested_by_id": self.env.uid})
        return super()._request_approval()

    def _pay(self, journal, date):
        """Pay approved bonds by new payments, each once.

        :param journal: bank journal of the account that the bond is paid from
        :raise AccessError: for others than finance
        :raise UserError: when one is not approved, or paid already
        :return: the payments
        """
        self._check_finance()
        self._lock_in_state("approved")
        payments = self.env["account.payment"]
        for bond in self:
            bond._check_journal(journal)
            payments |= bond.env["account.payment"].create(
                {
                    "payment_type": "outbound",
                    "partner_type": "supplier",
                    "partner_id": bond.beneficiary_id.id,
                    "journal_id": journal.id,
                    "amount": bond.amount,
                    "currency_id": bond.currency_id.id,
                    "date": date,
                    "memo": bond._get_memo(),
                }
            )
        payments.action_post()
        for bond, payment in zip(self, payments, strict=True):
            bond._set_paid(date, payment)
        return payments

    def _link_payment(self, payment):
        """Take a payment that was entered before as the one of this bond.

        :raise AccessError: for others than finance
        :raise UserError: when the payment is not posted, of another amount or company,
            or stands for another bond
        """
        self.ensure_one()
        self._check_finance()
        self._lock_in_state("approved")
        payment.check_access("read")
        payment.lock_for_update(allow_referencing=True)
        payment.invalidate_recordset(["state"])
        self._check_journal(payment.journal_id)
        if (
            payment.state not in ("in_process", "paid")
            or payment.payment_type != "outbound"
            or payment.company_id != self.company_id
            or payment.currency_id != self.currency_id
            or self.currency_id.compare_amounts(payment.amount, self.amount)
        ):
            raise UserError(
                self.env._(
                    "Choose a posted payment of exactly %(amount)s that went out of"
                    " this company.",
                    amount=self.currency_id.format(self.amount),
                )
            )
        if self.sudo().search_count([("payment_id", "=", payment.id)], limit=1):
            raise UserError(self.env._("This payment stands for another bond already."))
        self._set_paid(payment.date, payment)

    def _hand_in(self, date):
        """Register that guarantees were handed in instead of money.

        :raise AccessError: for others than finance
        :raise UserError: for bonds in money, and guarantees that end too early
        """
        self._check_finance()
        self._lock_in_state("approved")
        for bond in self:
            if bond.form not in PAPER_FORMS:
                raise UserError(
                    self.env._(
                        "%(bond)s is paid in money: enter its payment.",
                        bond=bond.display_name,
                    )
                )
            bond._check_guarantee()
            bond._set_paid(date, self.env["account.payment"])

    def _check_journal(self, journal):
        """Check that money leaves the account that was approved.

        :raise UserError: naming the account
        """
        self.ensure_one()
        if self.form in PAPER_FORMS:
            raise UserError(
                self.env._(
                    "%(bond)s is a guarantee: register it as handed in.",
                    bond=self.display_name,
                )
            )
        # sudo: finance compares accounts, whoever may read them otherwise
        account_sudo = self.bank_account_id.sudo()
        if account_sudo and journal.sudo().bank_account_id != account_sudo:
            raise UserError(
                self.env._(
                    "This was approved to be paid from %(account)s: choose the journal"
                    " of that bank account.",
                    account=account_sudo.acc_number,
                )
            )

    def _check_guarantee(self):
        """Check that a guarantee is valid as long as the bid (IR 26).

        :raise UserError: naming the dates
        """
        self.ensure_one()
        if not self.date_guarantee_expiry:
            raise UserError(
                self.env._("Enter until when the guarantee is valid, then go on.")
            )
        end = self.kind == "bid" and self.tender_id.sudo()._get_validity_end()
        if end and self.date_guarantee_expiry < end:
            raise UserError(
                self.env._(
                    "The guarantee ends on %(guarantee)s, before the bid on %(bid)s: a"
                    " bond is valid as long as the bid (Regulation on the"
                    " Implementation of the Bidding Law, article 26). Have it"
                    " prolonged.",
                    guarantee=format_date(self.env, self.date_guarantee_expiry),
                    bid=format_date(self.env, end),
                )
            )

    def _get_memo(self):
        self.ensure_one()
        # sudo: the bank shows whose bond it is
        tender_sudo = self.tender_id.sudo()
        return self.env._(
            "%(kind)s %(reference)s %(name)s",
            kind=dict(self._fields["kind"]._description_selection(self.env))[self.kind],
            reference=tender_sudo.reference or tender_sudo.number,
            name=tender_sudo.name,
        )

    def _set_paid(self, date, payment):
        # sudo: state and payment are guarded, finance was checked by the caller
        self.sudo().write(
            {
                "state": "paid",
                "date_paid": date,
                "payment_id": payment.id,
                "paid_by_id": self.env.uid,
            }
        )

    def _return(self, date, amount, interest=0.0):
        """Register that bonds came back.

        :param amount: what came back of each, without interest
        :raise AccessError: for others than finance
        :raise UserError: when one is not outstanding, or more came back than was paid
        """
        self._check_finance()
        self._lock_in_state("paid")
        for bond in self:
            if date < bond.date_paid:
                raise UserError(
                    self.env._("A bond comes back after it was paid. Check the day.")
                )
            if not 0 <= amount <= bond.amount or interest < 0:
                raise UserError(
                    self.env._(
                        "Between nothing and %(amount)s comes back. Enter interest"
                        " apart.",
                        amount=bond.currency_id.format(bond.amount),
                    )
                )
        # sudo: what became of a bond is guarded, finance was checked above
        self.sudo().write(
            {
                "state": "returned",
                "date_returned": date,
                "amount_returned": amount,
                "amount_interest": interest,
                "date_done": fields.Datetime.now(),
            }
        )
        self.sudo()._withdraw_escalation(self)

    def _forfeit(self, date, reason):
        """Register that the issuer keeps bonds (IR 35, 74).

        :raise AccessError: for others than finance
        :raise UserError: when one is not outstanding, or the reason is missing
        """
        self._check_finance()
        self._lock_in_state("paid")
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why the issuer keeps the bond: it is a lesson.")
            )
        # sudo: what became of a bond is guarded, finance was checked above
        self.sudo().write(
            {
                "state": "forfeited",
                "forfeit_reason": reason,
                "date_returned": False,
                "date_done": fields.Datetime.now(),
            }
        )
        for bond in self.sudo():
            bond._message_log(
                body=self.env._(
                    "The issuer keeps the bond since %(date)s: %(reason)s",
                    date=format_date(self.env, date),
                    reason=reason,
                )
            )
        self.sudo()._withdraw_escalation(self)

    def _on_payment_undone(self):
        """Let bonds wait for their payment again, since theirs was undone.

        Called in superuser mode, with bonds in any state.

        :raise UserError: for a bond that came back or was forfeited
        """
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        for bond in self:
            if bond.state in ("returned", "forfeited"):
                raise UserError(
                    self.env._(
                        "%(bond)s was paid by this and has ended since: its payment"
                        " stays. Enter a payment back instead.",
                        bond=bond.display_name,
                    )
                )
        for bond in self.filtered(lambda bond: bond.state == "paid"):
            bond._message_log(
                body=self.env._(
                    "%(user)s has undone payment %(payment)s: the bond is to be paid"
                    " again.",
                    user=self.env.user.name,
                    payment=bond.payment_id.display_name,
                )
            )
            bond.write(
                {
                    "state": "approved",
                    "payment_id": False,
                    "date_paid": False,
                    "paid_by_id": False,
                }
            )
        self._withdraw_escalation(self)
