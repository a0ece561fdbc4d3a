"""A server with workers that ends what takes longer than its limit of time."""

import json
import multiprocessing
import os
import signal
import socket
import time

import requests

from odoo.service import server
from odoo.tools import config

from tools import contents

from . import process
from .comparison import summarise
from .mail_sink import HOST
from .night import ROUNDS, RUN, Turn

WORKERS = 2
# seconds; workers without work report every four
LIMIT = 10
WAIT = 120
PAUSE = 0.5
IMPORT = "import of figures"
IMPORTER = "centre"


def run_limit(night, runs, tell):
    """Let the limit of time hit ``runs`` jobs and requests, each on a fresh copy.

    What is drawn hangs at a statement drawn at random, until the server ends its
    worker. The next worker, or the request sent again, has to do it all.

    :return: {"hits", "failures", "repeated"}
    """
    turns = [Turn(IMPORT, None)]
    turns += [Turn(name, job_id) for job_id, name in night.jobs.items()]
    expected = {}
    total = {"hits": 0, "failures": 0, "repeated": 0}
    while total["hits"] < runs:
        turn = night.rng.choice(turns)
        if turn.name not in expected:
            expected[turn.name] = _do_alone(night, turn)
        night.expected, night.delivered = expected[turn.name]
        if not night.expected[0]:
            turns.remove(turn)
            continue
        fault = process.Fault(
            process.HANG,
            night.rng.randint(1, turn.statements),
            is_after=night.rng.random() < 0.5,
        )
        faults, is_hit = _do_by_server(night, turn, fault)
        mail_faults, repeated = night.mail_faults()
        faults += night.faults() + mail_faults
        total["hits"] += is_hit
        total["failures"] += bool(faults)
        total["repeated"] += repeated
        tell(
            {
                "kind": "limit",
                "turn": turn.name,
                "statement": (fault.number, turn.statements),
                "is_hit": is_hit,
                "repeated": repeated,
                "faults": summarise(faults),
            }
        )
    return total


def _do_alone(night, turn):
    """Do a turn undisturbed on a fresh copy, with what it asks for.

    :return: what it left with the state of the jobs, and the mails
    """
    night.begin()
    turn.statements = night.do(turn).count
    for _round in range(ROUNDS):
        for asked in night.get_asked():
            night.do(asked)
    return night.result(), night.sink.deliveries()


def _do_by_server(night, turn, fault):
    """Do a turn by a server's worker that hangs once, and by the next one.

    :return: sentences on what did not happen, and whether a worker was hit
    """
    night.begin()
    with contents.connected(RUN) as cursor:
        # what core would do meanwhile has no part in the comparison
        cursor.execute(
            "UPDATE ir_cron SET active = FALSE WHERE id <> ALL(%s)", [list(night.jobs)]
        )
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    state = multiprocessing.Value("i", process.OFF)
    kind = server.WorkerCron if turn.job_id else server.WorkerHTTP
    pid, name = process.start(lambda: _serve(port, kind, fault, state))
    faults = []
    try:
        if turn.job_id:
            state.value = process.ON
            night.make_due(turn.job_id)
            _wait_for(lambda: not night.get_due())
        else:
            faults = _import_by_request(port, state)
    except TimeoutError:
        faults = [f"{turn.name} is not done after {WAIT} s"]
    finally:
        os.kill(pid, signal.SIGTERM)
        process.wait(pid, name)
    return faults, state.value == process.STRUCK


def _serve(port, kind, fault, state):
    """Be the server: its workers of one kind hang where the fault says."""
    config["http_enable"] = True
    config["http_interface"], config["http_port"] = HOST, port
    config["workers"], config["max_cron_threads"] = WORKERS, 1
    config["limit_time_real"], config["limit_time_real_cron"] = LIMIT, LIMIT
    start = server.Worker.start

    def start_counting(worker):
        start(worker)
        if isinstance(worker, kind):
            process.Counter(fault, state).arm()

    server.Worker.start = start_counting
    # the worker of jobs looks around twice a second instead of every minute
    server.WorkerCron.sleep = lambda worker: time.sleep(PAUSE)
    # nobody listens to live notifications
    server.PreforkServer.long_polling_spawn = lambda self: None
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    server.start(preload=[])


def _import_by_request(port, state):
    """Press the button of an import twice; the first time the worker hangs.

    :return: sentences on what went wrong
    """
    browser = requests.Session()
    browser.trust_env = False
    url = f"http://{HOST}:{port}"

    def call(path, **params):
        answer = browser.post(f"{url}{path}", json={"params": params}, timeout=WAIT)
        return json.loads(answer.text)

    def log_in():
        values = {"db": RUN, "login": IMPORTER, "password": IMPORTER}
        try:
            return call("/web/session/authenticate", **values).get("result")
        except requests.ConnectionError:
            return None

    def press():
        return call(
            "/web/dataset/call_button/kuaidi.figure.import/action_import_good",
            model="kuaidi.figure.import",
            method="action_import_good",
            args=[_get_ready_imports()],
            kwargs={},
        )

    _wait_for(log_in)
    state.value = process.ON
    try:
        answer = press()
    except requests.ConnectionError:
        # the worker may have died when all was done
        answer = press() if _get_ready_imports() else {}
    return [json.dumps(answer["error"])[:1500]] if "error" in answer else []


def _get_ready_imports():
    with contents.connected(RUN) as cursor:
        cursor.execute("SELECT id FROM kuaidi_figure_import WHERE state = 'ready'")
        return [wizard_id for (wizard_id,) in cursor.fetchall()]


def _wait_for(condition):
    """Wait until a condition is met.

    :raise TimeoutError: if it is not in time
    """
    for _number in range(int(WAIT / PAUSE)):
        if condition():
            return
        time.sleep(PAUSE)
    raise TimeoutError
