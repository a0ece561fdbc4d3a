from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Command

ACTIVITY_TYPE = "kuaidi_key_account.mail_activity_type_next_contact"


class KuaidiVisit(models.Model):
    """What a visit follows from, and what follows from it."""

    _name = "kuaidi.visit"
    _inherit = ["kuaidi.visit"]

    # === ACTION METHODS === #

    @api.model
    def action_log_call(self):
        """Open the short form on which a phone call is logged.

        :return: an action; the account is taken from `default_account_id`, if given
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_visit_action_call"
        )
        account_id = self.env.context.get("default_account_id", False)
        action["context"] = {
            "default_channel": "phone",
            "default_account_id": account_id,
        }
        return action

    # === BUSINESS METHODS === #

    def _get_local_date(self):
        """Return the day of the visit in the company's time zone."""
        self.ensure_one()
        return self.env["kuaidi.deadline"]._get_local_date(
            self.date, self.company_id or self.env.company
        )

    @api.model
    def _get_defaults_from_line(self, line):
        """Return the values of a visit that fulfils a line of a service plan.

        :param line: one `kuaidi.service.plan.line`
        :rtype: dict
        """
        line.ensure_one()
        values = {
            "account_id": line.account_id.id,
            "plan_line_id": line.id,
            "type_id": line.type_id.id,
            "purpose": line.name,
        }
        if line.calendar_event_id:
            values |= self._prepare_from_event(line.calendar_event_id, line.account_id)
        return values

    @api.model
    def _get_defaults_from_event(self, event):
        """Return the values of a visit that took place as a meeting of the calendar.

        A meeting with several of our clients leaves the choice to the user.

        :param event: one `calendar.event`
        :rtype: dict
        """
        event.ensure_one()
        # sudo: which line the meeting stands for is a fact
        line_sudo = event._get_kuaidi_lines_sudo().filtered(
            lambda line: line.is_in_force and line.state == "planned"
        )[:1]
        if line_sudo:
            return self._get_defaults_from_line(line_sudo)
        accounts = event._get_kuaidi_accounts()[event]
        accounts = accounts.with_env(self.env)._filtered_access("read")
        account = accounts if len(accounts) == 1 else accounts.browse()
        values = self._prepare_from_event(event, account)
        return values | {
            "account_id": account.id,
            "purpose": event.display_name,
            "channel": "video" if event.videocall_location else "face",
        }

    @api.model
    def _prepare_from_event(self, event, account):
        """Return what a meeting says of a visit: when, how long and with whom."""
        # sudo: of an attendee only the company and the user behind it are looked at
        partners_sudo = event.sudo().partner_ids
        client_sudo = account.sudo().partner_id
        contacts_sudo = partners_sudo.filtered(
            lambda partner: (
                partner.commercial_partner_id == client_sudo and partner != client_sudo
            )
        )
        colleagues_sudo = partners_sudo.user_ids.filtered(
            lambda user: not user.share and user != self.env.user
        )
        values = {
            "calendar_event_id": event.id,
            # a meeting that took place before its time is logged with the present
            "date": min(event.start, fields.Datetime.now()),
            "contact_ids": [Command.set(contacts_sudo.ids)],
            "participant_ids": [Command.set(colleagues_sudo.ids)],
        }
        if not event.allday:
            values["duration_minutes"] = round(event.duration * 60)
        return values

    def _fulfil_lines(self):
        """Complete the planned lines that the visits fulfil.

        :raise UserError: when a line is not open, or its plan not in force
        """
        for visit in self.filtered("plan_line_id"):
            # sudo: a line is moved by the system; who may log the visit delivers it
            visit.plan_line_id.sudo()._fulfil(visit)

    def _change_lines(self, former):
        """Reopen the lines that visits fulfil no more, and complete the new ones."""
        # sudo: a line is moved by the system; who may correct the visit may do this
        dropped_sudo = former.sudo() - self.sudo().plan_line_id
        dropped_sudo.filtered("is_in_force")._reopen()
        self.filtered(lambda visit: visit.plan_line_id not in former)._fulfil_lines()

    def _date_lines(self):
        """Let the day on which a line was done follow a corrected visit."""
        for visit in self.filtered("plan_line_id"):
            # sudo: a line is moved by the system; who may correct the visit may do this
            visit.plan_line_id.sudo().date_done = visit._get_local_date()

    def _log_on_accounts(self):
        """Write a line per visit into the client log, 客户日志 (VI-1)."""
        reactions = dict(self._fields["reaction"]._description_selection(self.env))
        bodies = {}
        for account, visits in self.grouped("account_id").items():
            lines = []
            for visit in visits:
                line = visit._get_html_link(title=visit.name)
                for text in (visit.purpose, reactions.get(visit.reaction)):
                    if text:
                        line += Markup(" · %s") % text
                lines.append(line)
            bodies[account.id] = Markup("<br/>").join(lines)
        self.account_id._message_log_batch(bodies=bodies)

    def _plan_next_contact(self, pairs=()):
        """Keep one activity per client and visitor for the next contact (VI-8).

        The latest visit that names a day to come decides.

        :param pairs: (account, visitor) that the visits belonged to before
        """
        pairs = {
            *pairs,
            *((visit.account_id, visit.user_id) for visit in self.exists()),
        }
        accounts = self.env["kuaidi.key.account"].union(*(pair[0] for pair in pairs))
        users = self.env["res.users"].union(*(pair[1] for pair in pairs))
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        # sudo: activity and visits of the client count, whoever may correct them
        visits_sudo = self.sudo().search(
            [
                ("account_id", "in", accounts.ids),
                ("user_id", "in", users.ids),
                ("date_next_contact", ">=", today),
            ],
            order="date, id",
        )
        wanted = {
            (visit.account_id.id, visit.user_id.id): visit for visit in visits_sudo
        }
        activities_sudo = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", accounts._name),
                    ("res_id", "in", accounts.ids),
                    ("user_id", "in", users.ids),
                    ("activity_type_id", "=", self._get_next_contact_type_id()),
                ]
            )
            .grouped(lambda activity: (activity.res_id, activity.user_id.id))
        )
        vals_list = []
        for account, user in pairs:
            visit = wanted.get((account.id, user.id))
            activity_sudo = activities_sudo.get((account.id, user.id))
            if not visit:
                if activity_sudo:
                    activity_sudo.unlink()
            elif activity_sudo:
                activity_sudo.write(visit._prepare_next_contact())
            else:
                vals_list.append(visit._prepare_next_contact())
        # quick: the visitor knows, having named the day
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(vals_list)

    def _get_next_contact_pairs(self):
        """Return (account, visitor) of the visits that name a next contact."""
        return {
            (visit.account_id, visit.user_id)
            for visit in self
            if visit.date_next_contact
        }

    @api.model
    def _get_next_contact_type_id(self):
        # cached, where `ref` asks the database each time
        return self.env["ir.model.data"]._xmlid_to_res_id(
            ACTIVITY_TYPE, raise_if_not_found=True
        )

    def _prepare_next_contact(self):
        """Return the values of the activity for the next contact."""
        self.ensure_one()
        return {
            "activity_type_id": self._get_next_contact_type_id(),
            "automated": True,
            "res_model_id": self.env["ir.model"]._get_id("kuaidi.key.account"),
            "res_id": self.account_id.id,
            "user_id": self.user_id.id,
            "date_deadline": self.date_next_contact,
            "summary": self.env._("Follow up: %(purpose)s", purpose=self.purpose)
            if self.purpose
            else self.env._("Follow up"),
        }
