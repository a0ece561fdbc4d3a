from odoo import api, fields, models
from odoo.exceptions import AccessError


class MailActivity(models.Model):
    """Reminds of a planned line; marking it done delivers the line."""

    _name = "mail.activity"
    _inherit = ["mail.activity"]

    kuaidi_plan_line_id = fields.Many2one(
        comodel_name="kuaidi.service.plan.line",
        string="Service Plan Line",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )

    _kuaidi_plan_line_uniq = models.UniqueIndex(
        "(kuaidi_plan_line_id) WHERE kuaidi_plan_line_id IS NOT NULL",
        "A line of a service plan has one activity.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_line_not_typed(
            {
                *(name for vals in vals_list for name in vals),
                *(name.removeprefix("default_") for name in self.env.context),
            }
        )
        return super().create(vals_list)

    def write(self, vals):
        self._check_line_not_typed(vals.keys())
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _check_line_not_typed(self, names):
        """Refuse to tie an activity to a line by hand: it would keep its own from it.

        :raise AccessError: for anybody but the system
        """
        if not self.env.su and "kuaidi_plan_line_id" in names:
            raise AccessError(
                self.env._(
                    "The activities of a service plan are made by the system. Change"
                    " the planned line instead."
                )
            )

    def _action_done(self, feedback=False, attachment_ids=None):
        """Deliver the lines behind the activities, with a visit log where it takes one.

        What was written as feedback becomes the note of the visit; what is missing
        there is asked for by the visit itself.
        """
        # sudo: whoever may complete an activity knows of the line that it stands for
        lines_sudo = self.sudo().kuaidi_plan_line_id.filtered(
            lambda line: line.is_in_force and line.state == "planned"
        )
        lines = lines_sudo.sudo(False)
        res = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if not lines:
            return res
        lines._check_may_deliver()
        contacts = lines.filtered(lambda line: line.type_id.is_visit)
        visits = self.env["kuaidi.visit"]
        visits.create(
            [
                dict(visits._get_defaults_from_line(line), note=feedback)
                for line in contacts
            ]
        )
        # sudo: the state is guarded; the right to deliver was checked above
        (lines - contacts).sudo()._finish()
        return res
