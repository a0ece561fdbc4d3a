"""Programs that come from the system's package manager."""

import os
import pathlib
import shutil
import subprocess

from . import console

CHROMIUM = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def _has_chinese_font():
    if shutil.which("fc-list"):
        command = ["fc-list", ":lang=zh-cn", "family"]
        found = subprocess.run(command, capture_output=True, check=False)
        return bool(found.stdout.strip())
    return any(pathlib.Path("/usr/share/fonts").glob("**/*CJK*"))


def missing(browser=False):
    """Return the Debian packages that PDF letters and browser tests still need."""
    packages = []
    if not shutil.which("wkhtmltopdf"):
        packages.append("wkhtmltopdf")
    if not _has_chinese_font():
        packages.append("fonts-noto-cjk")
    if browser and not any(shutil.which(name) for name in CHROMIUM):
        packages.append("chromium")
    return packages


def _privilege():
    """Return the words to put before apt-get, or None where it may not run."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        probe = ["sudo", "-n", "true"]
        if not subprocess.run(probe, capture_output=True, check=False).returncode:
            return ["sudo", "-n"]
    return None


def install(packages):
    """Install Debian packages.

    :raise Failure: where there is no apt-get, or no right to use it
    """
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        raise console.Failure(
            f"This system has no apt-get. Install the equivalents of {names} with its"
            " own package manager and run the same command again."
        )
    privilege = _privilege()
    if privilege is None:
        raise console.Failure(
            f"{names} is missing and may not be installed from here. Run"
            f" `sudo apt-get install {names}` and then the same command again."
        )
    advice = f"Run `apt-get install {names}` by hand and then the same command again."
    apt = [*privilege, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    with console.step(f"Installing {names} with apt-get"):
        console.run_logged([*apt, "update"], "setup.log", advice)
        install_command = [*apt, "install", "--yes", "--no-install-recommends"]
        console.run_logged([*install_command, *packages], "setup.log", advice)


def ensure(browser=False):
    """Install what is missing.

    :param browser: also what only the browser tests need
    """
    packages = missing(browser)
    if packages:
        install(packages)


def ensure_if_possible():
    """Install what printing needs, or say what will not work without it."""
    packages = missing()
    if packages:
        try:
            install(packages)
        except console.Failure as failure:
            console.say(f"  Printing PDF letters will not work yet. {failure}")
