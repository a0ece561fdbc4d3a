"""Serves the demo database until Ctrl-C."""

import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from . import console, demo, odoo, places

ADDRESS = "127.0.0.1"
START_LIMIT = 180
STOP_LIMIT = 20


def check_port(port):
    """Refuse a port on which another program listens.

    :raise console.Failure: with the way out
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise console.Failure(
                f"Port {port} is taken ({error.strerror}). Stop the other program, or"
                f" choose another port: make run PORT={port + 1}"
            ) from error


def serve(name, port, variables):
    """Serve ``name`` on the loopback interface; return when told to stop."""
    check_port(port)
    demo.ensure(name, variables)
    log = places.LOGS / "odoo.log"
    options = ["--database", name, "--http-interface", ADDRESS]
    with open(log, "w", encoding="utf-8") as output:
        # In a session of its own it does not get the terminal's Ctrl-C a second time.
        process = subprocess.Popen(
            odoo.command(*options, "--http-port", str(port)),
            cwd=places.ROOT,
            env=odoo.environment(variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        with console.step("Starting Odoo"):
            _wait_until_ready(process, port)
        _greet(port, log)
        try:
            process.wait()
        except KeyboardInterrupt:
            return
        raise _ended(log)
    finally:
        _stop(process)


def _ended(log):
    console.say(console.tail(log))
    return console.Failure(f"Odoo ended by itself. (Details: {log})")


def _wait_until_ready(process, port):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise _ended(places.LOGS / "odoo.log")
        try:
            opener.open(f"http://{ADDRESS}:{port}/web/login", timeout=60).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise console.Failure(
        f"Odoo does not answer on port {port}. (Details: {places.LOGS / 'odoo.log'})"
    )


def _greet(port, log):
    console.say()
    console.say(f"Kuaidi Key Account is ready: http://localhost:{port}")
    console.say("Sign in with one of these; the password is the same as the login.")
    for login, chinese, english in demo.LOGINS:
        console.say(f"  {login:<9}{chinese} ({english})")
    console.say(f"Log: {log}")
    console.say("Ctrl-C stops it.")


def _stop(process):
    if process.poll() is None:
        console.say("Stopping ...")
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
