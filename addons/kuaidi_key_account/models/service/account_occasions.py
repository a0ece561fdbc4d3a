from odoo import fields, models


class KuaidiKeyAccount(models.Model):
    """Shows the occasions of a client in its file."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    occasion_ids = fields.One2many(
        comodel_name="kuaidi.occasion", inverse_name="account_id"
    )
    is_public_body = fields.Boolean(
        string="Public Body or State-owned",
        tracking=True,
        help="An authority, institution or state-owned company. Gifts to its people"
        " have a ceiling of their own, which nobody can approve away.",
    )

    # === CRUD METHODS === #

    def _get_named_partners_sudo(self, specification):
        partners_sudo = super()._get_named_partners_sudo(specification)
        if "occasion_ids" in specification:
            partners_sudo |= self.occasion_ids.partner_id.sudo()
        return partners_sudo
