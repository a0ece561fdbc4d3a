"""What is said of a file that cannot be read."""


class TableFileError(Exception):
    """A file is refused.

    ``message`` is a lazy translation: a whole sentence, with what to do next.
    """

    def __init__(self, message):
        super().__init__(message)
        self.message = message
