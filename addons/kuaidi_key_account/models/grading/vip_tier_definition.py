from odoo import api, models


class TierDefinition(models.Model):
    """Lets administrators define approval tiers for VIP memberships."""

    _inherit = "tier.definition"

    @api.model
    def _get_tier_validation_model_names(self):
        return super()._get_tier_validation_model_names() + ["kuaidi.vip"]
