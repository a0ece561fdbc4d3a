from odoo import fields, models


class KuaidiInsurer(models.Model):
    """An insurance company that we or our clients are insured with (IN-3)."""

    _name = "kuaidi.insurer"
    _description = "Insurer"
    _order = "name, id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Insurance Company",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('is_company', '=', True)]",
    )
    name = fields.Char(related="partner_id.name", store=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Empty: the insurer of every company.",
    )
    report_phone = fields.Char(
        string="Hotline for Losses", help="Where a loss is reported within 24 hours."
    )
    report_email = fields.Char(string="E-mail for Losses")
    note = fields.Text(string="What Was Agreed with It")
    product_ids = fields.One2many(
        comodel_name="kuaidi.insurance.product",
        inverse_name="insurer_id",
        string="Products",
    )
    policy_ids = fields.One2many(
        comodel_name="kuaidi.insurance.policy",
        inverse_name="insurer_id",
        string="Policies",
    )

    _partner_uniq = models.UniqueIndex(
        "(partner_id, coalesce(company_id, 0))",
        "This insurance company is on the list already.",
    )
