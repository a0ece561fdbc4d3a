"""Makes clients with their key accounts: one by Odoo, the others by SQL."""

from datetime import date

import database
from dateutil.relativedelta import relativedelta

from odoo.fields import Command
from odoo.tools import SQL

MANAGERS = 20
# who sees all accounts; who may also read their entries; and who serves a tenth of
# them, as manager or deputy
CENTRE = "bench_centre"
HEAD = "bench_head"
MANAGER = "bench_manager_0"
# a client's number as its name and its code have it
NUMBER = SQL("lpad(clones.n::text, 7, '0')")


def make_users(env):
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


def make_partner(env):
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


def make_account(env, partner, users):
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
                    "date": date.today() - relativedelta(years=2),
                    "attachment_ids": [Command.link(attachment.id)],
                }
            )
        ]
    account.action_make_formal()
    for record in (partner, account):
        record.activity_schedule("mail.mail_activity_data_call", user_id=users[0].id)
    return account


def number_clients(cloner, partner, account, partners):
    """Give every client a number and its ids; the first is the one Odoo made.

    :param account: the first one's key account, or none where clients have none
    """
    next_account = SQL("nextval('kuaidi_key_account_id_seq')") if account else SQL("0")
    cloner.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE bench_client ON COMMIT DROP AS
            SELECT 1 AS n, %s AS partner_id, %s AS account_id
             UNION ALL
            SELECT n, nextval('res_partner_id_seq'), %s
              FROM generate_series(2, %s) AS series(n)
            """,
            partner.id,
            account.id if account else 0,
            next_account,
            partners,
        )
    )
    cloner.execute("CREATE INDEX ON bench_client (n)")
    cloner.execute("ANALYZE bench_client")


def clone_partners(cloner, env, partner):
    """Clone the client as a contact of core's."""
    name = SQL("'Client ' || %s", NUMBER)
    cloner.clone(
        "res_partner",
        partner.ids,
        SQL("bench_client clones"),
        {
            "id": SQL("clones.partner_id"),
            "commercial_partner_id": SQL("clones.partner_id"),
            "name": name,
            "complete_name": name,
            "industry_id": _choose_industry(env),
        },
        SQL("clones.n > 1"),
    )


def _choose_industry(env):
    industries = env["res.partner.industry"].search([]).ids
    return SQL("(%s::int[])[1 + clones.n %% %s]", industries, len(industries))


def clone_clients(cloner, env, partner, account, users):
    """Clone the client with its key account, team, onboarding and activities."""
    clone_partners(cloner, env, partner)
    clones = SQL("bench_client clones")
    rest = SQL("clones.n > 1")
    tenth = SQL("clones.n > 1 AND clones.n %% 10 = 0")
    partner_id, account_id = SQL("clones.partner_id"), SQL("clones.account_id")
    manager = SQL("(%s::int[])[1 + clones.n %% %s]", users.ids, MANAGERS)
    deputy = SQL("(%s::int[])[1 + (clones.n + 1) %% %s]", users.ids, MANAGERS)
    name = SQL("'Client ' || %s", NUMBER)
    cloner.clone(
        "kuaidi_key_account",
        account.ids,
        clones,
        {
            "id": account_id,
            "partner_id": partner_id,
            "industry_id": _choose_industry(env),
            "code": SQL("'C' || %s", NUMBER),
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
