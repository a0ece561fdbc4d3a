from odoo import api, fields, models


class KuaidiTenderCost(models.Model):
    """What it costs us to take part in a tender, won or not (TE-2)."""

    _name = "kuaidi.tender.cost"
    _description = "Cost of Bidding"
    _inherit = ["kuaidi.tender.part"]
    _order = "date desc, id desc"
    _check_company_auto = True

    # an agency charges the winner, and travel goes on after sealing
    _tender_live = True

    tender_id = fields.Many2one(check_company=True)
    company_id = fields.Many2one(index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char(string="What For", required=True)
    kind = fields.Selection(
        selection=[
            ("documents", "Tender Documents"),
            ("travel", "Travel"),
            ("printing", "Printing and Binding"),
            ("agency", "Agency Service Fee"),
            ("hours", "Hours of People"),
            ("notary", "Notary and Certificates"),
            ("other", "Other Cost"),
        ],
        string="Kind of Cost",
        required=True,
        default="documents",
        index=True,
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Colleague",
        default=lambda self: self.env.user,
        index="btree_not_null",
        domain="[('share', '=', False)]",
    )
    hours = fields.Float(string="Hours Worked")
    amount_hour = fields.Monetary(
        string="Cost of an Hour",
        compute="_compute_amount_hour",
        store=True,
        precompute=True,
        readonly=False,
        aggregator=None,
    )
    amount = fields.Monetary(
        string="Cost",
        compute="_compute_cost_amount",
        store=True,
        precompute=True,
        readonly=False,
    )
    # for reports
    state = fields.Selection(
        related="tender_id.state", string="Step of the Tender", store=True
    )
    tender_form = fields.Selection(
        related="tender_id.form", string="Form of the Tender", store=True
    )

    _not_negative = models.Constraint(
        "CHECK(COALESCE(hours, 0) >= 0 AND COALESCE(amount, 0) >= 0"
        " AND COALESCE(amount_hour, 0) >= 0)",
        "Hours and costs cannot be negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("kind", "company_id")
    def _compute_amount_hour(self):
        for cost in self:
            cost.amount_hour = cost.amount_hour or (
                cost.kind == "hours" and cost.company_id.kuaidi_tender_hour_cost
            )

    @api.depends("kind", "hours", "amount_hour")
    def _compute_cost_amount(self):
        for cost in self:
            if cost.kind == "hours":
                cost.amount = cost.hours * cost.amount_hour
            else:
                cost.amount = cost.amount or 0.0


class KuaidiTender(models.Model):
    """What bidding has cost, and its share of the price."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    cost_ids = fields.One2many(
        comodel_name="kuaidi.tender.cost",
        inverse_name="tender_id",
        string="Costs of Bidding",
    )
    amount_bidding = fields.Monetary(
        string="Cost of Bidding", compute="_compute_amount_bidding"
    )
    bidding_percent = fields.Float(
        string="Share of Our Price",
        compute="_compute_amount_bidding",
        digits=(16, 4),
        help="Cost of bidding as a share of our price, as a fraction of 1.",
    )

    # === COMPUTE METHODS === #

    @api.depends("cost_ids.amount", "amount_bid")
    def _compute_amount_bidding(self):
        groups = self.env["kuaidi.tender.cost"]._read_group(
            domain=[("tender_id", "in", self.ids)],
            groupby=["tender_id"],
            aggregates=["amount:sum"],
        )
        sums = {tender.id: amount for tender, amount in groups}
        for tender in self:
            tender.amount_bidding = sums.get(tender._origin.id, 0.0)
            tender.bidding_percent = (
                tender.amount_bidding / tender.amount_bid if tender.amount_bid else 0.0
            )


class ResCompany(models.Model):
    """What an hour of those who write bids costs."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_tender_hour_cost = fields.Float(
        groups="base.group_user",
        string="Cost of an Hour of Bidding",
        default=120,
        digits=(16, 2),
    )

    _kuaidi_tender_hour_positive = models.Constraint(
        "CHECK(kuaidi_tender_hour_cost >= 0)",
        "An hour of bidding costs 0 or more.",
    )


class ResConfigSettings(models.TransientModel):
    """Shows the cost of an hour on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_tender_hour_cost = fields.Float(
        related="company_id.kuaidi_tender_hour_cost", readonly=False
    )
