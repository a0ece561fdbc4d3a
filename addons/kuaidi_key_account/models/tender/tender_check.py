from odoo import api, fields, models
from odoo.exceptions import AccessError


class KuaidiTenderCheck(models.Model):
    """What the documents of one tender say on one question, and what that means."""

    _name = "kuaidi.tender.check"
    _description = "Tender Reading Answer"
    _inherit = ["kuaidi.tender.part"]
    _order = "tender_id, sequence, id"
    _rec_name = "point_id"

    _guarded_fields = frozenset(("user_id", "date_answered"))

    point_id = fields.Many2one(
        comodel_name="kuaidi.tender.check.point",
        string="Question",
        required=True,
        index=True,
        ondelete="restrict",
    )
    sequence = fields.Integer(related="point_id.sequence", store=True)
    # texts break their lines in a list, a link would be cut off
    question = fields.Text(string="Question in Full", compute="_compute_question")
    is_required = fields.Boolean(related="point_id.is_required")
    answer = fields.Text(string="What We Found")
    rating = fields.Selection(
        selection=[
            ("good", "In Our Favour"),
            ("neutral", "Neutral"),
            ("risk", "Risk"),
            ("stop", "Speaks against a Bid"),
        ],
        string="Means for Us",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Answered By", readonly=True, index=True
    )
    date_answered = fields.Datetime(string="Answered On", readonly=True)

    _tender_point_uniq = models.UniqueIndex(
        "(tender_id, point_id)", "A tender answers each question once."
    )

    # === COMPUTE METHODS === #

    @api.depends("point_id")
    @api.depends_context("lang")
    def _compute_question(self):
        for check in self:
            point = check.point_id
            check.question = "\n".join(filter(None, (point.name, point.explanation)))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        checks.filtered("answer")._sign()
        return checks

    def write(self, vals):
        if "point_id" in vals and not self.env.su:
            raise AccessError(
                self.env._("A question stays. Add another one to the list instead.")
            )
        res = super().write(vals)
        if "answer" in vals:
            self._sign()
        return res

    # === BUSINESS METHODS === #

    def _sign(self):
        """Note who answered and when."""
        for is_answered, checks in self.grouped(lambda c: bool(c.answer)).items():
            # sudo: who answered is written by the system alone
            checks.sudo().write(
                {
                    "user_id": is_answered and self.env.uid,
                    "date_answered": is_answered and fields.Datetime.now(),
                }
            )
