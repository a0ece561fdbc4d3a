from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class KuaidiReceivableDecision(models.AbstractModel):
    """What is done to receivables in the books, once finance has agreed (RE-7).

    An adopter names its many-to-many fields of journal items and books them in
    `_book`. It is booked with the last approval and never again: the record and its
    items are locked, and what was proposed is compared with what is open by then.
    """

    _name = "kuaidi.receivable.decision"
    _description = "Decision on Receivables"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "kuaidi.decision.mixin",
        "kuaidi.file.mixin",
    ]
    _order = "id desc"
    _rec_name = "account_id"
    _check_company_auto = True
    _mail_post_access = "read"

    _approval_group = "kuaidi_key_account.group_finance"
    _approval_guarded_fields = (
        "state",
        "amount",
        "company_id",
        "requested_by_id",
        "decided_by_id",
        "date_decided",
        "move_id",
        "validation_status",
        "review_ids",
    )
    # fields of journal items; the adopter names them
    _line_fields = ()

    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Client")
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        readonly=True, copy=False, help="As it was when the approval was asked for."
    )
    reason = fields.Text(required=True)
    attachment_ids = fields.Many2many(comodel_name="ir.attachment", string="Papers")
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("approved", "Booked"),
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
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Journal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_none_guarded(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        entered = {"account_id", "reason", *self._line_fields}
        if (
            not self.env.su
            and entered & vals.keys()
            and any(record.state != "draft" for record in self)
        ):
            raise UserError(
                self.env._("What finance decides on stays as it was asked for.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(record.state != "draft" for record in self):
            raise UserError(self.env._("What was asked for and decided stays on file."))

    # === BUSINESS METHODS === #

    def _request_approval(self):
        """Note what it is about, and ask."""
        for record in self:
            # sudo: amount and requester are guarded
            record_sudo = record.sudo()
            record_sudo._check_lines()
            record_sudo.write(
                {
                    "amount": record_sudo._get_amount(),
                    "requested_by_id": self.env.uid,
                }
            )
        return super()._request_approval()

    def _get_approval_author(self):
        return self.create_uid

    def _get_author_message(self):
        return self.env._(
            "You drew this up yourself. Somebody else has to decide on it."
        )

    def _on_approved(self):
        """Lock the items, compare, book; once only."""
        for record in self:
            lines = record._get_lines()
            lines.lock_for_update(allow_referencing=True)
            lines.invalidate_recordset(
                ["amount_residual", "amount_residual_currency", "reconciled"]
            )
            record._check_lines()
            if record.move_id or record.currency_id.compare_amounts(
                record.amount, record._get_amount()
            ):
                raise UserError(
                    self.env._(
                        "The items have changed since this was asked for: another"
                        " amount is open now. Refuse it, and have it asked for anew."
                    )
                )
            record.move_id = record._book()
        res = super()._on_approved()
        self.env["kuaidi.collection.case"]._update_cases(self.account_id)
        return res

    def _get_lines(self):
        """Return all journal items that the decision is about."""
        lines = self.env["account.move.line"]
        for name in self._line_fields:
            lines |= self[name]
        return lines

    def _check_lines(self):
        """Refuse items of others, and those of which nothing is open.

        :raise ValidationError: with the item that does not fit
        """
        self.ensure_one()
        for name in self._line_fields:
            if not self[name]:
                raise ValidationError(
                    self.env._(
                        "Choose the items: %(field)s.",
                        field=self._fields[name]._description_string(self.env),
                    )
                )
        for line in self._get_lines():
            if (
                line.partner_id.commercial_partner_id != self.account_id.partner_id
                or line.company_id != self.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(item)s is no item of %(client)s.",
                        item=line.display_name,
                        client=self.account_id.display_name,
                    )
                )
            if line.parent_state != "posted" or line.reconciled:
                raise ValidationError(
                    self.env._(
                        "Nothing is open of %(item)s any more.", item=line.display_name
                    )
                )

    def _get_amount(self):
        """Hook: return what would be booked now, in the company's currency."""
        raise NotImplementedError

    def _book(self):
        """Hook: book it, reconcile the items and return the entry; empty for none."""
        raise NotImplementedError
