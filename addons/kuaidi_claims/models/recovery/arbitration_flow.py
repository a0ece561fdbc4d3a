from odoo import fields, models
from odoo.exceptions import AccessError, UserError

OFFICER = "kuaidi_claims.group_claims_officer"
MANAGER = "kuaidi_claims.group_claims_manager"


class KuaidiArbitration(models.Model):
    """Files, rules and charges back: lock, check, write, in this order (2.14)."""

    _name = "kuaidi.arbitration"
    _inherit = ["kuaidi.arbitration"]

    # === ACTION METHODS === #

    def action_file(self):
        """Report to the head office, within 24 hours of the arrival scan (D19).

        :raise UserError: late, without scan or pictures, or with a parcel held
        """
        reports = self._lock_in_state("draft", OFFICER)
        now = fields.Datetime.now()
        for report in reports:
            reasons = report._get_filing_obstacles(now)
            if reasons:
                raise UserError("\n".join(reasons))
        reports.write({"state": "filed", "date_filed": now, "date_done": now})
        return True

    def action_rule(self):
        """Give the ruling: the claims manager decides, and never on an own report.

        :raise AccessError: for others
        :raise UserError: without verdict, reasons or amount
        """
        reports = self._lock_in_state("filed", MANAGER)
        for report in reports:
            if self.env.user in report.user_id | report.create_uid:
                raise UserError(
                    self.env._("Whoever reported does not rule. Ask a colleague.")
                )
            reasons = report._get_ruling_obstacles()
            if reasons:
                raise UserError("\n".join(reasons))
        reports.write(
            {
                "state": "ruled",
                "date_ruled": fields.Datetime.now(),
                "ruled_by_id": self.env.uid,
            }
        )
        dismissed = reports.filtered(lambda report: report.verdict == "dismissed")
        dismissed.write({"state": "closed"})
        return True

    def action_charge_back(self):
        """Charge the outlet that answers, and a false report's fee to the reporter.

        :return: action that shows the charge-backs
        """
        reports = self._lock_in_state("ruled", OFFICER)
        for report in reports:
            report._charge_back()
        reports.write({"state": "charged"})
        return reports.with_env(self.env).recovery_ids._get_records_action()

    def action_withdraw(self):
        """Take a report back that was not ruled yet."""
        reports = self._lock_in_state(("draft", "filed"), OFFICER)
        reports.write({"state": "closed", "date_done": fields.Datetime.now()})
        # before the same outlet is reported anew
        reports.flush_recordset(["state"])
        return True

    # === BUSINESS METHODS === #

    def _get_filing_obstacles(self, now):
        """Return what keeps a report from being filed now, as sentences."""
        self.ensure_one()
        reasons = []
        if not self.date_scan:
            reasons.append(self.env._("Enter when the parcel was scanned on arrival."))
        elif now > self.date_deadline:
            reasons.append(
                self.env._(
                    "More than %(hours)s hours have passed since the arrival scan: the"
                    " head office takes no report any more.",
                    hours=self.company_id.kuaidi_arbitration_hours,
                )
            )
        if not self.attachment_ids:
            reasons.append(
                self.env._("Attach the pictures that were made at the first handling.")
            )
        if not (self.finding or "").strip():
            reasons.append(self.env._("Write down what was found."))
        if not self.is_parcel_sent_on:
            reasons.append(
                self.env._(
                    "A parcel is never held for a report: send it on, and say so."
                )
            )
        return reasons

    def _get_ruling_obstacles(self):
        """Return what is missing for a ruling, as sentences."""
        self.ensure_one()
        reasons = []
        if not self.verdict:
            reasons.append(self.env._("Choose the verdict."))
        if not (self.ruling or "").strip():
            reasons.append(self.env._("Write down the reasons of the ruling."))
        if self.verdict in ("upheld", "changed"):
            if not self.amount_ruled:
                reasons.append(self.env._("Enter what the outlet has to pay."))
            if not self.responsible_id:
                reasons.append(self.env._("Say which outlet answers."))
        if self.verdict == "changed" and self.responsible_id == self.respondent_id:
            reasons.append(
                self.env._("A report is false where another outlet answers.")
            )
        return reasons

    def _charge_back(self):
        """Enter what follows from the ruling as recoveries, owed from now on."""
        self.ensure_one()
        charges = [(self.responsible_id, "compensation", self.amount_ruled)]
        if self.currency_id.compare_amounts(self.amount_fee, 0) > 0:
            charges.append((self.reporter_id, "fee", self.amount_fee))
        recoveries = self.recovery_ids.create(
            [
                {
                    "claim_id": self.claim_id.id,
                    "target": "outlet",
                    "department_id": unit.id,
                    "subject": subject,
                    "basis": "rules",
                    "route": "network",
                    "cause": self.finding,
                    "amount_demanded": amount,
                    "user_id": self.user_id.id,
                    "arbitration_id": self.id,
                }
                for unit, subject, amount in charges
            ]
        )
        for recovery in recoveries:
            recovery._check_amount(recovery.amount_demanded)
            recovery.write(
                {
                    "state": "agreed",
                    "date_demanded": fields.Datetime.now(),
                    "amount_agreed": recovery.amount_demanded,
                    "result": self.ruling,
                }
            )

    def _lock_in_state(self, states, group):
        """Lock reports and check who acts, and their state.

        :return: the reports in superuser mode
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "This step of a report is for others. Ask one of: %(group)s.",
                    # sudo: the name of a group, for the message
                    group=self.env.ref(group).sudo().name,
                )
            )
        # sudo: the state is guarded, who may act was checked above
        reports_sudo = self.sudo()
        reports_sudo.lock_for_update()
        reports_sudo.invalidate_recordset()
        states = (states,) if isinstance(states, str) else states
        labels = dict(self._fields["state"]._description_selection(self.env))
        for report_sudo in reports_sudo:
            if report_sudo.state not in states:
                raise UserError(
                    self.env._(
                        "%(report)s is in state “%(state)s” by now. Reload the page.",
                        report=report_sudo.number,
                        state=labels[report_sudo.state],
                    )
                )
        return reports_sudo
