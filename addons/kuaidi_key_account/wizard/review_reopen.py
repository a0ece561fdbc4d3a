from odoo import fields, models


class KuaidiReviewReopen(models.TransientModel):
    """Asks why an analysis that was sent is reopened."""

    _name = "kuaidi.review.reopen"
    _description = "Reopen a Monthly Analysis"

    review_id = fields.Many2one(
        comodel_name="kuaidi.client.review",
        string="Analysis",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    reason = fields.Char(
        required=True,
        help="Stands beside the version that was sent, and in the log.",
    )

    # === ACTION METHODS === #

    def action_reopen(self):
        """Reopen the analysis as a new version; the former PDF stays.

        :raise AccessError: for others than the CRM centre
        """
        self.ensure_one()
        self.review_id._reopen(self.reason)
