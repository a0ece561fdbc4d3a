from odoo import fields, models


class KuaidiStatementMail(models.Model):
    """One mail about a statement: the statement itself, or the reminder to answer it.

    The database holds one of each for a statement, so that nothing is mailed twice.
    It is written by the system alone.
    """

    _name = "kuaidi.statement.mail"
    _description = "Mail of a Statement"
    _inherit = ["kuaidi.mail.mixin"]
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
    workbook_id = fields.Many2one(comodel_name="ir.attachment", ondelete="restrict")

    _statement_kind_uniq = models.UniqueIndex(
        "(statement_id, kind)", "This statement has that mail already."
    )
