from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

ENDED = ("lost", "terminated")


class KuaidiRenewal(models.Model):
    """The termination letter (解约通知书) of a contract that is not renewed (2.7)."""

    _name = "kuaidi.renewal"
    _inherit = ["kuaidi.renewal"]

    # === ACTION METHODS === #

    def action_print_letter(self):
        """Print the termination letter, a week before the contract ends.

        :raise UserError: for a renewal that is not lost
        """
        self._check_letter()
        return self.env.ref("kuaidi_key_account.renewal_letter_report").report_action(
            self, config=False
        )

    # === BUSINESS METHODS === #

    def _check_letter(self):
        self.check_access("read")
        for renewal in self:
            if renewal.stage not in ENDED:
                raise UserError(
                    self.env._(
                        "The contract of %(renewal)s goes on as far as we know."
                        " Register first that it is not renewed.",
                        renewal=renewal.display_name,
                    )
                )

    def _get_letter_file_name(self):
        """Return the name of the letter's file, without its ending."""
        self.ensure_one()
        renewal = self.with_context(lang=self.partner_id.lang or self.env.lang)
        return renewal.env._(
            "Termination letter %(client)s", client=renewal.partner_id.name
        )

    def _prepare_termination(self):
        """Return the texts of the letter, in the client's language.

        :return: what the layout of letters prints, all of it plain text
        """
        self.ensure_one()
        self._check_letter()
        # sudo: a letter names the manager and the company, whoever prints it; only
        # what the client may know is taken
        renewal = self.with_context(lang=self.partner_id.lang or self.env.lang).sudo()
        contract = renewal.contract_id
        company = renewal.company_id
        values = {
            "company": company.name,
            "contract": contract.title or contract.number,
            "number": contract.number,
            "start": renewal._format_letter_date(contract.date_from),
            "end": renewal._format_letter_date(contract.date_ended or renewal.date_end),
        }
        open_amount = renewal._get_dossier_money()["open"]
        duties = [
            renewal.env._(
                "Parcels handed over until that day are delivered as agreed."
            ),
            renewal.env._(
                "Freight until that day is settled by the contract's terms of payment."
            ),
            renewal.env._(
                "Within one week after that day both sides hand over waybills, devices"
                " and papers that belong to the other."
            ),
            renewal.env._(
                "Claims that have arisen are handled to their end by the contract;"
                " confidentiality goes on."
            ),
        ]
        if open_amount > 0:
            duties.insert(
                2,
                renewal.env._(
                    "%(amount)s is open on this day by our books; please check and"
                    " confirm it.",
                    amount=renewal._format_money(open_amount),
                ),
            )
        return company._prepare_letterhead() | {
            "title": renewal.env._("Notice of Termination"),
            "number": renewal.env._("No.: %(number)s", number=contract.number),
            "client": renewal.partner_id.name,
            "salutation": renewal.env._("Dear Sir or Madam,"),
            "paragraphs": [
                renewal.env._(
                    "%(contract)s (No. %(number)s), in force between you and"
                    " %(company)s since %(start)s, is not renewed and ends on %(end)s.",
                    **values,
                ),
                renewal.env._("Please note what follows from it:"),
            ],
            "services": duties,
            "last_paragraphs": [
                renewal.env._(
                    "Thank you for your trust. We would be glad to serve you again."
                ),
                renewal.env._(
                    "Questions are answered by %(manager)s.",
                    manager=renewal.manager_id.name or company.name,
                ),
            ],
            "closing": renewal.env._("Yours sincerely,"),
            "seal": renewal.env._("(Company seal)"),
            "date": renewal._format_letter_date(renewal._get_today()),
        }

    def _format_letter_date(self, date):
        return format_date(self.env, date, date_format="long")
