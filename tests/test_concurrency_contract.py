"""Prices under two hands: requested, approved and brought into force once."""

from psycopg2 import IntegrityError, OperationalError

from odoo import SUPERUSER_ID, api
from odoo.exceptions import LockError
from odoo.tests import tagged
from odoo.tools import mute_logger

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

    @mute_logger("odoo.sql_db")
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

    @mute_logger("odoo.sql_db")
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

    @mute_logger("odoo.sql_db")
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

    @mute_logger("odoo.sql_db")
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
