"""What the documentation names is there: links, commands, models, hooks, menus.

Menus of the product are written **in bold with ▸ between their levels**, buttons,
fields and states in 「corner brackets」, both in the words of the translation.
"""

import functools
import re
import unittest
import xml.etree.ElementTree as ET

import polib

from tools import places
from tools.__main__ import COMMANDS

ADMINISTRATION = "docs/administration.md"
DEVELOPMENT = "docs/development.md"
GLOSSARY = "docs/glossary.md"
FIRST_ADDON = "kuaidi_key_account"

# where cases are spoken of; all other pages speak in the words of the first addon, as
# both translate some words in their own way
PAGES_OF_CASES = {
    f"docs/handbook/{name}.md"
    for name in ("administrator", "claims", "finance", "index", "portal")
}

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
EXTERNAL = ("http://", "https://", "mailto:")
MODEL = re.compile(r"(?<![\w.-])kuaidi(?:\.[a-z]+)+")
HOOK = re.compile(r"(?<![\w.])(_[a-z]\w*)\(")
XML_ID = re.compile(r"(?<![\w./])(kuaidi_key_account|kuaidi_claims)\.(\w+)")
PATH = re.compile(r"(?:addons|benchmarks|docker|docs|tests|tools)/[\w./-]*")
ROUTE = re.compile(r"(?<![\w/])/my(?:/[a-z0-9-]+)+")
# of Odoo's own portal
CORE_ROUTES = {"/my/home", "/my/invoices", "/my/security"}
MENU = re.compile(r"\*\*([^*\n]+ ▸ [^*\n]+)\*\*")
WORD = re.compile(r"「([^」]+)」")
COMPOSE = re.compile(
    r"docker compose (?:exec|run|up|stop|start|restart|logs|cp)((?: [^\n|<>]+)?)"
)


def _documents():
    """Return the text of every page by its path, relative to the root."""
    pages = sorted(places.ROOT.glob("*.md"))
    pages += sorted((places.ROOT / "docs").rglob("*.md"))
    return {
        page.relative_to(places.ROOT).as_posix(): page.read_text(encoding="utf-8")
        for page in pages
    }


def _get_code(text):
    """Return what stands in code spans and code blocks, line by line."""
    lines, is_fenced = [], False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            is_fenced = not is_fenced
        elif is_fenced or line.startswith("    "):
            lines.append(line.strip())
        else:
            lines += re.findall(r"`([^`]+)`", line)
    return "\n".join(lines)


def _get_anchors(text):
    """Return the anchors of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in headings
    }


def _get_sources(pattern):
    return [path for path in places.ADDONS.glob(pattern) if "tests" not in path.parts]


@functools.cache
def _get_python():
    """Return the source of both addons in one piece."""
    return "\n".join(
        path.read_text(encoding="utf-8") for path in _get_sources("*/**/*.py")
    )


@functools.cache
def _get_models():
    """Return the names of our models by their kind: Model, TransientModel, ..."""
    models = {}
    classes = re.split(r"^class ", _get_python(), flags=re.MULTILINE)[1:]
    for source in classes:
        name = re.search(r'^    _name = "(kuaidi\.[\w.]+)"', source, flags=re.MULTILINE)
        kind = re.match(r"\w+\(models\.(\w+)\)", source)
        if name and kind:
            is_new = not re.search(
                rf'_inherit = (?:\[[^\]]*)?"{re.escape(name[1])}"', source
            )
            if is_new or name[1] not in models:
                models[name[1]] = kind[1]
    return models


@functools.cache
def _get_xml_ids():
    """Return the external ids of both addons' files."""
    found = set()
    for path in _get_sources("*/**/*.xml"):
        addon = path.relative_to(places.ADDONS).parts[0]
        for name in re.findall(r'\bid="([\w.]+)"', path.read_text(encoding="utf-8")):
            found.add(name if "." in name else f"{addon}.{name}")
    return found


@functools.cache
def _get_translations():
    """Return translation and source of all words by addon, and menus by their id."""
    pairs, menus = {}, {}
    for path in places.ADDONS.glob("*/i18n/zh_CN.po"):
        addon = path.relative_to(places.ADDONS).parts[0]
        for entry in polib.pofile(str(path)):
            pairs.setdefault(addon, set()).add((entry.msgstr, entry.msgid))
            for occurrence, _line in entry.occurrences:
                if occurrence.startswith("model:ir.ui.menu,name:"):
                    menus[occurrence.rsplit(":", 1)[1]] = entry.msgstr
    return pairs, menus


@functools.cache
def _get_menu_paths():
    """Return every menu with those above it as a path, in Chinese and in English."""
    found = {}
    for path in _get_sources("*/views/**/*.xml"):
        addon = path.relative_to(places.ADDONS).parts[0]
        for item in ET.parse(path).iter("menuitem"):
            names = [item.get("id"), item.get("parent") or ""]
            name, parent = (
                name if "." in name or not name else f"{addon}.{name}" for name in names
            )
            found[name] = (parent, item.get("name"))
    chinese = _get_translations()[1]
    paths = set()
    for name in found:
        labels = []
        while name in found:
            labels.insert(0, (chinese.get(name, ""), found[name][1]))
            name = found[name][0]
        for language in zip(*labels, strict=True):
            # the application's own name may be left out
            paths.update({language, language[1:]})
    return paths


@functools.cache
def _get_routes():
    return set(re.findall(r'"(/my[^"]*)"', _get_python()))


@functools.cache
def _get_crons():
    """Return how often each scheduled action of ours runs, by its name."""
    crons = {}
    for path in _get_sources("*/data/**/*.xml"):
        for record in ET.parse(path).iter("record"):
            if record.get("model") == "ir.cron":
                values = {
                    field.get("name"): field.get("eval") or field.text
                    for field in record.iter("field")
                }
                crons[values["name"]] = (
                    f"{values['interval_number']} {values['interval_type']}"
                )
    return crons


def find_broken_links(page, text):
    """Return the links and pictures that lead nowhere."""
    broken = []
    for target in LINK.findall(text):
        if target.startswith(EXTERNAL):
            continue
        name, _sign, anchor = target.partition("#")
        path = (places.ROOT / page).parent / name if name else places.ROOT / page
        if not path.exists():
            broken.append(target)
        elif anchor:
            linked = path.read_text(encoding="utf-8") if name else text
            if anchor not in _get_anchors(linked):
                broken.append(target)
    return broken


def find_unknown_commands(_page, text):
    """Return the commands of the Makefile, the tools and the containers not there."""
    code = _get_code(text)
    makefile = (places.ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", code))
    unknown = sorted(f"make {name}" for name in named - targets)
    named = set(re.findall(r"python3 -m tools ([a-z]+)", code))
    unknown += sorted(f"python3 -m tools {name}" for name in named - set(COMMANDS))
    compose = (places.ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    compose = compose.split("\nservices:\n")[1].split("\nvolumes:\n")[0]
    services = set(re.findall(r"^  (\w+):$", compose, flags=re.MULTILINE))
    for arguments in COMPOSE.findall(code):
        words = [word for word in arguments.split() if not word.startswith("-")]
        if words and words[0].split(":")[0] not in services:
            unknown.append(f"docker compose ... {words[0]}")
    return unknown


def find_unknown_models(_page, text):
    """Return the models that no addon has."""
    return sorted(set(MODEL.findall(text)) - set(_get_models()))


def find_unknown_names(_page, text):
    """Return methods, external ids, files and portal pages that are not there."""
    code = _get_code(text)
    unknown = [
        name
        for name in sorted(set(HOOK.findall(code)))
        if f"def {name}(" not in _get_python()
    ]
    unknown += [
        f"{addon}.{name}"
        for addon, name in sorted(set(XML_ID.findall(code)))
        if f"{addon}.{name}" not in _get_xml_ids()
    ]
    for word in re.split(r"[\s,;:|=]+", code):
        if PATH.fullmatch(word) and not (places.ROOT / word).exists():
            unknown.append(word)
    known = {route.split("/<")[0] for route in _get_routes()} | CORE_ROUTES
    unknown += sorted(set(ROUTE.findall(code)) - known)
    return unknown


def find_unknown_menus(_page, text):
    """Return the paths of menus that are not in the product."""
    return [
        path
        for path in MENU.findall(text)
        if tuple(path.split(" ▸ ")) not in _get_menu_paths()
    ]


def _get_pairs(addons):
    return set().union(*(_get_translations()[0][addon] for addon in addons))


def find_unknown_words(page, text):
    """Return the buttons, fields and states that the translation does not have."""
    addons = places.addon_names() if page in PAGES_OF_CASES else [FIRST_ADDON]
    known = {chinese for chinese, _english in _get_pairs(addons)}
    return sorted(set(WORD.findall(text)) - known)


def find_wrong_crons(text):
    """Return the rows of a table of crons that are missing, wrong or too many.

    A row is name and interval: ``| Key accounts: ... | 1 days | ... |``.
    """
    rows = re.findall(r"^\| ([^|]+: [^|]+) \| (\d+ \w+) \|", text, flags=re.MULTILINE)
    return sorted(set(rows) ^ set(_get_crons().items()))


def find_wrong_terms(text):
    """Return the pairs of the glossary's first part that no translation has."""
    part = text.split("\n## ")[1]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", part, flags=re.MULTILINE)
    heads = {("中文", "English"), ("---", "---")}
    return sorted(set(rows) - heads - _get_pairs(places.addon_names()))


def find_undocumented_models(text):
    """Return the lasting models that the table of models leaves out."""
    rows = re.findall(r"^\| `(kuaidi[\w.]+)` \|", text, flags=re.MULTILINE)
    lasting = {name for name, kind in _get_models().items() if kind == "Model"}
    return sorted(lasting - set(rows))


class TestDocs(unittest.TestCase):
    def _check(self, find):
        for page, text in _documents().items():
            with self.subTest(page=page):
                self.assertEqual(find(page, text), [])

    def test_every_page_is_reached_from_the_readme(self):
        pages = _documents()
        reached, waiting = set(), ["README.md"]
        while waiting:
            page = waiting.pop()
            if page in reached or page not in pages:
                continue
            reached.add(page)
            folder = (places.ROOT / page).parent
            for target in LINK.findall(pages[page]):
                path = (folder / target.split("#")[0]).resolve()
                if path.is_relative_to(places.ROOT):
                    waiting.append(path.relative_to(places.ROOT).as_posix())
        self.assertEqual(set(pages) - reached, set())

    def test_links_and_pictures_lead_somewhere(self):
        self._check(find_broken_links)

    def test_commands_exist(self):
        self._check(find_unknown_commands)

    def test_models_exist(self):
        self._check(find_unknown_models)

    def test_methods_ids_files_and_portal_pages_exist(self):
        self._check(find_unknown_names)

    def test_menus_exist(self):
        self._check(find_unknown_menus)

    def test_buttons_fields_and_states_are_in_the_translation(self):
        self._check(find_unknown_words)

    def test_the_table_of_crons_is_what_the_addons_install(self):
        self.assertGreater(len(_get_crons()), 30)
        self.assertEqual(find_wrong_crons(_documents()[ADMINISTRATION]), [])

    def test_the_table_of_models_is_complete(self):
        self.assertGreater(len(_get_models()), 100)
        self.assertEqual(find_undocumented_models(_documents()[DEVELOPMENT]), [])

    def test_the_glossary_says_what_the_screen_says(self):
        text = _documents()[GLOSSARY]
        self.assertGreater(len(re.findall(r"^\| ", text, flags=re.MULTILINE)), 100)
        self.assertEqual(find_wrong_terms(text), [])

    def test_the_handbook_names_menus_and_buttons(self):
        for page, text in _documents().items():
            if not page.startswith("docs/handbook/"):
                continue
            with self.subTest(page=page):
                self.assertTrue(MENU.search(text) or ROUTE.search(text))
                self.assertRegex(text, WORD)

    def test_each_check_finds_what_is_wrong(self):
        for find, text, found in (
            (find_broken_links, "[a](docs/nowhere.md)", "docs/nowhere.md"),
            (find_broken_links, "![a](docs/nowhere.png)", "docs/nowhere.png"),
            (find_broken_links, "[a](README.md#nowhere)", "README.md#nowhere"),
            (find_unknown_commands, "`make coffee`", "make coffee"),
            (find_unknown_commands, "    make coffee", "make coffee"),
            (find_unknown_commands, "`python3 -m tools x`", "python3 -m tools x"),
            (
                find_unknown_commands,
                "```\ndocker compose exec -T web ls\n```",
                "docker compose ... web",
            ),
            (find_unknown_models, "`kuaidi.nothing`", "kuaidi.nothing"),
            (find_unknown_names, "`_get_nothing()`", "_get_nothing"),
            (
                find_unknown_names,
                "`kuaidi_claims.group_nobody`",
                "kuaidi_claims.group_nobody",
            ),
            (find_unknown_names, "`tools/nothing.py`", "tools/nothing.py"),
            (find_unknown_names, "`/my/nothing`", "/my/nothing"),
            (find_unknown_menus, "**客户 ▸ 没有**", "客户 ▸ 没有"),
            (find_unknown_words, "「没有这个按钮」", "没有这个按钮"),
            (find_unknown_words, "「接手处理」", "接手处理"),
        ):
            with self.subTest(text=text):
                self.assertEqual(find("README.md", text), [found])
        row = ("Key accounts: make coffee", "1 days")
        self.assertIn(row, find_wrong_crons("| Key accounts: make coffee | 1 days |"))
        self.assertEqual(len(find_wrong_crons("")), len(_get_crons()))
        self.assertIn("kuaidi.key.account", find_undocumented_models(""))
        term = ("咖啡", "Key Account")
        self.assertEqual(find_wrong_terms("\n## A\n| 咖啡 | Key Account | |"), [term])

    def test_each_check_passes_what_is_right(self):
        for find, text in (
            (find_broken_links, "[a](README.md#two-commands) [b](https://x.invalid)"),
            (find_unknown_commands, "make sure of `make test` and `make clean`"),
            (find_unknown_commands, "`docker compose logs --follow odoo`"),
            (find_unknown_commands, "`docker compose up --detach`"),
            (find_unknown_models, "`kuaidi.key.account`, kuaidi-key-account.invalid"),
            (find_unknown_names, "`kuaidi_key_account.group_sales`, `tools/serve.py`"),
            (find_unknown_names, "`/my/statements`, `_get_due(start)`"),
            (find_unknown_menus, "**客户 ▸ 我的客户** **大客户 ▸ 客户 ▸ 我的客户**"),
            (find_unknown_menus, "**Accounts ▸ My Accounts**"),
            (find_unknown_words, "「批准」"),
        ):
            with self.subTest(text=text):
                self.assertEqual(find("README.md", text), [])
