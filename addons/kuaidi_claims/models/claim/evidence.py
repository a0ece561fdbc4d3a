from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .claim import CLOSED_STATES


class KuaidiClaimEvidence(models.Model):
    """One paper of a claim: asked for, received with its file, or waived (2.12)."""

    _name = "kuaidi.claim.evidence"
    _description = "Evidence"
    _inherit = ["kuaidi.file.mixin", "kuaidi.line.mixin", "kuaidi.guard.mixin"]
    _order = "claim_id, sequence, id"
    _guarded_fields = frozenset(
        {
            "claim_id",
            "company_id",
            "date_asked",
            "date_received",
            "rule_id",
            "sequence",
            "state",
            "waived_by_id",
        }
    )

    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="claim_id.company_id", store=True, precompute=True
    )
    rule_id = fields.Many2one(
        comodel_name="kuaidi.claim.evidence.rule",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    sequence = fields.Integer(readonly=True, default=100)
    title = fields.Char(string="Other Paper")
    name = fields.Char(string="Paper", compute="_compute_name")
    is_required = fields.Boolean(string="Needed", default=True)
    state = fields.Selection(
        selection=[
            ("asked", "Asked For"),
            ("received", "Received"),
            ("waived", "Waived"),
        ],
        required=True,
        default="asked",
        readonly=True,
    )
    date_asked = fields.Datetime(string="Asked For On", readonly=True)
    date_received = fields.Datetime(string="Received On", readonly=True)
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_claim_evidence_attachment_rel",
        column1="evidence_id",
        column2="attachment_id",
        string="Files",
        copy=False,
        help="Once received, a file stays: it cannot be deleted or replaced.",
    )
    file_count = fields.Integer(string="Files Attached", compute="_compute_file_count")
    original_place = fields.Char(
        string="Original Lies At", help="Where the paper itself is kept, if it came."
    )
    waive_reason = fields.Char(string="Why Not Needed")
    waived_by_id = fields.Many2one(comodel_name="res.users", readonly=True)

    _claim_rule_uniq = models.UniqueIndex(
        "(claim_id, rule_id) WHERE rule_id IS NOT NULL",
        "This paper is on the list of the claim already.",
    )
    _named = models.Constraint(
        "CHECK(rule_id IS NOT NULL OR COALESCE(title, '') <> '')",
        "Name the paper that is asked for.",
    )

    # === COMPUTE METHODS === #

    @api.depends("rule_id.name", "title")
    @api.depends_context("lang")
    def _compute_name(self):
        for evidence in self:
            # sudo: whoever sees what is asked for reads its name
            evidence.name = evidence.title or evidence.rule_id.sudo().name

    @api.depends("attachment_ids")
    def _compute_file_count(self):
        for evidence in self:
            # sudo: how many there are, as the paper is seen
            evidence.file_count = len(evidence.sudo().attachment_ids)

    @api.depends("name")
    def _compute_display_name(self):
        for evidence in self:
            evidence.display_name = evidence.name

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        # the one to which a line is added names itself
        self._check_not_typed(self._get_filled_names(vals_list) - {"claim_id"})
        lines = super().create(vals_list)
        lines._check_claim_open()
        lines._keep_files()
        return lines

    def write(self, vals):
        self._check_not_typed(vals.keys())
        if not self.env.su:
            self._check_claim_open()
        if "attachment_ids" not in vals:
            return super().write(vals)
        before = {line: line.sudo().attachment_ids for line in self}
        res = super().write(vals)
        for line, files in before.items():
            gone = files - line.sudo().attachment_ids
            if line.state == "received" and gone.filtered(line._is_own_file):
                line._refuse_deletion()
        self._keep_files()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        for line in self:
            if line.state == "received":
                line._refuse_deletion()
            if line.rule_id and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(paper)s is asked for by a rule. Waive it with a reason"
                        " instead.",
                        paper=line.name,
                    )
                )

    # === ACTION METHODS === #

    def action_receive(self):
        """Note that the paper came, as a file or as an original that is kept.

        :raise UserError: without file or place of the original, or when it came before
        """
        self.check_access("write")
        self._check_claim_open()
        for line in self:
            if line.state == "received":
                raise UserError(
                    self.env._("%(paper)s was received already.", paper=line.name)
                )
            if not line.attachment_ids and not line.original_place:
                raise UserError(
                    self.env._(
                        "Attach the file of %(paper)s, or say where the original lies.",
                        paper=line.name,
                    )
                )
        # sudo: the state is guarded; who may receive was checked above
        self.sudo()._mark_received()
        return True

    def action_waive(self):
        """Go on without the paper, for the reason that is written down.

        :raise UserError: without a reason, or when it was received
        """
        self.check_access("write")
        self._check_claim_open()
        for line in self:
            if line.state != "asked":
                raise UserError(
                    self.env._("%(paper)s is not waited for.", paper=line.name)
                )
            if not (line.waive_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Write down why %(paper)s is not needed.", paper=line.name
                    )
                )
        # sudo: the state is guarded; who may waive was checked above
        self.sudo().write({"state": "waived", "waived_by_id": self.env.uid})
        self.sudo().claim_id._on_evidence_changed()
        return True

    def action_ask_again(self):
        """Wait for a paper after all that was waived."""
        self.check_access("write")
        self._check_claim_open()
        waived = self.filtered(lambda line: line.state == "waived")
        # sudo: the state is guarded; who may ask was checked above
        waived.sudo().write({"state": "asked", "waived_by_id": False})
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "What became of a paper follows from its buttons: receive or waive"
            " it there."
        )

    def _check_claim_open(self):
        for claim in self.claim_id:
            if claim.state in CLOSED_STATES:
                raise UserError(
                    self.env._(
                        "%(claim)s is closed: its evidence stays as it is.",
                        claim=claim.display_name,
                    )
                )

    def _keep_files(self):
        """Make the files the evidence's own, and note that the paper came with them.

        A file that belongs elsewhere is copied: what happens to it there cannot touch
        the evidence.
        """
        for line in self:
            # sudo: the evidence owns its files, whoever uploaded them
            line_sudo = line.sudo()
            foreign = line_sudo.attachment_ids.filtered(
                lambda file, line=line: not line._is_own_file(file)
            )
            if foreign:
                foreign.with_env(self.env).check_access("read")
                copies = foreign.copy({"res_model": line._name, "res_id": line.id})
                line_sudo.write(
                    {
                        "attachment_ids": [
                            *(Command.unlink(file.id) for file in foreign),
                            *(Command.link(file.id) for file in copies),
                        ]
                    }
                )
        came = self.filtered(
            lambda line: line.state != "received" and line.sudo().attachment_ids
        )
        # sudo: the state is guarded, and follows from the file
        came.sudo()._mark_received()

    def _is_own_file(self, file):
        return (file.res_model, file.res_id) == (self._name, self.id)

    def _mark_received(self):
        if self:
            self.write({"state": "received", "date_received": fields.Datetime.now()})
            self.claim_id._on_evidence_changed()

    def _refuse_deletion(self):
        """Refuse that evidence disappears, and have the attempt logged.

        :raise UserError: always
        """
        self.ensure_one()
        self._log_deletion()
        raise UserError(
            self.env._(
                "%(paper)s of %(claim)s was received: its files stay on file. The"
                " attempt to delete it was noted.",
                paper=self.name,
                claim=self.claim_id.display_name,
            )
        )

    def _log_deletion(self):
        """Write the attempt into the claim's log once the refusal was rolled back."""
        claim_id, paper, user = self.claim_id.id, self.name, self.env.user
        registry, context = self.env.registry, {"lang": self.env.lang}

        @self.env.cr.postrollback.add
        def note_attempt():
            with registry.cursor() as cr:
                env = api.Environment(cr, api.SUPERUSER_ID, context)
                env["kuaidi.claim"].browse(claim_id).exists().message_post(
                    body=env._(
                        "%(user)s tried to delete evidence: %(paper)s. It was refused.",
                        user=user.with_env(env).name,
                        paper=paper,
                    )
                )
