from odoo import fields, models
from odoo.exceptions import AccessError


class KuaidiKeyAccount(models.Model):
    """Shows the occasions of a client in its file, and whether gifts are allowed."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    occasion_ids = fields.One2many(
        comodel_name="kuaidi.occasion", inverse_name="account_id"
    )
    is_public_body = fields.Boolean(
        string="Public Body or State-owned",
        tracking=True,
        help="An authority, institution or state-owned company. Gifts to its people"
        " have a ceiling of their own, which nobody can approve away. Only the CRM"
        " centre removes this mark.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        if (
            not vals.get("is_public_body", True)
            and any(account.is_public_body for account in self)
            and not self.env.su
            and not self.env.user.has_group("kuaidi_key_account.group_crm_centre")
        ):
            raise AccessError(
                self.env._(
                    "A client stays a public body or state-owned until the CRM centre"
                    " removes the mark: gifts that are forbidden depend on it."
                )
            )
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _get_named_partners_sudo(self, specification):
        partners_sudo = super()._get_named_partners_sudo(specification)
        if "occasion_ids" in specification:
            partners_sudo |= self.occasion_ids.partner_id.sudo()
        return partners_sudo
