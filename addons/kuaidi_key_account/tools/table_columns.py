"""Which column of a table holds what."""

from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter

from odoo.tools.translate import LazyTranslate

from .table_cells import normalise, shorten
from .table_error import TableFileError
from .table_file import TITLE_ROWS

_lt = LazyTranslate(__name__)


@dataclass
class Columns:
    """Where a file holds what: indexes and titles by name of the field."""

    header_row: int
    indexes: dict
    labels: dict = field(default_factory=dict)
    # titles that mean nothing to us
    ignored: list = field(default_factory=list)


@dataclass(frozen=True)
class TableWords:
    """What the columns of one kind of table are called.

    ``chinese`` and ``english`` are the titles of the template in their order, by name
    of the field; ``synonyms`` what else is understood, separated by blanks and as
    `normalise` leaves it. ``required`` are tuples of names, of each of which one has
    to be there. ``nothing`` is said of a file without rows.
    """

    chinese: dict
    english: dict
    synonyms: dict
    required: tuple
    nothing: object

    @cached_property
    def names(self):
        """Names of fields by each of their words."""
        return {
            word: name
            for name, words in self.synonyms.items()
            for word in words.split()
        }

    def get_titles(self, is_chinese):
        """Return the titles of the template by name of the field."""
        return self.chinese if is_chinese else self.english


def find_columns(rows, words):
    """Return the `Columns` of a file.

    :param rows: pairs (number, cells) from the beginning
    :param TableWords words: of this kind of table
    :raise TableFileError: naming what is missing, or there twice
    """
    best = None
    for number, cells in rows:
        if number > TITLE_ROWS:
            break
        found = [words.names.get(normalise(cell)) for cell in cells]
        if best is None or _count(found) > _count(best[2]):
            best = number, cells, found
    if best is None:
        raise TableFileError(words.nothing)
    number, cells, found = best
    _check_found(words, cells, found)
    indexes = {name: index for index, name in enumerate(found) if name}
    return Columns(
        header_row=number,
        indexes=indexes,
        labels={name: shorten(cells[index]) for name, index in indexes.items()},
        ignored=[
            shorten(cell)
            for cell, name in zip(cells, found, strict=True)
            if cell and not name
        ],
    )


def iter_values(rows, columns):
    """Yield number and values of each row below the titles, as `indexes` orders them.

    :param rows: pairs (number, cells)
    """
    get_values = itemgetter(*columns.indexes.values())
    padding = [None] * (1 + max(columns.indexes.values()))
    for number, cells in rows:
        if number > columns.header_row:
            yield number, get_values(cells + padding)


def _count(found):
    return len(set(found) - {None})


def _check_found(words, cells, found):
    """Refuse a file in which columns are missing, or there twice."""
    missing = [names[0] for names in words.required if not {*names} & {*found}]
    if missing:
        raise TableFileError(
            _lt(
                "These columns are missing: %(missing)s. The first row names the"
                " columns, as in the template: %(found)s.",
                missing=", ".join(
                    f"{words.chinese[name]} / {words.english[name]}" for name in missing
                ),
                found=", ".join(shorten(cell) for cell in cells if cell)[:200],
            )
        )
    twice = {name for name in found if name and found.count(name) > 1}
    if twice:
        raise TableFileError(
            _lt(
                "Several columns hold the same: %(columns)s. Keep one of them.",
                columns=", ".join(
                    shorten(cell)
                    for cell, name in zip(cells, found, strict=True)
                    if name in twice
                ),
            )
        )
