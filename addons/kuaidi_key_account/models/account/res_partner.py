from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import clean_context


class ResPartner(models.Model):
    """Leads from a client to its key account, and guards what the account stands on."""

    _inherit = "res.partner"

    key_account_ids = fields.One2many(
        comodel_name="kuaidi.key.account",
        inverse_name="partner_id",
        string="Key Accounts",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("active", "is_company", "parent_id")
    def _check_key_account_partner(self):
        # sudo: accounts that the user may not see stand on the partner all the same
        accounts = (
            self.env["kuaidi.key.account"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", self.ids)])
        )
        for account in accounts:
            partner = account.partner_id
            if not partner.active and account.active and account.state != "closed":
                raise ValidationError(
                    self.env._(
                        "%(partner)s has an open key account. Close the account before"
                        " you archive the contact.",
                        partner=partner.display_name,
                    )
                )
            if not partner.is_company or partner.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(partner)s has a key account, so it has to stay a company of"
                        " its own: neither a person nor part of another company.",
                        partner=partner.name,
                    )
                )

    # === ACTION METHODS === #

    def action_open_key_account(self):
        """Open the key account of this client, as a candidate where none exists."""
        self.ensure_one()
        return self.commercial_partner_id._open_key_account(self.env.company, {})

    # === BUSINESS METHODS === #

    def _open_key_account(self, company, vals):
        """Return the action that shows the client's account, opened where none exists.

        :param company: the company whose account it is
        :param vals: values for an account that is opened by this call
        :raise UserError: when an account exists that the user may not see
        """
        self.ensure_one()
        domain = Domain("partner_id", "=", self.id) & Domain(
            "company_id", "=", company.id
        )
        # defaults of the page that the button stands on are meant for its own records
        accounts = self.env["kuaidi.key.account"].with_context(
            clean_context(self.env.context), active_test=False
        )
        account = accounts.search(domain)
        # sudo: tells only that an account exists, so that nobody tries to make another
        if not account and (hidden := accounts.sudo().search(domain)):
            raise UserError(
                self.env._(
                    "%(partner)s has a key account, which is not among yours. Ask"
                    " %(manager)s or the CRM centre.",
                    partner=self.display_name,
                    manager=hidden.manager_id.name or self.env._("its manager"),
                )
            )
        if not account:
            account = accounts.create(
                dict(vals, partner_id=self.id, company_id=company.id)
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "kuaidi.key.account",
            "res_id": account.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
