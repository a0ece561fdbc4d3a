from odoo import api, fields, models
from odoo.fields import Domain

from .tender import FORMS
from .tender_member import MEMBER_PARTS, PARTS

CONTENTS = [
    ("text", "Text and Evidence"),
    ("answers", "Table of Answers"),
    ("deviations", "Table of Deviations"),
    ("prices", "Price Table"),
    ("evidence", "Evidence of the Requirements"),
]


class KuaidiTenderTemplate(models.Model):
    """The sections of which a bid consists, by the form of tender (2.8)."""

    _name = "kuaidi.tender.template"
    _description = "Bid Structure"
    _order = "sequence, id"

    name = fields.Char(string="Structure", required=True, translate=True)
    form = fields.Selection(
        selection=FORMS,
        string="For Tenders of the Form",
        help="Empty: for every form without a structure of its own.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: for every company."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    layout_id = fields.Many2one(
        comodel_name="kuaidi.bid.layout",
        string="Bid Layout",
        ondelete="restrict",
        help="Empty: the first layout of the company.",
    )
    line_ids = fields.One2many(
        comodel_name="kuaidi.tender.template.line",
        inverse_name="template_id",
        string="Sections",
        copy=True,
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_fitting(self, form, company):
        """Return the structure for a form of tender, that of the company first."""
        fitting = self.search(
            Domain("form", "in", (False, form))
            & Domain("company_id", "in", (False, company.id))
        )
        return fitting.sorted(lambda t: (not t.company_id, not t.form, t.sequence))[:1]


class KuaidiTenderTemplateLine(models.Model):
    """One section of a bid as it usually is."""

    _name = "kuaidi.tender.template.line"
    _description = "Usual Section of a Bid"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        comodel_name="kuaidi.tender.template",
        string="Bid Structure",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Section", required=True, translate=True)
    part = fields.Selection(
        selection=PARTS, string="Bid Part", required=True, default="commercial"
    )
    role = fields.Selection(
        selection=MEMBER_PARTS,
        string="Written By",
        help="Who of the team writes it. Empty: who has its part.",
    )
    content = fields.Selection(
        selection=CONTENTS,
        string="What It Shows",
        required=True,
        default="text",
        help="Tables are made of the requirements and prices of the tender.",
    )
    days_before = fields.Integer(
        string="Days before the Deadline",
        default=5,
        help="Calendar days before the bid deadline by which it is ready.",
    )
    is_mandatory = fields.Boolean(string="Always Needed", default=True)
    needs_signature = fields.Boolean(string="To Be Signed")
    needs_seal = fields.Boolean(string="To Be Sealed")
    asset_type_id = fields.Many2one(
        comodel_name="kuaidi.bid.asset.type",
        string="From the Library",
        ondelete="restrict",
        help="The valid entry of this type is put into the section.",
    )
    body = fields.Html(
        string="Usual Text",
        help="Fields in double braces, such as {{ project }}, are filled in when the"
        " package is built.",
    )

    _days_range = models.Constraint(
        "CHECK(days_before BETWEEN 0 AND 180)",
        "A section is ready 0 to 180 days before the bid deadline.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("body")
    def _check_body(self):
        for line in self:
            self.env["kuaidi.tender"]._check_bid_text(line.body, line.name)
