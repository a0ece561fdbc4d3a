from odoo import fields, models

PENDING_STATES = ("waiting", "sending")


class KuaidiStatementMail(models.Model):
    """One mail about a statement: the statement itself, or the reminder to answer it.

    The database holds one of each for a statement, so that nothing is mailed twice.
    It is written by the system alone, and keeps the files as they went out.
    """

    _name = "kuaidi.statement.mail"
    _description = "Mail of a Statement"
    _order = "id desc"
    _rec_name = "statement_id"

    statement_id = fields.Many2one(
        comodel_name="kuaidi.statement", required=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(related="statement_id.account_id")
    company_id = fields.Many2one(
        related="statement_id.company_id", store=True, precompute=True
    )
    kind = fields.Selection(
        selection=[("statement", "Statement"), ("reminder", "Reminder to Answer")],
        string="Kind of Mail",
        required=True,
    )
    state = fields.Selection(
        selection=[
            ("waiting", "Waiting"),
            ("sending", "Being Sent"),
            ("sent", "Sent"),
            ("failed", "Did Not Arrive"),
            ("dropped", "Left Out"),
        ],
        required=True,
        default="waiting",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner", string="Went To", ondelete="restrict"
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Sent by", required=True, ondelete="restrict"
    )
    date = fields.Datetime(string="Sent On")
    message_ref = fields.Char(string="Message-Id")
    attempt = fields.Integer(string="Attempts", default=1, aggregator=None)
    document_id = fields.Many2one(
        comodel_name="ir.attachment", string="PDF", ondelete="restrict"
    )
    workbook_id = fields.Many2one(comodel_name="ir.attachment", ondelete="restrict")
    error = fields.Char(help="Why it did not leave, or did not arrive.")

    _statement_kind_uniq = models.UniqueIndex(
        "(statement_id, kind)", "This statement has that mail already."
    )
    _message_ref_uniq = models.UniqueIndex("(message_ref)")
    _pending_idx = models.Index(
        "(company_id, id) WHERE state IN ('waiting', 'sending')"
    )
