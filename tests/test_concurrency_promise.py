"""Promises and write-offs under two hands: nothing twice."""

from datetime import date, timedelta

from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from odoo import Command, api
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .concurrency_common import ConcurrencyCase

# a Monday
TODAY = date(2026, 11, 23)
MORNING = "2026-11-23 02:00:00"


@tagged("post_install", "-at_install")
class TestPromiseConcurrency(ConcurrencyCase):
    """A client with 100 yuan overdue, and three colleagues in finance."""

    def setUp(self):
        # by hand: a class is frozen by Odoo's own runner alone
        freezer = freeze_time(MORNING)
        freezer.start()
        self.addCleanup(freezer.stop)
        super().setUp()
        self.account_id = self._create_account()
        self.addCleanup(self._delete_debts)
        with self._transaction() as env:
            env["res.users"].browse(self.user_ids).group_ids += env.ref(
                "kuaidi_key_account.group_finance"
            )
            company = env["res.company"].browse(self.company_id)
            income, receivable, loss = self._create_ledger(env, company)
            journal = env["account.journal"].create(
                {
                    "name": "Entries",
                    "code": "ENT",
                    "type": "general",
                    "company_id": company.id,
                }
            )
            company.write(
                {
                    "kuaidi_writeoff_account_id": loss.id,
                    "kuaidi_setoff_journal_id": journal.id,
                }
            )
            self._owe(env, journal, receivable, income)
            account = env["kuaidi.key.account"].browse(self.account_id)
            env["kuaidi.collection.case"]._update_cases(account)

    def _create_ledger(self, env, company):
        return (
            env["account.account"]
            .with_company(company)
            .create(
                [
                    {
                        "name": name,
                        "code": code,
                        "account_type": kind,
                        "reconcile": kind == "asset_receivable",
                        "company_ids": [Command.set(company.ids)],
                    }
                    for name, code, kind in (
                        ("Freight", "600100", "income"),
                        ("Receivable", "112200", "asset_receivable"),
                        ("Losses", "660200", "expense"),
                    )
                ]
            )
        )

    def _owe(self, env, journal, receivable, income):
        entry = env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": TODAY - timedelta(days=60),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.partner_id,
                            "balance": balance,
                            "date_maturity": TODAY - timedelta(days=30),
                        }
                    )
                    for account, balance in ((receivable, 100), (income, -100))
                ],
            }
        )
        entry.action_post()
        self.item_id = entry.line_ids.filtered(
            lambda line: line.account_id == receivable
        ).id

    def _delete_debts(self):
        with self._transaction() as env:
            env.cr.execute(
                """
                DELETE FROM kuaidi_payment_promise WHERE company_id = %(company)s;
                DELETE FROM tier_review WHERE model = 'kuaidi.writeoff'
                   AND res_id IN (SELECT id FROM kuaidi_writeoff
                                   WHERE company_id = %(company)s);
                DELETE FROM kuaidi_writeoff WHERE company_id = %(company)s;
                DELETE FROM kuaidi_collection_case WHERE company_id = %(company)s;
                DELETE FROM account_partial_reconcile WHERE company_id = %(company)s;
                DELETE FROM account_full_reconcile WHERE id NOT IN (
                    SELECT full_reconcile_id FROM account_partial_reconcile
                     WHERE full_reconcile_id IS NOT NULL
                );
                DELETE FROM account_move_line WHERE company_id = %(company)s;
                DELETE FROM account_move WHERE company_id = %(company)s
                """,
                {"company": self.company_id},
            )

    def _get_case(self, env):
        return env["kuaidi.key.account"].browse(self.account_id)._get_open_case()

    def _promise(self, env, amount):
        return env["kuaidi.payment.promise"].create(
            {
                "case_id": self._get_case(env).id,
                "amount": amount,
                "date_promised": TODAY,
                "date_due": TODAY + timedelta(days=3),
            }
        )

    def test_two_collectors_do_not_take_promises_above_the_debt(self):
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, uid, {})
                for cr, uid in zip((cr_1, cr_2), self.user_ids, strict=False)
            )
            self._get_case(second)
            self._promise(first, 70)
            first.flush_all()
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises(OperationalError), cr_2.savepoint(flush=False):
                self._promise(second, 60)
            cr_1.commit()
            with self.assertRaises(SerializationFailure):
                self._promise(second, 60)
            cr_2.rollback()
        # when the request is tried again, as Odoo does by itself
        with self.assertRaises(ValidationError), self._transaction() as env:
            self._promise(env, 60)
        with self._transaction() as env:
            self.assertEqual(self._get_case(env).promise_ids.mapped("amount"), [70])

    def test_two_approvers_write_a_debt_off_once(self):
        with self._transaction(self.user_ids[0]) as env:
            writeoff = env["kuaidi.writeoff"].create(
                {
                    "account_id": self.account_id,
                    "reason": "Bankrupt",
                    "line_ids": [Command.set([self.item_id])],
                }
            )
            writeoff.action_request_approval()
            writeoff_id = writeoff.id
        error = self._race(
            "kuaidi.writeoff", writeoff_id, "action_approve", self.user_ids[1:]
        )
        self.assertIsInstance(error, UserError)
        with self._transaction() as env:
            item = env["account.move.line"].browse(self.item_id)
            self.assertEqual(item.amount_residual, 0)
            self.assertEqual(len(item.matched_credit_ids), 1)
