"""Core's own tests with our addons and without them: the same ones must pass.

`python -m tools compatibility [ADDON ...]` runs the tests of those addons in two
databases, alike but for our addons, and writes docs/compatibility.md. What was run
before stays in the document's data until it is run again.
"""

import datetime
import json
import sys

from . import console, databases, odoo, places

WITHOUT = "compatibility-without"
WITH = "compatibility-with"
ADDONS = ("crm", "calendar", "portal", "contacts", "mail", "account", "web")
DOCUMENT = places.ROOT / "docs" / "compatibility.md"
RESULTS = "compatibility.json"


def run(addons, variables):
    """Run the tests of core's ``addons`` on both sides, and write the document.

    :raise console.Failure: if a test passes without our addons alone
    """
    _prepare(variables)
    path = places.LOGS / RESULTS
    results = json.loads(path.read_text()) if path.exists() else {}
    for addon in addons or ADDONS:
        sides = {name: _run_side(addon, name, variables) for name in (WITHOUT, WITH)}
        results[addon] = {
            "without": sides[WITHOUT],
            "with": sides[WITH],
            "date": str(datetime.date.today()),
        }
        path.write_text(json.dumps(results, indent=1), encoding="utf-8")
    DOCUMENT.write_text(_describe(results), encoding="utf-8")
    spoilt = {
        name: sorted(set(result["with"]["bad"]) - set(result["without"]["bad"]))
        for name, result in results.items()
    }
    for name, tests in spoilt.items():
        for test in tests:
            console.say(f"{name}: {test}")
    if any(spoilt.values()):
        raise console.Failure("Our addons break tests of core; they are listed above.")
    console.say("No test of core fails with our addons that passes without them.")


def _prepare(variables):
    """Make both databases, without any language or demo data but English."""
    if databases.comment(variables, WITH) is not None:
        return
    databases.create(variables, WITHOUT)
    options = ["--no-http", "--stop-after-init"]
    odoo.run(
        "Installing what our addons depend on",
        ["--database", WITHOUT, "--init", ",".join(places.dependencies()), *options],
        "compatibility.log",
        variables,
    )
    databases.clone(variables, WITHOUT, WITH)
    odoo.run(
        "Installing our addons",
        ["--database", WITH, "--init", ",".join(places.addon_names()), *options],
        "compatibility.log",
        variables,
    )


def _run_side(addon, database, variables):
    report = places.LOGS / f"{database}-{addon}.json"
    with console.step(f"Tests of {addon} in {database}"):
        console.run_logged(
            [
                *(sys.executable, "-W", "ignore", "-m", "tools.core_tests"),
                *(database, report, f"/{addon}"),
            ],
            f"{database}-{addon}.log",
            "The run of the tests ended early; see the lines above.",
            cwd=places.ROOT,
            env=odoo.environment(variables),
        )
    return json.loads(report.read_text(encoding="utf-8"))


def _describe(results):
    """Return the document."""
    lines = [HEAD]
    for name in sorted(results):
        without, with_ours = results[name]["without"], results[name]["with"]
        ran = set(without["ran"]), set(with_ours["ran"])
        bad = set(without["bad"]), set(with_ours["bad"])
        lines.append(
            f"| {name} | {len(ran[0])} | {len(ran[1])} | {len(bad[0] & bad[1])}"
            f" | {len(bad[1] - bad[0])} | {len(bad[0] - bad[1])}"
            f" | {len(with_ours['left_out'])} | {results[name]['date']} |"
        )
    missing = [name for name in ADDONS if name not in results]
    if missing:
        lines.append(f"\nNot run yet: {', '.join(missing)}.")
    for title, first, second in (
        ("Fail with our addons only", "with", "without"),
        ("Fail without our addons only", "without", "with"),
        ("Fail on both sides", "with", None),
    ):
        lines.append(f"\n## {title}\n")
        found = []
        for name in sorted(results):
            bad = set(results[name][first]["bad"])
            if second:
                bad -= set(results[name][second]["bad"])
            else:
                bad &= set(results[name]["without"]["bad"])
            found += [f"- {name}: `{test}`" for test in sorted(bad)]
        lines += found or ["None."]
    return "\n".join(lines) + "\n"


HEAD = """\
# Core's own tests with our addons

`python -m tools compatibility [ADDON ...]` writes this page. It runs the tests that
come with Odoo in two databases, alike but for our two addons, and compares test by
test. In both, all addons are loaded before the first test begins, also for the tests
that Odoo by itself runs earlier; so our addons have a say in each of them, and some
tests fail on both sides that expect an addon to be alone.

Tours and suites of JavaScript (whatever starts a browser) are left out; the column
`out` counts them with the tests that skip themselves.

| addon | run without | run with | fail in both | only with | only without | out | on |
|---|---|---|---|---|---|---|---|"""
