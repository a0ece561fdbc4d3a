from odoo import fields, models


class KuaidiDunningNotice(models.Model):
    """Tells letters what is overdue."""

    _name = "kuaidi.dunning.notice"
    _inherit = ["kuaidi.dunning.notice"]

    # === BUSINESS METHODS === #

    def _get_overdue_items(self, account, date):
        """Return the values of letter lines: what may be asked for of a client.

        Contested items are left out, credits are taken off the oldest.

        :param account: one key account
        :param date: items due before it are overdue
        """
        self._flush_sources()
        rows = [
            row
            for row in self.env.execute_query_dict(
                self._get_chased_query(account.company_id, account, date)
            )
            if row["due"] < date and row["amount"] > 0
        ]
        lines = self.env["account.move.line"].browse(row["id"] for row in rows)
        return [
            {
                "move_line_id": line.id,
                "name": line.move_id.name,
                "date": line.move_id.invoice_date or line.date,
                "date_due": row["due"],
                "days_overdue": (date - row["due"]).days,
                "amount": float(row["amount"]),
            }
            for line, row in sorted(
                zip(lines, rows, strict=True),
                key=lambda pair: (pair[1]["due"], pair[0].id),
            )
        ]


class KuaidiKeyAccount(models.Model):
    """Finds what letters refer to."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    # === BUSINESS METHODS === #

    def _get_running_contract(self):
        """Return the master contract in force, in superuser mode; empty for none."""
        self.ensure_one()
        today = self.env["kuaidi.deadline"]._get_today(self.company_id)
        return (
            self.env["kuaidi.contract"]
            # sudo: limit, term and rate bind whoever reads the contract
            .sudo()
            .search(
                [
                    ("account_id", "=", self.id),
                    ("state", "=", "running"),
                    ("kind", "=", "master"),
                    ("date_from", "<=", fields.Date.to_string(today)),
                ],
                order="date_from desc",
                limit=1,
            )
        )

    def _get_open_case(self):
        """Return the case in work of this client, or none."""
        self.ensure_one()
        return self.env["kuaidi.collection.case"].search(
            [("account_id", "=", self.id), ("state", "!=", "closed")], limit=1
        )
