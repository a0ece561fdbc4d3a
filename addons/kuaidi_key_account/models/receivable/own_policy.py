from odoo import api, fields, models
from odoo.exceptions import AccessError


class KuaidiKeyAccount(models.Model):
    """A client may be reminded in a way of its own."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    dunning_policy_id = fields.Many2one(
        comodel_name="kuaidi.dunning.policy",
        string="Own Dunning Policy",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        tracking=True,
        groups="kuaidi_key_account.group_kuaidi_user",
        help="Takes the place of the policy of the client's star.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("dunning_policy_id") for vals in vals_list):
            self._check_decides_on_dunning()
        return super().create(vals_list)

    def write(self, vals):
        if "dunning_policy_id" in vals:
            self._check_decides_on_dunning()
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _check_decides_on_dunning(self):
        """Refuse a policy of a client's own to those whom it would suit (2.10)."""
        if not self.env.su and not self.env.user.has_group(
            "kuaidi_key_account.group_finance"
        ):
            raise AccessError(
                self.env._(
                    "How a client is reminded is decided by finance. Ask a colleague"
                    " there to choose the policy on the collection case."
                )
            )


class KuaidiCollectionCase(models.Model):
    """Lets finance choose the policy of a client, whose file it only reads."""

    _name = "kuaidi.collection.case"
    _inherit = ["kuaidi.collection.case"]

    own_policy_id = fields.Many2one(
        comodel_name="kuaidi.dunning.policy",
        string="Own Dunning Policy",
        compute="_compute_own_policy_id",
        inverse="_inverse_own_policy_id",
        compute_sudo=True,
        domain="[('company_id', '=', company_id)]",
        help="Empty: the client is reminded by the policy of its star. Chosen by"
        " finance, for all debts of this client.",
    )

    # === COMPUTE METHODS === #

    @api.depends("account_id.dunning_policy_id")
    def _compute_own_policy_id(self):
        for case in self:
            case.own_policy_id = case.account_id.dunning_policy_id

    def _inverse_own_policy_id(self):
        self.account_id._check_decides_on_dunning()
        for case in self:
            # sudo: finance decides, and does not write the client's file
            case.sudo().account_id.dunning_policy_id = case.own_policy_id


class AccountMove(models.Model):
    """An invoice may be reminded of in a way of its own."""

    _name = "account.move"
    _inherit = ["account.move"]

    kuaidi_dunning_policy_id = fields.Many2one(
        comodel_name="kuaidi.dunning.policy",
        string="Dunning Policy",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        domain="[('company_id', '=', company_id)]",
        check_company=True,
        groups="account.group_account_invoice",
        help="Takes the place of the client's policy for this invoice.",
    )
