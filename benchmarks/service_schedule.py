"""Making the activities of planned lines, beside plain SQL and core's batch creates."""

import contextlib
import dataclasses
from typing import Any
from unittest import mock

from measure import Comparison, Mark, Path, measure

from odoo import fields
from odoo.tools import SQL

BATCH = 500
# lines that become activities in one measured run
LINES = 2_000
# in fewer lines the constant time of a run is most of it
LEAST_LINES = 20_000
HORIZON_MAX = 366
WRITTEN = (
    "calendar_attendee",
    "calendar_event",
    "kuaidi_service_plan_line",
    "mail_activity",
    "mail_followers",
    "mail_message",
)


@dataclasses.dataclass
class Task:
    """Days ahead, and the values by which core makes what the product makes."""

    day: Any
    activities: list = dataclasses.field(default_factory=list)
    events: list = dataclasses.field(default_factory=list)


def run_schedule(bench):
    """Select all lines of the year; schedule some; find that nothing is to do."""
    yield _run_select(bench)
    yield _run_create(bench)
    yield _run_idle(bench)


def _run_select(bench):
    """Lock every line of the year in batches, without making anything of them."""
    timings = measure(
        bench,
        [
            Path("SQL", _select, _count_ids, _prepare_year),
            Path("product", _run_cron_idly, _count_ids, _prepare_year),
        ],
        vacuum=("kuaidi_service_plan_line",),
    )
    ours = timings["product"]
    lines = ours.values["lines"]
    marks = [Mark("queries", ours.queries, 10 + lines / BATCH)]
    if lines >= LEAST_LINES:
        ratio = ours.median / timings["SQL"].median
        marks.insert(0, Mark("time / SQL", ratio, 3))
    return Comparison(
        "schedule",
        f"Finding and locking lines in batches of {BATCH}",
        timings,
        marks,
        written=("kuaidi_service_plan_line",),
    )


def _run_create(bench):
    """Make activities and meetings of some lines."""
    timings = measure(
        bench,
        [
            Path("SQL", _select, lambda env, ids: {}, _prepare_some),
            Path("core creates", _create, _count_activities, _prepare_values),
            Path("product", _run_cron, _count_made, _prepare_some),
            Path("one batch", _run_cron, lambda env, day: {}, _prepare_batch),
        ],
        vacuum=WRITTEN,
    )
    ours, one = timings["product"], timings["one batch"]
    allowed = 3 * timings["SQL"].median + timings["core creates"].median
    batches = -(-ours.values["activities"] // BATCH)
    return Comparison(
        "schedule",
        "Activities and meetings of all lines that are due",
        timings,
        [
            Mark("time / (3 SQL + creates)", ours.median / allowed, 1),
            Mark("queries of a batch", ours.queries / batches, one.queries),
            Mark("lines left", ours.values["left"], 0),
        ],
        floor="core creates",
        is_growing=False,
        written=WRITTEN,
    )


def _run_idle(bench):
    """Run when everything is scheduled."""
    timings = measure(
        bench,
        [
            Path("SQL", _select, _count_ids, _prepare_nothing),
            Path("product", _run_cron_idly, _count_ids, _prepare_nothing),
        ],
        vacuum=("kuaidi_service_plan_line",),
    )
    return Comparison(
        "schedule",
        "A run with nothing to do",
        timings,
        [
            Mark("queries", timings["product"].queries, 10),
            Mark("lines", timings["product"].values["lines"], 0),
        ],
        growth_limit=1.3,
        written=("kuaidi_service_plan_line",),
    )


def _prepare_year(env):
    return _set_horizon(env, HORIZON_MAX)


def _prepare_nothing(env):
    """Take for scheduled what has come within the fortnight since the loading."""
    task = _set_horizon(env, env.company.kuaidi_plan_horizon_days)
    env.cr.execute(
        SQL(
            """
            UPDATE kuaidi_service_plan_line
               SET date_scheduled = now()
             WHERE is_in_force IS TRUE
               AND state = 'planned'
               AND date_scheduled IS NULL
               AND date_start <= %s
            """,
            task.day,
        )
    )
    return task


def _prepare_some(env):
    return _prepare_first(env, LINES)


def _prepare_batch(env):
    return _prepare_first(env, BATCH)


def _prepare_first(env, count):
    """Look so far ahead that about so many lines are due: whole days' lines."""
    env.cr.execute(
        SQL(
            """
            SELECT date_start
              FROM kuaidi_service_plan_line
             WHERE is_in_force IS TRUE
               AND state = 'planned'
               AND date_scheduled IS NULL
             ORDER BY date_start, id
            OFFSET %s
             LIMIT 1
            """,
            count - 1,
        )
    )
    [[day]] = env.cr.fetchall()
    return _set_horizon(env, (day - fields.Date.today()).days)


def _prepare_values(env):
    """Read the values of the activities and meetings that the product makes."""
    task = _prepare_some(env)
    lines = env["kuaidi.service.plan.line"].browse(_select(env, task))
    meetings = lines.filtered(lambda line: line.type_id.is_meeting)
    task.activities = [line._prepare_activity() for line in lines - meetings]
    task.events = [line._prepare_event() for line in meetings]
    return task


def _set_horizon(env, days):
    env.company.kuaidi_plan_horizon_days = days
    return Task(fields.Date.add(fields.Date.today(), days=days))


def _select(env, task):
    """Select and lock all the lines by one statement."""
    rows = env.execute_query(
        SQL(
            """
            SELECT id
              FROM kuaidi_service_plan_line
             WHERE is_in_force IS TRUE
               AND state = 'planned'
               AND date_scheduled IS NULL
               AND date_start <= %s
               AND company_id = %s
             ORDER BY date_start, id
               FOR UPDATE SKIP LOCKED
            """,
            task.day,
            env.company.id,
        )
    )
    return [line_id for (line_id,) in rows]


def _create(env, task):
    """Create in batches as large as the cron's, told to be as quiet."""
    quiet = {"mail_activity_quick_update": True, "mail_notify_author": False}
    activities = env["mail.activity"].with_context(**quiet)
    events = env["calendar.event"].with_context(
        **quiet,
        no_mail_to_attendees=True,
        dont_notify=True,
        skip_contact_description=True,
    )
    for model, values in ((activities, task.activities), (events, task.events)):
        for position in range(0, len(values), BATCH):
            model.create(values[position : position + BATCH])
            _end_batch(env)
    return task


def _run_cron(env, task):
    with _without_commits(env):
        env["kuaidi.service.plan.line"]._cron_schedule(BATCH)
    return task


def _run_cron_idly(env, task):
    """Run the cron, but only take note of what it would schedule."""
    ids = []
    lines = env["kuaidi.service.plan.line"]
    with (
        _without_commits(env),
        mock.patch.object(type(lines), "_schedule", lambda self: ids.extend(self._ids)),
    ):
        lines._cron_schedule(BATCH)
    return ids


@contextlib.contextmanager
def _without_commits(env):
    """Let the cron do all that a commit does, but the commit."""

    def commit_progress(cron, processed=0, *, remaining=None, deactivate=False):
        _end_batch(cron.env)
        return float("inf")

    with mock.patch.object(type(env["ir.cron"]), "_commit_progress", commit_progress):
        yield


def _end_batch(env):
    env.flush_all()
    env.invalidate_all(flush=False)


def _count_ids(env, ids):
    return {"lines": len(ids), "different": len(set(ids)), "sum": sum(ids)}


def _count_made(env, task):
    env.cr.execute(
        SQL(
            """
            SELECT count(*)
              FROM kuaidi_service_plan_line
             WHERE is_in_force IS TRUE
               AND state = 'planned'
               AND date_scheduled IS NULL
               AND date_start <= %s
            """,
            task.day,
        )
    )
    [[left]] = env.cr.fetchall()
    return {"left": left} | _count_activities(env, task)


def _count_activities(env, task):
    """Describe what was made in this transaction."""
    env.cr.execute(
        """
        SELECT count(*), count(calendar_event_id),
               sum(date_deadline - '2000-01-01'), sum(kuaidi_plan_line_id),
               sum(user_id)
          FROM mail_activity
         WHERE create_date = now() AT TIME ZONE 'UTC'
           AND kuaidi_plan_line_id IS NOT NULL
        """
    )
    activities, *others = env.cr.fetchone()
    return {"activities": activities, "events, days, lines, users": others}
