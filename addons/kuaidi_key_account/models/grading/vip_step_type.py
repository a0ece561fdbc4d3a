from odoo import fields, models


class KuaidiVipStepType(models.Model):
    """A step that the checklist of every VIP membership starts with (VP-1, VP-2)."""

    _name = "kuaidi.vip.step.type"
    _description = "VIP Checklist Step Type"
    _order = "kind desc, sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        selection=[("establish", "Establishment"), ("cancel", "Cancellation")],
        string="Checklist",
        required=True,
        default="establish",
    )
    sequence = fields.Integer(default=10)
    code = fields.Selection(
        selection=[
            ("manual", "A person ticks it"),
            ("letter", "The letter was sent"),
            ("departments", "The departments were told"),
            ("measured", "The monthly statistics were taken"),
            ("asked", "The business department was asked"),
            ("decided", "The business department has decided"),
        ],
        string="Done When",
        required=True,
        default="manual",
        help="A step that the system does ticks itself. The letter and the notice to"
        " the departments may also be ticked by hand with a note, when they went by"
        " another way (fax, courier).",
    )
    description = fields.Text(translate=True)
    active = fields.Boolean(default=True)
