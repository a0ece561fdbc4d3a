from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError

ANSWERED_STATES = ("confirmed", "disputed")
# in which a client may answer; who disputed may confirm once that is settled
OPEN_STATES = ("sent", "disputed")


class KuaidiStatement(models.Model):
    """Takes the client's answer: by whom, when and how, as the legal date it is."""

    _name = "kuaidi.statement"
    _inherit = ["kuaidi.statement"]

    # === ACTION METHODS === #

    def action_answer(self):
        """Open the form on which the client's answer is entered."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_statement_answer_action"
        )
        return dict(action, context={"default_statement_id": self.id})

    # === BUSINESS METHODS === #

    def _answer(self, answer, disputes=None):
        """Confirm or dispute a statement, and keep how that can be proved.

        The caller has checked the right to do so, and calls it in superuser mode. The
        day of a confirmation begins the term of payment (Regulations on Payments to
        Small and Medium Enterprises, article 9).

        :param answer: `state` (confirmed or disputed), `date_answered`, `answered_by`,
            `answer_channel`
        :param disputes: pairs (code of the reason, words of the client) by line of
            this statement
        :raise UserError: when it is not open to an answer, or the answer is incomplete
        """
        self.ensure_one()
        self._lock_fresh()
        self._check_answer(answer, disputes)
        if answer["state"] == "disputed":
            self._dispute_lines(disputes)
        else:
            self.line_ids.filtered("is_disputed").is_disputed = False
        self.write(answer | {"recorded_by_id": self.env.uid})
        self.activity_unlink(["mail.mail_activity_data_call"])

    def _check_answer(self, answer, disputes):
        if self.state not in OPEN_STATES:
            raise UserError(
                self.env._(
                    "%(statement)s is not open to an answer: it was confirmed or"
                    " corrected already, or not sent yet. Load the page again.",
                    statement=self.display_name,
                )
            )
        if not (answer["answered_by"] or "").strip():
            raise UserError(self.env._("Say who answered for the client."))
        today = self.env["kuaidi.deadline"]._get_today(self.company_id)
        if not self.date_to <= answer["date_answered"] <= today:
            raise UserError(
                self.env._(
                    "The day of the answer lies after the last day of the period, and"
                    " not ahead. It is a legal date: take it from the sealed copy."
                )
            )
        if answer["answer_channel"] == "sealed" and not self.attachment_ids:
            raise UserError(self.env._("Attach the copy that the client has sealed."))
        if answer["state"] == "disputed":
            self._check_disputes(disputes or {})

    def _check_disputes(self, disputes):
        if not disputes:
            raise UserError(
                self.env._("Mark the lines that are disputed, each with a reason.")
            )
        if any(line.statement_id != self for line in disputes):
            raise UserError(
                self.env._("Dispute lines of the statement itself, not of another.")
            )
        if not all(reason for reason, _note in disputes.values()):
            raise UserError(self.env._("Give a reason for each disputed line."))

    def _dispute_lines(self, disputes):
        """Mark lines as disputed, so that they alone are not chased (2.10)."""
        reasons = dict(
            self.env["kuaidi.receivable.dispute"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
        by_reason = defaultdict(list)
        for line, (reason, note) in disputes.items():
            line.write(
                {
                    "is_disputed": True,
                    "dispute_reason": ": ".join(filter(None, [reasons[reason], note])),
                }
            )
            # what was paid meanwhile need not rest
            if line.move_line_id and not line.move_line_id.reconciled:
                by_reason[reason].append((line, note))
        (self.line_ids - self.env["kuaidi.statement.line"].union(*disputes)).filtered(
            "is_disputed"
        ).is_disputed = False
        for reason, rows in by_reason.items():
            self.env["kuaidi.receivable.dispute"]._raise(
                self.account_id,
                self.env["account.move.line"].union(
                    *(line.move_line_id for line, _note in rows)
                ),
                reason,
                description="\n".join(
                    f"{self.number} {line.reference or ''}: {note or ''}"
                    for line, note in rows
                ),
            )

    def _mark_opened(self):
        """Note when the client first opened the statement by its link."""
        self.ensure_one()
        # sudo: the reader of a link has no rights of its own
        statement_sudo = self.sudo()
        if not statement_sudo.date_opened and statement_sudo.state == "sent":
            statement_sudo.date_opened = fields.Datetime.now()
