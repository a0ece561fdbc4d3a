from odoo import api, models
from odoo.exceptions import AccessError


class TierReview(models.Model):
    """Only a reviewer moves a review of ours.

    base_tier_validation lets every internal user write any review, so that an
    approval could be forged by a plain RPC call on this model.
    """

    _inherit = "tier.review"

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        if not self.env.su and any(
            review.status not in ("waiting", "pending")
            for review in reviews._filtered_kuaidi()
        ):
            raise AccessError(self._get_forged_message())
        return reviews

    def write(self, vals):
        guarded = {"status", "done_by", "requested_by", "definition_id", "res_id"}
        if not self.env.su and guarded & vals.keys():
            for review in self._filtered_kuaidi():
                opens = vals.keys() <= {"status"} and vals["status"] == "pending"
                if not opens and self.env.user not in review.reviewer_ids:
                    raise AccessError(self._get_forged_message())
        return super().write(vals)

    def _compute_todo_by(self):
        """Name a group as it is, without the word that has no Chinese translation."""
        res = super()._compute_todo_by()
        for review in self._filtered_kuaidi().filtered("reviewer_group_id"):
            review.todo_by = review.reviewer_group_id.name
        return res

    def _filtered_kuaidi(self):
        """Return the reviews of models that adopt our approval mixin."""
        return self.filtered(
            lambda review: getattr(
                self.env.get(review.model), "_kuaidi_approval", False
            )
        )

    def _get_forged_message(self):
        return self.env._(
            "Only a reviewer can approve or refuse, by the buttons of the document."
        )
