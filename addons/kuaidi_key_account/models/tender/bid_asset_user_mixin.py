from odoo import api, fields, models


class KuaidiBidAssetUserMixin(models.AbstractModel):
    """A part of a bid that takes evidence from the library.

    What is put in has to be a version in use, of the same company, and valid until
    the bid's validity ends. An adopter has `tender_id` and `company_id`; another way to
    that day is said in `_get_assets_needed_until`.
    """

    _name = "kuaidi.bid.asset.user.mixin"
    _description = "User of the Library"
    _check_company_auto = True

    _kuaidi_bid_asset_user = True

    asset_ids = fields.Many2many(
        comodel_name="kuaidi.bid.asset",
        string="Evidence from the Library",
        check_company=True,
        domain="[('state', '=', 'current'), ('company_id', '=', company_id)]",
        copy=False,
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_assets_put_in({})
        return records

    def write(self, vals):
        if "asset_ids" not in vals:
            return super().write(vals)
        former = {record.id: record.asset_ids for record in self}
        res = super().write(vals)
        self._check_assets_put_in(former)
        return res

    # === BUSINESS METHODS === #

    def _check_assets_put_in(self, former):
        """Check what was put in now; what stood there before is a matter of sealing.

        :param dict former: assets by record id, as they were
        :raise ValidationError: with the name and the end of what ends too early
        """
        for record in self:
            added = record.asset_ids - former.get(record.id, record.asset_ids.browse())
            if added:
                added._check_usable()
                added._check_valid_until(record._get_assets_needed_until())

    def _get_assets_needed_until(self):
        """Hook: return the last day of the bid's validity; empty while it is open.

        It is counted from the deadline for bids (Regulation on the Implementation of
        the Bidding Law, article 25).
        """
        self.ensure_one()
        # sudo: whoever works on a part of the bid may know how long it is valid
        return self.tender_id.sudo()._get_validity_end()
