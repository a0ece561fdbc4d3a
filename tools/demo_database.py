"""Fills an empty database: a Chinese company, our addons, and their demo data.

Runs as a process of its own: `python -m tools.demo_database NAME`.

Odoo's own `--with-demo` would bring every other addon's samples as well (a company
in the United States, made-up contacts). So only the files under the key `demo` of
our manifests are loaded, in the order of dependency, once the company has its
country, currency and chart of accounts. An error in them ends the process.
"""

import sys

from odoo import SUPERUSER_ID, api
from odoo.modules import loading
from odoo.modules.module_graph import ModuleGraph
from odoo.modules.registry import Registry
from odoo.tools import config

from . import places

LANGUAGE = "zh_CN"
COUNTRY = "base.cn"
CURRENCY = "base.CNY"
CHART = "cn"
LOCALISATION = "l10n_cn"
TIME_ZONE = "Asia/Shanghai"


def fill(name):
    """Install and load everything into the empty database ``name``."""
    options = ["--database", name, "--no-http", "--load-language", LANGUAGE]
    config.parse_config(options, setup_logging=True)
    registry = Registry.new(name, update_module=True, install_modules=["base"])
    with registry.cursor() as cr:
        _prepare_company(api.Environment(cr, SUPERUSER_ID, {}))
    addons = places.addon_names()
    registry = Registry.new(
        name, update_module=True, install_modules=[LOCALISATION, *addons]
    )
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        _prepare_accounting(env)
        _load_demo(env, addons)


def _prepare_company(env):
    """Before any addon is there: its set-up follows the country and currency."""
    currency = env.ref(CURRENCY)
    currency.active = True
    env.ref("base.main_company").write(
        {"country_id": env.ref(COUNTRY).id, "currency_id": currency.id}
    )
    for user in env.ref("base.user_root") | env.ref("base.user_admin"):
        user.write({"lang": LANGUAGE, "tz": TIME_ZONE})
    env["ir.default"].set("res.partner", "lang", LANGUAGE)
    env["ir.default"].set("res.partner", "tz", TIME_ZONE)


def _prepare_accounting(env):
    company = env.ref("base.main_company")
    if company.chart_template != CHART:
        env["account.chart.template"].try_loading(CHART, company)
    env.ref("base.USD").active = False
    env.ref("base.EUR").active = False
    # This one calls Odoo's makers, who need not know of a demonstration.
    notification = env.ref(
        "mail.ir_cron_module_update_notification", raise_if_not_found=False
    )
    if notification:
        notification.active = False


def _load_demo(env, addons):
    env.flush_all()
    installed = env["ir.module.module"].search([("state", "=", "installed")])
    graph = ModuleGraph(env.cr, mode="load")
    graph.extend(installed.mapped("name"))
    for package in graph:
        if package.name in addons:
            loading.load_data(env, {}, "init", kind="demo", package=package)
    installed.filtered(lambda module: module.name in addons).demo = True


if __name__ == "__main__":
    fill(sys.argv[1])
