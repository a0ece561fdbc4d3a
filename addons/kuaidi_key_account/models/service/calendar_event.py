from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .service_plan_line_schedule import LINE_MOVES


class CalendarEvent(models.Model):
    """A meeting with a client: visits are logged from it, its planned line follows."""

    _name = "calendar.event"
    _inherit = ["calendar.event"]

    kuaidi_visit_ids = fields.One2many(
        comodel_name="kuaidi.visit",
        inverse_name="calendar_event_id",
        string="Visit Logged",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    can_log_visit = fields.Boolean(
        compute="_compute_can_log_visit",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_ids", "res_model", "res_id")
    def _compute_can_log_visit(self):
        accounts = self._get_kuaidi_accounts()
        for event in self:
            event.can_log_visit = bool(
                accounts[event].with_env(self.env)._filtered_access("read")
            )

    # === CRUD METHODS === #

    def write(self, vals):
        # the calendar takes values out of the dictionary
        is_moved = bool(self._get_time_fields() & vals.keys())
        if is_moved:
            self._check_may_plan_lines()
        res = super().write(vals)
        if is_moved and not self.env.context.get(LINE_MOVES):
            self._move_kuaidi_lines()
        return res

    def unlink(self):
        lines_sudo = self._get_open_kuaidi_lines_sudo()
        res = super().unlink()
        if not self.env.context.get(LINE_MOVES):
            lines_sudo.filtered(lambda line: not line.activity_ids)._create_activities()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_lines_of_others(self):
        self._check_may_plan_lines()

    # === ACTION METHODS === #

    def action_log_visit(self):
        """Open the visit that was logged for this meeting, or a new one filled in.

        :raise UserError: when nobody of a key account's client takes part
        """
        self.ensure_one()
        visits = self.env["kuaidi.visit"]
        # sudo: a visit of this meeting exists or not, whoever may see it
        visit = visits.sudo().search([("calendar_event_id", "=", self.id)], limit=1)
        if visit:
            return visit.with_env(self.env)._get_records_action()
        if not self.can_log_visit:
            raise UserError(
                self.env._(
                    "No client of yours takes part in this meeting. Invite a contact of"
                    " the client, or log the visit on the account."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log Visit"),
            "res_model": visits._name,
            "views": [(False, "form")],
            "context": {
                f"default_{name}": value
                for name, value in visits._get_defaults_from_event(self).items()
            },
        }

    # === BUSINESS METHODS === #

    def _get_kuaidi_lines_sudo(self):
        """Return the planned lines that stand behind the meetings, of any state."""
        # sudo: which lines they are is a fact; the caller decides what is told
        return (
            self.env["kuaidi.service.plan.line"]
            .sudo()
            .search([("calendar_event_id", "in", self._origin.ids)])
        )

    def _get_open_kuaidi_lines_sudo(self):
        """Return the planned lines behind the meetings that are still to deliver."""
        return self._get_kuaidi_lines_sudo().filtered(
            lambda line: line.is_in_force and line.state == "planned"
        )

    def _check_may_plan_lines(self):
        """Check that the user may move the services that the meetings stand for.

        The calendar itself lets every employee move every meeting.

        :raise AccessError: for anybody but handler, manager, deputy and CRM centre
        """
        if self.env.su:
            return
        for line_sudo in self._get_open_kuaidi_lines_sudo():
            if not line_sudo.can_deliver:
                raise AccessError(
                    self.env._(
                        "This meeting is a planned service to a client. It is for"
                        " %(handler)s or the account manager to move or cancel.",
                        handler=line_sudo.handler_id.name or "–",
                    )
                )

    def _get_kuaidi_accounts(self):
        """Return the key accounts that each meeting is with, in superuser mode.

        By its planned line; else by the record it was made from; else by the clients
        of the attendees. Meetings of our own have none.

        :return: dict of accounts by meeting
        """
        # sudo: with whom a meeting is, is a fact; the caller decides what is told
        accounts_sudo = self.env["kuaidi.key.account"].sudo()
        by_line = self._get_kuaidi_lines_sudo().grouped("calendar_event_id")
        clients_sudo = self.sudo().partner_ids.commercial_partner_id
        by_client = accounts_sudo.search(
            [("partner_id", "in", clients_sudo.ids)]
        ).grouped("partner_id")
        result = {}
        for event in self:
            event_sudo = event.sudo()
            accounts = accounts_sudo
            for line in by_line.get(event_sudo._origin, ()):
                accounts |= line.account_id
            if not accounts and event_sudo.res_model == accounts._name:
                accounts = accounts.browse(event_sudo.res_id).exists()
            if not accounts:
                for client in event_sudo.partner_ids.commercial_partner_id:
                    accounts |= by_client.get(client._origin, accounts_sudo)
            result[event] = accounts
        return result

    def _move_kuaidi_lines(self):
        """Let the planned dates of open lines follow their meeting (SP-8)."""
        service = self.env["kuaidi.deadline"]
        # sudo: who may move the line by its meeting was checked before
        for line_sudo in self._get_open_kuaidi_lines_sudo():
            event = line_sudo.calendar_event_id
            day = (
                event.start_date
                if event.allday
                else service._get_local_date(event.start, line_sudo.company_id)
            )
            if day != line_sudo.date_finish:
                line_sudo.with_context(**{LINE_MOVES: "event"}).write(
                    {"date_start": day, "date_finish": day}
                )
