from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.promise_match import match_promises


class KuaidiPaymentPromise(models.Model):
    """Decides by payments which promises were kept and which were broken."""

    _name = "kuaidi.payment.promise"
    _inherit = ["kuaidi.payment.promise"]

    # === BUSINESS METHODS === #

    @api.model
    def _cron_update(self):
        """Decide on the promises of all clients that have one open (RE-1)."""
        groups = self._read_group([("state", "=", "open")], ["account_id"])
        accounts = self.env["kuaidi.key.account"].union(*(row[0] for row in groups))
        self._update_promises(accounts)

    @api.model
    def _update_promises(self, accounts):
        """Bring the promises of clients in line with the money that came in.

        It goes both ways: a promise that was kept is open or broken again where the
        payment is taken back. Each broken promise counts on its case and puts the
        client on today's call list. The number of queries does not depend on the
        number of promises.

        :param accounts: of which clients
        :return: the promises that changed their state
        """
        if not accounts:
            return self.browse()
        # sudo: payments decide, whoever enters them
        rows = self.sudo().search_fetch(
            [("account_id", "in", accounts.ids), ("state", "!=", "cancelled")],
            ["account_id", "company_id", "date_promised", "date_grace", "amount"]
            + ["state", "amount_received", "amount_waiting"],
            order="date_due, id",
        )
        payments = rows._get_payments()
        service = self.env["kuaidi.deadline"]
        todays = {company: service._get_today(company) for company in rows.company_id}
        found = {}
        for account, promises in rows.grouped("account_id").items():
            found |= match_promises(
                [
                    (row.id, row.date_promised, row.date_grace, row.amount)
                    for row in promises
                ],
                payments.get(account.id, ()),
                todays[promises.company_id[:1]],
            )
        changed = rows.filtered(
            lambda row: (
                (row.state, row.amount_received or 0.0, row.amount_waiting or 0.0)
                != found[row.id]
            )
        )
        moved = changed.filtered(lambda row: row.state != found[row.id][0])
        changed._write_results([found[row.id] for row in changed])
        moved._tell_cases()
        return moved

    def _get_payments(self):
        """Return (date, applied, not applied) of the clients' money, by account id.

        The number of queries does not depend on the number of payments.
        """
        if not self:
            return {}
        for model, names in self.env["kuaidi.collected.payment"]._depends.items():
            self.env[model].flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account_id, date, sum(amount_applied), sum(amount_waiting)
                  FROM (%(collected)s) collected
                 WHERE account_id = ANY(%(account_ids)s) AND date >= %(earliest)s
                 GROUP BY account_id, date
                """,
                collected=self.env["kuaidi.collected.payment"]._get_collected_query(),
                account_ids=self.account_id.ids,
                earliest=min(self.mapped("date_promised")),
            )
        )
        payments = {}
        for account_id, day, applied, waiting in rows:
            payments.setdefault(account_id, []).append(
                (day, float(applied), float(waiting))
            )
        return payments

    def _write_results(self, results):
        """Write (state, received, waiting) of each of these promises at once."""
        if not self:
            return
        self.flush_recordset()
        states, received, waiting = zip(*results, strict=True)
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_payment_promise promise
                   SET state = result.state, amount_received = result.received,
                       amount_waiting = result.waiting,
                       write_uid = %(uid)s, write_date = %(now)s
                  FROM unnest(%(ids)s::int[], %(states)s::varchar[],
                              %(received)s::numeric[], %(waiting)s::numeric[])
                           AS result (id, state, received, waiting)
                 WHERE promise.id = result.id AND promise.state <> 'cancelled'
                """,
                ids=self.ids,
                states=list(states),
                received=list(received),
                waiting=list(waiting),
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_recordset()

    def _tell_cases(self):
        """Count broken promises on their cases, and plan what follows from them."""
        cases = self.case_id
        if not cases:
            return
        cases.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_collection_case former
                   SET broken_promise_count = (
                           SELECT count(*) FROM kuaidi_payment_promise promise
                            WHERE promise.case_id = former.id
                              AND promise.state = 'broken'
                       )
                 WHERE id = ANY(%s)
                """,
                cases.ids,
            )
        )
        cases.invalidate_recordset(["broken_promise_count"])
        self._plan_next()
        self.env["kuaidi.collection.case"]._update_cases(self.account_id)


class AccountPartialReconcile(models.Model):
    """Tells the promises of a client that a payment was applied, or taken back."""

    _name = "account.partial.reconcile"
    _inherit = ["account.partial.reconcile"]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._update_kuaidi_promises(partials._get_kuaidi_promising())
        return partials

    def unlink(self):
        accounts = self._get_kuaidi_promising()
        res = super().unlink()
        self._update_kuaidi_promises(accounts)
        return res

    # === BUSINESS METHODS === #

    def _get_kuaidi_promising(self):
        """Return the clients concerned that have promised something."""
        return (self.debit_move_id | self.credit_move_id)._get_kuaidi_promising()

    @api.model
    def _update_kuaidi_promises(self, accounts):
        if accounts:
            self.env["kuaidi.payment.promise"].sudo()._update_promises(accounts)


class AccountMoveLine(models.Model):
    """Finds whose promises an entry may keep or break."""

    _name = "account.move.line"
    _inherit = ["account.move.line"]

    # === BUSINESS METHODS === #

    def _get_kuaidi_promising(self):
        """Return the clients of these items that have promised something."""
        # sudo: whoever books need not read promises
        lines = self.sudo()
        promises = self.env["kuaidi.payment.promise"].sudo()
        if not lines.partner_id:
            return promises.account_id
        groups = promises._read_group(
            [
                (
                    "account_id.partner_id",
                    "in",
                    lines.partner_id.commercial_partner_id.ids,
                ),
                ("company_id", "in", lines.company_id.ids),
                ("state", "!=", "cancelled"),
            ],
            ["account_id"],
        )
        return self.env["kuaidi.key.account"].union(*(row[0] for row in groups))


class AccountMove(models.Model):
    """Judges promises anew when a payment is posted, or taken back to draft.

    Odoo keeps the reconciliation of an entry that is set to draft.
    """

    _name = "account.move"
    _inherit = ["account.move"]

    # === ACTION METHODS === #

    def button_draft(self):
        res = super().button_draft()
        self._update_kuaidi_promises()
        return res

    # === BUSINESS METHODS === #

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._update_kuaidi_promises()
        return posted

    def _update_kuaidi_promises(self):
        entries = self.filtered(lambda move: move.move_type == "entry")
        accounts = entries.line_ids._get_kuaidi_promising()
        self.env["account.partial.reconcile"]._update_kuaidi_promises(accounts)
