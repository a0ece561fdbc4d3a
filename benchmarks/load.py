"""Fills a benchmark database with clients, key accounts and posted invoices.

    python benchmarks/load.py bench_10k 10000 250000

One record of each kind is made by Odoo, posted invoice and credit note included, and
cloned by SQL. Names are unique, amounts come from a fixed seed, and dates lie in the
24 months before today, so that pages which count from today have something to show.

Every client has a key account, and about 25 invoices; the first client has 3,600 of
them (or a fifth of all), whatever the size, so that its page can be compared between
sizes. Yearly revenue is spread evenly over the orders of magnitude between 1,000 and
10 million yuan: every star occurs, and no star.
"""

import sys
import time
from datetime import date

import database
from clone import Cloner
from dateutil.relativedelta import relativedelta

from odoo.fields import Command
from odoo.tools import SQL

# partners and invoices of the databases that run.py makes by itself
SIZES = {
    "bench_1k": (1_000, 25_000),
    "bench_10k": (10_000, 250_000),
    "bench_100k": (100_000, 2_500_000),
}
SEED = 0.20260213
MONTHS = 24
BIGGEST = 3_600
MANAGERS = 20
SIZE_KEY = "kuaidi_benchmark.size"
DATE_KEY = "kuaidi_benchmark.date"
# who sees all accounts; and who may also read their entries
CENTRE = "bench_centre"
HEAD = "bench_head"
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
    database.vacuum(name)
    with database.environment(registry, commit=True) as env:
        parameters = env["ir.config_parameter"]
        parameters.set_param(DATE_KEY, str(date.today()))
        parameters.set_param(SIZE_KEY, f"{partners}/{invoices}")
    _say(f"{name} is ready after {time.monotonic() - start:.0f} s")


def get_size(env):
    """Return the numbers of clients and invoices, or nothing before they are there."""
    size = env["ir.config_parameter"].get_param(SIZE_KEY)
    return [int(number) for number in size.split("/")] if size else None


def get_load_date(env):
    """Return the day of loading, on which the accounts were rated."""
    return date.fromisoformat(env["ir.config_parameter"].get_param(DATE_KEY))


def _say(text):
    print(f"- {text}", file=sys.stderr, flush=True)


def _fill(env, partners, invoices):
    users = _make_users(env)
    partner = _make_partner(env)
    account = _make_account(env, partner, users)
    moves = _make_moves(env, partner)
    env.flush_all()
    cloner = Cloner(env.cr)
    with cloner.without_indexes(
        "res_partner",
        "kuaidi_key_account",
        "kuaidi_account_member",
        "kuaidi_onboarding_step",
        "mail_activity",
        "account_move",
        "account_move_line",
    ):
        _number_clients(cloner, partner, account, partners)
        _clone_clients(cloner, env, partner, account, users)
        _draw_invoices(cloner, moves, partners, invoices)
        _clone_invoices(cloner, moves)
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


def _make_users(env):
    """Make the users who open pages, and return the managers."""
    context = {"no_reset_password": True}
    values = {"company_id": env.company.id, "tz": "Asia/Shanghai"}
    users = env["res.users"].with_context(**context)
    centre = env.ref("kuaidi_key_account.group_crm_centre")
    finance = env.ref("kuaidi_key_account.group_finance")
    for login, groups in ((CENTRE, centre), (HEAD, centre | finance)):
        users.create(
            values
            | {"name": login, "login": login, "group_ids": [Command.set(groups.ids)]}
        )
    group = env.ref("kuaidi_key_account.group_account_manager")
    return users.create(
        [
            values
            | {
                "name": f"Manager {number:02}",
                "login": f"bench_manager_{number}",
                "group_ids": [Command.link(group.id)],
            }
            for number in range(MANAGERS)
        ]
    )


def _make_partner(env):
    return env["res.partner"].create(
        {
            "name": "Client 0000001",
            "is_company": True,
            "email": "client@example.com",
            "phone": "+86 21 5555 0000",
            "city": "Shanghai",
            "street": "Nanjing Road",
            "country_id": env.ref(database.COUNTRY).id,
            "industry_id": env["res.partner.industry"].search([], limit=1).id,
        }
    )


def _make_account(env, partner, users):
    """Make a formal client with a whole file, whose onboarding is under way."""
    contacts = env["res.partner"].create(
        [{"name": f"Contact {number}", "parent_id": partner.id} for number in range(5)]
    )
    account = env["kuaidi.key.account"].create(
        {
            "partner_id": partner.id,
            "manager_id": users[0].id,
            "deputy_id": users[1].id,
            "handover_industry": "<p>Household appliances</p>",
            "member_ids": [
                Command.create({"user_id": user.id, "duties": "Serves the client"})
                for user in users[2:4]
            ],
            "contact_ids": [
                Command.create({"partner_id": contact.id}) for contact in contacts
            ],
            "competitor_ids": [
                Command.create({"name": f"Carrier {number}"}) for number in range(3)
            ],
        }
    )
    account.action_load_needs()
    for document_type in env["kuaidi.document.type"].search([]):
        attachment = env["ir.attachment"].create(
            {"name": f"{document_type.name}.pdf", "raw": b"%PDF-1.4\n%%EOF"}
        )
        account.document_ids = [
            Command.create(
                {
                    "type_id": document_type.id,
                    "attachment_ids": [Command.link(attachment.id)],
                }
            )
        ]
    account.action_make_formal()
    for record in (partner, account):
        record.activity_schedule("mail.mail_activity_data_call", user_id=users[0].id)
    return account


def _make_moves(env, partner):
    """Post one invoice and one credit note over 100 yuan, for today."""
    moves = env["account.move"].create(
        [
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Freight",
                            "quantity": 1,
                            "price_unit": 100,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
            for move_type in ("out_invoice", "out_refund")
        ]
    )
    moves.action_post()
    return moves


def _number_clients(cloner, partner, account, partners):
    """Give every client a number and its ids; the first is the one Odoo made."""
    cloner.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE bench_client ON COMMIT DROP AS
            SELECT 1 AS n, %s AS partner_id, %s AS account_id
             UNION ALL
            SELECT n,
                   nextval('res_partner_id_seq'),
                   nextval('kuaidi_key_account_id_seq')
              FROM generate_series(2, %s) AS series(n)
            """,
            partner.id,
            account.id,
            partners,
        )
    )
    cloner.execute("CREATE INDEX ON bench_client (n)")
    cloner.execute("ANALYZE bench_client")


def _clone_clients(cloner, env, partner, account, users):
    """Clone the client with its key account, team, onboarding and activities."""
    clones = SQL("bench_client clones")
    rest = SQL("clones.n > 1")
    tenth = SQL("clones.n > 1 AND clones.n %% 10 = 0")
    partner_id, account_id = SQL("clones.partner_id"), SQL("clones.account_id")
    industries = env["res.partner.industry"].search([]).ids
    industry = SQL("(%s::int[])[1 + clones.n %% %s]", industries, len(industries))
    manager = SQL("(%s::int[])[1 + clones.n %% %s]", users.ids, MANAGERS)
    deputy = SQL("(%s::int[])[1 + (clones.n + 1) %% %s]", users.ids, MANAGERS)
    number = SQL("lpad(clones.n::text, 7, '0')")
    name = SQL("'Client ' || %s", number)
    cloner.clone(
        "res_partner",
        partner.ids,
        clones,
        {
            "id": partner_id,
            "commercial_partner_id": partner_id,
            "name": name,
            "complete_name": name,
            "industry_id": industry,
        },
        rest,
    )
    cloner.clone(
        "kuaidi_key_account",
        account.ids,
        clones,
        {
            "id": account_id,
            "partner_id": partner_id,
            "industry_id": industry,
            "code": SQL("'C' || %s", number),
            "manager_id": manager,
            "deputy_id": deputy,
        },
        rest,
    )
    cloner.clone(
        "kuaidi_account_member",
        account.member_ids.ids,
        clones,
        {"account_id": account_id},
        rest,
    )
    # nine of ten clients have their onboarding behind them
    is_done = SQL("clones.n %% 10 <> 1 AND template.state = 'open'")
    cloner.clone(
        "kuaidi_onboarding_step",
        account.onboarding_step_ids.ids,
        clones,
        {
            "account_id": account_id,
            "manager_id": manager,
            "state": SQL("CASE WHEN %s THEN 'done' ELSE template.state END", is_done),
            "date_done": SQL(
                "CASE WHEN %s THEN template.create_date ELSE template.date_done END",
                is_done,
            ),
        },
        rest,
    )
    for record, record_id in ((partner, partner_id), (account, account_id)):
        cloner.clone(
            "mail_activity",
            record.activity_ids.ids,
            clones,
            {"res_id": record_id, "res_name": name, "user_id": manager},
            tenth,
        )


def _draw_invoices(cloner, moves, partners, invoices):
    """Draw client, day, amount and state of every invoice.

    Of a hundred, four are credit notes, two drafts and two cancelled; of the posted
    ones about a tenth is open.
    """
    first = date.today() - relativedelta(months=MONTHS)
    biggest = min(BIGGEST, invoices // 5)
    cloner.execute(SQL("SELECT setseed(%s)", SEED))
    cloner.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE bench_move ON COMMIT DROP AS
            SELECT nextval('account_move_id_seq') AS id,
                   drawn.n,
                   bench_client.partner_id,
                   %(first)s + floor(drawn.day * %(days)s)::int AS day,
                   kind.template_id,
                   kind.sign,
                   kind.state,
                   drawn.open < 0.1 AS is_open,
                   money.amount,
                   CASE WHEN kind.state = 'posted' AND drawn.open >= 0.1
                        THEN 0 ELSE money.amount END AS residual
              FROM (
                   SELECT n,
                          CASE WHEN n <= %(biggest)s THEN 1
                               ELSE 2 + floor(random() * %(others)s)::int
                               END AS client,
                          random() AS day,
                          random() AS open,
                          random() AS amount
                     FROM generate_series(1, %(invoices)s) AS series(n)
                   ) drawn
              JOIN bench_client ON bench_client.n = drawn.client
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN drawn.n %% 100 IN (11, 36, 61, 86)
                               THEN %(refund)s ELSE %(invoice)s END AS template_id,
                          CASE WHEN drawn.n %% 100 IN (11, 36, 61, 86)
                               THEN -1 ELSE 1 END AS sign,
                          CASE WHEN drawn.n %% 100 IN (3, 53) THEN 'draft'
                               WHEN drawn.n %% 100 IN (8, 58) THEN 'cancel'
                               ELSE 'posted' END AS state
                   ) kind
             CROSS JOIN LATERAL (
                   -- half of the invoices share the revenue of a year, which depends
                   -- on the client's number within its hundred
                   SELECT round((
                              power(10, 3 + (drawn.client * 37 + 62) %% 100 * 4 / 99.0)
                              / (CASE WHEN drawn.client = 1
                                      THEN %(biggest)s ELSE %(each)s END / 2.0)
                              * (0.5 + drawn.amount)
                          )::numeric, 2) AS amount
                   ) money
            """,
            first=first,
            days=(date.today() - first).days + 1,
            invoice=moves[0].id,
            refund=moves[1].id,
            biggest=biggest,
            each=invoices / partners,
            others=partners - 1,
            invoices=invoices,
        )
    )
    cloner.execute("ANALYZE bench_move")


def _clone_invoices(cloner, moves):
    """Clone the invoice or the credit note, with its two entries each."""
    clones = SQL("bench_move clones")
    partner_id, day, state = SQL("clones.partner_id"), SQL("day"), SQL("clones.state")
    due = SQL("day + 30")
    amount, residual = SQL("amount"), SQL("residual")
    signed, residual_signed = SQL("sign * amount"), SQL("sign * residual")
    is_paid = SQL("clones.state = 'posted' AND NOT is_open")
    name = SQL(
        "CASE WHEN clones.state <> 'draft'"
        " THEN move.sequence_prefix || lpad(n::text, 8, '0') END"
    )
    cloner.clone(
        "account_move",
        moves.ids,
        SQL("%s JOIN account_move move ON move.id = clones.template_id", clones),
        {
            "id": SQL("clones.id"),
            "name": name,
            "payment_reference": name,
            "sequence_number": SQL("n"),
            "state": state,
            "payment_state": SQL(
                "CASE WHEN %s THEN 'paid' ELSE 'not_paid' END", is_paid
            ),
            "partner_id": partner_id,
            "commercial_partner_id": partner_id,
            "partner_shipping_id": partner_id,
            "date": day,
            "invoice_date": day,
            "invoice_date_due": due,
            "amount_untaxed": amount,
            "amount_total": amount,
            "amount_residual": residual,
            "amount_untaxed_signed": signed,
            "amount_untaxed_in_currency_signed": signed,
            "amount_total_signed": signed,
            "amount_total_in_currency_signed": signed,
            "amount_residual_signed": residual_signed,
        },
        SQL("template.id = clones.template_id"),
    )
    # the template tells debit from credit, and the receivable from the revenue
    is_receivable = SQL("template.display_type = 'payment_term'")
    balance = SQL("(sign(template.balance) * amount)")
    open_balance = SQL(
        "CASE WHEN %s THEN sign(template.balance) * residual ELSE 0 END", is_receivable
    )
    price = {
        column: SQL(
            "CASE WHEN %s THEN %s ELSE amount END",
            is_receivable,
            SQL.identifier("template", column),
        )
        for column in ("price_unit", "price_subtotal", "price_total")
    }
    cloner.clone(
        "account_move_line",
        moves.line_ids.ids,
        SQL("%s JOIN account_move move ON move.id = clones.template_id", clones),
        {
            "move_id": SQL("clones.id"),
            "move_name": name,
            "parent_state": state,
            "partner_id": partner_id,
            "date": day,
            "invoice_date": day,
            "date_maturity": SQL("CASE WHEN %s THEN %s END", is_receivable, due),
            "balance": balance,
            "amount_currency": balance,
            "debit": SQL("greatest(%s, 0)", balance),
            "credit": SQL("greatest(-%s, 0)", balance),
            "amount_residual": open_balance,
            "amount_residual_currency": open_balance,
            "reconciled": SQL("%s AND %s", is_receivable, is_paid),
        }
        | price,
        SQL("template.move_id = clones.template_id"),
    )


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
