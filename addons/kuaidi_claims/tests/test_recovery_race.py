from contextlib import ExitStack

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

SETTINGS = ("kuaidi_recovery_journal_id", "kuaidi_recovery_account_id")


@tagged("post_install", "-at_install")
class TestRecoveryRace(BaseCase):
    """Of two people who book one debt at the same moment, one does (two connections).

    The rows stand in the database for real, and are removed at the end.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            self._prepare(self._get_env(cr))
        self.addCleanup(self._remove)

    def _get_env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _prepare(self, env):
        company = env.company
        self.settings = {name: company[name].id for name in SETTINGS}
        accounts = env["account.account"].create(
            [
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "reconcile": kind == "asset_receivable",
                    "company_ids": [Command.set(company.ids)],
                }
                for name, code, kind in (
                    ("Race receivable", "112277", "asset_receivable"),
                    ("Race expense", "671177", "expense"),
                )
            ]
        )
        journal = env["account.journal"].create(
            {
                "name": "Race",
                "code": "RACE7",
                "type": "general",
                "company_id": company.id,
            }
        )
        self.account_ids, self.journal_id = accounts.ids, journal.id
        company.write(dict(zip(SETTINGS, (journal.id, accounts[1].id), strict=True)))
        partners = env["res.partner"].create([{"name": "Sender"}, {"name": "Carrier"}])
        partners.with_company(company).property_account_receivable_id = accounts[0]
        self.partner_ids = partners.ids
        claim = env["kuaidi.claim"].create(
            {
                "company_id": company.id,
                "partner_id": partners[0].id,
                "type": "loss",
                "waybill_number": "RACE1",
                "amount_claimed": 1000,
            }
        )
        claim.amount_paid = 1000
        self.claim_id = claim.id
        recoveries = env["kuaidi.recovery"].create(
            [
                {
                    "claim_id": claim.id,
                    "target": "carrier",
                    "basis": "contract",
                    "contract_reference": "R-1",
                    "cause": "Lost",
                    "debtor_id": partners[1].id,
                    "amount_demanded": 700,
                }
                for _number in range(2)
            ]
        )
        recoveries.action_demand()
        recoveries.write({"amount_agreed": 700, "result": "Agreed"})
        recoveries.action_agree()
        self.recovery_ids = recoveries.ids

    def _remove(self):
        """Remove the rows by SQL: claims and posted entries stay by the ORM."""
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            recoveries = env["kuaidi.recovery"].browse(self.recovery_ids)
            move_ids = recoveries.entry_ids.move_id.ids
            env.company.write(self.settings)
            env.flush_all()
            for query, ids in (
                (
                    "DELETE FROM kuaidi_recovery_entry WHERE recovery_id = ANY(%s)",
                    self.recovery_ids,
                ),
                (
                    "DELETE FROM kuaidi_recovery WHERE id = ANY(%s)",
                    self.recovery_ids,
                ),
                (
                    "DELETE FROM kuaidi_claim_evidence WHERE claim_id = ANY(%s)",
                    [self.claim_id],
                ),
                (
                    "DELETE FROM kuaidi_claim_clock WHERE claim_id = ANY(%s)",
                    [self.claim_id],
                ),
                ("DELETE FROM kuaidi_claim WHERE id = ANY(%s)", [self.claim_id]),
                ("DELETE FROM account_move WHERE id = ANY(%s)", move_ids),
            ):
                cr.execute(query, [ids])
            env.invalidate_all()
            env["account.journal"].browse(self.journal_id).unlink()
            env["res.partner"].browse(self.partner_ids).unlink()
            env["account.account"].browse(self.account_ids).unlink()

    def _open(self, stack, number):
        cr = stack.enter_context(self.registry.cursor())
        return self._get_env(cr)["kuaidi.recovery"].browse(self.recovery_ids[number])

    def _count_entries(self):
        with self.registry.cursor() as cr:
            return self._get_env(cr)["kuaidi.recovery.entry"].search_count(
                [("recovery_id", "in", self.recovery_ids), ("state", "=", "booked")]
            )

    def _race(self, first_number, second_number, message):
        with ExitStack() as stack:
            first = self._open(stack, first_number)
            second = self._open(stack, second_number)
            # both have the form open
            self.assertEqual((first.state, second.state), ("agreed", "agreed"))
            second.env.cr.commit()
            first.action_book()
            with self.assertRaises(LockError):
                second.action_book()
            second.env.cr.rollback()
            first.env.cr.commit()
            with self.assertRaisesRegex(UserError, message):
                second.action_book()
            second.env.cr.rollback()
        self.assertEqual(self._count_entries(), 1)

    def test_one_debt_is_booked_once(self):
        self._race(0, 0, "by now")

    def test_two_debts_share_what_was_paid(self):
        self._race(0, 1, "nothing is recovered twice")

    def test_whoever_sees_an_older_state_of_the_claim_books_nothing(self):
        with ExitStack() as stack:
            first, second = self._open(stack, 0), self._open(stack, 1)
            # from here on the second one sees the database as it is now
            self.assertEqual(second.state, "agreed")
            first.action_book()
            first.env.cr.commit()
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                second.action_book()
            second.env.cr.rollback()
            # as Odoo does with the request: once more, with what is there by now
            with self.assertRaisesRegex(UserError, "nothing is recovered twice"):
                second.action_book()
            second.env.cr.rollback()
        self.assertEqual(self._count_entries(), 1)
