from odoo import fields, models


class KuaidiContractTerm(models.Model):
    """One term of a contract: how it began, and what period it covers."""

    _name = "kuaidi.contract.term"
    _description = "Contract Term"
    _order = "contract_id, number desc"

    contract_id = fields.Many2one(
        comodel_name="kuaidi.contract", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    number = fields.Integer(string="Term No.", required=True, aggregator=None)
    kind = fields.Selection(
        selection=[
            ("first", "First Term"),
            ("tacit", "Tacit Renewal"),
            ("extended", "Extension"),
        ],
        string="Began As",
        required=True,
        default="first",
    )
    date_from = fields.Date(string="Term From", required=True)
    date_to = fields.Date(string="Term Until")

    _contract_number_uniq = models.UniqueIndex(
        "(contract_id, number)", "A contract has each of its terms once."
    )
    _term_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_from <= date_to)",
        "The term would end before it begins.",
    )
