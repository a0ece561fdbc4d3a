"""Figures under two hands: nothing twice, nothing lost."""

import base64
from datetime import date

from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from odoo import api
from odoo.exceptions import UserError
from odoo.tests import tagged

from .concurrency_common import ConcurrencyCase

MONTH = date(2026, 1, 1)


@tagged("post_install", "-at_install")
class TestInsightConcurrency(ConcurrencyCase):
    """Real cursors that commit; what a test committed it deletes again."""

    def setUp(self):
        super().setUp()
        self.account_id = self._create_account()
        # before the client, whose deletion its figures would refuse
        self.addCleanup(self._delete_figures)

    def _delete_figures(self):
        with self._transaction() as env:
            company = [("company_id", "=", self.company_id)]
            env["kuaidi.monthly.figure"].search(company).unlink()
            env["kuaidi.figure.import"].search(company).unlink()
            env["kuaidi.figure.import.row"]._gc_rows()

    def _read_file(self, uid, pieces):
        """Commit an import that has read its file; return its id."""
        with self._transaction(uid) as env:
            account = env["kuaidi.key.account"].browse(self.account_id)
            content = f"code,month,pieces\n{account.code},2026-01,{pieces}\n"
            wizard = env["kuaidi.figure.import"].create(
                {"file": base64.b64encode(content.encode())}
            )
            wizard.action_read()
            wizard.action_read_next()
            self.assertEqual((wizard.state, wizard.new_count), ("ready", 1))
            return wizard.id

    def _get_figures(self):
        with self._transaction() as env:
            figures = env["kuaidi.monthly.figure"].search(
                [("account_id", "=", self.account_id)]
            )
            return [(figure.month, figure.pieces) for figure in figures]

    def test_two_users_who_import_the_same_month_leave_one_figure(self):
        uid_1, uid_2 = self.user_ids[:2]
        first_id, second_id = self._read_file(uid_1, 5), self._read_file(uid_2, 7)
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first = api.Environment(cr_1, uid_1, {})["kuaidi.figure.import"].browse(
                first_id
            )
            second = api.Environment(cr_2, uid_2, {})["kuaidi.figure.import"].browse(
                second_id
            )
            second.read(["state"])
            first.action_import()
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            # the second one waits for the first ...
            with self.assertRaises(OperationalError), cr_2.savepoint(flush=False):
                second.action_import()
            cr_1.commit()
            # ... and what it saw before is then too old, so that Odoo tries it again
            with self.assertRaises(SerializationFailure):
                second.action_import()
            cr_2.rollback()
        self.assertEqual(self._get_figures(), [(MONTH, 5)])
        with self._transaction(uid_2) as env:
            wizard = env["kuaidi.figure.import"].browse(second_id)
            wizard.action_import()
            self.assertEqual((wizard.new_count, wizard.changed_count), (0, 1))
        self.assertEqual(self._get_figures(), [(MONTH, 7)])

    def test_the_import_clicked_twice_is_done_once(self):
        uid = self.user_ids[0]
        wizard_id = self._read_file(uid, 5)
        error = self._race(
            "kuaidi.figure.import", wizard_id, "action_import", [uid, uid]
        )
        self.assertIsInstance(error, UserError)
        self.assertIn("imported already", str(error))
        self.assertEqual(self._get_figures(), [(MONTH, 5)])

    def test_a_program_and_a_user_at_once_leave_one_figure(self):
        uid_1, uid_2 = self.user_ids[:2]
        wizard_id = self._read_file(uid_1, 5)
        with self._transaction() as env:
            code = env["kuaidi.key.account"].browse(self.account_id).code
        rows = [{"code": code, "month": "2026-01", "pieces": 7}]
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            wizard = api.Environment(cr_1, uid_1, {})["kuaidi.figure.import"].browse(
                wizard_id
            )
            figures = api.Environment(cr_2, uid_2, {})["kuaidi.monthly.figure"]
            figures.search_count([])
            wizard.action_import()
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises(OperationalError), cr_2.savepoint(flush=False):
                figures.import_figures(rows)
            cr_1.commit()
            cr_2.rollback()
        with self._transaction(uid_2) as env:
            self.assertEqual(
                env["kuaidi.monthly.figure"].import_figures(rows),
                {"created": 0, "changed": 1, "unchanged": 0},
            )
        self.assertEqual(self._get_figures(), [(MONTH, 7)])
