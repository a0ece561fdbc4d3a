from odoo import models
from odoo.exceptions import UserError

from .requirement import OPEN_STATES


class KuaidiTenderRequirement(models.Model):
    """The way of a requirement: answered by one person, checked by another."""

    _name = "kuaidi.tender.requirement"
    _inherit = ["kuaidi.tender.requirement"]

    # === ACTION METHODS === #

    def action_start(self):
        """Begin to answer; a requirement of nobody becomes the user's.

        :raise UserError: when it was begun before, or the bid is sealed
        """
        lines = self._lock_for_step("open")
        lines.filtered(lambda line: not line.user_id).user_id = self.env.user
        lines._move("in_work")

    def action_answer(self):
        """Register that the answer is complete.

        :raise UserError: without words or evidence, or where a deviation is not
            explained
        """
        lines = self._lock_for_step(*OPEN_STATES)
        for line in lines:
            if not line._is_answered():
                raise UserError(
                    self.env._(
                        "%(requirement)s has neither an answer nor evidence. Write what"
                        " we offer, or add a paper of the library.",
                        requirement=line.display_name,
                    )
                )
            if line.deviation != "none" and not (line.deviation_note or "").strip():
                raise UserError(
                    self.env._(
                        "%(requirement)s deviates from what is asked. Explain it for"
                        " the deviation table.",
                        requirement=line.display_name,
                    )
                )
        lines._move("answered", answered_by_id=self.env.uid)
        lines._withdraw_reminders()

    def action_check(self):
        """Register that somebody else has found the answer right.

        :raise UserError: when it is not answered, or by whoever answered it
        """
        lines = self._lock_for_step("answered")
        for line in lines:
            if line.answered_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You answered %(requirement)s yourself. Somebody else of the"
                        " team has to check it.",
                        requirement=line.display_name,
                    )
                )
        lines._move("checked", checked_by_id=self.env.uid)

    def action_reopen(self):
        """Take an answer up again.

        :raise UserError: when it is not answered, or the bid is sealed
        """
        lines = self._lock_for_step("answered", "checked")
        lines._move("in_work", answered_by_id=False, checked_by_id=False)

    # === BUSINESS METHODS === #

    def _lock_for_step(self, *states):
        """Lock the requirements, and check that they may leave this step.

        :raise AccessError: for whoever may not work on the tender
        :raise LockError: while somebody else moves one of them
        :raise UserError: for another step, or a sealed bid
        """
        self.check_access("write")
        self._check_tender(self.tender_id)
        self.lock_for_update()
        self.invalidate_recordset(["state", "answered_by_id"])
        labels = dict(self._fields["state"]._description_selection(self.env))
        for line in self:
            if line.state not in states:
                raise UserError(
                    self.env._(
                        "%(requirement)s stands at “%(state)s”, where this cannot be"
                        " done. Reload the page to see its step.",
                        requirement=line.display_name,
                        state=labels[line.state],
                    )
                )
        return self

    def _move(self, state, **values):
        # sudo: the step is guarded, who may move it was checked by the caller
        self.sudo().write({"state": state, **values})
