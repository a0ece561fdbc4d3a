from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import format_amount, format_date

REPORT = "kuaidi_key_account.statement_report"
WORKBOOK = "kuaidi_key_account.statement_xlsx_report"
# each takes a second or so, and a browser waits two minutes
MOST_PRINTED = 50
# more rows nobody checks on paper; the workbook has all of them
MOST_ROWS = 120


class KuaidiStatement(models.Model):
    """Prints statements, and hands them out as workbooks."""

    _name = "kuaidi.statement"
    _inherit = ["kuaidi.statement"]

    # === ACTION METHODS === #

    def action_print(self):
        """Return the PDF; of what was mailed, the one that was mailed.

        :raise UserError: for more than can be printed at once
        """
        self.check_access("read")
        if len(self) > MOST_PRINTED:
            raise UserError(
                self.env._(
                    "%(count)s statements are printed at once at most. Choose fewer, or"
                    " send them: their files are made in the background.",
                    count=MOST_PRINTED,
                )
            )
        return self.env.ref(REPORT).report_action(self, config=False)

    def action_export_xlsx(self):
        """Return a workbook with the entries, and formulas that add them up."""
        self.check_access("read")
        return self.env.ref(WORKBOOK).report_action(self, config=False)

    # === BUSINESS METHODS === #

    def _get_file_name(self):
        """Return the name of the files, in the client's language."""
        self.ensure_one()
        statement = self.with_context(lang=self._get_client_lang())
        return statement.env._("Statement %(number)s", number=statement.display_name)

    def _make_files(self, owner):
        """Make PDF and workbook as they are mailed, and keep them.

        :param owner: record that nobody may write, so that nobody deletes the files
        :return: pair of attachments
        """
        self.ensure_one()
        statement = self.with_context(lang=self._get_client_lang())
        reports = statement.env["ir.actions.report"]
        pdf, kind = reports._render_qweb_pdf(REPORT, statement.ids)
        xlsx, _extension = reports._render_xlsx(WORKBOOK, statement.ids, {})
        name = statement._get_file_name()
        return self.env["ir.attachment"].create(
            [
                {
                    "name": f"{name}.{extension}",
                    "raw": content,
                    "res_model": owner._name,
                    "res_id": owner.id,
                }
                for content, extension in ((pdf, kind), (xlsx, "xlsx"))
            ]
        )

    def _get_kept_pdf(self, report_name=None):
        """Return the PDF that was mailed, as long as it is not to be mailed anew."""
        self.ensure_one()
        self.check_access("read")
        # sudo: the file belongs to whoever may read the statement
        mail_sudo = self.sudo().mail_ids.filtered(
            lambda mail: mail.kind == "statement" and mail.document_id
        )
        return self.state != "draft" and mail_sudo.document_id.raw

    def _format_money(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    def _format_day(self, day):
        return format_date(self.env, day) if day else ""

    def _prepare_letter(self):
        """Return what the PDF prints, in the client's language (2.10).

        :return: dict of plain texts
        """
        self.ensure_one()
        # sudo: company and bank accounts, whoever prints it; they are the client's own
        statement = self.with_context(lang=self._get_client_lang()).sudo()
        company = statement.company_id
        period = statement.env._(
            "%(first)s to %(last)s",
            first=statement._format_day(statement.date_from),
            last=statement._format_day(statement.date_to),
        )
        return company._prepare_letterhead() | {
            "title": statement.env._("Account Statement"),
            "client": statement.account_id.partner_id.name,
            "mark": statement.display_name,
            "period": period,
            "facts": [
                (statement.env._("Period"), period),
                (statement.env._("Currency"), statement.currency_id.name),
                (
                    statement.env._("Account Manager"),
                    statement.manager_id.name or "",
                ),
            ],
            "sums": statement._prepare_sums(),
            "entries": statement._prepare_entries(),
            "open_items": statement._prepare_open_items(),
            "bank": statement._prepare_bank(),
            "slip": statement._prepare_slip(period),
        }

    def _prepare_sums(self):
        return [
            (label, self._format_money(amount))
            for label, amount in (
                (self.env._("Opening Balance"), self.amount_opening),
                (self.env._("Invoiced"), self.amount_invoiced),
                (self.env._("Credited"), self.amount_credited),
                (self.env._("Paid"), self.amount_paid),
                (self.env._("Closing Balance"), self.amount_closing),
            )
        ]

    def _get_kinds(self):
        return dict(self.line_ids._fields["kind"]._description_selection(self.env))

    def _prepare_entries(self):
        """Return the entries of the period, with the balance after each."""
        kinds = self._get_kinds()
        balance, rows = self.amount_opening, []
        lines = self.line_ids.filtered("is_in_period")
        for line in lines:
            balance += line.amount
            rows.append(
                (
                    self._format_day(line.date),
                    line.reference or "",
                    kinds[line.kind],
                    self._format_money(line.amount),
                    self._format_money(balance),
                )
            )
        return {
            "title": self.env._("Entries of the Period"),
            "columns": [
                self.env._("Date"),
                self.env._("Number"),
                self.env._("Kind of Item"),
                self.env._("Amount"),
                self.env._("Balance"),
            ],
            "rows": rows[:MOST_ROWS],
            "more": self._get_more(len(rows)),
            "none": self.env._("No entries in this period."),
        }

    def _prepare_open_items(self):
        """Return what was open at the end of the period, by due date."""
        lines = self.line_ids.filtered(
            lambda line: not self.currency_id.is_zero(line.amount_open)
        ).sorted(lambda line: (line.date_due or line.date, line.id))
        rows = [
            (
                self._format_day(line.date_due or line.date),
                line.reference or "",
                self._format_money(line.amount),
                self._format_money(line.amount_open),
                str(line._get_days_overdue() or ""),
            )
            for line in lines
        ]
        return {
            "title": self.env._("Open Items by Due Date"),
            "columns": [
                self.env._("Due Date"),
                self.env._("Number"),
                self.env._("Amount"),
                self.env._("Open Amount"),
                self.env._("Days Overdue"),
            ],
            "rows": rows[:MOST_ROWS],
            "more": self._get_more(len(rows)),
            "total": (
                self.env._("Open at the End of the Period"),
                self._format_money(sum(lines.mapped("amount_open"))),
            ),
            "overdue": (
                self.env._("Of it overdue"),
                self._format_money(self.amount_overdue),
            )
            if self.amount_overdue
            else None,
        }

    def _get_more(self, count):
        if count <= MOST_ROWS:
            return ""
        return self.env._(
            "%(count)s more are listed in the workbook.", count=count - MOST_ROWS
        )

    def _prepare_bank(self):
        banks = self.company_id.partner_id.bank_ids
        return {
            "title": self.env._("Please Pay To"),
            "rows": [
                " ".join(
                    filter(
                        None,
                        [
                            bank.acc_holder_name or self.company_id.name,
                            bank.bank_id.name,
                            bank.acc_number,
                        ],
                    )
                )
                for bank in banks
            ],
        }

    def _prepare_slip(self, period):
        """Return the slip that the client seals: its day is a legal date."""
        return {
            "title": self.env._("Confirmation Slip"),
            "text": self.env._(
                "To %(company)s: we have checked statement %(number)s for %(period)s,"
                " by which we owe %(amount)s at the end of the period.",
                company=self.company_id.name,
                number=self.display_name,
                period=period,
                amount=self._format_money(self.amount_closing),
            ),
            "choices": [
                self.env._("The amount is right."),
                self.env._(
                    "The amount is not right. Items and reasons:"
                    " ____________________________________"
                ),
            ],
            "signature": [
                self.env._("Name: ____________________"),
                self.env._("Date: ____________________"),
            ],
            "seal": self.env._("Company seal"),
            "request": self.env._(
                "Please answer within %(days)s working days.",
                days=self.company_id.kuaidi_statement_workdays,
            ),
        }


class KuaidiStatementLine(models.Model):
    """Counts how late a line was at the end of the period."""

    _name = "kuaidi.statement.line"
    _inherit = ["kuaidi.statement.line"]

    # === BUSINESS METHODS === #

    def _get_days_overdue(self):
        """Return the calendar days from the due date to the end of the period, or 0."""
        self.ensure_one()
        if self.amount_open <= 0 or not self.date_due:
            return 0
        return max((self.statement_id.date_to - self.date_due).days, 0)
