from odoo import api, models
from odoo.tools.misc import format_amount, format_date

from .portal_request import PortalRefusal

OPEN_STATES = ("sent", "disputed")


class KuaidiPortal(models.AbstractModel):
    """Lets clients confirm or dispute a statement; the day is a legal date (2.10)."""

    _name = "kuaidi.portal"
    _inherit = ["kuaidi.portal"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_dispute_reasons(self):
        """Return why a line can be disputed, by code."""
        disputes = self.env["kuaidi.receivable.dispute"]
        return dict(disputes._fields["reason"]._description_selection(self.env))

    @api.model
    def _answer_statement(self, statement_sudo, form, line_ids):
        """Confirm a statement of the client, or dispute the lines that are ticked.

        :param list line_ids: ids of lines as posted
        :raise PortalRefusal: when it is not open to an answer, or one is incomplete
        """
        answer = self._read_choice(form, "answer", ("confirmed", "disputed"))
        statement_sudo.lock_for_update()
        statement_sudo.invalidate_recordset(["state"])
        if statement_sudo.state not in OPEN_STATES:
            raise PortalRefusal(
                self.env._("This statement was answered or corrected meanwhile.")
            )
        disputes = {}
        if answer == "disputed":
            reason = self._read_choice(form, "reason", self._get_dispute_reasons())
            note = self._read_line(form, "note", limit=500)
            disputes = {
                line: (reason, note)
                for line in statement_sudo.line_ids
                if str(line.id) in line_ids
            }
            if not disputes:
                raise PortalRefusal(self.env._("Tick the lines that are not right."))
        statement_sudo._answer(
            {
                "state": answer,
                "date_answered": self.env["kuaidi.deadline"]._get_today(
                    statement_sudo.company_id
                ),
                "answered_by": self.env.user.name,
                "answer_channel": "portal",
            },
            disputes,
        )

    @api.model
    def _prepare_statement_page(self, statement_sudo):
        """Return what the page of the answer shows: texts alone."""

        def show(amount):
            return format_amount(self.env, amount, statement_sudo.currency_id)

        lines = self.env["kuaidi.statement.line"]
        kinds = dict(lines._fields["kind"]._description_selection(self.env))
        return {
            "id": statement_sudo.id,
            "number": statement_sudo.number or "",
            "period": self._show_period(statement_sudo),
            "closing": show(statement_sudo.amount_closing),
            "is_open": statement_sudo.state in OPEN_STATES,
            "is_confirmed": statement_sudo.state == "confirmed",
            "is_disputed": statement_sudo.state == "disputed",
            "lines": [
                {
                    "id": str(line.id),
                    "kind": kinds[line.kind],
                    "reference": line.reference or "",
                    "date": format_date(self.env, line.date),
                    "amount": show(line.amount),
                    "is_disputed": line.is_disputed,
                }
                for line in statement_sudo.line_ids
            ],
        }
