"""How tests tell what was attacked, by whom and how often."""

import json
import logging

_logger = logging.getLogger(__name__)


def log_attempts(number, attack, tried):
    """Log the number of attempts by role.

    `python3 -m tests.attack_table` makes the table of docs/security.md of these lines.

    :param number: of the class of attacks, as in docs/security.md
    :param tried: dict of the number of attempts by role, see `access_tables.ROLES`;
        ``stranger`` is a client who tries another client's, ``public`` is nobody
    """
    _logger.info("Attack %s, %s: %s", number, attack, json.dumps(tried))
