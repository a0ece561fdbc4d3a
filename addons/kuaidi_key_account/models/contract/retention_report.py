from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class KuaidiRetentionReport(models.Model):
    """What came up for renewal, and what became of it: one row per renewal (2.7).

    It counts in the quarter in which its term ends. A renewal whose new contract is
    not signed yet is open.
    """

    _name = "kuaidi.retention.report"
    _description = "Retention"
    _inherit = ["kuaidi.ratio.mixin"]
    _auto = False
    _order = "date_end desc, id desc"
    _rec_name = "account_id"
    _ratios = {
        "gross_percent": ("amount_kept", "amount_decided", 100.0),
        "net_percent": ("amount_renewed", "amount_decided", 100.0),
    }
    _depends = {
        "kuaidi.renewal": [
            "account_id",
            "amount_expected",
            "amount_renewed",
            "amount_revenue",
            "company_id",
            "contract_id",
            "date_end",
            "is_lapsed",
            "is_tacit",
            "manager_id",
            "stage",
            "stars",
            "successor_id",
        ],
        "kuaidi.contract": ["amount_promised", "kind", "state"],
        "kuaidi.key.account": ["industry_id"],
    }

    # what came up
    renewal_id = fields.Many2one(comodel_name="kuaidi.renewal", readonly=True)
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account", string="Key Account", readonly=True
    )
    contract_id = fields.Many2one(comodel_name="kuaidi.contract", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Account Manager", readonly=True
    )
    industry_id = fields.Many2one(comodel_name="res.partner.industry", readonly=True)
    stars = fields.Integer(string="Stars When Opened", readonly=True, aggregator=None)
    kind = fields.Selection(
        selection=lambda self: (
            self.env["kuaidi.contract"]._fields["kind"]._description_selection(self.env)
        ),
        string="Kind of Contract",
        readonly=True,
    )
    date_end = fields.Date(string="Term Ends On", readonly=True)
    # what became of it
    result = fields.Selection(
        selection=[
            ("open", "Still Open"),
            ("renewed", "Renewed"),
            ("lost", "Renewal Lost"),
            ("lapsed", "Lapsed"),
            ("terminated", "Terminated"),
        ],
        readonly=True,
    )
    due_count = fields.Integer(string="Up for Renewal", readonly=True)
    renewed_count = fields.Integer(string="Contracts Renewed", readonly=True)
    lost_count = fields.Integer(
        string="Contracts Lost",
        readonly=True,
        help="Lost, terminated, or lapsed without anybody having decided so.",
    )
    expanded_count = fields.Integer(
        string="Contracts Expanded",
        readonly=True,
        help="Renewed with more revenue per year than before.",
    )
    amount_due = fields.Monetary(
        string="Revenue up for Renewal",
        readonly=True,
        help="Revenue of the twelve months before the renewal was opened; where there"
        " was none, what the client had promised.",
    )
    amount_renewed = fields.Monetary(
        string="Revenue Renewed",
        readonly=True,
        help="What the renewed contracts are expected to bring in per year.",
    )
    amount_lost = fields.Monetary(string="Revenue Lost", readonly=True)
    amount_expanded = fields.Monetary(
        string="Revenue Added",
        readonly=True,
        help="By how much renewed contracts bring in more than before.",
    )
    amount_decided = fields.Monetary(
        string="Revenue Decided On",
        readonly=True,
        help="Of what came up for renewal, what was renewed or lost; the base of both"
        " percentages.",
    )
    amount_kept = fields.Monetary(
        string="Revenue Kept",
        readonly=True,
        help="Of the revenue before, what renewed contracts go on bringing in; what is"
        " added does not make up for what was lost.",
    )
    gross_percent = fields.Float(
        string="Gross Retention (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Revenue kept of the revenue decided on, without what was added. At most"
        " 100 %.",
    )
    net_percent = fields.Float(
        string="Net Retention (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Revenue renewed of the revenue decided on, with what was added.",
    )

    @property
    def _table_query(self):
        """Return one row per renewal, in one statement."""
        return SQL(
            """
            SELECT row.*,
                   CASE WHEN result IN ('renewed', 'lost', 'lapsed', 'terminated')
                        THEN amount_due ELSE 0 END AS amount_decided,
                   CASE WHEN result IN ('lost', 'lapsed', 'terminated')
                        THEN amount_due ELSE 0 END AS amount_lost,
                   greatest(amount_renewed - amount_due, 0)
                       * (result = 'renewed')::int AS amount_expanded,
                   least(amount_renewed, amount_due) AS amount_kept,
                   1 AS due_count,
                   (result = 'renewed')::int AS renewed_count,
                   (result IN ('lost', 'lapsed', 'terminated'))::int AS lost_count,
                   (result = 'renewed' AND amount_renewed > amount_due)::int
                       AS expanded_count,
                   100 * least(amount_renewed, amount_due) / nullif(
                       CASE WHEN result <> 'open' THEN amount_due END, 0
                   ) AS gross_percent,
                   100 * amount_renewed / nullif(
                       CASE WHEN result <> 'open' THEN amount_due END, 0
                   ) AS net_percent
              FROM (
                   SELECT renewal.id, renewal.id AS renewal_id, renewal.account_id,
                          renewal.contract_id, renewal.company_id, renewal.manager_id,
                          account.industry_id, renewal.stars, contract.kind,
                          renewal.date_end, outcome.result,
                          CASE WHEN renewal.amount_revenue > 0
                               THEN renewal.amount_revenue
                               ELSE coalesce(renewal.amount_promised, 0) END
                              AS amount_due,
                          CASE WHEN outcome.result = 'renewed'
                               THEN coalesce(renewal.amount_renewed, 0)
                               ELSE 0 END AS amount_renewed
                     FROM kuaidi_renewal renewal
                     JOIN kuaidi_contract contract ON contract.id = renewal.contract_id
                     JOIN kuaidi_key_account account ON account.id = renewal.account_id
                     LEFT JOIN kuaidi_contract successor
                       ON successor.id = renewal.successor_id
                    CROSS JOIN LATERAL (
                          SELECT CASE
                              WHEN renewal.stage IN ('lost', 'terminated')
                              THEN renewal.stage
                              WHEN renewal.stage = 'renewed' AND (
                                  renewal.is_tacit OR successor.state NOT IN (
                                      'draft', 'to_approve', 'approved'))
                              THEN 'renewed'
                              WHEN renewal.is_lapsed THEN 'lapsed'
                              ELSE 'open' END AS result
                          ) outcome
                   ) row
            """
        )

    # === ACTION METHODS === #

    def action_view_renewal(self):
        """Open the renewal behind a row."""
        self.ensure_one()
        return self.env["kuaidi.renewal"].browse(self.id)._get_records_action()

    def action_export_xlsx(self):
        """Write the chosen rows, or all that the user may see, to a workbook.

        :raise AccessError: for users who may not export lists
        """
        if not self.env.user.has_group("base.group_allow_export"):
            raise AccessError(
                self.env._(
                    "Lists of clients are exported by the CRM centre and by finance."
                )
            )
        return self.env.ref("kuaidi_key_account.retention_xlsx_report").report_action(
            self, config=False
        )

    # === BUSINESS METHODS === #
