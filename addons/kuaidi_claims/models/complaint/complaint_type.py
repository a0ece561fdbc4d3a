from odoo import fields, models

SEVERITIES = [
    ("simple", "Simple"),
    ("complex", "Complex"),
    ("alert", "Alert"),
    ("crisis", "Crisis"),
]
CLAIM_TYPES = [
    ("loss", "Loss"),
    ("damage", "Damage"),
    ("shortage", "Shortage"),
    ("delay", "Delay"),
    ("misdelivery", "Misdelivery"),
    ("wrong_goods", "Wrong Goods"),
]


class KuaidiComplaintType(models.Model):
    """What a complaint is about, and what is asked at its intake (CP-12)."""

    _name = "kuaidi.complaint.type"
    _description = "Complaint Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Number of the type in the express interfaces, like 1004."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    severity = fields.Selection(
        selection=SEVERITIES,
        required=True,
        default="simple",
        help="Proposed at intake; the officer may choose a higher one.",
    )
    script = fields.Text(
        string="Ask at Intake",
        translate=True,
        help="One question per line. Shown beside the intake form.",
    )
    claim_type = fields.Selection(
        selection=CLAIM_TYPES,
        string="Leads to a Claim For",
        help="Kind of claim that is proposed where the client asks for compensation.",
    )
    link_id = fields.Many2one(
        comodel_name="kuaidi.case.link",
        string="Usual Link",
        help="Where it usually happens; proposed for the verdict.",
    )

    _name_code_uniq = models.UniqueIndex(
        "(code, name)", "There is a complaint type with this code and name already."
    )
