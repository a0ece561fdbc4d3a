from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class KuaidiStatementAnswer(models.TransientModel):
    """Enters how a client answered a statement: by whom, when and by what way."""

    _name = "kuaidi.statement.answer"
    _description = "Answer to a Statement"

    statement_id = fields.Many2one(
        comodel_name="kuaidi.statement", required=True, readonly=True
    )
    currency_id = fields.Many2one(
        related="statement_id.currency_id", related_sudo=False
    )
    amount_closing = fields.Monetary(
        related="statement_id.amount_closing", related_sudo=False
    )
    state = fields.Selection(
        selection=[("confirmed", "Confirmed"), ("disputed", "Disputed")],
        string="Answer",
        required=True,
        default="confirmed",
    )
    date_answered = fields.Date(
        string="Answered On",
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
        help="As the sealed copy says: with a confirmation the term of payment begins.",
    )
    answered_by = fields.Char(
        required=True, help="Who answered for the client, by name."
    )
    answer_channel = fields.Selection(
        selection=[
            ("sealed", "Sealed Copy"),
            ("mail", "E-mail"),
            ("wechat", "WeChat"),
        ],
        string="Answered By Way Of",
        required=True,
        default="sealed",
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_statement_answer_attachment_rel",
        column1="answer_id",
        column2="attachment_id",
        string="Sealed Copies",
    )
    line_ids = fields.One2many(
        comodel_name="kuaidi.statement.answer.line",
        inverse_name="answer_id",
        string="Disputed Lines",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    # === COMPUTE METHODS === #

    @api.depends("statement_id")
    def _compute_line_ids(self):
        for answer in self:
            answer.line_ids = [
                Command.clear(),
                *(
                    Command.create({"line_id": line.id})
                    for line in answer.statement_id.line_ids
                ),
            ]

    # === ACTION METHODS === #

    def action_save(self):
        """Keep the answer with the statement.

        :raise AccessError: for whoever does not serve the client, but for finance
        :raise UserError: when the statement is not open to an answer, or something is
            missing
        """
        self.ensure_one()
        statement = self.statement_id
        statement.check_access("write")
        if self.attachment_ids:
            self.attachment_ids.check_access("write")
            statement.attachment_ids = [
                Command.link(file.id) for file in self.attachment_ids
            ]
        disputes = {
            line.line_id: (line.reason, line.note)
            for line in self.line_ids
            if line.reason or line.note
        }
        if self.state == "confirmed" and disputes:
            raise UserError(
                self.env._(
                    "Lines are marked as disputed. Choose Disputed as the answer, or"
                    " take the reasons away."
                )
            )
        # sudo: the answer is guarded; who may enter it was checked above
        statement.sudo()._answer(
            {
                "state": self.state,
                "date_answered": self.date_answered,
                "answered_by": self.answered_by,
                "answer_channel": self.answer_channel,
            },
            {line.sudo(): values for line, values in disputes.items()},
        )


class KuaidiStatementAnswerLine(models.TransientModel):
    """One line of the statement, and why the client disputes it."""

    _name = "kuaidi.statement.answer.line"
    _description = "Answer to a Line of a Statement"

    answer_id = fields.Many2one(
        comodel_name="kuaidi.statement.answer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    line_id = fields.Many2one(
        comodel_name="kuaidi.statement.line", required=True, readonly=True
    )
    kind = fields.Selection(related="line_id.kind", related_sudo=False)
    date = fields.Date(related="line_id.date", related_sudo=False)
    currency_id = fields.Many2one(related="line_id.currency_id", related_sudo=False)
    amount = fields.Monetary(related="line_id.amount", related_sudo=False)
    amount_open = fields.Monetary(related="line_id.amount_open", related_sudo=False)
    reason = fields.Selection(
        selection=lambda self: (
            self.env["kuaidi.receivable.dispute"]
            ._fields["reason"]
            ._description_selection(self.env)
        ),
        string="Why Disputed",
    )
    note = fields.Char(string="In the Client's Words")
