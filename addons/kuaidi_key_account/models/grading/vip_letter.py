from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

# letter, and mail template that carries it, of each checklist
LETTERS = {
    "establish": "kuaidi_key_account.vip_congratulation",
    "cancel": "kuaidi_key_account.vip_cancellation",
}


class KuaidiVip(models.Model):
    """The two letters to the client: congratulation and cancellation notice.

    Their text is composed here, in whole sentences that a translator can turn, from
    fields that the client may know. Star, reason, figures and remarks are not among
    them (GR-4).
    """

    _name = "kuaidi.vip"
    _inherit = ["kuaidi.vip"]

    # === ACTION METHODS === #

    def action_send_letter(self):
        """Open Odoo's mail composer with the letter that is due, as PDF.

        The step ticks itself when the mail is sent (VP-1, VP-2).

        :raise UserError: when no letter is due, it was sent already, or the contact
            person has no mail address
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_open_steps("letter")
        if not self.contact_id.email:
            raise UserError(
                self.env._(
                    "The contact person has no e-mail address. Enter one, or send the"
                    " printed letter and tick the step by hand."
                )
            )
        template = self.env.ref(f"{LETTERS[self._get_checklist_kind()]}_mail_template")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Letter"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id,
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "kuaidi_vip_letter": True,
            },
        }

    def action_print_letter(self):
        """Return the letter that is due, or was last due, as PDF."""
        self.ensure_one()
        ended = self.state in ("cancelling", "cancelled")
        report = LETTERS["cancel" if ended else "establish"]
        return self.env.ref(f"{report}_report").report_action(self)

    # === BUSINESS METHODS === #

    def message_post(self, **kwargs):
        """Tick the letter's step with the mail that carries it, once only."""
        if not self.env.context.get("kuaidi_vip_letter"):
            return super().message_post(**kwargs)
        self.ensure_one()
        self.check_access("write")
        steps = self._lock_open_steps("letter")
        self._check_letter_mail(kwargs)
        vip = self.with_context(kuaidi_vip_letter=False)
        message = super(KuaidiVip, vip).message_post(**kwargs)
        steps.with_env(vip.env)._finish(note=self.contact_id.email)
        return message

    def _check_letter_mail(self, post_values):
        if self.contact_id.id not in (post_values.get("partner_ids") or []):
            raise UserError(
                self.env._(
                    "The letter is for %(contact)s: keep this contact among the"
                    " recipients.",
                    contact=self.contact_id.display_name,
                )
            )
        if not post_values.get("attachment_ids"):
            raise UserError(
                self.env._("The letter is not attached: load the mail template again.")
            )

    def _get_letter_lang(self):
        """Return the language of the letters: the contact's, else the client's."""
        return self.contact_id.lang or self.partner_id.lang or self.env.lang

    def _format_letter_date(self, date):
        return format_date(self.env, date, date_format="long")

    def _get_letter_salutation(self):
        """Return the first line of letter and mail, in the language of the record."""
        return self.env._("Dear %(contact)s,", contact=self.contact_id.name or "")

    def _get_letter_date(self, kind):
        """Return the day on which the letter was sent, or today while it is not."""
        sent = self.step_ids.filtered(
            lambda step: step.kind == kind and step.code == "letter" and step.is_done
        )[:1]
        if sent:
            return self.env["kuaidi.deadline"]._get_local_date(
                sent.date_done, self.company_id
            )
        return self._get_today()

    def _get_letter_file_name(self, kind):
        """Return the name of a letter's PDF, in the client's language."""
        vip = self.with_context(lang=self._get_letter_lang())
        title = (
            vip.env._("VIP Congratulation Letter")
            if kind == "establish"
            else vip.env._("VIP Service Cancellation Notice")
        )
        return f"{title} {self.name}"

    def _prepare_letter(self, kind):
        """Return the texts of a letter in the client's language.

        :param kind: `establish` (VIP congratulation letter) or `cancel` (VIP service
            cancellation notice)
        :return: what the letter's layout prints, all of it plain text
        """
        self.ensure_one()
        # sudo: a letter names the manager and the company, whoever prints it; only
        # what the client may know is taken
        vip = self.with_context(lang=self._get_letter_lang()).sudo()
        letter = (
            vip._prepare_congratulation()
            if kind == "establish"
            else vip._prepare_cancellation()
        )
        return (
            letter
            | vip.company_id._prepare_letterhead()
            | {
                "number": vip.env._("No.: %(number)s", number=vip.name),
                "client": vip.partner_id.name,
                "salutation": vip._get_letter_salutation(),
                "closing": vip.env._("Yours sincerely,"),
                "seal": vip.env._("(Company seal)"),
                "date": vip._format_letter_date(vip._get_letter_date(kind)),
            }
        )

    def _prepare_congratulation(self):
        return {
            "title": self.env._("VIP Congratulation Letter"),
            "paragraphs": [
                self.env._(
                    "Thank you for the trust you have placed in %(company)s, and for"
                    " your support of our work.",
                    company=self.company_id.name,
                ),
                self.env._(
                    "We have the pleasure to inform you that %(client)s is a VIP client"
                    " of our company as of this day. Your VIP number is %(number)s.",
                    client=self.partner_id.name,
                    number=self.name,
                ),
                self.env._("As our VIP client you receive the following services:"),
            ],
            "services": [
                line.strip()
                for line in (self.service_offer or "").splitlines()
                if line.strip()
            ],
            "last_paragraphs": [
                self.env._(
                    "We will call you in the next few days to introduce these services"
                    " in person."
                ),
                self._get_manager_sentence(),
                self.env._("We look forward to working with you ever more closely."),
            ],
        }

    def _prepare_cancellation(self):
        return {
            "title": self.env._("VIP Service Cancellation Notice"),
            "paragraphs": [
                self.env._(
                    "Thank you for the trust you have placed in %(company)s, and for"
                    " the time in which we could serve you as a VIP client.",
                    company=self.company_id.name,
                ),
                self.env._(
                    "We review regularly whether the conditions of our VIP service are"
                    " met. After this review and a renewed evaluation we regret to"
                    " inform you that the VIP service for %(client)s (VIP number"
                    " %(number)s) ends on %(date)s.",
                    client=self.partner_id.name,
                    number=self.name,
                    date=self._format_letter_date(self.date_end or self._get_today()),
                ),
                self.env._(
                    "This notice concerns the VIP service only. The contracts between"
                    " us are not affected, and we go on serving you with the same"
                    " care."
                ),
                self.env._(
                    "As soon as the conditions are met again, we shall be glad to offer"
                    " you our VIP service anew."
                ),
                self._get_manager_sentence(),
            ],
            "services": [],
            "last_paragraphs": [],
        }

    def _get_manager_sentence(self):
        """Return the sentence that names the account manager and how to reach them."""
        manager = self.manager_id
        if not manager:
            return self.env._("Please contact us at any time, whatever you need.")
        ways = [way for way in (manager.partner_id.phone, manager.email) if way]
        if not ways:
            return self.env._(
                "Your account manager %(manager)s is at your disposal at any time.",
                manager=manager.name,
            )
        return self.env._(
            "Your account manager %(manager)s is at your disposal at any time"
            " (%(ways)s).",
            manager=manager.name,
            ways=" / ".join(ways),
        )
