from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

LETTER_STATES = ("agreed", "paid", "closed")


class KuaidiInsuranceCase(models.Model):
    """The subrogation letter (权益转让书) by which the insurer takes over (Act, 60)."""

    _name = "kuaidi.insurance.case"
    _inherit = ["kuaidi.insurance.case"]

    # === ACTION METHODS === #

    def action_print_subrogation(self):
        """Print the subrogation letter.

        :raise UserError: while the insurer has not agreed to pay
        """
        self.check_access("read")
        self._check_subrogation()
        return self.env.ref("kuaidi_claims.insurance_subrogation_report").report_action(
            self
        )

    # === BUSINESS METHODS === #

    def _check_subrogation(self):
        for case in self:
            if case.state not in LETTER_STATES or not case.amount_agreed:
                raise UserError(
                    self.env._(
                        "The insurer has not agreed to pay on %(case)s: there is"
                        " nothing that it could take over.",
                        case=case.display_name,
                    )
                )

    def _get_subrogation_file_name(self):
        """Return the name of the letter's file, without its ending."""
        self.ensure_one()
        return self.env._("Subrogation letter %(number)s", number=self.number)

    def _prepare_subrogation(self):
        """Return the texts of the subrogation letter, in the insurer's language.

        :return: what the layout of letters prints, all of it plain text
        :raise UserError: while the insurer has not agreed to pay
        """
        self.ensure_one()
        self._check_subrogation()
        # sudo: a letter names policy and insurer, whoever may print it
        insurer_sudo = self.sudo().insurer_id.partner_id
        case = self.with_context(lang=insurer_sudo.lang or self.env.lang).sudo()
        env = case.env
        claim, policy = case.claim_id, case.policy_id
        insured = (
            claim.partner_id.commercial_partner_id.name
            if case.is_client_insured
            else case.company_id.name
        )
        values = {
            "amount": case._format_amount(case.amount_agreed),
            "goods": claim.goods or env._("the goods"),
            "insured": insured,
            "loss": case._format_amount(case.amount_loss),
            "policy": policy.number,
            "waybill": claim.waybill_number,
        }
        today = env["kuaidi.deadline"]._get_today(case.company_id)
        return case.company_id._prepare_letterhead() | {
            "title": env._("Subrogation Letter"),
            "number": env._("No.: %(number)s", number=case.number),
            "client": insurer_sudo.commercial_partner_id.name,
            "salutation": env._("To whom it may concern,"),
            "paragraphs": [
                env._(
                    "Under your policy %(policy)s we, %(insured)s, suffered a loss of"
                    " %(loss)s to %(goods)s, waybill %(waybill)s.",
                    **values,
                ),
                env._(
                    "You pay %(amount)s for it. Up to this amount we transfer to you,"
                    " from the day of payment on, our claims against the third parties"
                    " that answer for the loss (Insurance Act, article 60).",
                    **values,
                ),
                env._(
                    "We have given up none of these claims, and shall not do so without"
                    " your consent. We hand over the papers and tell you what we know"
                    " (Insurance Act, articles 61 and 63)."
                ),
                env._("What exceeds your payment stays our own claim against them."),
            ],
            "services": [],
            "last_paragraphs": case._get_subrogation_limits(),
            "closing": env._("Yours sincerely,"),
            "company": insured,
            "seal": env._("(Company seal)"),
            "date": format_date(env, today, date_format="long"),
        }

    def _get_subrogation_limits(self):
        """Return what the letter leaves to nobody."""
        self.ensure_one()
        if self.policy_id.is_recourse_waived:
            return [
                self.env._(
                    "As agreed in the policy, no claims against the carrier"
                    " %(company)s are transferred.",
                    company=self.company_id.name,
                )
            ]
        return []
