from odoo import fields, models

from .need_template import KANO_CLASSES


class KuaidiAccountNeed(models.Model):
    """Something a client needs of us, graded by Kano, and what was promised (ON-3)."""

    _name = "kuaidi.account.need"
    _description = "Client Need"
    _inherit = ["kuaidi.account.part"]
    _order = "account_id, sequence, id"

    name = fields.Char(string="Need", required=True)
    template_id = fields.Many2one(
        comodel_name="kuaidi.need.template", ondelete="set null", readonly=True
    )
    kano_class = fields.Selection(
        selection=KANO_CLASSES, required=True, default="expected"
    )
    is_promised = fields.Boolean(
        string="Promised",
        help="Stands in the founding paper or was promised otherwise.",
    )
    promise = fields.Char(
        help="What exactly was promised. Promise what need, ability and cost allow."
    )
    sequence = fields.Integer(default=10)

    _template_uniq = models.UniqueIndex(
        "(account_id, template_id) WHERE template_id IS NOT NULL",
        "This usual need is in the file already.",
    )
