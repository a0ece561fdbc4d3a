import re
import unittest
from pathlib import Path

from . import attack_table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "security.md"
# checks of the source have no role
STATIC = 30


class TestAttackTable(unittest.TestCase):
    """The table of attempts is made of what the tests log, and stands in the docs."""

    def test_attempts_of_one_class_and_role_are_added_up(self):
        lines = (
            'INFO db x.attack_log: Attack 12, rights: {"admin": 1000, "stranger": 2}',
            'INFO db x.attack_log: Attack 12, roles taken: {"admin": 234}',
            "INFO db odoo.http: Attack 12, rights: {}",
        )
        counts = attack_table.count(lines)
        self.assertEqual(counts[12], {"administrator": 1234, "other client": 2})
        rows = attack_table.make_rows(counts)
        self.assertEqual(len(rows), 32)
        self.assertRegex(rows[13], r"^\| 12 \| - \| - \| 2 \|.* 1,234 \| - \|$")

    def test_a_role_without_a_column_is_not_left_out_in_silence(self):
        with self.assertRaises(KeyError):
            attack_table.count(['attack_log: Attack 1, x: {"somebody": 1}'])

    def test_the_docs_tell_of_every_class_who_tried_it(self):
        head, _line, *rows = attack_table.make_rows(attack_table.count([]))
        text = PAGE.read_text(encoding="utf-8")
        self.assertIn(head, text)
        table = text.partition(head)[2]
        for number in attack_table.CLASSES:
            with self.subTest(number=number):
                row = re.search(rf"^\| {number} \|(.*)\|$", table, re.MULTILINE)
                self.assertTrue(row)
                self.assertEqual(number == STATIC, not re.search(r"\d", row[1]))
