"""Lays in what people open under real load, and the people, for good.

A database is prepared once; the passwords are new with every load.
"""

import dataclasses
import secrets
from datetime import timedelta

from clone import Cloner
from load import get_load_date

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

PREPARED_KEY = "kuaidi_benchmark.live"
PRODUCT, CORE = "product", "core"
# how many of the thirty users work as what
ROLES = {
    "manager": 8,
    "sales": 5,
    "finance": 4,
    "centre": 4,
    "claims": 4,
    "portal": 5,
}
GROUPS = {
    "manager": "kuaidi_key_account.group_account_manager",
    "sales": "kuaidi_key_account.group_sales",
    "finance": "kuaidi_key_account.group_finance",
    "centre": "kuaidi_key_account.group_crm_centre",
    "claims": "kuaidi_claims.group_claims_officer",
    "portal": "base.group_portal",
    "core": "sales_team.group_sale_salesman_all_leads",
}
# clients whose last month has a statement
STATEMENTS = 2_000


@dataclasses.dataclass
class User:
    """Somebody who works with the product, and in turns with core's own pages."""

    role: str
    # by side, as both need roles of their own
    logins: dict
    uids: dict
    password: str


def prepare(env):
    """Lay in leads, claims, complaints, contracts and what follows of them."""
    parameters = env["ir.config_parameter"]
    if parameters.get_param(PREPARED_KEY):
        return
    cloner = Cloner(env.cr)
    account = env["kuaidi.key.account"].search([], order="id", limit=1)
    env.cr.execute(
        """
        CREATE TEMPORARY TABLE bench_live ON COMMIT DROP AS
        SELECT id AS account_id, partner_id, manager_id,
               row_number() OVER (ORDER BY id) AS n
          FROM kuaidi_key_account
        """
    )
    _clone_leads(env, cloner, account)
    _clone_claims(env, cloner, account)
    _clone_complaints(env, cloner, account)
    _clone_contracts(env, cloner, account)
    env.cr.execute("ANALYZE")
    env.invalidate_all()
    day = get_load_date(env)
    env["kuaidi.renewal"]._open_due(date=day)
    env["kuaidi.collection.case"]._update_cases(date=day)
    last = day.replace(day=1) - timedelta(days=1)
    accounts = env["kuaidi.key.account"].search([], order="id", limit=STATEMENTS)
    env["kuaidi.statement"]._generate(accounts, last.replace(day=1), last)
    parameters.set_param(PREPARED_KEY, "1")


def make_users(env):
    """Return thirty users of all roles, made where they are not there."""
    password = secrets.token_urlsafe(16)
    users = []
    for role, count in ROLES.items():
        for number in range(count):
            logins = {PRODUCT: f"live_{role}_{number}"}
            logins[CORE] = logins[PRODUCT]
            if role != "portal":
                logins[CORE] = f"live_core_{role}_{number}"
            uids = {
                side: _make_user(env, login, role if side == PRODUCT else "core").id
                for side, login in logins.items()
            }
            users.append(User(role, logins, uids, password))
    _move_to_clients(env, [user for user in users if user.role == "portal"])
    _share_clients(env, [user for user in users if user.role in ("manager", "sales")])
    # one hash will do for all
    first = env["res.users"].browse(users[0].uids[PRODUCT])
    first.password = password
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            UPDATE res_users
               SET password = (SELECT password FROM res_users WHERE id = %s)
             WHERE id = ANY(%s)
            """,
            first.id,
            [uid for user in users for uid in user.uids.values()],
        )
    )
    return users


def _make_user(env, login, role):
    user = env["res.users"].search([("login", "=", login)])
    if user:
        return user
    groups = env.ref(GROUPS["portal"] if "portal" in login else GROUPS[role])
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": login,
                "login": login,
                "tz": "Asia/Shanghai",
                "company_id": env.company.id,
                "group_ids": [Command.set(groups.ids)],
            }
        )
    )


def _move_to_clients(env, users):
    """Let portal users belong to the first clients, who have most to show."""
    accounts = env["kuaidi.key.account"].search([], order="id", limit=len(users))
    for user, account in zip(users, accounts, strict=True):
        partner = env["res.users"].browse(user.uids[PRODUCT]).partner_id
        partner.parent_id = account.partner_id


def _share_clients(env, users):
    """Give managers and salespeople clients of their own, about a hundred each."""
    for position, user in enumerate(users):
        env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_key_account
                   SET manager_id = %s
                 WHERE id / 10 %% %s = %s
                """,
                user.uids[PRODUCT],
                max(len(users), env["kuaidi.key.account"].search_count([]) // 100),
                position,
            )
        )
    env.invalidate_all()


def _clone_leads(env, cloner, account):
    stages = env["crm.stage"].search([]).ids
    lead = env["crm.lead"].create(
        {
            "name": "Opportunity",
            "type": "opportunity",
            "partner_id": account.partner_id.id,
            "user_id": account.manager_id.id,
            "expected_revenue": 1000,
        }
    )
    env.flush_all()
    cloner.clone(
        "crm_lead",
        lead.ids,
        SQL("bench_live clones"),
        {
            "name": SQL("'Opportunity ' || clones.n"),
            "partner_id": SQL("clones.partner_id"),
            "user_id": SQL("clones.manager_id"),
            "stage_id": SQL("(%s::int[])[1 + clones.n %% %s]", stages, len(stages)),
        },
    )


def _clone_claims(env, cloner, account):
    """Clone two claims for every client: an open one with its clocks, a filed one."""
    claim = env["kuaidi.claim"].create(
        {
            "account_id": account.id,
            "type": "damage",
            "waybill_number": "LIVE",
            "amount_claimed": 900,
            "description": "The door is bent.",
        }
    )
    env.flush_all()
    cloner.execute(
        """
        CREATE TEMPORARY TABLE bench_live_claim ON COMMIT DROP AS
        SELECT nextval('kuaidi_claim_id_seq') AS id, bench_live.*, number,
               number = 1 AS is_open
          FROM bench_live
         CROSS JOIN generate_series(1, 2) number
        """
    )
    name = SQL("'L' || clones.n || '-' || clones.number")
    called = SQL("template.date_called - clones.n %% 700 * interval '1 day'")
    cloner.clone(
        "kuaidi_claim",
        claim.ids,
        SQL("bench_live_claim clones"),
        {
            "id": SQL("clones.id"),
            "number": name,
            "waybill_number": name,
            "account_id": SQL("clones.account_id"),
            "partner_id": SQL("clones.partner_id"),
            "state": SQL("CASE WHEN is_open THEN template.state ELSE 'filed' END"),
            "date_called": SQL(
                "CASE WHEN is_open THEN template.date_called ELSE %s END", called
            ),
            "amount_paid": SQL("CASE WHEN is_open THEN NULL ELSE 640 END"),
        },
    )
    cloner.clone(
        "kuaidi_claim_clock",
        claim.clock_ids.ids,
        SQL("bench_live_claim clones"),
        {"claim_id": SQL("clones.id")},
        SQL("clones.is_open"),
    )


def _clone_complaints(env, cloner, account):
    """Clone a complaint for every fifth client."""
    complaint = env["kuaidi.complaint"].create(
        {
            "account_id": account.id,
            "type_id": env.ref("kuaidi_claims.complaint_type_delay").id,
            "channel": "hotline",
            "description": "The parcel is late.",
        }
    )
    env.flush_all()
    cloner.clone(
        "kuaidi_complaint",
        complaint.ids,
        SQL("bench_live clones"),
        {
            "number": SQL("'L' || clones.n"),
            "account_id": SQL("clones.account_id"),
            "partner_id": SQL("clones.partner_id"),
        },
        SQL("clones.n %% 5 = 0"),
    )


def _clone_contracts(env, cloner, account):
    """Clone a contract in force for every fourth client."""
    today = fields.Date.context_today(env.user)
    contract = env["kuaidi.contract"].create(
        {
            "account_id": account.id,
            "state": "running",
            "date_from": today - timedelta(days=300),
            "date_to": today + timedelta(days=30),
            "notice_days": 30,
        }
    )
    env.flush_all()
    spread = SQL("clones.n %% 300 * interval '1 day'")
    cloner.clone(
        "kuaidi_contract",
        contract.ids,
        SQL("bench_live clones"),
        {
            "number": SQL("'L' || clones.n"),
            "account_id": SQL("clones.account_id"),
            "manager_id": SQL("clones.manager_id"),
            "date_to": SQL("template.date_to + %s", spread),
            "date_notice": SQL("template.date_notice + %s", spread),
        },
        SQL("clones.n %% 4 = 0"),
    )
