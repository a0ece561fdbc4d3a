"""The pages of a client beside Odoo's own, as whole requests of a browser (P15)."""

import contextlib
import json
import re
from unittest import mock

import database
from measure import Comparison, Mark, Path, measure
from werkzeug.test import Client

from odoo import http
from odoo.fields import Command
from odoo.service.security import compute_session_token
from odoo.sql_db import BaseCursor
from odoo.tools import SQL

LOGIN = "bench_client"
# of the client who logs in, at several stages
CLAIMS = 200
COUNTER = re.compile(r'data-placeholder_count="(\w+)"')
JSON = {"content_type": "application/json"}


def run_portal(bench):
    """Open lists, one record and the first page as a client."""
    uid = _find_user(bench)
    with _session(bench, uid) as browser:
        yield _compare(
            bench,
            "List of a client",
            1.0,
            core=lambda env, ids: browser(env, "/my/invoices"),
            product=lambda env, ids: browser(env, "/my/claims"),
        )
        yield _compare(
            bench,
            "One record of a client",
            1.2,
            core=lambda env, ids: browser(env, f"/my/invoices/{ids['invoice']}"),
            product=lambda env, ids: browser(env, f"/my/claims/{ids['claim']}"),
        )
        with bench.environment() as env:
            counters = set(COUNTER.findall(browser(env, "/my/home").text))
        ours = {name for name in counters if name.startswith("kuaidi_")}
        if not ours:
            raise SystemExit("The first page of clients counts nothing of ours.")

        def open_home(env, names):
            browser(env, "/my/home")
            return browser(env, "/my/counters", {"counters": sorted(names)})

        comparison = _compare(
            bench,
            "First page of a client, with its counters",
            1.1,
            core=lambda env, ids: open_home(env, counters - ours),
            product=lambda env, ids: open_home(env, counters),
        )
        timings = comparison.timings
        added = timings["product"].queries - timings["core"].queries
        comparison.marks.append(Mark("queries added", added, 2))
        yield comparison


def _compare(bench, title, limit, core, product):
    timings = measure(
        bench,
        [
            Path("core", core, _check, _prepare),
            Path("product", product, _check, _prepare),
        ],
    )
    ratio = timings["product"].median / timings["core"].median
    return Comparison(
        "portal",
        title,
        timings,
        [Mark("time / core", ratio, limit)],
        floor="core",
        growth_limit=1.3,
    )


def _check(env, response):
    if response.status_code == 200 and response.is_json:
        return {"status": 200, "failed": "error" in json.loads(response.data)}
    return {"status": response.status_code, "failed": response.status_code != 200}


def _find_user(bench):
    """Return the portal user of the biggest client, made when it is not there."""
    with database.environment(bench.registry, commit=True) as env:
        user = env["res.users"].search([("login", "=", LOGIN)])
        if not user:
            user = (
                env["res.users"]
                .with_context(no_reset_password=True)
                .create(
                    {
                        "name": "Client's user",
                        "login": LOGIN,
                        "group_ids": [Command.set(env.ref("base.group_portal").ids)],
                    }
                )
            )
            user.partner_id.parent_id = _find_client(env)
        return user.id


def _find_client(env):
    [[partner_id]] = env.execute_query(
        SQL(
            """
            SELECT move.partner_id
              FROM account_move move
              JOIN kuaidi_key_account account ON account.partner_id = move.partner_id
             WHERE move.move_type = 'out_invoice'
               AND move.state = 'posted'
             GROUP BY move.partner_id
             ORDER BY count(*) DESC, move.partner_id
             LIMIT 1
            """
        )
    )
    return partner_id


def _prepare(env):
    """Lay claims of the client in, one of them with papers and an offer."""
    user = env["res.users"].search([("login", "=", LOGIN)])
    client = user.partner_id.commercial_partner_id
    account = env["kuaidi.key.account"].search([("partner_id", "=", client.id)])
    claim = env["kuaidi.claim"].create(
        {
            "account_id": account.id,
            "type": "damage",
            "waybill_number": "P0",
            "amount_claimed": 900,
            "description": "The door is bent.",
        }
    )
    claim.state = "negotiation"
    env["kuaidi.claim.offer"].create(
        {"claim_id": claim.id, "side": "ours", "amount": 640}
    )
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            INSERT INTO kuaidi_claim (
                company_id, currency_id, number, account_id, partner_id, user_id, type,
                state, waybill_number, date_called, amount_claimed
            )
            SELECT company_id, currency_id, 'P' || step, account_id, partner_id,
                   user_id,
                   (ARRAY['loss', 'damage', 'shortage', 'delay'])[1 + step %% 4],
                   (ARRAY['evidence', 'negotiation', 'paid', 'filed'])[1 + step %% 4],
                   'P' || step, date_called - step * interval '1 day', 100 + step
              FROM kuaidi_claim
             CROSS JOIN generate_series(1, %(claims)s) step
             WHERE id = %(claim)s
            """,
            claims=CLAIMS,
            claim=claim.id,
        )
    )
    invoice = env["account.move"].search(
        [
            ("partner_id", "=", client.id),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
        ],
        limit=1,
    )
    return {"claim": claim.id, "invoice": invoice.id}


@contextlib.contextmanager
def _session(bench, uid):
    """Yield a function that asks for a page as the user's browser does."""
    store = http.root.session_store
    session = store.new()
    session.update(http.get_default_session(), db=bench.database, _trace_disable=True)
    with bench.environment(uid) as env:
        session.uid = uid
        session.login = env.user.login
        session.session_token = compute_session_token(session, env)
        session.context = dict(env["res.users"].context_get())
    store.save(session)
    client = Client(http.root)
    client.set_cookie("session_id", session.sid)

    def browse(env, path, parameters=None):
        """Answer a request within the transaction of an environment."""

        def lend(readonly=False):
            return _LentCursor(env.cr)

        with mock.patch.object(bench.registry, "cursor", lend):
            if parameters is None:
                return client.get(path)
            body = json.dumps({"jsonrpc": "2.0", "params": parameters})
            return client.post(path, data=body, **JSON)

    try:
        yield browse
    finally:
        store.delete(session)


class _LentCursor(BaseCursor):
    """The cursor of what is measured, in the hands of a request: never committed."""

    def __init__(self, cr):
        super().__init__()
        self._lent = cr

    def __getattr__(self, name):
        return getattr(self._lent, name)

    def execute(self, query, params=None, log_exceptions=True):
        return self._lent.execute(query, params, log_exceptions)

    def dictfetchone(self):
        return self._lent.dictfetchone()

    def dictfetchmany(self, size):
        return self._lent.dictfetchmany(size)

    def dictfetchall(self):
        return self._lent.dictfetchall()

    def commit(self):
        self.flush()
        self.clear()

    def rollback(self):
        self.clear()

    def close(self):
        self.clear()
