from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..tools.star_arithmetic import get_service_year

LISTED_MOVES = 200
# up to here the proposals are made while the user waits, beyond it by the cron
IMMEDIATE_ACCOUNTS = 1000


class KuaidiStarGrading(models.TransientModel):
    """Shows who would move up or down and why, then starts a grading."""

    _name = "kuaidi.star.grading"
    _description = "Grade All Accounts"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
        help="The service year is the twelve full months before the month of this day.",
    )
    date_from = fields.Date(compute="_compute_dates")
    date_to = fields.Date(compute="_compute_dates")
    is_previewed = fields.Boolean()
    account_count = fields.Integer(string="Accounts", readonly=True)
    up_count = fields.Integer(string="Up", readonly=True)
    down_count = fields.Integer(string="Down", readonly=True)
    new_count = fields.Integer(string="New", readonly=True)
    proposed_count = fields.Integer(
        string="Proposed Already",
        readonly=True,
        help="Moves that an earlier grading proposed and that wait for approval. They"
        " are not proposed a second time.",
    )
    line_ids = fields.One2many(
        comodel_name="kuaidi.star.grading.line",
        inverse_name="grading_id",
        string="Moves",
        readonly=True,
    )

    # === COMPUTE METHODS === #

    @api.depends("date")
    def _compute_dates(self):
        for wizard in self:
            wizard.date_from, wizard.date_to = (
                get_service_year(wizard.date) if wizard.date else (False, False)
            )

    # === ONCHANGE METHODS === #

    @api.onchange("company_id", "date")
    def _onchange_date(self):
        """A preview of another day would mislead."""
        self.is_previewed = False
        self.line_ids = [Command.clear()]

    # === ACTION METHODS === #

    def action_preview(self):
        """List the biggest moves and count all of them; nothing else is written."""
        self.ensure_one()
        accounts = self._search_accounts()
        # sudo: every invoice counts; the accounts were searched with the user's rights
        counts, moves = (
            self.env["kuaidi.star.rating"]
            .sudo()
            ._preview_grading(accounts, self.date, limit=LISTED_MOVES)
        )
        self.write(
            {
                "is_previewed": True,
                "account_count": len(accounts),
                "up_count": counts.get("up", 0),
                "down_count": counts.get("down", 0),
                "new_count": counts.get("new", 0),
                "proposed_count": counts.get("proposed", 0),
                "line_ids": [Command.clear(), *map(Command.create, moves)],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Grade All Accounts"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_propose(self):
        """Start the grading, which makes a proposal for every move.

        :raise AccessError: for a company the user does not work in
        :raise UserError: when a grading of the company is under way
        """
        self.ensure_one()
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._(
                    "You do not work in %(company)s. Choose a company of yours.",
                    # sudo: tells the name of what was chosen
                    company=self.company_id.sudo().name,
                )
            )
        # sudo: runs are made by this button alone; the wizard is for the CRM centre
        runs_sudo = self.env["kuaidi.grading.run"].sudo()
        if runs_sudo.search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", ["queued", "running"]),
            ],
            limit=1,
        ):
            raise UserError(
                self.env._(
                    "A grading of %(company)s is under way already. Wait until it is"
                    " done; its progress is under Gradings.",
                    company=self.company_id.name,
                )
            )
        run_sudo = runs_sudo.create(
            {
                "company_id": self.company_id.id,
                "date": self.date,
                "requested_by_id": self.env.user.id,
            }
        )
        if len(self._search_accounts()) <= IMMEDIATE_ACCOUNTS:
            while run_sudo.state in ("queued", "running"):
                run_sudo._process_batch(IMMEDIATE_ACCOUNTS)
        else:
            run_sudo._trigger_cron()
        return run_sudo.sudo(False)._get_records_action()

    # === BUSINESS METHODS === #

    def _search_accounts(self):
        self.ensure_one()
        return self.env["kuaidi.key.account"].search(
            [("company_id", "=", self.company_id.id), ("state", "!=", "closed")]
        )


class KuaidiStarGradingLine(models.TransientModel):
    """A move that a grading would propose, with the figures behind it."""

    _name = "kuaidi.star.grading.line"
    _description = "Previewed Move"
    _order = "id"

    grading_id = fields.Many2one(
        comodel_name="kuaidi.star.grading",
        required=True,
        index=True,
        ondelete="cascade",
    )
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="grading_id.currency_id")
    date_from = fields.Date(related="grading_id.date_from")
    date_to = fields.Date(related="grading_id.date_to")
    basis = fields.Char(default="realised")
    origin = fields.Char(default="run")
    amount_revenue = fields.Monetary(string="Revenue")
    term_months = fields.Integer()
    amount_annual = fields.Monetary(string="Yearly Revenue")
    computed_level_id = fields.Many2one(comodel_name="kuaidi.star.level")
    amount_threshold = fields.Monetary()
    amount_next_threshold = fields.Monetary()
    adjustment = fields.Integer()
    adjustment_factor = fields.Char()
    adjustment_reason = fields.Text()
    adjustment_expiry = fields.Date()
    level_id = fields.Many2one(comodel_name="kuaidi.star.level")
    stars = fields.Integer(string="To")
    previous_rating_id = fields.Many2one(comodel_name="kuaidi.star.rating")
    previous_level_id = fields.Many2one(comodel_name="kuaidi.star.level")
    previous_stars = fields.Integer(string="From")
    direction = fields.Selection(
        selection=[("new", "New"), ("up", "Up"), ("down", "Down"), ("same", "Same")]
    )
    explanation = fields.Text(compute="_compute_explanation")

    # === COMPUTE METHODS === #

    @api.depends("amount_annual", "level_id")
    @api.depends_context("lang")
    def _compute_explanation(self):
        ratings = self.env["kuaidi.star.rating"]
        for line in self:
            line.explanation = ratings._get_explanation(line)
