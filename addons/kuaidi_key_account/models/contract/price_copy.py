from odoo import api, models

# lines, rungs and surcharges
PARTS = ("line_ids", "ladder_ids", "excess_ids", "surcharge_ids")
TERMS = (
    "volumetric_divisor",
    "weight_step_kg",
    "amount_minimum",
    "discount_percent",
    "amount_assessment",
)


class KuaidiPriceAgreement(models.Model):
    """Draws prices up from the tariff, from a former version, for another contract."""

    _name = "kuaidi.price.agreement"
    _inherit = ["kuaidi.price.agreement"]

    # === ONCHANGE METHODS === #

    @api.onchange("account_id")
    def _onchange_account_id(self):
        if self.account_id and not self.line_ids:
            self._fill_from_tariff()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        agreements = super().create(vals_list)
        for agreement, vals in zip(agreements, vals_list, strict=True):
            if not any(name in vals for name in PARTS):
                agreement._fill_from_tariff(given=vals.keys())
        return agreements

    # === BUSINESS METHODS === #

    def _copy_for(self, contract, date_from, date_to=None):
        """Draft the same prices for another contract or term of the client (2.7).

        :param contract: the contract that the new prices come into force with
        :param date_from: first day
        :param date_to: last day, or None for prices without end
        :return: the draft
        :raise AccessError: for the client of somebody else
        """
        self.ensure_one()
        self.check_access("read")
        self._get_named_accounts([{"account_id": contract.account_id.id}])
        # sudo: the former prices are written by the system; the right was checked above
        return (
            self.sudo()
            .create(
                {
                    "account_id": contract.account_id.id,
                    "contract_id": contract.id,
                    "date_from": date_from,
                    "date_to": date_to,
                    "previous_id": self.id,
                    **self._get_copied_terms(),
                    **self._get_copied_parts(),
                }
            )
            .with_env(self.env)
        )

    def _fill_from_tariff(self, given=()):
        """Give new agreements the lines of the tariff, and its terms but those given.

        :param given: names of fields that stay as they are
        """
        for agreement in self.filtered("account_id"):
            company = agreement.company_id
            tariff = self._find_tariff(
                company, agreement.date_from
            ) or self._find_tariff(company, agreement._get_today())
            if tariff:
                parts = tariff._get_copied_parts()
                for command in parts["line_ids"]:
                    command[2].update(amount_floor=0.0, amount_floor_continued=0.0)
                terms = tariff._get_copied_terms()
                own = {"discount_percent", "amount_assessment", *given}
                agreement.update(
                    {name: terms[name] for name in terms.keys() - own} | parts
                )

    def _get_copied_terms(self):
        self.ensure_one()
        return {name: self[name] for name in TERMS}

    def _get_copied_parts(self):
        """Return the lines, rungs and surcharges of these prices as commands."""
        self.ensure_one()
        # sudo: the caller may read the agreement, and so what it says
        source = self.sudo()
        return {name: source[name]._get_copied_values() for name in PARTS}
