from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .claim import LIABILITIES

OFFICER = "kuaidi_claims.group_claims_officer"
ASK_TYPE = "kuaidi_claims.mail_activity_type_inquiry"
# in which units are asked what happened
INQUIRY_STATES = ("received", "evidence", "inquiry", "assessment")
# what whoever is asked enters; the rest is the officer's
ANSWER_FIELDS = frozenset({"answer", "liability", "attachment_ids"})


class KuaidiClaimInquiry(models.Model):
    """A question to one unit about a claim, answered within three days (D12).

    The record of claims and their follow-up (客户理赔及部门跟进记录表, 2.12).
    """

    _name = "kuaidi.claim.inquiry"
    _description = "Inquiry"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.file.mixin",
        "kuaidi.guard.mixin",
    ]
    _order = "claim_id desc, id"
    _check_company_auto = True
    _mail_post_access = "read"
    _guarded_fields = frozenset(
        {
            "answered_by_id",
            "claim_id",
            "company_id",
            "date_answered",
            "date_asked",
            "manager_id",
            "state",
        }
    )

    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="claim_id.company_id", store=True, precompute=True
    )
    department_id = fields.Many2one(
        comodel_name="kuaidi.case.department",
        string="Unit Asked",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Who Is Asked",
        compute="_compute_people",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="By default customer service of the unit, else its head.",
    )
    manager_id = fields.Many2one(
        comodel_name="res.users",
        string="Head of the Unit",
        compute="_compute_people",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="Is told when the answer is late.",
    )
    question = fields.Text(required=True)
    state = fields.Selection(
        selection=[
            ("draft", "Not Sent"),
            ("asked", "Waits for an Answer"),
            ("answered", "Answered"),
            ("dropped", "Not Needed Any More"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    date_asked = fields.Datetime(string="Asked On", readonly=True, copy=False)
    clock_ids = fields.One2many(
        comodel_name="kuaidi.claim.clock",
        inverse_name="inquiry_id",
        readonly=True,
    )
    date_deadline = fields.Datetime(
        string="Answer Until", compute="_compute_clock", compute_sudo=True
    )
    is_overdue = fields.Boolean(
        string="Late", compute="_compute_clock", compute_sudo=True
    )
    date_reminded = fields.Datetime(
        string="Reminded On", compute="_compute_clock", compute_sudo=True
    )
    date_escalated = fields.Datetime(
        string="Head Told On", compute="_compute_clock", compute_sudo=True
    )
    answer = fields.Text(copy=False)
    liability = fields.Selection(
        selection=LIABILITIES,
        string="Who Answers for It, They Say",
        copy=False,
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_claim_inquiry_attachment_rel",
        column1="inquiry_id",
        column2="attachment_id",
        string="Proofs",
        copy=False,
    )
    date_answered = fields.Datetime(string="Answered On", readonly=True, copy=False)
    answered_by_id = fields.Many2one(
        comodel_name="res.users", string="Answered by", readonly=True, copy=False
    )
    # what a colleague of the unit has to know, without the claim itself
    claim_number = fields.Char(related="claim_id.number", string="Claim No.")
    waybill_number = fields.Char(related="claim_id.waybill_number", string="Waybill")
    claim_type = fields.Selection(related="claim_id.type", string="Kind of Claim")
    date_shipped = fields.Date(related="claim_id.date_shipped")
    origin = fields.Char(related="claim_id.origin", string="Sent From")
    destination = fields.Char(related="claim_id.destination", string="Sent To")
    goods = fields.Char(related="claim_id.goods", string="Goods Shipped")

    _answered_with_answer = models.Constraint(
        "CHECK(state <> 'answered' OR COALESCE(answer, '') <> '')",
        "Write down the answer before it is noted.",
    )

    # === COMPUTE METHODS === #

    @api.depends("department_id")
    def _compute_people(self):
        for inquiry in self:
            # sudo: units are kept by others, whoever asks them
            unit_sudo = inquiry.department_id.sudo()
            head = unit_sudo._get_answering_user() if unit_sudo else False
            inquiry.manager_id = head
            inquiry.user_id = unit_sudo.contact_user_id.filtered("active") or head

    @api.depends("clock_ids.date_deadline", "clock_ids.date_done")
    def _compute_clock(self):
        now = fields.Datetime.now()
        for inquiry in self:
            clock = inquiry.clock_ids[:1]
            inquiry.date_deadline = clock.date_deadline
            inquiry.is_overdue = bool(
                clock and not clock.date_done and clock.date_deadline < now
            )
            inquiry.date_reminded = clock.date_reminded
            inquiry.date_escalated = clock.date_escalated

    @api.depends("claim_id.number", "department_id.complete_name")
    def _compute_display_name(self):
        for inquiry in self:
            # sudo: whoever is asked reads about what
            inquiry_sudo = inquiry.sudo()
            inquiry.display_name = " / ".join(
                filter(
                    None,
                    [inquiry_sudo.claim_id.number, inquiry_sudo.department_id.name],
                )
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_typed(self._get_filled_names(vals_list) - {"claim_id"})
        inquiries = super().create(vals_list)
        for claim in inquiries.claim_id:
            if claim.state not in INQUIRY_STATES:
                raise UserError(
                    self.env._(
                        "%(claim)s is assessed: nobody is asked about it any more.",
                        claim=claim.display_name,
                    )
                )
        return inquiries

    def write(self, vals):
        self._check_not_typed(vals.keys())
        self._check_may_write(vals.keys())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(inquiry.state != "draft" for inquiry in self):
            raise UserError(
                self.env._(
                    "What was asked stays on file. Drop the inquiry if no answer is"
                    " needed any more."
                )
            )

    # === ACTION METHODS === #

    def action_send(self):
        """Ask the unit: whoever is asked gets an activity, three days run (D12).

        :raise UserError: when it was asked before, or nobody can be asked
        """
        self._check_officer()
        for inquiry in self:
            if inquiry.state != "draft":
                raise UserError(
                    self.env._(
                        "%(unit)s was asked already.", unit=inquiry.department_id.name
                    )
                )
            if not inquiry.user_id:
                raise UserError(
                    self.env._(
                        "Nobody is named for %(unit)s. Say who is asked.",
                        unit=inquiry.department_id.name,
                    )
                )
        # sudo: state and clocks are guarded; who may ask was checked above
        self.sudo()._send()
        return True

    def action_answer(self):
        """Note the answer: the clock of the question stops.

        :raise AccessError: for others than who is asked, the head and claims officers
        :raise UserError: without an answer, or when none is waited for
        """
        self._check_answerer()
        for inquiry in self:
            if inquiry.state != "asked":
                raise UserError(
                    self.env._("%(inquiry)s is closed.", inquiry=inquiry.display_name)
                )
            if not (inquiry.answer or "").strip():
                raise UserError(self.env._("Write down the answer first."))
        # sudo: the state is guarded; who may answer was checked above
        self.sudo()._close("answered", answered_by_id=self.env.uid)
        return True

    def action_drop(self):
        """Do not wait for the answer any more; what was asked stays on file."""
        self._check_officer()
        open_ones = self.filtered(lambda inquiry: inquiry.state == "asked")
        # sudo: the state is guarded; who may drop was checked above
        open_ones.sudo()._close("dropped", is_void=True)
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_message(self):
        return self.env._("An inquiry is sent, answered and dropped by its buttons.")

    def _check_may_write(self, names):
        """Let who is asked enter the answer, and only that, as long as it is open."""
        if self.env.su:
            return
        names = set(names) - {
            name for name in self._fields if name.startswith(("activity_", "message_"))
        }
        if not names:
            return
        is_officer = self.env.user.has_group(OFFICER)
        if names - ANSWER_FIELDS and not is_officer:
            raise AccessError(
                self.env._("Enter the answer; the question is the claims officer's.")
            )
        for inquiry in self:
            if inquiry.state in ("answered", "dropped"):
                raise UserError(
                    self.env._(
                        "%(inquiry)s is closed, and stays as it was answered.",
                        inquiry=inquiry.display_name,
                    )
                )
            if inquiry.state == "asked" and names - ANSWER_FIELDS - {"user_id"}:
                raise UserError(
                    self.env._(
                        "%(inquiry)s was sent: its question stays. Ask once more if"
                        " something is missing.",
                        inquiry=inquiry.display_name,
                    )
                )

    def _check_officer(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(OFFICER):
            raise AccessError(self.env._("Claims officers ask the units."))

    def _check_answerer(self):
        self.check_access("read")
        if self.env.su or self.env.user.has_group(OFFICER):
            return
        for inquiry in self:
            if self.env.user not in inquiry.user_id | inquiry.manager_id:
                raise AccessError(
                    self.env._(
                        "%(inquiry)s is answered by who was asked or by the head of"
                        " the unit.",
                        inquiry=inquiry.display_name,
                    )
                )

    def _send(self):
        self.lock_for_update()
        self.write({"state": "asked", "date_asked": fields.Datetime.now()})
        clocks = self.env["kuaidi.claim.clock"].create(
            [
                {
                    "claim_id": inquiry.claim_id.id,
                    "inquiry_id": inquiry.id,
                    "kind": "inquiry",
                    "date_start": inquiry.date_asked,
                }
                for inquiry in self
            ]
        )
        clocks._set_deadlines()
        for inquiry in self:
            asked = inquiry.with_context(lang=inquiry.user_id.lang or self.env.lang)
            asked.activity_schedule(
                ASK_TYPE,
                summary=asked.env._(
                    "Answer about claim %(number)s", number=inquiry.claim_id.number
                ),
                note=inquiry.question,
                user_id=inquiry.user_id.id,
                date_deadline=self.env["kuaidi.deadline"]._get_local_date(
                    inquiry.date_deadline, inquiry.company_id
                ),
                automated=True,
            )
        self.claim_id._tell_business_and_finance()

    def _close(self, state, is_void=False, **values):
        self.lock_for_update()
        self.write({"state": state, "date_answered": fields.Datetime.now(), **values})
        self.clock_ids._stop(is_void)
        self.activity_unlink([ASK_TYPE])
        for inquiry in self.filtered(lambda inquiry: inquiry.state == "answered"):
            inquiry.claim_id.message_post(
                body=inquiry.env._(
                    "%(unit)s answered: %(answer)s",
                    unit=inquiry.department_id.complete_name,
                    answer=inquiry.answer,
                ),
            )


class KuaidiClaimClock(models.Model):
    """A clock may run for the answer of a unit."""

    _name = "kuaidi.claim.clock"
    _inherit = ["kuaidi.claim.clock"]

    inquiry_id = fields.Many2one(
        comodel_name="kuaidi.claim.inquiry",
        index="btree_not_null",
        ondelete="cascade",
    )

    _inquiry_uniq = models.UniqueIndex(
        "(inquiry_id) WHERE inquiry_id IS NOT NULL", "This inquiry has its clock."
    )
