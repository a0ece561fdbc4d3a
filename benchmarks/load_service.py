"""Makes service plans with visits and problems: some by Odoo, the others by SQL.

A client in two that has a star, and in big databases one in ten, has a plan in force
by the standard of three stars, of about 42 lines. The plans began in one of the past
26 weeks; Odoo makes the plan of each week, and the others are its clones. Of what has
fallen due most was done, with a visit where it takes one, and some is late or missed.
What starts within a fortnight has its activity.

The first client has the longest log, whatever the size: 120 visits and 30 problems.
Of the others two in three were visited besides their plan, and one in four has raised
a problem.
"""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tools import SQL

WEEKS = 26
STARS = 3
# one client in so many has a plan; sparser where the loading would take too long
SHARE, BIG_SHARE = 2, 10
BIG = 20_000
HORIZON = timedelta(days=14)
VISITS, PROBLEMS = 120, 30


def fill(env, cloner, partners):
    """Give the graded clients plans, visits and problems."""
    share = BIG_SHARE if partners > BIG else SHARE
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE bench_account ON COMMIT DROP AS
            SELECT id, row_number() OVER (ORDER BY id) AS n, star_id, manager_id
              FROM kuaidi_key_account
            """
        )
    )
    env.cr.execute(
        SQL(
            """
            SELECT id
              FROM bench_account
             WHERE star_id IS NOT NULL AND n %% %(share)s = 1
             ORDER BY id
             LIMIT %(weeks)s
            """,
            share=share,
            weeks=WEEKS,
        )
    )
    accounts = env["kuaidi.key.account"].browse([row[0] for row in env.cr.fetchall()])
    plans = _make_plans(env, accounts)
    visits, problems = _make_log(env, accounts[0])
    env.flush_all()
    with cloner.without_indexes(
        "kuaidi_service_plan",
        "kuaidi_service_plan_line",
        "kuaidi_plan_entitlement",
        "kuaidi_visit",
        "kuaidi_problem",
        "mail_activity",
    ):
        _number_plans(cloner, plans, share)
        _clone_plans(cloner, plans)
        _clone_visits(cloner, visits)
        _clone_problems(cloner, problems)
    _date_last_contacts(cloner)
    env.invalidate_all(flush=False)


def _make_plans(env, accounts):
    """Publish a plan for each account, begun another week, and deliver what is due."""
    today = date.today()
    monday = today - timedelta(days=today.weekday())
    level = env["kuaidi.star.level"].search(
        [("company_id", "=", env.company.id), ("stars", "=", STARS)]
    )
    stars = [(account, account.star_id) for account in accounts]
    accounts.star_id = level
    plans = env["kuaidi.service.plan"].create(
        [
            {"account_id": account.id, "date_from": monday - timedelta(weeks=week)}
            for week, account in enumerate(accounts)
        ]
    )
    plans.action_publish()
    for account, star in stars:
        account.star_id = star
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            UPDATE kuaidi_service_plan_line
               SET state = CASE WHEN id %% 12 = 0 THEN 'missed' ELSE 'done' END,
                   date_done = CASE WHEN id %% 12 > 0 THEN date_finish END
             WHERE plan_id = ANY(%s) AND date_finish < %s AND id %% 12 <> 1
            """,
            plans.ids,
            today,
        )
    )
    env.invalidate_all()
    plans.line_ids.filtered(
        lambda line: line.state == "planned" and line.date_start <= today + HORIZON
    )._schedule()
    return plans


def _make_log(env, account):
    """Log a visit in person and a call; raise a problem, and solve another."""
    values = {"account_id": account.id, "purpose": "Keep in touch", "reaction": "4"}
    visits = env["kuaidi.visit"].create(
        [values | {"channel": channel} for channel in ("face", "phone")]
    )
    problems = env["kuaidi.problem"].create(
        [
            {
                "account_id": account.id,
                "name": "Parcels arrive late",
                "date_deadline": fields.Datetime.now() + relativedelta(days=days),
            }
            for days in (5, -30)
        ]
    )
    problems[1].result = "The line was changed"
    problems[1].action_done()
    return visits, problems


def _number_plans(cloner, plans, share):
    """Give every plan and line an id, and what is done a visit; some are made already.

    The first of `bench_plan` are the plans that Odoo made.
    """
    cloner.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE bench_plan ON COMMIT DROP AS
            SELECT numbered.*,
                   (%(plans)s::int[])[1 + (n - 1) %% %(count)s] AS template_id,
                   CASE WHEN n <= %(count)s THEN (%(plans)s::int[])[n]
                        ELSE nextval('kuaidi_service_plan_id_seq') END AS id
              FROM (
                   SELECT row_number() OVER (ORDER BY id) AS n,
                          id AS account_id, manager_id
                     FROM bench_account
                    WHERE star_id IS NOT NULL AND n %% %(share)s = 1
                   ) numbered
            """,
            plans=plans.ids,
            count=len(plans),
            share=share,
        )
    )
    cloner.execute(
        """
        CREATE TEMPORARY TABLE bench_line ON COMMIT DROP AS
        SELECT nextval('kuaidi_service_plan_line_id_seq') AS id,
               line.id AS template_id, line.type_id, line.date_done,
               plan.id AS plan_id, plan.account_id, plan.manager_id,
               CASE WHEN line.state = 'done' AND type.is_visit
                    THEN nextval('kuaidi_visit_id_seq') END AS visit_id
          FROM bench_plan plan
          JOIN kuaidi_service_plan_line line ON line.plan_id = plan.template_id
          JOIN kuaidi_service_type type ON type.id = line.type_id
         WHERE plan.id <> plan.template_id
        """
    )
    cloner.execute("ANALYZE bench_plan, bench_line")


def _clone_plans(cloner, plans):
    """Clone plans with entitlements and lines, and the activities of these."""
    is_clone = SQL("template.id = clones.template_id AND clones.id <> template.id")
    account_id, manager_id = SQL("clones.account_id"), SQL("clones.manager_id")
    cloner.clone(
        "kuaidi_service_plan",
        plans.ids,
        SQL("bench_plan clones"),
        {"id": SQL("clones.id"), "account_id": account_id, "manager_id": manager_id},
        is_clone,
    )
    cloner.clone(
        "kuaidi_plan_entitlement",
        plans.entitlement_ids.ids,
        SQL("bench_plan clones"),
        {"plan_id": SQL("clones.id")},
        SQL("template.plan_id = clones.template_id AND clones.id <> template.plan_id"),
    )
    lines = SQL("bench_line clones")
    # meetings of the calendar are not cloned
    no_event = {"calendar_event_id": SQL("NULL")}
    cloner.clone(
        "kuaidi_service_plan_line",
        plans.line_ids.ids,
        lines,
        no_event
        | {
            "id": SQL("clones.id"),
            "plan_id": SQL("clones.plan_id"),
            "account_id": account_id,
            "handler_id": manager_id,
            "visit_id": SQL("clones.visit_id"),
        },
        is_clone,
    )
    cloner.clone(
        "mail_activity",
        plans.line_ids.activity_ids.ids,
        lines,
        no_event
        | {
            "res_id": account_id,
            "user_id": manager_id,
            "kuaidi_plan_line_id": SQL("clones.id"),
        },
        SQL("template.kuaidi_plan_line_id = clones.template_id"),
    )


def _clone_visits(cloner, visits):
    """Clone a visit for every line that one fulfilled, and some besides."""
    cloner.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE bench_visit ON COMMIT DROP AS
            SELECT line.visit_id AS id, line.account_id, line.manager_id,
                   line.id AS plan_line_id, line.type_id, line.date_done AS day,
                   coalesce(type.channel, '') = 'face' AS is_onsite
              FROM bench_line line
              JOIN kuaidi_service_type type ON type.id = line.type_id
             WHERE line.visit_id IS NOT NULL
             UNION ALL
            SELECT nextval('kuaidi_visit_id_seq'), account.id, account.manager_id,
                   NULL, NULL,
                   %(today)s - 20 - (account.n * 7 + number * 3)::int %% 380,
                   number %% 2 = 1
              FROM bench_account account
             CROSS JOIN LATERAL generate_series(
                       1,
                       CASE WHEN account.n = 1 THEN %(visits)s ELSE account.n %% 3 END
                   ) AS series(number)
            """,
            today=date.today(),
            visits=VISITS,
        )
    )
    cloner.clone(
        "kuaidi_visit",
        visits.ids,
        SQL("bench_visit clones"),
        {
            "id": SQL("clones.id"),
            "account_id": SQL("clones.account_id"),
            "user_id": SQL("clones.manager_id"),
            "plan_line_id": SQL("clones.plan_line_id"),
            "type_id": SQL("clones.type_id"),
            # ten in the morning in Shanghai
            "date": SQL("clones.day + interval '2 hours'"),
        },
        SQL("template.is_onsite = clones.is_onsite"),
    )


def _clone_problems(cloner, problems):
    """Clone problems, one in two open, and of these one in two late."""
    cloner.clone(
        "kuaidi_problem",
        problems.ids,
        SQL(
            """
            (
                SELECT account.id AS account_id, account.manager_id,
                       (account.n / 4 + number) %% 4 AS kind
                  FROM bench_account account
                 CROSS JOIN LATERAL generate_series(
                           1, CASE WHEN account.n = 1 THEN %s
                                   ELSE (account.n %% 4 = 0)::int END
                       ) AS series(number)
            ) clones
            """,
            PROBLEMS,
        ),
        {
            "account_id": SQL("clones.account_id"),
            "owner_id": SQL("clones.manager_id"),
            "date_deadline": SQL(
                "CASE WHEN clones.kind = 0 THEN template.date_deadline"
                " - interval '10 days' ELSE template.date_deadline END"
            ),
        },
        SQL("(template.state = 'open') = (clones.kind < 2)"),
    )


def _date_last_contacts(cloner):
    cloner.execute(
        """
        UPDATE kuaidi_key_account
           SET date_last_visit = last.visit, date_last_contact = last.contact
          FROM (
               SELECT account_id,
                      max(date) FILTER (WHERE is_onsite) AS visit,
                      max(date) AS contact
                 FROM kuaidi_visit
                GROUP BY account_id
               ) last
         WHERE kuaidi_key_account.id = last.account_id
        """
    )
