"""Opens the screens of core in a database, as its administrator would.

Runs as a process of its own: `python -m tools.core_forms DATABASE`.
"""

import sys

from odoo import api
from odoo.modules.registry import Registry
from odoo.tests import Form
from odoo.tools import config

# (model, field to fill in, value), for those whose form is also saved
SAVED = (
    ("res.partner", "name", "Client"),
    ("crm.lead", "name", "Opportunity"),
    ("calendar.event", "name", "Meeting"),
)
OPENED = (
    "account.journal",
    "account.move",
    "account.payment",
    "calendar.event",
    "crm.lead",
    "crm.team",
    "product.template",
    "res.company",
    "res.config.settings",
    "res.partner",
    "res.users",
    "tier.definition",
)
KINDS = ("form", "list", "kanban", "search")


def check(database):
    """Open every screen, save the usual records, and roll back.

    :raise Exception: whatever a screen raises
    """
    config.parse_config(["--database", database, "--no-http"], setup_logging=True)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, 2, {})
        for name in OPENED:
            for kind in KINDS:
                env[name].get_view(view_type=kind)
            record = env[name].search([], limit=1)
            fields = env[name].get_view(view_type="form")["models"][name]
            record.web_read({field: {} for field in fields})
        for name, field, value in SAVED:
            with Form(env[name]) as form:
                form[field] = value
        env["ir.ui.menu"].load_menus(False)
        for menu in env["ir.ui.menu"].search([]):
            if menu.action:
                menu.action.read()
        cr.rollback()


if __name__ == "__main__":
    check(sys.argv[1])
