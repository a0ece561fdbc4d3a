from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_list


class BasePartnerMerge(models.TransientModel):
    """Keeps Odoo's merge of contacts from losing a key account.

    The merge deletes rows that clash on a unique index, without a word.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        # sudo: accounts that the user may not see would be lost all the same
        accounts = (
            self.env["kuaidi.key.account"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", partner_ids)])
        )
        for company, of_company in accounts.grouped("company_id").items():
            if len(of_company) > 1:
                raise UserError(
                    self.env._(
                        "%(clients)s have a key account each in %(company)s. Hand"
                        " what is worth keeping over to one of them and delete or"
                        " archive nothing here: merge the contacts once only one"
                        " account is left.",
                        clients=format_list(
                            self.env, of_company.partner_id.mapped("name")
                        ),
                        company=company.name,
                    )
                )
        res = super()._merge(
            partner_ids, dst_partner=dst_partner, extra_checks=extra_checks
        )
        accounts.invalidate_recordset(["partner_id"])
        accounts._check_partner_is_company()
        accounts.contact_ids._check_partner_belongs_to_account()
        return res
