from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class KuaidiKeyAccount(models.Model):
    """The star of the client: carried here from its current rating, never typed."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    star_id = fields.Many2one(
        comodel_name="kuaidi.star.level",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        group_expand="_group_expand_star_id",
        groups="kuaidi_key_account.group_kuaidi_user",
        help="Internal: never told to the client.",
    )
    star_rating_ids = fields.One2many(
        comodel_name="kuaidi.star.rating",
        inverse_name="account_id",
        string="Star Ratings",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    current_rating_id = fields.Many2one(
        comodel_name="kuaidi.star.rating",
        compute="_compute_ratings",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    star_explanation = fields.Text(
        compute="_compute_star_explanation",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    rating_to_approve_count = fields.Integer(
        compute="_compute_ratings",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    leadership_warning = fields.Char(
        compute="_compute_leadership_warning",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # a grading reads these columns of all accounts at work, and none of the file
    _grading_idx = models.Index(
        "(id) INCLUDE (partner_id, company_id) WHERE active AND state <> 'closed'"
    )

    # === COMPUTE METHODS === #

    @api.depends("star_rating_ids.state")
    def _compute_ratings(self):
        """Read the current rating and the proposals together, for the form."""
        ratings = self.env["kuaidi.star.rating"].search_fetch(
            [
                ("account_id", "in", self.ids),
                ("state", "in", ["approved", "to_approve"]),
            ]
        )
        current = ratings.filtered(lambda rating: rating.state == "approved")
        by_account = {rating.account_id.id: rating for rating in current}
        counts = Counter(rating.account_id.id for rating in ratings - current)
        for account in self:
            account.current_rating_id = by_account.get(account.id, False)
            account.rating_to_approve_count = counts[account.id]

    @api.depends("star_rating_ids.state")
    @api.depends_context("lang")
    def _compute_star_explanation(self):
        for account in self:
            # sudo: whoever reads the rating reads in words how it came about
            account.star_explanation = account.current_rating_id.sudo().explanation

    @api.depends("leadership_ids", "star_id")
    @api.depends_context("lang")
    def _compute_leadership_warning(self):
        for account in self:
            is_below = account.leadership_ids and not account.star_id.leadership_allowed
            account.leadership_warning = (
                account._get_leadership_message() if is_below else False
            )

    @api.model
    def _group_expand_star_id(self, levels, domain):
        """Show every level of the companies at work, reached by a client or not."""
        return self.env["kuaidi.star.level"].search(
            [("company_id", "in", self.env.companies.ids)]
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_star_not_typed(self._get_typed_names(vals_list))
        accounts = super().create(vals_list)
        for account in accounts:
            account._check_leadership(before=0)
        return accounts

    def write(self, vals):
        self._check_star_not_typed(vals.keys())
        if "leadership_ids" not in vals:
            return super().write(vals)
        before = {account: len(account.leadership_ids) for account in self}
        res = super().write(vals)
        for account, size in before.items():
            account._check_leadership(before=size)
        return res

    # === ACTION METHODS === #

    def action_view_ratings(self):
        """Open the history of the client's star."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_star_rating_action"
        )
        return dict(
            action,
            domain=[("account_id", "=", self.id)],
            context={"default_account_id": self.id},
        )

    # === BUSINESS METHODS === #

    def _get_current_ratings(self):
        """Return the approved rating by account id."""
        ratings = self.env["kuaidi.star.rating"].search_fetch(
            [("account_id", "in", self.ids), ("state", "=", "approved")]
        )
        return {rating.account_id.id: rating for rating in ratings}

    def _filter_fulfilled(self, condition):
        """The star step is done once the account has an approved rating (D3)."""
        if condition != "star":
            return super()._filter_fulfilled(condition)
        # sudo: whoever completes a step may not see the ratings
        return self.browse(self.sudo()._get_current_ratings())

    def _check_star_not_typed(self, names):
        guarded = {"star_id", "stars", "amount_annual"}
        if not self.env.su and guarded & names:
            raise AccessError(
                self.env._(
                    "The star comes from an approved rating: propose one instead of"
                    " entering the star."
                )
            )

    def _get_leadership_message(self):
        """Say why this client has no claim to a leadership group."""
        self.ensure_one()
        allowed = self.env["kuaidi.star.level"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("leadership_allowed", "=", True),
            ],
            limit=1,
        )
        return self.env._(
            "%(account)s has %(star)s. A leadership group is for clients from"
            " %(allowed)s on: name it once such a star is approved.",
            account=self.display_name,
            star=self.star_id.display_name or self.env._("no star"),
            allowed=allowed.display_name or self.env._("a level that allows it"),
        )

    def _check_leadership(self, before):
        """Refuse to name leaders below the star that allows a leadership group.

        A group that was named before a downgrade may stay, shrink and change hands.

        :param before: how many leaders the account had before the change
        :raise ValidationError: giving the reason
        """
        self.ensure_one()
        if (
            len(self.leadership_ids) > before
            and not self.sudo().star_id.leadership_allowed
        ):
            raise ValidationError(self._get_leadership_message())
