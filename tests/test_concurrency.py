"""Two users, or two workers, at the same moment: nothing is lost, nothing doubled."""

from psycopg2 import IntegrityError, OperationalError
from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.fields import Date
from odoo.tests import tagged

from .concurrency_common import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestConcurrency(ConcurrencyCase):
    """Files, stars and gifts under two hands."""

    def test_two_users_open_one_account_for_a_client(self):
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            envs = [
                api.Environment(cr, uid, {})
                for cr, uid in zip((cr_1, cr_2), self.user_ids[:2], strict=True)
            ]
            for env in envs:
                self.assertFalse(
                    env["kuaidi.key.account"].search(
                        [("partner_id", "=", self.partner_id)]
                    )
                )
            client = envs[0]["res.partner"].browse(self.partner_id)
            client.action_open_key_account()
            cr_1.commit()
            with self.assertRaises((IntegrityError, OperationalError)):
                client.with_env(envs[1]).action_open_key_account()
            cr_2.rollback()
        with self._transaction(self.user_ids[1]) as env:
            action = (
                env["res.partner"].browse(self.partner_id).action_open_key_account()
            )
            account = env["kuaidi.key.account"].search(
                [("partner_id", "=", self.partner_id)]
            )
            self.assertEqual(account.id, action["res_id"])

    def test_two_approvers_decide_on_one_star(self):
        account_id = self._create_account()
        with self._transaction(self.user_ids[0]) as env:
            rating = env["kuaidi.star.rating"].create(
                {
                    "account_id": account_id,
                    "basis": "expected",
                    "amount_revenue": 200000,
                    "term_months": 12,
                }
            )
            rating.action_request_approval()
        self._race("kuaidi.star.rating", rating.id, "action_approve", self.user_ids[1:])
        with self._transaction() as env:
            rating = env["kuaidi.star.rating"].browse(rating.id)
            self.assertEqual(rating.state, "approved")
            self.assertEqual(rating.review_ids.mapped("status"), ["approved"])
            self.assertEqual(rating.decided_by_id.id, self.user_ids[1])
            self.assertEqual(rating.account_id.stars, 3)
            lines = rating.account_id.message_ids.filtered(
                lambda message: "★" in (message.body or "")
            )
            self.assertEqual(len(lines), 1)

    def test_two_gifts_at_once_do_not_pass_the_ceiling_of_the_year_together(self):
        account_id = self._create_account()
        with self._transaction() as env:
            env["res.company"].browse(self.company_id).kuaidi_gift_amount_year_max = 250
            contact = env["res.partner"].create(
                {"name": "Concurrent Contact", "parent_id": self.partner_id}
            )
            gift_ids = (
                env["kuaidi.gift"]
                .create(
                    [
                        {
                            "account_id": account_id,
                            "partner_id": contact.id,
                            "name": f"Gift {number}",
                            "amount": 150,
                            "reason": "Ten years of cooperation",
                        }
                        for number in range(2)
                    ]
                )
                .ids
            )
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, uid, {})["kuaidi.gift"].browse(gift_id)
                for cr, uid, gift_id in zip(
                    (cr_1, cr_2), self.user_ids, gift_ids, strict=False
                )
            )
            second.read(["state"])
            first.action_record()
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            # while the first one is not committed, the second one waits ...
            with self.assertRaises(LockNotAvailable), cr_2.savepoint(flush=False):
                second.action_record()
            cr_1.commit()
            # ... and afterwards it does not sum up what it saw before
            with self.assertRaises(SerializationFailure):
                second.action_record()
            cr_2.rollback()
        # when the request is tried again, as Odoo does by itself
        with self._transaction(self.user_ids[1]) as env:
            env["kuaidi.gift"].browse(gift_ids[1]).action_record()
        with self._transaction() as env:
            self.assertEqual(
                env["kuaidi.gift"].browse(gift_ids).mapped("state"),
                ["approved", "to_approve"],
            )

    def test_a_client_becomes_formal_once(self):
        account_id = self._create_account()
        with self._transaction() as env:
            account = env["kuaidi.key.account"].browse(account_id)
            account.company_id.kuaidi_require_safety_agreement = False
            file = env["ir.attachment"].create(
                {"name": "paper.pdf", "raw": b"%PDF-1.4\n%%EOF"}
            )
            env["kuaidi.account.document"].create(
                {
                    "account_id": account_id,
                    "type_id": env.ref(
                        "kuaidi_key_account.document_type_entrustment"
                    ).id,
                    "attachment_ids": [(6, 0, file.ids)],
                }
            )
        self._race(
            "kuaidi.key.account", account_id, "action_make_formal", self.user_ids[:2]
        )
        with self._transaction() as env:
            account = env["kuaidi.key.account"].browse(account_id)
            self.assertEqual(account.state, "formal")
            self.assertEqual(
                sorted(account.onboarding_step_ids.mapped("condition")),
                ["all", "file", "plan", "star", "team"],
            )

    def test_a_second_worker_leaves_a_run_that_the_first_one_holds(self):
        self._create_account()
        with self._transaction() as env:
            run = env["kuaidi.grading.run"].create(
                {"company_id": self.company_id, "date": Date.to_date("2026-11-01")}
            )
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.grading.run"].browse(
                    run.id
                )
                for cr in (cr_1, cr_2)
            )
            self.assertTrue(first.try_lock_for_update())
            self.assertFalse(second.try_lock_for_update())
            first._process_batch(100)
            cr_1.commit()
        with self._transaction() as env:
            ratings = env["kuaidi.star.rating"].search(
                [("company_id", "=", self.company_id)]
            )
            self.assertEqual(len(ratings), 1)
            self.assertEqual(ratings.run_id.id, run.id)
