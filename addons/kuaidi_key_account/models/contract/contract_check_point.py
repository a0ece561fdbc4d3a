from odoo import fields, models


class KuaidiContractCheckPoint(models.Model):
    """One question that a contract has to answer before it is approved (2.7, 4)."""

    _name = "kuaidi.contract.check.point"
    _description = "Contract Check Point"
    _order = "sequence, id"

    name = fields.Char(string="Question", required=True, translate=True)
    article = fields.Char(
        string="Stands On",
        translate=True,
        help="Statute and article, or the company's own rule.",
    )
    explanation = fields.Text(translate=True)
    scope = fields.Selection(
        selection=[
            ("all", "Every Contract"),
            ("commercial", "Every Contract but Safety Agreements"),
            ("safety", "Safety Agreements"),
            ("public", "Public Procurement"),
        ],
        string="Asked Of",
        required=True,
        default="all",
    )
    code = fields.Char(
        string="Hint",
        readonly=True,
        copy=False,
        help="Names the rule by which a hint is worked out from the contract itself.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(name)", "This question is asked already.")

    # === BUSINESS METHODS === #

    def _filter_asked_of(self, contract):
        """Return the points that this contract has to answer."""
        is_safety = contract.kind == "safety"
        scopes = {"all", "safety" if is_safety else "commercial"}
        if contract.is_public:
            scopes.add("public")
        return self.filtered(lambda point: point.scope in scopes)
