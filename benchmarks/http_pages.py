"""The list of clients beside core's list of partners, as a browser asks for them."""

import json
import secrets
import statistics
import time

import database
import web_client
from live_roles import JSON
from measure import Comparison, Mark, Path, Timing
from serving import ANSWER, find_error, log_in, serving

PATH = "/web/dataset/call_kw"
# P7: how often each list is asked for, after the first times, which do not count
REQUESTS, WARM = 100, 10
LISTS = {
    "product": ("kuaidi.key.account", None),
    "core partners": ("res.partner", "base.view_partner_tree"),
}


def run_http(bench):
    """Ask for both lists in turns, of a server with one worker, as the CRM centre."""
    password = secrets.token_urlsafe(16)
    with database.environment(bench.registry, commit=True) as env:
        user = env["res.users"].browse(bench.centre_uid)
        user.password = password
        login = user.login
    with bench.environment(bench.centre_uid) as env:
        bodies = {name: _make_body(env, *of) for name, of in LISTS.items()}
    timings = {
        name: Timing(Path(name, lambda env: None, lambda env, result: {}))
        for name in LISTS
    }
    with serving(bench.database, workers=1) as address:
        session = log_in(address, bench.database, login, password)
        for number in range(REQUESTS + WARM):
            for name, body in bodies.items():
                seconds, rows = _ask(session, f"{address}{PATH}", body)
                timings[name].values = {"rows": rows}
                if number >= WARM:
                    timings[name].seconds.append(seconds)
    yield Comparison(
        "http",
        f"List of clients by HTTP, {REQUESTS} times",
        timings,
        [
            Mark("p50 / core", _compare(timings, 49), 1),
            Mark("p95 / core", _compare(timings, 94), 1),
        ],
        floor="core partners",
        is_growing=False,
    )


def _make_body(env, model, view):
    """Return the call for the first page of a list, as the web client sends it."""
    specification, order = web_client.read_list(env, model, view and env.ref(view).id)
    params = {
        "model": model,
        "method": "web_search_read",
        "args": [],
        "kwargs": {
            "domain": [],
            "specification": specification,
            "limit": web_client.PAGE,
            "offset": 0,
            "order": order or "",
            "count_limit": web_client.COUNT_LIMIT,
            "context": dict(env.context),
        },
    }
    return json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})


def _ask(session, address, body):
    """Return the seconds of one call, and how many rows came."""
    start = time.perf_counter()
    response = session.post(address, data=body, headers=JSON, timeout=ANSWER)
    answer = response.json()
    seconds = time.perf_counter() - start
    error = find_error(response, is_call=True)
    if error:
        raise SystemExit(f"The list does not open: {error}")
    return seconds, len(answer["result"]["records"])


def _compare(timings, percentile):
    """Return the product's percentile by that of core's list."""
    ours, core = (
        statistics.quantiles(timings[name].seconds, n=100, method="inclusive")[
            percentile
        ]
        for name in LISTS
    )
    return ours / core
