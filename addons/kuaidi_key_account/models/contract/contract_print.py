from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date, formatLang


class KuaidiContract(models.Model):
    """What a contract says, in words that a Word template takes."""

    _name = "kuaidi.contract"
    _inherit = ["kuaidi.contract"]

    # === ACTION METHODS === #

    def action_print_document(self):
        """Make the contract as a Word document from the company's template (ON-2).

        :return: the download, or the form to choose where several templates fit
        :raise UserError: when there is no template for this kind of contract
        """
        self.ensure_one()
        self.check_access("read")
        templates = self.env["kuaidi.contract.template"]._get_fitting(self)
        if not templates:
            raise UserError(
                self.env._(
                    "There is no Word template for this kind of contract. The CRM"
                    " centre uploads one under Configuration, Contracts."
                )
            )
        printer = self.env["kuaidi.contract.print"].create(
            {"contract_id": self.id, "template_id": templates[0].id}
        )
        if len(templates) == 1:
            return printer.action_print()
        return dict(
            self.env["ir.actions.act_window"]._for_xml_id(
                "kuaidi_key_account.kuaidi_contract_print_action"
            ),
            res_id=printer.id,
        )

    # === BUSINESS METHODS === #

    def _get_word_fields(self):
        """Return the fields that a contract template may name, see the Word service.

        Later parts add theirs, and their values in `_prepare_word_values`.
        """
        labels = {
            name: self._fields[name]._description_string(self.env)
            for name in (
                "number",
                "title",
                "kind",
                "revision",
                "date_from",
                "date_to",
                "date_signed",
                "notice_days",
                "renewal_months",
                "client_signatory",
                "company_signatory",
                "amount_total",
                "amount_promised",
                "pieces_promised",
                "payment_term_id",
                "credit_limit",
                "sme_status",
                "settlement_cycle",
                "settlement_day",
                "compensation_max",
                "dispute_body",
                "clause_note",
                "original_count",
                "changes",
            )
        }
        labels["payment_term"] = labels.pop("payment_term_id")
        return labels | {
            "is_tacit": self.env._("Tacit renewal: empty where there is none"),
            "is_public": self.env._("Public procurement: empty where it is none"),
            "client": self.env._("Name of the client"),
            "client_address": self.env._("Address of the client"),
            "client_vat": self.env._("Tax number of the client"),
            "company": self.env._("Name of our company"),
            "company_address": self.env._("Address of our company"),
            "company_vat": self.env._("Tax number of our company"),
            "manager": self.env._("Account manager, with telephone"),
            "today": self.env._("Day on which the document is made"),
            "compensation": self.env._(
                "How undeclared goods are compensated, in words"
            ),
            "late": self.env._("Late delivery reduction, in words"),
            "pod": self.env._("POD return, in words"),
            "insurance": self.env._("Who insures the goods, in words"),
            "dispute": self.env._("Where disputes go to, in words"),
            "former_versions": (
                self.env._("Former versions"),
                {
                    "revision": self.env._("Version number"),
                    "date_signed": self.env._("Day of signature"),
                    "changes": self.env._("What it changed"),
                },
            ),
        }

    def _prepare_word_values(self):
        """Return what a template is fed, all of it text in the user's language."""
        self.ensure_one()
        # sudo: a contract names client, company and manager, whoever prints it
        contract = self.sudo()
        values = {
            name: contract._format_value(name)
            for name in self._get_word_fields()
            if name in self._fields and self._fields[name].type != "boolean"
        }
        for name in ("amount_total", "amount_promised", "credit_limit"):
            values[name] = values[name] if contract[name] else ""
        values["pieces_promised"] = (
            formatLang(self.env, contract.pieces_promised, digits=0)
            if contract.pieces_promised
            else ""
        )
        values["compensation_max"] = (
            values["compensation_max"] if contract.compensation_max else ""
        )
        yes = self.env._("yes")
        manager = contract.manager_id
        return values | {
            "payment_term": contract.payment_term_id.name or "",
            "is_tacit": yes if contract.is_tacit else "",
            "is_public": yes if contract.is_public else "",
            "client": contract.partner_id.name or "",
            "client_address": contract._get_address(contract.partner_id),
            "client_vat": contract.partner_id.vat or "",
            "company": contract.company_id.name,
            "company_address": contract._get_address(contract.company_id.partner_id),
            "company_vat": contract.company_id.vat or "",
            "manager": " ".join(filter(None, (manager.name, manager.partner_id.phone))),
            "today": contract._format_long_date(contract._get_today()),
            **{
                name: contract._format_long_date(contract[name])
                for name in ("date_from", "date_to", "date_signed")
            },
            "compensation": contract._describe_compensation(),
            "late": contract._describe_late_rule(),
            "pod": contract._describe_pod_rule(),
            "insurance": contract._describe_insurance(),
            "dispute": contract._describe_dispute(),
            "former_versions": contract._prepare_former_versions(),
        }

    def _get_address(self, partner):
        """Return an address in one line, as contracts of the country give it."""
        parts = (partner.state_id.name, partner.city, partner.street, partner.street2)
        if (self.env.lang or "").startswith("zh"):
            return "".join(filter(None, parts))
        return ", ".join(filter(None, reversed(parts)))

    def _format_long_date(self, date):
        return format_date(self.env, date, date_format="long") if date else ""

    def _prepare_former_versions(self):
        rows = []
        version = self.previous_id
        while version:
            rows.append(
                {
                    "revision": str(version.revision),
                    "date_signed": version._format_long_date(version.date_signed),
                    "changes": version.changes_signed or "",
                }
            )
            version = version.previous_id
        return rows

    def _describe_compensation(self):
        """Return the rule for undeclared goods as a part of a sentence."""
        amount = formatLang(
            self.env, self.compensation_factor, currency_obj=self.currency_id
        )
        return {
            "market": self.env._("the market value of the goods is compensated"),
            "freight": self.env._(
                "up to %(factor)s times the freight is compensated",
                factor=f"{self.compensation_factor:g}",
            ),
            "weight": self.env._(
                "%(amount)s per kilogram are compensated", amount=amount
            ),
            "piece": self.env._("%(amount)s per parcel are compensated", amount=amount),
        }[self.compensation_rule]

    def _describe_late_rule(self):
        """Return the late reduction as a part of a sentence."""
        sentence = {
            "none": self.env._("the freight is not reduced"),
            "percent_day": self.env._(
                "the freight is reduced by %(percent)s %% per day, at most by"
                " %(most)s %%",
                percent=f"{self.late_factor:g}",
                most=f"{self.late_max_percent:g}",
            ),
            "amount_day": self.env._(
                "the freight is reduced by %(amount)s per parcel and day, at most by"
                " %(most)s %% of it",
                amount=formatLang(
                    self.env, self.late_factor, currency_obj=self.currency_id
                ),
                most=f"{self.late_max_percent:g}",
            ),
            "free": self.env._("the freight of the late parcel is waived"),
        }[self.late_rule]
        if self.late_rule != "none" and self.late_grace_hours:
            return self.env._(
                "%(rule)s, after %(hours)s hours of grace",
                rule=sentence,
                hours=self.late_grace_hours,
            )
        return sentence

    def _describe_pod_rule(self):
        """Return how proofs of delivery come back, as a part of a sentence."""
        return {
            "none": self.env._("Proofs of delivery are not returned"),
            "electronic": self.env._(
                "Proofs of delivery are returned as electronic copies within %(days)s"
                " days of delivery",
                days=self.pod_days,
            ),
            "original": self.env._(
                "Signed originals of the proofs of delivery are returned within"
                " %(days)s days of delivery",
                days=self.pod_days,
            ),
        }[self.pod_rule]

    def _describe_insurance(self):
        """Return who insures the goods, as a part of a sentence."""
        sentence = {
            "none": self.env._("The parties do not agree on cargo insurance"),
            "client": self.env._("The client insures its goods"),
            "company": self.env._(
                "The carrier insures the goods at %(rate)s per mille of the declared"
                " value",
                rate=f"{self.insurance_rate:g}",
            ),
        }[self.insurance_by]
        if self.insurance_by == "client" and self.is_recourse_waived:
            return self.env._(
                "%(sentence)s, and its insurer waives recourse against the carrier",
                sentence=sentence,
            )
        return sentence

    def _describe_dispute(self):
        """Return where disputes go to, as a part of a sentence."""
        if self.dispute_forum == "arbitration":
            return self.env._(
                "they are submitted to %(body)s for arbitration",
                body=self.dispute_body or "…",
            )
        return self.env._(
            "they are decided by %(body)s",
            body=self.dispute_body or self.env._("the competent people's court"),
        )
