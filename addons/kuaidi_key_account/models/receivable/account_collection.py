from odoo import models


class KuaidiKeyAccount(models.Model):
    """Whom to write to about money at a client, and what it may owe."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    # === BUSINESS METHODS === #

    def _get_settlement_contacts(self):
        """Return the contact for money matters by account id, where there is one.

        Who settles accounts by the client's file; else the invoice address; else the
        client itself. Of several, the first who can be mailed. The number of queries
        does not depend on the number of clients.
        """
        # sudo: whom the company writes to does not depend on who starts the run
        accounts = self.sudo()
        contacts = self.env["kuaidi.account.contact"].sudo()
        settling = contacts.search(
            [
                ("account_id", "in", accounts.ids),
                ("decision_role", "=", "settlement"),
                ("partner_id.active", "=", True),
            ]
        )
        by_account = settling.grouped("account_id")
        addresses = (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("commercial_partner_id", "in", accounts.partner_id.ids),
                    ("type", "=", "invoice"),
                ],
                order="id",
            )
            .grouped("commercial_partner_id")
        )
        result = {}
        for account in accounts:
            candidates = [
                *by_account.get(account, contacts).partner_id,
                *addresses.get(account.partner_id, ()),
                account.partner_id,
            ]
            result[account.id] = next(
                (partner for partner in candidates if partner.email_normalized),
                candidates[0],
            )
        return result

    def _get_credit_limits(self):
        """Return what clients may owe at most, in yuan, by account id.

        It stands in the running contract; where none is agreed there is no entry.
        """
        groups = (
            self.env["kuaidi.contract"]
            # sudo: a limit binds whoever may read the contract
            .sudo()
            ._read_group(
                domain=[
                    ("account_id", "in", self.ids),
                    ("state", "=", "running"),
                    ("credit_limit", ">", 0),
                ],
                groupby=["account_id"],
                aggregates=["credit_limit:max"],
            )
        )
        return {account.id: limit for account, limit in groups}
