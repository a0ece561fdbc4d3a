from odoo import api, fields, models


class KuaidiVisit(models.Model):
    """Gifts handed over on a visit: lines of its log, recorded when it is saved."""

    _name = "kuaidi.visit"
    _inherit = ["kuaidi.visit"]

    gift_ids = fields.One2many(comodel_name="kuaidi.gift", inverse_name="visit_id")
    gift_note = fields.Text(
        string="Gifts to Decide On",
        compute="_compute_gift_note",
        help="Gifts of this visit that the CRM centre has to approve, or has refused.",
    )

    # === COMPUTE METHODS === #

    @api.depends("gift_ids.state")
    @api.depends_context("lang")
    def _compute_gift_note(self):
        for visit in self:
            lines = [
                self.env._(
                    "%(gift)s for %(recipient)s is above the ceiling and waits for the"
                    " approval of the CRM centre.",
                    gift=gift.name,
                    recipient=gift.partner_id.name,
                )
                for gift in visit.gift_ids.filtered(lambda g: g.state == "to_approve")
            ]
            lines += [
                self.env._(
                    "%(gift)s for %(recipient)s was refused: it may not be given.",
                    gift=gift.name,
                    recipient=gift.partner_id.name,
                )
                for gift in visit.gift_ids.filtered(lambda g: g.state == "refused")
            ]
            visit.gift_note = "\n".join(lines) or False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        visits._record_gifts()
        return visits

    def write(self, vals):
        res = super().write(vals)
        if "gift_ids" in vals:
            self._record_gifts()
        return res

    # === BUSINESS METHODS === #

    def _record_gifts(self):
        """Record the gifts that were entered with the visit (VI-2).

        :raise UserError: as of `action_record` of a gift; the visit is not saved then
        """
        drafts = self.gift_ids.filtered(lambda gift: gift.state == "draft")
        if drafts:
            drafts.action_record()
