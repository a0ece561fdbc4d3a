from odoo import fields, models


class ResCompany(models.Model):
    """Who is told when a complaint's clock runs out (2.11)."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_complaint_manager_id = fields.Many2one(
        groups="base.group_user",
        comodel_name="res.users",
        string="Told of Late Complaints",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="The next level: told when the time to answer is over or a step of the"
        " ladder runs late. Empty: the first claims manager.",
    )
    kuaidi_complaint_director_id = fields.Many2one(
        groups="base.group_user",
        comodel_name="res.users",
        string="Told of the Legal Limit",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Vice president: told before the seven days of article 29 are over, and"
        " when they are. Gives the opinion in the ladder of alert complaints. Empty:"
        " whoever is told of late complaints.",
    )
    kuaidi_legal_warning_hours = fields.Integer(
        groups="base.group_user",
        string="Warning Before the Legal Limit (hours)",
        default=48,
        help="Hours before the end of the seven days of article 29.",
    )

    _kuaidi_legal_warning_range = models.Constraint(
        "CHECK(kuaidi_legal_warning_hours BETWEEN 1 AND 160)",
        "The warning comes 1 to 160 hours before the legal limit.",
    )

    # === BUSINESS METHODS === #

    def _get_kuaidi_complaint_manager(self):
        """Return who is told of late complaints: the next level after the officer."""
        self.ensure_one()
        # sudo: settings and groups of colleagues are for administrators to read
        company_sudo = self.sudo()
        manager = company_sudo.kuaidi_complaint_manager_id.filtered("active")
        return (
            manager
            or company_sudo.env["res.users"].search(
                [
                    (
                        "all_group_ids",
                        "in",
                        self.env.ref("kuaidi_claims.group_claims_manager").ids,
                    ),
                    ("company_ids", "in", self.ids),
                    ("share", "=", False),
                ],
                order="id",
                limit=1,
            )
            or company_sudo._get_kuaidi_escalation_user()
        )

    def _get_kuaidi_complaint_director(self):
        """Return who is told of the legal limit: the level above the manager."""
        self.ensure_one()
        # sudo: settings of the company are for administrators to read
        director = self.sudo().kuaidi_complaint_director_id.filtered("active")
        return director or self._get_kuaidi_complaint_manager()
