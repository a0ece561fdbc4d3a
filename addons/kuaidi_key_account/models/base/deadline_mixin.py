from odoo import api, fields, models
from odoo.fields import Domain


class KuaidiDeadlineMixin(models.AbstractModel):
    """Adds a deadline. The model says which of its states stop the clock.

    An adopter sets `_deadline_stop_states`, and where its records are many a partial
    index on `date_deadline` of the open ones.
    """

    _name = "kuaidi.deadline.mixin"
    _description = "Deadline Mixin"

    _deadline_state_field = "state"
    _deadline_stop_states = ()

    date_deadline = fields.Datetime(
        string="Deadline",
        index=True,
        help="Latest moment; a day's deadline ends with that day in the company's "
        "time zone.",
    )
    date_done = fields.Datetime(string="Done on", copy=False)
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_deadline_status",
        search="_search_is_overdue",
        help="The deadline has passed, and the work is neither done nor stopped.",
    )
    days_left = fields.Integer(
        compute="_compute_deadline_status",
        help="Calendar days until the deadline in the company's time zone, negative "
        "when late, 0 once done or stopped.",
    )

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._get_deadline_depends())
    def _compute_deadline_status(self):
        service = self.env["kuaidi.deadline"]
        now = fields.Datetime.now()
        for record in self:
            deadline = record.date_deadline
            if not deadline or record._is_deadline_stopped():
                record.is_overdue = False
                record.days_left = 0
                continue
            company = record._get_deadline_company()
            due_day = service._get_local_date(deadline, company)
            record.is_overdue = deadline < now
            record.days_left = (due_day - service._get_local_date(now, company)).days

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented  # the ORM retries with the opposite operator
        now = fields.Datetime.now()
        overdue = Domain("date_done", "=", False) & Domain("date_deadline", "<", now)
        others = (
            Domain("date_done", "!=", False)
            | Domain("date_deadline", "=", False)
            | Domain("date_deadline", ">=", now)
        )
        if self._has_deadline_state():
            stops = list(self._deadline_stop_states)
            overdue &= Domain(self._deadline_state_field, "not in", stops)
            others |= Domain(self._deadline_state_field, "in", stops)
        found = Domain.FALSE
        if True in value:
            found |= overdue
        if False in value:
            found |= others
        return found

    # === BUSINESS METHODS === #

    def _has_deadline_state(self):
        return bool(
            self._deadline_stop_states and self._deadline_state_field in self._fields
        )

    @api.model
    def _get_deadline_depends(self):
        depends = ["date_deadline", "date_done"]
        if self._has_deadline_state():
            depends.append(self._deadline_state_field)
        return depends

    def _is_deadline_stopped(self):
        """Tell whether the clock of this record stands still: done, or state stops."""
        self.ensure_one()
        return bool(self.date_done) or (
            self._has_deadline_state()
            and self[self._deadline_state_field] in self._deadline_stop_states
        )

    def _get_deadline_company(self):
        """Return the company whose time zone the deadline counts in.

        Override it in a model without ``company_id``.
        """
        self.ensure_one()
        company = self.company_id if "company_id" in self._fields else False
        return company or self.env.company
