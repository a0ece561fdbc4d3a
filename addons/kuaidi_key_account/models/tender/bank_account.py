from odoo import api, fields, models
from odoo.exceptions import AccessError


class ResPartnerBank(models.Model):
    """Tells the basic account, from which bid bonds are transferred (IR 26)."""

    _name = "res.partner.bank"
    _inherit = ["res.partner.bank"]

    kuaidi_is_basic_account = fields.Boolean(
        string="Basic Account (基本户)",
        readonly=True,
        copy=False,
        help="The one account that stands on a company's certificate of the basic"
        " account. Bid bonds are transferred from it (Regulation on the Implementation"
        " of the Bidding Law, article 26); a bond from another account gets the bid"
        " rejected.",
    )

    _kuaidi_basic_uniq = models.UniqueIndex(
        "(partner_id) WHERE kuaidi_is_basic_account",
        "A company has one basic account.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if any("kuaidi_is_basic_account" in vals for vals in vals_list) or (
            "default_kuaidi_is_basic_account" in self.env.context
        ):
            self._check_basic_not_typed()
        return super().create(vals_list)

    def write(self, vals):
        if "kuaidi_is_basic_account" in vals:
            self._check_basic_not_typed()
        return super().write(vals)

    # === ACTION METHODS === #

    def action_mark_basic_account(self):
        """Mark this as the basic account of its holder, in the place of another.

        :raise AccessError: for others than finance
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("kuaidi_key_account.group_finance"):
            raise AccessError(
                self.env._("Finance marks the basic account. Ask a colleague there.")
            )
        # sudo: finance may not edit accounts; it marks one alone
        account_sudo = self.sudo()
        account_sudo.search(
            [
                ("partner_id", "=", account_sudo.partner_id.id),
                ("kuaidi_is_basic_account", "=", True),
            ]
        ).kuaidi_is_basic_account = False
        # the former mark leaves the index before this one takes it
        self.env.flush_all()
        account_sudo.kuaidi_is_basic_account = True

    # === BUSINESS METHODS === #

    def _check_basic_not_typed(self):
        if not self.env.su:
            raise AccessError(
                self.env._("Finance marks the basic account by its button.")
            )
