"""Monthly analyses: counted for the first time, and again when nothing changed."""

from datetime import date

from dateutil.relativedelta import relativedelta
from grading import BATCH, LEAST_ACCOUNTS
from load import get_load_date
from measure import Comparison, Mark, Path, measure

from odoo.tools import SQL

WRITTEN = ("kuaidi_client_review", "mail_activity", "mail_followers")
# a batch reads receivables, drafts, needs and histories, and writes the snapshot, what
# is foretold, and the activities
QUERIES = 12
# one statement writes the figures of all clients; the product does so a thousand at a
# time, foretells, proposes texts and asks the managers (measured 12, with a third more)
TIMES_SQL = 16
# one statement reads the figures of all; the product compares, and foretells (15)
TIMES_SQL_UNCHANGED = 20
COLUMNS = (
    "pieces",
    "pieces_last_month",
    "pieces_last_year",
    "change_month_percent",
    "change_year_percent",
    "weight_kg",
    "amount_revenue",
    "late_count",
    "damaged_count",
    "lost_count",
    "accident_count",
    "late_percent",
    "damaged_percent",
    "lost_percent",
    "accident_percent",
    "visit_count",
    "line_done_count",
    "amount_receivable",
    "amount_overdue",
)
CHECKED = (
    "pieces",
    "pieces_last_month",
    "pieces_last_year",
    "late_count",
    "amount_receivable",
    "amount_overdue",
)


def run_reviews(bench):
    """Make the analyses of all clients, and make them again."""
    for title, plain, check, prepare, times in (
        (
            "Monthly analyses, new",
            _insert_by_sql,
            _check_reviews,
            _prepare_new,
            TIMES_SQL,
        ),
        (
            "Monthly analyses, unchanged",
            _count_by_sql,
            _check_rows,
            _prepare_made,
            TIMES_SQL_UNCHANGED,
        ),
    ):
        timings = measure(
            bench,
            [
                Path("SQL", plain, check, _prepare_new),
                Path("product", _generate, _check_reviews, prepare),
            ],
            vacuum=WRITTEN,
        )
        ours = timings["product"]
        batches = -(-bench.accounts // BATCH)
        marks = [Mark("queries in a batch", ours.queries / batches, QUERIES)]
        if bench.accounts >= LEAST_ACCOUNTS:
            ratio = ours.median / timings["SQL"].median
            marks.append(Mark("time / SQL", ratio, times))
        yield Comparison("reviews", title, timings, marks, written=WRITTEN)


def _prepare_new(env):
    """Forget the analyses, in the transaction that is undone."""
    env.cr.execute("DELETE FROM kuaidi_client_review")
    env.invalidate_all(flush=False)
    month = get_load_date(env).replace(day=1) - relativedelta(months=1)
    return env["kuaidi.key.account"].search([], order="id"), month


def _prepare_made(env):
    task = _prepare_new(env)
    _generate(env, task)
    env.flush_all()
    env.invalidate_all()
    return task


def _generate(env, task):
    """Make the analyses as the cron does, but in one transaction."""
    accounts, month = task
    for position in range(0, len(accounts), BATCH):
        env["kuaidi.client.review"]._generate(
            accounts[position : position + BATCH], month
        )
    return task


def _count_by_sql(env, task):
    """Compute the same figures by one statement, without writing or foretelling."""
    return env.execute_query_dict(_get_figures(env, task))


def _insert_by_sql(env, task):
    """Write the same figures by one statement that knows no exception."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO kuaidi_client_review (%s, company_id, month, state)
            SELECT *, %s, %s::date, 'draft' FROM (%s) figures
            """,
            SQL(", ").join(map(SQL.identifier, ("account_id", *COLUMNS))),
            env.company.id,
            task[1],
            _get_figures(env, task),
        )
    )
    return task


def _get_figures(env, task):
    """Return the query of account_id and COLUMNS, in this order."""
    month = task[1]
    following = month + relativedelta(months=1)
    return SQL(
        """
        SELECT account.id AS account_id,
               coalesce(figure.pieces, 0) AS pieces,
               before.pieces AS pieces_last_month,
               year.pieces AS pieces_last_year,
               100.0 * (figure.pieces - before.pieces)
                   / nullif(before.pieces, 0) AS change_month_percent,
               100.0 * (figure.pieces - year.pieces)
                   / nullif(year.pieces, 0) AS change_year_percent,
               coalesce(figure.weight_kg, 0) AS weight_kg,
               coalesce(figure.amount_revenue, 0) AS amount_revenue,
               coalesce(figure.late_count, 0) AS late_count,
               coalesce(figure.damaged_count, 0) AS damaged_count,
               coalesce(figure.lost_count, 0) AS lost_count,
               coalesce(figure.accident_count, 0) AS accident_count,
               100.0 * figure.late_count / nullif(figure.pieces, 0) AS late_percent,
               100.0 * figure.damaged_count
                   / nullif(figure.pieces, 0) AS damaged_percent,
               100.0 * figure.lost_count / nullif(figure.pieces, 0) AS lost_percent,
               100.0 * figure.accident_count
                   / nullif(figure.pieces, 0) AS accident_percent,
               coalesce(visited.number, 0) AS visit_count,
               coalesce(served.number, 0) AS line_done_count,
               coalesce(owed.receivable, 0) AS amount_receivable,
               coalesce(owed.overdue, 0) AS amount_overdue
          FROM kuaidi_key_account account
          LEFT JOIN kuaidi_monthly_figure figure
            ON figure.account_id = account.id AND figure.month = %(month)s
          LEFT JOIN kuaidi_monthly_figure before
            ON before.account_id = account.id AND before.month = %(last_month)s
          LEFT JOIN kuaidi_monthly_figure year
            ON year.account_id = account.id AND year.month = %(last_year)s
          LEFT JOIN (
                   SELECT account_id, count(*) AS number
                     FROM kuaidi_visit
                    WHERE date >= %(month)s AND date < %(following)s
                    GROUP BY account_id
               ) visited ON visited.account_id = account.id
          LEFT JOIN (
                   SELECT account_id, count(*) AS number
                     FROM kuaidi_service_plan_line
                    WHERE date_done >= %(month)s AND date_done < %(following)s
                    GROUP BY account_id
               ) served ON served.account_id = account.id
          LEFT JOIN (
                   SELECT partner_id,
                          sum(amount_residual) AS receivable,
                          coalesce(
                              sum(amount_residual)
                                  FILTER (WHERE date_maturity < %(today)s), 0
                          ) AS overdue
                     FROM account_move_line
                    WHERE account_id IN (
                              SELECT id
                                FROM account_account
                               WHERE account_type = 'asset_receivable'
                          )
                      AND company_id = %(company_id)s
                      AND parent_state = 'posted'
                      AND reconciled IS NOT TRUE
                    GROUP BY partner_id
               ) owed ON owed.partner_id = account.partner_id
         WHERE account.state = 'formal'
           AND account.active
           AND EXISTS (
                   SELECT FROM kuaidi_monthly_figure known
                    WHERE known.account_id = account.id
                      AND known.month BETWEEN %(last_year)s AND %(month)s
               )
        """,
        month=month,
        last_month=month - relativedelta(months=1),
        last_year=month - relativedelta(years=1),
        following=following,
        today=date.today(),
        company_id=env.company.id,
    )


def _check_rows(env, rows):
    return {"analyses": len(rows)} | {
        name: round(float(sum(row[name] or 0 for row in rows)), 2) for name in CHECKED
    }


def _check_reviews(env, task):
    env.cr.execute(
        SQL(
            "SELECT count(*), %s FROM kuaidi_client_review",
            SQL(", ").join(
                SQL("coalesce(sum(%s), 0)", SQL.identifier(name)) for name in CHECKED
            ),
        )
    )
    count, *sums = env.cr.fetchone()
    return {"analyses": count} | {
        name: round(float(value), 2) for name, value in zip(CHECKED, sums, strict=True)
    }
