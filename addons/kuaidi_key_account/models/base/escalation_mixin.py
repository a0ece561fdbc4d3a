from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain


class KuaidiEscalationMixin(models.AbstractModel):
    """Work with a deadline whose lateness is told once to who looks after it.

    An adopter names its activity type and open states, and says whom to tell, on which
    record and in which words: `_get_escalation_user`, `_get_escalation_target`,
    `_get_escalation_summary`, `_get_escalation_line`. A cron record calls
    `_cron_escalate_late`.
    """

    _name = "kuaidi.escalation.mixin"
    _description = "Escalation Mixin"
    _inherit = ["kuaidi.deadline.mixin", "kuaidi.batch.mixin"]

    _escalation_activity_type = None  # XML-ID
    _escalation_states = ("open",)

    date_escalated = fields.Datetime(
        string="Escalated On",
        readonly=True,
        copy=False,
        help="When the CRM centre was told that this is late.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _cron_escalate_late(self, batch_size=100):
        """Tell of what is late, once for each record, in small committed steps."""
        for late in self._take_batches(self._get_escalation_domain(), batch_size):
            late._escalate()

    @api.model
    def _get_escalation_domain(self):
        """Hook: return the domain of what is late and was told to nobody yet."""
        # the open states are named, so that an index on them serves
        return Domain(
            [
                (self._deadline_state_field, "in", list(self._escalation_states)),
                ("date_escalated", "=", False),
                ("date_deadline", "<", fields.Datetime.now()),
            ]
        )

    def _get_escalation_user(self):
        """Hook: return who is told of this record; without a user it waits."""
        raise NotImplementedError

    def _get_escalation_target(self):
        """Hook: return the record on which the activity for this one opens."""
        return self

    @api.model
    def _get_escalation_summary(self):
        """Hook: return the title of the activity."""
        raise NotImplementedError

    def _get_escalation_line(self):
        """Hook: return what the activity says of this record."""
        raise NotImplementedError

    def _escalate(self):
        """Open one activity per target, in the language of who is told.

        An activity of an earlier escalation on the same target gives way. The number
        of queries does not depend on the number of records.
        """
        users = {
            company: records[0]._get_escalation_user()
            for company, records in self._group_by_deadline_company().items()
        }
        told = self.filtered(lambda record: users[record._get_deadline_company()])
        by_target = told.grouped(lambda record: record._get_escalation_target())
        self._withdraw_escalation(by_target)
        activity_type = self.env.ref(self._escalation_activity_type)
        service = self.env["kuaidi.deadline"]
        vals_list = []
        for target, records in by_target.items():
            company = records[0]._get_deadline_company()
            user = users[company]
            records = records.with_context(lang=user.lang or self.env.lang)
            vals_list.append(
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "res_model_id": self.env["ir.model"]._get_id(target._name),
                    "res_id": target.id,
                    "user_id": user.id,
                    "date_deadline": service._get_today(company),
                    "summary": records._get_escalation_summary(),
                    "note": Markup("<br/>").join(
                        record._get_escalation_line() for record in records
                    ),
                }
            )
        # quick: the list of activities tells; a mail for each is sent one by one
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            vals_list
        )
        told.date_escalated = fields.Datetime.now()

    def _group_by_deadline_company(self):
        return self.grouped(lambda record: record._get_deadline_company())

    @api.model
    def _withdraw_escalation(self, targets):
        """Remove the open activities of escalations from records of one model."""
        targets = list(targets)
        if not targets:
            return
        # sudo: activities of the system are withdrawn by it, whoever caused that
        self.env["mail.activity"].sudo().search(
            [
                ("res_model", "=", targets[0]._name),
                ("res_id", "in", [target.id for target in targets]),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref(self._escalation_activity_type).id,
                ),
                ("automated", "=", True),
            ]
        ).unlink()
