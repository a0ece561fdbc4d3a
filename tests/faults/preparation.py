"""Gives every scheduled job of the demo company something to do, and files to import.

The demo leaves some jobs without work at the turn of the year; here their records come
due. What a button makes is made by the button.
"""

import base64
import contextlib

import psycopg2

from . import process

# one statement for each job that would have nothing to do
DUE = (
    # cron_expire_adjustments
    """UPDATE kuaidi_star_rating SET adjustment_expiry = '2026-12-30'
        WHERE state = 'approved' AND adjustment != 0""",
    # cron_close_ended_plans
    """UPDATE kuaidi_service_plan SET date_to = '2026-11-30'
        WHERE id IN (SELECT id FROM kuaidi_service_plan
                      WHERE state = 'published' ORDER BY id LIMIT 4)""",
    # cron_expire_prices
    """UPDATE kuaidi_price_agreement SET date_to = '2026-12-30'
        WHERE state = 'running' AND date_to IS NOT NULL""",
    # cron_deliver_reviews
    """UPDATE kuaidi_review_sending SET date_delivered = NULL, attachment_id = NULL
        WHERE id IN (SELECT id FROM kuaidi_review_sending
                      WHERE date_reopened IS NULL ORDER BY id LIMIT 2)""",
    # cron_send_applications
    """UPDATE kuaidi_claim_mail SET state = 'waiting', error = NULL
        WHERE state = 'failed'""",
    # cron_escalate_late_bonds
    """UPDATE kuaidi_tender_bond
          SET date_return_due = '2026-12-01', date_deadline = '2026-12-01 16:00:00',
              date_escalated = NULL
        WHERE state = 'paid'""",
)


def prepare(template, registry):
    """Make the records of the database due, in place."""
    with contextlib.closing(psycopg2.connect(dbname=template)) as connection:
        with connection, connection.cursor() as cursor:
            for statement in DUE:
                cursor.execute(statement)
                if not cursor.rowcount:
                    raise RuntimeError(f"Nothing is due by {statement}")
    outcome = process.run(lambda: process.do_in_transaction(registry, _press_buttons))
    if not outcome.is_good:
        raise RuntimeError("The preparation failed; see the log.")
    with contextlib.closing(psycopg2.connect(dbname=template)) as connection:
        with connection, connection.cursor() as cursor:
            # A crash of the database server empties this table, in the template of all
            # nights too; that an import then asks for its file again is tested apart.
            cursor.execute("ALTER TABLE kuaidi_figure_import_row SET LOGGED")


def _press_buttons(env):
    tender = env["kuaidi.tender"].search([("state", "=", "preparing")], limit=1)
    tender.action_build_package()
    cases = env["kuaidi.collection.case"].search([("state", "=", "open")], limit=2)
    # in the background, as a large pack is
    env["kuaidi.evidence.pack"].create(
        [{"case_id": case.id, "user_id": env.uid} for case in cases]
    )
    env = _as_centre(env)
    accounts = env["kuaidi.key.account"].search([], order="id")
    content = "code,month,pieces\n" + "".join(
        f"{account.code},2026-10,{100 * number}\n"
        for number, account in enumerate(accounts, 1)
    )
    wizard = env["kuaidi.figure.import"].create(
        {"file": base64.b64encode(content.encode())}
    )
    wizard.action_read()
    while wizard.state == "reading":
        wizard.action_read_next()
    if not wizard.new_count + wizard.changed_count:
        raise RuntimeError(f"{wizard.bad_count} of the figures cannot be imported.")


def _as_centre(env):
    """Return the environment of the demo's customer relations centre."""
    return env(user=env["res.users"].search([("login", "=", "centre")]))


def import_figures(env):
    """Press the button on the list of figures that was read, unless it is done."""
    env = _as_centre(env)
    wizard = env["kuaidi.figure.import"].search([("state", "=", "ready")], limit=1)
    if wizard:
        # some of the clients are lost ones, which take no figures any more
        wizard.action_import_good()


def import_accounts(env):
    """Import a list of clients as core's import does, by external id."""
    env = _as_centre(env)
    rows = [
        [f"__import__.fault_{number}", f"Fault Client {number}", "True"]
        for number in range(60)
    ]
    partners = env["res.partner"].load(["id", "name", "is_company"], rows)
    rows = [
        [f"__import__.fault_account_{number}", partner_id, str(env.user.name)]
        for number, partner_id in enumerate(partners["ids"])
    ]
    header = ["id", "partner_id/.id", "manager_id"]
    result = env["kuaidi.key.account"].load(header, rows)
    if result["messages"]:
        raise RuntimeError(result["messages"])


IMPORTS = {"import of figures": import_figures, "import of accounts": import_accounts}
