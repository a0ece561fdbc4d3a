"""Statistics over all claims: by kind and month, and the loss ratio of clients."""

from measure import Comparison, Mark, Path, measure

from odoo.tools import SQL

# claims for each account of the database: 500,000 in the one of ten thousand
CASES = 50
# in fewer rows the constant time of planning a statement is most of the time
LEAST_CASES = 10_000
WRITTEN = ("kuaidi_claim",)
DOMAIN = [("is_open", "=", False)]


def run_claim_statistics(bench):
    """Compare what the pivots ask for with plain SQL of the same sums."""
    yield _compare(bench, "kind and month", _group_by_sql, _group)
    yield _compare(bench, "client, with what it brought in", _lose_by_sql, _lose)


def _compare(bench, title, by_sql, by_product):
    timings = measure(
        bench,
        [
            Path("SQL", by_sql, _check, _prepare),
            Path("product", by_product, _check, _prepare),
        ],
        vacuum=WRITTEN,
    )
    marks = [Mark("queries", timings["product"].queries, 3)]
    if bench.accounts * CASES >= LEAST_CASES:
        ratio = timings["product"].median / timings["SQL"].median
        marks.append(Mark("time / SQL", ratio, 2))
    return Comparison(
        "claim_statistics",
        f"Claims, {CASES} a client, by {title}",
        timings,
        marks,
        written=WRITTEN,
    )


def _check(env, result):
    """Return how many groups there are, and what was claimed and paid in all."""
    return {
        "groups": len(result),
        "claimed": round(sum(row[-2] or 0 for row in result)),
        "paid": round(sum(row[-1] or 0 for row in result)),
    }


def _prepare(env):
    """Lay settled claims of two years in, within what is rolled back."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO kuaidi_claim (
                company_id, currency_id, number, account_id, partner_id, user_id, type,
                state, waybill_number, date_called, date_done, amount_claimed,
                amount_paid
            )
            SELECT account.company_id, %(currency)s, 'B' || account.id || '-' || number,
                   account.id, account.partner_id, %(user)s,
                   (ARRAY['loss', 'damage', 'shortage', 'delay'])[1 + number %% 4],
                   'filed', 'B' || account.id || '-' || number,
                   called, called + interval '12 days', 100 + number, 50 + number
              FROM kuaidi_key_account account
             CROSS JOIN generate_series(1, %(cases)s) number
             CROSS JOIN LATERAL (
                SELECT timestamp '2024-11-01'
                       + (account.id + number) %% 700 * interval '1 day' AS called
             ) AS clock
             WHERE account.company_id = %(company)s
            """,
            company=env.company.id,
            currency=env.company.currency_id.id,
            user=env.uid,
            cases=CASES,
        )
    )
    env.cr.execute("ANALYZE kuaidi_claim")
    env.invalidate_all()


def _group(env, task):
    return env["kuaidi.claim.analysis"]._read_group(
        DOMAIN,
        ["type", "date_called:month"],
        ["__count", "amount_claimed:sum", "amount_paid:sum"],
    )


def _group_by_sql(env, task):
    env.cr.execute(
        """
        SELECT type, date_trunc('month', date_called), count(*),
               sum(amount_claimed), sum(amount_paid)
          FROM kuaidi_claim
         WHERE state IN ('filed', 'refused', 'withdrawn')
         GROUP BY 1, 2
        """
    )
    return env.cr.fetchall()


def _lose(env, task):
    return env["kuaidi.claim.loss"]._read_group(
        [],
        ["account_id"],
        ["amount_revenue:sum", "loss_percent:avg", "amount_claimed:sum"]
        + ["amount_paid:sum"],
    )


def _lose_by_sql(env, task):
    env.cr.execute(
        """
        SELECT account_id, sum(revenue), 100 * sum(paid) / nullif(sum(revenue), 0),
               sum(claimed), sum(paid)
          FROM (
                   SELECT account_id, amount_revenue AS revenue, 0 AS claimed, 0 AS paid
                     FROM kuaidi_monthly_figure
                    UNION ALL
                   SELECT account_id, 0, amount_claimed, amount_paid FROM kuaidi_claim
               ) flow
         GROUP BY account_id
        """
    )
    return env.cr.fetchall()
