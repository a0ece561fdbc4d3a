"""Rating all accounts: when nothing changed, from nothing, and one by one."""

import dataclasses
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from load import get_load_date
from measure import Comparison, Mark, Path, measure

from odoo.tools import SQL

SAMPLE = 100
BATCH = 1_000
# in fewer rows the constant time of planning a statement is most of the time
LEAST_ACCOUNTS = 10_000
WRITTEN = ("kuaidi_star_rating", "kuaidi_key_account")


@dataclasses.dataclass
class Task:
    """What every way of rating is told before the clock starts."""

    accounts: Any
    day: date
    company_id: int

    @property
    def year(self):
        """The first and last day of the twelve months before that of ``day``."""
        end = self.day.replace(day=1)
        return end - relativedelta(months=12), end - relativedelta(days=1)

    def sample(self):
        """Return accounts spread evenly over all of them."""
        return self.accounts[:: max(1, len(self.accounts) // SAMPLE)][:SAMPLE]


def run_unchanged(bench):
    """Rate accounts whose ratings are all up to date."""
    timings = measure(
        bench,
        [
            Path("SQL", _sum_by_sql, lambda env, rows: _describe(rows), _prepare),
            Path("product", _grade, _check_current, _prepare),
            Path("in batches", _grade_in_batches, _check_current, _prepare),
        ],
    )
    ours = timings["product"]
    yield Comparison(
        "unchanged",
        "Rating when nothing changed",
        timings,
        [
            *_beside_sql(bench, timings, 1.6),
            Mark("queries", ours.queries, 10),
            Mark("runs that wrote", int(ours.has_written), 0),
        ],
    )


def run_new(bench):
    """Rate accounts that have no rating yet, with a row each."""
    timings = measure(
        bench,
        [
            Path("SQL", _insert_by_sql, _check_all, _forget_ratings),
            Path("product", _grade, _check_all, _forget_ratings),
            Path("in batches", _grade_in_batches, _check_all, _forget_ratings),
        ],
        vacuum=WRITTEN,
    )
    ours = timings["product"]
    yield Comparison(
        "new",
        "Rating from nothing, a row each",
        timings,
        [
            *_beside_sql(bench, timings, 3.5),
            Mark("queries", ours.queries, 15 + 10 * ours.values["ratings"] / 1000),
        ],
        written=WRITTEN,
    )


def run_naive(bench):
    """Rate accounts from nothing, one after the other through the ORM."""
    timings = measure(
        bench,
        [
            Path("product", _grade, _check_sample, _forget_ratings),
            Path(
                "naive loop",
                _grade_one_by_one,
                _check_sample,
                _forget_ratings,
                factor=bench.accounts / min(SAMPLE, bench.accounts),
            ),
        ],
        vacuum=WRITTEN,
    )
    naive, ours = timings["naive loop"], timings["product"]
    marks = [Mark("times faster", naive.median / ours.median, 80, at_least=True)]
    yield Comparison(
        "naive",
        f"Rating from nothing, against a loop (sample of {SAMPLE}, extrapolated)",
        timings,
        # of fewer clients the constant time of one run is most of it
        marks if bench.accounts >= LEAST_ACCOUNTS else [],
        floor="product",
        is_growing=False,
    )


def _beside_sql(bench, timings, limit):
    """Judge the time where there is work enough: a statement's planning is constant."""
    if bench.accounts < LEAST_ACCOUNTS:
        return []
    ratio = timings["product"].median / timings["SQL"].median
    return [Mark("time / SQL", ratio, limit)]


def _prepare(env):
    accounts = env["kuaidi.key.account"].search([], order="id")
    return Task(accounts, get_load_date(env), env.company.id)


def _forget_ratings(env):
    """Undo all ratings, within the transaction that is rolled back."""
    env.cr.execute("DELETE FROM kuaidi_star_rating")
    env.cr.execute(
        "UPDATE kuaidi_key_account SET star_id = NULL, stars = 0, amount_annual = 0"
    )
    env.invalidate_all(flush=False)
    return _prepare(env)


def _grade(env, task):
    env["kuaidi.star.rating"]._grade_accounts(task.accounts, task.day)
    return task


def _grade_in_batches(env, task):
    """Grade as the cron does, but in one transaction."""
    for position in range(0, len(task.accounts), BATCH):
        batch = task.accounts[position : position + BATCH]
        env["kuaidi.star.rating"]._grade_accounts(batch, task.day)
    return task


def _grade_one_by_one(env, task):
    """Grade as a simple method on the record would, with the indexed partner."""
    date_from, date_to = task.year
    ratings = env["kuaidi.star.rating"].with_context(tracking_disable=True)
    for account in task.sample():
        [[revenue]] = env["account.move"]._read_group(
            [
                ("partner_id", "child_of", account.partner_id.id),
                ("company_id", "=", account.company_id.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("invoice_date", ">=", date_from),
                ("invoice_date", "<=", date_to),
            ],
            aggregates=["amount_untaxed_signed:sum"],
        )
        ratings.create(
            {
                "account_id": account.id,
                "date_from": date_from,
                "date_to": date_to,
                "amount_revenue": revenue,
                "state": "to_approve",
                "origin": "run",
            }
        )
        env.flush_all()
    return task


def _sum_by_sql(env, task):
    date_from, date_to = task.year
    return env.execute_query(
        SQL(
            """
            SELECT commercial_partner_id, sum(amount_untaxed_signed)
              FROM account_move
             WHERE state = 'posted'
               AND move_type IN ('out_invoice', 'out_refund')
               AND company_id = %s
               AND invoice_date BETWEEN %s AND %s
             GROUP BY commercial_partner_id
            """,
            task.company_id,
            date_from,
            date_to,
        )
    )


def _insert_by_sql(env, task):
    """Insert what the product inserts, as one statement that knows no exception."""
    date_from, date_to = task.year
    env.cr.execute(
        SQL(
            """
            INSERT INTO kuaidi_star_rating (
                account_id, company_id, basis, date_from, date_to, amount_revenue,
                term_months, amount_annual, computed_level_id, amount_threshold,
                amount_next_threshold, adjustment, level_id, stars, previous_stars,
                direction, state, origin, validation_status,
                create_uid, create_date, write_uid, write_date
            )
            SELECT account.id, account.company_id, 'realised', %(date_from)s,
                   %(date_to)s, coalesce(revenue.amount, 0), 12,
                   coalesce(revenue.amount, 0), level.id, level.amount_threshold,
                   coalesce(level.amount_next, 0), 0,
                   level.id, level.stars, 0, 'new', 'to_approve', 'run',
                   'no', %(uid)s, now(), %(uid)s, now()
              FROM kuaidi_key_account account
              LEFT JOIN (
                   SELECT commercial_partner_id, sum(amount_untaxed_signed) AS amount
                     FROM account_move
                    WHERE state = 'posted'
                      AND move_type IN ('out_invoice', 'out_refund')
                      AND company_id = %(company_id)s
                      AND invoice_date BETWEEN %(date_from)s AND %(date_to)s
                    GROUP BY commercial_partner_id
                   ) revenue ON revenue.commercial_partner_id = account.partner_id
              JOIN (
                   SELECT id, stars, amount_min,
                          greatest(amount_min, 0) AS amount_threshold,
                          lead(amount_min) OVER (ORDER BY amount_min) AS amount_next
                     FROM (
                          SELECT id, stars, amount_min
                            FROM kuaidi_star_level
                           WHERE company_id = %(company_id)s
                           UNION ALL
                          SELECT NULL, 0, '-infinity'
                          ) rung
                   ) level
                ON coalesce(revenue.amount, 0) >= level.amount_min
               AND (coalesce(revenue.amount, 0) < level.amount_next
                    OR level.amount_next IS NULL)
             WHERE account.active
               AND account.state <> 'closed'
               AND account.company_id = %(company_id)s
            """,
            date_from=date_from,
            date_to=date_to,
            company_id=task.company_id,
            uid=env.uid,
        )
    )
    return task


def _describe(rows):
    """Return what two ways have to agree on: rows of partner and revenue."""
    # in whole cents, whose sum does not depend on the order
    amounts = [round(amount * 100) for _partner_id, amount in rows if amount]
    return {"clients with revenue": len(amounts), "revenue": sum(amounts) / 100}


def _check_current(env, task):
    """The current ratings stand on the same revenue, as nothing has changed."""
    env.cr.execute(
        """
        SELECT account_id, amount_revenue
          FROM kuaidi_star_rating
         WHERE state = 'approved'
        """
    )
    values = _describe(env.cr.fetchall())
    env.cr.execute("SELECT count(*) FROM kuaidi_star_rating WHERE state <> 'approved'")
    return values | {"proposals": env.cr.fetchone()[0]}


def _check_all(env, task):
    return _describe_ratings(env, task.accounts)


def _check_sample(env, task):
    return _describe_ratings(env, task.sample())


def _describe_ratings(env, accounts):
    env.cr.execute(
        """
        SELECT count(*), sum(stars), sum(amount_annual), sum(amount_threshold),
               sum(amount_next_threshold)
          FROM kuaidi_star_rating
         WHERE account_id = ANY(%s) AND state = 'to_approve'
        """,
        [accounts.ids],
    )
    count, stars, annual, threshold, next_threshold = env.cr.fetchone()
    return {
        "ratings": count,
        "stars": stars,
        "yearly revenue": float(annual),
        "thresholds": float(threshold),
        "next thresholds": float(next_threshold),
    }
