"""Claiming what is due for reminding, and writing the mails about it."""

import dataclasses
from datetime import timedelta
from typing import Any

from load import get_load_date
from measure import Comparison, Mark, Path, measure

from odoo import fields
from odoo.tools import SQL

# in fewer rows the constant time of planning a statement is most of the time
LEAST_ACCOUNTS = 10_000
WRITTEN = ("kuaidi_dunning_notice",)
# whoever was never reminded is asked for its debts by this step at the hardest
LETTER_DAYS = 15
MAILS = 300
SAMPLE = 30
MAIL_CHANNEL = "mail"


@dataclasses.dataclass
class Task:
    """What every way of claiming is told before the clock starts."""

    company: Any
    day: Any
    notices: Any = None
    actions: Any = None


def run_dunning(bench):
    """Compare the run with plain SQL, and its mails with Odoo's own batch."""
    yield _compare_claims(bench)
    yield _compare_second_run(bench)
    yield _compare_mails(bench)


def _compare_claims(bench):
    timings = measure(
        bench,
        [
            Path("SQL", _claim_by_sql, _describe, prepare),
            Path("product", claim, _describe, prepare),
        ],
        vacuum=WRITTEN,
    )
    ours = timings["product"]
    marks = [Mark("queries", ours.queries, 30)]
    if bench.accounts >= LEAST_ACCOUNTS:
        marks.append(Mark("time / SQL", ours.median / timings["SQL"].median, 3))
    return Comparison(
        "dunning", "Claiming all that is due", timings, marks, written=WRITTEN
    )


def _compare_second_run(bench):
    timings = measure(
        bench,
        [
            Path("first run", claim, _describe, prepare),
            Path("product", claim, _count_new, _prepare_claimed),
        ],
        vacuum=WRITTEN,
    )
    ours = timings["product"]
    return Comparison(
        "dunning",
        "Claiming once more on the same day",
        timings,
        [Mark("rows", ours.values["new rows"], 0), Mark("queries", ours.queries, 30)],
        floor="first run",
        written=WRITTEN,
    )


def _compare_mails(bench):
    timings = measure(
        bench,
        [
            Path("send_mail_batch", _write_by_core, _count_mails, _prepare_actions),
            Path("product", _write_mails, _count_mails, _prepare_actions),
            Path(
                "product, with judging and logging",
                _log_and_write_mails,
                _count_mails,
                _prepare_notices,
            ),
            Path(
                "send_mail loop",
                _write_one_by_one,
                lambda env, result: {},
                _prepare_actions,
                factor=MAILS / SAMPLE,
            ),
        ],
    )
    ours = timings["product"].median
    return Comparison(
        "dunning",
        f"Writing {MAILS} reminders (loop: sample of {SAMPLE}, extrapolated)",
        timings,
        [
            Mark(
                "time / send_mail_batch", ours / timings["send_mail_batch"].median, 1.2
            ),
            Mark(
                "times faster than send_mail",
                timings["send_mail loop"].median / ours,
                3,
                at_least=True,
            ),
        ],
        floor="send_mail_batch",
        is_growing=False,
    )


def prepare(env):
    """Take the last working day up to the loading: on others nothing is claimed."""
    day = get_load_date(env)
    service = env["kuaidi.deadline"]
    while not service._is_working_day(day, env.company):
        day -= timedelta(days=1)
    # known by every process that has claimed once
    env["kuaidi.deadline"]._get_working_days_between(
        day - timedelta(days=400), day, env.company
    )
    return Task(env.company, day)


def _prepare_claimed(env):
    task = prepare(env)
    env["kuaidi.dunning.notice"]._claim(date=task.day)
    # as autovacuum does within a minute: a table that was emptied and vacuumed counts
    # as empty until then, and PostgreSQL reads it whole for each item
    env.cr.execute("ANALYZE kuaidi_dunning_notice")
    env.cr.execute("SELECT count(*) FROM kuaidi_dunning_notice")
    task.notices = env.cr.fetchone()[0]
    return task


def claim(env, task):
    """Claim as the schedule does."""
    env["kuaidi.dunning.notice"]._claim(date=task.day)
    return task


def _claim_by_sql(env, task):
    """Insert what the product inserts, as one statement for this one company.

    It knows the ladder by heart, and no client that was reminded before, is on hold,
    contests or has promised anything; so the formal letter is the hardest step.
    """
    env.cr.execute(
        SQL(
            """
            INSERT INTO kuaidi_dunning_notice (
                   move_line_id, step_id, channel, account_id, company_id, currency_id,
                   amount, amount_company, date, date_due, state,
                   create_uid, create_date, write_uid, write_date
            )
            SELECT id, step_id, channel, account_id, company_id, currency_id, amount,
                   amount, %(day)s, due,
                   CASE WHEN needs_approval THEN 'to_approve' ELSE 'waiting' END,
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM (
                       SELECT item.*, step.id AS step_id, step.channel, step.days,
                              step.needs_approval,
                              max(step.days) OVER (PARTITION BY item.account_id) AS last
                         FROM (
                                  SELECT owed.*,
                                         sum(amount) FILTER (WHERE due < %(day)s)
                                             OVER (PARTITION BY account_id) AS overdue
                                    FROM (%(owed)s) owed
                                   WHERE amount > 0
                              ) item
                         JOIN LATERAL (
                                  SELECT step.id, step.days, step.channel,
                                         step.needs_approval
                                    FROM kuaidi_dunning_step step
                                   WHERE step.policy_id = item.policy_id
                                     AND step.days <= %(day)s::date - item.due
                                     AND step.days <= %(letter)s
                                     AND (step.days >= 0 OR item.due >= %(day)s)
                                     AND (step.days < 0
                                          OR step.amount_min <= item.overdue)
                                   ORDER BY step.days DESC
                                   LIMIT 1
                              ) step ON TRUE
                   ) reached
             WHERE days = last
            ON CONFLICT DO NOTHING
            """,
            owed=_get_owed(task),
            day=task.day,
            letter=LETTER_DAYS,
            uid=env.uid,
            now=fields.Datetime.now(),
        )
    )
    return task


def _get_owed(task):
    """Return the statement of open items, less credits for the oldest of them."""
    return SQL(
        """
        SELECT line.id, line.currency_id, line.company_id, account.id AS account_id,
               line.date_maturity AS due,
               COALESCE(level.dunning_policy_id, company.kuaidi_dunning_policy_id)
                   AS policy_id,
               CASE WHEN line.amount_residual > 0 THEN LEAST(
                   line.amount_residual,
                   sum(GREATEST(line.amount_residual, 0)) OVER (
                       PARTITION BY account.id ORDER BY line.date_maturity, line.id
                   ) - sum(GREATEST(-line.amount_residual, 0)) OVER (
                       PARTITION BY account.id
                   )
               ) ELSE 0 END AS amount
          FROM account_move_line line
          JOIN kuaidi_key_account account ON account.partner_id = line.partner_id
          JOIN res_company company ON company.id = account.company_id
          LEFT JOIN kuaidi_star_level level ON level.id = account.star_id
         WHERE line.account_id = ANY(ARRAY(
                   SELECT id FROM account_account
                    WHERE account_type = 'asset_receivable'
               ))
           AND line.parent_state = 'posted'
           AND line.reconciled IS NOT TRUE
           AND line.amount_residual <> 0
           AND account.company_id = %s
        """,
        task.company.id,
    )


def _describe(env, task):
    """Return what both ways have to agree on."""
    rows = env.execute_query(
        SQL(
            """
            SELECT step_id, state, count(*), sum(amount), sum(amount_company)
              FROM kuaidi_dunning_notice GROUP BY 1, 2
            """
        )
    )
    if not rows:
        raise SystemExit("Nothing is due. Drop the database to load it anew.")
    return {f"step {step} {state}": tuple(sums) for step, state, *sums in rows}


def _count_new(env, task):
    env.cr.execute("SELECT count(*) FROM kuaidi_dunning_notice")
    return {"new rows": env.cr.fetchone()[0] - task.notices}


def _prepare_notices(env):
    """Open the cases, claim, and take some clients who are to be mailed.

    Most debts of the benchmark are older than what is written about by mail alone: for
    this once, the written reminder is the only step there is.
    """
    task = prepare(env)
    reminders = env["kuaidi.dunning.step"].search([("channel", "=", MAIL_CHANNEL)])
    env["kuaidi.dunning.step"].search(
        [("id", "not in", reminders.filtered(lambda step: step.days > 0).ids)]
    ).unlink()
    env["kuaidi.collection.case"]._update_cases(date=task.day)
    claimed = env["kuaidi.dunning.notice"]._claim(date=task.day)
    accounts = claimed.account_id[:MAILS]
    if len(accounts) < MAILS:
        raise SystemExit(f"There are no {MAILS} clients with debts to write to.")
    task.notices = claimed.filtered(lambda notice: notice.account_id in accounts)
    return task


def _prepare_actions(env):
    """Have the log entries there already that the mails are written from."""
    task = _prepare_notices(env)
    task.actions = task.notices._prepare(task.day)
    return task


def _write_by_core(env, task):
    for template, actions in task.actions.grouped(
        lambda action: action.step_id.mail_template_id
    ).items():
        template.send_mail_batch(actions.ids)
    return task


def _write_one_by_one(env, task):
    for action in task.actions[:SAMPLE]:
        action.step_id.mail_template_id.send_mail(action.id)
    return task


def _write_mails(env, task):
    """Write as the schedule does, up to the moment of sending."""
    task.actions._write_dunning_mails()
    return task


def _log_and_write_mails(env, task):
    """Judge what is still owed, log it with its client, and write."""
    task.actions = task.notices._prepare(task.day)
    return _write_mails(env, task)


def _count_mails(env, task):
    return {
        "mails": env["mail.mail"].search_count(
            [
                ("model", "=", "kuaidi.collection.action"),
                ("res_id", "in", task.actions.ids),
            ]
        )
    }
