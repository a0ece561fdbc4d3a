"""What people of each role ask for, as the web client and a browser ask.

Everything is worked out before the load begins: specifications from the users' views,
and the records that they may open.
"""

import dataclasses
import json
from typing import Any

import web_client
from live_data import CORE

ACCOUNT = "kuaidi.key.account"
# records that a user opens in turns
RECORDS = 200
AT_WORK = [("state", "not in", ["filed", "refused", "withdrawn"])]
JSON = {"Content-Type": "application/json"}
# searched in turns: by name, as somebody types it
NAMES = ("Client 00001", "Client 000", "00123", "nobody at all")


@dataclasses.dataclass
class Request:
    """A kind of request: to a method of a model, or for a page."""

    name: str
    path: str
    model: str = ""
    method: str = ""
    args: list = dataclasses.field(default_factory=list)
    kwargs: dict = dataclasses.field(default_factory=dict)
    # what the first argument, or the page's last part, is in turns
    turns: list = dataclasses.field(default_factory=list)

    def make(self, number):
        """Return path, and body if it is a call, of the request in this turn."""
        turn = self.turns[number % len(self.turns)] if self.turns else None
        if not self.model:
            return self.path if turn is None else f"{self.path}/{turn}", None
        args = self.args if turn is None else [turn, *self.args]
        params: dict[str, Any] = {
            "model": self.model,
            "method": self.method,
            "args": args,
            "kwargs": self.kwargs,
        }
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        return f"{self.path}/{self.model}/{self.method}", json.dumps(body)


def get_requests(bench, user, side):
    """Return what a user asks for in turns, with the product or with core."""
    with bench.environment(user.uids[side]) as env:
        context = dict(env["res.users"].context_get())
        env = env(context=context)
        if user.role == "portal":
            return _get_pages(env, side)
        if side == CORE:
            return _get_core(env)
        return _Asker(env).get_all(user.role)


class _Asker:
    """Works out the requests of one user of the product."""

    def __init__(self, env):
        self.env = env

    def get_all(self, role):
        """Return what the role asks for; what it asks for often occurs again."""
        clients = [
            self.list("List of clients", ACCOUNT),
            self.form("Form of a client", ACCOUNT),
            self.find("Find a client", ACCOUNT),
        ]
        return [self.desk(), *clients, *getattr(self, f"_get_{role}")(), *clients[:2]]

    def _get_manager(self):
        return [
            self.group("Clients by star", ACCOUNT, "stars"),
            self.list("Service lines", "kuaidi.service.plan.line"),
            self.list("Visits", "kuaidi.visit"),
            self.list("Alerts", "kuaidi.alert", [("state", "=", "open")]),
            self.list("Who needs me", "kuaidi.attention", [("is_mine", "=", True)]),
            self.list("Renewals", "kuaidi.renewal"),
        ]

    def _get_sales(self):
        return [
            self.list("Contracts", "kuaidi.contract"),
            self.list("Tenders", "kuaidi.tender"),
            self.list("Prices", "kuaidi.price.agreement"),
            self.form("Form of a contract", "kuaidi.contract"),
        ]

    def _get_finance(self):
        items = "kuaidi.receivable.item"
        return [
            self.list("Open items", items),
            self.group("Ageing", items, "bucket"),
            self.list("Statements", "kuaidi.statement"),
            self.form("Form of a statement", "kuaidi.statement"),
            self.list("Collection cases", "kuaidi.collection.case"),
            self.form("Form of a collection case", "kuaidi.collection.case"),
        ]

    def _get_centre(self):
        return [
            self.list("Alerts", "kuaidi.alert", [("state", "=", "open")]),
            self.list("Who needs me", "kuaidi.attention"),
            self.list("Visit gap", "kuaidi.visit.gap", [("is_late", "=", True)]),
            self.list("Delivered against entitled", "kuaidi.service.report"),
            self.group("Delivered by manager", "kuaidi.service.report", "manager_id"),
            self.list("Monthly figures", "kuaidi.monthly.figure"),
        ]

    def _get_claims(self):
        return [
            self.list("Claims", "kuaidi.claim", AT_WORK),
            self.form("Form of a claim", "kuaidi.claim"),
            self.list("Complaints", "kuaidi.complaint"),
            self.form("Form of a complaint", "kuaidi.complaint"),
            self.group("Claims by kind", "kuaidi.claim.analysis", "type"),
        ]

    def call(self, name, model, method, *args, turns=(), **kwargs):
        """Return a call of a method."""
        kwargs["context"] = dict(self.env.context)
        return Request(
            name,
            "/web/dataset/call_kw",
            model,
            method,
            list(args),
            kwargs,
            list(turns),
        )

    def desk(self):
        """Return the call for the first page."""
        return self.call("Desk", "kuaidi.desk", "get_data", None)

    def list(self, name, model, domain=(), view_id=False):
        """Return the call for a list's first page."""
        specification, order = web_client.read_list(self.env, model, view_id)
        return self.call(
            name,
            model,
            "web_search_read",
            domain=list(domain),
            specification=specification,
            limit=web_client.PAGE,
            offset=0,
            order=order or "",
            count_limit=web_client.COUNT_LIMIT,
        )

    def group(self, name, model, groupby, domain=()):
        """Return the call for a list's groups, with the sums of its columns."""
        specification, _order = web_client.read_list(self.env, model)
        aggregates = web_client.get_aggregates(self.env[model], specification)
        return self.call(
            name,
            model,
            "web_read_group",
            domain=list(domain),
            groupby=[groupby],
            aggregates=aggregates,
            limit=web_client.PAGE,
        )

    def form(self, name, model, view_id=False):
        """Return the calls for the forms of records that the user may read."""
        specification = web_client.read_form(self.env, model, view_id)
        records = self.env[model].search([], limit=RECORDS)
        if not records:
            raise SystemExit(f"{self.env.user.login} has no {model} to open.")
        return self.call(
            name,
            model,
            "web_read",
            turns=[[record.id] for record in records],
            specification=specification,
        )

    def find(self, name, model):
        """Return the calls for names as they are typed."""
        return self.call(
            name,
            model,
            "name_search",
            turns=NAMES,
            domain=[],
            operator="ilike",
            limit=8,
        )


def _get_core(env):
    """Return what the same shape of work is with core's CRM and contacts."""
    asker = _Asker(env)
    contacts = env.ref("base.view_partner_tree").id
    contact = env.ref("base.view_partner_form").id
    deals = env.ref("crm.crm_case_tree_view_oppor").id
    deal = env.ref("crm.crm_lead_view_form").id
    lists = [
        asker.list("List of contacts", "res.partner", view_id=contacts),
        asker.form("Form of a contact", "res.partner", contact),
        asker.find("Find a contact", "res.partner"),
    ]
    return [
        *lists,
        asker.list("Opportunities", "crm.lead", view_id=deals),
        asker.form("Form of an opportunity", "crm.lead", deal),
        asker.group("Opportunities by stage", "crm.lead", "stage_id"),
        *lists[:2],
    ]


def _get_pages(env, side):
    """Return the pages of the portal."""
    if side == CORE:
        invoices = _get_ids(env, "account.move", [("move_type", "=", "out_invoice")])
        return [
            Request("Portal: first page", "/my/home"),
            Request("Portal: invoices", "/my/invoices"),
            Request("Portal: one invoice", "/my/invoices", turns=invoices),
            Request("Portal: details", "/my/account"),
        ]
    claims = _get_ids(env, "kuaidi.claim", [])
    return [
        Request("Portal: first page", "/my/home"),
        Request("Portal: claims", "/my/claims"),
        Request("Portal: one claim", "/my/claims", turns=claims),
        Request("Portal: agreements", "/my/agreements"),
    ]


def _get_ids(env, model, domain):
    partner = env.user.partner_id.commercial_partner_id
    # sudo: the pages look their records up themselves
    records = env[model].sudo().search([*domain, ("partner_id", "=", partner.id)])
    if not records:
        raise SystemExit(f"{partner.name} has no {model} to open.")
    return records.ids[:RECORDS]
