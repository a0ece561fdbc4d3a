from odoo import api, fields, models

AUDIENCES = [
    ("superior", "Superior"),
    ("operations", "Operations"),
    ("settlement", "Settlement"),
]


class KuaidiReviewSending(models.Model):
    """One version of an analysis as it was sent: when, by whom, the PDF, to whom.

    Written by the buttons of the analysis alone, and never deleted.
    """

    _name = "kuaidi.review.sending"
    _description = "Sending of a Monthly Analysis"
    _order = "date desc, id desc"
    _rec_name = "review_id"

    review_id = fields.Many2one(
        comodel_name="kuaidi.client.review",
        string="Analysis",
        required=True,
        index=True,
        ondelete="restrict",
    )
    account_id = fields.Many2one(
        related="review_id.account_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="review_id.company_id", store=True, precompute=True
    )
    version = fields.Integer(required=True, aggregator=None)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Sent by", required=True, ondelete="restrict"
    )
    date = fields.Datetime(string="Sent On", required=True, default=fields.Datetime.now)
    date_delivered = fields.Datetime(
        string="Mailed On", help="Empty while the mails wait to be written."
    )
    error = fields.Char(help="Why the mails could not be written yet.")
    attachment_id = fields.Many2one(
        comodel_name="ir.attachment", string="PDF", ondelete="restrict"
    )
    recipient_ids = fields.One2many(
        comodel_name="kuaidi.review.recipient",
        inverse_name="sending_id",
        string="Recipients",
    )
    recipient_names = fields.Char(
        string="Went To", compute="_compute_recipient_names", compute_sudo=True
    )
    # taken back
    date_reopened = fields.Datetime(string="Reopened On")
    reopened_by_id = fields.Many2one(
        comodel_name="res.users", string="Reopened by", ondelete="restrict"
    )
    reopen_reason = fields.Char(string="Why Reopened")

    _review_version_uniq = models.UniqueIndex(
        "(review_id, version)", "This version of the analysis was sent already."
    )
    _undelivered_idx = models.Index("(id) WHERE date_delivered IS NULL")

    # === COMPUTE METHODS === #

    @api.depends("recipient_ids.audience", "recipient_ids.user_id.name")
    @api.depends_context("lang")
    def _compute_recipient_names(self):
        for sending in self:
            sending.recipient_names = " · ".join(
                f"{audience}: {names}"
                for audience, names in sending._get_audience_names()
            )

    # === BUSINESS METHODS === #

    def _get_audience_names(self):
        """Return pairs of an audience and the names of those who belong to it."""
        self.ensure_one()
        labels = self.recipient_ids._fields["audience"]._description_selection(self.env)
        by_audience = self.recipient_ids.grouped("audience")
        return [
            (label, ", ".join(by_audience[audience].user_id.mapped("name")))
            for audience, label in labels
            if audience in by_audience
        ]


class KuaidiReviewRecipient(models.Model):
    """One person who got a version of an analysis, and as whom (AN-1, AN-2)."""

    _name = "kuaidi.review.recipient"
    _description = "Recipient of a Monthly Analysis"
    _order = "sending_id, id"
    _rec_name = "user_id"

    sending_id = fields.Many2one(
        comodel_name="kuaidi.review.sending",
        required=True,
        index=True,
        ondelete="restrict",
    )
    audience = fields.Selection(selection=AUDIENCES, required=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Recipient", required=True, ondelete="restrict"
    )

    _audience_user_uniq = models.UniqueIndex(
        "(sending_id, audience, user_id)", "This person is a recipient already."
    )
