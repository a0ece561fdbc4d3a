"""Names of months with their year."""

from babel.dates import format_date, format_skeleton

from odoo.tools.misc import babel_locale_parse


def format_month(month, lang):
    """Return a month with its year, in the order that the language has them.

    :param date month: first day of it; nothing is said of no month
    :param lang: code of the language, or nothing for English
    :rtype: str
    """
    if not month:
        return ""
    return format_skeleton("yMMMM", month, locale=babel_locale_parse(lang or "en_US"))


def format_short_month(month, lang):
    """Return a month with its year as it fits under a column of a chart."""
    lang = lang or "en_US"
    pattern = "yy/M" if lang.startswith("zh") else "MMM yy"
    return format_date(month, pattern, locale=babel_locale_parse(lang))
