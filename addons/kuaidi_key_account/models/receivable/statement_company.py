from odoo import fields, models


class ResCompany(models.Model):
    """Says when statements are made and how long clients have to answer (2.10)."""

    _name = "res.company"
    _inherit = ["res.company"]

    kuaidi_statement_day = fields.Integer(
        groups="base.group_user",
        string="Statements Made on Day",
        default=1,
        required=True,
        help="Day of the month on which the statements of the month before are made."
        " 0: only by hand.",
    )
    kuaidi_statement_auto_send = fields.Boolean(
        groups="base.group_user",
        string="Send Statements by Themselves",
        help="Those of clients with open claims wait for somebody to look at them.",
    )
    kuaidi_statement_workdays = fields.Integer(
        groups="base.group_user",
        string="Statements Answered Within (working days)",
        default=3,
        required=True,
        help="A client that has not answered by then is reminded, once.",
    )
    kuaidi_statement_made_until = fields.Date(
        groups="base.group_user",
        string="Statements Made Until",
        readonly=True,
        help="Last day of the last period that the schedule has made.",
    )

    _kuaidi_statement_day_range = models.Constraint(
        "CHECK(kuaidi_statement_day BETWEEN 0 AND 28)",
        "Choose a day from 1 to 28, which every month has, or 0 for by hand.",
    )
    _kuaidi_statement_workdays_range = models.Constraint(
        "CHECK(kuaidi_statement_workdays BETWEEN 1 AND 60)",
        "Clients have from 1 to 60 working days to answer a statement.",
    )
