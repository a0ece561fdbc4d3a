from odoo import fields, models


class KuaidiAccountDocument(models.Model):
    """Tells by which contract a paper came into the client's file."""

    _name = "kuaidi.account.document"
    _inherit = ["kuaidi.account.document"]

    _guarded_fields = frozenset({"contract_id"})

    contract_id = fields.Many2one(
        comodel_name="kuaidi.contract",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The contract whose signed copy this is.",
    )

    # === BUSINESS METHODS === #

    def _filter_kept(self):
        """The signed copies of contracts stay, too."""
        return super()._filter_kept() | self.filtered("contract_id")
