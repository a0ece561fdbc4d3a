"""The virtual environment, one per Python version and set of requirements."""

import hashlib
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

from . import console, odoo_source, places, system_packages

# The pinned requirements have binary packages for these, the best one first.
SUPPORTED = ((3, 12), (3, 11), (3, 13))
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
COMPLETE = "complete"


def _version_of(python):
    probe = [python, "-c", "import sys; print(*sys.version_info[:2])"]
    found = subprocess.run(probe, capture_output=True, text=True, check=False)
    return tuple(int(part) for part in found.stdout.split()) if found.stdout else ()


def find_python():
    """Return a supported interpreter: this one, or another one on the path.

    :raise Failure: if there is none
    """
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    for version in SUPPORTED:
        name = "python%d.%d" % version
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            python = shutil.which(name, path=folder)
            if python and _version_of(python) == version:
                return python
    names = " or ".join("%d.%d" % version for version in sorted(SUPPORTED))
    raise console.Failure(
        f"Python {names} is needed, and this is {sys.version.split()[0]}. Install one"
        " (package python3.11 on Debian 12) and run the same command again."
    )


def _folder(source):
    digest = hashlib.sha256(str(source).encode())
    for name in REQUIREMENTS:
        digest.update((places.ROOT / name).read_bytes())
    version = "%d.%d" % sys.version_info[:2]
    return places.cache() / f"venv-{version}-{digest.hexdigest()[:12]}"


def ensure():
    """Return the environment's Python, with Odoo and all requirements in it."""
    cache = places.cache()
    with places.locked(
        cache / "lock",
        waiting=lambda: console.say("Another set-up is running; waiting for it."),
    ):
        source = odoo_source.ensure()
        folder = _folder(source)
        if not (folder / COMPLETE).exists():
            _make(folder, source)
    return folder / "bin" / "python"


def _make(folder, source):
    if not importlib.util.find_spec("ensurepip"):
        system_packages.install(["python%d.%d-venv" % sys.version_info[:2]])
    shutil.rmtree(folder, ignore_errors=True)
    python = folder / "bin" / "python"
    with console.step("Making the virtual environment (once per user)"):
        console.run_logged(
            [sys.executable, "-m", "venv", folder],
            "setup.log",
            "Python could not make a virtual environment. Install Python's venv"
            " module (package python3-venv) and run the same command again.",
        )
        _show_odoo(python, source)
        command = [python, "-m", "pip", "install", "--progress-bar", "off"]
        for name in REQUIREMENTS:
            command += ["--requirement", places.ROOT / name]
        console.run_logged(
            command,
            "setup.log",
            "pip could not install the requirements; run the same command again.",
        )
        console.run_logged(
            [python, "-m", "odoo", "--version"],
            "setup.log",
            f"Odoo does not start from {source}; remove {places.cache()} and run the"
            " same command again.",
            cwd=places.ROOT,
        )
    (folder / COMPLETE).touch()


def _show_odoo(python, source):
    """Make the environment import Odoo, and pip see it as installed."""
    probe = [
        str(python),
        "-c",
        "import sysconfig; print(sysconfig.get_path('purelib'))",
    ]
    found = subprocess.run(probe, capture_output=True, text=True, check=True)
    packages = pathlib.Path(found.stdout.strip())
    (packages / "odoo.pth").write_text(f"{source}\n", encoding="utf-8")
    metadata = packages / "odoo-19.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    # Without the requirements in Odoo's own metadata, which ask for a compiler.
    metadata.write_text(
        "Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n", encoding="utf-8"
    )
