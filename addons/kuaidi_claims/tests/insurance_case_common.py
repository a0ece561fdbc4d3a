from odoo.fields import Command

from .money_common import MoneyCommon

NOON = "2026-11-20 04:00:00"


class InsuranceCaseCommon(MoneyCommon):
    """An insured claim, the policy that covers it, and a case that is made of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.insurer = cls.env["kuaidi.insurer"].create(
            {"partner_id": cls._create_partner(name="Taihe Insurance").id}
        )
        cls.product = cls.env["kuaidi.insurance.product"].create(
            {
                "name": "Open cargo policy",
                "insurer_id": cls.insurer.id,
                "currency_id": cls.company.currency_id.id,
            }
        )
        cls.policy = cls._create_policy()
        cls.insurance_account = cls.env["account.account"].create(
            {
                "name": "Insurance payments",
                "code": "630109",
                "account_type": "income_other",
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        cls.company.kuaidi_insurance_account_id = cls.insurance_account
        cls.company.kuaidi_complaint_manager_id = cls.claims_manager
        cls.claim = cls._create_insured_claim()

    @classmethod
    def _create_policy(cls, is_running=True, **values):
        """Create a policy of the year."""
        number = cls.env["kuaidi.insurance.policy"].search_count([]) + 1
        policy = cls.env["kuaidi.insurance.policy"].create(
            {
                "number": f"PC{number:05}",
                "company_id": cls.company.id,
                "product_id": cls.product.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                **values,
            }
        )
        if is_running:
            policy.action_start()
        return policy

    @classmethod
    def _create_insured_claim(cls, **values):
        """Create an insured claim under negotiation, shipped in November."""
        return cls._create_claim(
            **{
                "is_insured": True,
                "policy_id": cls.policy.id,
                "date_shipped": "2026-11-10",
                "date_called": "2026-11-19 02:00:00",
                "goods": "Servers",
                "packing": "original",
                "sum_insured": 10000,
                "amount_declared": 20000,
                "amount_claimed": 4000,
                "loss_cause": "collision",
                **values,
            }
        )

    def _open_case(self, claim=None, **values):
        """Open a case: of 20,000 half is insured, 4,000 are lost: 1,700 payable."""
        return (
            self.env["kuaidi.insurance.case"]
            .with_user(self.officer)
            .create(
                {
                    "claim_id": (claim or self.claim).id,
                    "amount_loss": 4000,
                    "amount_value": 20000,
                    "amount_insured": 10000,
                    **values,
                }
            )
        )

    def _submit(self, case=None, **values):
        """Bring a case before its insurer, with all papers."""
        case = case or self._open_case(**values)
        case.action_notify()
        case.action_inspect()
        case._ask_papers("Police report, repair bill")
        case.action_submit_papers()
        return case

    def _agree_insurer(self, amount=1700, case=None, **values):
        case = self._submit(case, **values)
        case._agree(amount)
        return case

    def _book(self, case, kind="settlement", amount=None, user=None):
        return (
            self.env["kuaidi.insurance.payment"]
            .with_user(user or self.finance)
            ._book(case.with_user(user or self.finance), kind, amount)
        )

    def _receive(self, move, amount=None):
        """Enter money of the insurer and reconcile it with its entry."""
        line = move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        amount = amount or line.amount_residual
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.entries.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": line.partner_id.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in (
                        (self.bank, amount),
                        (line.account_id, -amount),
                    )
                ],
            }
        )
        entry.action_post()
        counterpart = entry.line_ids.filtered(
            lambda row: row.account_id == line.account_id
        )
        (line + counterpart).reconcile()
        return line

    def _get_running(self, record, kind):
        return record.sudo().clock_ids.filtered(
            lambda clock: clock.kind == kind and not clock.date_done
        )
