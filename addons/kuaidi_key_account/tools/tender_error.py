"""What is said of a tender document that cannot be read."""


class TenderFileError(Exception):
    """A file is refused.

    ``message`` is a lazy translation: a whole sentence, with what to do next;
    ``values`` fill it in.
    """

    def __init__(self, message, **values):
        super().__init__(message)
        self.message = message
        self.values = values
