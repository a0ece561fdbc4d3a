from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class KuaidiApprovalMixin(models.AbstractModel):
    """Approval by tiers (base_tier_validation) where the last tier moves the state.

    The record is requested by `action_request_approval`, approved or refused by
    `action_approve` and `action_refuse`. Nobody approves what they requested, and
    the state changes through these buttons only. An adopter names its states, the
    group that decides, what happens in `_on_approved` and `_on_refused`, and who else
    may not decide in `_get_approval_author`.
    """

    _name = "kuaidi.approval.mixin"
    _description = "Approval Mixin"
    _inherit = ["tier.validation"]

    _kuaidi_approval = True
    _state_from = ["draft", "to_approve"]
    _state_to = ["approved"]
    # none of our states: cancelling would delete the reviews, and with them the proof
    _cancel_state = "cancelled"
    _state_requested = "to_approve"
    _state_refused = "refused"
    _approval_group = "kuaidi_key_account.group_crm_centre"
    # written by the buttons alone; RPC and import may not touch them
    _approval_guarded_fields = ("state",)

    requested_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )

    # === COMPUTE METHODS === #

    @api.depends("review_ids")
    def _compute_need_validation(self):
        """Read the tier definitions once for all records, not once for each."""
        self.need_validation = False
        candidates = self.filtered(
            lambda record: (
                isinstance(record.id, int)
                and not record.review_ids
                and record[record._state_field] in record._state_from
            )
        )
        if not candidates:
            return
        definitions = self.env["tier.definition"].search(
            Domain("model", "=", self._name)
            & Domain(
                "company_id",
                "in",
                [False, *candidates[self._tier_validation_company_field].ids],
            )
        )
        for definition in definitions:
            matching = candidates.filtered(
                lambda record, company=definition.company_id: (
                    not company
                    or company == record[record._tier_validation_company_field]
                )
            )
            if matching:
                matching = matching.evaluate_tier(definition)
            matching.need_validation = True

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            guarded = {self._state_field, *self._approval_guarded_fields}
            if guarded & self._get_default_names():
                raise AccessError(self._get_guarded_message())
            initial = self.default_get([self._state_field]).get(self._state_field)
            for vals in vals_list:
                if vals.get(self._state_field, initial) != initial:
                    raise AccessError(self._get_guarded_message())
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and any(
            name in vals for name in self._approval_guarded_fields
        ):
            raise AccessError(self._get_guarded_message())
        return super().write(vals)

    def _tier_validation_check_write_allowed(self, vals):
        """Skip a query per record where the code itself writes in superuser mode."""
        if self.env.su:
            return None
        return super()._tier_validation_check_write_allowed(vals)

    # === ACTION METHODS === #

    def action_request_approval(self):
        """Ask the deciding group for approval; the tiers that apply are opened.

        :raise UserError: when a record is not a draft
        """
        self.check_access("write")
        for record in self:
            if record[self._state_field] != self._state_from[0]:
                raise UserError(
                    self.env._(
                        "%(name)s is not a draft: its approval was requested before.",
                        name=record.display_name,
                    )
                )
        self._request_approval()

    def action_approve(self):
        """Approve the records whose approval waits for the current user.

        :raise AccessError: when the user is none of those who decide
        :raise UserError: when the user requested it, or it waits for nobody
        """
        self._check_approver()
        for record in self.filtered("review_ids"):
            record._validate_tier(record._get_reviews_of_user())
        # sudo: who may decide was checked above; the state is guarded
        self.filtered(lambda record: not record.review_ids).sudo()._on_approved()
        return True

    def action_refuse(self):
        """Refuse the records whose approval waits for the current user.

        :raise AccessError: when the user is none of those who decide
        :raise UserError: when the user requested it, or it waits for nobody
        """
        self._check_approver()
        for record in self.filtered("review_ids"):
            record._rejected_tier(record._get_reviews_of_user())
        # sudo: who may decide was checked above; the state is guarded
        self.filtered(lambda record: not record.review_ids).sudo()._on_refused()
        return True

    # === BUSINESS METHODS === #

    def _validate_tier(self, tiers=False):
        """Approve a tier, by our button or another one, and move on after the last."""
        self._check_approver()
        res = super()._validate_tier(tiers)
        if (
            self[self._state_field] == self._state_requested
            and self.validation_status == "validated"
        ):
            # sudo: the reviewers of every tier have approved; the state is guarded
            self.sudo()._on_approved()
        return res

    def _rejected_tier(self, tiers=False):
        """Refuse a tier, by our button or another one, which refuses the record."""
        self._check_approver()
        res = super()._rejected_tier(tiers)
        if (
            self[self._state_field] == self._state_requested
            and self.validation_status == "rejected"
        ):
            # sudo: a reviewer has refused; the state is guarded
            self.sudo()._on_refused()
        return res

    def _notify_created_review_body(self):
        return self.env._(
            "%(user)s requests the approval of this record.", user=self.env.user.name
        )

    def _get_reviews_of_user(self):
        """Return the open reviews of this record that the user may decide on now."""
        sequences = self._get_sequences_to_approve(self.env.user)
        return self.review_ids.filtered(lambda review: review.sequence in sequences)

    def _get_guarded_message(self):
        return self.env._(
            "The state of %(model)s changes by its buttons only: request, approve"
            " or refuse it there.",
            model=self._description,
        )

    def _get_approval_requester(self):
        """Hook: return the user who asked for the approval of this one record."""
        self.ensure_one()
        return (
            self.requested_by_id or self.review_ids[:1].requested_by or self.create_uid
        )

    def _get_approval_author(self):
        """Hook: return who drew up this one record, and may not decide on it either."""
        self.ensure_one()
        return self.env["res.users"]

    def _get_author_message(self):
        """Hook: return what is said to an author who would decide."""
        return self.env._(
            "You drew up %(name)s yourself. Somebody else has to decide on it.",
            name=self.display_name,
        )

    def _check_none_guarded(self, vals_list):
        """Refuse guarded fields in the values of new records; `create` sees the state.

        :raise AccessError: for values that users send
        """
        guarded = set(self._approval_guarded_fields) - {self._state_field}
        if not self.env.su and any(guarded & vals.keys() for vals in vals_list):
            raise AccessError(self._get_guarded_message())

    def _request_approval(self):
        """Open the tiers that apply and set the requested state."""
        # sudo: reviews and state are guarded, the caller has checked that approval
        # may be requested
        records = self.sudo()
        records.request_validation()
        records.write({self._state_field: self._state_requested})

    def _check_approver(self):
        """Lock the records and check that the user may decide on all of them.

        The lock makes the second of two approvers wait for the first, and then
        find that nothing waits for approval any more.

        :raise AccessError: when the user is none of those who decide
        :raise UserError: when the user requested it or drew it up, or it waits for
            nobody
        """
        self.check_access("read")
        # sudo: a reviewer decides without being allowed to edit the record
        self.sudo().lock_for_update()
        self.invalidate_recordset([self._state_field])
        in_group = self.env.user.has_group(self._approval_group)
        for record in self:
            if record[self._state_field] != self._state_requested:
                raise UserError(
                    self.env._(
                        "%(name)s does not wait for approval (any more). Reload the"
                        " page to see what became of it.",
                        name=record.display_name,
                    )
                )
            if record._get_approval_requester() == self.env.user:
                raise UserError(
                    self.env._(
                        "You requested %(name)s yourself. Somebody else has to"
                        " decide on it.",
                        name=record.display_name,
                    )
                )
            if not (record.can_review if record.review_ids else in_group):
                raise AccessError(
                    self.env._(
                        "You are not among those who decide on %(name)s.",
                        name=record.display_name,
                    )
                )
        for record in self:
            if record._get_approval_author() == self.env.user:
                raise UserError(record._get_author_message())

    def _on_approved(self):
        """Hook: every tier has approved; called in superuser mode on the batch."""
        self.write({self._state_field: self._state_to[0]})

    def _on_refused(self):
        """Hook: a tier has refused; called in superuser mode on the batch."""
        self.write({self._state_field: self._state_refused})
