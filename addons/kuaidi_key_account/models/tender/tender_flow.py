from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_datetime

from .tender import OPEN_STATES


class KuaidiTender(models.Model):
    """The way of a tender from notice to result."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    # === ACTION METHODS === #

    def action_qualify(self):
        """Take the tender up: its documents are bought and read, then it is decided."""
        for tender in self._lock():
            tender._check_is("draft")
        self._move("qualifying")

    def action_seal(self):
        """Seal the bid: from now on nothing in it changes (issue E).

        :raise UserError: when something keeps it from being sealed
        """
        for tender in self._lock():
            tender._check_is("preparing")
            tender._check_sealable()
        self._move("sealed")
        for tender in self:
            tender._on_sealed()

    def action_unseal(self):
        """Open the seal before the deadline, to make a new version.

        :raise UserError: when it is not sealed, or the deadline has passed
        """
        for tender in self._lock():
            tender._check_is("sealed")
            tender._check_before_deadline()
        self._move("preparing")
        for tender in self:
            tender._on_unsealed()

    def action_submit(self):
        """Register that the sealed bid was handed in.

        :raise UserError: when it is not sealed, or the deadline has passed: what
            arrives late is refused (Implementation Regulations, article 36)
        """
        for tender in self._lock():
            tender._check_is("sealed")
            tender._check_before_deadline()
        self._move("submitted")

    def action_register_opening(self):
        """Register that the bids were opened."""
        for tender in self._lock():
            tender._check_is("submitted")
        self._move("opened")

    def action_cancel(self):
        """Register that the issuer has cancelled the tender."""
        for tender in self._lock():
            tender._check_is(*OPEN_STATES)
        self._move("cancelled", date_done=fields.Datetime.now())

    # === BUSINESS METHODS === #

    def _lock(self):
        """Lock the tenders, and see them as they are now.

        :raise AccessError: for whoever may not work on them
        :raise LockError: while somebody else moves one of them
        """
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state", "date_deadline"])
        return self

    def _check_is(self, *states):
        """Check that this one tender is at one of these steps.

        :raise UserError: naming the step that it is at
        """
        if self.state in states:
            return
        labels = dict(self._fields["state"]._description_selection(self.env))
        raise UserError(
            self.env._(
                "%(tender)s stands at “%(state)s”, where this cannot be done. Reload"
                " the page to see its step.",
                tender=self.display_name,
                state=labels[self.state],
            )
        )

    def _check_before_deadline(self):
        """Check that the deadline is known and has not passed.

        :raise UserError: naming the deadline
        """
        self.ensure_one()
        if not self.date_deadline:
            raise UserError(
                self.env._(
                    "Enter the deadline of %(tender)s first.", tender=self.display_name
                )
            )
        if self.date_deadline < fields.Datetime.now():
            raise UserError(
                self.env._(
                    "The deadline of %(tender)s was %(deadline)s: what arrives late is"
                    " refused (Implementation Regulations, article 36).",
                    tender=self.display_name,
                    deadline=format_datetime(self.env, self.date_deadline),
                )
            )

    def _check_sealable(self):
        """Hook: check one bid before it is sealed.

        :raise UserError: saying what keeps it from being sealed
        """
        self.ensure_one()
        self._check_before_deadline()

    def _on_sealed(self):
        """Hook: this bid was sealed."""
        self.ensure_one()

    def _on_unsealed(self):
        """Hook: the seal of this bid was opened."""
        self.ensure_one()

    def _move(self, state, **values):
        """Bring tenders to a step; the caller has checked who may do so."""
        # sudo: the step is guarded, who may move it was checked by the caller
        self.sudo().write({"state": state, **values})
