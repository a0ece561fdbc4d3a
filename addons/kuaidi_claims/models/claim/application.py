from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_amount, format_date

REPORT = "kuaidi_claims.claim_application_report"


class KuaidiClaim(models.Model):
    """Sends the application form 《申请赔偿表》 with the list of papers (D11)."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    mail_ids = fields.One2many(
        comodel_name="kuaidi.claim.mail",
        inverse_name="claim_id",
        string="Mail with the Form",
        readonly=True,
    )
    date_application = fields.Datetime(
        string="Form Sent On",
        readonly=True,
        copy=False,
        help="When the application form went out or was handed over: the three days for"
        " form and evidence run from here (D11).",
    )
    mail_state = fields.Selection(related="mail_ids.state", string="Mail of the Form")
    mail_error = fields.Char(related="mail_ids.error", string="Trouble with the Mail")

    # === ACTION METHODS === #

    def action_print_application(self):
        """Return the application form as PDF; what was mailed, as it was mailed."""
        self.check_access("read")
        return self.env.ref(REPORT).report_action(self, config=False)

    def action_resend_application(self):
        """Mail the form once more where it did not arrive, to the address as it is now.

        :raise UserError: when it is on its way, or has arrived
        """
        self.ensure_one()
        self._check_may_move("evidence")
        if self.mail_state != "failed":
            raise UserError(
                self.env._(
                    "The form of %(claim)s is on its way, or the client has it.",
                    claim=self.display_name,
                )
            )
        self.env["kuaidi.claim.mail"].sudo()._claim(self.sudo())
        return True

    def action_hand_over_application(self):
        """Note that the client got the form by another way than by mail.

        :raise UserError: when it was sent, or nobody has asked for evidence yet
        """
        self._check_may_move("evidence")
        for claim in self:
            if claim.date_application or claim.state != "evidence":
                raise UserError(
                    self.env._(
                        "The form of %(claim)s is with the client, or it is not asked"
                        " for yet.",
                        claim=claim.display_name,
                    )
                )
        # sudo: the day is guarded; who may say so was checked above
        claims_sudo = self.sudo()
        claims_sudo.lock_for_update()
        claims_sudo.mail_ids.filtered(lambda mail: mail.state == "waiting").write(
            {"state": "failed", "error": self.env._("It was handed over.")}
        )
        claims_sudo._on_application_sent()
        return True

    # === BUSINESS METHODS === #

    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"date_application"}

    def _on_state_evidence(self):
        self.env["kuaidi.claim.mail"]._claim(self)

    def _on_application_sent(self):
        """Start the client's three days: form and list are out (D11)."""
        now = fields.Datetime.now()
        for claim in self.filtered(lambda claim: not claim.date_application):
            claim.date_application = now
            claim.evidence_ids.filtered(lambda line: not line.date_asked).write(
                {"date_asked": now}
            )
            if claim._get_missing_evidence() and claim.state == "evidence":
                claim._start_clock("evidence", now)

    def _get_client_address(self):
        """Return where the form goes: to who called, else to the client."""
        self.ensure_one()
        return self.email or self.partner_id.email_formatted or False

    def _get_client_lang(self):
        """Return the language in which the client is written to."""
        self.ensure_one()
        # sudo: as the company writes, whoever sends it
        company_sudo = self.company_id.sudo()
        return self.partner_id.lang or company_sudo.partner_id.lang or self.env.lang

    def _get_sender(self):
        """Return the address that the mail comes from."""
        self.ensure_one()
        # sudo: the sender's own address
        return (
            self.user_id.email_formatted
            or self.company_id.sudo().email_formatted
            or self.env.user.email_formatted
        )

    # the form

    def _make_application(self, owner):
        """Make the form as it is mailed, and keep it.

        :param owner: record that nobody may write, so that nobody deletes the file
        """
        self.ensure_one()
        claim = self.with_context(lang=self._get_client_lang())
        pdf, _kind = claim.env["ir.actions.report"]._render_qweb_pdf(REPORT, claim.ids)
        return self.env["ir.attachment"].create(
            {
                "name": f"{claim._get_application_name()}.pdf",
                "raw": pdf,
                "res_model": owner._name,
                "res_id": owner.id,
            }
        )

    def _get_kept_pdf(self, report_name=None):
        """Return the form as it went out."""
        self.ensure_one()
        if report_name != "kuaidi_claims.report_claim_application":
            return False
        self.check_access("read")
        # sudo: the file belongs to whoever may read the claim
        return self.sudo().mail_ids.document_id.raw

    def _get_application_name(self):
        """Return the name of the form's file, without its ending."""
        self.ensure_one()
        claim = self.with_context(lang=self._get_client_lang())
        return claim.env._(
            "Application for compensation %(number)s", number=claim.number
        )

    def _format_moment(self, moment):
        """Return the day of a moment in the company's time zone."""
        service = self.env["kuaidi.deadline"]
        return format_date(self.env, service._get_local_date(moment, self.company_id))

    def _prepare_application(self):
        """Return what the application form prints, in the client's language (2.12).

        :return: dict of plain texts; what the client fills in is empty
        """
        self.ensure_one()
        # sudo: company and client, whoever prints it; nothing else is taken
        claim = self.with_context(lang=self._get_client_lang()).sudo()
        env = claim.env
        company = claim.company_id
        days = company.kuaidi_claim_evidence_days
        return company._prepare_letterhead() | {
            "title": env._("Application for Compensation"),
            "mark": env._("No.: %(number)s", number=claim.number),
            "request": env._(
                "Please fill in this form, and return it with the papers listed below"
                " within %(days)s days to %(email)s.",
                days=days,
                email=claim.user_id.email_normalized or company.email or company.name,
            ),
            "blocks": [
                (env._("1. Applicant"), claim._prepare_applicant()),
                (env._("2. Shipment"), claim._prepare_shipment()),
                (env._("3. What happened"), claim._prepare_event()),
                (env._("4. What is demanded"), claim._prepare_demand()),
            ],
            "papers": {
                "title": env._("5. Papers to attach"),
                "columns": [
                    env._("No."),
                    env._("Paper"),
                    env._("What It Has to Show"),
                    env._("Attached"),
                ],
                "rows": [
                    (
                        str(number),
                        line.name + ("" if line.is_required else env._(" (if any)")),
                        line.rule_id.instruction or "",
                        "□" if line.state == "asked" else "☑",
                    )
                    for number, line in enumerate(
                        claim.evidence_ids.filtered(
                            lambda line: line.state != "waived"
                        ),
                        1,
                    )
                ],
            },
            "statement": env._(
                "We confirm that what is stated here is true and complete, that we are"
                " entitled to claim for this shipment, and that no other compensation"
                " was received for it."
            ),
            "signature": [
                env._("Applicant (signature): ____________________"),
                env._("Date: ____________________"),
            ],
            "seal": env._("Company seal"),
        }

    def _prepare_applicant(self):
        partner = self.partner_id.commercial_partner_id
        return [
            [(self.env._("Name of the company or person"), partner.name)],
            [
                (self.env._("Contact"), self.contact_name or ""),
                (self.env._("Telephone"), self.phone or partner.phone or ""),
            ],
            [
                (
                    self.env._("Address"),
                    " ".join(partner._display_address(without_company=True).split()),
                ),
                (self.env._("Client code"), self.account_id.code or ""),
            ],
            [
                (self.env._("Bank and holder of the account"), ""),
                (self.env._("Account number"), ""),
            ],
        ]

    def _prepare_shipment(self):
        kinds = dict(self._fields["goods_kind"]._description_selection(self.env))
        packings = dict(self._fields["packing"]._description_selection(self.env))
        goods = ", ".join(filter(None, [self.goods, kinds.get(self.goods_kind)]))
        return [
            [
                (self.env._("Waybill"), self.waybill_number),
                (
                    self.env._("Shipped on"),
                    format_date(self.env, self.date_shipped)
                    if self.date_shipped
                    else "",
                ),
            ],
            [
                (self.env._("From"), self.origin or ""),
                (self.env._("To"), self.destination or ""),
            ],
            [
                (self.env._("Goods"), goods),
                (self.env._("Packing"), packings.get(self.packing, "")),
            ],
            [
                (self.env._("Pieces"), str(self.pieces or "")),
                (
                    self.env._("Value per piece"),
                    self._format_amount_or_blank("amount_per_piece"),
                ),
            ],
            [
                (
                    self.env._("Declared value"),
                    self._format_amount_or_blank("amount_declared"),
                ),
                (
                    self.env._("Insured"),
                    self.env._("Yes") if self.is_insured else self.env._("No"),
                ),
            ],
        ]

    def _prepare_event(self):
        types = dict(self._fields["type"]._description_selection(self.env))
        return [
            [
                (self.env._("Kind of damage"), types[self.type]),
                (self.env._("Reported on"), self._format_moment(self.date_called)),
            ],
            [
                (self.env._("Pieces sent"), str(self.pieces_sent or "")),
                (
                    self.env._("Pieces received"),
                    str(self.pieces_received) if self.pieces_sent else "",
                ),
            ],
            [
                (self.env._("Signed for by"), self.signer or ""),
                (self.env._("Remark at sign-off"), self.signoff_remark or ""),
            ],
            [(self.env._("Course of events"), self.description or "")],
        ]

    def _prepare_demand(self):
        return [
            [
                (
                    self.env._("Amount claimed"),
                    self._format_amount_or_blank("amount_claimed"),
                ),
                (self.env._("In words"), ""),
            ],
            [(self.env._("How it is calculated"), "")],
        ]

    def _format_amount_or_blank(self, name):
        if not self[name]:
            return ""
        return format_amount(self.env, self[name], self.currency_id)
