from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.misc import format_amount, format_date

# decided by payments and by buttons, or fixed once it was said
GUARDED_FIELDS = frozenset(
    {
        "account_id",
        "amount",
        "amount_received",
        "amount_waiting",
        "case_id",
        "company_id",
        "date_due",
        "date_grace",
        "date_promised",
        "plan_id",
        "state",
    }
)
# what a person enters
ENTERED_FIELDS = frozenset({"amount", "case_id", "date_due", "date_promised"})


class KuaidiPaymentPromise(models.Model):
    """What a client has promised to pay, and until when; kept or broken by payments."""

    _name = "kuaidi.payment.promise"
    _description = "Promise to Pay"
    _inherit = ["kuaidi.evidence.mixin"]
    _order = "date_due, id"
    _rec_name = "account_id"

    # client
    case_id = fields.Many2one(
        comodel_name="kuaidi.collection.case",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', '!=', 'closed')]",
    )
    account_id = fields.Many2one(
        related="case_id.account_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True
    )
    collector_id = fields.Many2one(related="case_id.collector_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    plan_id = fields.Many2one(
        comodel_name="kuaidi.repayment.plan",
        string="Repayment Plan",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The repayment plan that this is an instalment of.",
    )
    # promise
    date_promised = fields.Date(
        string="Promised On",
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
    )
    date_due = fields.Date(string="Pays Until", required=True, index=True)
    date_grace = fields.Date(
        string="Waited For Until",
        compute="_compute_date_grace",
        store=True,
        precompute=True,
        required=True,
        help="The due day and the working days of grace of the settings: what comes in"
        " later does not keep the promise.",
    )
    amount = fields.Monetary(required=True)
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Promised By",
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', commercial_partner_id)]",
    )
    commercial_partner_id = fields.Many2one(related="account_id.partner_id")
    note = fields.Char()
    # what became of it
    amount_received = fields.Monetary(
        string="Received",
        readonly=True,
        copy=False,
        help="What came in since the promise, settles debts and counts for it.",
    )
    amount_waiting = fields.Monetary(
        string="Came In, Not Applied Yet",
        readonly=True,
        copy=False,
        help="Money of the client that settles no debt yet: while it covers the"
        " promise, the promise does not count as broken.",
    )
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "A promise is about an amount above 0."
    )
    _due_after_promised = models.Constraint(
        "CHECK(date_due >= date_promised)",
        "A promise is due on the day it was made at the earliest.",
    )
    _open_due_idx = models.Index("(date_due, id) WHERE state = 'open'")
    _default_order_idx = models.Index("(date_due, id)")

    # === COMPUTE METHODS === #

    @api.depends("date_due", "company_id")
    def _compute_date_grace(self):
        service = self.env["kuaidi.deadline"]
        for company, promises in self.grouped("company_id").items():
            dated = promises.filtered("date_due")
            (promises - dated).date_grace = False
            # sudo: the grace of the company binds everybody
            grace = company.sudo().kuaidi_promise_grace_days
            ends = service._get_due_many(
                [(promise.date_due, grace) for promise in dated],
                "workday" if grace else "day",
                company,
            )
            for promise, end in zip(dated, ends, strict=True):
                promise.date_grace = service._get_local_date(end, company)

    @api.depends("account_id", "amount", "date_due")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = self.env._(
                "%(client)s: %(amount)s until %(date)s",
                client=promise.account_id.display_name,
                amount=format_amount(self.env, promise.amount, promise.currency_id),
                date=format_date(self.env, promise.date_due),
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_entered(vals_list)
        promises = super().create(vals_list)
        promises._check_within_debt()
        if not self.env.su:
            # sudo: a promise moves the case, whoever may write that
            promises.sudo()._plan_check()
        return promises

    def write(self, vals):
        if not self.env.su and GUARDED_FIELDS & vals.keys():
            raise AccessError(
                self.env._(
                    "What was promised stays as it was said, and payments decide what"
                    " became of it. Cancel it and enter a new promise."
                )
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_cancel(self):
        """Cancel promises that were entered by mistake.

        :raise AccessError: for others than finance and whoever entered it
        :raise UserError: when payments have decided on one already
        """
        self.check_access("write")
        is_finance = self.env.user.has_group("kuaidi_key_account.group_finance")
        # sudo: promises are guarded; who may cancel is checked below
        promises_sudo = self.sudo()
        promises_sudo.lock_for_update()
        promises_sudo.invalidate_recordset(["state"])
        for promise_sudo in promises_sudo:
            if not is_finance and promise_sudo.create_uid != self.env.user:
                raise AccessError(
                    self.env._(
                        "A promise is cancelled by whoever entered it, or by finance."
                    )
                )
            if promise_sudo.state != "open":
                raise UserError(
                    self.env._(
                        "Only an open promise can be cancelled. Reload the page."
                    )
                )
        promises_sudo._cancel()

    def action_view_case(self):
        """Open the case that the promise belongs to."""
        self.ensure_one()
        return self.case_id._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._("A promise is evidence and stays on file. Cancel it.")

    def _check_entered(self, vals_list):
        """Refuse what payments and buttons alone write."""
        names = self._get_typed_names(vals_list)
        if (GUARDED_FIELDS - ENTERED_FIELDS) & names:
            raise AccessError(
                self.env._("What became of a promise is decided by payments alone.")
            )

    def _check_within_debt(self):
        """Refuse promises above what the client owes, all open ones together (E).

        The cases are written first: of two collectors at once the second waits, and is
        then retried with the promise of the first in sight.
        """
        # sudo: debts and other promises count, whoever may read them
        promises_sudo = self.sudo()
        cases = promises_sudo.case_id
        cases._write_for_turn()
        if any(case.state == "closed" for case in cases):
            raise UserError(
                self.env._(
                    "The case is closed: nothing is overdue. Reload the page to see"
                    " what the client owes."
                )
            )
        accounts = cases.account_id
        debts = cases._get_open_debts()
        promised = {
            account: amount - (received or 0.0)
            for account, amount, received in promises_sudo._read_group(
                [("account_id", "in", accounts.ids), ("state", "=", "open")],
                ["account_id"],
                ["amount:sum", "amount_received:sum"],
            )
        }
        for account in accounts:
            currency = account.company_id.currency_id
            debt = debts.get(account.id, 0.0)
            if currency.compare_amounts(promised.get(account, 0.0), debt) > 0:
                raise ValidationError(
                    self.env._(
                        "%(client)s owes %(debt)s, and all its open promises together"
                        " would come to %(promised)s. Enter a smaller amount, or cancel"
                        " a former promise.",
                        client=account.display_name,
                        debt=format_amount(self.env, debt, currency),
                        promised=format_amount(
                            self.env, promised.get(account, 0.0), currency
                        ),
                    )
                )


class KuaidiCollectionCase(models.Model):
    """What a client may promise, and whose turn it is to enter it."""

    _name = "kuaidi.collection.case"
    _inherit = ["kuaidi.collection.case"]

    # === ACTION METHODS === #

    def action_enter_promise(self):
        """Open the form of a promise: amount and day, the rest is known."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_payment_promise_enter_action"
        )
        # sudo: what is promised already counts, whoever entered it
        promised = sum(
            promise.amount - promise.amount_received
            for promise in self.sudo().promise_ids
            if promise.state == "open"
        )
        return dict(
            action,
            context={
                "default_case_id": self.id,
                "default_amount": max(self.amount_overdue - promised, 0.0),
            },
        )

    # === BUSINESS METHODS === #

    def _write_for_turn(self):
        """Write the rows of these cases, so that two at once come one after another.

        Who comes second waits, fails to serialize and is retried by Odoo.
        """
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_collection_case SET write_date = %s, write_uid = %s
                 WHERE id IN (
                           SELECT id FROM kuaidi_collection_case
                            WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
                       )
                """,
                fields.Datetime.now(),
                self.env.uid,
                self.ids,
            )
        )
        self.invalidate_recordset(["write_date", "write_uid"])

    def _get_open_debts(self):
        """Return what the clients of these cases owe, in yuan, by account id.

        Credit notes and payments that settle nothing yet are taken off.
        """
        groups = (
            self.env["kuaidi.receivable.item"]
            # sudo: what a client owes is the same for everybody
            .sudo()
            .with_context(kuaidi_date=False)
            ._read_group(
                [("account_id", "in", self.sudo().account_id.ids)],
                ["account_id"],
                ["amount_residual:sum"],
            )
        )
        return {account.id: amount for account, amount in groups}
