"""Starts a server with workers on a benchmark database, and ends it again."""

import contextlib
import pathlib
import socket
import subprocess
import sys
import time

import requests

HOST = "127.0.0.1"
# seconds: for the server to start, to stop, and to answer
START, STOP, ANSWER = 180, 30, 120
SCRIPT = pathlib.Path(__file__).with_name("live_server.py")


@contextlib.contextmanager
def serving(name, workers):
    """Yield the address of a server that listens on the loopback interface alone."""
    port = _find_port()
    address = f"http://{HOST}:{port}"
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", str(SCRIPT), name, str(port), str(workers)]
    )
    try:
        _wait(server, address)
        yield address
    finally:
        _stop(server)


def log_in(address, name, login, password):
    """Return a session of somebody who has logged in.

    :raise SystemExit: if the server does not let them in
    """
    session = requests.Session()
    params = {"db": name, "login": login, "password": password}
    response = session.post(
        f"{address}/web/session/authenticate",
        json={"jsonrpc": "2.0", "method": "call", "params": params},
        timeout=ANSWER,
    )
    error = find_error(response, is_call=True)
    if error:
        raise SystemExit(f"{login} cannot log in: {error}")
    return session


def find_error(response, is_call):
    """Return what went wrong, in a few words."""
    if response.status_code != 200:
        return f"status {response.status_code}"
    if is_call:
        error = response.json().get("error")
        if error:
            return f"{error['message']}: {error.get('data', {}).get('message', '')}"
    elif "/web/login" in response.url:
        return "logged out"
    return ""


def _find_port():
    with socket.socket() as free:
        free.bind((HOST, 0))
        return free.getsockname()[1]


def _wait(server, address):
    """Wait until the server answers."""
    end = time.monotonic() + START
    while time.monotonic() < end and server.poll() is None:
        try:
            requests.get(f"{address}/web/health", timeout=ANSWER).raise_for_status()
        except requests.RequestException:
            time.sleep(1)
        else:
            return
    raise SystemExit("The server does not answer.")


def _stop(server):
    server.terminate()
    try:
        server.wait(STOP)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
