from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KuaidiBidAsset(models.Model):
    """What is known of a similar contract, and of a person."""

    _name = "kuaidi.bid.asset"
    _inherit = ["kuaidi.bid.asset"]

    # similar contract
    client_id = fields.Many2one(
        comodel_name="res.partner",
        index="btree_not_null",
        check_company=True,
        domain="[('is_company', '=', True)]",
    )
    client_name = fields.Char(
        string="Name of the Client",
        compute="_compute_client_name",
        store=True,
        precompute=True,
        readonly=False,
        help="As it stands in the contract, also when the client is not in Odoo.",
    )
    client_contact = fields.Char(string="Contact Person")
    client_phone = fields.Char(
        string="Phone of the Contact",
        help="Tenderers call there: tell the contact before the bid goes out.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    amount = fields.Monetary(string="Contract Amount", aggregator=None)
    date_from = fields.Date(string="Contract From")
    date_to = fields.Date(string="Contract Until")
    proof = fields.Selection(
        selection=[
            ("contract", "Copy of the contract"),
            ("award", "Award notice"),
            ("invoice", "Invoices"),
            ("praise", "Letter of the client"),
            ("none", "Nothing yet"),
        ],
        string="Proved By",
        help="Most tenders count a similar contract only with a copy of it.",
    )
    # person
    person_position = fields.Char(string="Position")
    person_education = fields.Char(string="Education")
    person_years = fields.Integer(string="Years in the Trade", aggregator=None)
    person_certificates = fields.Char(string="Certificates")
    person_id_number = fields.Char(
        string="Identity Card Number",
        copy=False,
        groups="kuaidi_key_account.group_sales,kuaidi_key_account.group_crm_centre",
        help="Personal information: shown to those who write bids alone.",
    )

    _contract_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A contract ends after it began.",
    )
    _amount_not_negative = models.Constraint(
        "CHECK(amount IS NULL OR amount >= 0)",
        "The amount of a contract is not below 0.",
    )
    _person_years_range = models.Constraint(
        "CHECK(person_years IS NULL OR person_years BETWEEN 0 AND 70)",
        "Somebody has worked in the trade for 0 to 70 years.",
    )

    # === COMPUTE METHODS === #

    @api.depends("client_id")
    def _compute_client_name(self):
        for asset in self:
            asset.client_name = asset.client_name or asset.client_id.name

    # === CONSTRAINT METHODS === #

    @api.constrains("kind", "client_name", "state")
    def _check_client_named(self):
        for asset in self:
            if (
                asset.kind == "reference"
                and asset.state == "current"
                and not (asset.client_name or "").strip()
            ):
                raise ValidationError(
                    self.env._(
                        "%(name)s: name the client with whom the contract was made.",
                        name=asset.name,
                    )
                )
