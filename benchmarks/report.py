"""Makes one table of a run, for the terminal and for `docs/performance.md`."""

import dataclasses

import database
from goals import GOALS, GROWTH

PAGE = database.ROOT / "docs" / "performance.md"
PRODUCT = "product"
HEADINGS = ("Group", "What", "Measured", "Mark", "Met")


@dataclasses.dataclass
class Row:
    """One figure of a comparison at every size, with its mark if it has one."""

    group: str
    title: str
    text: str
    # values by number of clients
    values: dict
    marks: list = dataclasses.field(default_factory=list)

    @property
    def is_met(self):
        return all(mark["passed"] for mark in self.marks)

    @property
    def mark(self):
        """Return the mark in words, from the smallest size to the biggest."""
        sign = "≥" if any(mark["at_least"] for mark in self.marks) else "≤"
        limits = dict.fromkeys(_format(mark["limit"]) for mark in self.marks)
        return f"{sign} {' / '.join(limits)}" if limits else ""

    @property
    def verdict(self):
        return ("yes" if self.is_met else "**no**") if self.marks else ""


def make_rows(results, live=None):
    """Return the rows of all that a run has measured, group by group.

    :param live: what the last real load has shown, whose marks come last
    """
    rows = []
    comparisons = {}
    for line in results.get_comparisons():
        by_size = comparisons.setdefault((line["group"], line["title"]), {})
        by_size[line["accounts"]] = line
    for (group, title), by_size in comparisons.items():
        by_size = dict(sorted(by_size.items()))
        rows += _make_times(group, title, by_size)
        rows += _make_marks(group, title, by_size)
        rows += _make_growth(results, group, title, by_size)
    for mark in (live or {}).get("marks", ()):
        values = {live["accounts"]: mark["value"]}
        rows.append(Row(mark["group"], mark["title"], mark["mark"], values, [mark]))
    return rows


def _make_times(group, title, by_size):
    """Return the product's time, and what no mark tells of queries and ratio."""
    texts = {mark["mark"] for line in by_size.values() for mark in line["marks"]}
    timings = {size: line["paths"].get(PRODUCT) for size, line in by_size.items()}
    timings = {size: timing for size, timing in timings.items() if timing}
    if not timings:
        return
    yield Row(
        group,
        title,
        "product, ms",
        {size: timing["median"] for size, timing in timings.items()},
    )
    floor = next(iter(by_size.values()))["floor"]
    if floor != PRODUCT and not any("/" in text for text in texts):
        ratios = {size: timing["ratio"] for size, timing in timings.items()}
        yield Row(group, title, f"time / {floor}", ratios)
    if not any(text.startswith("queries") for text in texts):
        queries = {size: timing["queries"] for size, timing in timings.items()}
        yield Row(group, title, "queries", queries)


def _make_marks(group, title, by_size):
    rows = {}
    for size, line in by_size.items():
        for mark in line["marks"]:
            text = mark["mark"]
            row = rows.setdefault(text, Row(group, title, text, {}))
            row.values[size] = mark["value"]
            row.marks.append(mark)
    return rows.values()


def _make_growth(results, group, title, by_size):
    """Return how the product's time grows between the outermost sizes."""
    measured = results.growths.get((group, title))
    least, biggest = min(by_size), max(by_size)
    if not by_size[biggest]["is_growing"] or least == biggest:
        return
    if measured and (measured["least"], measured["biggest"]) == (least, biggest):
        value = measured["value"]
    else:
        value = (
            by_size[biggest]["paths"][PRODUCT]["median"]
            / by_size[least]["paths"][PRODUCT]["median"]
        )
    # in proportion, with a tenth of slack, unless the page may not grow
    limit = by_size[biggest]["growth_limit"] or 1.1 * biggest / least
    mark = {
        "value": value,
        "limit": limit,
        "at_least": False,
        "passed": value <= limit,
    }
    text = f"{GROWTH} {least:,} to {biggest:,}"
    yield Row(group, title, text, {biggest: value}, [mark])


def print_table(rows):
    """Print the table, and what was missed."""
    sizes = _get_sizes(rows)
    table = [[*HEADINGS[:3], *(f"{size:,}" for size in sizes), *HEADINGS[3:]]]
    table += [_get_cells(row, sizes) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    print()
    for cells in table:
        texts = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        print("  ".join(texts).rstrip())
    marked = [row for row in rows if row.marks]
    missed = [row for row in marked if not row.is_met]
    print(f"\n{len(marked)} marks, {len(missed)} missed")
    for row in missed:
        print(f"  missed: {row.title}: {_describe(row)} ({row.mark})")
    return missed


def write_page(results, rows, live=None):
    """Write `docs/performance.md`."""
    parts = [
        _INTRODUCTION,
        _describe_machine(results),
        _make_goal_table(rows),
        _make_group_table(rows),
        describe_live(live),
    ]
    PAGE.write_text("\n".join(part for part in parts if part), encoding="utf-8")
    print(f"{PAGE.relative_to(database.ROOT)} is written.")


_INTRODUCTION = """\
# Performance

`make bench` writes this page. Every figure is the median of five runs or more, in which
the ways that are compared take turns: what slows the machine slows all of them alike.
The ratios and the numbers of queries count, the milliseconds belong to the machine.
What the groups do is told in [Contributing](../CONTRIBUTING.md#measure).
"""


def _describe_machine(results):
    if not results.machines:
        return ""
    last = results.machines[-1]
    postgres = dict(last["postgres"])
    version = postgres.pop("server_version")
    commits = dict.fromkeys(line["commit"] for line in results.machines)
    days = dict.fromkeys(line["time"][:10] for line in results.machines)
    changed = any(line["is_changed"] for line in results.machines)
    lines = [
        "## Machine",
        "",
        "| | |",
        "| --- | --- |",
        f"| Processor | {last['processor']}, {last['cores']} cores |",
        f"| Memory | {last['memory_gib']} GiB |",
        f"| System | {last['system']}, {last['machine']} |",
        f"| Python, Odoo | {last['python']}, {last['odoo']} |",
        f"| PostgreSQL | {version} |",
        *(f"| `{name}` | {value} |" for name, value in sorted(postgres.items())),
        f"| Commit | {', '.join(commits)}{', with changes' if changed else ''} |",
        f"| Date | {', '.join(days)} |",
        "",
        _describe_load(results, last["cores"]),
        "",
    ]
    return "\n".join(lines)


def _describe_load(results, cores):
    """Tell whether other work has shared the machine."""
    loads = [load for line in results.get_comparisons() for load in line["load"]]
    busy = sum(load > cores for load in loads)
    if not busy:
        return f"No other work shared the machine: the load stayed below {cores}."
    return (
        f"**The machine was shared**: the load average lay between {min(loads):g} and"
        f" {max(loads):g}, above the number of cores in {busy} of {len(loads)} readings"
        " before and after a comparison. Read the ratios with that in mind."
    )


def _make_goal_table(rows):
    lines = [
        "## Goals",
        "",
        "The values stand in the order of the sizes, which are numbers of clients.",
        "",
        "| Goal | Asked for | Measured | Where | Met |",
        "| --- | --- | --- | --- | --- |",
    ]
    for goal in GOALS:
        found = [row for row in rows if row.marks and _belongs(goal, row)]
        groups = dict.fromkeys(f"`{part.group}`" for part in goal.parts)
        lacking = [
            f"`{part.group}` {part.mark or part.title}".rstrip()
            for part in goal.parts
            if not any(_fits(part, row) for row in found)
        ]
        texts = [f"{row.title}: {_describe(row)}" for row in found]
        texts += [f"**not measured**: {text}" for text in lacking]
        verdict = "not measured"
        if found:
            verdict = "yes" if all(row.is_met for row in found) else "**no**"
            if lacking:
                verdict += ", as far as measured"
        lines.append(
            f"| {goal.name} | {goal.text} | {'<br>'.join(texts)}"
            f" | {', '.join(groups)} | {verdict} |"
        )
    return "\n".join([*lines, ""])


def _belongs(goal, row):
    return any(_fits(part, row) for part in goal.parts)


def _fits(part, row):
    return (
        part.group == row.group
        and row.title.startswith(part.title)
        and row.text.startswith(part.mark)
    )


def _make_group_table(rows):
    sizes = _get_sizes(rows)
    headings = [*HEADINGS[:3], *(f"{size:,}" for size in sizes), *HEADINGS[3:]]
    aligned = ["---"] * 3 + ["---:"] * len(sizes) + ["---"] * 2
    lines = [
        "## All groups",
        "",
        "Sizes are numbers of clients, with 25 invoices each.",
        "",
        _make_line(headings),
        _make_line(aligned),
    ]
    known = None
    for row in rows:
        cells = _get_cells(row, sizes)
        if (row.group, row.title) == known:
            cells[:2] = "", ""
        known = row.group, row.title
        lines.append(_make_line(cells))
    return "\n".join([*lines, ""])


def describe_live(live):
    """Return what the last real load has shown, as a part of the page."""
    heading = "## Real load"
    if not live:
        return f"{heading}\n\n**Not measured.**\n"
    lines = [
        heading,
        "",
        f"{live['users']} users at once, for {live['minutes']:g} minutes on each side,"
        f" with {live['accounts']:,} clients and {live['workers']} workers of Odoo on"
        " the machine that also held the database and the users. The product and Odoo's"
        " own CRM, contacts and portal took turns minute by minute. Every user logged"
        f" in by HTTP and waited {live['pause']:g} s on average between two requests.",
        "",
        f"Measured on {live['time'][:10]} at commit {live['commit']}; the load average"
        f" lay between {live['load'][0]:g} and {live['load'][1]:g}, that of the"
        " measurement included.",
        "",
        "| Side | Requests | Errors | Requests a second | p50 ms | p95 ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for side, total in live["sides"].items():
        lines.append(
            f"| {side} | {total['count']:,} | {total['errors']} | {total['rate']:.1f}"
            f" | {total['p50']:.0f} | {total['p95']:.0f} |"
        )
    lines += [
        "",
        "| Side | Request | Number | Errors | p50 ms | p95 ms | Share of the time |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind in live["kinds"]:
        lines.append(
            f"| {kind['side']} | {kind['name']} | {kind['count']:,} | {kind['errors']}"
            f" | {kind['p50']:.0f} | {kind['p95']:.0f} | {kind['share']:.0%} |"
        )
    for error in live["messages"]:
        lines.append(f"\nError: {error}")
    return "\n".join([*lines, ""])


def _get_sizes(rows):
    return sorted({size for row in rows for size in row.values})


def _get_cells(row, sizes):
    values = [_format(row.values[size]) if size in row.values else "" for size in sizes]
    return [row.group, row.title, row.text, *values, row.mark, row.verdict]


def _make_line(cells):
    return f"| {' | '.join(cells)} |"


def _describe(row):
    """Return a row's values in one line."""
    return f"{row.text} {', '.join(map(_format, row.values.values()))}"


def _format(value):
    """Write a number as short as it tells something."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2g}" if value < 10 else f"{value:.1f}"
