from odoo import api, fields, models

# slides, and how such a file begins
SLIDE_SIGNATURES = {
    "application/vnd.ms-powerpoint": b"\xd0\xcf\x11\xe0",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": b"PK",
}


class KuaidiTenderQuestion(models.Model):
    """One question, clarification or objection in a tender, with its answer (2.8)."""

    _name = "kuaidi.tender.question"
    _description = "Tender Question"
    _inherit = ["kuaidi.tender.part", "kuaidi.file.mixin"]
    _order = "tender_id, date, id"
    _rec_name = "question"

    _tender_live = True

    kind = fields.Selection(
        selection=[
            ("ours", "Question of Ours"),
            ("amendment", "Amendment by the Issuer"),
            ("clarification", "Clarification of Our Bid"),
            ("presentation", "Asked at the Presentation"),
            ("objection", "Objection"),
            ("complaint", "Complaint"),
        ],
        string="Kind of Entry",
        required=True,
        default="ours",
        help="A clarification of the bid is written, and changes nothing of substance"
        " in it (Implementation Regulations, article 52).",
    )
    date = fields.Date(
        string="Asked On",
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
    )
    asked_by = fields.Char(help="Who asked: a member of the committee, the issuer, us.")
    question = fields.Text(string="Question or Content", required=True)
    answer = fields.Text(string="Answer Given")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Answers It",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    date_due = fields.Date(string="Answer Due On")
    date_answered = fields.Date(string="Answered On")
    is_written = fields.Boolean(
        string="In Writing",
        default=True,
        help="What was only said does not count as a clarification.",
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment", string="Papers of the Question"
    )

    _answer_after_question = models.Constraint(
        "CHECK(date_answered IS NULL OR date_answered >= date)",
        "An answer is not given before the question.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("tender_id", "user_id")
    def _check_user_works_here(self):
        for question in self:
            question.tender_id._check_works_here(question.user_id)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        questions._pass_on_dates()
        return questions

    def write(self, vals):
        res = super().write(vals)
        if {"kind", "date", "date_answered"} & vals.keys():
            self._pass_on_dates()
        return res

    # === BUSINESS METHODS === #

    def _pass_on_dates(self):
        """Tell the tender of amendments, objections and complaints: dates follow."""
        for tender in self.tender_id:
            values = tender._get_question_dates()
            changed = {
                name: value for name, value in values.items() if value != tender[name]
            }
            if changed:
                # sudo: the dates follow from the entries, whoever made them
                tender.sudo().write(changed)


class KuaidiTender(models.Model):
    """Keeps the log of questions, clarifications and the presentation (解标)."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender", "kuaidi.file.mixin"]

    _file_field = "slide_ids"

    question_ids = fields.One2many(
        comodel_name="kuaidi.tender.question",
        inverse_name="tender_id",
        string="Questions and Clarifications",
    )
    date_amended = fields.Date(string="Last Amendment On", readonly=True, copy=False)
    date_objected = fields.Date(string="Objection Raised On", readonly=True, copy=False)
    date_objection_answer = fields.Date(
        string="Objection Answered On", readonly=True, copy=False
    )
    date_complaint = fields.Date(
        string="Complaint Lodged On", readonly=True, copy=False
    )
    # presentation
    presenter_id = fields.Many2one(
        comodel_name="res.users",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        help="Who explains the bid to the committee (解标).",
    )
    presentation_place = fields.Char(string="Place of the Presentation", copy=False)
    presentation_minutes = fields.Integer(
        string="Speaking Time (Minutes)", aggregator=None, copy=False
    )
    presentation_note = fields.Text(string="How It Went", copy=False)
    slide_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_tender_slide_rel",
        string="Slides",
        copy=False,
    )

    _presentation_minutes_range = models.Constraint(
        "CHECK(presentation_minutes BETWEEN 0 AND 1440)",
        "A presentation takes between 0 and 1,440 minutes.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("presenter_id")
    def _check_presenter_works_here(self):
        for tender in self:
            tender._check_works_here(tender.presenter_id)

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "date_amended",
            "date_objected",
            "date_objection_answer",
            "date_complaint",
        }

    @api.model
    def _get_live_fields(self):
        return super()._get_live_fields() | {
            "question_ids",
            "presenter_id",
            "presentation_place",
            "presentation_minutes",
            "presentation_note",
            "slide_ids",
        }

    @api.model
    def _get_file_signatures(self):
        """Take slides as well."""
        return super()._get_file_signatures() | SLIDE_SIGNATURES

    def _get_question_dates(self):
        """Return the dates that follow from the log: the last of each kind."""
        self.ensure_one()
        kinds = self.question_ids.grouped("kind")
        nothing = self.env["kuaidi.tender.question"]
        objection = kinds.get("objection", nothing).sorted("date")[-1:]
        return {
            "date_amended": _get_last(kinds.get("amendment", nothing)),
            "date_objected": objection.date,
            "date_objection_answer": objection.date_answered,
            "date_complaint": _get_last(kinds.get("complaint", nothing)),
        }


def _get_last(questions):
    return max(questions.mapped("date"), default=False)
