from odoo import api, fields, models


class KuaidiRenewalPosition(models.Model):
    """One point of the negotiation: what we, the client and a competitor say (CO-5)."""

    _name = "kuaidi.renewal.position"
    _description = "Negotiation Position"
    _inherit = ["kuaidi.line.mixin"]
    _order = "renewal_id, sequence, id"

    renewal_id = fields.Many2one(
        comodel_name="kuaidi.renewal", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="renewal_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Point", required=True)
    position_us = fields.Char(string="We Offer")
    limit_us = fields.Char(
        string="Our Limit", help="How far we go. It is never shown to the client."
    )
    position_client = fields.Char(string="The Client Wants")
    position_competitor = fields.Char(string="A Competitor Offers")
    agreement = fields.Char(string="Agreed")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        positions = super().create(vals_list)
        positions._check_may_write()
        return positions

    def write(self, vals):
        self._check_may_write()
        res = super().write(vals)
        if "renewal_id" in vals:
            self._check_may_write()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ended(self):
        self._check_may_write()

    # === BUSINESS METHODS === #

    def _check_may_write(self):
        """Check the user's right on the renewal, which has to be open.

        :raise AccessError: for the renewal of somebody else's client
        :raise UserError: for a renewal that has ended
        """
        self.renewal_id.check_access("write")
        self.renewal_id._check_open()
