from odoo import api, fields, models
from odoo.exceptions import UserError

from .tender import OPEN_STATES


class KuaidiTender(models.Model):
    """How a tender ended: rank, score, award, loss or rejection, and lessons."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    score = fields.Float(
        string="Our Score", digits=(16, 2), copy=False, aggregator="avg"
    )
    rank = fields.Integer(
        string="Our Rank", copy=False, aggregator=None, help="0: not known."
    )
    amount_award = fields.Monetary(
        string="Award Amount", readonly=True, copy=False, tracking=True
    )
    lost_reason_id = fields.Many2one(
        comodel_name="crm.lost.reason",
        string="Why the Tender Was Lost",
        readonly=True,
        copy=False,
        ondelete="restrict",
        tracking=True,
    )
    rejection_id = fields.Many2one(
        comodel_name="kuaidi.tender.reason",
        string="Why Our Bid Was Rejected",
        readonly=True,
        copy=False,
        ondelete="restrict",
        tracking=True,
    )
    winner = fields.Char(string="Lost to Bidder", readonly=True, copy=False)
    lessons = fields.Text(
        copy=False,
        help="What we do differently in the next tender: price, texts, evidence, form,"
        " presentation.",
    )
    date_withdrawn = fields.Date(
        string="Bid Withdrawn On",
        readonly=True,
        copy=False,
        help="Before the deadline a bid is withdrawn without harm: the bond comes back"
        " within 5 days (Implementation Regulations, article 35).",
    )

    _rank_positive = models.Constraint(
        "CHECK(COALESCE(rank, 0) >= 0 AND COALESCE(score, 0) >= 0)",
        "Rank and score cannot be negative.",
    )
    _lost_has_reason = models.Constraint(
        "CHECK(state <> 'lost' OR lost_reason_id IS NOT NULL)",
        "Say why the tender was lost.",
    )

    # === ACTION METHODS === #

    def action_open_result(self):
        """Open the form on which the result is entered.

        :raise UserError: before anything was handed in, or after the end
        """
        self.ensure_one()
        self.check_access("write")
        self._check_is("submitted", "opened")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_tender_result_action"
        )
        return dict(action, context={"default_tender_id": self.id})

    def action_register_opening(self):
        """Register that the bids were opened.

        :raise UserError: for fewer than three bidders in a public or invited tender,
            which is put out again (Tendering and Bidding Law, article 28;
            Implementation Regulations, article 44)
        """
        for tender in self:
            if tender.form in ("public", "invited") and 0 < tender.bidder_count < 3:
                raise UserError(
                    self.env._(
                        "Fewer than three bidders: %(tender)s is not opened but put out"
                        " again (Tendering and Bidding Law, article 28; Implementation"
                        " Regulations, article 44). Register it as cancelled, or"
                        " correct the number of bidders.",
                        tender=tender.display_name,
                    )
                )
        return super().action_register_opening()

    def action_withdraw(self):
        """Register that we withdrew the bid before the deadline (article 35).

        :raise UserError: after the deadline, when the bond may be kept
        """
        for tender in self._lock():
            tender._check_is("submitted")
            tender._check_before_deadline()
            tender._move(
                "cancelled",
                date_withdrawn=tender._get_today(),
                date_done=fields.Datetime.now(),
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "amount_award",
            "lost_reason_id",
            "rejection_id",
            "winner",
            "date_withdrawn",
        }

    @api.model
    def _get_live_fields(self):
        return super()._get_live_fields() | {"score", "rank", "lessons"}

    def _win(self, amount=None, date=None, lessons=None):
        """Register the award; the contract follows within 30 days (TBL 46).

        :param amount: award in the company's currency; None: our price
        :param date: day of the award notice; None: as entered, else today
        :raise UserError: when the tender has ended
        """
        self.ensure_one()
        self._lock()
        self._check_is(*OPEN_STATES)
        self._move(
            "won",
            amount_award=self.amount_bid if amount is None else amount,
            date_award=date or self.date_award or self._get_today(),
            date_done=fields.Datetime.now(),
            likelihood=100,
            lessons=lessons or self.lessons,
        )
        # sudo: the result of the lots follows the tender's
        lots_sudo = self.sudo().lot_ids
        if not lots_sudo.filtered(lambda lot: lot.result == "won"):
            lots_sudo.filtered(lambda lot: lot.result == "open").result = "won"
        self._on_won()

    def _lose(self, reason, rejection=None, winner=None, date=None, lessons=None):
        """Register that another bidder got the award, or that our bid was rejected.

        :param reason: crm.lost.reason
        :param rejection: kuaidi.tender.reason of a rejected bid
        :raise UserError: when nothing was handed in, or the tender has ended
        """
        self.ensure_one()
        self._lock()
        self._check_is("submitted", "opened")
        # sudo: what others bid is read whoever registers the result
        winners = self.sudo().competitor_ids.filtered("is_winner")
        self._move(
            "lost",
            lost_reason_id=reason.id,
            rejection_id=rejection and rejection.id,
            winner=winner or ", ".join(winners.mapped("name")) or False,
            date_award=date or self.date_award,
            date_done=fields.Datetime.now(),
            likelihood=0,
            lessons=lessons or self.lessons,
        )
        # sudo: the result of the lots follows the tender's
        self.sudo().lot_ids.filtered(lambda lot: lot.result == "open").result = (
            "rejected" if rejection else "lost"
        )

    def _get_result_cleared(self):
        """Return the values of a tender whose result is not known any more."""
        return {
            "lost_reason_id": False,
            "rejection_id": False,
            "winner": False,
            "likelihood": 30,
        }

    def _get_lost_reason(self):
        self.ensure_one()
        if self.state == "no_bid":
            return self.env.ref("kuaidi_key_account.lost_reason_no_bid")
        return self.lost_reason_id or super()._get_lost_reason()

    def _on_won(self):
        """Hook: this tender was won."""
        self.ensure_one()
