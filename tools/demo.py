"""The demo database: made under another name, so that it is whole or not there."""

import hashlib
import sys

from . import console, databases, odoo, places

# One user per role; the demo data gives each its login as password.
LOGINS = (
    ("manager", "客户经理", "account manager"),
    ("sales", "营销", "sales"),
    ("finance", "财务", "finance"),
    ("centre", "客户关系管理中心", "customer relations centre"),
    ("officer", "理赔专员", "claims officer"),
    ("claims", "理赔主管", "claims manager"),
    ("client", "客户", "a client, in the portal"),
    ("admin", "系统管理员", "administrator"),
)
LOG = "demo.log"
MARK = "kuaidi demo "


def fingerprint():
    """Return a digest of what the addons hold, apart from their tests."""
    digest = hashlib.sha256()
    for path in sorted(places.ADDONS.rglob("*")):
        parts = path.relative_to(places.ADDONS).parts
        if path.is_file() and not {"tests", "__pycache__", "readme"} & set(parts):
            digest.update(str(parts).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def make(name, variables):
    """Make a fresh demo database in place of the one of that name."""
    partial = f"{name}-partial"
    mark = MARK + fingerprint()
    with places.locked(
        places.STATE / "demo.lock",
        waiting=lambda: console.say("Another demo database is being made; waiting."),
    ):
        databases.create(variables, partial)
        log = places.LOGS / LOG
        log.unlink(missing_ok=True)
        with console.step(f"Making the demo database {name} (about two minutes)"):
            console.run_logged(
                [sys.executable, "-W", "ignore", "-m", "tools.demo_database", partial],
                LOG,
                "The demo database could not be made; correct what the lines above"
                " say and run it again.",
                cwd=places.ROOT,
                env=odoo.environment(variables),
            )
        databases.rename(variables, partial, name)
        databases.set_comment(variables, name, mark)


def ensure(name, variables):
    """Make the demo database if it is not there, or upgrade it to the addons."""
    comment = databases.comment(variables, name)
    if comment is None:
        make(name, variables)
    elif not comment.startswith(MARK):
        raise console.Failure(
            f"The database {name} was not made by this command. Choose another name"
            f" with DB=..., or replace it with `make demo DB={name}`."
        )
    elif comment != MARK + fingerprint():
        mark = MARK + fingerprint()
        addons = ",".join(places.addon_names())
        options = ["--database", name, "--init", addons, "--update", addons]
        odoo.run(
            f"Upgrading the database {name} to the changed addons",
            [*options, "--no-http", "--stop-after-init"],
            "upgrade.log",
            variables,
        )
        databases.set_comment(variables, name, mark)
