"""Statements under two hands: none made, mailed or answered twice."""

import threading
from datetime import date

from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from odoo import api
from odoo.exceptions import LockError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .concurrency_debts import DebtConcurrencyCase

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
CLIENTS = 3
ROUNDS = 20
SENDER = "odoo.addons.kuaidi_key_account.models.base.mail_mixin"


@tagged("post_install", "-at_install")
class TestStatementConcurrency(DebtConcurrencyCase):
    """Real cursors that commit; what a test committed it deletes again."""

    client_count = CLIENTS

    def _delete_debts(self):
        with self._transaction() as env:
            env.cr.execute(
                """
                DELETE FROM kuaidi_statement_mail WHERE company_id = %(company)s;
                DELETE FROM mail_message WHERE model = 'kuaidi.statement'
                   AND res_id IN (SELECT id FROM kuaidi_statement
                                   WHERE company_id = %(company)s);
                UPDATE kuaidi_statement SET previous_id = NULL
                 WHERE company_id = %(company)s;
                DELETE FROM kuaidi_statement WHERE company_id = %(company)s
                """,
                {"company": self.company_id},
            )
        super()._delete_debts()

    def _make(self, env):
        accounts = env["kuaidi.key.account"].browse(self.account_ids)
        return env["kuaidi.statement"]._generate(accounts, FIRST, LAST)

    def _send(self, env):
        company = env["res.company"].browse(self.company_id)
        return env["kuaidi.statement.mail"]._send_pending(company)

    def _get_states(self):
        with self._transaction() as env:
            return (
                env["kuaidi.statement"]
                .search([("company_id", "=", self.company_id)], order="id")
                .mapped("state")
            )

    def test_two_runs_at_once_make_each_statement_once(self):
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (api.Environment(cr, 1, {}) for cr in (cr_1, cr_2))
            second["kuaidi.statement"].search_count([])
            self.assertEqual(len(self._make(first)), CLIENTS)
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises(OperationalError), cr_2.savepoint(flush=False):
                self._make(second)
            cr_1.commit()
            with self.assertRaises(SerializationFailure):
                self._make(second)
            cr_2.rollback()
            # as Odoo does by itself
            self.assertFalse(self._make(second))
        self.assertEqual(self._get_states(), ["draft"] * CLIENTS)

    @mute_logger(SENDER)
    def test_two_senders_at_once_mail_each_statement_once(self):
        with self._transaction(self.user_ids[0]) as env:
            self._make(env).with_env(env).action_send()
        for number in range(ROUNDS):
            barrier = threading.Barrier(2)

            def send(barrier=barrier):
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, 1, {})
                    barrier.wait(10)
                    self._send(env)

            with self._mail_server() as arrived:
                threads = [threading.Thread(target=send) for _number in range(2)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join(60)
            with self.subTest(number=number):
                self.assertEqual(len(arrived), CLIENTS)
                self.assertEqual(len(set(arrived)), CLIENTS)
                self.assertEqual(self._get_states(), ["sent"] * CLIENTS)
            with self._transaction() as env:
                statements = env["kuaidi.statement"].search(
                    [("company_id", "=", self.company_id)]
                )
                statements.state = "sending"
                statements.mail_ids.state = "waiting"

    def test_a_statement_sent_twice_at_once_is_claimed_once(self):
        with self._transaction() as env:
            statement = self._make(env)[0]
        error = self._race(
            "kuaidi.statement", statement.id, "action_send", self.user_ids[:2]
        )
        self.assertIsInstance(error, UserError)
        with self._transaction() as env:
            mails = env["kuaidi.statement"].browse(statement.id).mail_ids
            self.assertEqual(mails.user_id.ids, [self.user_ids[0]])

    def test_a_statement_confirmed_while_it_is_corrected_stays_corrected(self):
        with self._transaction() as env:
            statement_id = self._make(env)[0].id
            statement = env["kuaidi.statement"].browse(statement_id)
            statement._mark_sent(env.user)
            self._owe(env, statement.account_id.partner_id, days=9)

        def confirm(env):
            env["kuaidi.statement"].browse(statement_id)._answer(
                {
                    "state": "confirmed",
                    "date_answered": date(2026, 11, 20),
                    "answered_by": "Ms. Li",
                    "answer_channel": "mail",
                }
            )
            env.flush_all()

        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first = api.Environment(cr_1, self.user_ids[0], {})
            second = api.Environment(cr_2, 1, {})
            cr_2.execute("SELECT count(*) FROM kuaidi_statement")
            first["kuaidi.statement"].browse(statement_id).action_correct()
            cr_1.flush()
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with (
                self.assertRaises((LockError, OperationalError)),
                cr_2.savepoint(flush=False),
            ):
                confirm(second)
            cr_1.commit()
            cr_2.rollback()
        with self._transaction() as env, self.assertRaises(UserError):
            confirm(env)
        with self._transaction() as env:
            former = env["kuaidi.statement"].browse(statement_id)
            self.assertEqual(
                (former.state, former.date_answered), ("superseded", False)
            )
            self.assertEqual(former.next_version_ids.state, "draft")
