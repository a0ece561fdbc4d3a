"""Claiming what is due for reminding, beside the OCA's account_credit_control."""

import dataclasses

import database
import dunning
from measure import Comparison, Mark, Path, measure

from odoo.modules.registry import Registry

ADDON = "account_credit_control"
# P9
TIMES_FASTER = 20
WRITTEN = ("kuaidi_dunning_notice", "credit_control_line", "credit_control_run")


def run_credit_control(bench):
    """Compare both on one copy of the database, as the addon changes core's models."""
    name = f"{bench.database}_credit_control"
    database.drop(name)
    database.copy(bench.database, name)
    try:
        registry = Registry.new(name, update_module=True, install_modules=[ADDON])
        yield _compare(dataclasses.replace(bench, database=name, registry=registry))
    finally:
        database.drop(name)


def _compare(bench):
    timings = measure(
        bench,
        [
            Path(ADDON, _claim_by_oca, _count_lines, _prepare_run),
            Path("product", dunning.claim, _count_notices, dunning.prepare),
        ],
        vacuum=WRITTEN,
    )
    return Comparison(
        "credit_control",
        "Claiming all that is due, beside account_credit_control",
        timings,
        [
            Mark(
                "times faster per item",
                _get_seconds_per_item(timings[ADDON])
                / _get_seconds_per_item(timings["product"]),
                TIMES_FASTER,
                at_least=True,
            )
        ],
        floor=ADDON,
        is_growing=False,
        written=WRITTEN,
    )


def _get_seconds_per_item(timing):
    (items,) = timing.values.values()
    return timing.median / items


def _prepare_run(env):
    """Return a run of the addon's own policy of three steps, on the product's day."""
    task = dunning.prepare(env)
    policy = env.ref(f"{ADDON}.credit_control_3_time")
    policy.account_ids = env["account.account"].search(
        [("account_type", "=", "asset_receivable")]
    )
    task.company.credit_policy_id = policy
    return env["credit.control.run"].create(
        {"date": task.day, "policy_ids": policy.ids, "company_id": task.company.id}
    )


def _claim_by_oca(env, credit_run):
    credit_run.generate_credit_lines()
    return credit_run


def _count_lines(env, credit_run):
    return {"lines": _count(env, "credit.control.line")}


def _count_notices(env, task):
    return {"notices": _count(env, "kuaidi.dunning.notice")}


def _count(env, model):
    count = env[model].search_count([])
    if not count:
        raise SystemExit("Nothing is due. Drop the database to load it anew.")
    return count
