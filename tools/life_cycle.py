"""Installs, uninstalls and upgrades the addons, and tells what remains or is lost.

Each step is a process of Odoo of its own. The structure and the rows of the database
after an uninstallation are compared with those before the installation; after each
step the forms of core are opened. Ends with status 1 where something differs.
"""

import json

from psycopg2 import sql

from . import console, contents, databases, odoo, places

BASE = "life-cycle-base"
RUN = "life-cycle"
REPORT = "life_cycle.jsonl"
MOST_SHOWN = 40
KEY_ACCOUNT = "kuaidi_key_account"
CLAIMS = "kuaidi_claims"
BOTH = (KEY_ACCOUNT, CLAIMS)
INSTALL, UNINSTALL = "install", "uninstall"
# Installing the claims brings the key accounts along, and uninstalling the key
# accounts takes the claims along: so each addon is alone once, and both come and go
# in both orders.
WAYS = {
    "key accounts alone": (
        (INSTALL, KEY_ACCOUNT),
        (UNINSTALL, KEY_ACCOUNT),
        (INSTALL, KEY_ACCOUNT),
    ),
    "claims first": (
        (INSTALL, CLAIMS),
        (UNINSTALL, CLAIMS),
        (INSTALL, CLAIMS),
        (UNINSTALL, KEY_ACCOUNT),
        (INSTALL, CLAIMS),
    ),
    "key accounts first": (
        (INSTALL, KEY_ACCOUNT),
        (INSTALL, CLAIMS),
        (UNINSTALL, *BOTH),
        (INSTALL, *BOTH),
    ),
    "claims go first": (
        (INSTALL, *BOTH),
        (UNINSTALL, CLAIMS),
        (UNINSTALL, KEY_ACCOUNT),
    ),
}
# Odoo rewrites these as it goes; they are the same to whoever uses the database.
REWRITTEN = {
    "ir_attachment": ("store_fname", "url", "name", "checksum", "file_size"),
    "ir_config_parameter": ("value",),
    "ir_cron": ("nextcall", "lastcall"),
    "ir_module_module": ("state", "latest_version", "demo"),
    "res_users": ("login_date",),
}
# Odoo keeps these after the uninstallation of any addon: the list of known addons, and
# its own notes on what other addons gave to models that are gone.
NOTES = frozenset(
    {
        "ir_model_constraint",
        "ir_model_data",
        "ir_module_module",
        "ir_module_module_dependency",
    }
)


def run(variables, demo=None):
    """Go all ways on empty databases, then both addons' way out of ``demo``.

    :param demo: the database with demo data, left alone: its copy is worked on
    :raise console.Failure: if anything differs
    """
    path = places.LOGS / REPORT
    path.unlink(missing_ok=True)
    _make_base(variables)
    count = 0
    if demo:
        count += _tell(path, _leave(variables, demo))
        count += _tell(path, _upgrade(variables, demo))
    for name, steps in WAYS.items():
        count += _tell(path, _go(variables, name, steps))
    databases.drop(variables, RUN)
    if count:
        raise console.Failure(f"{count} faults. (All of them: {path})")
    console.say(f"{len(WAYS)} ways, nothing remains and nothing is lost.")


def _tell(path, faults):
    """Show the first faults, add all of them to the report, and count them."""
    for fault in faults[:MOST_SHOWN]:
        console.say(f"  {fault}")
    with open(path, "a", encoding="utf-8") as file:
        file.writelines(
            f"{json.dumps(fault, ensure_ascii=False)}\n" for fault in faults
        )
    return len(faults)


def _make_base(variables):
    if databases.comment(variables, BASE) is None:
        databases.create(variables, BASE)
        needed = ("l10n_cn", *places.dependencies())
        options = ["--database", BASE, "--init", ",".join(needed), "--no-http"]
        odoo.run(
            "Installing what the addons depend on",
            [*options, "--load-language", "zh_CN", "--stop-after-init"],
            "life_cycle.log",
            variables,
        )


def _go(variables, name, steps):
    """Go one way; what is installed decides what the database must hold."""
    databases.clone(variables, BASE, RUN)
    faults = []
    seen = {frozenset(): _look()}
    installed = set()
    for action, *addons in steps:
        _step(variables, action, addons)
        if action == INSTALL:
            installed |= {*addons, KEY_ACCOUNT}
        else:
            installed -= set(BOTH if KEY_ACCOUNT in addons else addons)
        where = f"{name}, after {action} {' '.join(addons)}"
        found = _look()
        before = seen.setdefault(frozenset(installed), found)
        if before is not found:
            faults += _compare(where, before, found, rows=not installed)
        if action == UNINSTALL:
            faults += _open_forms(variables, where)
    return faults


def _step(variables, action, addons):
    odoo.run(
        f"{action.capitalize()}ing {' and '.join(addons)}",
        ["module", action, "--database", RUN, *addons],
        f"life_cycle_{action}.log",
        variables,
    )


def _look():
    with contents.connected(RUN) as cursor:
        return contents.structure(cursor), contents.read(cursor)


def _compare(where, before, after, rows):
    faults = [f"{where}: remains {name}" for name in sorted(after[0] - before[0])]
    faults += [f"{where}: lacks {name}" for name in sorted(before[0] - after[0])]
    if not rows:
        return faults
    for table, changes in contents.differences(before[1], after[1]).items():
        if table in NOTES:
            continue
        hidden = REWRITTEN.get(table, ())
        for word in ("added", "lost"):
            faults += [
                f"{where}: {table} {word} {_show(row)}"
                for row in changes[word]
                if not _is_bundle(table, row)
            ]
        for old, new in changes["changed"]:
            names = [
                key
                for key in old
                if key in new and old[key] != new[key] and key not in hidden
            ]
            if names and not _is_bundle(table, new):
                told = {key: (old[key], new[key]) for key in names}
                faults.append(f"{where}: {table} {new.get('id')} changed {_show(told)}")
    return faults


def _is_bundle(table, row):
    """Scripts and styles of pages are made anew where they are missing."""
    return table == "ir_attachment" and (row["url"] or "").startswith("/web/assets/")


def _show(values):
    return json.dumps(values, ensure_ascii=False, default=str)[:300]


def _open_forms(variables, where):
    try:
        odoo.run_module("tools.core_forms", RUN, "core_forms.log", variables)
    except console.Failure as failure:
        return [f"{where}: {failure}"]
    return []


def _leave(variables, demo):
    """Uninstall both addons from a database with data: core keeps all of its own."""
    databases.clone(variables, demo, RUN)
    faults = []
    for addon in reversed(BOTH):
        before = _look()
        _step(variables, UNINSTALL, [addon])
        after = _look()
        ours = set(before[1]) - set(after[1])
        for table, changes in contents.differences(before[1], after[1]).items():
            if table not in ours and changes["lost"]:
                rows = changes["lost"]
                console.say(f"  {addon}: {table} lost {len(rows)} {_show(rows[0])}")
        faults += _open_forms(variables, f"demo, after uninstall {addon}")
    return faults + _orphans()


def _orphans():
    """Tell of rows that point at a model that is gone."""
    with contents.connected(RUN) as cursor:
        cursor.execute(
            """
            SELECT table_name, column_name FROM information_schema.columns
             WHERE table_schema = 'public' AND data_type IN ('character varying','text')
               AND column_name IN ('model', 'res_model', 'model_name', 'parent_model')
            """
        )
        faults = []
        for table, column in cursor.fetchall():
            cursor.execute(
                sql.SQL(
                    "SELECT {column}, count(*) FROM {table}"
                    " WHERE {column} LIKE 'kuaidi.%%' GROUP BY {column}"
                ).format(
                    table=sql.Identifier(table),
                    column=sql.Identifier(column),
                ),
                [],
            )
            faults += [
                f"demo: {count} rows of {table} belong to {model}, which is gone"
                for model, count in cursor.fetchall()
            ]
        return faults


def _upgrade(variables, demo):
    """Update both addons twice: nothing is lost, the second time nothing happens."""
    databases.clone(variables, demo, RUN)
    faults = []
    for number in range(2):
        before, written = _look()[1], _versions()
        options = ["--database", RUN, "--update", ",".join(BOTH), "--no-http"]
        odoo.run(
            f"Updating both addons, time {number + 1}",
            [*options, "--stop-after-init"],
            "life_cycle_update.log",
            variables,
        )
        after, rewritten = _look()[1], _versions()
        where = f"update {number + 1}"
        for table in sorted(set(written) | set(rewritten)):
            old, new = written.get(table, []), rewritten.get(table, [])
            if len(old) != len(new):
                faults.append(f"{where}: {table} {len(old)} -> {len(new)} rows")
            elif number and old != new:
                # catalogues: Odoo loads the translations anew, over the same values
                count = len(set(new) - set(old))
                console.say(f"  {where}: {table}, {count} rows written again")
        faults += _compare(where, _without_system(before), _without_system(after), True)
    return faults


def _without_system(rows):
    """Leave out what describes the addons themselves, which an update is for."""
    return set(), {table: rows[table] for table in rows if not table.startswith("ir_")}


def _versions():
    with contents.connected(RUN) as cursor:
        return contents.versions(cursor, "kuaidi_")
