from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# prices that wait for a contract
PENDING = ("draft", "to_approve", "approved")


class KuaidiTender(models.Model):
    """From award to contract: within 30 days, as it was bid (TBL 46; issue F)."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    term_months = fields.Integer(
        string="Months of the Contract", default=12, aggregator=None
    )
    price_agreement_id = fields.Many2one(
        comodel_name="kuaidi.price.agreement",
        string="Prices Offered",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('account_id', '=', account_id)]",
        help="The price agreement that our bid stands on; it goes with the contract.",
    )
    contract_id = fields.Many2one(
        comodel_name="kuaidi.contract",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _term_months_range = models.Constraint(
        "CHECK(term_months BETWEEN 1 AND 120)",
        "A contract takes between 1 and 120 months.",
    )
    _contract_uniq = models.UniqueIndex(
        "(contract_id) WHERE contract_id IS NOT NULL",
        "This contract came of another tender already.",
    )

    # === ACTION METHODS === #

    def action_make_contract(self):
        """Make the contract of the award as a draft, once, and open it.

        :raise UserError: when the tender is not won, or its issuer has no key account
        """
        self.ensure_one()
        self._lock()
        self._check_is("won")
        self.invalidate_recordset(["contract_id"])
        if not self.contract_id:
            self._make_contract()
        return self.contract_id._get_records_action()

    def action_view_contract(self):
        """Open the contract that came of the tender."""
        self.ensure_one()
        return self.contract_id._get_records_action()

    def action_open_key_account(self):
        """Open the issuer's key account, as a candidate where none exists."""
        self.ensure_one()
        self.check_access("write")
        action = self.partner_id.commercial_partner_id._open_key_account(
            self.company_id, {"manager_id": self.user_id.id, "lead_id": self.lead_id.id}
        )
        # sudo: the tender follows its issuer, whatever its state
        self.sudo().account_id = action["res_id"]
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"contract_id"}

    def _check_named_records(self):
        res = super()._check_named_records()
        if not self.env.su:
            self.price_agreement_id.check_access("read")
        return res

    def _make_contract(self):
        """Make the contract of one tender that was won; the renewal makes its own."""
        self.ensure_one()
        # sudo: the contract is drawn up by the system; the right to the tender was
        # checked by the caller
        tender_sudo = self.sudo()
        if not tender_sudo.account_id:
            raise UserError(
                self.env._(
                    "%(client)s has no key account yet. Open it first: contracts are"
                    " kept in the client's file.",
                    client=tender_sudo.partner_id.display_name,
                )
            )
        renewal_sudo = tender_sudo.renewal_id
        if renewal_sudo.stage in renewal_sudo._escalation_states:
            contract_sudo = renewal_sudo._renew()
            contract_sudo.write(
                {
                    "amount_total": tender_sudo.amount_award,
                    "is_public": tender_sudo.is_government,
                }
            )
        else:
            contract_sudo = self.env["kuaidi.contract"].sudo()
            contract_sudo = contract_sudo.create(tender_sudo._prepare_contract())
        tender_sudo.contract_id = contract_sudo.id
        tender_sudo._pass_on_prices(contract_sudo)
        contract_sudo._message_log(
            body=self.env._(
                "Made of the award of %(tender)s. It is signed within 30 days of the"
                " award notice, and departs in nothing of substance from the bid"
                " (Tendering and Bidding Law, article 46).",
                tender=tender_sudo.display_name,
            )
        )

    def _prepare_contract(self):
        """Return the values of the contract that follows on the award."""
        self.ensure_one()
        start = self.date_signing or self._get_today()
        amount = self.amount_award
        return {
            "account_id": self.account_id.id,
            "kind": "cooperation",
            "date_from": start,
            "date_to": start + relativedelta(months=self.term_months, days=-1),
            "amount_total": amount,
            "amount_promised": amount * 12 / self.term_months,
            "is_public": self.is_government,
        }

    def _pass_on_prices(self, contract):
        """Let the prices that were offered hold with the contract."""
        self.ensure_one()
        prices = self.price_agreement_id
        if prices.state in PENDING and not prices.contract_id:
            prices.write(
                {
                    "contract_id": contract.id,
                    "date_from": contract.date_from,
                    "date_to": contract.date_to,
                }
            )


class KuaidiContract(models.Model):
    """Contracts know the tender that they came of."""

    _name = "kuaidi.contract"
    _inherit = ["kuaidi.contract"]

    tender_ids = fields.One2many(
        comodel_name="kuaidi.tender",
        inverse_name="contract_id",
        string="Tenders Won",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === BUSINESS METHODS === #

    def _is_from_tender(self):
        # sudo: where a contract came from is a fact, whoever looks at it
        return super()._is_from_tender() or bool(self.sudo().tender_ids)

    def _on_signed(self):
        """Tell the tender of the day on which its contract was signed."""
        res = super()._on_signed()
        for tender in self.tender_ids:
            tender.date_signing = self.date_signed
        return res
