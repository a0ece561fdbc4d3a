from odoo import api, fields, models

# parts of the bid document (2.8), and who else is needed
PARTS = [
    ("commercial", "Commercial Part"),
    ("technical", "Technical Part"),
    ("price", "Price Part"),
    ("form", "Form and Sealing"),
]
MEMBER_PARTS = [
    ("lead", "Lead of the Bid"),
    *PARTS,
    ("presentation", "Presentation"),
    ("other", "Helps Out"),
]


class KuaidiTenderMember(models.Model):
    """A user's part in answering one tender."""

    _name = "kuaidi.tender.member"
    _description = "Bid Team Member"
    _inherit = ["kuaidi.tender.part"]
    _order = "tender_id, part, id"
    _rec_name = "user_id"

    _tender_live = True

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Member",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    part = fields.Selection(
        selection=MEMBER_PARTS, string="Takes Part In", required=True, default="other"
    )
    duties = fields.Char(string="Duties in the Bid")
    hours = fields.Float(
        string="Hours Spent",
        help="Working hours that the bid took this member; the effort in the reports.",
    )

    _user_part_uniq = models.UniqueIndex(
        "(tender_id, user_id, part)", "This user has that part in the team already."
    )
    _hours_positive = models.Constraint(
        "CHECK(hours >= 0)", "Hours spent cannot be negative."
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("tender_id", "user_id")
    def _check_user_works_here(self):
        for member in self:
            member.tender_id._check_works_here(member.user_id)
