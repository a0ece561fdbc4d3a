from odoo import api, models
from odoo.exceptions import AccessError


class TierReview(models.Model):
    """Only a reviewer moves a review of ours.

    base_tier_validation lets every internal user create, write and delete any review,
    so that an approval could be forged by a plain RPC call on this model: a review is
    opened and removed by the system alone, and a reviewer writes a decision only.
    """

    _inherit = "tier.review"

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        if not self.env.su and reviews._filtered_kuaidi():
            raise AccessError(self._get_forged_message())
        return reviews

    def write(self, vals):
        decision = {"status", "done_by", "reviewed_date", "comment"}
        if not self.env.su:
            for review in self._filtered_kuaidi():
                opens = review.status == "waiting" and vals == {"status": "pending"}
                decides = (
                    vals.keys() <= decision and self.env.user in review.reviewer_ids
                )
                if not opens and not decides:
                    raise AccessError(self._get_forged_message())
        res = super().write(vals)
        if not self.env.su and "model" in vals and self._filtered_kuaidi():
            # a review of another document would become one of ours
            raise AccessError(self._get_forged_message())
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kuaidi(self):
        """Reviews prove who approved: nobody removes them by hand."""
        if not self.env.su and self._filtered_kuaidi():
            raise AccessError(self._get_forged_message())

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
