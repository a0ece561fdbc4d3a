"""Contracts and prices under two hands: requested, signed, in force once."""

from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError, OperationalError

from odoo import SUPERUSER_ID, api
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .concurrency_common import ConcurrencyCase

# what the second of two transactions meets, before Odoo tries it again
CONFLICTS = (IntegrityError, LockError, OperationalError)


@tagged("post_install", "-at_install")
class TestPriceConcurrency(ConcurrencyCase):
    """Real cursors that commit; what a test committed it deletes again."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._delete_prices)

    def _delete_prices(self):
        with self._transaction() as env:
            prices = env["kuaidi.price.agreement"].search(
                [("company_id", "=", self.company_id)]
            )
            prices.review_ids.unlink()
            prices.write({"state": "draft", "previous_id": False})
            prices.unlink()

    def _create_prices(self, account_id=None, **values):
        """Commit a draft that sells a kilogram to one zone for 5 yuan; return its id.

        The company has no tariff, so that another user of the CRM centre decides on
        what a salesman asks for.
        """
        account_id = account_id or self._create_account()
        with self._transaction() as env:
            zone = env["kuaidi.price.zone"].search(
                [("company_id", "=", self.company_id)], limit=1
            )
            prices = env["kuaidi.price.agreement"].create(
                {
                    "account_id": account_id,
                    "request_reason": "A competitor asks less.",
                    "line_ids": [
                        (0, 0, {"zone_id": zone.id, "amount_first": 5.0}),
                    ],
                    **values,
                }
            )
            return prices.id

    def _make_salesman(self, number):
        """Let a user work in sales, who has to ask for every discount."""
        with self._transaction() as env:
            user = env["res.users"].browse(self.user_ids[number])
            group = env.ref("kuaidi_key_account.group_sales")
            user.write({"group_ids": [(6, 0, group.ids)]})

    def _serve_by(self, *numbers):
        with self._transaction() as env:
            env["kuaidi.key.account"].search(
                [("company_id", "=", self.company_id)]
            ).write(
                {
                    "manager_id": self.user_ids[numbers[0]],
                    "deputy_id": self.user_ids[numbers[-1]],
                }
            )

    def test_two_salesmen_request_an_approval_once(self):
        prices_id = self._create_prices()
        self._make_salesman(0)
        self._make_salesman(1)
        self._serve_by(0, 1)
        error = self._race(
            "kuaidi.price.agreement",
            prices_id,
            "action_request_approval",
            self.user_ids[:2],
        )
        self.assertIn("meanwhile", str(error))
        with self._transaction() as env:
            prices = env["kuaidi.price.agreement"].browse(prices_id)
            self.assertEqual(prices.state, "to_approve")
            self.assertEqual(len(prices.review_ids), 1)
            self.assertEqual(prices.requested_by_id.id, self.user_ids[0])

    def test_two_of_the_centre_approve_once(self):
        prices_id = self._create_prices()
        self._make_salesman(0)
        with self._transaction(self.user_ids[0]) as env:
            env["kuaidi.price.agreement"].browse(prices_id).action_request_approval()
        error = self._race(
            "kuaidi.price.agreement", prices_id, "action_approve", self.user_ids[1:]
        )
        self.assertIn("does not wait for approval", str(error))
        with self._transaction() as env:
            prices = env["kuaidi.price.agreement"].browse(prices_id)
            self.assertEqual(prices.state, "running")
            self.assertEqual(prices.review_ids.done_by.id, self.user_ids[1])

    def test_prices_do_not_change_while_they_are_requested(self):
        prices_id = self._create_prices()
        self._make_salesman(0)
        self._make_salesman(1)
        self._serve_by(0, 1)
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, uid, {})["kuaidi.price.agreement"].browse(prices_id)
                for cr, uid in zip((cr_1, cr_2), self.user_ids, strict=False)
            )
            line = second.line_ids
            line.read(["amount_first"])
            first.action_request_approval()
            cr_1.execute("SET LOCAL lock_timeout = '2s'")
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises(CONFLICTS), cr_2.savepoint(flush=False):
                line.write({"amount_first": 0.5})
            cr_1.commit()
            cr_2.rollback()
        with self._transaction() as env:
            prices = env["kuaidi.price.agreement"].browse(prices_id)
            self.assertEqual(prices.line_ids.amount_first, 5)
            self.assertEqual(prices.digest, prices._get_digest())

    def test_two_drafts_of_one_period_do_not_both_come_into_force(self):
        account_id = self._create_account()
        ids = [self._create_prices(account_id) for _number in range(2)]
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.price.agreement"].browse(
                    prices_id
                )
                for cr, prices_id in zip((cr_1, cr_2), ids, strict=True)
            )
            second.read(["state"])
            first._start()
            first.env.flush_all()
            cr_1.execute("SET LOCAL lock_timeout = '2s'")
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises(CONFLICTS), cr_2.savepoint(flush=False):
                second._start()
            cr_1.commit()
            cr_2.rollback()
        with self._transaction() as env:
            prices = env["kuaidi.price.agreement"].browse(ids)
            self.assertEqual(prices.mapped("state"), ["running", "draft"])


@tagged("post_install", "-at_install")
class TestContractConcurrency(ConcurrencyCase):
    """Contracts under two hands: signed, amended and renewed once."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._delete_contracts)

    def _delete_contracts(self):
        with self._transaction() as env:
            contracts = env["kuaidi.contract"].search(
                [("company_id", "=", self.company_id)]
            )
            contracts.review_ids.unlink()
            self._delete_contracts_of(contracts)

    def _approve(self, account_id=None, **values):
        """Commit a contract that waits for its signature; return its id."""
        account_id = account_id or self._create_account()
        with self._transaction(self.user_ids[0]) as env:
            file = env["ir.attachment"].create(
                {"name": "signed.pdf", "raw": b"%PDF-1.4\n%%EOF"}
            )
            contract = env["kuaidi.contract"].create(
                {
                    "account_id": account_id,
                    "date_from": "2024-03-01",
                    "date_to": "2025-02-28",
                    "attachment_ids": [(6, 0, file.ids)],
                    **values,
                }
            )
            contract.check_ids.answer = "ok"
            contract.action_request_approval()
        with self._transaction(self.user_ids[1]) as env:
            env["kuaidi.contract"].browse(contract.id).action_approve()
        return contract.id

    def _sign(self, **values):
        contract_id = self._approve(**values)
        with self._transaction() as env:
            contract = env["kuaidi.contract"].browse(contract_id)
            contract._sign(date(2024, 2, 20))
        return contract_id

    def _race_calls(self, first_id, second_id, method, *args):
        """Call a method of two contracts in transactions that overlap."""
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.contract"].browse(
                    contract_id
                )
                for cr, contract_id in ((cr_1, first_id), (cr_2, second_id))
            )
            second.read(["state"])
            getattr(first, method)(*args)
            cr_1.execute("SET LOCAL lock_timeout = '2s'")
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises(CONFLICTS), cr_2.savepoint(flush=False):
                getattr(second, method)(*args)
                second.flush_recordset()
            cr_1.commit()
            cr_2.rollback()

    def test_two_users_sign_a_contract_once(self):
        contract_id = self._approve()
        self._race_calls(contract_id, contract_id, "_sign", date(2024, 2, 20))
        with self._transaction() as env:
            contract = env["kuaidi.contract"].browse(contract_id)
            with self.assertRaisesRegex(UserError, "does not wait"):
                contract._sign(date(2024, 2, 20))
            self.assertEqual(len(contract.term_ids), 1)
            self.assertEqual(len(contract.document_ids), 2)

    def test_two_master_contracts_signed_at_once_do_not_both_run(self):
        account_id = self._create_account()
        first_id = self._approve(account_id)
        second_id = self._approve(account_id, date_from="2024-12-01")
        self._race_calls(first_id, second_id, "_sign", date(2024, 2, 20))
        with self._transaction() as env:
            first, second = env["kuaidi.contract"].browse([first_id, second_id])
            with self.assertRaises(UserError):
                second._sign(date(2024, 2, 20))
            self.assertEqual((first.state, second.state), ("running", "approved"))

    def test_two_users_amend_a_contract_once(self):
        contract_id = self._sign()
        error = self._race(
            "kuaidi.contract", contract_id, "action_amend", self.user_ids[:2]
        )
        self.assertIn("being drawn up already", str(error))
        with self._transaction() as env:
            versions = env["kuaidi.contract"].search(
                [("company_id", "=", self.company_id)]
            )
            self.assertEqual(sorted(versions.mapped("revision")), [1, 2])

    def test_two_crons_renew_a_contract_once(self):
        contract_id = self._sign(is_tacit=True)
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.contract"].browse(
                    contract_id
                )
                for cr in (cr_1, cr_2)
            )
            second.read(["term"])
            first.try_lock_for_update()._update_terms()
            # the second cron passes over what the first one holds
            self.assertFalse(second.try_lock_for_update())
            cr_1.commit()
        with self._transaction() as env:
            contract = env["kuaidi.contract"].browse(contract_id)
            numbers = contract.term_ids.sorted("number").mapped("number")
            self.assertEqual(numbers, list(range(1, contract.term + 1)))
            self.assertGreater(contract.term, 1)

    def test_a_cron_killed_midway_goes_on_where_it_stopped(self):
        ids = []
        for _number in range(3):
            with self._transaction() as env:
                partner = env["res.partner"].create(
                    {
                        "name": "Concurrent Client",
                        "is_company": True,
                    }
                )
                account = env["kuaidi.key.account"].create(
                    {
                        "partner_id": partner.id,
                        "company_id": self.company_id,
                        "manager_id": self.user_ids[0],
                    }
                )
                account_id = account.id
            ids.append(self._sign(account_id=account_id, is_tacit=True))
        model = self.registry["kuaidi.contract"]
        renew = model._update_terms
        done = []

        def renew_one_and_die(contracts):
            if done:
                raise RuntimeError("killed")
            done.append(contracts.ids)
            return renew(contracts)

        domain = [("id", "in", ids), ("state", "=", "running")]
        ended = [*domain, ("date_to", "<", "2026-01-01")]
        with (
            patch.object(model, "_get_ended_domain", lambda self: Domain(ended)),
            patch.object(model, "_update_terms", renew_one_and_die),
            self.assertRaises(RuntimeError),
            self._transaction() as env,
        ):
            env["kuaidi.contract"]._cron_update_terms(batch_size=1)
        with self._transaction() as env:
            contracts = env["kuaidi.contract"].browse(ids)
            self.assertEqual([c.term > 1 for c in contracts], [True, False, False])
        for _run in range(2):
            with (
                patch.object(model, "_get_ended_domain", lambda self: Domain(ended)),
                self._transaction() as env,
            ):
                env["kuaidi.contract"]._cron_update_terms(batch_size=2)
        with self._transaction() as env:
            contracts = env["kuaidi.contract"].browse(ids)
            self.assertEqual(len(set(contracts.mapped("term"))), 1)
            for contract in contracts:
                self.assertEqual(len(contract.term_ids), contract.term)
            accounts = contracts.account_id
            partners = accounts.partner_id
            self._delete_contracts_of(contracts)
            accounts.unlink()
            partners.unlink()

    def _delete_contracts_of(self, contracts):
        env = contracts.env
        env.flush_all()
        # copies of contracts stay on file; tests leave nothing
        env.cr.execute(
            SQL(
                "DELETE FROM kuaidi_account_document WHERE id = ANY(%s)",
                contracts.document_ids.ids,
            )
        )
        env.invalidate_all()
        contracts.write(
            {"state": "draft", "previous_id": False, "predecessor_id": False}
        )
        contracts.unlink()
