from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .complaint import OPEN_STATES, RANKS


class KuaidiComplaint(models.Model):
    """Takes complaints in whole, and keeps states and clocks from being typed."""

    _name = "kuaidi.complaint"
    _inherit = ["kuaidi.complaint"]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Take complaints in: number, clocks, and what the waybill is known for.

        A complaint on a waybill with an open one is kept and joined to that.
        """
        self._check_create(vals_list)
        prepared = [self._prepare_intake(vals) for vals in vals_list]
        self._mark_known_waybills(prepared)
        complaints = super().create(prepared)
        # sudo: the clocks are guarded and start by themselves
        complaints_sudo = complaints.sudo()
        complaints_sudo._start_clocks()
        complaints_sudo._tell_first_call()
        fresh = complaints_sudo.filtered(lambda complaint: complaint.state == "new")
        fresh.filtered(lambda complaint: complaint.severity == "alert")._start_ladder()
        fresh._assign_activity()
        return complaints

    def write(self, vals):
        if not self.env.su:
            self._check_write(vals)
        if "waybill_number" in vals:
            vals = dict(
                vals, waybill_number=self._normalize_waybill(vals["waybill_number"])
            )
            self._check_waybill_free(vals["waybill_number"])
        before = {complaint: complaint.severity for complaint in self}
        res = super().write(vals)
        if {"severity", "type_id"} & vals.keys():
            # sudo: the clocks are guarded and follow the severity
            self.sudo()._follow_severity(before)
        if "user_id" in vals:
            self.sudo()._assign_activity()  # sudo: activities of the system move along
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._(
            "Complaints are kept for at least three years. Close it, or join it to"
            " another one."
        )

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "State, clocks and steps of a complaint change by its buttons, they are not"
            " entered."
        )

    def _check_create(self, vals_list):
        """Refuse guarded values and defaults, and other people's clients."""
        if self.env.su:
            return
        self._check_not_typed(self._get_typed_names(vals_list) - {"company_id"})
        default_id = self.env.context.get("default_account_id")
        ids = {vals.get("account_id", default_id) for vals in vals_list}
        self.env["kuaidi.key.account"].browse(ids - {None, False}).check_access("read")
        if not self.env.user.has_group("kuaidi_claims.group_claims_officer") and (
            ids & {None, False}
        ):
            raise AccessError(
                self.env._(
                    "Choose the client: account managers open complaints for the"
                    " accounts they serve."
                )
            )

    def _check_write(self, vals):
        """Refuse guarded fields, closed complaints and milder severities."""
        self._check_not_typed(vals)
        if "date_received" in vals:
            raise AccessError(self._get_guarded_message())
        self.env["kuaidi.key.account"].browse(
            filter(None, [vals.get("account_id")])
        ).check_access("read")
        content = vals.keys() & self._fields.keys() - {
            "activity_ids",
            "message_follower_ids",
            "message_ids",
            "message_main_attachment_id",
        }
        for complaint in self:
            if content and complaint.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%(complaint)s is closed or joined. Reopen it to change it.",
                        complaint=complaint.number,
                    )
                )
            severity = vals.get("severity")
            if (
                severity
                and RANKS.get(severity, 0) < RANKS[complaint.severity]
                and not self.env.user.has_group("kuaidi_claims.group_claims_manager")
            ):
                raise AccessError(
                    self.env._(
                        "Only a claims manager makes a complaint milder. Ask one, with"
                        " the reason."
                    )
                )
            if severity == "crisis" and complaint.severity != "crisis":
                raise AccessError(
                    self.env._("A crisis is declared by its button, with the reason.")
                )

    @api.model
    def _normalize_waybill(self, number):
        """Return a waybill number as it is compared: without blanks, in capitals."""
        return "".join((number or "").split()).upper() or False

    @api.model
    def _prepare_intake(self, vals):
        """Return the values of one complaint, with number, waybill and star."""
        vals = dict(vals)
        company_id = vals.get("company_id") or self.env.company.id
        vals["company_id"] = company_id
        vals["number"] = self.env["ir.sequence"]._draw_number(
            "kuaidi.complaint", company_id
        )
        vals["waybill_number"] = self._normalize_waybill(vals.get("waybill_number"))
        account_id = vals.get("account_id", self.env.context.get("default_account_id"))
        if account_id:
            # sudo: the star is snapshotted, whoever opens the complaint
            account_sudo = self.env["kuaidi.key.account"].sudo().browse(account_id)
            vals["stars"] = account_sudo.stars
            vals.setdefault("team", "key_account")
        return vals
