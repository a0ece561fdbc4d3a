from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_amount


class KuaidiCollectionCase(models.Model):
    """Advises operations to ship against cash only, and lifts it when it is paid.

    It is advice alone. Parcels are never held for debts: detaining them is fined by
    article 52 of the Interim Regulations on Express Delivery.
    """

    _name = "kuaidi.collection.case"
    _inherit = ["kuaidi.collection.case"]

    credit_limit = fields.Monetary(
        compute="_compute_credit",
        help="From the running master contract. 0: none was agreed.",
    )
    payment_term_name = fields.Char(string="Payment Terms", compute="_compute_credit")
    is_above_limit = fields.Boolean(compute="_compute_credit")

    # === COMPUTE METHODS === #

    @api.depends("account_id", "amount_open")
    def _compute_credit(self):
        limits = self.account_id._get_credit_limits()
        contracts = (
            self.env["kuaidi.contract"]
            # sudo: limit and terms bind whoever reads the contract
            .sudo()
            .search_fetch(
                [
                    ("account_id", "in", self.account_id.ids),
                    ("state", "=", "running"),
                    ("kind", "=", "master"),
                ],
                ["account_id", "payment_term_id"],
            )
            .grouped("account_id")
        )
        for case in self:
            limit = limits.get(case.account_id.id, 0.0)
            contract = contracts.get(case.account_id.sudo())
            case.credit_limit = limit
            case.payment_term_name = contract and contract[:1].payment_term_id.name
            case.is_above_limit = bool(limit) and case.amount_open > limit

    # === ACTION METHODS === #

    def action_advise_cash(self):
        """Advise operations to take new shipments against cash only.

        :raise AccessError: for others than finance
        :raise UserError: for a closed case
        """
        self._check_finance()
        if any(case.state == "closed" for case in self):
            raise UserError(self.env._("The case is closed: nothing is overdue."))
        # sudo: cases are guarded; finance was checked above
        self.sudo().is_cash_only = True
        for case in self:
            case._note_advice()
        return True

    def action_lift_cash(self):
        """Take the advice back.

        :raise AccessError: for others than finance
        """
        self._check_finance()
        # sudo: cases are guarded; finance was checked above
        self.sudo().is_cash_only = False
        return True

    # === BUSINESS METHODS === #

    def _note_advice(self):
        """Tell the client's file why, and why no parcel is held."""
        # sudo: the note belongs on the file, whoever advises
        self.account_id.sudo().message_post(
            body=self.env._(
                "Operations are advised to accept new shipments of this client against"
                " cash only: %(amount)s is overdue. Parcels already accepted are"
                " delivered as always; holding them is fined by article 52 of the"
                " Interim Regulations on Express Delivery.",
                amount=format_amount(self.env, self.amount_overdue, self.currency_id),
            ),
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )

    @api.model
    def _update_cases(self, accounts=None, date=None):
        """Lift the advice also where the debts are back within the limit."""
        counts = super()._update_cases(accounts, date)
        domain = [("is_cash_only", "=", True), ("state", "!=", "closed")]
        if accounts is not None:
            domain.append(("account_id", "in", accounts.ids))
        cases = self.search(domain)
        if cases:
            limits = cases.account_id._get_credit_limits()
            cases.filtered(
                lambda case: (
                    not case.amount_overdue
                    and case.amount_open <= limits.get(case.account_id.id, 0.0)
                )
            ).write({"is_cash_only": False})
        return counts


class KuaidiKeyAccount(models.Model):
    """Shows the advice of finance on the client's file."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    case_ids = fields.One2many(
        comodel_name="kuaidi.collection.case",
        inverse_name="account_id",
        string="Collection Cases",
    )
    is_cash_only = fields.Boolean(
        string="Cash Only Advised",
        compute="_compute_collection",
        search="_search_is_cash_only",
        help="Advice of finance to operations about new shipments. No parcel is held.",
    )
    has_case = fields.Boolean(string="In Collection", compute="_compute_collection")

    # === COMPUTE METHODS === #

    @api.depends("case_ids.is_cash_only", "case_ids.state")
    def _compute_collection(self):
        cases = (
            self.env["kuaidi.collection.case"]
            .search([("account_id", "in", self.ids), ("state", "!=", "closed")])
            .grouped("account_id")
        )
        for account in self:
            case = cases.get(account)
            account.is_cash_only = bool(case and case[:1].is_cash_only)
            account.has_case = bool(case)

    def _search_is_cash_only(self, operator, value):
        if operator != "in":
            return NotImplemented  # the ORM retries with the opposite operator
        advised = Domain(
            "case_ids",
            "any",
            [("is_cash_only", "=", True), ("state", "!=", "closed")],
        )
        found = Domain.FALSE
        if True in value:
            found |= advised
        if False in value:
            found |= ~advised
        return found

    # === ACTION METHODS === #

    def action_view_collection(self):
        """Open the case in work, or what the client has open."""
        self.ensure_one()
        case = self._get_open_case()
        if case:
            return case._get_records_action()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_receivable_item_action"
        )
        return dict(
            action,
            views=[(False, "list"), (False, "pivot")],
            domain=[("account_id", "=", self.id)],
        )

    # === BUSINESS METHODS === #

    def _get_nothing_overdue_error(self):
        return UserError(
            self.env._(
                "%(client)s owes nothing that is overdue. There is no case to work on.",
                client=self.display_name,
            )
        )
