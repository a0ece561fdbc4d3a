"""Tells whether two databases that grew from one hold the same.

Rows that are new have other numbers where a process died in between, because a
sequence does not go back. So a new row is known by what it says, and a reference to a
new row counts as one to any new row of that table.
"""

import json
import re
from collections import Counter

from tools import contents

PREFIXES = (
    "account_move",
    "account_payment",
    "calendar_event",
    "crm_lead",
    "ir_attachment",
    "kuaidi_",
    "mail_",
    "res_partner",
    "tier_review",
)
# Made at random for each row, the digest of a file with the time inside, or how often
# and how long something was tried.
RANDOM = frozenset(
    {
        "attempt",
        "attempt_count",
        "seconds",
        "access_token",
        "checksum",
        "file_size",
        "index_content",
        # a number of an account, though no reference
        "last_account_id",
        "message_id",
        "references",
        "store_fname",
        "token",
        "uuid",
    }
)
MODELS = ("res_model", "model", "document_model")
NUMBERED = re.compile(
    r"(data-oe-id=\"|[?&/](?:id=)?|res_id=|record_id=|<kuaidi-[a-z-]+-)\d+"
)
# What a sequence gives out, which a process that dies takes along.
CODE = re.compile(r"^([A-Z]+-?(?:\d{4}-)?)\d{5}$")
TOKEN = re.compile(r"(access_token=)[0-9a-f-]+")
# Written by the database's own clock, which is not frozen.
TRUE_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+$")
NEW = "new"


class Comparison:
    """Reads databases that are copies of ``template``."""

    def __init__(self, template):
        with contents.connected(template) as cursor:
            self.tables = [
                table
                for table in contents.tables(cursor)
                if table.startswith(PREFIXES) and table not in contents.VOLATILE
            ]
            self.before = self._read(cursor)
            self.references = self._get_references(cursor)
            self.last = {
                table: self._get_last(cursor, table)
                for table in {*self.tables, *self.references.values()}
            }

    def read(self, name):
        """Return what is different from the template, as countable texts by table."""
        with contents.connected(name) as cursor:
            rows = self._read(cursor)
        found = {}
        for table in self.tables:
            before = self.before[table]
            changed = Counter(
                self._normalise(table, row, is_new=key not in before)
                for key, row in rows[table].items()
                if before.get(key) != row
            )
            lost = [f"lost {key}" for key in before if key not in rows[table]]
            changed.update(lost)
            if changed:
                found[table] = changed
        return found

    def _read(self, cursor):
        return {table: contents.rows(cursor, table) for table in self.tables}

    def _get_last(self, cursor, table):
        rows = self.before.get(table)
        if rows is None:
            rows = contents.rows(cursor, table)
        return max((key for key in rows if isinstance(key, int)), default=0)

    def _get_references(self, cursor):
        cursor.execute(
            """
            SELECT conrelid::regclass::text, attname, confrelid::regclass::text
              FROM pg_constraint
              JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
             WHERE contype = 'f'
            """
        )
        return {(table, name): target for table, name, target in cursor.fetchall()}

    def _normalise(self, table, row, is_new):
        model = next((row[name] for name in MODELS if row.get(name)), None)
        cleaned = {}
        for name, value in row.items():
            if name == "id" and is_new or name in RANDOM:
                continue
            target = self.references.get((table, name))
            if name == "res_id" and isinstance(model, str):
                target = model.replace(".", "_")
            if target and isinstance(value, int) and value > self.last.get(target, 0):
                value = NEW
            if isinstance(value, str):
                value = TOKEN.sub(r"\1T", NUMBERED.sub(r"\1N", value))
                value = CODE.sub(r"\1N", TRUE_TIME.sub("now", value))
            cleaned[name] = value
        return json.dumps(cleaned, sort_keys=True, ensure_ascii=False)


def summarise(texts):
    """Return how many sentences there are on each table, and two of them."""
    tables = {}
    for text in texts:
        tables.setdefault(text.split(" ")[0], []).append(text)
    return {
        table: [len(found), *(text[:1500] for text in found[:2])]
        for table, found in tables.items()
    }


def differences(expected, found):
    """Return sentences on what is missing and what is too much."""
    texts = []
    for table in sorted({*expected, *found}):
        wanted, had = expected.get(table, Counter()), found.get(table, Counter())
        texts += [f"{table} misses {row}" for row in (wanted - had).elements()]
        texts += [f"{table} has more: {row}" for row in (had - wanted).elements()]
    return texts
