from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

RATING_TEMPLATE = "kuaidi_claims.complaint_rating_mail_template"
# Odoo's own values of its three faces
RATES = {"satisfied": 5, "neutral": 3, "dissatisfied": 1}
ENOUGH_ATTEMPTS = 3


class KuaidiComplaint(models.Model):
    """The call-back: is the client satisfied? By phone, or by Odoo's rating page."""

    _name = "kuaidi.complaint"
    _inherit = ["kuaidi.complaint"]

    # === ACTION METHODS === #

    def action_open_callback(self):
        """Open the form in which the officer enters the call-back."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_claims.kuaidi_complaint_callback_action"
        )
        return dict(action, context={"default_complaint_id": self.id})

    def action_request_rating(self):
        """Mail the client Odoo's rating page instead of a call.

        :raise UserError: before the answer, or without a mail address
        """
        self._check_may_work()
        complaints = self._lock_in_states(("answered",))
        for complaint in complaints:
            if not email_normalize(complaint.email):
                raise UserError(
                    self.env._(
                        "%(complaint)s has no e-mail address. Call the client instead.",
                        complaint=complaint.number,
                    )
                )
        template = self.env.ref(RATING_TEMPLATE)
        for complaint in complaints:
            template.send_mail(complaint.id, force_send=False)

    # === BUSINESS METHODS === #

    def _record_callback(self, result, note=False):
        """Enter what the client said when called back.

        :param str result: ``satisfied``, ``neutral``, ``dissatisfied``, or
            ``unreachable``: after three attempts that counts as a result
        :raise UserError: before the answer, or for an unknown result
        """
        self.ensure_one()
        self._check_may_work()
        labels = dict(self._fields["callback_result"].selection)
        if result not in labels:
            raise UserError(self.env._("Say how satisfied the client is."))
        complaint = self._lock_in_states(("answered",))
        if result == "unreachable":
            attempts = complaint.callback_attempts + 1
            complaint.write(
                {
                    "callback_attempts": attempts,
                    "callback_note": note,
                    "callback_result": (
                        "unreachable" if attempts >= ENOUGH_ATTEMPTS else False
                    ),
                }
            )
            return
        rating = complaint.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": complaint.id,
                "partner_id": complaint._rating_get_partner().id,
                "rated_partner_id": complaint._rating_get_operator().id,
                "is_internal": True,
            }
        )
        complaint.with_context(kuaidi_callback=True).rating_apply(
            RATES[result],
            rating=rating,
            feedback=note or None,
            subtype_xmlid="mail.mt_note",
        )
        complaint._write_callback(result, note)

    def rating_apply(
        self,
        rate,
        token=None,
        rating=None,
        feedback=None,
        subtype_xmlid=None,
        notify_delay_send=False,
    ):
        """Take a rating for the result of the call-back, while it is open."""
        applied = super().rating_apply(
            rate,
            token=token,
            rating=rating,
            feedback=feedback,
            subtype_xmlid=subtype_xmlid,
            notify_delay_send=notify_delay_send,
        )
        if not self.env.context.get("kuaidi_callback"):
            for complaint in self.filtered(lambda row: row.state == "answered"):
                result = next(
                    (name for name, value in RATES.items() if rate >= value),
                    "dissatisfied",
                )
                # sudo: the client's own word, the result is guarded
                complaint.sudo()._write_callback(result, feedback)
        return applied

    def _write_callback(self, result, note):
        self.ensure_one()
        self.write(
            {
                "date_callback": fields.Datetime.now(),
                "callback_result": result,
                "callback_note": note,
                "callback_attempts": self.callback_attempts + 1,
            }
        )
