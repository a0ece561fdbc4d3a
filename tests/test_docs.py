"""What the documentation names is there: links, models, hooks, menus, words.

Menus of the product are written **in bold with ▸ between their levels**, buttons,
fields and states in 「corner brackets」, both in the words of the translation.
"""

import functools
import re
import unittest
import xml.etree.ElementTree as ET

import polib

from tools import places

from .docs_common import (
    get_code,
    get_documents,
    get_methods,
    get_python,
    get_sources,
)

ADMINISTRATION = "docs/administration.md"
DEVELOPMENT = "docs/development.md"
GLOSSARY = "docs/glossary.md"
PICTURES = places.ROOT / "docs" / "images"
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
CALL = re.compile(r"`(_[a-z]\w*)\(([^)`]*)\)`")
RECORD = re.compile(r"^\| ([^|]+) \| ([^|]+) \| `(kuaidi[\w.]+)` \|", re.MULTILINE)
PATH = re.compile(r"(?:addons|benchmarks|docker|docs|tests|tools)/[\w./-]*")
ROUTE = re.compile(r"(?<![\w/])/my(?:/[a-z0-9-]+)+")
# of Odoo's own portal
CORE_ROUTES = {"/my/home", "/my/invoices", "/my/security"}
MENU = re.compile(r"\*\*([^*\n]+ ▸ [^*\n]+)\*\*")
WORD = re.compile(r"「([^」]+)」")


@functools.cache
def _get_models():
    """Return the names of our models by their kind: Model, TransientModel, ..."""
    models = {}
    classes = re.split(r"^class ", get_python(), flags=re.MULTILINE)[1:]
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
    for path in get_sources("*/**/*.xml"):
        addon = path.relative_to(places.ADDONS).parts[0]
        for name in re.findall(r'\bid="([\w.]+)"', path.read_text(encoding="utf-8")):
            found.add(name if "." in name else f"{addon}.{name}")
    return found


@functools.cache
def _get_translations():
    """Return the words of all addons, and the names of menus and models by their id.

    :return: pairs of both by addon, translations of menus, both of models
    """
    pairs, menus, models = {}, {}, {}
    for path in places.ADDONS.glob("*/i18n/zh_CN.po"):
        addon = path.relative_to(places.ADDONS).parts[0]
        for entry in polib.pofile(str(path)):
            pairs.setdefault(addon, set()).add((entry.msgstr, entry.msgid))
            for occurrence, _line in entry.occurrences:
                name = occurrence.rsplit(":", 1)[1]
                if occurrence.startswith("model:ir.ui.menu,name:"):
                    menus[name] = entry.msgstr
                elif occurrence.startswith("model:ir.model,name:"):
                    model = name.partition(".model_")[2].replace("_", ".")
                    models[model] = entry.msgid, entry.msgstr
    return pairs, menus, models


@functools.cache
def _get_menu_paths():
    """Return every menu with those above it as a path, in Chinese and in English."""
    found = {}
    for path in get_sources("*/views/**/*.xml"):
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
    return set(re.findall(r'"(/my[^"]*)"', get_python()))


@functools.cache
def _get_crons():
    """Return how often each scheduled action of ours runs, by its name."""
    crons = {}
    for path in get_sources("*/data/**/*.xml"):
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


def _get_anchors(text):
    """Return the anchors of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in headings
    }


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


def find_unknown_models(_page, text):
    """Return the models that no addon has."""
    return sorted(set(MODEL.findall(text)) - set(_get_models()))


def find_unknown_names(_page, text):
    """Return methods, external ids, files and portal pages that are not there."""
    code = get_code(text)
    unknown = [
        name
        for name in sorted(set(HOOK.findall(code)))
        if f"def {name}(" not in get_python()
    ]
    unknown += [
        f"{addon}.{name}"
        for addon, name in sorted(set(XML_ID.findall(code)))
        if f"{addon}.{name}" not in _get_xml_ids()
    ]
    for word in re.split(r"[\s,;:|='\"]+", code):
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


def find_wrong_hooks(text):
    """Return the hooks that no room lists, and the methods listed that are not there.

    A row of a list is ``- `_name(arguments)`[, ...] of `model`: what it is for``.
    """
    listed = set()
    for line in re.findall(r"^- `_.+? of `[\w.]+`", text, flags=re.MULTILINE):
        model = line.rsplit("`", 2)[1]
        for name, arguments in CALL.findall(line):
            listed.add((model, name, tuple(re.findall(r"\w+", arguments))))
    methods = {method[:3] for method in get_methods()}
    hooks = {method[:3] for method in get_methods() if method[3]}
    return sorted(hooks - listed), sorted(listed - methods)


def find_wrong_records(text):
    """Return the rows of the glossary's last part that are missing, wrong or too many.

    A row is ``| 中文 | English | `model` |``, for every model that has records.
    """
    names = _get_translations()[2]
    rows = {
        (names[name], name) for name, kind in _get_models().items() if kind == "Model"
    }
    listed = {
        ((english, chinese), name) for chinese, english, name in RECORD.findall(text)
    }
    return sorted(rows ^ listed)


def find_unused_pictures(pages):
    """Return the pictures that no page shows."""
    shown = set()
    for page, text in pages.items():
        folder = (places.ROOT / page).parent
        shown |= {(folder / target).resolve() for target in LINK.findall(text)}
    pictures = [path for path in PICTURES.rglob("*") if path.is_file()]
    return sorted(path.name for path in pictures if path not in shown)


def find_undocumented_models(text):
    """Return the lasting models that the table of models leaves out."""
    rows = re.findall(r"^\| `(kuaidi[\w.]+)` \|", text, flags=re.MULTILINE)
    lasting = {name for name, kind in _get_models().items() if kind == "Model"}
    return sorted(lasting - set(rows))


class TestDocs(unittest.TestCase):
    def _check(self, find):
        for page, text in get_documents().items():
            with self.subTest(page=page):
                self.assertEqual(find(page, text), [])

    def test_every_page_is_reached_from_the_readme(self):
        pages = get_documents()
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
        self.assertEqual(find_wrong_crons(get_documents()[ADMINISTRATION]), [])

    def test_the_table_of_models_is_complete(self):
        self.assertGreater(len(_get_models()), 100)
        self.assertEqual(find_undocumented_models(get_documents()[DEVELOPMENT]), [])

    def test_the_lists_of_hooks_are_complete(self):
        self.assertGreater(sum(method[3] for method in get_methods()), 50)
        text = get_documents()[DEVELOPMENT]
        self.assertEqual(find_wrong_hooks(text), ([], []))

    def test_every_picture_is_shown(self):
        self.assertEqual(find_unused_pictures(get_documents()), [])

    def test_the_glossary_has_the_names_of_all_records(self):
        self.assertEqual(find_wrong_records(get_documents()[GLOSSARY]), [])

    def test_the_glossary_says_what_the_screen_says(self):
        text = get_documents()[GLOSSARY]
        self.assertGreater(len(re.findall(r"^\| ", text, flags=re.MULTILINE)), 100)
        self.assertEqual(find_wrong_terms(text), [])

    def test_the_handbook_names_menus_and_buttons(self):
        for page, text in get_documents().items():
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
            (find_unknown_models, "`kuaidi.nothing`", "kuaidi.nothing"),
            (find_unknown_names, "`_get_nothing()`", "_get_nothing"),
            (
                find_unknown_names,
                "`kuaidi_claims.group_nobody`",
                "kuaidi_claims.group_nobody",
            ),
            (find_unknown_names, "`tools/nothing.py`", "tools/nothing.py"),
            (find_unknown_names, '`ARGS="tests/test_x.py"`', "tests/test_x.py"),
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
        missing, wrong = find_wrong_hooks("- `_book(a)`, `_brew()` of `kuaidi.desk`: b")
        self.assertIn(("kuaidi.approval.mixin", "_on_approved", ()), missing)
        self.assertEqual(
            wrong, [("kuaidi.desk", "_book", ("a",)), ("kuaidi.desk", "_brew", ())]
        )
        row = (("Key Account", "咖啡"), "kuaidi.key.account")
        found = find_wrong_records("| 咖啡 | Key Account | `kuaidi.key.account` |")
        self.assertIn(row, found)
        self.assertIn("architecture.svg", find_unused_pictures({}))
        term = ("咖啡", "Key Account")
        self.assertEqual(find_wrong_terms("\n## A\n| 咖啡 | Key Account | |"), [term])

    def test_each_check_passes_what_is_right(self):
        for find, text in (
            (find_broken_links, "[a](README.md#two-commands) [b](https://x.invalid)"),
            (find_unknown_models, "`kuaidi.key.account`, kuaidi-key-account.invalid"),
            (find_unknown_names, "`kuaidi_key_account.group_sales`, `tools/serve.py`"),
            (find_unknown_names, "`/my/statements`, `_get_due(start)`"),
            (find_unknown_menus, "**客户 ▸ 我的客户** **大客户 ▸ 客户 ▸ 我的客户**"),
            (find_unknown_menus, "**Accounts ▸ My Accounts**"),
            (find_unknown_words, "「批准」"),
        ):
            with self.subTest(text=text):
                self.assertEqual(find("README.md", text), [])
