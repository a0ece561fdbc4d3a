"""Keeps the texts of a CSV file from being taken for formulas (CWE-1236)."""

# characters that make a spreadsheet take a text for a formula
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_text(value):
    """Return a value of a cell; a text that begins like a formula gets an apostrophe.

    >>> as_text("=1+1"), as_text("Haina"), as_text(-5)
    ("'=1+1", 'Haina', -5)
    """
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value
