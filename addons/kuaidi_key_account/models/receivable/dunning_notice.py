from odoo import fields, models


class KuaidiDunningNotice(models.Model):
    """One open item at one step: claimed before anything is sent, and only once.

    The row is written and committed first, then the message leaves with a Message-Id
    that comes from the row, then the row is marked. Whatever is clicked, crashes or is
    restarted, no item meets a step twice.
    """

    _name = "kuaidi.dunning.notice"
    _description = "Dunning Notice"
    _order = "id desc"
    _rec_name = "move_line_id"

    move_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Journal Item",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    step_id = fields.Many2one(
        comodel_name="kuaidi.dunning.step",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    case_id = fields.Many2one(
        comodel_name="kuaidi.collection.case",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    action_id = fields.Many2one(
        comodel_name="kuaidi.collection.action",
        string="Log Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, readonly=True, ondelete="restrict"
    )
    amount = fields.Monetary(
        readonly=True, help="What was open of the item when the notice was made."
    )
    date = fields.Date(string="Made On", required=True, readonly=True)
    date_due = fields.Date(string="Due On", readonly=True)
    state = fields.Selection(
        selection=[
            ("waiting", "Waiting"),
            ("sending", "Being Sent"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("dropped", "Dropped"),
        ],
        required=True,
        default="waiting",
        readonly=True,
        index=True,
        help="Dropped: the item was paid, disputed or cancelled before it was sent.",
    )
    message_ref = fields.Char(string="Message-Id", readonly=True)
    error = fields.Char(readonly=True)

    _line_step_uniq = models.UniqueIndex(
        "(move_line_id, step_id)", "This item has met this step already."
    )
    _waiting_idx = models.Index("(account_id, id) WHERE state = 'waiting'")
