from odoo import api, models


class IrSequence(models.Model):
    """Draws the numbers of our records."""

    _inherit = "ir.sequence"

    # === BUSINESS METHODS === #

    @api.model
    def _draw_number(self, code, company):
        """Return the next number of a kind of record.

        :param code: the code of the sequence
        :param company: the company of the record, or its id: it may have a sequence of
            its own
        """
        # sudo: drawing a number is no right of its own
        return self.sudo().with_company(company).next_by_code(code)

    @api.model
    def _draw_numbers(self, code, vals_list):
        """Write a number into the values of each new record that has none yet."""
        for vals in vals_list:
            if not vals.get("number"):
                company = vals.get("company_id") or self.env.company
                vals["number"] = self._draw_number(code, company)
