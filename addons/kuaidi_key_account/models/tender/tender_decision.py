from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_list


class KuaidiTender(models.Model):
    """Decides whether we bid, with reasons: the documents are read first (2.8)."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    check_ids = fields.One2many(
        comodel_name="kuaidi.tender.check",
        inverse_name="tender_id",
        string="Reading Questions",
    )
    decision = fields.Selection(
        selection=[("bid", "We Bid"), ("no_bid", "We Do Not Bid")],
        readonly=True,
        copy=False,
        tracking=True,
    )
    decision_reason_ids = fields.Many2many(
        comodel_name="kuaidi.tender.reason",
        string="Reasons",
        readonly=True,
        copy=False,
    )
    decision_note = fields.Text(
        string="Why So Decided", readonly=True, copy=False, tracking=True
    )
    decided_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    date_decided = fields.Datetime(string="Decided On", readonly=True, copy=False)
    check_open_count = fields.Integer(
        string="Questions Open", compute="_compute_check_counts"
    )
    check_risk_count = fields.Integer(
        string="Risks Found", compute="_compute_check_counts"
    )

    # === COMPUTE METHODS === #

    @api.depends("check_ids.answer", "check_ids.rating", "check_ids.point_id")
    def _compute_check_counts(self):
        for tender in self:
            tender.check_open_count = len(
                tender.check_ids.filtered(
                    lambda check: check.is_required and not check.answer
                )
            )
            tender.check_risk_count = len(
                tender.check_ids.filtered(
                    lambda check: check.rating in ("risk", "stop")
                )
            )

    # === ACTION METHODS === #

    def action_qualify(self):
        """Take tenders up, with the questions to answer while they are read (2.8)."""
        res = super().action_qualify()
        points = self.env["kuaidi.tender.check.point"].search([])
        for tender in self:
            asked = tender.check_ids.point_id
            # sudo: the questions are put by the system; the right was checked above
            tender.sudo().check_ids = [
                Command.create({"point_id": point.id}) for point in points - asked
            ]
        return res

    def action_open_decide(self):
        """Open the form on which it is decided whether we bid.

        :raise UserError: when there is nothing to decide any more
        """
        self.ensure_one()
        self.check_access("write")
        self._check_is("draft", "qualifying", "preparing")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_tender_decide_action"
        )
        return dict(action, context={"default_tender_id": self.id})

    def action_reopen(self):
        """Take a tender up again that was not bid for, or said to be lost.

        :raise UserError: for any other tender
        """
        for tender in self._lock():
            tender._check_is("no_bid", "lost")
            tender._reopen()

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "decision",
            "decision_reason_ids",
            "decision_note",
            "decided_by_id",
            "date_decided",
        }

    def _decide(self, decision, reasons, note):
        """Decide whether we bid for one tender, with reasons.

        :param str decision: ``bid`` or ``no_bid``
        :param reasons: kuaidi.tender.reason
        :raise UserError: without a reason, or while required questions are open
        """
        self.ensure_one()
        self._lock()
        if decision == "bid":
            self._check_is("draft", "qualifying")
            self._check_read()
        else:
            self._check_is("draft", "qualifying", "preparing")
        if not reasons and not (note or "").strip():
            raise UserError(self.env._("Say why: choose a reason, or write it down."))
        values = {
            "decision": decision,
            "decision_reason_ids": [Command.set(reasons.ids)],
            "decision_note": note,
            "decided_by_id": self.env.uid,
            "date_decided": fields.Datetime.now(),
        }
        if decision == "bid":
            self._move("preparing", **values)
        else:
            self._move("no_bid", date_done=fields.Datetime.now(), **values)

    def _check_read(self):
        """Check that the questions that a decision needs are answered.

        :raise UserError: naming those that are not
        """
        self.ensure_one()
        if not self.check_ids:
            raise UserError(
                self.env._(
                    "Take %(tender)s up and answer its reading questions before you"
                    " decide to bid.",
                    tender=self.display_name,
                )
            )
        open_checks = self.check_ids.filtered(lambda c: c.is_required and not c.answer)
        if open_checks:
            raise UserError(
                self.env._(
                    "Before it is decided to bid, answer: %(questions)s",
                    questions=format_list(
                        self.env, open_checks.point_id.mapped("name")
                    ),
                )
            )

    def _leave(self, lost_reason):
        """Leave one tender that was given up in CRM before a bid was handed in."""
        self.ensure_one()
        self._lock()
        note = lost_reason.name or self.env._("Given up in CRM, without a reason.")
        self._move(
            "no_bid",
            decision="no_bid",
            decision_note=note,
            decided_by_id=self.env.uid,
            date_decided=fields.Datetime.now(),
            date_done=fields.Datetime.now(),
        )

    def _reopen(self):
        """Take one tender up again, at the step that it had come to."""
        self.ensure_one()
        self._lock()
        if self.state == "no_bid":
            self._move(
                "qualifying",
                date_done=False,
                decision=False,
                decision_reason_ids=[Command.clear()],
                decided_by_id=False,
                date_decided=False,
            )
        else:
            self._move("opened", date_done=False, **self._get_result_cleared())
