from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import column_exists, create_column, table_exists

LAST_CONTACT_COLUMNS = ("date_last_visit", "date_last_contact")


class KuaidiKeyAccount(models.Model):
    """The client log: visits, problems raised, and when the client was met last."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    visit_ids = fields.One2many(
        comodel_name="kuaidi.visit", inverse_name="account_id", string="Visits"
    )
    problem_ids = fields.One2many(
        comodel_name="kuaidi.problem",
        inverse_name="account_id",
        string="Problems Raised",
    )
    date_last_visit = fields.Date(
        string="Last Visit",
        compute="_compute_last_contact",
        store=True,
        readonly=True,
        copy=False,
        help="The client was met in person on that day.",
    )
    date_last_contact = fields.Date(
        string="Last Contact",
        compute="_compute_last_contact",
        store=True,
        readonly=True,
        copy=False,
        help="The client was met, called or written to on that day.",
    )

    # === COMPUTE METHODS === #

    @api.depends("visit_ids.date", "visit_ids.is_onsite")
    def _compute_last_contact(self):
        groups = self.env["kuaidi.visit"]._read_group(
            domain=[("account_id", "in", self.ids)],
            groupby=["account_id", "is_onsite"],
            aggregates=["date:max"],
        )
        last = {(account.id, is_onsite): date for account, is_onsite, date in groups}
        service = self.env["kuaidi.deadline"]
        for account in self:
            days = [
                moment and service._get_local_date(moment, account.company_id)
                for moment in (
                    last.get((account.id, True)),
                    last.get((account.id, False)),
                )
            ]
            account.date_last_visit = days[0] or False
            account.date_last_contact = max(filter(None, days), default=False)

    # === CRUD METHODS === #

    def _auto_init(self):
        """Add the columns empty: no client has a visit before visits can be logged.

        Odoo would compute the fields of all accounts there are, a thousand at a time.
        """
        if table_exists(self.env.cr, self._table):
            for name in LAST_CONTACT_COLUMNS:
                if not column_exists(self.env.cr, self._table, name):
                    create_column(self.env.cr, self._table, name, "date")
        return super()._auto_init()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_visits(self):
        # sudo: what stands in the client log is kept, whoever may see it
        for account_sudo in self.sudo():
            if account_sudo.visit_ids or account_sudo.problem_ids:
                raise UserError(
                    self.env._(
                        "%(account)s has visits or problems in its log, which has to"
                        " be kept. Archive the account instead.",
                        account=account_sudo.display_name,
                    )
                )

    # === ACTION METHODS === #

    def action_log_call(self):
        """Open the short form on which a phone call with this client is logged."""
        self.ensure_one()
        return (
            self.env["kuaidi.visit"]
            .with_context(default_account_id=self.id)
            .action_log_call()
        )

    def action_log_visit(self):
        """Open a new visit to this client."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log Visit"),
            "res_model": "kuaidi.visit",
            "views": [(False, "form")],
            "context": {"default_account_id": self.id},
        }

    def action_view_visits(self):
        """Show the client log."""
        return self._get_log_action("kuaidi_visit_action")

    def action_view_problems(self):
        """Show the problems that this client raised, open ones first."""
        action = self._get_log_action("kuaidi_problem_action")
        action["context"]["search_default_open"] = 1
        return action

    # === BUSINESS METHODS === #

    def _get_log_action(self, name):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"kuaidi_key_account.{name}"
        )
        action["domain"] = [("account_id", "in", self.ids)]
        action["context"] = {"default_account_id": self[:1].id}
        return action
