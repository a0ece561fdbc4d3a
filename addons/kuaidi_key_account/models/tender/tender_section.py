from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import is_html_empty

from ...tools.evidence_file import find_fault
from ..account.file_mixin import FILE_SIGNATURES
from .tender_member import PARTS
from .tender_template import CONTENTS

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# what a section shows page by page
FILE_TYPES = ("application/pdf", "image/jpeg", "image/png", WORD_TYPE)
# what is written no more once the section is done
CONTENT_FIELDS = frozenset(
    (
        "name",
        "part",
        "sequence",
        "content",
        "body",
        "asset_ids",
        "attachment_ids",
        "needs_signature",
        "needs_seal",
    )
)


class KuaidiTenderSection(models.Model):
    """One section of a bid: who writes it until when, and what stands in it (2.8).

    The owner works on it, in the team or not: whoever gets a section joins the team.
    """

    _name = "kuaidi.tender.section"
    _description = "Bid Section"
    _inherit = [
        "kuaidi.tender.part",
        "kuaidi.bid.asset.user.mixin",
        "kuaidi.file.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "tender_id, part_order, sequence, id"
    _rec_names_search = ["name", "tender_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    # the section's own rules say who writes it: its owner, and the team
    _tender_operation = "read"
    _live_fields = frozenset(
        ("activity_ids", "message_follower_ids", "message_ids", "user_id")
    )
    _guarded_fields = frozenset(("state", "date_done", "template_line_id"))

    template_line_id = fields.Many2one(
        comodel_name="kuaidi.tender.template.line",
        string="Usual Section",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    name = fields.Char(string="Section", required=True)
    sequence = fields.Integer(default=10)
    part = fields.Selection(
        selection=PARTS, string="Bid Part", required=True, default="commercial"
    )
    part_order = fields.Integer(
        compute="_compute_part_order", store=True, precompute=True, aggregator=None
    )
    content = fields.Selection(
        selection=CONTENTS, string="What It Shows", required=True, default="text"
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Section Owner",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    days_before = fields.Integer(string="Days before the Deadline", default=5)
    date_due = fields.Date(
        string="Ready By",
        compute="_compute_date_due",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        help="Moves with the bid deadline.",
    )
    is_late = fields.Boolean(
        string="Late Section", compute="_compute_is_late", search="_search_is_late"
    )
    state = fields.Selection(
        selection=[
            ("open", "Section Not Begun"),
            ("in_work", "Section in Work"),
            ("done", "Section Ready"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    date_done = fields.Datetime(string="Ready On", readonly=True, copy=False)
    is_mandatory = fields.Boolean(string="Always Needed", default=True)
    needs_signature = fields.Boolean(string="To Be Signed")
    needs_seal = fields.Boolean(string="To Be Sealed")
    body = fields.Html(
        string="Text of the Section",
        help="Fields in double braces, such as {{ project }}, are filled in when the"
        " package is built.",
    )
    text_asset_id = fields.Many2one(
        comodel_name="kuaidi.bid.asset",
        string="Text Block",
        store=False,
        domain="[('state', '=', 'current'), ('company_id', '=', company_id),"
        " ('kind', '=', 'text')]",
        help="Its text is added to that of the section, to be edited here.",
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_tender_section_attachment_rel",
        column1="section_id",
        column2="attachment_id",
        string="Files",
        copy=False,
        help="PDF, JPG and PNG are shown page by page, chapters written in Word are put"
        " in whole. They stand in the order of uploading.",
    )

    _template_line_uniq = models.UniqueIndex(
        "(tender_id, template_line_id) WHERE template_line_id IS NOT NULL",
        "The tender has this section already.",
    )
    _days_range = models.Constraint(
        "CHECK(days_before BETWEEN 0 AND 180)",
        "A section is ready 0 to 180 days before the bid deadline.",
    )
    _open_idx = models.Index("(user_id, date_due) WHERE state <> 'done'")

    # === COMPUTE METHODS === #

    @api.depends("part")
    def _compute_part_order(self):
        order = {part: number for number, (part, _label) in enumerate(PARTS)}
        for section in self:
            section.part_order = order.get(section.part, len(PARTS))

    @api.depends("tender_id.date_deadline", "days_before")
    def _compute_date_due(self):
        for section in self:
            # sudo: whoever writes a section knows until when
            tender_sudo = section.tender_id.sudo()
            deadline = tender_sudo._get_local_date(tender_sudo.date_deadline)
            section.date_due = deadline and fields.Date.subtract(
                deadline, days=section.days_before
            )

    @api.depends("date_due", "state")
    def _compute_is_late(self):
        for section in self:
            today = self.env["kuaidi.deadline"]._get_today(section.company_id)
            section.is_late = bool(
                section.state != "done"
                and section.date_due
                and section.date_due < today
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented  # the ORM retries with the opposite operator
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        late = Domain("state", "!=", "done") & Domain("date_due", "<", today)
        return late if True in value else ~late

    # === CONSTRAINT METHODS === #

    @api.constrains("user_id", "company_id")
    def _check_owner_works_here(self):
        for section in self:
            # sudo: the companies of a colleague are for administrators to read
            section.tender_id.sudo()._check_works_here(section.user_id)

    @api.constrains("attachment_ids")
    def _check_showable_files(self):
        """Refuse what could not be shown in a bid: broken, locked, or too large."""
        # sudo: the files are judged before the user may read them again
        for attachment in self.sudo().attachment_ids:
            if attachment.mimetype == WORD_TYPE:
                self.env["kuaidi.word.document"]._check_harmless(attachment.raw)
            elif attachment.mimetype in FILE_TYPES:
                fault = find_fault(attachment.raw, attachment.mimetype)
                if fault:
                    raise ValidationError(
                        self.env["kuaidi.bid.asset"]._get_fault_message(
                            attachment, fault
                        )
                    )

    # === ONCHANGE METHODS === #

    @api.onchange("text_asset_id")
    def _onchange_text_asset_id(self):
        if self.text_asset_id:
            text = self.text_asset_id.body or ""
            self.body = (self.body or "") + text if self._has_text() else text
            self.text_asset_id = False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        sections = super().create(vals_list)
        sections._welcome_owners()
        return sections

    def write(self, vals):
        if not self.env.su and CONTENT_FIELDS & vals.keys():
            self._check_not_done()
        res = super().write(vals)
        if "user_id" in vals:
            self._welcome_owners()
        elif "date_due" in vals or "days_before" in vals:
            self._update_activities()
        return res

    # === ACTION METHODS === #

    def action_start(self):
        """Begin to write the section."""
        self._check_movable("open")
        self._move_to("in_work")

    def action_done(self):
        """Hand the section over as ready.

        :raise UserError: for an empty section, or one whose text names fields that
            there are not
        """
        self._check_movable("open", "in_work")
        for section in self:
            section._check_complete()
        self._move_to("done", date_done=fields.Datetime.now())
        self._withdraw_activities()

    def action_reopen(self):
        """Take a section that was ready back into work."""
        self._check_movable("done")
        self._move_to("in_work", date_done=False)
        self._update_activities()

    # === BUSINESS METHODS === #

    @api.model
    def _get_file_signatures(self):
        return {
            mimetype: signature
            for mimetype, signature in FILE_SIGNATURES.items()
            if mimetype in FILE_TYPES
        }

    def _get_wrong_file_message(self, attachment):
        return self.env._(
            "%(name)s is of the type %(type)s, or not what it claims to be. A section"
            " shows PDF, JPG and PNG files and chapters in Word (.docx).",
            name=attachment.name,
            type=attachment.mimetype,
        )

    def _has_text(self):
        return not is_html_empty(self.body)

    def _check_not_done(self):
        for section in self:
            if section.state == "done":
                raise UserError(
                    self.env._(
                        "The section %(name)s is ready. Take it back into work to"
                        " change it.",
                        name=section.name,
                    )
                )

    def _check_movable(self, *states):
        """Check that the user may move these sections, which are at these states."""
        self.check_access("write")
        self._check_tender(self.tender_id)
        labels = dict(self._fields["state"]._description_selection(self.env))
        for section in self:
            if section.state not in states:
                raise UserError(
                    self.env._(
                        "%(name)s: %(state)s. Reload the page to see where it stands.",
                        name=section.name,
                        state=labels[section.state],
                    )
                )

    def _check_complete(self):
        """Check that there is something in the section, and that it can be printed.

        :raise ValidationError: saying what is missing
        """
        self.ensure_one()
        # sheets of the form (copies, seals) are done by hand
        is_empty = not (self._has_text() or self.asset_ids or self.attachment_ids)
        if self.content == "text" and self.part != "form" and is_empty:
            raise ValidationError(
                self.env._(
                    "There is nothing in the section %(name)s yet. Write its text, or"
                    " add evidence.",
                    name=self.name,
                )
            )
        self.env["kuaidi.tender"]._check_bid_text(self.body, self.name)

    def _move_to(self, state, **values):
        # sudo: the state is guarded, who may move it was checked by the caller
        self.sudo().write({"state": state, **values})

    def _welcome_owners(self):
        """Have owners join the team, and tell each once."""
        tenders = self.tender_id
        # sudo: whoever gets a section may read the tender from now on
        members_sudo = tenders.sudo().member_ids
        known = {(m.tender_id.id, m.user_id.id) for m in members_sudo}
        known |= {(t.id, t.user_id.id) for t in tenders.sudo()}
        added = {}
        for section in self:
            key = (section.tender_id.id, section.user_id.id)
            if key not in known:
                added.setdefault(key, section.part)
        members_sudo.create(
            [
                {"tender_id": tender_id, "user_id": user_id, "part": part}
                for (tender_id, user_id), part in added.items()
            ]
        )
        self._update_activities()
