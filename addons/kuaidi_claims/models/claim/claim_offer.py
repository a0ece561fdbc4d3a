from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# entered by people; all else is written by buttons
OFFER_FIELDS = frozenset(("claim_id", "side", "amount", "date", "channel", "note"))
OFFER_STATES = ("negotiation", "lawyer")


class KuaidiClaimOffer(models.Model):
    """What one side offers or demands while a claim is negotiated (2.12, D14)."""

    _name = "kuaidi.claim.offer"
    _description = "Offer on a Claim"
    _inherit = ["kuaidi.line.mixin", "kuaidi.evidence.mixin"]
    _order = "date desc, id desc"
    _rec_name = "amount"

    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True)
    currency_id = fields.Many2one(related="claim_id.currency_id")
    side = fields.Selection(
        selection=[("ours", "Our Offer"), ("client", "Client's Demand")],
        string="Whose",
        required=True,
        default="ours",
    )
    amount = fields.Monetary(required=True, aggregator=None)
    date = fields.Datetime(string="Made On", required=True, default=fields.Datetime.now)
    channel = fields.Selection(
        selection=[
            ("phone", "Phone"),
            ("mail", "Mail"),
            ("letter", "Letter"),
            ("visit", "Visit"),
            ("portal", "Portal"),
            ("chat", "WeChat"),
        ],
        required=True,
        default="phone",
    )
    note = fields.Char(help="Who said it, and in which words.")
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("replaced", "Replaced"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Logged By",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
        ondelete="restrict",
    )
    answered_by_id = fields.Many2one(comodel_name="res.users", readonly=True)
    date_answered = fields.Datetime(string="Answered On", readonly=True)

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "Offer an amount above zero."
    )
    _accepted_uniq = models.UniqueIndex(
        "(claim_id) WHERE state = 'accepted'",
        "An offer on this claim was accepted already.",
    )
    _open_uniq = models.UniqueIndex(
        "(claim_id, side) WHERE state = 'open'",
        "Each side has one open offer at a time.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("date")
    def _check_date(self):
        now = fields.Datetime.now()
        for offer in self:
            if offer.date > now:
                raise ValidationError(
                    self.env._("An offer cannot have been made in the future.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Log offers; the open one of the same side is replaced."""
        if not self.env.su:
            if any(vals.keys() - OFFER_FIELDS for vals in vals_list):
                raise AccessError(self._get_guarded_message())
            # nor does a default of the page decide on an offer
            self = self._without_defaults(self._fields.keys() - OFFER_FIELDS)
        # without a claim the database refuses the offer, in Odoo's own words
        claims = self.env["kuaidi.claim"].browse(
            vals["claim_id"] for vals in vals_list if vals.get("claim_id")
        )
        claims.check_access("write")
        for claim in claims:
            if claim.state not in OFFER_STATES:
                raise UserError(
                    self.env._(
                        "%(claim)s is not negotiated now: no offer can be logged.",
                        claim=claim.display_name,
                    )
                )
        # sudo: that an offer is replaced is written by the system; the right to work
        # on the claims was checked above
        for vals in vals_list:
            self.sudo().search(
                [
                    ("claim_id", "=", vals.get("claim_id")),
                    ("side", "=", vals.get("side", "ours")),
                    ("state", "=", "open"),
                ]
            ).state = "replaced"
        self.env["kuaidi.claim.offer"].flush_model(["state"])
        offers = super().create(vals_list)
        return offers

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self._get_guarded_message())
        return super().write(vals)

    # === ACTION METHODS === #

    def action_accept(self):
        """Register that the other side accepts the offer: consensus is reached.

        :raise UserError: when the offer is not open, or the claim not negotiated
        """
        self.ensure_one()
        self._check_answerable()
        # sudo: how an offer ends is written by its buttons; the right was checked
        offer_sudo = self.sudo()
        offer_sudo.write(
            {
                "state": "accepted",
                "answered_by_id": self.env.uid,
                "date_answered": fields.Datetime.now(),
            }
        )
        offer_sudo.search(
            [("claim_id", "=", self.claim_id.id), ("state", "=", "open")]
        ).state = "replaced"
        self.claim_id._reach_consensus(self.amount)

    def action_refuse(self):
        """Register that the other side refuses the offer.

        :raise UserError: when the offer is not open, or the claim not negotiated
        """
        self.ensure_one()
        self._check_answerable()
        # sudo: as above
        self.sudo().write(
            {
                "state": "refused",
                "answered_by_id": self.env.uid,
                "date_answered": fields.Datetime.now(),
            }
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_evidence_message(self):
        return self.env._("What was offered stays on file. Log a new offer instead.")

    def _check_answerable(self):
        """Lock claim and offer, and check that it can be answered now."""
        self.claim_id.check_access("write")
        # sudo: an officer may lock what he answers
        self.claim_id.sudo().lock_for_update()
        self.invalidate_recordset(["state"])
        self.claim_id.invalidate_recordset(["state"])
        if self.state != "open" or self.claim_id.state not in OFFER_STATES:
            raise UserError(
                self.env._(
                    "This offer was answered or replaced already. Reload the page to"
                    " see what became of it."
                )
            )

    def _get_guarded_message(self):
        return self.env._(
            "What was offered stays as it was logged: accept or refuse it by its"
            " buttons, or log a new one."
        )
