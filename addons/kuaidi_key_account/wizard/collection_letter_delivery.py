from odoo import Command, fields, models
from odoo.exceptions import UserError


class KuaidiCollectionLetterDelivery(models.TransientModel):
    """Enters when a letter arrived, and what proves it."""

    _name = "kuaidi.collection.letter.delivery"
    _description = "Letter Arrived"

    letter_id = fields.Many2one(comodel_name="kuaidi.collection.letter", required=True)
    proof = fields.Selection(
        selection=[
            ("ems", "EMS Stub and Copy"),
            ("receipt", "Signed Receipt"),
            ("reply", "Client's Reply in Writing"),
        ],
        required=True,
        default="ems",
    )
    tracking_ref = fields.Char(string="EMS Number")
    date_delivered = fields.Date(
        string="Arrived On",
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment", string="Files of Proof"
    )

    # === ACTION METHODS === #

    def action_confirm(self):
        """Log the proof: three years of limitation begin anew on that day.

        :raise UserError: without a file, for a day to come, or a letter not sent
        """
        self.ensure_one()
        letter = self.letter_id
        letter.check_access("write")
        if letter.state != "sent":
            raise UserError(self.env._("Send the letter first."))
        if not self.attachment_ids:
            raise UserError(
                self.env._("Attach the stub or receipt: without it nothing is proved.")
            )
        today = self.env["kuaidi.deadline"]._get_today(letter.company_id)
        if not letter.date <= self.date_delivered <= today:
            raise UserError(
                self.env._("It arrived after it was written, and not after today.")
            )
        letter.attachment_ids = letter.attachment_ids | self.attachment_ids
        # sudo: letter and log are guarded; writing was checked above
        letter_sudo = letter.sudo()
        letter_sudo.write(
            {
                "state": "delivered",
                "date_delivered": self.date_delivered,
                "tracking_ref": self.tracking_ref,
            }
        )
        letter_sudo.action_id.write(
            {
                "proof": self.proof,
                "date_delivered": self.date_delivered,
                "attachment_ids": [
                    Command.link(file.id) for file in self.attachment_ids
                ],
            }
        )
        return {"type": "ir.actions.act_window_close"}
