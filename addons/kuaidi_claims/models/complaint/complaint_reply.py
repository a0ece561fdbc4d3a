from odoo import models
from odoo.exceptions import UserError
from odoo.tools import email_normalize
from odoo.tools.misc import format_date

TEMPLATE = "kuaidi_claims.complaint_reply_mail_template"
REPORT = "kuaidi_claims.complaint_reply_report"


class KuaidiComplaint(models.Model):
    """The written reply: by mail in the client's language, and as a letter."""

    _name = "kuaidi.complaint"
    _inherit = ["kuaidi.complaint"]

    # === ACTION METHODS === #

    def action_send_reply(self):
        """Mail the reply with its letter, and stop the clock of the answer.

        The mail is put into Odoo's queue by the transaction that notes the answer: an
        answer that is undone is not mailed, and none is mailed twice.

        :raise UserError: naming what is missing, or when a colleague answered already
        """
        complaints = self._check_reply()
        for complaint in complaints:
            if not email_normalize(complaint.email):
                raise UserError(
                    self.env._(
                        "%(complaint)s has no e-mail address to reply to. Enter it, or"
                        " print the letter and note it as answered.",
                        complaint=complaint.number,
                    )
                )
        template = self.env.ref(TEMPLATE)
        for complaint in complaints:
            template.send_mail(complaint.id, force_send=False)
        complaints._note_answer()

    def action_answer_by_letter(self):
        """Note that the reply went out as a letter or was read out, and print it."""
        complaints = self._check_reply()
        complaints._note_answer()
        for complaint in complaints:
            complaint.message_post(
                body=self.env._("Answered by letter or by phone."),
                author_id=self.env.user.partner_id.id,
            )
        return self.action_print_reply()

    def action_print_reply(self):
        """Return the written reply as PDF."""
        return self.env.ref(REPORT).report_action(self, config=False)

    # === BUSINESS METHODS === #

    def _check_reply(self):
        """Lock the complaints and check that they may be answered."""
        self._check_may_work()
        complaints = self._lock_in_states(("new", "in_work"))
        for complaint in self:
            complaint._check_may_speak()
            complaint._check_answerable()
        return complaints

    def _note_answer(self):
        """Note the answer; called in superuser mode."""
        for complaint in self:
            complaint.write(
                {
                    "state": "answered",
                    "user_id": complaint.user_id.id or self.env.uid,
                }
            )
        self._stop_answer_clock()

    def _get_client_lang(self):
        """Return the language that the client is written to in."""
        self.ensure_one()
        return self.partner_id.lang or self.company_id.partner_id.lang or self.env.lang

    def _get_sender(self):
        """Return the address that mails come from: the company's, else the user's."""
        self.ensure_one()
        # sudo: the company's own address
        return self.company_id.sudo().email_formatted or self.env.user.email_formatted

    def _get_addressee(self):
        """Return who is addressed: the caller, else the client."""
        self.ensure_one()
        return self.contact_name or self.partner_id.name or ""

    def _get_file_name(self):
        """Return the name of the letter's PDF, in the client's language."""
        self.ensure_one()
        translated = self.with_context(lang=self._get_client_lang())
        return translated.env._("Reply to complaint %(number)s", number=self.number)

    def _prepare_reply(self):
        """Return the texts of the reply in the client's language.

        :return: what the letter's layout prints, all of it plain text
        """
        self.ensure_one()
        # sudo: the letter names the company and its officer, whoever prints it
        complaint = self.with_context(lang=self._get_client_lang()).sudo()
        service = self.env["kuaidi.deadline"]
        today = (
            service._get_local_date(complaint.date_answered, complaint.company_id)
            if complaint.date_answered
            else service._get_today(complaint.company_id)
        )
        received = service._get_local_date(
            complaint.date_received, complaint.company_id
        )
        facts = [
            (complaint.env._("Received on"), format_date(complaint.env, received)),
            (complaint.env._("Waybill no."), complaint.waybill_number),
            (complaint.env._("Concerning"), complaint.type_id.name),
        ]
        return complaint.company_id._prepare_letterhead() | {
            "title": complaint.env._("Reply to Your Complaint"),
            "number": complaint.env._("No.: %(number)s", number=complaint.number),
            "salutation": complaint.env._(
                "Dear %(name)s,", name=complaint._get_addressee()
            ),
            "facts": [(label, value) for label, value in facts if value],
            "paragraphs": [
                line for line in (complaint.reply or "").splitlines() if line.strip()
            ],
            "rights": complaint.env._(
                "If you are not satisfied, call us and we shall look into it again. You"
                " may also turn to the postal administration (hotline 12305) within one"
                " year."
            ),
            "officer": complaint.user_id.name or "",
            "date": format_date(complaint.env, today, date_format="long"),
        }
