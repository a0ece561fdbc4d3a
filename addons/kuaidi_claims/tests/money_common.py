from odoo.fields import Command

from .common import ClaimsCommon


class MoneyCommon(ClaimsCommon):
    """Claims that are negotiated, in a company whose books can be written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance_2 = cls._create_user("kuaidi_finance_2", "group_finance")
        cls.vp = cls._create_user("kuaidi_vp", "group_kuaidi_user")
        cls.president = cls._create_user("kuaidi_president", "group_kuaidi_user")
        accounts = cls.env["account.account"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "reconcile": kind == "liability_payable",
                    "company_ids": [Command.set(cls.company.ids)],
                }
                for name, code, kind in (
                    ("Compensations", "671109", "expense"),
                    ("Trade payables", "220209", "liability_payable"),
                    ("Bank", "100209", "asset_current"),
                )
            ]
        )
        cls.expense, cls.payable, cls.bank = accounts
        cls.env["ir.default"].set(
            "res.partner",
            "property_account_payable_id",
            cls.payable.id,
            company_id=cls.company.id,
        )
        cls.env["account.journal"].create(
            {
                "name": "Vendor bills",
                "code": "BILL9",
                "type": "purchase",
                "company_id": cls.company.id,
                "default_account_id": cls.expense.id,
            }
        )
        cls._get_journal(cls.company)
        cls.entries = cls.env["account.journal"].create(
            {"name": "Entries", "code": "ENT9", "type": "general"}
        )
        cls.company.write(
            {
                "kuaidi_claim_account_id": cls.expense.id,
                "kuaidi_claim_vp_id": cls.vp.id,
                "kuaidi_claim_president_id": cls.president.id,
                "kuaidi_setoff_journal_id": cls.entries.id,
            }
        )
        cls.claim = cls._create_claim()

    @classmethod
    def _create_claim(cls, **values):
        """Create a claim that is negotiated already."""
        number = cls.env["kuaidi.claim"].search_count([]) + 1
        claim = cls.env["kuaidi.claim"].create(
            {
                "company_id": cls.company.id,
                "account_id": cls.account.id,
                "type": "damage",
                "waybill_number": f"SD{number:010}",
                "user_id": cls.officer.id,
                "pieces": 4,
                "amount_claimed": 900,
                "liability": "ours",
                "liability_note": "Dropped when it was loaded",
                **values,
            }
        )
        claim.sudo().write({"state": "negotiation"})
        return claim

    def _offer(self, amount, side="ours", user=None, claim=None):
        return (
            self.env["kuaidi.claim.offer"]
            .with_user(user or self.officer)
            .create(
                {
                    "claim_id": (claim or self.claim).id,
                    "side": side,
                    "amount": amount,
                }
            )
        )

    def _agree(self, amount, claim=None):
        """Offer an amount that the client accepts."""
        claim = claim or self.claim
        self._offer(amount, claim=claim).action_accept()
        return claim

    def _report(self, amount=800, claim=None):
        """Agree on an amount and write the report, ready to be requested."""
        claim = self._agree(amount, claim).with_user(self.officer)
        claim.action_check_debts()
        claim.action_make_report()
        claim.report_id.write({"course": "It fell.", "reason": "Repair bill."})
        return claim.report_id

    def _approve(self, amount=800, claim=None):
        """Have an amount up to the claims manager's limit approved."""
        report = self._report(amount, claim)
        report.action_request_approval()
        report.with_user(self.claims_manager).action_approve()
        return report.claim_id.with_env(self.env)

    def _settle(self, lines):
        """Enter the money that settles payables of a bill."""
        amount = -sum(lines.mapped("amount_residual"))
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.entries.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": lines.partner_id.id,
                            "balance": sign * amount,
                        }
                    )
                    for account, sign in ((self.payable, 1), (self.bank, -1))
                ],
            }
        )
        entry.action_post()
        counterpart = entry.line_ids.filtered(
            lambda line: line.account_id == self.payable
        )
        (lines + counterpart).reconcile()
        return entry

    def _get_payable(self, move):
        return move.line_ids.filtered(
            lambda line: line.account_type == "liability_payable"
        )
