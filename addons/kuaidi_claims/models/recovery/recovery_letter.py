from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date


class KuaidiRecovery(models.Model):
    """The letter in which a debtor is asked to pay (索赔函, 2.13)."""

    _name = "kuaidi.recovery"
    _inherit = ["kuaidi.recovery"]

    # === ACTION METHODS === #

    def action_print_letter(self):
        """Print the demand letter.

        :raise UserError: when something is missing for a demand
        """
        self.check_access("read")
        self._check_letter()
        return self.env.ref("kuaidi_claims.recovery_letter_report").report_action(self)

    def action_send_letter(self):
        """Open the mail with the demand letter; sent, it counts as demanded.

        :raise UserError: when something is missing for a demand
        """
        self.ensure_one()
        self.check_access("write")
        self._check_letter()
        template = self.env.ref("kuaidi_claims.mail_template_recovery_letter")
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment",
                "default_partner_ids": self.debtor_id.ids,
                "force_email": True,
                "kuaidi_marks_demanded": True,
            },
        }

    def message_post(self, **kwargs):
        """Note the demand when its letter went out."""
        message = super().message_post(**kwargs)
        if self.env.context.get("kuaidi_marks_demanded") and self.state == "draft":
            self.action_demand()
        return message

    # === BUSINESS METHODS === #

    def _check_letter(self):
        for recovery in self:
            # sudo: what is missing is told of debtors and units alike
            reasons = recovery.sudo()._get_demand_obstacles()
            if recovery.state == "draft" and reasons:
                raise UserError("\n".join(reasons))

    def _get_letter_recovery(self):
        """Return the recovery as its letter reads it, in the debtor's language.

        In superuser mode: a letter names claim and company, whoever prints it.
        """
        self.ensure_one()
        return self.with_context(lang=self.debtor_id.lang or self.env.lang).sudo()

    def _get_letter_file_name(self):
        """Return the name of the letter's file, without its ending."""
        recovery = self._get_letter_recovery()
        return recovery.env._("Demand letter %(number)s", number=recovery.number)

    def _prepare_letter(self):
        """Return the texts of the demand letter, in the debtor's language.

        Neither the client's star nor what the insurer pays is said in it.

        :return: what the layout of letters prints, all of it plain text
        """
        recovery = self._get_letter_recovery()
        env, claim = recovery.env, recovery.claim_id
        values = {
            "waybill": claim.waybill_number,
            "kind": claim._get_type_label(),
            "amount": recovery.currency_id.format(recovery.amount_demanded),
            "contract": recovery.contract_reference or "",
            "days": recovery.company_id.kuaidi_recovery_days,
        }
        if recovery.subject == "freight":
            first = env._(
                "Waybill %(waybill)s was shipped freight collect. The freight of"
                " %(amount)s is still to be paid by you.",
                **values,
            )
        else:
            first = env._(
                "The goods of waybill %(waybill)s were entrusted to you (%(kind)s). We"
                " answer for them to the sender, and ask you to pay %(amount)s.",
                **values,
            )
        body = [first, recovery.cause or ""]
        if recovery.basis == "contract":
            body.append(env._("We rely on our contract %(contract)s.", **values))
        today = env["kuaidi.deadline"]._get_today(recovery.company_id)
        return recovery.company_id._prepare_letterhead() | {
            "title": env._("Demand for Payment"),
            "number": env._("No.: %(number)s", number=recovery.number),
            "client": recovery.debtor_id.commercial_partner_id.name,
            "salutation": env._("To whom it may concern,"),
            "services": [],
            "paragraphs": body,
            "last_paragraphs": [
                env._(
                    "Please answer within %(days)s days. Without an answer we shall"
                    " pursue our right by the ways the law leaves us.",
                    **values,
                )
            ],
            "closing": env._("Yours sincerely,"),
            "seal": env._("(Company seal)"),
            "date": format_date(env, today, date_format="long"),
        }
