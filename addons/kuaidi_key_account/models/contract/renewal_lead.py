from odoo import api, fields, models
from odoo.exceptions import UserError

from .contract import FOUNDING_KINDS
from .renewal import OPEN_STAGES

# in one committed step; Odoo reads what it needs for each opportunity of a batch
BATCH = 200
# written on one side, these are written on the other: renewal's field, lead's field
PAIRS = (
    ("amount_expected", "expected_revenue"),
    ("likelihood", "probability"),
    ("date_close", "date_deadline"),
    ("owner_id", "user_id"),
)
RENEWAL_FIELDS = {ours for ours, _theirs in PAIRS}
LEAD_FIELDS = {theirs for _ours, theirs in PAIRS} | {"stage_id", "active"}
# a value that no request can send: whoever carries it is our own code
IN_STEP = object()


class KuaidiRenewal(models.Model):
    """Keeps the opportunity of a renewal in step with it, for the forecast (2.7)."""

    _name = "kuaidi.renewal"
    _inherit = ["kuaidi.renewal"]

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if RENEWAL_FIELDS & vals.keys() and not self._is_in_step():
            self._push_to_leads()
        return res

    # === ACTION METHODS === #

    def action_view_lead(self):
        """Open the opportunity; one that was not made yet is made now."""
        self.ensure_one()
        self.check_access("read")
        if not self.lead_id:
            self.check_access("write")
            self._check_open()
            self._create_leads()
        return self.lead_id._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _is_in_step(self):
        return self.env.context.get("kuaidi_renewal") is IN_STEP

    @api.model
    def _open_leads(self, company, batch_size=BATCH):
        """Make the opportunities that open renewals lack, in committed steps.

        Of contracts that carry the business alone: a safety agreement earns nothing.

        :return: whether time is left
        """
        while True:
            renewals = self.search(
                [
                    ("company_id", "=", company.id),
                    ("stage", "in", list(OPEN_STAGES)),
                    ("lead_id", "=", False),
                    ("contract_id.kind", "in", list(FOUNDING_KINDS)),
                ],
                order="date_notice, id",
                limit=batch_size,
            )
            if not renewals:
                return True
            renewals._create_leads()
            if not self.env["ir.cron"]._commit_progress(len(renewals)):
                return False

    def _create_leads(self):
        """Make one opportunity for each of these renewals that has none."""
        # sudo: the forecast is the company's, whoever sees the opportunity
        renewals_sudo = self.sudo().filtered(lambda renewal: not renewal.lead_id)
        tag = self.env.ref("kuaidi_key_account.crm_tag_renewal").sudo()
        leads_sudo = (
            self.env["crm.lead"]
            .sudo()
            .with_context(
                mail_create_nosubscribe=True,
                mail_create_nolog=True,
                mail_auto_subscribe_no_notify=True,
                tracking_disable=True,
            )
            .create(
                [
                    renewal._prepare_lead() | {"tag_ids": [fields.Command.link(tag.id)]}
                    for renewal in renewals_sudo
                ]
            )
        )
        for renewal, lead in zip(renewals_sudo, leads_sudo, strict=True):
            renewal.with_context(kuaidi_renewal=IN_STEP).lead_id = lead.id

    def _prepare_lead(self):
        """Return the values of the opportunity for one renewal."""
        self.ensure_one()
        account = self.account_id
        return {
            "name": self.env._(
                "Renewal of %(contract)s", contract=self.contract_id.display_name
            ),
            "type": "opportunity",
            "partner_id": account.partner_id.id,
            "company_id": self.company_id.id,
            "user_id": self.owner_id.id,
            "expected_revenue": self.amount_expected,
            "probability": self.likelihood,
            "date_deadline": self.date_close,
        }

    def _push_to_leads(self):
        """Write on the opportunities what differs from their renewals."""
        # sudo: who may change the renewal may change its forecast
        for renewal in self.sudo().filtered("lead_id"):
            lead = renewal.lead_id.with_context(kuaidi_renewal=IN_STEP)
            vals = {}
            if renewal.amount_expected != lead.expected_revenue:
                vals["expected_revenue"] = renewal.amount_expected
            if renewal.likelihood != round(lead.probability):
                vals["probability"] = renewal.likelihood
            if renewal.date_close != lead.date_deadline:
                vals["date_deadline"] = renewal.date_close
            if renewal.owner_id != lead.user_id:
                vals["user_id"] = renewal.owner_id.id
            if vals:
                lead.write(vals)

    def _close_leads(self):
        """Win or lose the opportunities of renewals that have ended."""
        # sudo: the forecast follows the renewal, whoever sees the opportunity
        renewals_sudo = self.sudo().with_context(kuaidi_renewal=IN_STEP)
        pending = renewals_sudo.filtered(
            lambda renewal: renewal.lead_id.won_status == "pending"
        )
        won = pending.filtered(lambda renewal: renewal.stage == "renewed")
        if won:
            won.lead_id.action_set_won()
        lost = pending.filtered(lambda renewal: renewal.stage in ("lost", "terminated"))
        for reason, renewals in lost.grouped("lost_reason_id").items():
            renewals.lead_id.action_set_lost(lost_reason_id=reason.id)

    def _restore_lead(self):
        """Take the lost opportunity of a renewal up again."""
        self.ensure_one()
        lead = self.lead_id.with_context(kuaidi_renewal=IN_STEP)
        lead.action_unarchive()
        lead.write({"probability": self.likelihood, "lost_reason_id": False})

    def _pull_from_lead(self):
        """Take over what was changed on the opportunity of one renewal.

        Won there is renewed here, lost there is lost here, with the user's own rights.

        :raise UserError: where the renewal cannot follow
        """
        self.ensure_one()
        # sudo: they are compared, whoever works on the opportunity
        renewal_sudo = self.sudo().with_context(kuaidi_renewal=IN_STEP)
        lead_sudo = renewal_sudo.lead_id
        if renewal_sudo.stage == "renewed":
            if lead_sudo.won_status != "won":
                raise UserError(
                    self.env._(
                        "The renewal of %(renewal)s was made: its opportunity stays"
                        " won.",
                        renewal=renewal_sudo.display_name,
                    )
                )
            return
        if lead_sudo.won_status == "won":
            self._renew()
            return
        if lead_sudo.won_status == "lost":
            if renewal_sudo.stage in OPEN_STAGES:
                self._lose(
                    lead_sudo.lost_reason_id
                    or self.env.ref("kuaidi_key_account.lost_reason_unknown")
                )
            return
        if renewal_sudo.stage == "lost" and lead_sudo.active:
            self._reopen()
        if renewal_sudo.stage not in OPEN_STAGES:
            return
        vals = {}
        expected = max(lead_sudo.expected_revenue, 0)
        if expected != renewal_sudo.amount_expected:
            vals["amount_expected"] = expected
        if round(lead_sudo.probability) != renewal_sudo.likelihood:
            vals["likelihood"] = round(lead_sudo.probability)
        if lead_sudo.date_deadline != renewal_sudo.date_close:
            vals["date_close"] = lead_sudo.date_deadline
        if lead_sudo.user_id and lead_sudo.user_id != renewal_sudo.owner_id:
            vals["owner_id"] = lead_sudo.user_id.id
        if vals:
            # sudo: who may change the forecast in CRM changes it here
            renewal_sudo.write(vals)


class CrmLead(models.Model):
    """Lets a renewal follow its opportunity."""

    _name = "crm.lead"
    _inherit = ["crm.lead"]

    renewal_ids = fields.One2many(
        comodel_name="kuaidi.renewal",
        inverse_name="lead_id",
        string="Renewals",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if LEAD_FIELDS & vals.keys() and (
            self.env.context.get("kuaidi_renewal") is not IN_STEP
        ):
            # sudo: a renewal is kept in step, whoever works on the opportunity
            renewals_sudo = (
                self.env["kuaidi.renewal"].sudo().search([("lead_id", "in", self.ids)])
            )
            for renewal in renewals_sudo.sudo(self.env.su):
                renewal._pull_from_lead()
        return res
