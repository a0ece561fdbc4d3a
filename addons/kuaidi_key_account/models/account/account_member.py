from odoo import api, fields, models


class KuaidiAccountMember(models.Model):
    """A user's part in the team that serves one account (ON-4)."""

    _name = "kuaidi.account.member"
    _description = "Account Team Member"
    _inherit = ["kuaidi.account.part"]
    _order = "account_id, role, id"
    _rec_name = "user_id"
    _worker_fields = ("user_id",)

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Member",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    role = fields.Selection(
        selection=[
            ("sales", "Sales"),
            ("operations", "Operations"),
            ("settlement", "Settlement"),
            ("crm", "CRM staff"),
            ("claims", "Claims"),
            ("other", "Other"),
        ],
        required=True,
        default="operations",
    )
    duties = fields.Text(
        help="What this member answers for. Every member's duties are written down.",
    )

    _user_role_uniq = models.UniqueIndex(
        "(account_id, user_id, role)",
        "This user has that role in the team already.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members.account_id._update_onboarding()
        return members
