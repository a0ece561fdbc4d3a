from odoo import api, models


class TierDefinition(models.Model):
    """Offers tiers for every model that adopts our approval mixin."""

    _inherit = "tier.definition"

    @api.model
    def _get_tier_validation_model_names(self):
        return [
            *super()._get_tier_validation_model_names(),
            *sorted(
                name
                for name, model in self.env.registry.items()
                if getattr(model, "_kuaidi_approval", False) and not model._abstract
            ),
        ]
