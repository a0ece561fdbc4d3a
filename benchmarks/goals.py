"""The goals P1 to P16, and which marks of which groups show whether they are met."""

import dataclasses

LIVE = "live_load"
GROWTH = "growth"


@dataclasses.dataclass(frozen=True)
class Part:
    """Marks that belong to a goal: of a group, or of some of its comparisons."""

    group: str
    # of how many letters a title or a mark begins with; all by default
    title: str = ""
    mark: str = ""


@dataclasses.dataclass(frozen=True)
class Goal:
    """What is asked for, and where it is measured."""

    name: str
    text: str
    parts: tuple[Part, ...]


GOALS = (
    Goal(
        "P1",
        "rate all clients from nothing, a row of history each: ≤ 3.5 × one statement",
        (Part("new", mark="time"),),
    ),
    Goal(
        "P2",
        "rate again when nothing changed: ≤ 1.6 × plain sums, no write, ≤ 10 queries",
        (Part("unchanged", mark="time"), Part("unchanged", mark="runs")),
    ),
    Goal(
        "P3",
        "queries of rating: ≤ 15 + 10 per 1,000 changed, as many at every size if none",
        (Part("new", mark="queries"), Part("unchanged", mark="queries")),
    ),
    Goal(
        "P4",
        "≥ 80 × faster than a loop over the clients",
        (Part("naive"),),
    ),
    Goal(
        "P5",
        "ageing of receivables: ≤ 1.5 × plain SQL, no query more",
        (Part("receivables", "Ageing", "time"), Part("receivables", "Ageing", "quer")),
    ),
    Goal(
        "P6",
        "from 1,000 to 100,000 clients: batches ≤ 110 × the time, pages ≤ 1.3 ×",
        (
            Part("new", mark=GROWTH),
            Part("receivables", "Ageing", GROWTH),
            Part("dunning", "Claiming all", GROWTH),
            Part("list", mark=GROWTH),
            Part("form", mark=GROWTH),
        ),
    ),
    Goal(
        "P7",
        "list of clients: ≤ 0.5 × core's partners, grouped ≤ 0.3 ×, ≤ 12 queries,"
        " p95 by HTTP ≤ core's",
        (
            Part("list", mark="time"),
            Part("list", mark="queries"),
            Part("http", mark="p95"),
        ),
    ),
    Goal(
        "P8",
        "form of the biggest client: ≤ 0.4 × core's partner, ≤ 25 queries, none that"
        " grows with all invoices",
        (Part("form", mark="time"), Part("form", mark="queries")),
    ),
    Goal(
        "P9",
        "claiming reminders: ≤ 3 × plain SQL, ≤ 1 query per 80 items, nothing twice;"
        " ≥ 20 × faster than OCA account_credit_control",
        (
            Part("dunning", "Claiming all", "time"),
            Part("dunning", "Claiming all", "queries"),
            Part("dunning", "Claiming once"),
            Part("credit_control"),
        ),
    ),
    Goal(
        "P10",
        "writing reminders: ≤ 1.2 × Odoo's batch, ≥ 3 × faster than its loop",
        (Part("dunning", "Writing"),),
    ),
    Goal(
        "P11",
        "imports: ≤ 3 × COPY and upsert, ≥ 9 × faster than load(), again changes"
        " nothing",
        (Part("figures", "Importing"), Part("declared_shipments")),
    ),
    Goal(
        "P12",
        "XLSX: ≤ 1.15 × bare xlsxwriter, ≤ 40 MiB more, ≤ 0.75 × Odoo's own export",
        (Part("xlsx"),),
    ),
    Goal(
        "P13",
        "tables of bids: ≤ 2.5 × bare XML, 1,000 rows ≤ 5.5 × 200",
        (Part("tender", "Word"),),
    ),
    Goal(
        "P14",
        "due dates: ≤ 3 × bisect, ≥ 60 × faster than core's planning, all equal",
        (Part("deadlines"),),
    ),
    Goal(
        "P15",
        "portal: claims ≤ 1.0 × core's invoices, one claim ≤ 1.2 × one invoice, the"
        " counter of the first page ≤ 10 % and ≤ 2 queries",
        (Part("portal"),),
    ),
    Goal(
        "P16",
        "installing on 20,000 partners and 500,000 invoices: ≤ 1.3 × on none",
        (Part("install"),),
    ),
)
