from odoo import fields, models


class KuaidiCaseDepartment(models.Model):
    """With whom an outlet is settled when it is charged."""

    _name = "kuaidi.case.department"
    _inherit = ["kuaidi.case.department"]

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Settled With",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The company of the outlet, in whose name it is charged.",
    )

    # === BUSINESS METHODS === #

    def _get_settlement_partner(self):
        """Return who pays for the unit: its own partner, else that of the unit above.

        Empty where no unit above has one either.
        """
        self.ensure_one()
        unit = self
        while unit and not unit.partner_id:
            unit = unit.parent_id
        return unit.partner_id
