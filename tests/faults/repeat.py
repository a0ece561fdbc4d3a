"""A plugin of pytest: all that was chosen runs many times, in rounds.

`FAULT_ROUNDS=20 python -m pytest -p tests.faults.repeat ... tests/test_concurrency.py`
"""

import os


def pytest_collection_modifyitems(items):
    """Repeat what was collected as often as FAULT_ROUNDS says."""
    items[:] = items * int(os.environ.get("FAULT_ROUNDS", "20"))
