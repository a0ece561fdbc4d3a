"""Deals the test files out to parts that run at the same time."""

import re

from . import places

FOLDERS = ("addons", "tests")
NAMES = ("test_*.py", "*_test.py")
BROWSER = "Tests in the browser"
OTHERS = "Other tests"
# One core for the browser and what it asks of Odoo, one for the others.
CORES_PER_BROWSER = 2
USES_BROWSER = re.compile(r"^ +self\.(start_tour|browser_js)\(", re.MULTILINE)
TEST = re.compile(r"^ +def test_", re.MULTILINE)


def split(processes):
    """Return the test files by the names of the parts.

    Tours stand apart, and one after the other: two browsers on two cores keep each
    other waiting until a step of a tour takes too long.
    """
    tours, others = {}, {}
    for path in _test_files():
        group = tours if uses_browser(path) else others
        tests = len(TEST.findall(path.read_text(encoding="utf-8")))
        group[str(path.relative_to(places.ROOT))] = tests
    lanes = max(1, processes // CORES_PER_BROWSER)
    return {
        f"{name} {number}" if lanes > 1 else name: files
        for name, group in ((BROWSER, tours), (OTHERS, others))
        for number, files in enumerate(_deal(group, lanes), start=1)
    }


def uses_browser(path):
    """Tell whether a test file starts a browser."""
    return bool(USES_BROWSER.search(path.read_text(encoding="utf-8")))


def _test_files():
    """Return the files that pytest takes for tests."""
    return sorted(
        {
            path
            for folder in FOLDERS
            for name in NAMES
            for path in (places.ROOT / folder).rglob(name)
        }
    )


def _deal(weights, count):
    """Return up to ``count`` lists of files that weigh about as much."""
    hands = [[] for _number in range(count)]
    loads = [0] * count
    for path in sorted(weights, key=lambda path: (-weights[path], path)):
        lightest = loads.index(min(loads))
        hands[lightest].append(path)
        loads[lightest] += weights[path]
    return [sorted(hand) for hand in hands if hand]
