"""What the user sees: steps with their seconds, and one sentence on failure.

All of it goes to standard error, which leaves standard output to Odoo.
"""

import contextlib
import errno
import os
import re
import signal
import subprocess
import sys
import threading
import time

from . import places

# A phrase in the output of apt-get, dpkg, pip or npm, and what to do about it.
KNOWN_CAUSES = (
    (
        ("no space left on device", "disk quota exceeded"),
        "The disk is full. Free about 4 GB and run the same command again.",
    ),
    (
        (
            "temporary failure resolving",
            "could not resolve",
            "name resolution",
            "network is unreachable",
            "no route to host",
            "connection refused",
            "connection timed out",
            "failed to establish a new connection",
            "newconnectionerror",
            "max retries exceeded",
            "unable to connect to",
            "eai_again",
            "enotfound",
            "etimedout",
            "econnrefused",
        ),
        "The network did not answer. Check the connection (or proxy settings) and"
        " run the same command again; what is already downloaded is kept.",
    ),
)

# Seconds that a program gets to end by itself.
STOP_LIMIT = 10
# Seconds between two signs of life of a long step, where there is no terminal; None
# for none, because nobody watches.
TICK = 20


class Failure(Exception):
    """Something went wrong; the message says in one sentence what to do."""


def say(text=""):
    """Print one line."""
    print(text, file=sys.stderr, flush=True)


def explain(error):
    """Return the sentence for an exception of the operating system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return KNOWN_CAUSES[0][1]
    where = f": {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{where}. Correct this and run it again."


@contextlib.contextmanager
def step(text):
    """Announce a long step, tick while it runs, and tell how long it took."""
    start = time.monotonic()
    done = threading.Event()
    terminal = sys.stderr.isatty()

    def seconds():
        return f"{time.monotonic() - start:.0f} s"

    def tick():
        while not done.wait(1 if terminal else TICK):
            if terminal:
                print(
                    f"\r- {text} ... {seconds()}", end="", file=sys.stderr, flush=True
                )
            else:
                say(f"  ... {seconds()}")

    print(f"- {text} ...", end="" if terminal else "\n", file=sys.stderr, flush=True)
    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    outcome = "stopped"
    try:
        yield
        outcome = "done"
    finally:
        done.set()
        ticker.join()
        if terminal:
            print("\r", end="", file=sys.stderr)
            say(f"- {text} ... {outcome}, {seconds()}")
        else:
            say(f"  {outcome}, {seconds()}")


def tail(path, lines=25):
    """Return the end of a log file."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def run_child(command, **options):
    """Run a command to its end and return it; stopped, it takes its own children along.

    Reads nothing from the terminal, so that it may have a process group of its own.
    """
    process = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        **options,
    )
    try:
        output, _errors = process.communicate()
    except BaseException:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_LIMIT)
        raise
    return subprocess.CompletedProcess(command, process.returncode, output)


def run_logged(command, log, advice, **options):
    """Run a command with its output in the file ``log`` of the log folder.

    :param advice: what to do if it fails for a reason that we do not recognise
    :raise Failure: if it does not end with status 0
    """
    path = places.LOGS / log
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab") as file:
        start = file.tell()
        try:
            done = run_child(command, stdout=file, stderr=subprocess.STDOUT, **options)
        except FileNotFoundError as error:
            raise Failure(
                f"The program {error.filename} is missing. {advice}"
            ) from error
    if done.returncode:
        with open(path, "rb") as file:
            file.seek(start)
            output = file.read().decode("utf-8", errors="replace").lower()
        for phrases, sentence in KNOWN_CAUSES:
            if re.search(rf"\b({'|'.join(phrases)})\b", output):
                raise Failure(f"{sentence} (Details: {path})")
        say(tail(path))
        raise Failure(f"{advice} (Details: {path})")


def guarded(function, arguments):
    """Call a main function; turn what stops it into one sentence and a status."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        return function(arguments) or 0
    except Failure as failure:
        say(f"error: {failure}")
        return 1
    except OSError as error:
        say(f"error: {explain(error)}")
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
