"""Fills a benchmark database with key accounts, invoices, service plans and visits.

    python benchmarks/load.py bench_10k 10000 250000

One record of each kind is made by Odoo, posted invoice and credit note included, and
cloned by SQL. Names are unique, amounts come from a fixed seed, and dates lie in the
24 months before today, so that pages which count from today have something to show.

Every client has a key account, and about 25 invoices; the first client has 3,600 of
them (or a fifth of all), whatever the size, so that its page can be compared between
sizes. Yearly revenue is spread evenly over the orders of magnitude between 1,000 and
10 million yuan: every star occurs, and no star. What was planned for the clients and
done with them is told in load_service.py.
"""

import sys
import time
from datetime import date

import database
import load_clients
import load_figures
import load_invoices
import load_service
from clone import Cloner

from odoo.tools import SQL

# partners and invoices of the databases that are made where they are missing
SIZES = {
    "bench_1k": (1_000, 25_000),
    "bench_10k": (10_000, 250_000),
    "bench_20k": (20_000, 500_000),
    "bench_100k": (100_000, 2_500_000),
}
# raised when what is loaded changes: older databases lack what is measured
FORMAT = "2"
FORMAT_KEY = "kuaidi_benchmark.format"
SIZE_KEY = "kuaidi_benchmark.size"
DATE_KEY = "kuaidi_benchmark.date"
BATCH = 1_000


def load(name, partners, invoices):
    """Make the database ``name`` if it is missing, and fill it.

    :raise SystemExit: if it is no benchmark database, or is filled already
    """
    database.configure(name)
    if partners < 10 or invoices < partners:
        raise SystemExit("Ask for ten clients or more, each with an invoice or more.")
    start = time.monotonic()
    if not database.exists(name):
        _say(f"Making {name}")
        database.create(name)
    registry = database.install(name)
    with database.environment(registry) as env:
        size = get_size(env)
    if size:
        raise SystemExit(
            f"{name} holds {size[0]} clients already. Drop it to load it anew."
        )
    _say(f"Cloning {partners} clients and {invoices} invoices")
    with database.environment(registry, commit=True) as env:
        _fill(env, partners, invoices)
    _say("Collecting statistics")
    database.vacuum(name)
    _say("Grading all accounts")
    _grade(registry)
    _say("Cloning plans, visits and problems")
    with database.environment(registry, commit=True) as env:
        load_service.fill(env, Cloner(env.cr), partners)
    database.vacuum(name)
    _say("Finding at-risk clients")
    with database.environment(registry, commit=True) as env:
        env["kuaidi.alert"]._evaluate(date=date.today())
    database.vacuum(name)
    with database.environment(registry, commit=True) as env:
        parameters = env["ir.config_parameter"]
        parameters.set_param(FORMAT_KEY, FORMAT)
        parameters.set_param(DATE_KEY, str(date.today()))
        parameters.set_param(SIZE_KEY, f"{partners}/{invoices}")
    _say(f"{name} is ready after {time.monotonic() - start:.0f} s")


def get_size(env):
    """Return the numbers of clients and invoices, or nothing before they are there."""
    size = env["ir.config_parameter"].get_param(SIZE_KEY)
    return [int(number) for number in size.split("/")] if size else None


def is_current(env):
    """Tell whether the database was loaded with all that is loaded now."""
    return env["ir.config_parameter"].get_param(FORMAT_KEY) == FORMAT


def get_load_date(env):
    """Return the day of loading, on which the accounts were rated."""
    return date.fromisoformat(env["ir.config_parameter"].get_param(DATE_KEY))


def _say(text):
    print(f"- {text}", file=sys.stderr, flush=True)


def _fill(env, partners, invoices):
    users = load_clients.make_users(env)
    partner = load_clients.make_partner(env)
    account = load_clients.make_account(env, partner, users)
    moves = load_invoices.make_moves(env, partner)
    env.flush_all()
    cloner = Cloner(env.cr)
    with cloner.without_indexes(
        "res_partner",
        "kuaidi_key_account",
        "kuaidi_account_member",
        "kuaidi_onboarding_step",
        "kuaidi_monthly_figure",
        "mail_activity",
        "account_move",
        "account_move_line",
    ):
        load_clients.number_clients(cloner, partner, account, partners)
        load_clients.clone_clients(cloner, env, partner, account, users)
        load_invoices.draw_invoices(cloner, moves, partners, invoices)
        load_invoices.clone_invoices(cloner, moves)
        load_figures.clone_figures(cloner, env.company.id, env.uid)
    env.cr.execute(
        SQL(
            """
            UPDATE res_partner
               SET customer_rank = counted.moves
              FROM (
                   SELECT partner_id, count(*) AS moves
                     FROM account_move
                    WHERE move_type IN ('out_invoice', 'out_refund')
                    GROUP BY partner_id
                   ) counted
             WHERE res_partner.id = counted.partner_id
            """
        )
    )
    env.invalidate_all(flush=False)


def _grade(registry):
    """Rate every account on the months before this one, and approve the ratings."""
    with database.environment(registry) as env:
        account_ids = env["kuaidi.key.account"].search([], order="id").ids
    for position in range(0, len(account_ids), BATCH):
        with database.environment(registry, commit=True) as env:
            accounts = env["kuaidi.key.account"].browse(
                account_ids[position : position + BATCH]
            )
            ratings = env["kuaidi.star.rating"]._grade_accounts(accounts, date.today())
            ratings.action_approve()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(f"Usage: {sys.argv[0]} DATABASE PARTNERS INVOICES")
    load(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
