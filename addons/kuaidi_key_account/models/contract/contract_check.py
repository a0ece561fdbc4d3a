from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

ANSWER_FIELDS = {"answer", "remark"}


class KuaidiContractCheck(models.Model):
    """What was found when one contract was checked for one point, by whom and when."""

    _name = "kuaidi.contract.check"
    _description = "Contract Check"
    _inherit = ["kuaidi.line.mixin"]
    _order = "contract_id, sequence, id"
    _rec_name = "point_id"

    contract_id = fields.Many2one(
        comodel_name="kuaidi.contract",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    point_id = fields.Many2one(
        comodel_name="kuaidi.contract.check.point",
        string="Question",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    sequence = fields.Integer(related="point_id.sequence", store=True)
    article = fields.Char(related="point_id.article")
    explanation = fields.Text(related="point_id.explanation")
    # texts break their lines in a list, a link would be cut off
    question = fields.Text(string="Question in Full", compute="_compute_question")
    hint = fields.Text(
        compute="_compute_hint",
        help="What the contract's own data say on this point.",
    )
    answer = fields.Selection(
        selection=[
            ("ok", "In Order"),
            ("concern", "Concern"),
            ("none", "Not Concerned"),
        ],
        help="A concern has to be explained: whoever approves decides on it.",
    )
    remark = fields.Char()
    user_id = fields.Many2one(
        comodel_name="res.users", string="Checked By", readonly=True, index=True
    )
    date_checked = fields.Datetime(string="Checked On", readonly=True)

    _contract_point_uniq = models.UniqueIndex(
        "(contract_id, point_id)", "A contract answers each question once."
    )

    # === COMPUTE METHODS === #

    @api.depends("point_id")
    @api.depends_context("lang")
    def _compute_question(self):
        for check in self:
            point = check.point_id
            check.question = "\n".join(filter(None, (point.name, point.article)))

    @api.depends("contract_id", "point_id")
    @api.depends_context("lang")
    def _compute_hint(self):
        for check in self:
            check.hint = check.contract_id._get_check_hint(check.point_id.code)

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - ANSWER_FIELDS:
                raise AccessError(
                    self.env._(
                        "Answer and remark are entered here; the rest is written by"
                        " the system."
                    )
                )
            if any(check.contract_id.state != "draft" for check in self):
                raise UserError(
                    self.env._(
                        "The checklist is answered while the contract is a draft. Take"
                        " it back to draft to change an answer."
                    )
                )
        if "answer" in vals and "user_id" not in vals:
            answered = bool(vals["answer"])
            # sudo: who answered is written by the system alone
            super(KuaidiContractCheck, self.sudo()).write(
                {
                    "user_id": answered and self.env.uid,
                    "date_checked": answered and fields.Datetime.now(),
                }
            )
        return super().write(vals)


class KuaidiContract(models.Model):
    """The review checklist of a contract (2.7)."""

    _name = "kuaidi.contract"
    _inherit = ["kuaidi.contract"]

    check_ids = fields.One2many(
        comodel_name="kuaidi.contract.check",
        inverse_name="contract_id",
        string="Review Checklist",
    )
    check_open_count = fields.Integer(
        string="Open Questions", compute="_compute_check_counts"
    )
    check_concern_count = fields.Integer(
        string="Concerns", compute="_compute_check_counts"
    )

    # === COMPUTE METHODS === #

    @api.depends("check_ids.answer")
    def _compute_check_counts(self):
        for contract in self:
            answers = contract.check_ids.mapped("answer")
            contract.check_open_count = answers.count(False)
            contract.check_concern_count = answers.count("concern")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        contracts = super().create(vals_list)
        contracts._update_checks()
        return contracts

    def write(self, vals):
        res = super().write(vals)
        if {"kind", "is_public"} & vals.keys():
            self.filtered(lambda contract: contract.state == "draft")._update_checks()
        return res

    # === BUSINESS METHODS === #

    def _update_checks(self):
        """Ask the questions that concern each draft, and no others.

        What was answered on a point that stays is kept.
        """
        # sudo: the questions are put by the system, whoever draws the contract up
        contracts_sudo = self.sudo()
        points = self.env["kuaidi.contract.check.point"].sudo().search([])
        vals_list = []
        for contract in contracts_sudo:
            asked = points._filter_asked_of(contract)
            contract.check_ids.filtered_domain(
                [("point_id", "not in", asked.ids)]
            ).unlink()
            vals_list += [
                {"contract_id": contract.id, "point_id": point.id}
                for point in asked - contract.check_ids.point_id
            ]
        self.env["kuaidi.contract.check"].sudo().create(vals_list)
        self.invalidate_recordset(["check_ids"])

    def _check_requestable(self):
        """The checklist is answered, and every concern explained, before approval.

        :raise UserError: naming the open questions
        """
        res = super()._check_requestable()
        unanswered = self.check_ids.filtered(lambda check: not check.answer)
        if unanswered:
            raise UserError(
                self.env._(
                    "Answer the review checklist of %(contract)s first. Open are"
                    " %(count)s questions: %(questions)s.",
                    contract=self.display_name,
                    count=len(unanswered),
                    questions=format_list(
                        self.env, unanswered[:3].point_id.mapped("name")
                    ),
                )
            )
        unexplained = self.check_ids.filtered(
            lambda check: check.answer == "concern" and not (check.remark or "").strip()
        )
        if unexplained:
            raise UserError(
                self.env._(
                    "Explain the concern on “%(question)s” in its remark: whoever"
                    " approves has to decide on it.",
                    question=unexplained[0].point_id.name,
                )
            )
        return res
