"""Gets Odoo 19 from Debian's unstable suite into the per-user cache.

The machine's own package sources and system files stay as they are: apt-get runs
with a private configuration, and the packages are unpacked, not installed.
"""

import os
import pathlib
import shutil
import subprocess

from . import console, places

# Raise the last figure when the packages or the repairs below change.
FOLDER = "odoo-19.0-debian-1"
PYTHON_FOLDER = "usr/lib/python3/dist-packages"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
NEEDED_BYTES = 3_000_000_000

# Odoo's package links fonts and scripts of other packages, so they are unpacked
# beside it. Two of these links only fit the packages of Debian 12.
PACKAGES = {
    "sid": (
        "odoo-19",
        "libjs-jquery",
        "libjs-underscore",
        "libjs-jquery-form",
        "fonts-roboto-unhinted",
        "fonts-ocr-b",
        "fonts-montserrat",
    ),
    "bookworm": ("fonts-font-awesome", "fonts-inconsolata"),
}
# Debian leaves this file out, and without it every page logs an error.
OMITTED_SCRIPT = (
    f"{PYTHON_FOLDER}/odoo/addons/mail/static/lib/selfie_segmentation"
    "/selfie_segmentation.js"
)
OTHER_WAYS = (
    "Set ODOO_HOME to a source tree of Odoo 19, or use Docker Compose (see README.md)."
)


def ensure():
    """Return the folder to put on Python's path, made at the first call.

    :raise Failure: if Odoo cannot be had
    """
    if os.environ.get("ODOO_HOME"):
        return _given_source(pathlib.Path(os.environ["ODOO_HOME"]).expanduser())
    prefix = places.cache() / FOLDER
    if not prefix.is_dir():
        _make(prefix)
    return prefix / PYTHON_FOLDER


def _given_source(home):
    for folder in (home, home / PYTHON_FOLDER):
        release = folder / "odoo" / "release.py"
        if release.is_file():
            if "19, 0" not in release.read_text(encoding="utf-8"):
                raise console.Failure(
                    f"ODOO_HOME={home} is not Odoo 19.0. Point it at a 19.0 tree."
                )
            return folder.resolve()
    raise console.Failure(
        f"ODOO_HOME={home} holds no odoo/release.py. Point it at the folder that"
        " contains Odoo's package `odoo`."
    )


def _make(prefix):
    for tool in ("apt-get", "dpkg"):
        if not shutil.which(tool):
            raise console.Failure(
                f"Odoo comes from Debian, and {tool} is missing here. {OTHER_WAYS}"
            )
    prefix.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(prefix.parent).free < NEEDED_BYTES:
        raise console.Failure(
            f"The disk of {prefix.parent} is nearly full. Free 3 GB, or set"
            " XDG_CACHE_HOME to another disk, and run the same command again."
        )
    partial = prefix.with_name(prefix.name + ".partial")
    downloads = prefix.with_name(prefix.name + ".packages")
    shutil.rmtree(partial, ignore_errors=True)
    downloads.mkdir(exist_ok=True)
    with console.step("Downloading Odoo 19 (130 MB, once per user)"):
        for suite, packages in PACKAGES.items():
            _download(suite, packages, downloads)
    with console.step("Unpacking Odoo 19 (1.2 GB)"):
        for package in sorted(downloads.glob("*.deb")):
            console.run_logged(
                ["dpkg", "-x", package, partial],
                "setup.log",
                "Unpacking a package failed; run the same command again.",
            )
        _repair(partial)
        _verify(partial)
        partial.rename(prefix)
    shutil.rmtree(downloads, ignore_errors=True)


def _mirror():
    """Return the address of the Debian mirror that this machine already uses."""
    listing = subprocess.run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(REPO_URI) $(RELEASE) $(COMPONENT)",
            "Created-By: Packages",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in listing.stdout.splitlines():
        address, suite, component = (line.split() + ["", "", ""])[:3]
        of_debian = address.rstrip("/").endswith("/debian")
        if of_debian and component == "main" and "-" not in suite:
            return address
    raise console.Failure(
        f"This machine's package sources name no Debian mirror to get Odoo from."
        f" {OTHER_WAYS}"
    )


def _download(suite, packages, downloads):
    private = downloads / suite
    for folder in ("lists/partial", "cache/archives/partial"):
        (private / folder).mkdir(parents=True, exist_ok=True)
    signed = f"[signed-by={KEYRING}] " if os.path.exists(KEYRING) else ""
    sources = private / "sources.list"
    sources.write_text(f"deb {signed}{_mirror()} {suite} main\n", encoding="utf-8")
    settings = private / "apt.conf"
    settings.write_text(
        f'Dir::Etc::sourcelist "{sources}";\n'
        'Dir::Etc::sourceparts "-";\n'
        f'Dir::State::lists "{private / "lists"}";\n'
        f'Dir::Cache "{private / "cache"}";\n'
        'Acquire::Languages "none";\n'
        'Acquire::Retries "3";\n'
        'APT::Update::Error-Mode "any";\n'
        'APT::Sandbox::User "root";\n',
        encoding="utf-8",
    )
    environment = {**os.environ, "APT_CONFIG": str(settings), "LC_ALL": "C"}
    for arguments in (["update"], ["download", *packages]):
        console.run_logged(
            ["apt-get", "-q", *arguments],
            "setup.log",
            f"The machine's Debian mirror has no such packages. {OTHER_WAYS}",
            cwd=downloads,
            env=environment,
        )


def _repair(prefix):
    script = prefix / OMITTED_SCRIPT
    if not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(
            "// Background blur is not part of this distribution.\n", encoding="utf-8"
        )


def _verify(prefix):
    """Refuse a tree in which a link leads nowhere or Odoo itself is missing."""
    if not (prefix / PYTHON_FOLDER / "odoo" / "release.py").is_file():
        raise console.Failure(
            f"The downloaded packages hold no Odoo. Remove {prefix.parent} and run"
            " the same command again."
        )
    for folder, _folders, files in os.walk(prefix):
        for name in files:
            path = os.path.join(folder, name)
            if not os.path.exists(path):
                raise console.Failure(
                    f"Odoo's file {path} links to one that no package brought."
                    f" {OTHER_WAYS}"
                )
