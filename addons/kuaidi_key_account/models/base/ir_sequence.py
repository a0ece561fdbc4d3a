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
