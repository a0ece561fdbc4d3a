from odoo import api, fields, models


class ResCompany(models.Model):
    """Settings of key-account work that differ by company."""

    _inherit = "res.company"

    kuaidi_require_safety_agreement = fields.Boolean(
        groups="base.group_user",
        string="Safety Agreement Needed",
        default=True,
        help="A candidate becomes formal only with a safety agreement on file, which"
        " article 32 of the Interim Regulations on Express Delivery asks of long-term"
        " and bulk shippers.",
    )
    kuaidi_escalation_user_id = fields.Many2one(
        groups="base.group_user",
        comodel_name="res.users",
        string="CRM Centre Contact",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Is told of late onboarding steps. Empty: the first user of the CRM"
        " centre.",
    )
    kuaidi_upload_limit_mb = fields.Integer(
        groups="base.group_user",
        string="Upload Limit (MB)",
        default=20,
        help="Largest file that a client's file takes, in megabytes.",
    )

    _kuaidi_upload_limit_positive = models.Constraint(
        "CHECK(kuaidi_upload_limit_mb > 0)", "The upload limit has to be above 0 MB."
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_kuaidi_defaults()
        return companies

    @api.model
    def _init_kuaidi_defaults(self):
        """Give the companies that exist at installation their default records."""
        self.with_context(active_test=False).search([])._create_kuaidi_defaults()

    def _create_kuaidi_defaults(self):
        """Hook: create the records that every company starts with, where missing."""

    def _get_kuaidi_escalation_user(self):
        """Return the user of the CRM centre who is told of what runs late."""
        self.ensure_one()
        if self.kuaidi_escalation_user_id:
            return self.kuaidi_escalation_user_id
        return self.env["res.users"].search(
            [
                (
                    "group_ids",
                    "in",
                    self.env.ref("kuaidi_key_account.group_crm_centre").ids,
                ),
                ("company_ids", "in", self.ids),
            ],
            order="id",
            limit=1,
        )

    def _prepare_letterhead(self):
        """Return the texts of the company's letterhead, in the language of the record.

        :return: what `kuaidi_key_account.letterhead` prints, and the language
        """
        self.ensure_one()
        # without a language in the context, texts are in that of the source
        lang = self.env.lang or "en_US"
        address = self.partner_id._display_address(without_company=True)
        ways = (
            (self.env._("Tel.: %(phone)s", phone=self.phone), self.phone),
            (self.env._("E-mail: %(email)s", email=self.email), self.email),
            (self.website, self.website),
        )
        return {
            "lang": lang.replace("_", "-"),
            "is_chinese": lang.startswith("zh"),
            "company": self.name,
            "logo": not self.uses_default_logo and self.logo,
            "address": " ".join(address.split()),
            "ways": [text for text, value in ways if value],
        }
