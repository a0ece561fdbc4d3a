from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ...tools.contract_dates import ONE_DAY, list_terms


class KuaidiContract(models.Model):
    """What happens to a contract on the day after its term: it goes on, or is over."""

    _name = "kuaidi.contract"
    _inherit = ["kuaidi.contract", "kuaidi.batch.mixin"]

    # === BUSINESS METHODS === #

    @api.model
    def _cron_update_terms(self, batch_size=500):
        """Renew or end the contracts whose term is over, in committed batches (2.7).

        Terms that passed while the cron did not run are caught up one by one. A batch
        takes the same number of queries whatever its size; what another user holds
        waits for the next run.
        """
        for ended in self._take_batches(self._get_ended_domain(), batch_size):
            ended._update_terms()

    @api.model
    def _get_ended_domain(self):
        """Return the domain of running contracts whose last day is over.

        Companies of one day are asked for together.
        """
        companies = self.env["res.company"].search([])
        deadlines = self.env["kuaidi.deadline"]
        ended = Domain.OR(
            Domain("company_id", "in", group.ids) & Domain("date_to", "<", today)
            for today, group in companies.grouped(deadlines._get_today).items()
        )
        return Domain("state", "=", "running") & ended

    def _update_terms(self):
        """Renew those that go on tacitly, end the others; called in superuser mode."""
        if not self:
            return
        succeeded = self._filter_succeeded()
        renewed = (
            self.filtered(lambda c: c.is_tacit and not c.is_termination_given)
            - succeeded
        )
        renewed._renew_tacitly()
        ended = self - renewed
        ended._expire()
        (ended - succeeded)._on_lapsed()

    def _filter_succeeded(self):
        """Return those after which another contract comes that is signed already.

        That is the one that renews it or, after a master contract, any later one of
        the client: two of them cannot run at the same time.
        """
        followers = self.search(
            [
                ("date_signed", "!=", False),
                ("state", "in", ("running", "expired", "terminated")),
                "|",
                ("predecessor_id", "in", self.ids),
                "&",
                ("kind", "=", "master"),
                ("account_id", "in", self.account_id.ids),
            ]
        )
        renewed_ids = set(followers.predecessor_id.ids)
        masters = followers.filtered(lambda c: c.kind == "master")
        by_account = masters.grouped("account_id")
        return self.filtered(
            lambda contract: (
                contract.id in renewed_ids
                or contract.kind == "master"
                and any(
                    other.date_from > contract.date_to
                    for other in by_account.get(contract.account_id, ())
                )
            )
        )

    def _renew_tacitly(self):
        """Open the terms that followed tacitly, up to the one of today.

        Terms are counted from the first day of the first tacit one, so that one which
        begins on the 31st keeps its day after a short month.
        """
        if not self:
            return
        starts = self._get_tacit_starts()
        rows, changes = [], []
        for contract in self:
            first_day, passed = starts.get(contract.id, (contract.date_to + ONE_DAY, 0))
            terms = list_terms(
                first_day,
                contract.renewal_months,
                passed,
                contract.date_to,
                contract._get_today(),
            )
            rows += [
                {
                    "contract_id": contract.id,
                    "number": contract.term + number,
                    "kind": "tacit",
                    "date_from": date_from,
                    "date_to": date_to,
                }
                for number, (date_from, date_to) in enumerate(terms, start=1)
            ]
            changes.append((contract.id, contract.term + len(terms), *terms[-1]))
        self.env["kuaidi.contract.term"].create(rows)
        self._write_terms(changes)
        self._update_papers()
        self._message_log_batch(
            bodies={
                contract.id: contract._describe_tacit_renewal()
                for contract in self._for_manager()
            }
        )
        self._on_renewed_tacitly()

    def _get_tacit_starts(self):
        """Return from which day tacit terms are counted, by contract id.

        :return: pairs (first day of the tacit terms in a row that the current one
            belongs to, how many of them there are)
        """
        self.env["kuaidi.contract.term"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT term.contract_id, min(term.date_from), count(*)
                  FROM kuaidi_contract_term term
                 WHERE term.contract_id = ANY(%(ids)s)
                   AND term.kind = 'tacit'
                   AND term.number > (
                           SELECT COALESCE(max(other.number), 0)
                             FROM kuaidi_contract_term other
                            WHERE other.contract_id = term.contract_id
                              AND other.kind <> 'tacit'
                       )
                 GROUP BY term.contract_id
                """,
                ids=self.ids,
            )
        )
        return {contract_id: (start, count) for contract_id, start, count in rows}

    def _write_terms(self, changes):
        """Write the current terms of a batch by one statement.

        :param changes: (contract id, number, first day, last day) of each
        """
        self.env.flush_all()
        ids, numbers, starts, ends = zip(*changes, strict=True)
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_contract contract
                   SET term = new.number,
                       date_term_from = new.date_from,
                       date_to = new.date_to,
                       date_notice = new.date_to - COALESCE(contract.notice_days, 0),
                       write_uid = %(uid)s,
                       write_date = NOW() AT TIME ZONE 'UTC'
                  FROM unnest(
                           %(ids)s, %(numbers)s, %(starts)s::date[], %(ends)s::date[]
                       ) AS new (id, number, date_from, date_to)
                 WHERE contract.id = new.id
                """,
                uid=self.env.uid,
                ids=list(ids),
                numbers=list(numbers),
                starts=list(starts),
                ends=list(ends),
            )
        )
        self._forget("term", "date_term_from", "date_to", "date_notice")

    def _expire(self):
        """End contracts that are over by one statement; called in superuser mode.

        Those that one side ended early are terminated, the others expired.
        """
        if not self:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_contract
                   SET state = CASE WHEN date_termination IS NULL
                                    THEN 'expired' ELSE 'terminated' END,
                       date_ended = date_to,
                       write_uid = %(uid)s,
                       write_date = NOW() AT TIME ZONE 'UTC'
                 WHERE id = ANY(%(ids)s)
                """,
                uid=self.env.uid,
                ids=self.ids,
            )
        )
        self._forget("state", "date_ended")
        self._message_log_batch(
            bodies={
                contract.id: contract.env._(
                    "The contract ended on %(date)s.",
                    date=format_date(contract.env, contract.date_to),
                )
                for contract in self._for_manager()
            }
        )
        self._on_ended()

    def _forget(self, *names):
        """Read fields anew after a statement, and what is computed from them."""
        names = [*names, "write_uid", "write_date"]
        self.invalidate_recordset(names, flush=False)
        self.modified(names)

    def _for_manager(self):
        """Yield each contract in the language that its account manager reads."""
        for contract in self:
            lang = contract.manager_id.lang or self.env.lang
            yield contract.with_context(lang=lang)

    def _describe_tacit_renewal(self):
        return self.env._(
            "Nobody gave notice: the contract goes on tacitly for term %(term)s, until"
            " %(date)s.",
            term=self.term,
            date=format_date(self.env, self.date_to),
        )

    def _on_ended(self):
        """Hook: these contracts have expired or were terminated, by one statement.

        Called in superuser mode on the batch, whether another contract follows or not.
        """

    def _on_lapsed(self):
        """Hook: these contracts ended and nothing signed follows them.

        Called in superuser mode on the batch, in the transaction that ends them. It
        holds those of which notice was given too: see `is_termination_given`.
        """

    def _on_renewed_tacitly(self):
        """Hook: these contracts have gone on for another term.

        Called in superuser mode on the batch; `term`, `date_to` and `date_notice` are
        those of the new term.
        """
