from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """When a company reminds of renewals, and how long one may lie still (2.7)."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_renewal_rungs = fields.Char(
        groups="base.group_user",
        string="Renewal Reminders (days)",
        default="90, 60, 30, 7",
        required=True,
        help="Calendar days before the notice date on which owner and team are reminded"
        " of a renewal, each once. Clients without a star have theirs opened at the"
        " first of them, the others when their star says so.",
    )
    kuaidi_renewal_idle_days = fields.Integer(
        groups="base.group_user",
        string="Idle Renewal After (days)",
        default=14,
        help="Calendar days without any step, visit, message or activity done, after"
        " which the CRM centre is told of an open renewal.",
    )
    kuaidi_public_extension_percent = fields.Float(
        groups="base.group_user",
        string="Extension of Public Contracts (%)",
        default=10.0,
        help="What may be added to a contract of public procurement without a tender,"
        " of its original amount. 10 % under articles 31 (3) and 49 of the Government"
        " Procurement Law.",
    )

    _kuaidi_renewal_idle_positive = models.Constraint(
        "CHECK(kuaidi_renewal_idle_days BETWEEN 1 AND 366)",
        "A renewal is idle after 1 to 366 days.",
    )
    _kuaidi_public_extension_range = models.Constraint(
        "CHECK(kuaidi_public_extension_percent BETWEEN 0 AND 100)",
        "The extension of a public contract lies between 0 and 100 %.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("kuaidi_renewal_rungs")
    def _check_renewal_rungs(self):
        for company in self:
            if not company._get_renewal_rungs():
                raise ValidationError(
                    self.env._(
                        "Give the days of the reminders as whole numbers between 0 and"
                        " 730 with commas between them, such as 90, 60, 30, 7."
                    )
                )

    # === BUSINESS METHODS === #

    def _get_renewal_rungs(self):
        """Return the days of the reminders, the longest first; none if unreadable.

        :rtype: list[int]
        """
        self.ensure_one()
        words = (self.kuaidi_renewal_rungs or "").replace("，", ",").split(",")
        words = [word.strip() for word in words if word.strip()]
        if not all(word.isdecimal() and int(word) <= 730 for word in words):
            return []
        return sorted({int(word) for word in words}, reverse=True)


class ResConfigSettings(models.TransientModel):
    """Shows the settings of renewals on Odoo's own page."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    kuaidi_renewal_rungs = fields.Char(
        related="company_id.kuaidi_renewal_rungs", readonly=False
    )
    kuaidi_renewal_idle_days = fields.Integer(
        related="company_id.kuaidi_renewal_idle_days", readonly=False
    )
    kuaidi_public_extension_percent = fields.Float(
        related="company_id.kuaidi_public_extension_percent", readonly=False
    )
