from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class KuaidiStatementRun(models.TransientModel):
    """Makes and sends the statements of a period, and shows how far that is."""

    _name = "kuaidi.statement.run"
    _description = "Statements of a Period"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    date_from = fields.Date(
        string="Period From",
        required=True,
        default=lambda self: self._get_last_month()[0],
    )
    date_to = fields.Date(
        string="Period Until",
        required=True,
        default=lambda self: self._get_last_month()[1],
    )
    account_ids = fields.Many2many(
        comodel_name="kuaidi.key.account",
        string="Clients",
        domain="[('company_id', '=', company_id)]",
        help="Leave it empty for all clients with entries or debts.",
    )
    new_count = fields.Integer(
        string="To Be Made",
        compute="_compute_counts",
        help="Clients and currencies with entries or debts, and no statement yet.",
    )
    no_mail_count = fields.Integer(
        string="Clients Without an Address",
        compute="_compute_counts",
        help="Their statements are printed or handed over in another way.",
    )
    total_count = fields.Integer(string="Made", compute="_compute_counts")
    draft_count = fields.Integer(string="Drafts", compute="_compute_counts")
    sending_count = fields.Integer(string="Being Sent", compute="_compute_counts")
    sent_count = fields.Integer(string="Sent or Answered", compute="_compute_counts")
    outdated_count = fields.Integer(
        string="With Changed Entries", compute="_compute_counts"
    )
    claim_count = fields.Integer(
        string="Drafts With Open Claims",
        compute="_compute_counts",
        help="They are left out when all are sent, until somebody has looked at them.",
    )
    progress = fields.Float(
        string="Sent of All (%)", compute="_compute_counts", digits=(16, 1)
    )

    # === DEFAULT METHODS === #

    @api.model
    def _get_last_month(self):
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        first = today.replace(day=1)
        return first - relativedelta(months=1), first - relativedelta(days=1)

    # === COMPUTE METHODS === #

    @api.depends("company_id", "date_from", "date_to", "account_ids")
    def _compute_counts(self):
        for run in self:
            accounts = run._get_accounts()
            keys = (
                self.env["kuaidi.statement"]._get_missing(
                    accounts, run.date_from, run.date_to
                )
                if run.date_from and run.date_to
                else []
            )
            statements = self.env["kuaidi.statement"].search(run._get_domain())
            states = statements.grouped("state")
            drafts = states.get("draft", statements.browse())
            waiting = accounts.browse({account_id for account_id, _currency in keys})
            contacts = (waiting | drafts.account_id)._get_settlement_contacts()
            run.new_count = len(keys)
            run.no_mail_count = sum(
                not contact.email_normalized for contact in contacts.values()
            )
            run.total_count = len(statements)
            run.draft_count = len(drafts)
            run.sending_count = len(states.get("sending", ()))
            run.sent_count = run.total_count - run.draft_count - run.sending_count
            run.outdated_count = len(statements._get_outdated())
            run.claim_count = sum(map(bool, drafts._get_open_claims().values()))
            run.progress = (
                100 * run.sent_count / run.total_count if run.total_count else 0
            )

    # === ACTION METHODS === #

    def action_generate(self):
        """Make the statements of the period that there are none of yet.

        :raise AccessError: for anybody but finance
        :raise UserError: when the period is not over, or nothing is to be made
        """
        self.ensure_one()
        statements = self.env["kuaidi.statement"]
        statements._check_finance()
        if not statements._generate(self._get_accounts(), self.date_from, self.date_to):
            raise UserError(
                self.env._(
                    "Nothing is to be made: each of these clients has its statement, or"
                    " neither entries nor debts."
                )
            )
        return self.action_refresh()

    def action_send(self):
        """Have all drafts of the period mailed in the background."""
        self.ensure_one()
        drafts = self.env["kuaidi.statement"].search(
            self._get_domain() & Domain("state", "=", "draft")
        )
        notification = drafts.action_send()
        notification["params"]["next"] = self.action_refresh()
        return notification

    def action_refresh(self):
        """Show the counts as they are now."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Statements of a Period"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_view(self):
        """Show the statements of the period."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_statement_action"
        )
        return dict(action, domain=list(self._get_domain()), context={})

    # === BUSINESS METHODS === #

    def _get_accounts(self):
        """Return the chosen clients, or all of the company, closed ones too."""
        self.ensure_one()
        self.account_ids.check_access("read")
        return self.account_ids._origin or self.env["kuaidi.key.account"].with_context(
            active_test=False
        ).search([("company_id", "=", self.company_id.id)])

    def _get_domain(self):
        """Return the domain of the current statements of the period."""
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("date_to", "=", self.date_to)
            & self.env["kuaidi.statement"]._get_current_domain()
        )
        if self.account_ids:
            domain &= Domain("account_id", "in", self.account_ids.ids)
        return domain
