from odoo import api, fields, models
from odoo.fields import Command, Domain

from ...tools.tender_clauses import get_fingerprint
from .tender_member import PARTS

STATES = [
    ("open", "Unanswered"),
    ("in_work", "Being Answered"),
    ("answered", "Answered"),
    ("checked", "Answer Checked"),
]
OPEN_STATES = ("open", "in_work")
DEVIATIONS = [
    ("none", "No Deviation"),
    ("positive", "Better than Asked"),
    ("negative", "Worse than Asked"),
]
# what is said to the issuer: whoever changes it has it checked anew
CONTENT_FIELDS = frozenset(
    ("name", "answer", "asset_ids", "deviation", "deviation_note", "is_mandatory")
)


class KuaidiTenderRequirement(models.Model):
    """One clause of a tender document that our bid has to answer (TE-2)."""

    _name = "kuaidi.tender.requirement"
    _description = "Tender Requirement"
    _inherit = [
        "kuaidi.tender.part",
        "kuaidi.bid.asset.user.mixin",
        "kuaidi.list.export",
    ]
    _order = "tender_id, sequence, id"
    _rec_names_search = ["clause", "name"]

    _list_report = "kuaidi_key_account.tender_requirement_list_report"
    _guarded_fields = frozenset(
        (
            "state",
            "answered_by_id",
            "checked_by_id",
            "date_reminded",
            "fingerprint",
            "company_id",
        )
    )

    # what is asked
    sequence = fields.Integer(default=10, aggregator=None)
    clause = fields.Char(
        string="Clause No.", help="Where it stands in the tender document: 第五章 2.1."
    )
    page = fields.Integer(
        aggregator=None, help="Page of the tender document; 0: not known."
    )
    name = fields.Text(string="Requirement", required=True)
    part = fields.Selection(
        selection=PARTS,
        string="Answered In",
        required=True,
        default="commercial",
        index=True,
        group_expand=True,
    )
    is_mandatory = fields.Boolean(
        string="★",
        help="A bid that does not meet it is rejected (Implementation Regulations,"
        " article 51).",
    )
    score_max = fields.Float(
        string="Points", digits=(6, 2), help="Points that a full answer brings."
    )
    # who answers it
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Answered By",
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Is taken into the bid team, and reminded two days before the due date.",
    )
    date_due = fields.Date(string="Answer Due")
    # our answer
    answer = fields.Text()
    deviation = fields.Selection(
        selection=DEVIATIONS,
        required=True,
        default="none",
        help="What stands in the deviation table of the bid (偏离表). A negative"
        " deviation from a ★ requirement has the bid rejected.",
    )
    deviation_note = fields.Char(string="Explanation of the Deviation")
    state = fields.Selection(
        selection=STATES,
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    answered_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Answer Given By",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    checked_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Answer Checked By",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    date_reminded = fields.Date(string="Reminder Sent On", readonly=True, copy=False)
    tender_state = fields.Selection(
        related="tender_id.state", string="Step of the Tender"
    )
    is_overdue = fields.Boolean(
        string="Answer Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
    )
    fingerprint = fields.Char(
        compute="_compute_fingerprint",
        store=True,
        precompute=True,
        copy=False,
        help="By which a clause is known again when its document is imported anew.",
    )

    _clause_uniq = models.UniqueIndex(
        "(tender_id, fingerprint)",
        "This clause with this text stands in the tender already.",
    )
    _score_positive = models.Constraint(
        "CHECK(COALESCE(score_max, 0) BETWEEN 0 AND 1000 AND COALESCE(page, 0) >= 0)",
        "Points are between 0 and 1,000, and a page number is not negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("clause", "name")
    def _compute_fingerprint(self):
        for requirement in self:
            requirement.fingerprint = get_fingerprint(
                requirement.clause, requirement.name
            )

    @api.depends("clause", "name")
    def _compute_display_name(self):
        for requirement in self:
            text = (requirement.name or "").replace("\n", " ")
            short = text[:40] + ("…" if len(text) > 40 else "")
            requirement.display_name = " ".join(
                filter(None, (requirement.clause, short))
            )

    @api.depends("date_due", "state")
    def _compute_is_overdue(self):
        for requirement in self:
            due = requirement.date_due
            requirement.is_overdue = (
                requirement.state in OPEN_STATES
                and bool(due)
                and due < requirement.tender_id._get_today()
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented  # the ORM retries with the opposite operator
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        overdue = Domain("state", "in", OPEN_STATES) & Domain("date_due", "<", today)
        return overdue if True in value else ~overdue

    # === CONSTRAINT METHODS === #

    @api.constrains("tender_id", "user_id")
    def _check_user_works_here(self):
        for requirement in self:
            requirement.tender_id._check_works_here(requirement.user_id)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        requirements = super().create(vals_list)
        requirements._follow_content()
        requirements._take_into_team()
        return requirements

    def write(self, vals):
        if {"user_id", "date_due"} & vals.keys():
            # sudo: guarded; whoever moves it has the new owner reminded anew
            self.sudo().filtered("date_reminded").date_reminded = False
        res = super().write(vals)
        if CONTENT_FIELDS & vals.keys():
            self._follow_content()
        if vals.get("user_id"):
            self._take_into_team()
        return res

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "A requirement is answered and checked by its buttons: its step is not"
            " entered."
        )

    def _is_answered(self):
        """Tell whether this one requirement has words or evidence as its answer."""
        self.ensure_one()
        return bool((self.answer or "").strip() or self.asset_ids)

    def _follow_content(self):
        """Let the step follow what was written: a check holds for what was checked."""
        checked = self.filtered(lambda line: line.state == "checked")
        begun = self.filtered(lambda line: line.state == "open" and line._is_answered())
        emptied = self.filtered(
            lambda line: (
                line.state in ("answered", "checked") and not line._is_answered()
            )
        )
        # sudo: the step is guarded, and follows the words that the user may write
        (checked - emptied).sudo().write({"state": "answered", "checked_by_id": False})
        (begun | emptied).sudo().write({"state": "in_work", "checked_by_id": False})

    def _take_into_team(self):
        """Add those who answer to the team, so that they see the tender."""
        for tender, lines in self.grouped("tender_id").items():
            wanted = lines.user_id - tender.user_id - tender.member_ids.user_id
            parts = {line.user_id: line.part for line in lines}
            if wanted:
                tender.member_ids = [
                    Command.create({"user_id": user.id, "part": parts[user]})
                    for user in wanted
                ]
