"""The key-account list and form beside core's pages of the same clients."""

from datetime import date

import web_client
from measure import Comparison, Mark, Path, measure
from plans import find_long_reads

from odoo.tools import SQL

ACCOUNT = "kuaidi.key.account"
PARTNER = "res.partner"
# in fewer rows PostgreSQL rightly reads a table from end to end
LEAST_ACCOUNTS = 10_000
# the size that the mark of the groups is set for
MOST_ACCOUNTS = 20_000
# as the client asks when somebody clicks on the column
ORDERS = {
    "in the default order": None,
    "by star, best first": "stars DESC",
    "by star, best last": "stars ASC",
}


def run_list(bench):
    """Open the list in three orders, and its groups by star."""
    uid = bench.centre_uid
    with bench.environment(uid) as env:
        ours, _order = web_client.read_list(env, ACCOUNT)
        core, core_order = web_client.read_list(
            env, PARTNER, env.ref("base.view_partner_tree").id
        )

    def open_core(env):
        return web_client.search_list(env, PARTNER, core, order=core_order)

    core_path = Path("core partners", open_core, count_rows, uid=uid)
    for title, order in ORDERS.items():

        def read_page(env, order=order):
            return _read_page(env, order)

        def open_list(env, order=order):
            return web_client.search_list(env, ACCOUNT, ours, order=order)

        timings = measure(
            bench,
            [
                Path(
                    "SQL", lambda env, order=order: _read_page(env, order), _list_rows
                ),
                Path("product", open_list, _list_page, uid=uid),
                core_path,
            ],
        )
        yield Comparison(
            "list",
            f"List {title}",
            timings,
            [
                beside_core(timings, 0.5),
                Mark("queries", timings["product"].queries, 12),
                *_check_plans(bench, uid, open_list),
            ],
            growth_limit=1.3,
        )

    def group(env):
        return web_client.group_list(env, ACCOUNT, ours, "stars")

    timings = measure(
        bench,
        [
            Path("SQL", _count_stars, lambda env, rows: {"groups": dict(rows)}),
            Path("product", group, _list_groups, uid=uid),
            core_path,
        ],
    )
    yield Comparison(
        "list",
        "List by groups of stars",
        timings,
        # a sum over all accounts grows with them
        [beside_core(timings, 0.3)] if bench.accounts <= MOST_ACCOUNTS else [],
        is_growing=False,
    )


def run_form(bench):
    """Open the biggest client, with its open amount and twelve months' revenue.

    Core shows a client's money to those who may read entries only. So the mark holds
    for a user of both roles, and where core has invoices enough to sum; the CRM
    centre's own form is shown for comparison.
    """
    for uid, title, limit in (
        (bench.head_uid, "Form of the biggest client", 0.4),
        (bench.centre_uid, "Form without right to entries", None),
    ):
        timings, open_form = _measure_form(bench, uid)
        marks = [
            Mark("queries", timings["product"].queries, 25),
            *_check_plans(bench, uid, open_form),
        ]
        if limit and bench.accounts >= LEAST_ACCOUNTS:
            marks.insert(0, beside_core(timings, limit, "core partner"))
        yield Comparison("form", title, timings, marks, growth_limit=1.3)


def _measure_form(bench, uid):
    with bench.environment(uid) as env:
        ours = web_client.read_form(env, ACCOUNT)
        core = web_client.read_form(env, PARTNER, env.ref("base.view_partner_form").id)
    for name in ("amount_open", "amount_overdue", "revenue_chart"):
        if name not in ours:
            raise AssertionError(f"The form does not show {name}.")

    def open_form(env, account):
        return web_client.read_record(env, account, ours)

    def open_core(env, account):
        return web_client.read_record(env, account.partner_id, core)

    timings = measure(
        bench,
        [
            Path("SQL", _read_money, _check_money, _find_biggest),
            Path("product", open_form, _check_form, _find_biggest, uid=uid),
            Path(
                "core partner",
                open_core,
                lambda env, result: {"pages": len(result)},
                _find_biggest,
                uid=uid,
            ),
        ],
    )
    with bench.environment(uid) as env:
        account_id = _find_biggest(env).id
    return timings, lambda env: open_form(env, env[ACCOUNT].browse(account_id))


def beside_core(timings, limit, core="core partners"):
    """Judge the product's time by that of a page of core's."""
    ratio = timings["product"].median / timings[core].median
    return Mark("time / core", ratio, limit)


def _check_plans(bench, uid, open_page):
    """Count the queries whose cost grows with the number of all invoices."""
    if bench.accounts < LEAST_ACCOUNTS:
        return []
    with bench.environment(uid) as env:
        found = find_long_reads(env, open_page)
    for name, query in found:
        print(f"! reads much of {name}: {query}")
    return [Mark("queries that read too much", len(found), 0)]


def _read_page(env, order):
    """Read the accounts' own columns, as far as a page shows them."""
    return env.execute_query(
        SQL(
            """
            SELECT stars, account.*
              FROM kuaidi_key_account account
             WHERE active AND company_id = %s
             ORDER BY %s
             LIMIT %s
            """,
            env.company.id,
            SQL(order or env[ACCOUNT]._order),
            web_client.PAGE,
        )
    )


def _list_rows(env, rows):
    return {"rows": len(rows), "first and last": (rows[0][0], rows[-1][0])}


def _list_page(env, result):
    stars = [record["stars"] for record in result["records"]]
    return count_rows(env, result) | {"first and last": (stars[0], stars[-1])}


def count_rows(env, result):
    """Return the number of records of a page, which all ways show."""
    return {"rows": len(result["records"])}


def _count_stars(env):
    return env.execute_query(
        SQL(
            """
            SELECT stars, count(*)
              FROM kuaidi_key_account
             WHERE active AND company_id = %s
             GROUP BY stars
            """,
            env.company.id,
        )
    )


def _list_groups(env, result):
    return {"groups": {group["stars"]: group["__count"] for group in result["groups"]}}


def _find_biggest(env):
    """Return the account of the client with the most invoices."""
    partner = env[PARTNER].search([], order="customer_rank DESC, id", limit=1)
    return env[ACCOUNT].search([("partner_id", "=", partner.id)])


def _read_money(env, account):
    """Read the client's own row, what it owes, and its revenue by month."""
    env.cr.execute("SELECT * FROM kuaidi_key_account WHERE id = %s", [account.id])
    env.cr.fetchall()
    partner_id, company_id = account.partner_id.id, account.company_id.id
    [[open_amount]] = env.execute_query(
        SQL(
            """
            SELECT sum(line.amount_residual)
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
             WHERE line.partner_id = %s
               AND line.company_id = %s
               AND line.parent_state = 'posted'
               AND NOT line.reconciled
               AND account.account_type = 'asset_receivable'
            """,
            partner_id,
            company_id,
        )
    )
    months = env.execute_query(
        SQL(
            """
            SELECT date_trunc('month', invoice_date), sum(amount_untaxed_signed)
              FROM account_move
             WHERE partner_id = %s
               AND company_id = %s
               AND state = 'posted'
               AND move_type IN ('out_invoice', 'out_refund')
               AND invoice_date >= date_trunc('month', %s) - interval '12 months'
               AND invoice_date <= %s
             GROUP BY 1
            """,
            partner_id,
            company_id,
            *[date.today()] * 2,
        )
    )
    return account, open_amount, months


def _check_money(env, result):
    account, open_amount, months = result
    return {
        "pages": 1,
        "client": account.partner_id.display_name,
        "open amount": round(float(open_amount), 2),
        "revenue": round(float(sum(amount for _month, amount in months)), 2),
    }


def _check_form(env, result):
    [values] = result
    return {
        "pages": len(result),
        "client": values["partner_id"]["display_name"],
        "open amount": round(values["amount_open"], 2),
        "revenue": round(values["amount_revenue_year"], 2),
    }
