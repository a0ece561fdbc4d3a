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
    kuaidi_given_alert_kinds = fields.Json(
        groups="base.group_system",
        string="Default Alert Rules Given",
        copy=False,
        readonly=True,
        help="Kinds of the alert rules that the company was given once. They are not"
        " given again, even if they are deleted.",
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
        res = super()._create_kuaidi_defaults()
        self._create_kuaidi_alert_rules()
        return res

    @api.model
    def _init_kuaidi_alert_rules(self):
        """Give all companies the rules they lack, at installation and every update."""
        companies = self.with_context(active_test=False).search([])
        companies._create_kuaidi_alert_rules()

    def _create_kuaidi_alert_rules(self):
        """Give the companies each default rule of 2.6 once.

        What users changed, archived or deleted stays as it is, and a company with a
        rule of its own of some kind gets no other of that kind.
        """
        # sudo: whoever opens a company does not need the right to change rules
        rules = self.env["kuaidi.alert.rule"].sudo()
        defaults = rules._get_default_rules()
        kinds = {values["kind"] for values in defaults}
        groups = rules.with_context(active_test=False)._read_group(
            [("company_id", "in", self.ids)], ["company_id"], ["kind:array_agg"]
        )
        owned = {company.id: set(own_kinds) for company, own_kinds in groups}
        missing = []
        for company_sudo in self.sudo():
            present = owned.get(company_sudo.id, set())
            given = set(company_sudo.kuaidi_given_alert_kinds or [])
            if not given and present:
                given = kinds  # equipped before it was noted what it was given
            missing += [
                dict(values, company_id=company_sudo.id)
                for values in defaults
                if values["kind"] not in given | present
            ]
            if kinds - set(company_sudo.kuaidi_given_alert_kinds or []):
                company_sudo.kuaidi_given_alert_kinds = sorted(given | kinds)
        created = rules.create(missing)
        for lang, _name in self.env["res.lang"].get_installed():
            names = {
                values["kind"]: values["name"]
                for values in rules.with_context(lang=lang)._get_default_rules()
            }
            for rule in created.with_context(lang=lang):
                rule.name = names[rule.kind]
