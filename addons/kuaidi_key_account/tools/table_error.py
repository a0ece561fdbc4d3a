"""What is said of a table that cannot be read."""


class TableFileError(Exception):
    """A file is refused.

    ``message`` is a lazy translation: a whole sentence, with what to do next.
    """

    def __init__(self, message):
        super().__init__(message)
        self.message = message


def translate_reason(reason, lang):
    """Return in words what is wrong with a file, or with a value in it.

    :param reason: a text, or a lazy translation
    :param lang: code of the language, if there is one
    """
    return reason if isinstance(reason, str) else reason._translate(lang or "en_US")
