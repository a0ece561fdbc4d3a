from odoo import api, fields, models
from odoo.exceptions import AccessError

from .dunning_policy import CHANNELS

CASE_MODEL = "kuaidi.collection.case"


class MailActivity(models.Model):
    """Stands for a step of the dunning run; marking it done logs the step."""

    _name = "mail.activity"
    _inherit = ["mail.activity"]

    kuaidi_dunning_channel = fields.Selection(
        selection=CHANNELS,
        string="Dunning Channel",
        readonly=True,
        help="How the step is taken that the dunning run has planned. Empty for what"
        " colleagues plan by hand.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_channel_not_typed(
            {
                *(name for vals in vals_list for name in vals),
                *(name.removeprefix("default_") for name in self.env.context),
            }
        )
        return super().create(vals_list)

    def write(self, vals):
        self._check_channel_not_typed(vals.keys())
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _check_channel_not_typed(self, names):
        """Refuse to pass an activity off as a step of the dunning run.

        :raise AccessError: for anybody but the system
        """
        if not self.env.su and "kuaidi_dunning_channel" in names:
            raise AccessError(
                self.env._("The steps of a dunning policy are planned by its run.")
            )

    def _action_done(self, feedback=False, attachment_ids=None):
        """Log the steps behind the activities, with what was written as feedback."""
        # sudo: whoever may complete an activity knows of the case that it stands on
        steps = [
            (activity.res_id, activity.kuaidi_dunning_channel)
            for activity in self.sudo()
            if activity.res_model == CASE_MODEL and activity.kuaidi_dunning_channel
        ]
        res = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if steps:
            # nobody else needs a right to cases
            self.env["kuaidi.collection.action"].create(
                [
                    {"case_id": case_id, "channel": channel, "content": feedback}
                    for case_id, channel in steps
                ]
            )
        return res
