from odoo import models
from odoo.tools.misc import format_amount, format_date


class KuaidiCollectionLetter(models.Model):
    """The words of letters, in whole sentences and in the client's language."""

    _name = "kuaidi.collection.letter"
    _inherit = ["kuaidi.collection.letter"]

    # === BUSINESS METHODS === #

    def _get_letter_lang(self):
        """Return the client's language; a mandate is written in that of the lawyer."""
        if self.kind == "mandate":
            partner = self.company_id.kuaidi_law_firm_id
        else:
            partner = self.contact_id.lang and self.contact_id or self.partner_id
        return partner.lang or self.company_id.partner_id.lang or self.env.lang

    def _get_file_name(self):
        letter = self.with_context(lang=self._get_letter_lang())
        return f"{letter._get_title()} {self.number}".replace("/", "-")

    def _get_title(self):
        titles = {
            "reminder": self.env._("Payment Reminder"),
            "formal": self.env._("Dunning Letter"),
            "mandate": self.env._("Mandate for a Lawyer's Letter"),
        }
        return titles[self.kind]

    def _get_log_text(self):
        """Return what the log says of the letter."""
        return self.env._(
            "%(title)s %(number)s, to be paid until %(date)s",
            title=self._get_title(),
            number=self.number,
            date=format_date(self.env, self.date_pay_until),
        )

    def _prepare_letter(self):
        """Return the texts and figures of the letter, in the client's language.

        :return: dict of plain texts for the layout
        """
        self.ensure_one()
        # sudo: a letter names company, contract and items, whoever prints it
        letter = self.with_context(lang=self._get_letter_lang()).sudo()
        return letter._get_frame() | {
            "mandate": letter.kind == "mandate",
            "facts": letter._get_facts(),
            "rows": letter._get_rows(),
            "totals": letter._get_total_rows(),
            "interest_note": letter._get_interest_note(),
            "paragraphs": letter._get_demand(),
            "annexes": letter._get_annexes(),
        }

    def _get_frame(self):
        """Return letterhead, addressee, title and closing."""
        company = self.company_id
        partner = company.partner_id
        firm = company.kuaidi_law_firm_id
        addressee = firm if self.kind == "mandate" else self.partner_id
        return {
            "lang": (self.env.lang or "en_US").replace("_", "-"),
            "is_chinese": (self.env.lang or "").startswith("zh"),
            "company": company.name,
            "logo": company.logo,
            "address": partner._display_address(without_company=True).replace(
                "\n", " "
            ),
            "ways": [way for way in (partner.phone, partner.email) if way],
            "number": self.env._("No. %(number)s", number=self.number),
            "title": self._get_title(),
            "client": addressee.name or "",
            "salutation": (
                self.env._("To our attorneys:")
                if self.kind == "mandate"
                else self.env._("Dear Sir or Madam,")
            ),
            "seal": self.env._("(Seal)"),
            "date": format_date(self.env, self.date, date_format="long"),
        }

    def _format(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    def _get_facts(self):
        """Return (label, text) of what the letter is about."""
        facts = [(self.env._("Debtor"), self.partner_id.name)]
        if self.partner_id.vat:
            facts.append((self.env._("Credit code"), self.partner_id.vat))
        if self.contact_id and self.contact_id != self.partner_id:
            facts.append((self.env._("Attention"), self.contact_id.name))
        if self.contract_id:
            facts.append((self.env._("Contract"), self.contract_id.display_name))
        facts.append((self.env._("Nature of the debt"), self.env._("Freight charges")))
        return facts

    def _get_rows(self):
        return [
            {
                "name": line.name or "",
                "date": format_date(self.env, line.date),
                "date_due": format_date(self.env, line.date_due),
                "days": line.days_overdue,
                "amount": self._format(line.amount),
                "interest": self._format(line.amount_interest),
            }
            for line in self.line_ids
        ]

    def _get_total_rows(self):
        """Return (label, text) of principal and interest, shown apart."""
        rows = [
            (self.env._("Principal overdue"), self._format(self.amount_principal)),
            (
                self.env._("Interest until %(date)s", date=self._format_day(self.date)),
                self._format(self.amount_interest),
            ),
        ]
        if self.demands_interest:
            rows.append(
                (
                    self.env._("Principal and interest together"),
                    self._format(self.amount_principal + self.amount_interest),
                )
            )
        return rows

    def _format_day(self, day):
        return format_date(self.env, day)

    def _get_interest_note(self):
        """Return by which rate interest is counted, and what becomes of it."""
        rate = f"{self.late_rate:.4f}".rstrip("0").rstrip(".")
        if self.contract_id.late_rate == self.late_rate and self.contract_id.late_rate:
            basis = self.env._(
                "Interest is counted at %(rate)s %% per calendar day overdue, as agreed"
                " in contract %(contract)s.",
                rate=rate,
                contract=self.contract_id.number,
            )
        else:
            basis = self.env._(
                "Interest is counted at %(rate)s %% per calendar day overdue.",
                rate=rate,
            )
        if self.demands_interest:
            return basis
        return self.env._(
            "%(basis)s It is shown for information and not part of the amount asked for"
            " here; we reserve the right to claim it.",
            basis=basis,
        )

    def _get_demanded(self):
        amount = self.amount_principal
        if self.demands_interest:
            amount += self.amount_interest
        return self._format(amount)

    def _get_demand(self):
        """Return the paragraphs of the demand."""
        until = format_date(self.env, self.date_pay_until, date_format="long")
        texts = {
            "reminder": self._get_reminder,
            "formal": self._get_formal,
            "mandate": self._get_mandate,
        }
        paragraphs = texts[self.kind](until)
        if self.text:
            paragraphs.append(self.text)
        if self.kind != "mandate":
            paragraphs.append(self._get_bank_sentence())
        return paragraphs

    def _get_reminder(self, until):
        return [
            self.env._(
                "According to our books the following amounts have fallen due and are"
                " not paid yet. It may well have been overlooked: please transfer"
                " %(amount)s by %(date)s.",
                amount=self._get_demanded(),
                date=until,
            ),
            self.env._(
                "If you have paid already, please send us the bank slip; if something"
                " is not right, please tell us which item and why."
            ),
        ]

    def _get_formal(self, until):
        return [
            self.env._(
                "We have carried your shipments as agreed. The amounts listed above"
                " have fallen due, and in spite of our reminders they are not paid."
            ),
            self.env._(
                "We formally demand that you pay %(amount)s by %(date)s (%(days)s"
                " working days).",
                amount=self._get_demanded(),
                date=until,
                days=self.days_to_pay,
            ),
            self.env._(
                "If the payment does not arrive in time, we shall accept new shipments"
                " against cash only, and take legal steps: application for a payment"
                " order, suit or arbitration. Costs and interest would be yours to"
                " bear."
            ),
            self.env._(
                "This letter is a demand in the sense of article 195 of the Civil Code:"
                " the time of limitation begins anew on its arrival. If you contest an"
                " item, please tell us in writing which one and why within this time."
            ),
        ]

    def _get_mandate(self, until):
        return [
            self.env._(
                "We mandate your firm to send a lawyer's letter to %(client)s about the"
                " overdue freight charges listed above, to demand %(amount)s within"
                " %(days)s working days, and to announce legal steps.",
                client=self.partner_id.name,
                amount=self._get_demanded(),
                days=self.days_to_pay,
            ),
            self.env._(
                "The debt has been demanded by ourselves without success. Contract,"
                " statements, invoices and proofs of our demands are handed over with"
                " the evidence pack."
            ),
            self.env._(
                "Parcels of the client are not held and will not be held for this debt"
                " (Interim Regulations on Express Delivery, article 52). The letter"
                " must not threaten with it."
            ),
            self.env._(
                "This mandate covers the lawyer's letter alone. Suit, settlement or"
                " waiver need our consent in writing."
            ),
        ]

    def _get_bank_sentence(self):
        banks = [
            " ".join(filter(None, [bank.bank_id.name, bank.acc_number]))
            for bank in self.company_id.partner_id.bank_ids
        ]
        if not banks:
            return self.env._("Please pay to the bank account on our invoices.")
        return self.env._(
            "Account holder: %(company)s. Bank account: %(banks)s. Please give our"
            " number %(number)s with your payment.",
            company=self.company_id.name,
            banks="; ".join(banks),
            number=self.number,
        )

    def _get_annexed_statement(self):
        """Return the statement that is printed behind the letter, or none."""
        # sudo: the client is sent its own statement, whoever prints it
        return self.sudo().statement_id

    def _get_annexes(self):
        """Return the names of the annexes."""
        annexes = []
        if self.statement_id:
            statement = self.statement_id
            annexes.append(
                self.env._(
                    "Statement %(number)s as of %(date)s, closing balance %(amount)s",
                    number=statement.display_name,
                    date=format_date(self.env, statement.date_to),
                    amount=format_amount(
                        self.env, statement.amount_closing, statement.currency_id
                    ),
                )
            )
        return annexes
