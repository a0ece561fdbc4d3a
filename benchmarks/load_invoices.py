"""Makes posted invoices and credit notes: one of each by Odoo, the rest by SQL."""

from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.fields import Command
from odoo.tools import SQL

SEED = 0.20260213
MONTHS = 24
BIGGEST = 3_600


def make_moves(env, partner):
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


def draw_invoices(cloner, moves, partners, invoices):
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


def clone_invoices(cloner, moves):
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
