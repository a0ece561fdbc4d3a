from odoo import fields, models


class KuaidiCollectionLetterLine(models.Model):
    """One overdue item as the letter states it."""

    _name = "kuaidi.collection.letter.line"
    _description = "Item of a Collection Letter"
    _order = "date_due, id"
    _rec_name = "name"

    letter_id = fields.Many2one(
        comodel_name="kuaidi.collection.letter",
        required=True,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="letter_id.currency_id")
    move_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Journal Item",
        index="btree_not_null",
        ondelete="restrict",
    )
    name = fields.Char(string="Number")
    date = fields.Date(string="Entered On")
    date_due = fields.Date(string="Due On", required=True)
    days_overdue = fields.Integer(aggregator="max")
    amount = fields.Monetary(string="Overdue", help="In the company's currency.")
    amount_interest = fields.Monetary(string="Interest")
