"""A night of a server: every import and scheduled job of ours, one after the other."""

import contextlib
import datetime
import json
import os
import time
from dataclasses import dataclass

from freezegun import freeze_time

from odoo import sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

from tools import contents, databases

from . import preparation, process, visitors
from .comparison import Comparison, differences, summarise
from .mail_sink import HOST, Sink

# one pair of databases for each process that runs nights, as they may run side by side
RUN = f"faults-run-{os.getpid()}"
TEMPLATE = f"faults-template-{os.getpid()}"
OURS = ("kuaidi_key_account", "kuaidi_claims")
ROUNDS = 5


@dataclass
class Turn:
    """One piece of work of the night: an import, or a job, maybe one asked for."""

    name: str
    job_id: int | None
    statements: int = 0
    rows: int = 0


class Night:
    """Repeats one night on copies of a database, with and without faults."""

    def __init__(self, source, moment, rng):
        self.source = source
        self.moment = moment
        self.rng = rng
        self.sink = Sink()
        config["smtp_server"], config["smtp_port"] = HOST, self.sink.port
        process.clone(source, RUN)
        for name in (RUN, TEMPLATE):
            self.share_files(name)
        self.registry = Registry(RUN)
        sql_db.close_all()
        preparation.prepare(RUN, self.registry)
        process.clone(RUN, TEMPLATE)
        self.comparison = Comparison(TEMPLATE)
        self.jobs = self._get_jobs()
        self.turns = []
        self.visits = []
        self.expected = self.delivered = None
        # a server goes by the true time when it ends its workers
        freeze_time(moment, ignore=["odoo.service.server"]).start()
        # the server's clock goes with that of the process
        sql_db.BaseCursor.now = lambda cursor: datetime.datetime.now()
        self._warm_up()

    def _warm_up(self):
        """Do the night once in this process, so that its children need not read all.

        What is cached is the same in every copy of the template.
        """
        self.begin()
        for job_id in self.jobs:
            self.make_due(job_id)
            process.do_job(self.registry, job_id)
        process.clone(TEMPLATE, RUN)
        self.registry.setup_signaling()
        sql_db.close_all()

    def share_files(self, name):
        """Let a copy use the files of its source, as they are named by content."""
        databases.filestore(name).symlink_to(databases.filestore(self.source))

    def close(self):
        """Drop the copies."""
        self.sink.close()
        sql_db.close_all()
        for name in (RUN, TEMPLATE):
            databases.filestore(name).unlink(missing_ok=True)
            databases.drop({}, name)

    def _get_jobs(self):
        """Return {id: external id} of our jobs in the order of a server."""
        with contents.connected(TEMPLATE) as cursor:
            cursor.execute(
                """
                SELECT job.id, data.name
                  FROM ir_cron job
                  JOIN ir_model_data data
                    ON data.model = 'ir.cron' AND data.res_id = job.id
                 WHERE data.module = ANY(%s) AND job.active
                 ORDER BY job.priority, job.id
                """,
                [list(OURS)],
            )
            return dict(cursor.fetchall())

    def begin(self):
        """Start anew from the template; no job is due but by us."""
        process.clone(TEMPLATE, RUN)
        self.sink.clear()
        with contents.connected(RUN) as cursor:
            cursor.execute("UPDATE ir_cron SET nextcall = '2100-01-01'")
            cursor.execute("DELETE FROM ir_cron_trigger")

    def do(self, turn, fault=None):
        """Do one turn in a process of its own.

        :param fault: what happens to the process
        """
        if turn.job_id is None:
            function = preparation.IMPORTS[turn.name]
            return process.run(
                lambda: process.do_in_transaction(self.registry, function), fault
            )
        return self.do_job(turn.job_id, fault)

    def do_job(self, job_id, fault=None):
        """Let a job be due, and do it in a process of its own."""
        self.make_due(job_id)
        return process.run(lambda: process.do_job(self.registry, job_id), fault)

    def do_twice(self, turn):
        """Do one turn in two processes at the same moment, past the lock of jobs.

        :return: how many of them ended with an error, as a request that Odoo repeats
        """
        if turn.job_id is None:
            function = preparation.IMPORTS[turn.name]

            def work():
                process.do_in_transaction(self.registry, function)
        else:

            def work():
                process.call_job(self.registry, turn.job_id)

        outcomes = process.run_together([work, work])
        return sum(not outcome.is_good for outcome in outcomes)

    def make_due(self, job_id):
        """Let a job be due for a minute."""
        with contents.connected(RUN) as cursor:
            cursor.execute(
                "UPDATE ir_cron SET nextcall = %s WHERE id = %s",
                [self.moment - datetime.timedelta(minutes=1), job_id],
            )

    def get_due(self):
        """Return the jobs that are due or asked for."""
        with contents.connected(RUN) as cursor:
            cursor.execute(
                """
                SELECT id FROM ir_cron
                 WHERE nextcall <= %(moment)s AND id = ANY(%(jobs)s)
                 UNION
                SELECT cron_id FROM ir_cron_trigger
                 WHERE call_at <= %(moment)s AND cron_id = ANY(%(jobs)s)
                """,
                {"moment": self.moment, "jobs": list(self.jobs)},
            )
            return [job_id for (job_id,) in cursor.fetchall()]

    def get_asked(self):
        """Return turns for the jobs that other jobs have asked for."""
        with contents.connected(RUN) as cursor:
            cursor.execute(
                "SELECT DISTINCT cron_id FROM ir_cron_trigger WHERE call_at <= %s"
                " AND cron_id = ANY(%s) ORDER BY cron_id",
                [self.moment, list(self.jobs)],
            )
            return [
                Turn(f"{self.jobs[job_id]} (asked for)", job_id)
                for (job_id,) in cursor.fetchall()
            ]

    def result(self):
        """Return what the night left, and the state of the jobs."""
        found = self.comparison.read(RUN)
        with contents.connected(RUN) as cursor:
            cursor.execute(
                "SELECT id, active, failure_count FROM ir_cron WHERE id = ANY(%s)"
                " ORDER BY id",
                [list(self.jobs)],
            )
            return found, cursor.fetchall()

    def measure(self):
        """Do an undisturbed night, and learn what each turn does."""
        self.begin()
        self.turns = []
        waiting = [Turn(name, None) for name in preparation.IMPORTS]
        waiting += [Turn(name, job_id) for job_id, name in self.jobs.items()]
        before = {}
        for _round in range(ROUNDS):
            for turn in waiting:
                outcome = self.do(turn)
                if not outcome.is_good:
                    raise RuntimeError(f"{turn.name} fails undisturbed; see the log.")
                after = self.comparison.read(RUN)
                turn.statements = outcome.count
                turn.rows = len(differences(before, after))
                before = after
            self.turns += waiting
            waiting = self.get_asked()
        self.expected = self.result()
        self.delivered = self.sink.deliveries()

    def disturb(self, kind):
        """Do a night in which each turn with work meets a fault, then starts again.

        :return: {turn's name: (statement, is after it, processes that failed)}
        """
        self.begin()
        hits = {}
        self.visits = []
        with contextlib.ExitStack() as stack:
            if kind in process.RESTARTS:
                self.visits = stack.enter_context(visitors.at_work(self.registry))
            self._disturb_turns(kind, hits)
        for _round in range(ROUNDS):
            for turn in self.get_asked():
                self.do(turn)
        return hits

    def _disturb_turns(self, kind, hits):
        for turn in self.turns:
            if not turn.rows:
                continue
            if kind == process.TWICE:
                hits[turn.name] = (0, False, self.do_twice(turn))
                self.do(turn)
                continue
            fault = process.Fault(
                kind,
                self.rng.randint(1, turn.statements),
                is_after=self.rng.random() < 0.5,
            )
            outcome = self.do(turn, fault)
            hits[turn.name] = (fault.number, fault.is_after, not outcome.is_good)
            self.do(turn)

    def faults(self):
        """Return sentences on what differs from the undisturbed night."""
        found, jobs = self.result()
        texts = differences(self.expected[0], found)
        texts += [f"job {job}" for job in jobs if job not in self.expected[1]]
        texts += [
            f"user {visit}"
            for visit in self.visits
            if not (visit and visit["is_served"])
        ]
        return texts

    def mail_faults(self):
        """Compare the mails that arrived with those of the undisturbed night.

        A mail may arrive twice where the sender died before it could note that it was
        sent; then both have one identity.

        :return: (sentences, number of mails that arrived a second time)
        """
        identities = self.sink.identities()
        repeated = len(identities) - len(set(identities))
        wanted, extra = list(self.delivered), []
        for mail in self.sink.deliveries():
            if mail in wanted:
                wanted.remove(mail)
            else:
                extra.append(mail)
        texts = [f"mail lost: {json.dumps(mail)}" for mail in wanted]
        if len(extra) != repeated:
            texts += [f"mail too many: {json.dumps(mail)}" for mail in extra]
        return texts, repeated


def run_nights(night, kind, runs, tell):
    """Do ``runs`` nights with a fault in every turn; each is told of as it ends.

    :return: {"hits", "failures", "repeated"}
    """
    if not night.turns:
        night.measure()
        turns = {turn.name: (turn.statements, turn.rows) for turn in night.turns}
        tell({"turns": turns})
    total = {"hits": 0, "failures": 0, "repeated": 0}
    for number in range(1, runs + 1):
        start = time.clock_gettime(time.CLOCK_MONOTONIC)
        hits = night.disturb(kind)
        faults = night.faults()
        mail_faults, repeated = night.mail_faults()
        faults += mail_faults
        if repeated and kind == process.TWICE:
            faults.append(f"mails {repeated} left twice")
        total["hits"] += len(hits)
        total["failures"] += bool(faults)
        total["repeated"] += repeated
        values = {
            "night": number,
            "kind": kind,
            "hits": len(hits),
            "ended": sum(hit[2] for hit in hits.values()),
            "repeated": repeated,
            "fault_count": len(faults),
            "visits": night.visits,
            "seconds": round(time.clock_gettime(time.CLOCK_MONOTONIC) - start),
        }
        if faults:
            values |= {"faults": summarise(faults), "where": hits}
        tell(values)
    return total
