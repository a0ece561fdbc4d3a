from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

AGREED_STATES = ("consensus", "report", "to_approve", "approved", "paid", "filed")
NOTICE_STATES = ("approved", "paid", "filed", "refused")


class KuaidiClaim(models.Model):
    """Papers that the client gets: settlement agreement and written notice (2.12)."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    date_notified = fields.Datetime(
        string="Client Notified On",
        readonly=True,
        copy=False,
        help="When the written notice of the decision went out or was handed over.",
    )

    # === ACTION METHODS === #

    def action_print_agreement(self):
        """Print the settlement agreement for both sides to sign.

        :raise UserError: when nothing was agreed
        """
        self.check_access("read")
        for claim in self:
            if claim.state not in AGREED_STATES:
                raise UserError(
                    self.env._(
                        "Nothing is agreed on %(claim)s yet: log the offer that was"
                        " accepted first.",
                        claim=claim.display_name,
                    )
                )
        return self.env.ref("kuaidi_claims.claim_agreement_report").report_action(self)

    def action_print_notice(self):
        """Print the written notice of what was decided.

        :raise UserError: when nothing was decided
        """
        self.check_access("read")
        self._check_decided()
        return self.env.ref("kuaidi_claims.claim_notice_report").report_action(self)

    def action_send_notice(self):
        """Open the mail with the written notice to the client.

        :raise UserError: when nothing was decided
        """
        self.ensure_one()
        self.check_access("write")
        self._check_decided()
        template = self.env.ref("kuaidi_claims.mail_template_claim_notice")
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
                "default_partner_ids": self.partner_id.ids,
                "force_email": True,
                "kuaidi_marks_notified": True,
            },
        }

    def action_note_notice(self):
        """Note that the notice was handed over on paper.

        :raise UserError: when nothing was decided
        """
        self.check_access("write")
        self._check_decided()
        # sudo: when the client was told is written by the system alone
        self.sudo().date_notified = fields.Datetime.now()

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"date_notified"}

    def _get_transition_obstacles(self, target):
        reasons = super()._get_transition_obstacles(target)
        if target == "filed" and not self.date_notified:
            reasons.append(self.env._("Send the client the written notice."))
        return reasons

    @api.model
    def _get_missing_depends(self):
        return [*super()._get_missing_depends(), "date_notified"]

    def _check_decided(self):
        for claim in self:
            if claim.state not in NOTICE_STATES:
                raise UserError(
                    self.env._(
                        "%(claim)s is not decided yet: there is nothing to tell the"
                        " client in writing.",
                        claim=claim.display_name,
                    )
                )

    def message_post(self, **kwargs):
        """Note when the notice went out to the client."""
        message = super().message_post(**kwargs)
        if self.env.context.get("kuaidi_marks_notified"):
            # sudo: as in `action_note_notice`; the composer has checked the right
            self.sudo().date_notified = fields.Datetime.now()
        return message

    def _get_letter_claim(self):
        """Return the claim as its letters read it: in the client's language.

        In superuser mode: a letter names contract and company, whoever prints it; only
        what the client may know is taken.
        """
        self.ensure_one()
        return self.with_context(lang=self.partner_id.lang or self.env.lang).sudo()

    def _get_notice_file_name(self):
        """Return the name of the notice's file, without its ending."""
        claim = self._get_letter_claim()
        return claim.env._("Notice of decision %(number)s", number=claim.number)

    def _get_agreement_file_name(self):
        """Return the name of the agreement's file, without its ending."""
        claim = self._get_letter_claim()
        return claim.env._("Settlement agreement %(number)s", number=claim.number)

    def _prepare_notice(self):
        """Return the texts of the written notice, in the client's language (2.12, 7).

        :return: what the layout of letters prints, all of it plain text
        """
        claim = self._get_letter_claim()
        texts = claim._prepare_letter_base(claim.env._("Notice of Decision on a Claim"))
        env = claim.env
        if claim.state == "refused":
            body = [
                env._(
                    "You claimed %(amount)s for waybill %(waybill)s. We have looked at"
                    " it and cannot pay, for this reason:",
                    amount=claim._format_amount(claim.amount_claimed),
                    waybill=claim.waybill_number,
                ),
                claim.outcome_reason or "",
            ]
            last = [
                env._(
                    "If you have further evidence, please send it to us: we shall look"
                    " at the claim again. You may also appeal to the postal authority"
                    " (12305) or turn to the court."
                )
            ]
        else:
            body = [
                env._(
                    "Your claim for waybill %(waybill)s (%(kind)s) was approved.",
                    waybill=claim.waybill_number,
                    kind=claim._get_type_label(),
                ),
                env._(
                    "We pay %(amount)s, as agreed between us. The payment is made"
                    " within seven days of the approval.",
                    amount=claim._format_amount(claim.amount_approved),
                ),
            ]
            last = [env._("We regret what happened, and thank you for your patience.")]
        return texts | {"paragraphs": body, "last_paragraphs": last}

    def _prepare_agreement(self):
        """Return the texts of the settlement agreement, in the client's language.

        It warns of what liability insurance means for it: what the insurer has not
        agreed to, it may assess anew (司法解释四, article 19).

        :return: what the layout of agreements prints, all of it plain text
        """
        claim = self._get_letter_claim()
        env = claim.env
        values = {
            "company": claim.company_id.name,
            "client": claim.partner_id.commercial_partner_id.name,
            "waybill": claim.waybill_number,
            "amount": claim._format_amount(claim.amount_agreed),
            "kind": claim._get_type_label(),
        }
        terms = [
            env._(
                "Party B claimed compensation for waybill %(waybill)s (%(kind)s). Both"
                " parties have examined it together.",
                **values,
            ),
            env._(
                "Party A pays Party B %(amount)s once, for all loss from this"
                " shipment.",
                **values,
            ),
            env._(
                "Party A pays within seven days of its internal approval, to the"
                " account that Party B names, or sets the amount off against open"
                " invoices where both agree in writing."
            ),
            env._(
                "With the payment this claim is settled. Claims from other shipments"
                " stay as they are."
            ),
            env._(
                "Where the goods or our liability are insured, this agreement takes"
                " nothing from the insurer's right of recourse; Party B keeps what is"
                " left of the goods and their papers ready for inspection, and hands"
                " over what the insurer needs."
            ),
        ]
        if claim.is_insured:
            terms.append(
                env._(
                    "This agreement comes into force once the insurer has consented in"
                    " writing: what an insurer of liability has not agreed to, it may"
                    " assess anew."
                )
            )
        return claim.company_id._prepare_letterhead() | {
            "title": env._("Settlement Agreement"),
            "number": env._("No.: %(number)s", number=claim.number),
            "parties": [
                env._("Party A: %(company)s", **values),
                env._("Party B: %(client)s", **values),
            ],
            "terms": terms,
            "sides": [
                env._("Party A (seal)"),
                env._("Party B (seal)"),
            ],
            "date": env._("Date:"),
        }

    def _prepare_letter_base(self, title):
        """Return what every letter about this claim has."""
        env = self.env
        today = env["kuaidi.deadline"]._get_today(self.company_id)
        return self.company_id._prepare_letterhead() | {
            "title": title,
            "number": env._("No.: %(number)s", number=self.number),
            "client": self.partner_id.commercial_partner_id.name,
            "salutation": env._("Dear Sir or Madam,"),
            "services": [],
            "closing": env._("Yours sincerely,"),
            "seal": env._("(Company seal)"),
            "date": format_date(env, today, date_format="long"),
        }

    def _get_type_label(self):
        return dict(self._fields["type"]._description_selection(self.env))[self.type]
