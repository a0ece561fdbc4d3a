from odoo import api, fields, models
from odoo.tools import SQL

from .claim_flow import UNDECIDED_STATES


class KuaidiClaimMail(models.Model):
    """The mail with the application form of one claim, which leaves once (D11)."""

    _name = "kuaidi.claim.mail"
    _description = "Mail with the Application Form"
    _inherit = ["kuaidi.mail.mixin"]
    _rec_name = "claim_id"

    _mail_field = "claim_id"
    _mail_word = "claim"
    # any number will do
    _sender_lock_class = 20_730_194
    _sender_cron = "kuaidi_claims.cron_send_applications"

    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="claim_id.company_id", store=True, precompute=True
    )
    state = fields.Selection(
        selection=[
            ("waiting", "Waiting"),
            ("sending", "Being Sent"),
            ("sent", "Sent"),
            ("failed", "Did Not Arrive"),
        ],
        string="Mail",
        required=True,
        default="waiting",
    )
    address = fields.Char(string="Went To")

    _claim_uniq = models.UniqueIndex(
        "(claim_id)", "The application form of this claim was mailed already."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _claim(self, claims):
        """Write down that the form is to leave, once for each claim.

        What did not arrive may be tried again.

        :param claims: in superuser mode
        :return: the mails that wait now
        """
        claims.flush_recordset()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO kuaidi_claim_mail (
                       claim_id, company_id, state, attempt, user_id,
                       create_uid, create_date, write_uid, write_date
                )
                SELECT id, company_id, 'waiting', 1, %(uid)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM kuaidi_claim
                 WHERE id = ANY(%(ids)s)
                 ORDER BY id
                ON CONFLICT (claim_id) DO UPDATE
                   SET state = 'waiting', error = NULL, message_ref = NULL,
                       document_id = NULL, attempt = kuaidi_claim_mail.attempt + 1,
                       user_id = EXCLUDED.user_id, write_uid = EXCLUDED.write_uid,
                       write_date = EXCLUDED.write_date
                 WHERE kuaidi_claim_mail.state = 'failed'
                RETURNING id
                """,
                ids=claims.ids,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model()
        claims.invalidate_recordset(["mail_ids"])
        self._wake_sender()
        return self.browse(row[0] for row in rows)

    def _is_still_true(self):
        if self.claim_id.state not in UNDECIDED_STATES:
            self._fail(self.env._("The claim was decided meanwhile."))
            return False
        return True

    def _set_address(self):
        self.address = self.claim_id._get_client_address()
        return bool(self.address)

    def _make_files(self):
        self.document_id = self.claim_id._make_application(self)

    def _get_mail_template(self):
        return self.env.ref("kuaidi_claims.mail_template_claim_application")

    def _get_mail_values(self):
        return super()._get_mail_values() | {"email_to": self.address}

    def _on_sent(self):
        self.claim_id._on_application_sent()

    def _on_server_down(self):
        # not again and again: the next hour's run goes on
        self.env["ir.cron"]._commit_progress(1, remaining=0)
        return False

    def _get_caller(self):
        return self.claim_id.user_id

    def _get_call_summary(self, record):
        return record.env._(
            "The application form of %(claim)s did not reach the client",
            claim=record.number,
        )
