from odoo import api, fields, models
from odoo.fields import Command

# days from the due date, channel, who does it, grace in working days, mail template
LADDER = (
    (-5, "mail", "collector", 3, "dunning_notice_mail_template"),
    (1, "call", "manager", 2, None),
    (7, "mail", "collector", 3, "dunning_reminder_mail_template"),
    (15, "registered", "collector", 5, "dunning_letter_mail_template"),
    (30, "visit", "leadership", 7, None),
    (60, "review", "legal", 7, None),
    (90, "legal", "legal", 10, None),
    (120, "review", "legal", 10, None),
)
LAWYER_AMOUNT_MIN = 5000.0
# for smaller debts of smaller clients nobody travels
VISIT_AMOUNT_MIN = 5000.0
# from so many stars on, finance looks at a formal letter before it leaves
CAREFUL_STARS = 4


class KuaidiDunningPolicy(models.Model):
    """The ladders that a company starts with (2.10)."""

    _name = "kuaidi.dunning.policy"
    _inherit = ["kuaidi.dunning.policy"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_step_names(self):
        """Return the names of the default steps by their days, in the user's words."""
        return {
            -5: self.env._("Notice before the due date"),
            1: self.env._("Reminder by phone"),
            7: self.env._("Written reminder"),
            15: self.env._("Formal dunning letter"),
            30: self.env._("Management visit and repayment plan"),
            60: self.env._("Legal review"),
            90: self.env._("Lawyer's letter"),
            120: self.env._("Payment order or suit"),
        }

    @api.model
    def _get_policy_name(self, stars):
        """Return what the policy for clients of so many stars is called."""
        if not stars:
            return self.env._("Clients without a star")
        return self.env._("Clients with %(stars)s★", stars=stars)

    @api.model
    def _get_default_steps(self, stars):
        """Hook: return the values of the steps for clients of so many stars (2.10).

        Formal letters stop the credit of who owes more than its limit. A lawyer's
        letter is written from 5,000 yuan on. What goes to court, or to a large client
        in a formal letter, is looked at by finance before.

        :param stars: 0 for clients without a star
        """
        names = self._get_step_names()
        values = []
        for days, channel, role, grace, template in LADDER:
            amount_min = 0.0
            if channel == "legal":
                amount_min = LAWYER_AMOUNT_MIN
            elif channel == "visit" and stars < CAREFUL_STARS:
                amount_min = VISIT_AMOUNT_MIN
            values.append(
                {
                    "name": names[days],
                    "days": days,
                    "channel": channel,
                    "owner_role": role,
                    "grace_days": grace,
                    "amount_min": amount_min,
                    "needs_approval": channel == "legal"
                    or days >= 120
                    or (channel == "registered" and stars >= CAREFUL_STARS),
                    "stops_credit": channel == "registered",
                    "mail_template_id": template
                    and self.env.ref(f"kuaidi_key_account.{template}").id,
                }
            )
        return values

    @api.model
    def _create_defaults(self, companies):
        """Give companies that have no policy one for each star and one for the rest.

        The levels of these companies and the companies themselves are linked to them.
        """
        equipped = self.with_context(active_test=False).search(
            [("company_id", "in", companies.ids)]
        )
        companies -= equipped.company_id
        kinds = [(company, stars) for company in companies for stars in range(6)]
        policies = self.create(
            [
                {
                    "name": self._get_policy_name(stars),
                    "sequence": 10 * stars or 60,
                    "company_id": company.id,
                    "step_ids": [
                        Command.create(step) for step in self._get_default_steps(stars)
                    ],
                }
                for company, stars in kinds
            ]
        )
        by_kind = dict(zip(kinds, policies, strict=True))
        levels = self.env["kuaidi.star.level"].search(
            [("company_id", "in", companies.ids)]
        )
        for level in levels:
            level.dunning_policy_id = by_kind[level.company_id, level.stars]
        for company in companies:
            company.kuaidi_dunning_policy_id = by_kind[company, 0]
        for lang, _name in self.env["res.lang"].get_installed():
            translated = self.with_context(lang=lang)
            names = translated._get_step_names()
            for (_company, stars), policy in by_kind.items():
                policy = policy.with_context(lang=lang)
                policy.name = translated._get_policy_name(stars)
                for step in policy.step_ids:
                    step.name = names[step.days]


class ResCompany(models.Model):
    """Who collects debts, and how clients without a star are reminded."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_dunning_policy_id = fields.Many2one(
        groups="base.group_user",
        comodel_name="kuaidi.dunning.policy",
        string="Dunning Policy without a Star",
        domain="[('company_id', '=', id)]",
        ondelete="set null",
        help="How clients are reminded whose star has no policy, or who have no star"
        " yet.",
    )
    kuaidi_collector_id = fields.Many2one(
        groups="base.group_user",
        comodel_name="res.users",
        string="Collector of New Cases",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Chases the debts of new collection cases. Empty: the contact of the CRM"
        " centre.",
    )
    kuaidi_legal_user_id = fields.Many2one(
        groups="base.group_user",
        comodel_name="res.users",
        string="Legal Affairs",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Looks at debts that may go to a lawyer or to court. Empty: collector.",
    )

    # === BUSINESS METHODS === #

    def _create_kuaidi_defaults(self):
        """Give the companies the ladders of 2.10, where they have none.

        At an update, the templates may not be there yet when an earlier room asks for
        the defaults: the room itself asks again when they are.
        """
        res = super()._create_kuaidi_defaults()
        if self.env.ref(
            "kuaidi_key_account.dunning_letter_mail_template", raise_if_not_found=False
        ):
            # sudo: whoever opens a company does not need the right to change policies
            self.env["kuaidi.dunning.policy"].sudo()._create_defaults(self)
        return res

    def _get_kuaidi_collector(self):
        """Return who collects debts where a case names nobody."""
        self.ensure_one()
        return (
            self.kuaidi_collector_id.filtered("active")
            or self._get_kuaidi_escalation_user()
            or self.env.user
        )
