from odoo import models
from odoo.tools.misc import format_amount, format_date


class KuaidiRepaymentPlan(models.Model):
    """The words of the repayment agreement (还款协议)."""

    _name = "kuaidi.repayment.plan"
    _inherit = ["kuaidi.repayment.plan"]

    # === BUSINESS METHODS === #

    def _get_file_name(self):
        plan = self.with_context(lang=self._get_letter_lang())
        title = plan.env._("Repayment Agreement")
        return f"{title} {self.number}".replace("/", "-")

    def _get_letter_lang(self):
        partner = self.account_id.partner_id
        return partner.lang or self.company_id.partner_id.lang or self.env.lang

    def _prepare_agreement(self):
        """Return the texts of the agreement, in the client's language."""
        self.ensure_one()
        # sudo: an agreement names both parties, whoever prints it
        plan = self.with_context(lang=self._get_letter_lang()).sudo()
        env, company = plan.env, plan.company_id
        partner = company.partner_id
        client = plan.account_id.partner_id
        total = format_amount(env, plan.amount_total, plan.currency_id)
        contract = plan.account_id._get_running_contract()
        rate = contract.late_rate or company.kuaidi_late_rate
        basis = (
            env._(" under contract %(number)s", number=contract.number)
            if contract
            else ""
        )
        return {
            "lang": (env.lang or "en_US").replace("_", "-"),
            "is_chinese": (env.lang or "").startswith("zh"),
            "company": company.name,
            "logo": company.logo,
            "address": partner._display_address(without_company=True).replace(
                "\n", " "
            ),
            "ways": [way for way in (partner.phone, partner.email) if way],
            "number": env._("No. %(number)s", number=plan.number),
            "title": env._("Repayment Agreement"),
            "parties": [
                (env._("Party A (creditor)"), company.name),
                (env._("Party B (debtor)"), client.name),
            ],
            "seal": env._("(Seal)"),
            "date": format_date(env, plan.date, date_format="long"),
            "before": [
                env._(
                    "1. Party B confirms that it owes Party A %(amount)s of freight"
                    " charges%(basis)s, due and not paid.",
                    amount=total,
                    basis=basis,
                ),
                env._("2. Party B pays this debt in the following instalments:"),
            ],
            "rows": [
                {
                    "number": number,
                    "date": format_date(env, promise.date_due),
                    "amount": format_amount(env, promise.amount, plan.currency_id),
                }
                for number, promise in enumerate(
                    plan.promise_ids.sorted("date_due"), start=1
                )
            ],
            "after": [
                env._(
                    "3. While the instalments arrive in time, Party A takes no legal"
                    " steps. If one is more than five working days late, the whole rest"
                    " falls due at once, with interest of %(rate)s %% per day from the"
                    " original due dates.",
                    rate=f"{rate:.4f}".rstrip("0").rstrip("."),
                ),
                env._(
                    "4. This agreement acknowledges the debt: the time of limitation"
                    " begins anew with it (Civil Code, article 195)."
                ),
                env._(
                    "5. Disputes that cannot be settled by talks go to the court named"
                    " in the contract, else to the court at the seat of Party A."
                ),
                env._(
                    "6. The agreement takes effect when both sides have sealed it; each"
                    " side keeps one copy."
                ),
            ],
        }
