from odoo import api, models
from odoo.tools import SQL


class KuaidiKeyAccount(models.Model):
    """Counts what later rooms hold of a client, all of it in one statement."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    # === COMPUTE METHODS === #

    @api.depends(lambda self: self._get_form_counts_depends())
    def _compute_form_counts(self):
        """Read the counters of the client's form together."""
        expressions = self._get_form_counts()
        rows = (
            self.env.execute_query(
                SQL(
                    "SELECT account.id, %s FROM kuaidi_key_account account"
                    " WHERE account.id = ANY(%s)",
                    SQL(", ").join(expressions.values()),
                    self._origin.ids,
                )
            )
            if self._origin.ids
            else []
        )
        values = {account_id: counts for account_id, *counts in rows}
        nothing = [False] * len(expressions)
        for account in self:
            counts = values.get(account._origin.id, nothing)
            for name, value in zip(expressions, counts, strict=True):
                account[name] = value or False

    # === BUSINESS METHODS === #

    @api.model
    def _get_form_counts(self):
        """Hook: return what the form shows of later rooms, read by one statement.

        Whoever adds a field to it computes that field by `_compute_form_counts`.

        :return: SQL expressions over the row `account`, by the name of their field
        """
        return {}

    @api.model
    def _get_form_counts_depends(self):
        """Hook: return the names of the fields that the counters follow from."""
        return ["partner_id"]
