"""Users who keep asking while the database server goes down and comes back."""

import contextlib
import os
import select
import time

import psycopg2

from odoo import api

from . import process

LOGINS = ("manager", "finance", "centre")
MODELS = ("kuaidi.key.account", "res.partner", "mail.activity")
PAUSE = 0.2


@contextlib.contextmanager
def at_work(registry):
    """Let some users of the demo ask, each by a process of its own.

    :return: a list that is filled at the end: {"asked", "failed", "is_served"} of each
    """
    reader, writer = os.pipe()

    def begin(login):
        def visit():
            # else the pipe stays open until this very process ends
            os.close(writer)
            return _visit(registry, login, reader)

        return process.start(visit)

    started = [begin(login) for login in LOGINS]
    values = []
    try:
        yield values
    finally:
        os.close(writer)
        os.close(reader)
        values += [process.wait(*child).value for child in started]


def _visit(registry, login, end):
    """Ask until the other end of the pipe is closed.

    :return: how often, how often in vain, and whether the last time was answered
    """
    asked, failed, is_served = 0, 0, False
    while not select.select([end], [], [], 0)[0]:
        is_served = _ask(registry, login, MODELS[asked % len(MODELS)])
        asked += 1
        failed += not is_served
        time.sleep(PAUSE)
    return {"asked": asked, "failed": failed, "is_served": is_served}


def _ask(registry, login, model):
    """Read a list as a request does; a request that fails may be sent again."""
    try:
        with registry.cursor() as cr:
            user = api.Environment(cr, api.SUPERUSER_ID, {})["res.users"].search(
                [("login", "=", login)]
            )
            records = api.Environment(cr, user.id, {})[model].search([], limit=20)
            records.mapped("display_name")
    except psycopg2.Error:
        return False
    return True
