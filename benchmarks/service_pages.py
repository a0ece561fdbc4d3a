"""The visit gap, and what was delivered of what clients are entitled to."""

from datetime import date

import web_client
from measure import Comparison, Mark, Path, measure
from pages import PARTNER, beside_core, count_rows

from odoo.tools import SQL

GAP = "kuaidi.visit.gap"
REPORT = "kuaidi.service.report"
LATE = [("is_late", "=", True)]
RUNNING = [("plan_state", "=", "published")]
COUNTS = ("entitled_count", "planned_count", "done_count", "late_count")
# the size that the marks of groups are set for
MOST_ACCOUNTS = 20_000


def run_gap(bench):
    """Open the list of clients not seen for too long, and its groups by manager."""
    uid = bench.centre_uid
    yield _compare_page(bench, uid, "Visit gap", GAP, LATE, _read_gap)
    yield _compare_groups(
        bench, uid, "Visit gap by manager", (GAP, LATE, "manager_id"), _group_gap
    )


def run_service_report(bench):
    """Open what plans in force owe and delivered: to all, to a manager's clients."""
    for uid, whose in (
        (bench.centre_uid, "all"),
        (bench.manager_uid, "a manager's"),
    ):
        title = f"Delivered against entitled, {whose} clients"

        def read(env, uid=uid):
            return _read_report(env, _served_by(bench, uid))

        yield _compare_page(bench, uid, title, REPORT, RUNNING, read)
        for groupby in ("manager_id", "type_id"):

            def group(env, uid=uid, groupby=groupby):
                return _group_report(env, groupby, _served_by(bench, uid))

            yield _compare_groups(
                bench,
                uid,
                f"{title}, by {groupby.removesuffix('_id')}",
                (REPORT, RUNNING, groupby, *COUNTS),
                group,
            )


def _compare_page(bench, uid, title, model, domain, read):
    """Compare the first page of a list with plain SQL and with core's partners."""
    with bench.environment(uid) as env:
        ours, order = web_client.read_list(env, model)
        count_limit = web_client.read_count_limit(env, model)

    def check(env, result):
        return {"records": [record["id"] for record in result["records"]]}

    timings = measure(
        bench,
        [
            Path("SQL", read, lambda env, rows: {"records": [row[0] for row in rows]}),
            Path(
                "product",
                lambda env: web_client.search_list(
                    env, model, ours, domain, order, count_limit
                ),
                check,
                uid=uid,
            ),
            _open_core(bench),
        ],
    )
    marks = [Mark("queries", timings["product"].queries, 12)]
    if bench.accounts <= MOST_ACCOUNTS:
        marks.insert(0, beside_core(timings, 0.5))
    return Comparison(_get_group(model), title, timings, marks)


def _compare_groups(bench, uid, title, page, read):
    """Compare the groups of a list with plain SQL and with core's partners.

    :param page: model, domain, field to group by, and the sums that have to agree
    """
    model, domain, groupby, *names = page
    with bench.environment(uid) as env:
        ours, _order = web_client.read_list(env, model)

    def check(env, result):
        return {
            "groups": {
                group[groupby][0]: (
                    group["__count"],
                    *(group[f"{name}:sum"] for name in names),
                )
                for group in result["groups"]
            }
        }

    timings = measure(
        bench,
        [
            Path(
                "SQL",
                read,
                lambda env, rows: {"groups": {key: tuple(rest) for key, *rest in rows}},
            ),
            Path(
                "product",
                lambda env: web_client.group_list(env, model, ours, groupby, domain),
                check,
                uid=uid,
            ),
            _open_core(bench),
        ],
    )
    return Comparison(
        _get_group(model),
        title,
        timings,
        [
            # the sums have to be made: what Odoo adds to them stays small
            Mark("time / SQL", timings["product"].median / timings["SQL"].median, 3),
            Mark("queries", timings["product"].queries, 5),
        ],
    )


def _get_group(model):
    return "gap" if model == GAP else "service_report"


def _open_core(bench):
    """Return the way to core's list of partners."""
    uid = bench.centre_uid
    with bench.environment(uid) as env:
        view_id = env.ref("base.view_partner_tree").id
        core, order = web_client.read_list(env, PARTNER, view_id)
    return Path(
        "core partners",
        lambda env: web_client.search_list(env, PARTNER, core, order=order),
        count_rows,
        uid=uid,
    )


def _get_gap_query(env):
    return SQL(
        """
        SELECT account.id, account.manager_id, account.company_id, account.stars,
               account.date_last_visit, level.visit_gap_days,
               coalesce(account.date_last_visit, account.date_formal)
                   + level.visit_gap_days AS due
          FROM kuaidi_key_account account
          JOIN kuaidi_star_level level ON level.id = account.star_id
         WHERE account.state = 'formal'
           AND account.active
           AND account.company_id = %s
           AND coalesce(account.date_last_visit, account.date_formal)
                   + level.visit_gap_days < %s
        """,
        env.company.id,
        date.today(),
    )


def _read_gap(env):
    query = _get_gap_query(env)
    return env.execute_query(
        SQL("%s ORDER BY due, account.id LIMIT %s", query, web_client.PAGE)
    )


def _group_gap(env):
    query = _get_gap_query(env)
    return env.execute_query(
        SQL("SELECT manager_id, count(*) FROM (%s) gap GROUP BY manager_id", query)
    )


def _served_by(bench, uid):
    """Return the condition on the accounts that a user sees."""
    if uid != bench.manager_uid:
        return SQL("TRUE")
    return SQL("(account.manager_id = %(uid)s OR account.deputy_id = %(uid)s)", uid=uid)


def _get_plans_query(env, served):
    return SQL(
        """
        SELECT plan.id, plan.manager_id, plan.date_from, plan.revision
          FROM kuaidi_service_plan plan
          JOIN kuaidi_key_account account ON account.id = plan.account_id
         WHERE plan.state = 'published' AND plan.company_id = %s AND %s
        """,
        env.company.id,
        served,
    )


def _get_services_query(condition):
    """Return a query of what plans owe, hold, delivered and are late with, by service.

    :param SQL condition: which plans
    """
    return SQL(
        """
        SELECT plan_id, type_id, sum(entitled)::int AS entitled,
               count(*) FILTER (WHERE state <> 'waived') AS planned,
               count(*) FILTER (WHERE state = 'done') AS done,
               count(*) FILTER (
                   WHERE state = 'planned' AND is_in_force AND date_finish < %(today)s
               ) AS late
          FROM (
               SELECT plan_id, type_id, entitled_count AS entitled, NULL AS state,
                      NULL AS is_in_force, NULL AS date_finish
                 FROM kuaidi_plan_entitlement
                WHERE %(condition)s
                UNION ALL
               SELECT plan_id, type_id, 0, state, is_in_force, date_finish
                 FROM kuaidi_service_plan_line
                WHERE %(condition)s
               ) part
         GROUP BY plan_id, type_id
        """,
        condition=condition,
        today=date.today(),
    )


def _read_report(env, served):
    """Read no more plans than the page shows."""
    return env.execute_query(
        SQL(
            """
            SELECT (plan.id::bigint << 20) + service.type_id, plan.*, service.*
              FROM (%(plans)s) plan
             CROSS JOIN LATERAL (%(services)s) service
              JOIN kuaidi_service_type type ON type.id = service.type_id
             ORDER BY plan.date_from DESC, plan.revision DESC, plan.id DESC,
                   type.sequence, type.id
             LIMIT %(page)s
            """,
            plans=_get_plans_query(env, served),
            services=_get_services_query(SQL("plan_id = plan.id")),
            page=web_client.PAGE,
        )
    )


def _group_report(env, groupby, served):
    plans = _get_plans_query(env, served)
    return env.execute_query(
        SQL(
            """
            SELECT %(groupby)s, count(*), sum(entitled), sum(planned), sum(done),
                   sum(late)
              FROM (%(plans)s) plan
              JOIN (%(services)s) service ON service.plan_id = plan.id
             GROUP BY 1
            """,
            groupby=SQL.identifier(groupby),
            plans=plans,
            services=_get_services_query(
                SQL("plan_id IN (SELECT id FROM (%s) plan)", plans)
            ),
        )
    )
