from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .tender import BID_STATES, END_STATES, OPEN_STATES

TENDER_FIELDS = {
    "amount_bid",
    "amount_budget",
    "amount_expected",
    "likelihood",
    "date_deadline",
    "user_id",
    "state",
}
LEAD_FIELDS = {
    "expected_revenue",
    "probability",
    "date_deadline",
    "user_id",
    "stage_id",
    "active",
}
# the stages of CRM by the step of a tender, where the company has kept them
LEAD_STAGES = {
    "qualifying": "crm.stage_lead2",
    "preparing": "crm.stage_lead3",
    "sealed": "crm.stage_lead3",
    "submitted": "crm.stage_lead3",
    "opened": "crm.stage_lead3",
}
# a value that no request can send: whoever carries it is our own code
IN_STEP = object()


class KuaidiTender(models.Model):
    """Keeps the opportunity of a tender in step with it, both ways (issue A)."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    amount_expected = fields.Monetary(
        string="Expected Revenue",
        compute="_compute_amount_expected",
        store=True,
        precompute=True,
        readonly=False,
        help="What the tender brings in when it is won; the opportunity's expected"
        " revenue. Our price, else the budget, unless you enter something else.",
    )
    likelihood = fields.Integer(
        string="Likelihood (%)",
        default=30,
        aggregator="avg",
        help="How likely we win, in percent; the opportunity's probability.",
    )

    _lead_uniq = models.UniqueIndex(
        "(lead_id) WHERE lead_id IS NOT NULL",
        "This opportunity has a tender already. Open that one.",
    )
    _likelihood_range = models.Constraint(
        "CHECK(likelihood BETWEEN 0 AND 100)",
        "A likelihood lies between 0 and 100 percent.",
    )

    # === COMPUTE METHODS === #

    @api.depends("amount_bid", "amount_budget")
    def _compute_amount_expected(self):
        for tender in self:
            tender.amount_expected = tender.amount_bid or tender.amount_budget

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        tenders = super().create(vals_list)
        if not self.env.su:
            tenders.lead_id.check_access("write")
        tenders._create_leads()
        return tenders

    def write(self, vals):
        if "lead_id" in vals and not self.env.su:
            raise AccessError(
                self.env._("A tender stays on its opportunity. Open the other one.")
            )
        res = super().write(vals)
        if TENDER_FIELDS & vals.keys() and not self._is_in_step():
            self._push_to_leads()
        return res

    # === ACTION METHODS === #

    def action_view_lead(self):
        """Open the opportunity of the tender."""
        self.ensure_one()
        return self.lead_id._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _get_live_fields(self):
        return super()._get_live_fields() | {"amount_expected", "likelihood"}

    @api.model
    def _is_in_step(self):
        return self.env.context.get("kuaidi_tender") is IN_STEP

    def _create_leads(self):
        """Make one opportunity for each of these tenders that has none."""
        # sudo: the forecast is the company's, whoever sees the opportunity
        tenders_sudo = self.sudo()
        tag = self.env.ref("kuaidi_key_account.crm_tag_tender").sudo()
        lacking = tenders_sudo.filtered(lambda tender: not tender.lead_id)
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
                    tender._prepare_lead() | {"tag_ids": [Command.link(tag.id)]}
                    for tender in lacking
                ]
            )
        )
        for tender, lead in zip(lacking, leads_sudo, strict=True):
            tender.with_context(kuaidi_tender=IN_STEP).lead_id = lead.id
        (tenders_sudo - lacking).lead_id.with_context(kuaidi_tender=IN_STEP).write(
            {"tag_ids": [Command.link(tag.id)]}
        )
        (tenders_sudo - lacking)._push_to_leads()

    def _prepare_lead(self):
        """Return the values of the opportunity for one tender."""
        self.ensure_one()
        return {
            "name": self.env._("Tender: %(tender)s", tender=self.name),
            "type": "opportunity",
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "user_id": self.user_id.id,
            "expected_revenue": self.amount_expected,
            "probability": self.likelihood,
            "date_deadline": self._get_local_date(self.date_deadline),
        }

    def _push_to_leads(self):
        """Write on the opportunities what differs from their tenders."""
        # sudo: who may change the tender may change its forecast
        for tender in self.sudo().filtered("lead_id"):
            lead = tender.lead_id.with_context(kuaidi_tender=IN_STEP)
            if tender.state in END_STATES:
                tender._close_lead(lead)
                continue
            if not lead.active or lead.won_status == "lost":
                lead.action_unarchive()
                lead.lost_reason_id = False
            day = tender._get_local_date(tender.date_deadline)
            vals = {}
            if tender.amount_expected != lead.expected_revenue:
                vals["expected_revenue"] = tender.amount_expected
            if day != lead.date_deadline:
                vals["date_deadline"] = day
            if tender.user_id != lead.user_id:
                vals["user_id"] = tender.user_id.id
            stage = tender._get_lead_stage()
            if stage and stage.sequence > lead.stage_id.sequence:
                vals["stage_id"] = stage.id
            # the stage works out a probability of its own
            if vals:
                lead.write(vals)
            if tender.likelihood != round(lead.probability):
                lead.write({"probability": tender.likelihood})

    def _get_lead_stage(self):
        """Return the stage of CRM that fits, where the company has kept it."""
        xml_id = LEAD_STAGES.get(self.state)
        stage = xml_id and self.env.ref(xml_id, raise_if_not_found=False)
        return stage or self.env["crm.stage"]

    def _close_lead(self, lead):
        """Win or lose the opportunity of a tender that has ended."""
        if lead.won_status != "pending":
            return
        if self.state == "won":
            lead.action_set_won()
            return
        lead.action_set_lost(lost_reason_id=self._get_lost_reason().id)

    def _get_lost_reason(self):
        """Hook: return the reason of CRM for which the tender is not won."""
        self.ensure_one()
        return self.env.ref("kuaidi_key_account.lost_reason_tender")

    def _pull_from_lead(self):
        """Take over what was changed on the opportunity of one tender.

        Won there is won here; lost there is lost here, or not bid for while nothing
        was handed in; with the user's own rights.

        :raise UserError: where the tender cannot follow
        """
        self.ensure_one()
        # sudo: they are compared, whoever works on the opportunity
        tender_sudo = self.sudo().with_context(kuaidi_tender=IN_STEP)
        lead_sudo = tender_sudo.lead_id
        state = tender_sudo.state
        if lead_sudo.won_status == "won":
            if state in OPEN_STATES:
                self._win()
            elif state != "won":
                raise UserError(tender_sudo._get_ended_message())
            return
        if state == "won":
            raise UserError(tender_sudo._get_ended_message())
        if lead_sudo.won_status == "lost":
            if state in BID_STATES:
                self._leave(lead_sudo.lost_reason_id)
            elif state in OPEN_STATES:
                self._lose(
                    lead_sudo.lost_reason_id
                    or self.env.ref("kuaidi_key_account.lost_reason_unknown")
                )
            return
        if state in ("lost", "no_bid") and lead_sudo.active:
            self._reopen()
        if tender_sudo.state not in OPEN_STATES:
            return
        vals = tender_sudo._get_lead_changes(lead_sudo)
        if vals:
            # sudo: who may change the forecast in CRM changes it here
            tender_sudo.write(vals)

    def _get_lead_changes(self, lead):
        """Return what the opportunity says differently from the tender.

        A new day keeps the hour of the deadline; of a sealed bid it stays.
        """
        self.ensure_one()
        vals = {}
        expected = max(lead.expected_revenue, 0)
        if expected != self.amount_expected:
            vals["amount_expected"] = expected
        if round(lead.probability) != self.likelihood:
            vals["likelihood"] = round(lead.probability)
        if lead.user_id and lead.user_id != self.user_id:
            vals["user_id"] = lead.user_id.id
        day = self._get_local_date(self.date_deadline)
        if lead.date_deadline and lead.date_deadline != day:
            if self.state in BID_STATES:
                self._check_not_frozen()
            if self.state in BID_STATES and day:
                shift = lead.date_deadline - day
                vals["date_deadline"] = self.date_deadline + shift
                self._check_deadline_ahead([vals])
        return vals

    def _get_ended_message(self):
        """Return that the tender has ended, so that its opportunity stays."""
        self.ensure_one()
        labels = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(tender)s has ended: %(state)s. Its opportunity stays as it is.",
            tender=self.display_name,
            state=labels[self.state],
        )


class CrmLead(models.Model):
    """Lets a tender stand on an opportunity, and follow it."""

    _name = "crm.lead"
    _inherit = ["crm.lead"]

    tender_ids = fields.One2many(
        comodel_name="kuaidi.tender",
        inverse_name="lead_id",
        string="Tenders",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if LEAD_FIELDS & vals.keys() and (
            self.env.context.get("kuaidi_tender") is not IN_STEP
        ):
            # sudo: a tender is kept in step, whoever works on the opportunity
            tenders_sudo = (
                self.env["kuaidi.tender"].sudo().search([("lead_id", "in", self.ids)])
            )
            for tender in tenders_sudo.sudo(self.env.su):
                tender._pull_from_lead()
        return res

    # === ACTION METHODS === #

    def action_open_tender(self):
        """Open the tender of this opportunity; one that was not made is made now.

        :raise UserError: without a client to issue it
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: whether there is one is a fact, whoever sees it
        tender = self.sudo().tender_ids[:1].with_env(self.env)
        if not tender:
            if not self.partner_id:
                raise UserError(
                    self.env._(
                        "Choose the client of the opportunity first: it issues the"
                        " tender."
                    )
                )
            tender = self.env["kuaidi.tender"].create(self._prepare_tender())
        return tender._get_records_action()

    # === BUSINESS METHODS === #

    def _prepare_tender(self):
        """Return the values of a tender made of this opportunity."""
        self.ensure_one()
        return {
            "name": self.name,
            "lead_id": self.id,
            "partner_id": self.partner_id.id,
            "company_id": (self.company_id or self.env.company).id,
            "user_id": self.user_id.id or self.env.uid,
            "amount_budget": max(self.expected_revenue, 0),
            "likelihood": round(self.probability),
        }
