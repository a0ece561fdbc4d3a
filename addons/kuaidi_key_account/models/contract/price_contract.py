from odoo import fields, models

# how a contract comes to an end
ENDED = ("expired", "terminated")


class KuaidiContract(models.Model):
    """Takes the prices of a contract along: into force, to the new version, to the end.

    Parcels without a contract in force are never discounted (2.9 d).
    """

    _name = "kuaidi.contract"
    _inherit = ["kuaidi.contract"]

    price_agreement_ids = fields.One2many(
        comodel_name="kuaidi.price.agreement",
        inverse_name="contract_id",
        string="Price Agreements",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        state = vals.get("state")
        if state == "running":
            # sudo: prices follow their contract, whoever signs it
            self.sudo()._start_prices()
        elif state in ENDED:
            # sudo: prices follow their contract, whoever ends it
            self.sudo()._end_prices()
        return res

    # === ACTION METHODS === #

    def action_view_prices(self):
        """Open the price agreements of the contract."""
        self.ensure_one()
        return dict(
            self.env["ir.actions.act_window"]._for_xml_id(
                "kuaidi_key_account.kuaidi_price_agreement_action"
            ),
            domain=[("contract_id", "=", self.id)],
            context={
                "default_account_id": self.account_id.id,
                "default_contract_id": self.id,
            },
        )

    # === BUSINESS METHODS === #

    def _start_prices(self):
        """Bring approved prices into force; take over those of the former version."""
        for contract in self.filtered("previous_id"):
            contract.previous_id.price_agreement_ids.filtered(
                lambda agreement: agreement.state not in ("superseded", "expired")
            ).contract_id = contract
        waiting = self.price_agreement_ids.filtered(
            lambda agreement: agreement.state == "approved"
        )
        for agreement in waiting:
            if not agreement._find_overlapping():
                agreement._start()
                continue
            agreement._message_log(
                body=self.env._(
                    "The contract is in force, but other prices hold for part of this"
                    " time. Revise those, or change the first day of these."
                )
            )

    def _on_ended(self):
        """Let the prices end with contracts that the nightly run has ended."""
        res = super()._on_ended()
        self._end_prices()
        return res

    def _end_prices(self):
        """Let the prices of contracts end with them."""
        for contract in self:
            last_day = contract.date_ended or contract._get_today()
            running = contract.price_agreement_ids.filtered(
                lambda agreement: agreement.state == "running"
            )
            running._end(min(last_day, contract._get_today()))
