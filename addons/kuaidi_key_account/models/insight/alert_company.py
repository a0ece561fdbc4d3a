from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """Who is told of a crisis, and the rules that every company starts with."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_crisis_user_ids = fields.Many2many(
        groups="base.group_user",
        comodel_name="res.users",
        relation="kuaidi_company_crisis_user_rel",
        column1="company_id",
        column2="user_id",
        string="Told of a Crisis",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Vice president and legal affairs: they are told at once when a client"
        " turns to law, to the media or to 3.15, or stands at our door. Empty: the"
        " contact of the CRM centre.",
    )
    kuaidi_crisis_spokesperson_id = fields.Many2one(
        groups="base.group_user",
        comodel_name="res.users",
        string="Spokesperson",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="In a crisis this person alone speaks for the company.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("kuaidi_crisis_user_ids", "kuaidi_crisis_spokesperson_id")
    def _check_crisis_users(self):
        group = "kuaidi_key_account.group_kuaidi_user"
        for company in self:
            # sudo: groups and companies of a colleague are for administrators to read
            users_sudo = (
                company.kuaidi_crisis_user_ids | company.kuaidi_crisis_spokesperson_id
            ).sudo()
            for user in users_sudo:
                if company not in user.company_ids or not user.has_group(group):
                    raise ValidationError(
                        self.env._(
                            "%(user)s could not open an alert of %(company)s. Give"
                            " this user access to key accounts and to the company"
                            " first.",
                            user=user.name,
                            company=company.name,
                        )
                    )

    # === BUSINESS METHODS === #

    def _create_kuaidi_defaults(self):
        """Give the companies the rules of 2.6, where they have none."""
        res = super()._create_kuaidi_defaults()
        # sudo: whoever opens a company does not need the right to change rules
        rules = self.env["kuaidi.alert.rule"].sudo()
        equipped = rules.with_context(active_test=False).search(
            [("company_id", "in", self.ids)]
        )
        created = rules.create(
            [
                dict(values, company_id=company.id)
                for company in self - equipped.company_id
                for values in rules._get_default_rules()
            ]
        )
        for lang, _name in self.env["res.lang"].get_installed():
            translated = rules.with_context(lang=lang)
            names = {
                values["kind"]: values["name"]
                for values in translated._get_default_rules()
            }
            for rule in created.with_context(lang=lang):
                rule.name = names[rule.kind]
        return res
