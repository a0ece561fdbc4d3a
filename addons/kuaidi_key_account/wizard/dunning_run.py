from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..models.receivable.dunning_policy import CHANNELS

# more rows nobody reads before a decision; the sums are of all of them
SHOWN_ROWS = 1000


class KuaidiDunningRun(models.TransientModel):
    """Shows who would be reminded today and why others are not, then does it."""

    _name = "kuaidi.dunning.run"
    _description = "Dunning Run"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="As Of",
        required=True,
        readonly=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
    )
    account_ids = fields.Many2many(
        comodel_name="kuaidi.key.account",
        string="Clients",
        domain="[('company_id', '=', company_id)]",
        help="Empty: all clients of the company.",
    )
    line_ids = fields.One2many(
        comodel_name="kuaidi.dunning.run.line",
        inverse_name="run_id",
        string="Preview",
        readonly=True,
    )
    is_previewed = fields.Boolean(readonly=True)
    row_count = fields.Integer(string="Rows Found", readonly=True)
    client_count = fields.Integer(string="Clients To Remind", readonly=True)
    item_count = fields.Integer(string="Items To Remind", readonly=True)
    amount_total = fields.Monetary(string="Amount Asked For", readonly=True)
    left_out_count = fields.Integer(
        string="Left Out", readonly=True, help="Client and step, of whatever reason."
    )

    # === ACTION METHODS === #

    def action_preview(self):
        """Show what a run would do now, and what it would leave out and why."""
        self.ensure_one()
        self._check_finance()
        rows = self.env["kuaidi.dunning.notice"]._get_preview(
            self._get_accounts(), self.date
        )
        taken = [row for row in rows if not row[2]]
        self.write(
            {
                "is_previewed": True,
                "row_count": len(rows),
                "client_count": len({row[0] for row in taken}),
                "item_count": sum(row[3] for row in taken),
                "amount_total": sum(row[4] for row in taken),
                "left_out_count": len(rows) - len(taken),
                "line_ids": [
                    Command.clear(),
                    *map(Command.create, self._prepare_lines(taken, rows)),
                ],
            }
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_dunning_run_action"
        )
        return dict(action, res_id=self.id)

    def action_run(self):
        """Claim what is due, and have it sent in the background; show what was claimed.

        :raise AccessError: for anybody but finance
        :raise UserError: when nothing is due
        """
        self.ensure_one()
        self._check_finance()
        accounts = self._get_accounts()
        # sudo: cases and notices are written by the system; who may run it was checked
        self.env["kuaidi.collection.case"].sudo()._update_cases(accounts)
        notices = self.env["kuaidi.dunning.notice"].sudo()._claim(accounts)
        if not notices:
            raise UserError(
                self.env._(
                    "Nothing is due for reminding now: see the reasons in the preview."
                )
            )
        notices._wake_sender()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_dunning_notice_action"
        )
        return dict(
            action,
            domain=[("company_id", "=", self.company_id.id)],
            context={"search_default_today": 1, "search_default_groupby_state": 1},
        )

    # === BUSINESS METHODS === #

    def _check_finance(self):
        if not self.env.user.has_group("kuaidi_key_account.group_finance"):
            raise AccessError(self.env._("Finance runs the reminders."))

    def _get_accounts(self):
        """Return the clients that were chosen, or all of the company."""
        self.account_ids.check_access("read")
        return self.account_ids or self.env["kuaidi.key.account"].with_context(
            active_test=False
        ).search([("company_id", "=", self.company_id.id)])

    def _prepare_lines(self, taken, rows):
        """Return the values of the rows to show: what would be done comes first."""
        shown = [*taken, *(row for row in rows if row[2])][:SHOWN_ROWS]
        accounts = self.env["kuaidi.key.account"].browse({row[0] for row in shown})
        contacts = accounts._get_settlement_contacts()
        steps = self.env["kuaidi.dunning.step"].browse({row[1] for row in shown})
        by_id = {step.id: step for step in steps}
        values = []
        for account_id, step_id, reason, count, amount in shown:
            contact = contacts[account_id]
            step = by_id[step_id]
            channel = step.channel
            if channel == "mail" and not contact.email_normalized:
                channel = "call"
            values.append(
                {
                    "account_id": account_id,
                    "step_id": step_id,
                    "channel": channel,
                    "contact_id": contact.id,
                    "item_count": count,
                    "amount": amount,
                    "reason": reason or ("approval" if step.needs_approval else "go"),
                }
            )
        return values


class KuaidiDunningRunLine(models.TransientModel):
    """One client at one step: reminded, or left out for a reason."""

    _name = "kuaidi.dunning.run.line"
    _description = "Row of a Dunning Preview"
    _order = "id"
    _rec_name = "account_id"

    run_id = fields.Many2one(
        comodel_name="kuaidi.dunning.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id")
    currency_id = fields.Many2one(related="run_id.currency_id")
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account", required=True
    )
    step_id = fields.Many2one(comodel_name="kuaidi.dunning.step", required=True)
    channel = fields.Selection(selection=CHANNELS, required=True)
    contact_id = fields.Many2one(comodel_name="res.partner")
    email = fields.Char(related="contact_id.email")
    item_count = fields.Integer(string="Items")
    amount = fields.Monetary()
    reason = fields.Selection(
        selection=[
            ("go", "Is Reminded"),
            ("approval", "Waits for Finance"),
            ("disputed", "Contested by the client"),
            ("held", "On hold"),
            ("promised", "Promised, the day has not come"),
            ("covered", "Covered by credit notes or payments"),
            ("grace", "Reminded a short time ago"),
            ("harder", "Another step of the client goes first"),
            ("day_off", "Not a working day"),
        ],
        string="What Happens",
        required=True,
    )
