from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .alert import CRISIS_REASONS, RESULTS
from .alert_rule import MANUAL

ACTIVITY_TYPE = "kuaidi_key_account.mail_activity_type_alert"
CRISIS_TYPE = "kuaidi_key_account.mail_activity_type_crisis"


class KuaidiAlert(models.Model):
    """From the raised alert to its result: owner, crisis, rescue, lesson."""

    _name = "kuaidi.alert"
    _inherit = ["kuaidi.alert"]

    # === ACTION METHODS === #

    def action_open_close(self):
        """Open the form on which result, cause and lesson are entered."""
        self.ensure_one()
        self._check_may_handle()
        self._check_open()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_alert_close_action"
        )
        return dict(action, context={"default_alert_id": self.id})

    def action_declare_crisis(self):
        """Turn open alerts into a crisis: the VP and legal are told at once, once.

        :raise AccessError: for anybody but owner, manager, deputy and CRM centre
        :raise UserError: when an alert is closed
        """
        self._check_may_handle()
        self._check_open()
        # sudo: the level is guarded, who may declare a crisis was checked above
        self.sudo()._declare_crisis()

    # === BUSINESS METHODS === #

    def _check_may_handle(self):
        """Check that owner, manager, deputy or CRM centre acts.

        :raise AccessError: for anybody else
        """
        self.check_access("read")
        if self.env.su:
            return
        for alert in self:
            if not alert.can_handle:
                raise AccessError(
                    self.env._(
                        "“%(alert)s” is for its owner %(owner)s, the account manager,"
                        " the deputy or the CRM centre.",
                        alert=alert.display_name,
                        owner=alert.owner_id.name or "–",
                    )
                )

    def _check_open(self):
        for alert in self:
            if alert.state != "open":
                raise UserError(
                    self.env._(
                        "“%(alert)s” is closed already. What happens anew is a new"
                        " alert.",
                        alert=alert.display_name,
                    )
                )

    @api.model
    def _raise_by_hand(self, account, reason, description=False):
        """Raise an alert for one client, or add to the one that was raised by hand.

        :param str reason: value of `manual_reason`
        :raise UserError: for a closed or archived client, or without a rule for it
        """
        account.ensure_one()
        account.check_access("read")
        if account.state == "closed" or not account.active:
            raise UserError(
                self.env._(
                    "%(account)s is closed or archived: reopen the file first.",
                    account=account.display_name,
                )
            )
        # sudo: an alert is raised by the system; who may was checked above
        alerts_sudo = self.sudo()
        rule_sudo = (
            alerts_sudo.env["kuaidi.alert.rule"]
            .search([("company_id", "=", account.company_id.id), ("kind", "=", MANUAL)])
            .filtered(lambda rule: rule.star_mask & (1 << account.stars))[:1]
        )
        if not rule_sudo:
            raise UserError(
                self.env._(
                    "No rule says how alerts are raised by hand for %(account)s. Ask"
                    " the CRM centre to activate it.",
                    account=account.display_name,
                )
            )
        values = {"manual_reason": reason, "description": description}
        alert_sudo = alerts_sudo.search(
            [
                ("account_id", "=", account.id),
                ("rule_id", "=", rule_sudo.id),
                ("state", "=", "open"),
            ]
        )
        if alert_sudo:
            alert_sudo._add_reason(values)
        else:
            alert_sudo = alerts_sudo._create_by_hand(account.sudo(), rule_sudo, values)
        if reason in CRISIS_REASONS:
            alert_sudo._declare_crisis()
        alert_sudo._tell_owners()
        return alert_sudo.with_env(self.env)

    def _create_by_hand(self, account, rule, values):
        level = rule._get_level(1) or "4"
        owner = account.manager_id | account.deputy_id | self.env.user
        alert = self.create(
            {
                "account_id": account.id,
                "rule_id": rule.id,
                "rule_version": rule.version,
                "level": level,
                "measure": 1,
                "owner_id": owner.filtered("active")[:1].id,
                "date_deadline": self._get_end(account.company_id, rule, level),
                **values,
            }
        )
        alert._log("raised", level_before=False)
        return alert

    def _add_reason(self, values):
        """Take down what happened on top of what the alert was raised for."""
        self.ensure_one()
        before = self.reason
        self.write(
            {
                "manual_reason": values["manual_reason"],
                "description": "\n\n".join(
                    filter(None, [self.description, values["description"]])
                ),
                "date_told": False,
            }
        )
        if before != self.reason:
            self.message_post(
                body=self.env._(
                    "Before this, it was raised for: %(reason)s", reason=before
                )
            )

    @api.model
    def _get_end(self, company, rule, level):
        return self.env["kuaidi.deadline"]._get_due(
            fields.Datetime.now(), rule._get_workdays(level), "workday", company
        )

    def _log(self, event, level_before=None):
        """Write a line of history of these alerts, as they are now."""
        now = fields.Datetime.now()
        # sudo: the history is written by the system alone
        self.env["kuaidi.alert.change"].sudo().create(
            [
                {
                    "alert_id": alert.id,
                    "date": now,
                    "event": event,
                    "level_before": alert.level
                    if level_before is None
                    else level_before,
                    "level": alert.level if alert.state == "open" else False,
                    "measure": alert.measure,
                    "rule_version": alert.rule_version,
                }
                for alert in self
            ]
        )

    # crisis

    def _declare_crisis(self):
        """Set alerts red and tell the VP and legal, once; called in superuser mode."""
        self.lock_for_update()
        self.invalidate_recordset(["is_crisis", "date_crisis"])
        for alert in self.filtered(lambda alert: not alert.is_crisis):
            before = alert.level
            alert.write(
                {
                    "is_crisis": True,
                    "date_crisis": fields.Datetime.now(),
                    "level": "4",
                    "spokesperson_id": alert.company_id.kuaidi_crisis_spokesperson_id,
                    "date_deadline": min(
                        alert.date_deadline,
                        self._get_end(alert.company_id, alert.rule_id, "4"),
                    ),
                    "date_told": False,
                }
            )
            alert._log("crisis", level_before=before)
            alert._tell_crisis()
        self._tell_owners()

    def _tell_crisis(self):
        """Give the VP, legal and the spokesperson an activity for today, and a mail."""
        self.ensure_one()
        company = self.company_id
        users = (
            company.kuaidi_crisis_user_ids | self.spokesperson_id
        ) or company._get_kuaidi_escalation_user()
        today = self.env["kuaidi.deadline"]._get_today(company)
        vals_list = []
        for user in users.filtered("active"):
            alert = self.with_context(lang=user.lang or self.env.lang)
            title = alert.env._(
                "Crisis: %(client)s", client=alert.account_id.display_name
            )
            lines = alert._get_crisis_lines()
            vals_list.append(
                {
                    "activity_type_id": self.env.ref(CRISIS_TYPE).id,
                    "automated": True,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": self.id,
                    "user_id": user.id,
                    "date_deadline": today,
                    "summary": title,
                    "note": Markup("<br/>").join(lines),
                }
            )
            # mail with the transaction: none goes out if it is undone or tried again
            alert.message_notify(
                partner_ids=user.partner_id.ids,
                subject=title,
                body=Markup("<br/>").join(lines),
            )
        # the mail above tells; a second one for the activity says nothing more
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            vals_list
        )

    def _get_crisis_lines(self):
        self.ensure_one()
        return [
            line
            for line in (
                self.reason,
                self.description,
                self.env._(
                    "Only %(user)s speaks for us. Say nothing to the client, the press"
                    " or the authorities before you have talked.",
                    user=self.spokesperson_id.name,
                )
                if self.spokesperson_id
                else self.env._(
                    "No spokesperson is named in the settings: name one person now who"
                    " alone speaks for us."
                ),
            )
            if line
        ]

    # activities

    @api.model
    def _get_untold_domain(self):
        return Domain(
            [
                ("state", "=", "open"),
                ("date_told", "=", False),
                ("owner_id.active", "=", True),
                ("account_id.active", "=", True),
            ]
        )

    def _tell_owners(self):
        """Give each owner one activity per alert, due with it, and note that.

        An activity for a milder level gives way. Called in superuser mode; the number
        of queries grows with the number of activities alone.
        """
        alerts = self.filtered_domain(self._get_untold_domain())
        if not alerts:
            return
        activity_type = self.env.ref(ACTIVITY_TYPE)
        alerts._withdraw_activities([ACTIVITY_TYPE])
        model_id = self.env["ir.model"]._get_id(self._name)
        vals_list = []
        for lang, told in alerts.grouped(lambda alert: alert.owner_id.lang).items():
            told = told.with_context(lang=lang or self.env.lang)
            levels = dict(told._fields["level"]._description_selection(told.env))
            for alert in told:
                vals_list.append(
                    {
                        "activity_type_id": activity_type.id,
                        "automated": True,
                        "res_model_id": model_id,
                        "res_id": alert.id,
                        "user_id": alert.owner_id.id,
                        "date_deadline": alert._get_due_day(),
                        "summary": told.env._(
                            "%(level)s: %(client)s",
                            level=levels[alert.level],
                            client=alert.account_id.display_name,
                        ),
                        "note": alert.reason,
                    }
                )
        # quick: the list of activities tells; a mail for each is sent one by one
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            vals_list
        )
        alerts.write({"date_told": fields.Datetime.now()})

    def _get_due_day(self):
        self.ensure_one()
        return self.env["kuaidi.deadline"]._get_local_date(
            self.date_deadline, self.company_id
        )

    def _move_activities(self):
        """Let the activities of open alerts go to their owners."""
        # sudo: the activity is the system's, whoever hands the alert over
        for alert in self.sudo().filtered(lambda alert: alert.state == "open"):
            activities = alert.activity_search([ACTIVITY_TYPE])
            if activities and alert.owner_id:
                activities.user_id = alert.owner_id
            else:
                alert.date_told = False
                alert._tell_owners()

    def _withdraw_activities(self, types):
        """Remove the open activities of these types; called in superuser mode."""
        if self:
            self.activity_unlink(types)

    def _complete_activities(self, feedback):
        """Finish what the alert asked for; called in superuser mode."""
        if not self:
            return
        self._withdraw_escalation(self)
        self.activity_unlink([CRISIS_TYPE])
        self.activity_feedback([ACTIVITY_TYPE], feedback=feedback)

    # close

    def _close(self, result, cause, lesson):
        """Close open alerts with their result.

        :param str result: ``saved``, ``reduced`` or ``lost``
        :param str cause: value of `cause`
        :raise AccessError: for anybody but owner, manager, deputy and CRM centre
        :raise UserError: when an alert is closed, or result or cause is missing
        """
        self._check_may_handle()
        # sudo: the state is guarded, who may close was checked above
        alerts_sudo = self.sudo()
        alerts_sudo.lock_for_update()
        self.invalidate_recordset(["state"])
        self._check_open()
        if result not in dict(RESULTS) or not cause:
            raise UserError(
                self.env._(
                    "Say how it ended (saved, stays with less, or lost) and what the"
                    " cause was: the next client is kept by what this one taught."
                )
            )
        service = self.env["kuaidi.deadline"]
        now = fields.Datetime.now()
        for alert in alerts_sudo:
            today = service._get_local_date(now, alert.company_id)
            alert._end(
                {
                    "result": result,
                    "cause": cause,
                    "lesson": lesson,
                    "quiet_until": fields.Date.add(
                        today, days=alert.rule_id.quiet_days
                    ),
                },
                lesson,
            )

    def _end(self, values, feedback):
        """Close alerts; called in superuser mode."""
        self.write(
            {
                "state": "closed",
                "date_done": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
                **values,
            }
        )
        for level, alerts in self.grouped("level").items():
            alerts._log("closed", level_before=level)
        self._complete_activities(feedback)
