from odoo import Command, fields, models
from odoo.exceptions import UserError, ValidationError


class KuaidiSetoff(models.Model):
    """A credit of a client, or what we owe it for a claim, set off against its debts.

    Finance alone decides on it (RE-7; Civil Code, article 568).
    """

    _name = "kuaidi.setoff"
    _description = "Set-Off"
    _inherit = ["kuaidi.receivable.decision"]

    _line_fields = ("credit_line_ids", "debit_line_ids")

    credit_line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="kuaidi_setoff_credit_rel",
        column1="setoff_id",
        column2="line_id",
        string="Credits",
        domain="[('partner_id', 'child_of', partner_id),"
        " ('company_id', '=', company_id),"
        " ('account_type', 'in', ['asset_receivable', 'liability_payable']),"
        " ('parent_state', '=', 'posted'), ('amount_residual', '<', 0)]",
        help="Credit notes, payments not applied yet, and claims that we have agreed to"
        " pay.",
    )
    debit_line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="kuaidi_setoff_debit_rel",
        column1="setoff_id",
        column2="line_id",
        string="Debts",
        domain="[('partner_id', 'child_of', partner_id),"
        " ('company_id', '=', company_id),"
        " ('account_type', '=', 'asset_receivable'),"
        " ('parent_state', '=', 'posted'), ('amount_residual', '>', 0)]",
    )
    attachment_ids = fields.Many2many(
        relation="kuaidi_setoff_attachment_rel",
        column1="setoff_id",
        column2="attachment_id",
    )

    # === BUSINESS METHODS === #

    def _propose(self, account, credits, debits, reason):
        """Propose a set-off for the claims desk or another room; finance decides.

        :param account: the client
        :param credits: journal items with what the client is to get
        :param debits: its open debts
        :param reason: why, with the number of the claim
        :return: the set-off, waiting for a decision
        :raise ValidationError: when an item is not open, or another client's
        """
        account.check_access("read")
        # sudo: whoever proposes need not read entries; nothing is booked by it
        setoff_sudo = self.sudo().create(
            {
                "account_id": account.id,
                "credit_line_ids": credits.ids,
                "debit_line_ids": debits.ids,
                "reason": reason,
            }
        )
        setoff_sudo._request_approval()
        return setoff_sudo.with_env(self.env)

    def _check_lines(self):
        res = super()._check_lines()
        if any(line.amount_residual >= 0 for line in self.credit_line_ids) or any(
            line.amount_residual <= 0 or line.account_type != "asset_receivable"
            for line in self.debit_line_ids
        ):
            raise ValidationError(
                self.env._(
                    "Credits are what we owe the client, debts what it owes us. Choose"
                    " the items on the right side."
                )
            )
        if len(self._get_lines().currency_id) > 1:
            raise ValidationError(
                self.env._("Set off items of one currency against each other.")
            )
        return res

    def _get_amount(self):
        return min(
            -sum(self.credit_line_ids.mapped("amount_residual")),
            sum(self.debit_line_ids.mapped("amount_residual")),
        )

    def _book(self):
        """Reconcile credits with debts, by an entry where the ledgers differ."""
        if len(self._get_lines().account_id) == 1:
            self._get_lines().reconcile()
            return self.env["account.move"]
        return self._book_by_entry()

    def _book_by_entry(self):
        journal = self.company_id.kuaidi_setoff_journal_id
        if not journal:
            raise UserError(
                self.env._(
                    "Credits and debts stand in different ledgers. Choose the journal"
                    " of set-offs and write-offs in the settings first."
                )
            )
        parts = [
            *self._get_parts(self.debit_line_ids, -1),
            *self._get_parts(self.credit_line_ids, 1),
        ]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": self.env["kuaidi.deadline"]._get_today(self.company_id),
                "ref": self.env._("Set-off: %(reason)s", reason=self.reason),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": line.account_id.id,
                            "partner_id": line.partner_id.id,
                            "currency_id": line.currency_id.id,
                            "balance": sign * balance,
                            "amount_currency": sign * amount,
                        }
                    )
                    for line, sign, balance, amount in parts
                ],
            }
        )
        entry.action_post()
        for counterpart, (line, *_amounts) in zip(
            entry.line_ids.sorted("id"), parts, strict=True
        ):
            (counterpart + line).reconcile()
        return entry

    def _get_parts(self, lines, sign):
        """Return (item, sign, yuan, amount) of what is settled, the oldest first."""
        left = self.amount
        parts = []
        for line in lines.sorted(
            lambda line: (line.date_maturity or line.date, line.date, line.id)
        ):
            open_amount = abs(line.amount_residual)
            balance = min(left, open_amount)
            if self.currency_id.is_zero(balance):
                break
            amount = line.currency_id.round(
                abs(line.amount_residual_currency) * balance / open_amount
            )
            parts.append((line, sign, balance, amount))
            left -= balance
        return parts
