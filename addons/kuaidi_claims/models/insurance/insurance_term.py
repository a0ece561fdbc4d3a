from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.insurance import Term


class KuaidiInsuranceTerm(models.Model):
    """What an insurance says of some goods or routes: excluded, or at its own rate."""

    _name = "kuaidi.insurance.term"
    _description = "Special Term of Insurance"
    _order = "sequence, id"

    name = fields.Char(string="Term", required=True, translate=True)
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        comodel_name="kuaidi.insurance.product",
        index="btree_not_null",
        ondelete="cascade",
    )
    policy_id = fields.Many2one(
        comodel_name="kuaidi.insurance.policy",
        index="btree_not_null",
        ondelete="cascade",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_currency_id"
    )
    effect = fields.Selection(
        selection=[
            ("excluded", "Excluded"),
            ("declared", "Excluded unless Declared Specially"),
            ("special", "Rate and Deductible of Its Own"),
        ],
        string="What It Does",
        required=True,
        default="excluded",
    )
    goods_kind = fields.Selection(
        selection="_selection_goods_kind",
        help="Empty: goods of every kind.",
    )
    words = fields.Char(
        string="Words in the Goods",
        help="Words between commas, such as 水果, 活鱼. The term fits goods whose name"
        " has one of them; empty: whatever they are called.",
    )
    places = fields.Char(
        string="Words in the Route",
        help="Words between commas, such as 拉萨. The term fits shipments from or to"
        " one of them; empty: every route.",
    )
    has_rate = fields.Boolean(string="Own Rate")
    rate = fields.Float(
        string="Rate (‰)", digits=(12, 4), help="Premium per mille of the sum insured."
    )
    has_deductible = fields.Boolean(string="Own Deductible")
    deductible = fields.Monetary(
        help="What of each loss is not paid (免赔额), in yuan."
    )

    _one_parent = models.Constraint(
        "CHECK(num_nonnulls(product_id, policy_id) = 1)",
        "A term belongs to a product or to a policy. Enter it there.",
    )
    _term_not_negative = models.Constraint(
        "CHECK(COALESCE(rate, 0) BETWEEN 0 AND 1000 AND COALESCE(deductible, 0) >= 0)",
        "Rates lie between 0 and 1000 per mille, and no deductible is below zero.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _selection_goods_kind(self):
        """Return the kinds of goods that waybills name."""
        claims = self.env["kuaidi.claim"]
        return claims._fields["goods_kind"]._description_selection(self.env)

    @api.depends("product_id.currency_id", "policy_id.currency_id")
    def _compute_currency_id(self):
        for term in self:
            term.currency_id = (term.policy_id or term.product_id).currency_id

    # === CONSTRAINT METHODS === #

    @api.constrains("goods_kind", "words", "places")
    def _check_fits_something(self):
        for term in self:
            if not (term.goods_kind or _split(term.words) or _split(term.places)):
                raise ValidationError(
                    self.env._(
                        "Say which goods or routes the term %(term)s is about: a kind,"
                        " words in the goods, or words in the route.",
                        term=term.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        terms = super().create(vals_list)
        terms.policy_id._check_open_to_changes()
        return terms

    def write(self, vals):
        self.policy_id._check_open_to_changes()
        if not self.env.su and {"policy_id", "product_id"} & vals.keys():
            raise UserError(
                self.env._("A term stays where it was entered. Enter a new one there.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        self.policy_id._check_open_to_changes()

    # === BUSINESS METHODS === #

    def _get_plain(self):
        """Return the terms as the arithmetic takes them, in their order."""
        return tuple(
            Term(
                name=term.name,
                effect=term.effect,
                goods_kind=term.goods_kind or "",
                words=_split(term.words),
                places=_split(term.places),
                rate=Decimal(str(term.rate)) if term.has_rate else None,
                deductible=(
                    Decimal(str(term.deductible)) if term.has_deductible else None
                ),
            )
            for term in self
        )


def _split(words):
    """Return the words of a list between commas, lower case.

    >>> _split("Fruit, 活鱼，蔬菜、 ")
    ('fruit', '活鱼', '蔬菜')
    """
    text = (words or "").lower()
    for mark in "，、;；":
        text = text.replace(mark, ",")
    return tuple(word.strip() for word in text.split(",") if word.strip())
