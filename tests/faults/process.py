"""Processes of a server that die at a chosen statement.

The parent has loaded the registry and holds no connection; each child is forked from
it, as the workers of a server are from theirs.
"""

import contextlib
import json
import logging
import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass

import psycopg2
from psycopg2 import sql

from odoo import SUPERUSER_ID, api, sql_db

from odoo.addons.base.models.ir_cron import IrCron

from tools import postgres

_logger = logging.getLogger(__name__)

KILL = "kill"
TERMINATE = "terminate"
TWICE = "twice"
# the whole database server goes down in this way, and comes back
RESTARTS = (FAST, IMMEDIATE) = ("fast", "immediate")
FAULTS = (KILL, TERMINATE, TWICE, *RESTARTS)
# the process does not go on by itself
HANG = "hang"
# whether a fault that strikes one of several processes waits, may strike, or has
OFF, ON, STRUCK = range(3)
# A job that is still not done after so many turns never will be.
TURNS = 30


@dataclass(frozen=True)
class Fault:
    """What happens at which statement of a process, counted from 1."""

    kind: str
    number: int
    is_after: bool = False

    def strike(self, cursor):
        """Kill or stop this process, or end the session that the server has for it."""
        if self.kind == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.kind in RESTARTS:
            postgres.restart(self.kind)
            return
        while self.kind == HANG:
            time.sleep(1)
        with contextlib.closing(psycopg2.connect(dbname=cursor.dbname)) as other:
            other.autocommit = True
            with other.cursor() as killer:
                killer.execute(
                    "SELECT pg_terminate_backend(%s)",
                    [cursor._cnx.info.backend_pid],
                )


class Counter:
    """Counts the statements and commits of this process, and strikes at one.

    With a ``state`` that several processes share, statements count while it is on, and
    one of the processes is struck.
    """

    def __init__(self, fault=None, state=None):
        self.count = 0
        self.fault = fault
        self.state = state

    def arm(self):
        for name in ("execute", "commit"):
            original = getattr(sql_db.Cursor, name)
            setattr(sql_db.Cursor, name, self._wrap(original))

    def _wrap(self, original):
        counter = self

        def counted(cursor, *args, **kwargs):
            if counter.state and counter.state.value != ON:
                return original(cursor, *args, **kwargs)
            counter.count += 1
            fault = counter.fault
            is_now = fault and counter.count == fault.number
            if is_now and counter.state:
                counter.state.value = STRUCK
            if is_now and not fault.is_after:
                fault.strike(cursor)
            result = original(cursor, *args, **kwargs)
            if is_now and fault.is_after:
                fault.strike(cursor)
            return result

        return counted


@dataclass(frozen=True)
class Outcome:
    """How a process ended: by itself or killed, and after how many statements."""

    status: int
    count: int
    value: object = None

    @property
    def is_good(self):
        return self.status == 0


def start(work, fault=None, barrier=None):
    """Fork a process that does ``work(registry's environment maker)``.

    :param barrier: a file descriptor; the process begins when it can read a byte
    :return: (process id, file that its outcome is written to)
    """
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        name = file.name
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid, name
    status = 1
    try:
        counter = Counter(fault)
        if barrier is not None:
            os.read(barrier, 1)
        counter.arm()
        value = work()
        with open(name, "w") as file:
            json.dump([counter.count, value], file, default=str)
        status = 0
    except BaseException:
        _logger.info("The process ends with an error", exc_info=True)
    finally:
        os._exit(status)


def wait(pid, name):
    """Return the outcome of a process."""
    _pid, status = os.waitpid(pid, 0)
    with open(name) as file:
        text = file.read()
    os.unlink(name)
    count, value = json.loads(text) if text else (0, None)
    return Outcome(status, count, value)


def run(work, fault=None):
    """Do the work in a process of its own, to its end."""
    return wait(*start(work, fault))


def run_together(works):
    """Do several works at the same moment, each in a process of its own."""
    reader, writer = os.pipe()
    started = [start(work, barrier=reader) for work in works]
    os.write(writer, b"x" * len(works))
    outcomes = [wait(*child) for child in started]
    os.close(reader)
    os.close(writer)
    return outcomes


def do_job(registry, job_id):
    """Do a scheduled job as the server does, until it is not due any more."""
    for _turn in range(TURNS):
        with sql_db.db_connect(registry.db_name).cursor() as cr:
            due = {job["id"] for job in IrCron._get_all_ready_jobs(cr)}
            if job_id not in due:
                return
            IrCron._process_jobs_loop(cr, job_ids=[job_id])
    raise RuntimeError(f"Job {job_id} does not end.")


def call_job(registry, job_id):
    """Call what a scheduled job calls, past the lock that keeps a job to one worker."""
    do_in_transaction(
        registry,
        lambda env: env["ir.cron"].browse(job_id).ir_actions_server_id.run(),
    )


def do_in_transaction(registry, function):
    """Call ``function(env)`` and commit."""
    with registry.cursor() as cr:
        value = function(api.Environment(cr, SUPERUSER_ID, {}))
    return value


def clone(source, name):
    """Copy a database that nobody is connected to, in place of the old ``name``."""
    sql_db.close_all()
    with contextlib.closing(psycopg2.connect(dbname="postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                    sql.Identifier(name)
                )
            )
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    sql.Identifier(name), sql.Identifier(source)
                )
            )
