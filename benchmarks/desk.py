"""The first page of the CRM centre: how many queries, however many clients."""

from measure import Comparison, Mark, Path, measure

from odoo.tools import SQL

QUERIES = 12


def run_desk(bench):
    """Open the desk of somebody who sees every client."""
    timings = measure(
        bench,
        [
            Path("SQL", _count, _check_count),
            Path("product", _open, _check_desk, uid=bench.centre_uid),
        ],
    )
    yield Comparison(
        "desk",
        "Desk of the CRM centre",
        timings,
        [Mark("queries", timings["product"].queries, QUERIES)],
    )


def _open(env):
    return env["kuaidi.desk"].get_data("all")


def _check_desk(env, data):
    return {
        "clients with a star": data["clients"]["coverage"]["total"],
        "alerts": sum(alert["count"] for alert in data["clients"]["alerts"]),
        "pieces": sum(data["clients"]["trend"]["pieces"]),
    }


def _count(env):
    """Read the three largest tables of the desk, one statement each."""
    first = env["kuaidi.desk"]._get_trend_start()
    return [
        env.execute_query(query)[0][0]
        for query in (
            SQL(
                "SELECT count(*) FROM kuaidi_key_account"
                " WHERE active AND state = 'formal' AND star_id IS NOT NULL"
            ),
            SQL("SELECT count(*) FROM kuaidi_alert WHERE state = 'open'"),
            SQL(
                "SELECT coalesce(sum(pieces), 0) FROM kuaidi_monthly_figure"
                " WHERE month >= %s",
                first,
            ),
        )
    ]


def _check_count(env, counts):
    names = ("clients with a star", "alerts", "pieces")
    return dict(zip(names, counts, strict=True))
