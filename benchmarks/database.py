"""Opens benchmark databases, and never any other one."""

import contextlib
import hashlib
import pathlib
import shutil

from psycopg2 import sql

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules import get_module_path
from odoo.modules.registry import Registry
from odoo.tools import config

ROOT = pathlib.Path(__file__).resolve().parent.parent
PREFIX = "bench_"
COUNTRY = "base.cn"
CURRENCY = "base.CNY"
CHART = "cn"
ADDONS = ["kuaidi_key_account", "kuaidi_claims"]
CODE_KEY = "kuaidi_benchmark.code"


def configure(name):
    """Read Odoo's settings for the benchmark database ``name``.

    Odoo's own variables (``ODOO_RC``, ``PG*``) say where it finds its server.

    :raise SystemExit: if it is not a benchmark database
    """
    check_name(name)
    config.parse_config(
        ["--database", name, "--no-http", "--log-level", "warn"], setup_logging=True
    )


def check_name(name):
    """Refuse every database that is not for benchmarks.

    :raise SystemExit: if it is not a benchmark database
    """
    if not name.startswith(PREFIX) or name == PREFIX:
        raise SystemExit(
            f"{name} is no benchmark database. Choose a name that begins with {PREFIX}."
        )


def exists(name):
    """Tell whether the database is there."""
    with _maintenance_cursor() as cr:
        cr.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return bool(cr.fetchone())


def create(name):
    """Make an empty database, as the embedded server can: without extensions."""
    with _maintenance_cursor() as cr:
        cr.execute(
            sql.SQL(
                "CREATE DATABASE {} ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0"
            ).format(sql.Identifier(name))
        )


def copy(source, name):
    """Copy a database that nobody is connected to, with its files."""
    odoo.sql_db.close_db(source)
    with _maintenance_cursor() as cr:
        cr.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(source)
            )
        )
    shutil.copytree(
        config.filestore(source), config.filestore(name), dirs_exist_ok=True
    )


def drop(name):
    """Drop the database with its files, if it is there.

    :raise SystemExit: if it is not a benchmark database
    """
    check_name(name)
    odoo.sql_db.close_db(name)
    shutil.rmtree(config.filestore(name), ignore_errors=True)
    with _maintenance_cursor() as cr:
        cr.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(name)
            )
        )


def install(name, addons=ADDONS):
    """Install addons without demo data, for a Chinese company."""
    registry = Registry.new(name, update_module=True, install_modules=["base"])
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        currency = env.ref(CURRENCY)
        currency.active = True
        # before the addons are there: their set-up follows the country and currency
        env.ref("base.main_company").write(
            {"country_id": env.ref(COUNTRY).id, "currency_id": currency.id}
        )
    registry = Registry.new(name, update_module=True, install_modules=addons)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        company = env.ref("base.main_company")
        if company.chart_template != CHART:
            env["account.chart.template"].try_loading(CHART, company)
        env.ref("base.user_admin").tz = "Asia/Shanghai"
        env["ir.config_parameter"].set_param(CODE_KEY, _get_fingerprint())
    return registry


def open_current(name):
    """Return the registry of a database, upgraded first if an addon has changed."""
    code = _get_fingerprint()
    with contextlib.closing(odoo.sql_db.db_connect(name).cursor()) as cr:
        cr.execute("SELECT value FROM ir_config_parameter WHERE key = %s", [CODE_KEY])
        if (code,) in cr.fetchall():
            return Registry(name)
    registry = Registry.new(
        name, update_module=True, install_modules=ADDONS, upgrade_modules=ADDONS
    )
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["ir.config_parameter"].set_param(CODE_KEY, code)
    return registry


def _get_fingerprint():
    """Return a digest of what the addons put into a database."""
    digest = hashlib.sha256()
    for addon in ADDONS:
        root = pathlib.Path(get_module_path(addon))
        for path in sorted(root.rglob("*")):
            parts = path.relative_to(root).parts
            if path.is_file() and not {"tests", "static", "__pycache__"} & set(parts):
                digest.update(str(parts).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def environment(registry, uid=SUPERUSER_ID, commit=False):
    """Yield a fresh environment; what happens in it is undone unless ``commit``."""
    with contextlib.closing(registry.cursor()) as cr:
        env = api.Environment(cr, uid, {})
        yield env
        if commit:
            env.flush_all()
            cr.commit()


def vacuum(name, *tables):
    """Clean up after writing, and let PostgreSQL know what the tables hold."""
    with contextlib.closing(odoo.sql_db.db_connect(name).cursor()) as cr:
        # VACUUM works outside a transaction only
        cr._cnx.autocommit = True
        for table in tables or [None]:
            cr.execute(
                sql.SQL("VACUUM ANALYZE {}").format(
                    sql.Identifier(table) if table else sql.SQL("")
                )
            )


@contextlib.contextmanager
def _maintenance_cursor():
    with contextlib.closing(odoo.sql_db.db_connect("postgres").cursor()) as cr:
        # databases are made and dropped outside a transaction only
        cr._cnx.autocommit = True
        yield cr
