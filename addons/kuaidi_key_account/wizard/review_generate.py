from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..models.insight.review_generate import BATCH_SIZE


class KuaidiReviewGenerate(models.TransientModel):
    """Makes the analyses of one month, for all clients or for chosen ones."""

    _name = "kuaidi.review.generate"
    _description = "Make Monthly Analyses"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    month = fields.Date(
        required=True,
        default=lambda self: (
            self.env["kuaidi.deadline"]._get_today(self.env.company).replace(day=1)
            - relativedelta(months=1)
        ),
        help="Any day of the month to be analysed. It has to be over.",
    )
    account_ids = fields.Many2many(
        comodel_name="kuaidi.key.account",
        string="Clients",
        compute="_compute_account_ids",
        store=True,
        readonly=False,
        domain="[('company_id', '=', company_id), ('state', '=', 'formal')]",
        help="Leave it empty for all formal clients with figures.",
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_account_ids(self):
        for wizard in self:
            wizard.account_ids = wizard.account_ids.filtered(
                lambda account, wizard=wizard: account.company_id == wizard.company_id
            )

    # === ACTION METHODS === #

    def action_generate(self):
        """Make the analyses and show those of the month.

        What is completed or sent stays; drafts are counted anew.

        :raise AccessError: for others than the CRM centre, and for a company the user
            does not work in
        :raise UserError: while the month is not over
        """
        self.ensure_one()
        if (
            not self.env.user.has_group("kuaidi_key_account.group_crm_centre")
            or self.company_id not in self.env.companies
        ):
            raise AccessError(
                self.env._(
                    "The CRM centre makes the analyses of all clients. Ask them, or"
                    " wait for the schedule."
                )
            )
        month = self.month.replace(day=1)
        reviews = self.env["kuaidi.client.review"]
        reviews._check_month_over(month, self.company_id)
        accounts = self._get_accounts()
        for start in range(0, len(accounts), BATCH_SIZE):
            # whoever else generates some of them just now does so
            batch = accounts[start : start + BATCH_SIZE].try_lock_for_update(
                allow_referencing=True
            )
            reviews._generate(batch, month)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_client_review_action"
        )
        action["domain"] = [
            ("month", "=", month),
            ("company_id", "=", self.company_id.id),
        ]
        if self.account_ids:
            action["domain"].append(("account_id", "in", self.account_ids.ids))
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _get_accounts(self):
        """Return the chosen clients, or all, as far as the user may see them."""
        self.ensure_one()
        chosen = self.account_ids
        if chosen:
            chosen.check_access("read")
            return chosen.filtered(
                lambda account: account.company_id == self.company_id
            )
        return self.env["kuaidi.key.account"].search(
            [("company_id", "=", self.company_id.id), ("state", "=", "formal")],
            order="id",
        )
