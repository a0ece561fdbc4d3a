"""Charts as SVG for documents that are printed without a browser (AN-3, AN-5).

They use nothing but rectangles, lines and texts: the printer of the letters knows
neither scripts nor style sheets of its own within a drawing.
"""

from html import escape
from math import ceil, floor, log10

FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, SimHei, sans-serif"
INK, FAINT, GRID, PAPER = "#2b2b2b", "#767676", "#e4dfdb", "#ffffff"
STRONG, MIDDLE, LIGHT = "#8a1f1f", "#cfa9a2", "#e6d9d3"
LINE, GOOD = "#2f5d8a", "#4f7f5b"


def draw_columns(labels, columns, line, legend, size=(880, 235), format_value=str):
    """Draw one column for each month, the last one strong, and a line for last year.

    :param columns: numbers of the months, None where a month is missing
    :param line: numbers of the same months of last year, None where missing
    :param legend: names of the columns and of the line
    :param format_value: how a number is written
    :return: SVG
    """
    width, height = size
    left, right, top, bottom = 58, 8, 30, 24
    highest = max((number for number in (*columns, *line) if number), default=0)
    step = _get_step(highest)
    limit = step * max(1, ceil(highest / step)) if step else 1
    inner = height - top - bottom

    def at(number):
        return top + inner * (1 - number / limit)

    parts = []
    for tick in range(0, int(limit + step / 2) + 1, step) if step else (0,):
        y = at(tick)
        parts.append(_draw_line(left, y, width - right, y, GRID))
        parts.append(_write(left - 6, y + 4, format_value(tick), FAINT, 11, "end"))
    slot = (width - left - right) / max(1, len(columns))
    points = []
    for index, (label, number, before) in enumerate(
        zip(labels, columns, line, strict=True)
    ):
        middle = left + slot * (index + 0.5)
        is_last = index == len(columns) - 1
        if number is not None:
            y = at(number)
            color = STRONG if is_last else MIDDLE
            parts.append(
                _draw_box(middle - slot * 0.35, y, slot * 0.7, at(0) - y, color)
            )
            if is_last:
                # within the column, clear of the line, where there is room
                text = format_value(number)
                is_within = at(0) - y > 20 and len(text) * 6.8 <= slot * 0.7
                y, color = (y + 15, PAPER) if is_within else (y - 5, STRONG)
                parts.append(_write(middle, y, text, color, 12, "middle", True))
        if before is not None:
            points.append((middle, at(before)))
        elif points and points[-1]:
            points.append(None)
        color = INK if is_last else FAINT
        parts.append(_write(middle, height - 7, label, color, 11, "middle", is_last))
    parts += _draw_path(points)
    parts.append(_draw_line(left, at(0), width - right, at(0), FAINT))
    parts += _draw_legend(left, 12, zip(legend, (STRONG, LINE), strict=True))
    return _wrap(width, height, parts)


def draw_rates(rows, legend, size=(420, 216)):
    """Draw bars in groups of this month, last month and last year.

    Every group has a scale of its own: a rate of losses is a hundredth of one of
    delays, and each is compared with its own past.

    :param rows: (label, ((number or None, text), ...)), numbers in the legend's order
    :return: SVG
    """
    width, height = size
    left, right, top = 74, 66, 24
    colors = (STRONG, MIDDLE, LIGHT)
    parts = list(_draw_legend(2, 12, zip(legend, colors, strict=True)))
    slot = (height - top) / max(1, len(rows))
    for index, (label, values) in enumerate(rows):
        y = top + slot * index + 5
        bar = (slot - 10) / len(values)
        highest = max((number for number, _text in values if number), default=0)
        parts.append(_write(left - 8, y + slot / 2, label, INK, 12, "end"))
        for (number, text), color in zip(values, colors, strict=True):
            length = (width - left - right) * (number or 0) / (highest or 1)
            parts.append(_draw_box(left, y, max(length, 1), bar - 2, color))
            is_first = color == STRONG
            parts.append(
                _write(
                    left + max(length, 1) + 5,
                    y + bar - 3,
                    text,
                    INK if is_first else FAINT,
                    min(10.5, bar),
                    "start",
                    is_first,
                )
            )
            y += bar
    return _wrap(width, height, parts)


def draw_split(parts_of_whole, size=(420, 56)):
    """Draw one bar that is split into what was delivered and what was missed.

    :param parts_of_whole: (label, count) of the good part, then of the bad one
    :return: SVG
    """
    width, height = size
    total = sum(count for _label, count in parts_of_whole)
    colors = (GOOD, STRONG)
    parts = list(
        _draw_legend(
            2,
            12,
            [
                (f"{label} {count}", color)
                for (label, count), color in zip(parts_of_whole, colors, strict=True)
            ],
        )
    )
    if not total:
        parts.append(_draw_box(0, 24, width, height - 28, LIGHT))
    x = 0
    for (_label, count), color in zip(parts_of_whole, colors, strict=True):
        length = width * count / total if total else 0
        if length:
            parts.append(_draw_box(x, 24, length, height - 28, color))
        x += length
    return _wrap(width, height, parts)


def _get_step(highest):
    """Return a round distance of grid lines, so that there are four to seven."""
    if not highest:
        return 0
    power = 10 ** floor(log10(highest))
    for part in (0.2, 0.5, 1, 2):
        if highest / (power * part) <= 6:
            return max(1, int(power * part))
    return max(1, int(power * 2))


def _draw_box(x, y, width, height, color):
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}"'
        f' height="{max(height, 0):.1f}" fill="{color}"/>'
    )


def _draw_line(x1, y1, x2, y2, color, width=1):
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        f' stroke="{color}" stroke-width="{width}"/>'
    )


def _draw_path(points):
    """Return lines between neighbours and a dot on each; None interrupts."""
    parts = []
    for start, stop in zip(points, points[1:], strict=False):
        if start and stop:
            parts.append(_draw_line(*start, *stop, LINE, 2))
    for point in filter(None, points):
        x, y = point
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{LINE}"/>')
    return parts


def _draw_legend(x, y, names):
    for name, color in names:
        yield _draw_box(x, y - 9, 10, 10, color)
        yield _write(x + 15, y, name, FAINT, 11, "start")
        # a Chinese sign is as wide as high, a Latin letter half of it
        x += 32 + sum(11.5 if ord(sign) > 0x2E7F else 6.2 for sign in name)


def _write(x, y, text, color, size, anchor, is_bold=False):
    weight = ' font-weight="bold"' if is_bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" font-size="{size:.1f}"'
        f' text-anchor="{anchor}"{weight}>{escape(str(text))}</text>'
    )


def _wrap(width, height, parts):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" font-family="{FONT}">{"".join(parts)}</svg>'
    )
