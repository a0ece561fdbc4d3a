from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

REMINDER_TYPE = "kuaidi_key_account.mail_activity_type_bid_asset"
# days in which a reminder is dealt with
REMINDER_DAYS = 7


class KuaidiBidAsset(models.Model):
    """Reminds the owner before a paper ends, and when it is to be looked through."""

    _name = "kuaidi.bid.asset"
    _inherit = ["kuaidi.bid.asset", "kuaidi.batch.mixin"]

    date_reminder = fields.Date(
        string="Reminded From",
        compute="_compute_date_reminder",
        store=True,
        help="As many days before the end as its type or the settings say.",
    )
    is_end_told = fields.Boolean(
        compute="_compute_is_end_told",
        store=True,
        copy=False,
        help="The owner was reminded of this end. Another end brings a new reminder.",
    )
    is_review_told = fields.Boolean(
        compute="_compute_is_review_told",
        store=True,
        copy=False,
        help="The owner was reminded to look it through on that day.",
    )

    _reminder_idx = models.Index(
        "(date_reminder) WHERE state = 'current' AND is_end_told IS NOT TRUE"
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "date_expiry", "type_id.lead_days", "company_id.kuaidi_asset_lead_days"
    )
    def _compute_date_reminder(self):
        for asset in self:
            lead = asset.type_id.lead_days or asset.company_id.kuaidi_asset_lead_days
            asset.date_reminder = asset.date_expiry and fields.Date.subtract(
                asset.date_expiry, days=lead
            )

    @api.depends("date_expiry")
    def _compute_is_end_told(self):
        self.is_end_told = False

    @api.depends("date_review")
    def _compute_is_review_told(self):
        self.is_review_told = False

    # === BUSINESS METHODS === #

    @api.model
    def _cron_remind(self, batch_size=200):
        """Remind owners of what ends or has to be looked through, each once.

        In committed batches; what another user holds waits for the next run.
        """
        for due in self._take_batches(self._get_reminder_domain(), batch_size):
            due._remind()

    @api.model
    def _get_reminder_domain(self):
        """Return the domain of what is in use and due, told to nobody yet.

        Companies of one day are asked for together.
        """
        companies = self.env["res.company"].search([])
        due = Domain.OR(
            Domain("company_id", "in", group.ids)
            & (
                Domain("is_end_told", "=", False) & Domain("date_reminder", "<=", today)
                | Domain("is_review_told", "=", False)
                & Domain("date_review", "<=", today)
            )
            for today, group in companies.grouped(
                self.env["kuaidi.deadline"]._get_today
            ).items()
        )
        return Domain("state", "=", "current") & due

    def _remind(self):
        """Give each owner one activity for each entry; an earlier one gives way."""
        if not self:
            return
        self._withdraw_reminders()
        activity_type = self.env.ref(REMINDER_TYPE)
        model_id = self.env["ir.model"]._get_id(self._name)
        centre = {
            company: company._get_kuaidi_escalation_user()
            for company in self.filtered(lambda a: not a.user_id.active).company_id
        }
        vals_list = []
        for asset in self:
            # who has left is not reminded, the CRM centre is
            user = asset.user_id if asset.user_id.active else centre[asset.company_id]
            if not user:
                continue
            today = asset._get_today()
            told = asset.with_context(lang=user.lang or self.env.lang)
            deadline = fields.Date.add(today, days=REMINDER_DAYS)
            if asset.date_expiry:
                deadline = max(min(deadline, asset.date_expiry), today)
            vals_list.append(
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "res_model_id": model_id,
                    "res_id": asset.id,
                    "user_id": user.id,
                    "date_deadline": deadline,
                    "summary": told._get_reminder_summary(today),
                }
            )
        # quick: the list of activities tells; a mail for each is sent one by one
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            vals_list
        )
        self._mark_told()

    def _mark_told(self):
        """Note of what was told, in one statement for each kind."""
        ended, reviewed = self.browse(), self.browse()
        for asset in self:
            today = asset._get_today()
            if asset.date_reminder and asset.date_reminder <= today:
                ended |= asset
            if asset.date_review and asset.date_review <= today:
                reviewed |= asset
        ended.is_end_told = True
        reviewed.is_review_told = True

    def _get_reminder_summary(self, today):
        """Return what the reminder asks for."""
        self.ensure_one()
        if self.date_reminder and self.date_reminder <= today:
            return self.env._(
                "Renew: %(name)s, valid until %(date)s",
                name=self.name,
                date=format_date(self.env, self.date_expiry),
            )
        return self.env._("Look through: %(name)s", name=self.name)

    def _withdraw_reminders(self):
        """Remove the open reminders of these entries."""
        # sudo: activities of the system are withdrawn by it, whoever caused that
        self.env["mail.activity"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", self.env.ref(REMINDER_TYPE).id),
                ("automated", "=", True),
            ]
        ).unlink()
