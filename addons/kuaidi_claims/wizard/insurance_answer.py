from odoo import fields, models

from ..models.insurance.claim_insurance import CAUSES


class KuaidiInsuranceAnswer(models.TransientModel):
    """Takes down what an insurer answers, or what is decided on its case (2.13)."""

    _name = "kuaidi.insurance.answer"
    _description = "Answer on an Insurance Case"

    case_id = fields.Many2one(
        comodel_name="kuaidi.insurance.case", readonly=True, ondelete="cascade"
    )
    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim", readonly=True, ondelete="cascade"
    )
    # with the user's rights: any case can be named in a wizard
    currency_id = fields.Many2one(related="case_id.currency_id", related_sudo=False)
    amount_payable = fields.Monetary(
        related="case_id.amount_payable", related_sudo=False
    )
    target = fields.Selection(
        selection=[
            ("papers", "Insurer Asks for Papers"),
            ("agreed", "Insurer Agrees"),
            ("refused", "Insurer Refuses"),
            ("reopened", "Reopen with Another Cause"),
            ("closed", "Close the Case"),
            ("consent", "Insurer Consents to a Settlement"),
            ("no_insurer", "Settle without the Insurer"),
        ],
        string="What Is to Happen",
        required=True,
        readonly=True,
    )
    amount = fields.Monetary()
    date = fields.Datetime(string="Insurer Decided On")
    cause = fields.Selection(selection=CAUSES, string="Reclassified Cause")
    note = fields.Text(string="In Words", help="It stays on the case and in its log.")

    # === ACTION METHODS === #

    def action_confirm(self):
        """Write the answer on the case, or the decision on the claim.

        :raise UserError: when something is missing, or the case has gone on
        """
        self.ensure_one()
        case, note = self.case_id, (self.note or "").strip()
        match self.target:
            case "no_insurer":
                self.claim_id._spare_insurer(note)
            case "papers":
                case._ask_papers(note)
            case "agreed":
                case._agree(self.amount)
            case "refused":
                case._refuse(note, self.date)
            case "reopened":
                case._reopen(self.cause, note)
            case "closed":
                case._close(note)
            case "consent":
                case._record_consent(self.amount, note)
        record = case or self.claim_id
        if note:
            # sudo: the log takes what the button did
            record.sudo().message_post(body=note, author_id=self.env.user.partner_id.id)
        return {"type": "ir.actions.act_window_close"}
