from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import format_date


class KuaidiContract(models.Model):
    """Contracts know the renewals that they belong to."""

    _name = "kuaidi.contract"
    _inherit = ["kuaidi.contract"]

    renewal_ids = fields.One2many(
        comodel_name="kuaidi.renewal", inverse_name="contract_id", string="Renewals"
    )
    origin_renewal_ids = fields.One2many(
        comodel_name="kuaidi.renewal",
        inverse_name="successor_id",
        string="Made by Renewal",
    )

    # === ACTION METHODS === #

    def action_open_renewal(self):
        """Open the renewal of the current term, ahead of its time if need be.

        :raise UserError: for a contract without end, not in force, or that has ended
        """
        self.ensure_one()
        self.check_access("write")
        return self._open_renewal()._get_records_action()

    # === BUSINESS METHODS === #

    def _is_from_tender(self):
        """Tell whether the contract came of a renewal that was tendered."""
        return any(renewal.tender_lead_id for renewal in self.origin_renewal_ids)

    def _open_renewal(self):
        """Return the renewal of the current term, opened ahead of its time if need be.

        :raise UserError: for a contract without end, or one that is not in force
        """
        self.ensure_one()
        # sudo: renewals are opened by the system; the right was checked by the caller
        renewals_sudo = self.env["kuaidi.renewal"].sudo()
        domain = [("contract_id", "=", self.id), ("term", "=", self.term)]
        found = renewals_sudo.search(domain)
        if found:
            return found.with_env(self.env)
        if self.state != "running":
            raise UserError(
                self.env._(
                    "%(contract)s is not in force: there is nothing to renew.",
                    contract=self.display_name,
                )
            )
        if not self.date_to:
            raise UserError(
                self.env._(
                    "%(contract)s has no end, and need not be renewed. Amend it to"
                    " change what was agreed.",
                    contract=self.display_name,
                )
            )
        if self.is_termination_given:
            raise UserError(
                self.env._(
                    "Notice of %(contract)s was given: it ends on %(date)s. Draw up a"
                    " new contract if the client stays after all.",
                    contract=self.display_name,
                    date=format_date(self.env, self.date_to),
                )
            )
        renewals_sudo._open_batch(self.company_id, 0, 1, self, is_ahead=True)
        renewal = renewals_sudo.search(domain)
        if not renewal:
            raise UserError(
                self.env._(
                    "The account of %(client)s is closed: its contract is not renewed.",
                    client=self.sudo().account_id.display_name,
                )
            )
        return renewal.with_env(self.env)

    def _on_signed(self):
        """Plan the service of the next term, once its contract is signed."""
        res = super()._on_signed()
        for contract in self.filtered("origin_renewal_ids"):
            contract._plan_next_term()
        return res

    def _on_lapsed(self):
        """Let open renewals show that their contracts have lapsed."""
        res = super()._on_lapsed()
        for company in self.company_id:
            self.env["kuaidi.renewal"]._follow_contracts(company)
        return res

    def _on_renewed_tacitly(self):
        """Close the renewals of terms that went on by themselves."""
        res = super()._on_renewed_tacitly()
        for company in self.company_id:
            self.env["kuaidi.renewal"]._follow_contracts(company)
        return res

    def _plan_next_term(self):
        """Draft the service plan of the new term, where the client has a star.

        What keeps it from being drafted is told in the renewal, for somebody to do it
        by hand; the signature stands.
        """
        self.ensure_one()
        account = self.account_id
        if not account.star_id:
            return
        try:
            with self.env.cr.savepoint():
                plan = self.env["kuaidi.service.plan"].create(self._prepare_next_plan())
                message = self.env._(
                    "The service plan %(plan)s was drafted for the new term.",
                    plan=plan.display_name,
                )
        except (UserError, ValidationError) as error:
            message = self.env._(
                "No service plan could be drafted for the new term: %(reason)s",
                reason=error.args[0],
            )
        for renewal in self.origin_renewal_ids:
            renewal._message_log(body=message)

    def _prepare_next_plan(self):
        """Return the values of the plan: the first service year of the new term."""
        year_end = fields.Date.add(self.date_from, years=1, days=-1)
        return {
            "account_id": self.account_id.id,
            "date_from": self.date_from,
            "date_to": min(self.date_to or year_end, year_end),
        }
