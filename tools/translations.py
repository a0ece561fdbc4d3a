"""Translations: the template follows the code, and Chinese is complete."""

import tempfile
from pathlib import Path

import polib

from . import console, odoo, places

LANGUAGE = "zh_CN"


def check(variables, database):
    """Compare the files with the code, and return the number of terms.

    :param database: one in which the addons are installed
    :raise console.Failure: if a file lacks a term, or has one too many
    """
    faults = []
    terms = 0
    for addon in places.addon_names():
        exported = _export(variables, database, addon)
        template = _read(_template_path(addon))
        chinese = _read(_chinese_path(addon))
        terms += len(exported)
        wanted, present = _keys(exported), _keys(template)
        faults += _differences(_template_path(addon), wanted, present)
        translated = _keys(
            entry for entry in chinese if entry.translated() and not entry.obsolete
        )
        faults += _differences(_chinese_path(addon), wanted, translated)
    for fault in faults[:50]:
        console.say(fault)
    if faults:
        raise console.Failure(
            f"{len(faults)} terms are out of step. `make translate` updates the files;"
            f" then fill in what is empty in {LANGUAGE}.po."
        )
    return terms


def update(variables, database):
    """Write the templates anew and carry them into the Chinese files."""
    for addon in places.addon_names():
        exported = _export(variables, database, addon)
        if not exported:
            continue
        exported.metadata = _metadata()
        _save(exported, _template_path(addon))
        chinese = _read(_chinese_path(addon))
        chinese.metadata = _metadata(Language=LANGUAGE)
        chinese.header = exported.header = ""
        chinese.merge(exported)
        for entry in chinese.obsolete_entries():
            chinese.remove(entry)
        chinese.sort(key=lambda entry: (entry.msgid, entry.occurrences))
        _save(chinese, _chinese_path(addon))
        empty = len(chinese.untranslated_entries())
        console.say(f"{addon}: {len(exported)} terms, {empty} still to translate")


def _template_path(addon):
    return places.ADDONS / addon / "i18n" / f"{addon}.pot"


def _chinese_path(addon):
    return places.ADDONS / addon / "i18n" / f"{LANGUAGE}.po"


def _metadata(**more):
    return {
        "Project-Id-Version": "Odoo Server 19.0",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        **more,
    }


def _read(path):
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def _save(file, path):
    path.parent.mkdir(exist_ok=True)
    file.save(str(path))


def _export(variables, database, addon):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{addon}.pot"
        options = ["--database", database, "--output", str(path), addon]
        console.run_logged(
            odoo.command("i18n", "export", *options),
            "translations.log",
            f"Odoo could not export the terms of {addon}.",
            cwd=places.ROOT,
            env=odoo.environment(variables),
        )
        exported = _read(path)
    exported.sort(key=lambda entry: (entry.msgid, entry.occurrences))
    return exported


def _keys(entries):
    """Return each term with the places it is used in: Odoo loads it into those."""
    return {
        (entry.msgid, place) for entry in entries for place, _line in entry.occurrences
    }


def _differences(path, wanted, present):
    name = path.relative_to(places.ROOT)
    return [
        *(f"{name}: lacks {text!r} ({place})" for text, place in wanted - present),
        *(
            f"{name}: has {text!r} too many ({place})"
            for text, place in present - wanted
        ),
    ]
