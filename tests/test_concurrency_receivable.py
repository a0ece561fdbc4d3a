"""Reminders under two hands, and after a process that died: nothing twice."""

import os
import random
import signal
import tempfile
import threading
import time
from datetime import date

from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from odoo import Command, api, sql_db
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .concurrency_debts import TODAY, DebtConcurrencyCase

CLIENTS = 4
ROUNDS = 20
# seconds
PATIENCE = 20
SENDER = "odoo.addons.kuaidi_key_account.models.receivable.dunning_send"


@tagged("post_install", "-at_install")
class TestReceivableConcurrency(DebtConcurrencyCase):
    """Real cursors that commit; what a test committed it deletes again."""

    client_count = CLIENTS

    def _delete_debts(self):
        with self._transaction() as env:
            env.cr.execute(
                """
                DELETE FROM kuaidi_dunning_notice WHERE company_id = %(company)s;
                DELETE FROM mail_message WHERE model = 'kuaidi.collection.action'
                   AND res_id IN (SELECT id FROM kuaidi_collection_action
                                   WHERE company_id = %(company)s);
                DELETE FROM kuaidi_collection_action WHERE company_id = %(company)s;
                DELETE FROM kuaidi_collection_case WHERE company_id = %(company)s;
                DELETE FROM mail_activity WHERE res_model = 'kuaidi.collection.case'
                   AND user_id = ANY(%(users)s)
                """,
                {"company": self.company_id, "users": self.user_ids},
            )
        super()._delete_debts()

    def _get_accounts(self, env):
        return env["kuaidi.key.account"].browse(self.account_ids)

    def _get_invoice(self, env, number):
        partner = self._get_accounts(env)[number].partner_id
        return env["account.move"].search(
            [("partner_id", "=", partner.id), ("move_type", "=", "out_invoice")]
        )

    def _claim(self, env):
        accounts = self._get_accounts(env)
        env["kuaidi.collection.case"]._update_cases(accounts)
        return env["kuaidi.dunning.notice"]._claim(accounts)

    def _send(self, env):
        company = env["res.company"].browse(self.company_id)
        return env["kuaidi.dunning.notice"]._send_pending(company)

    def _get_states(self):
        with self._transaction() as env:
            notices = env["kuaidi.dunning.notice"].search(
                [("company_id", "=", self.company_id)], order="account_id, id"
            )
            return notices.mapped("state")

    def test_two_runs_at_once_claim_each_item_once(self):
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (api.Environment(cr, 1, {}) for cr in (cr_1, cr_2))
            second["kuaidi.dunning.notice"].search_count([])
            self.assertEqual(len(self._claim(first)), CLIENTS)
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises(OperationalError), cr_2.savepoint(flush=False):
                self._claim(second)
            cr_1.commit()
            with self.assertRaises(SerializationFailure):
                self._claim(second)
            cr_2.rollback()
        with self._transaction() as env:
            self.assertFalse(self._claim(env))
        self.assertEqual(self._get_states(), ["waiting"] * CLIENTS)

    @mute_logger(SENDER)
    def test_two_senders_at_once_send_each_mail_once(self):
        with self._transaction() as env:
            self._claim(env)
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
            self._wait_again()

    def _wait_again(self):
        """Put the sent notices back as if they had just been claimed."""
        with self._transaction() as env:
            env["kuaidi.dunning.notice"].search(
                [("company_id", "=", self.company_id)]
            ).write({"state": "waiting", "action_id": False})

    @mute_logger(SENDER)
    def test_a_sender_killed_at_the_moment_of_sending_repeats_one_mail_at_most(self):
        rng = random.Random(7)
        with self._transaction() as env:
            self._claim(env)
        repeated = 0
        for number in range(ROUNDS):
            last = rng.randrange(CLIENTS)
            arrived = self._send_and_die(last)
            self.assertEqual(len(arrived), last + 1)
            with self._mail_server() as later, self._transaction() as env:
                self._send(env)
            doubles = [ref for ref in later if ref in arrived]
            with self.subTest(number=number):
                self.assertLessEqual(len(doubles), 1)
                self.assertEqual(doubles, arrived[-1:])
                self.assertEqual(len({*arrived, *later}), CLIENTS)
                self.assertEqual(self._get_states(), ["sent"] * CLIENTS)
                with self._transaction() as env, self._mail_server() as more:
                    self._send(env)
                    env["mail.mail"].process_email_queue()
                # others may have left mails of theirs in the queue
                self.assertFalse({*more} & {*arrived, *later})
            repeated += len(doubles)
            self._wait_again()
        self.assertEqual(repeated, ROUNDS)

    def _send_and_die(self, last):
        """Send in a process that kills itself when a mail has arrived.

        :param last: the number of the mail, from 0
        :return: the Message-Ids that arrived
        """
        with tempfile.NamedTemporaryFile("w+") as file:
            child = os.fork()
            if not child:
                self._die_while_sending(last, file.name)
            self.assertEqual(os.waitpid(child, 0)[1], signal.SIGKILL)
            self._wait_for_locks()
            return file.read().splitlines()

    def _wait_for_locks(self):
        """Wait until the database has noticed that a process is gone.

        Until then it holds what that process had locked, and the next run leaves those
        reminders to the one after it.
        """
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with self._transaction() as env:
                notices = env["kuaidi.dunning.notice"].search(
                    [("company_id", "=", self.company_id)]
                )
                company = env["res.company"].browse(self.company_id)
                # the rows are set free first, the lock of the connection after them
                with notices._hold_company(company) as is_held:
                    if is_held and notices.try_lock_for_update() == notices:
                        return
            time.sleep(0.05)
        self.fail("The database still holds the locks of the process that died.")

    def _die_while_sending(self, last, name):
        count = 0

        def arrive(message):
            nonlocal count
            with open(name, "a") as file:
                file.write(message["Message-Id"] + "\n")
            if count == last:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

        try:
            # the connections of the parent stay its own
            sql_db._Pool = None
            connection = sql_db.db_connect(self.registry.db_name)
            with self._mail_server(arrive), connection.cursor() as cr:
                self._send(api.Environment(cr, 1, {}))
        finally:
            os._exit(1)

    def test_what_changes_during_the_run_is_not_sent(self):
        def pay(env, invoice):
            line = invoice.line_ids.filtered(lambda row: row.account_id.id == account)
            entry = (
                env["account.move"]
                .with_company(self.company_id)
                .create(
                    {
                        "journal_id": self.journal_id,
                        "move_type": "out_refund",
                        "partner_id": invoice.partner_id.id,
                        "invoice_date": TODAY,
                        "invoice_line_ids": [
                            Command.create(
                                {
                                    "name": "Paid",
                                    "quantity": 1,
                                    "price_unit": 100,
                                    "tax_ids": [Command.clear()],
                                }
                            )
                        ],
                    }
                )
            )
            entry.action_post()
            (
                line + entry.line_ids.filtered(lambda row: row.account_id.id == account)
            ).reconcile()

        def cancel(env, invoice):
            invoice.button_draft()
            invoice.button_cancel()

        def move(env, invoice):
            invoice.line_ids.filtered("date_maturity").date_maturity = date(2027, 1, 1)

        account = self.receivable

        def change(message):
            # while the first mail leaves, colleagues change what the next are about
            if len(arrived) == 1:
                for number, todo in enumerate((pay, cancel, move), 1):
                    with self._transaction() as env:
                        todo(env, self._get_invoice(env, number))

        with self._transaction() as env:
            self._claim(env)
        with self._mail_server(change) as arrived, self._transaction() as env:
            self._send(env)
        self.assertEqual(len(arrived), 1)
        self.assertEqual(self._get_states(), ["sent", "waiting", "waiting", "waiting"])
        with self._mail_server() as later, self._transaction() as env:
            self._send(env)
        self.assertFalse(later)
        self.assertEqual(self._get_states(), ["sent", "dropped", "dropped", "dropped"])

    def test_two_collectors_log_on_one_case_and_both_entries_stay(self):
        with self._transaction() as env:
            self._claim(env)
            case_id = (
                env["kuaidi.collection.case"]
                .search([("account_id", "=", self.account_ids[0])])
                .id
            )
        uid_1, uid_2 = self.user_ids[:2]

        def log(cr, uid):
            env = api.Environment(cr, uid, {})
            entry = env["kuaidi.collection.action"].create(
                {
                    "case_id": case_id,
                    "answer": "Pays soon",
                    "date_next": date(2026, 11, 25),
                }
            )
            env.flush_all()
            return entry

        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            cr_2.execute("SELECT count(*) FROM kuaidi_collection_case")
            log(cr_1, uid_1)
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises(OperationalError), cr_2.savepoint(flush=False):
                log(cr_2, uid_2)
            cr_1.commit()
            cr_2.rollback()
            # as Odoo does by itself
            log(cr_2, uid_2)
            cr_2.commit()
        with self._transaction() as env:
            case = env["kuaidi.collection.case"].browse(case_id)
            self.assertEqual(set(case.action_ids.user_id.ids), {uid_1, uid_2})

    def test_two_colleagues_decide_on_one_step_and_the_first_one_counts(self):
        with self._transaction() as env:
            notice = self._claim(env)[0]
            notice.state = "to_approve"
        error = self._race(
            "kuaidi.dunning.notice", notice.id, "action_approve", self.user_ids[:2]
        )
        self.assertIsInstance(error, UserError)
        with self._transaction() as env:
            decided = env["kuaidi.dunning.notice"].browse(notice.id)
            self.assertEqual(decided.decided_by_id.id, self.user_ids[0])
