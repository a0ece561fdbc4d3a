from odoo import api, fields, models
from odoo.exceptions import AccessError


class KuaidiTenderPart(models.AbstractModel):
    """A line of a tender: it belongs to one tender for good.

    Whoever may do `_tender_operation` on the tender may add, change and delete such a
    line, as long as the tender is not sealed; `_tender_live` parts go on after that.
    The `_guarded_fields` are written by buttons and by the system alone.
    """

    _name = "kuaidi.tender.part"
    _description = "Part of a Tender"
    _inherit = ["kuaidi.line.mixin", "kuaidi.guard.mixin"]

    _tender_operation = "write"
    _tender_live = False
    # what is written whatever the state of the tender
    _live_fields = frozenset()

    tender_id = fields.Many2one(
        comodel_name="kuaidi.tender",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="tender_id.company_id", store=True, precompute=True
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_typed(self._get_typed_names(vals_list))
        # before the row exists: a member's own row would let them into the tender
        default_id = self.env.context.get("default_tender_id")
        ids = {vals.get("tender_id", default_id) for vals in vals_list}
        self._check_tender(self.env["kuaidi.tender"].browse(filter(None, ids)))
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_typed(vals.keys())
        if "tender_id" in vals and any(
            part.tender_id.id != vals["tender_id"] for part in self
        ):
            raise AccessError(
                self.env._("This belongs to its tender for good. Enter it anew there.")
            )
        if vals.keys() - self._live_fields:
            self._check_tender(self.tender_id)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        self._check_tender(self.tender_id)

    # === BUSINESS METHODS === #

    def _check_tender(self, tenders):
        """Check the user's right on the tenders, and that they are not sealed.

        :raise AccessError: for the tender of somebody else
        :raise UserError: for a sealed one
        """
        tenders.check_access(self._tender_operation)
        if not self._tender_live and not self.env.su:
            tenders._check_not_frozen()
