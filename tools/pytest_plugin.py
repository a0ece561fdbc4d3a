"""A plugin of pytest: the true time, and pages that are ready for the tours."""

import freezegun
import pytest

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

from . import parts

# What the pages of the back office load.
SCRIPTS = (
    "web.assets_web",
    "web.assets_tests",
    "web.assets_emoji",
    "web.chartjs_lib",
    "bus.websocket_worker_assets",
)
STYLES = ("web.assets_web", "web.assets_web_print")

# Durations come from the real clock, whatever a test freezes. freezegun by itself
# leaves alone only the place where older versions of pytest read the clock.
freezegun.configure(extend_ignore_list=["_pytest.timing"])


@pytest.fixture(scope="session", autouse=True)
def bundles(request, load_registry):
    """Make the scripts and styles of the pages once, if there is a tour to come.

    Each tour would make them anew, as its transaction is rolled back. Odoo's own runner
    does the same, for four times as many bundles.
    """
    paths = {item.path for item in request.session.items}
    if not any(parts.uses_browser(path) for path in paths):
        return
    with Registry(get_db_name()).cursor() as cr:
        pages = api.Environment(cr, SUPERUSER_ID, {})["ir.qweb"]
        for name in SCRIPTS:
            pages._get_asset_bundle(name, css=False, js=True).js()
        for name in STYLES:
            pages._get_asset_bundle(name, css=True, js=False).css()
