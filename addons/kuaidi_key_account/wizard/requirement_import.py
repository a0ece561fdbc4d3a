import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.tender.tender_member import PARTS
from ..tools.requirement_sheet import write_template
from ..tools.tender_clauses import MAX_TEXT, get_fingerprint
from ..tools.tender_error import TenderFileError
from ..tools.tender_file import read_tender_file, read_tender_text


class KuaidiTenderRequirementImport(models.TransientModel):
    """A tender document on its way into the requirements of a tender (TE-2).

    What is found in it is shown first; a person takes, corrects, joins and drops it.
    Nothing becomes a requirement before that, and then all of it at once.
    """

    _name = "kuaidi.tender.requirement.import"
    _inherit = ["kuaidi.uploaded.file.mixin"]
    _description = "Import Requirements"

    tender_id = fields.Many2one(
        comodel_name="kuaidi.tender", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tender_id.company_id")
    state = fields.Selection(
        selection=[("source", "Document"), ("preview", "Confirm Clauses")],
        required=True,
        default="source",
        readonly=True,
    )
    source = fields.Selection(
        selection=[("file", "Upload a File"), ("paste", "Paste the Text")],
        required=True,
        default="file",
    )
    text = fields.Text(string="Text of the Document")
    template_file = fields.Binary(compute="_compute_template_file")
    date_due = fields.Date(string="Answers Due")
    is_shared_out = fields.Boolean(
        string="Share out among the Team",
        default=True,
        help="Each requirement goes to whoever has its part in the bid team, else to"
        " the lead of the bid.",
    )
    line_ids = fields.One2many(
        comodel_name="kuaidi.tender.requirement.import.line",
        inverse_name="import_id",
        string="Clauses Found",
    )
    found_count = fields.Integer(string="Clauses", compute="_compute_counts")
    taken_count = fields.Integer(string="To Import", compute="_compute_counts")
    known_count = fields.Integer(string="Known Already", compute="_compute_counts")

    # === COMPUTE METHODS === #

    @api.depends("line_ids.is_taken", "line_ids.is_known")
    def _compute_counts(self):
        for wizard in self:
            lines = wizard.line_ids
            wizard.found_count = len(lines)
            wizard.taken_count = len(lines.filtered("is_taken"))
            wizard.known_count = len(lines.filtered("is_known"))

    @api.depends_context("lang")
    def _compute_template_file(self):
        is_chinese = (self.env.lang or "").startswith("zh")
        content = write_template(is_chinese, self.env._("Requirements"))
        self.template_file = base64.b64encode(content)

    # === ACTION METHODS === #

    def action_read(self):
        """Split the document into clauses and show them; nothing is imported yet.

        :raise UserError: saying what is wrong with the document
        """
        self.ensure_one()
        self._check_tender()
        try:
            clauses = self._read_clauses()
        except TenderFileError as error:
            raise UserError(self._get_message(error)) from error
        if not clauses:
            raise UserError(
                self.env._(
                    "No numbered clause was found (第一章, 一、, (一), 1., 1.1, ★)."
                    " Paste the part with the requirements, or use the Excel template."
                )
            )
        self.write(
            {
                "state": "preview",
                "file": False,
                "line_ids": [
                    Command.clear(),
                    *map(Command.create, self._prepare_lines(clauses)),
                ],
            }
        )
        return self._get_form_action()

    def action_back(self):
        """Go back to the choice of the document; the clauses found are dropped."""
        self.ensure_one()
        self.write({"state": "source", "line_ids": [Command.clear()]})
        return self._get_form_action()

    def action_take_all(self):
        """Take every clause that the tender does not have yet."""
        self.ensure_one()
        self.line_ids.filtered(lambda line: not line.is_known).is_taken = True
        return self._get_form_action()

    def action_take_mandatory(self):
        """Take the ★ clauses and those that bring points alone."""
        self.ensure_one()
        wanted = self.line_ids.filtered(
            lambda line: not line.is_known and (line.is_mandatory or line.score_max)
        )
        wanted.is_taken = True
        (self.line_ids - wanted).is_taken = False
        return self._get_form_action()

    def action_import(self):
        """Make requirements of the clauses that were taken, all of them or none.

        Clauses that the tender has already are left out: the same document twice makes
        no doubles.

        :raise UserError: when none is taken, or the bid was sealed meanwhile
        """
        self.ensure_one()
        tender = self.tender_id
        self._check_tender()
        # of two people with the same document the second finds the clauses there
        tender.lock_for_update()
        taken = self.line_ids.filtered("is_taken")
        if not taken:
            raise UserError(
                self.env._("No clause is taken. Tick those that the bid has to answer.")
            )
        known = self._get_known_fingerprints()
        values = []
        for line in taken.sorted("sequence"):
            fingerprint = get_fingerprint(line.clause, line.name)
            if fingerprint not in known:
                known.add(fingerprint)
                values.append(self._prepare_requirement(line, len(values)))
        requirements = self.env["kuaidi.tender.requirement"].create(values)
        tender._message_log(
            body=self.env._(
                "%(user)s imported %(count)s requirements from %(document)s;"
                " %(known)s were there already.",
                user=self.env.user.name,
                count=len(requirements),
                document=self.file_name or self.env._("a pasted text"),
                known=len(taken) - len(requirements),
            )
        )
        return tender.action_view_requirements()

    def action_download_template(self):
        """Download the workbook to fill in."""
        return self._get_download_action(
            "template_file", self.env._("Requirements.xlsx")
        )

    # === BUSINESS METHODS === #

    def _check_tender(self):
        self.tender_id.check_access("write")
        self.tender_id._check_not_frozen()

    def _get_file_texts(self):
        return {
            "title": self.env._("Import Requirements"),
            "no_file": self.env._("Choose the tender document first."),
        }

    def _get_too_large_message(self, limit_mb):
        return self.env._(
            "The document is larger than %(limit)s MB. Upload the part with the"
            " requirements, paste its text, or have the limit raised in the settings.",
            limit=limit_mb,
        )

    def _read_clauses(self):
        if self.source == "paste":
            if not (self.text or "").strip():
                raise UserError(self.env._("Paste the text of the document first."))
            return read_tender_text(self.text)
        return read_tender_file(self._read_upload())

    def _get_message(self, error):
        # a lazy translation takes the language of the environment
        message = error.message._translate(self.env.lang)
        return message % error.values if error.values else message

    def _get_known_fingerprints(self):
        lines = self.env["kuaidi.tender.requirement"].search_fetch(
            [("tender_id", "=", self.tender_id.id)], ["fingerprint"]
        )
        return set(lines.mapped("fingerprint"))

    def _prepare_lines(self, clauses):
        known = self._get_known_fingerprints()
        for number, clause in enumerate(clauses, 1):
            fingerprint = get_fingerprint(clause.clause, clause.text)
            is_known = fingerprint in known
            known.add(fingerprint)
            yield {
                "sequence": number,
                "is_taken": not is_known,
                "is_known": is_known,
                "clause": clause.clause,
                "page": clause.page,
                "name": clause.text,
                "heading": " › ".join(clause.headings),
                "part": clause.part,
                "is_mandatory": clause.is_mandatory,
                "score_max": clause.score,
            }

    def _prepare_requirement(self, line, position):
        user = self.env["res.users"]
        if self.is_shared_out:
            user = self.tender_id._get_part_user(line.part)
        last = self.tender_id.requirement_ids[-1:].sequence
        return {
            "tender_id": self.tender_id.id,
            "sequence": last + 10 * (position + 1),
            "clause": line.clause,
            "page": line.page,
            "name": line.name,
            "part": line.part,
            "is_mandatory": line.is_mandatory,
            "score_max": line.score_max,
            "user_id": user.id,
            "date_due": self.date_due,
        }


class KuaidiTenderRequirementImportLine(models.TransientModel):
    """One clause found in a tender document, before a person confirms it."""

    _name = "kuaidi.tender.requirement.import.line"
    _description = "Clause Found"
    _order = "sequence, id"

    import_id = fields.Many2one(
        comodel_name="kuaidi.tender.requirement.import",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer()
    is_taken = fields.Boolean(string="Take")
    is_known = fields.Boolean(
        string="Known",
        readonly=True,
        help="The tender has this clause with this text already.",
    )
    clause = fields.Char(string="Clause No.")
    page = fields.Integer()
    name = fields.Text(string="Requirement", required=True)
    heading = fields.Char(string="Below the Titles", readonly=True)
    part = fields.Selection(
        selection=PARTS, string="Answered In", required=True, default="commercial"
    )
    is_mandatory = fields.Boolean(string="★")
    score_max = fields.Float(string="Points", digits=(6, 2))

    # === ACTION METHODS === #

    def action_join(self):
        """Join this clause with the one above it, as one requirement.

        :raise UserError: for the first clause, or a text beyond all measure
        """
        self.ensure_one()
        above = self.search(
            [("import_id", "=", self.import_id.id), ("sequence", "<", self.sequence)],
            order="sequence desc",
            limit=1,
        )
        if not above:
            raise UserError(
                self.env._("This is the first clause: there is none above it to join.")
            )
        if len(above.name) + len(self.name) > MAX_TEXT:
            raise UserError(
                self.env._("Both clauses together are too long for one requirement.")
            )
        above.write(
            {
                "name": f"{above.name}\n{self.name}",
                "is_mandatory": above.is_mandatory or self.is_mandatory,
                "score_max": max(above.score_max, self.score_max),
                "is_known": False,
                "is_taken": True,
            }
        )
        wizard = self.import_id
        self.unlink()
        return wizard._get_form_action()
