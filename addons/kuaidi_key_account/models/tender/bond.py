from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .bond_rule import BOND_KINDS

# handed in as a paper: no money moves unless it is called
PAPER_FORMS = ("guarantee", "insurance")
# leaves our account, which has to be the basic one
ACCOUNT_FORMS = ("transfer", "cheque")
# what is entered after the request: what became of the bond, and its papers
LIVE_FIELDS = {
    "note",
    "attachment_ids",
    "date_return_agreed",
    "guarantee_number",
    "date_guarantee_expiry",
    "message_follower_ids",
    "activity_ids",
    "message_ids",
}


class KuaidiTenderBond(models.Model):
    """Money or a guarantee that we leave with the issuer of a tender (2.8)."""

    _name = "kuaidi.tender.bond"
    _description = "Tender Bond"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.escalation.mixin",
        "kuaidi.approval.mixin",
        "kuaidi.file.mixin",
        "kuaidi.tender.part",
    ]
    _order = "date_due, id"
    _rec_names_search = ["tender_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    _tender_live = True
    _approval_group = "kuaidi_key_account.group_finance"
    _guarded_fields = frozenset(
        {
            "state",
            "requested_by_id",
            "payment_id",
            "paid_by_id",
            "date_paid",
            "date_returned",
            "amount_returned",
            "amount_interest",
            "forfeit_reason",
            "date_deadline",
            "date_done",
            "date_escalated",
            "date_return_due",
            "note_return",
            "review_ids",
            "validation_status",
        }
    )

    tender_id = fields.Many2one(check_company=True)
    lot_id = fields.Many2one(
        comodel_name="kuaidi.tender.lot",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('tender_id', '=', tender_id)]",
        help="Only where the bond is asked for lot by lot.",
    )
    user_id = fields.Many2one(
        related="tender_id.user_id", string="Bid Manager", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="tender_id.partner_id", string="Issuer", store=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        selection=BOND_KINDS, string="Kind of Bond", required=True, default="bid"
    )
    # how much
    amount_asked = fields.Monetary(
        string="Amount Demanded",
        required=True,
        help="What the tender documents or the contract demand.",
    )
    amount = fields.Monetary(
        string="Amount of Our Bond",
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        tracking=True,
    )
    limit_reason = fields.Char(
        string="Why We Pay More",
        help="Where the issuer insists on more than the law allows.",
    )
    # how
    form = fields.Selection(
        selection=[
            ("transfer", "Bank Transfer"),
            ("cheque", "Cheque or Draft"),
            ("guarantee", "Letter of Guarantee"),
            ("insurance", "Bond Insurance"),
            ("cash", "Cash"),
        ],
        string="Form of Bond",
        required=True,
        default="transfer",
    )
    company_partner_id = fields.Many2one(related="company_id.partner_id")
    bank_account_id = fields.Many2one(
        comodel_name="res.partner.bank",
        string="Paid From",
        compute="_compute_bank_account_id",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('partner_id', '=', company_partner_id)]",
    )
    is_basic_account = fields.Boolean(
        string="From the Basic Account",
        related="bank_account_id.kuaidi_is_basic_account",
    )
    beneficiary_id = fields.Many2one(
        comodel_name="res.partner",
        string="Paid To",
        compute="_compute_beneficiary_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
        ondelete="restrict",
        help="The agency where there is one, else the issuer.",
    )
    guarantee_number = fields.Char(string="Number of the Guarantee")
    date_guarantee_expiry = fields.Date(
        string="Guarantee Valid Until",
        help="A bid bond is valid as long as the bid (Regulation on the Implementation"
        " of the Bidding Law, article 26).",
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="kuaidi_tender_bond_attachment_rel",
        column1="bond_id",
        column2="attachment_id",
        string="Receipts and Papers",
        copy=False,
    )
    note = fields.Text(string="Notes on the Bond")
    # when
    date_due = fields.Date(
        string="To Be Paid Until", compute="_compute_date_due", store=True
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("approved", "To Be Paid"),
            ("paid", "Outstanding"),
            ("returned", "Returned"),
            ("forfeited", "Forfeited"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    requested_by_id = fields.Many2one(string="Asked By")

    _bond_uniq = models.UniqueIndex(
        "(tender_id, kind, COALESCE(lot_id, 0))",
        "This bond stands in the tender already.",
    )
    _amounts_positive = models.Constraint(
        "CHECK(amount_asked > 0 AND amount > 0)",
        "Enter what the documents demand: a bond is more than 0.",
    )
    _outstanding_idx = models.Index("(company_id, date_deadline) WHERE state = 'paid'")

    # === COMPUTE METHODS === #

    @api.depends("tender_id.number", "kind", "lot_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for bond in self:
            # sudo: whoever sees the bond may see which tender it is for
            names = (bond.tender_id.sudo().number, bond.lot_id.sudo().number)
            bond.display_name = " ".join(filter(None, (*names, kinds.get(bond.kind))))

    @api.depends("amount_asked")
    def _compute_amount(self):
        for bond in self:
            bond.amount = bond.amount or bond.amount_asked

    @api.depends("form", "company_id")
    def _compute_bank_account_id(self):
        # sudo: which account is the basic one is no secret to whoever asks for a bond
        basic = (
            self.env["res.partner.bank"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.company_id.sudo().partner_id.ids),
                    ("kuaidi_is_basic_account", "=", True),
                ]
            )
        )
        by_holder = basic.grouped("partner_id")
        for bond in self:
            holder = bond.company_id.sudo().partner_id
            bond.bank_account_id = (
                bond.bank_account_id or by_holder.get(holder, basic.browse())[:1].id
            )

    @api.depends("tender_id")
    def _compute_beneficiary_id(self):
        for bond in self:
            # sudo: the issuer of the tender whose bond this is
            tender_sudo = bond.tender_id.sudo()
            bond.beneficiary_id = bond.beneficiary_id or (
                tender_sudo.agency_id or tender_sudo.partner_id
            )

    @api.depends("kind", "tender_id.date_bond", "tender_id.date_deadline")
    def _compute_date_due(self):
        for bond in self:
            tender = bond.tender_id
            bond.date_due = bond.kind == "bid" and (
                tender.date_bond or tender._get_local_date(tender.date_deadline)
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("form", "tender_id", "kind")
    def _check_no_cash_for_government(self):
        for bond in self:
            if bond.form == "cash" and bond.tender_id.is_government:
                raise ValidationError(
                    self.env._(
                        "Bonds in government procurement are not paid in cash"
                        " (Regulation on the Implementation of the Government"
                        " Procurement Law, articles 33 and 48). Choose a transfer, a"
                        " cheque or a guarantee."
                    )
                )

    @api.constrains("bank_account_id", "company_id")
    def _check_own_account(self):
        for bond in self:
            # sudo: whose account it is, whoever may read accounts
            holder = bond.bank_account_id.sudo().partner_id
            if holder and holder != bond.company_id.sudo().partner_id:
                raise ValidationError(
                    self.env._(
                        "%(account)s is no account of ours: a bond from the account of"
                        " another gets the bid rejected.",
                        account=bond.bank_account_id.sudo().acc_number,
                    )
                )

    @api.constrains("lot_id", "tender_id")
    def _check_lot(self):
        for bond in self:
            if bond.lot_id and bond.lot_id.tender_id != bond.tender_id:
                raise ValidationError(
                    self.env._("Choose a lot of the tender that the bond is for.")
                )

    # === CRUD METHODS === #

    def write(self, vals):
        if (
            not self.env.su
            and vals.keys() - LIVE_FIELDS
            and any(bond.state != "draft" for bond in self)
        ):
            raise UserError(
                self.env._(
                    "What finance decides on stays as it was asked for. Take the bond"
                    " back to change it."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if any(bond.state not in ("draft", "refused") for bond in self):
            raise UserError(
                self.env._(
                    "A bond that was asked for stays on file. Take it back first, if"
                    " it is not needed any more."
                )
            )

    # === BUSINESS METHODS === #

    def _check_tender(self, tenders):
        """Finance works bonds of tenders that it only reads."""
        if self.env.user.has_group("kuaidi_key_account.group_finance"):
            tenders.check_access("read")
            return
        super()._check_tender(tenders)

    def _needs_basic_account(self):
        """Tell whether the bond has to leave our basic account (IR 26)."""
        self.ensure_one()
        return self.kind == "bid" and self.form in ACCOUNT_FORMS

    def _check_complete(self):
        """Check what finance is asked for.

        :raise UserError: saying what is wrong with this one bond
        """
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        if compare(self.amount, self.amount_asked) < 0:
            raise UserError(
                self.env._(
                    "The documents demand more: a bid with too small a bond is"
                    " rejected. Enter the amount demanded."
                )
            )
        if compare(self.amount, self.amount_asked) > 0:
            raise UserError(
                self.env._(
                    "We pay no more than is demanded. Enter the amount demanded."
                )
            )
        if self.is_above_limit and not (self.limit_reason or "").strip():
            raise UserError(self.note_limit)
        if self._needs_basic_account() and not self.is_basic_account:
            raise UserError(
                self.env._(
                    "Bid bonds are paid from the basic account of the company"
                    " (Regulation on the Implementation of the Bidding Law, article"
                    " 26). Choose it, or have finance mark it among the bank accounts."
                )
            )
