from odoo import api, models


class KuaidiCollectionAction(models.Model):
    """Lets the limitation of a case begin anew with what can be proved (AN-1)."""

    _name = "kuaidi.collection.action"
    _inherit = ["kuaidi.collection.action"]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        actions._restart_limitation()
        return actions

    def write(self, vals):
        res = super().write(vals)
        if {"proof", "date_delivered", "state"} & vals.keys():
            self._restart_limitation()
        return res

    # === BUSINESS METHODS === #

    def _restart_limitation(self):
        """Write the new end of limitation into the cases concerned."""
        # sudo: the system counts years, whoever proves a demand
        accounts = self.sudo().filtered("restarts_limitation").case_id.account_id
        if accounts:
            self.env["kuaidi.collection.case"].sudo()._update_cases(accounts)


class KuaidiKeyAccount(models.Model):
    """Shows on the client's file what it owes, and whether it ships against cash."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    # === ACTION METHODS === #

    def action_log_contact(self):
        """Log a contact about debts, on the case in work."""
        return self._get_case_to_work().action_log_contact()

    def action_enter_promise(self):
        """Enter what the client has promised, on the case in work."""
        return self._get_case_to_work().action_enter_promise()

    def action_raise_dispute(self):
        """Mark what the client contests; there need not be a case."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Raise Dispute"),
            "res_model": "kuaidi.dispute.raise",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _get_case_to_work(self):
        """Return the open case; one is opened where something is overdue by now.

        :raise UserError: when nothing is overdue
        """
        self.ensure_one()
        self.check_access("read")
        case = self._get_open_case()
        if not case:
            # sudo: cases are opened by what is overdue, whoever asks
            self.env["kuaidi.collection.case"].sudo()._update_cases(self)
            case = self._get_open_case()
        if not case:
            raise self._get_nothing_overdue_error()
        return case
