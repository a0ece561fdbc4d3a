from odoo import fields, models

# how a client is reached (VI-7)
CHANNELS = [
    ("phone", "Phone"),
    ("wechat", "WeChat"),
    ("sms", "Text Message"),
    ("mail", "E-mail"),
    ("qq", "QQ"),
    ("face", "Face to Face"),
    ("video", "Video"),
]
# three classes of keeping up a relation (VI-3)
VISIT_CLASSES = [
    ("routine", "Routine"),
    ("company", "Company Event"),
    ("special", "Special"),
]


class KuaidiServiceType(models.Model):
    """A kind of service that plans promise and clients are entitled to (SP-9)."""

    _name = "kuaidi.service.type"
    _description = "Service Type"
    _order = "sequence, id"

    name = fields.Char(string="Service", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_visit = fields.Boolean(
        string="Fulfilled by a Visit Log",
        help="A contact with the client: logging the visit or call completes the line.",
    )
    is_meeting = fields.Boolean(
        string="Meeting",
        help="Appears in the handler's calendar, besides the activity.",
    )
    is_internal = fields.Boolean(
        string="Internal",
        help="Work of our own, such as keeping the file: never in the client's copy"
        " of a plan.",
    )
    is_any_day = fields.Boolean(
        string="On Any Day",
        help="May fall on a weekend or holiday, as a year-end party does.",
    )
    channel = fields.Selection(
        selection=CHANNELS, help="Proposed when the visit is logged."
    )
    visit_class = fields.Selection(
        selection=VISIT_CLASSES, required=True, default="routine"
    )
    duration_minutes = fields.Integer(
        string="Duration (minutes)",
        default=60,
        aggregator=None,
        help="Length of the meeting in the calendar.",
    )
    activity_type_id = fields.Many2one(
        comodel_name="mail.activity.type",
        string="Activity",
        ondelete="restrict",
        domain="[('res_model', '=', False)]",
        help="Activity that reminds the handler of a planned line. Empty: a to-do.",
    )
    description = fields.Text(
        translate=True, help="What is done, and what good looks like."
    )

    _duration_positive = models.Constraint(
        "CHECK(duration_minutes > 0)", "A meeting lasts at least one minute."
    )
