"""A grading and a user at the same moment: both keep what they did."""

from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, api
from odoo.fields import Date
from odoo.tests import tagged

from .concurrency_common import ConcurrencyCase

ROUNDS = 20


@tagged("post_install", "-at_install")
class TestFaultsGrading(ConcurrencyCase):
    def _start_run(self):
        with self._transaction() as env:
            return (
                env["kuaidi.grading.run"]
                .create(
                    {
                        "company_id": self.company_id,
                        "date": Date.to_date("2026-11-01"),
                    }
                )
                .id
            )

    def test_an_edit_during_a_grading_is_kept_and_the_account_is_graded(self):
        account_id = self._create_account()
        for number in range(ROUNDS):
            is_first = number % 2
            note = f"Called them in round {number}"
            run_id = self._start_run()
            with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
                run = api.Environment(cr_1, SUPERUSER_ID, {})[
                    "kuaidi.grading.run"
                ].browse(run_id)
                account = api.Environment(cr_2, self.user_ids[0], {})[
                    "kuaidi.key.account"
                ].browse(account_id)
                run.read(["state"])
                cr_1.execute("SET LOCAL lock_timeout = '2s'")
                cr_2.execute("SET LOCAL lock_timeout = '2s'")
                account.partner_id.comment = note
                account.deputy_id = self.user_ids[1 + number % 2]
                account.flush_recordset()
                if is_first:
                    # the user's commit lies between the grading's look and its own
                    cr_2.commit()
                run._process_batch(100)
                cr_1.commit()
                if not is_first:
                    cr_2.commit()
            with self.subTest(number=number), self._transaction() as env:
                run = env["kuaidi.grading.run"].browse(run_id)
                account = env["kuaidi.key.account"].browse(account_id)
                self.assertEqual((run.state, run.done_count), ("done", 1))
                self.assertEqual(len(account.star_rating_ids), 1)
                self.assertIn(note, account.partner_id.comment)
                self.assertEqual(account.deputy_id.id, self.user_ids[1 + number % 2])

    def test_a_second_worker_waits_for_no_account_of_the_first(self):
        self._create_account()
        run_id = self._start_run()
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.grading.run"]
                for cr in (cr_1, cr_2)
            )
            first.browse(run_id).try_lock_for_update()._process_batch(100)
            cr_2.execute("SET LOCAL lock_timeout = '100ms'")
            try:
                second._cron_process_runs()
            except LockNotAvailable:
                self.fail("the second worker waited")
            cr_2.rollback()
            cr_1.commit()
        with self._transaction() as env:
            self.assertEqual(env["kuaidi.grading.run"].browse(run_id).done_count, 1)
            self.assertEqual(
                env["kuaidi.star.rating"].search_count(
                    [("company_id", "=", self.company_id)]
                ),
                1,
            )
