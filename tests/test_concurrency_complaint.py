"""Complaints under two hands: one per waybill, one answer, one alarm."""

from datetime import timedelta
from threading import Barrier, Thread

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import ConcurrencyError
from odoo.service.model import retrying
from odoo.tests import tagged

from .concurrency_common import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestComplaintConcurrency(ConcurrencyCase):
    """A company with three claims officers and no complaint yet."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            env["res.users"].browse(self.user_ids).group_ids += env.ref(
                "kuaidi_claims.group_claims_manager"
            )
        self.addCleanup(self._delete_complaints)

    def _delete_complaints(self):
        with self._transaction() as env:
            rows = env["kuaidi.complaint"].search(
                [("company_id", "=", self.company_id)]
            )
            domain = [("model", "=", rows._name), ("res_id", "in", rows.ids)]
            env["mail.message"].search(domain).unlink()
            env["mail.mail"].search(domain).unlink()
            env["mail.activity"].search([("user_id", "in", self.user_ids)]).unlink()
            env.cr.execute(
                """
                DELETE FROM kuaidi_complaint WHERE company_id = %(company)s
                   AND joined_id IS NOT NULL;
                DELETE FROM kuaidi_complaint WHERE company_id = %(company)s
                """,
                {"company": self.company_id},
            )

    def _get_values(self, env, **values):
        return {
            "type_id": env.ref("kuaidi_claims.complaint_type_attitude").id,
            "company_id": self.company_id,
            "email": "li@haina.example",
            **values,
        }

    def _complain(self, **values):
        with self._transaction(self.user_ids[0]) as env:
            values = self._get_values(env, **values)
            return env["kuaidi.complaint"].create(values).id

    def test_the_same_waybill_in_the_same_second_is_one_complaint(self):
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, uid, {})["kuaidi.complaint"]
                for cr, uid in zip((cr_1, cr_2), self.user_ids, strict=False)
            )
            # both have looked before either has written
            for model in (first, second):
                self.assertFalse(model.search([("waybill_number", "=", "YT1")]))
            values = self._get_values(first.env, waybill_number="YT1")
            kept = first.create(values).id
            cr_1.commit()
            with self.assertRaises(ConcurrencyError):
                second.create(values)
            cr_2.rollback()
        # Odoo runs the request again by itself
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.user_ids[1], {})
            again = retrying(
                lambda: env["kuaidi.complaint"]._take_in(
                    self._get_values(env, waybill_number="yt 1", contact_name="Two")
                ),
                env,
            )
            self.assertEqual(again.id, kept)
            cr.commit()
        with self._transaction() as env:
            rows = env["kuaidi.complaint"].search(
                [("company_id", "=", self.company_id)], order="id"
            )
            self.assertEqual(rows.mapped("state"), ["new", "joined"])
            self.assertEqual(rows[1].contact_name, "Two")

    def test_two_officers_do_not_both_take_a_complaint_up(self):
        complaint_id = self._complain(user_id=False)
        error = self._race(
            "kuaidi.complaint", complaint_id, "action_start", self.user_ids[:2]
        )
        self.assertIn("by now", str(error))
        with self._transaction() as env:
            complaint = env["kuaidi.complaint"].browse(complaint_id)
            self.assertEqual(complaint.state, "in_work")
            self.assertEqual(complaint.user_id.id, self.user_ids[0])

    def test_one_reply_is_mailed(self):
        complaint_id = self._complain(
            verdict="not_our_fault", verdict_note="No.", reply="We looked into it."
        )
        error = self._race(
            "kuaidi.complaint", complaint_id, "action_send_reply", self.user_ids[:2]
        )
        self.assertIn("by now", str(error))
        with self._transaction() as env:
            mails = env["mail.mail"].search(
                [("model", "=", "kuaidi.complaint"), ("res_id", "=", complaint_id)]
            )
            self.assertEqual(len(mails), 1)

    def test_two_sweeps_at_once_raise_each_alarm_once(self):
        long_ago = fields.Datetime.now() - timedelta(hours=3)
        for number in range(6):
            self._complain(date_received=long_ago, waybill_number=f"S{number}")
        start = Barrier(2)
        found = []

        def sweep():
            with self.registry.cursor() as cr:
                complaints = api.Environment(cr, SUPERUSER_ID, {})["kuaidi.complaint"]
                company = complaints.env["res.company"].browse(self.company_id)
                told = complaints._get_alarm_users(company)
                cr.commit()
                start.wait(timeout=30)
                try:
                    while count := complaints._sweep_batch(
                        company, told, fields.Datetime.now(), 2
                    ):
                        cr.commit()
                        found.append(count)
                except OperationalError:
                    # the cron would run again; what it had done stays
                    cr.rollback()

        threads = [Thread(target=sweep) for _index in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        with self._transaction() as env:
            company = env["res.company"].browse(self.company_id)
            complaints = env["kuaidi.complaint"]
            told = complaints._get_alarm_users(company)
            now = fields.Datetime.now()
            found += [
                count
                for _index in range(4)
                if (count := complaints._sweep_batch(company, told, now, 2))
            ]
            alarms = env["kuaidi.complaint.alarm"].search(
                [("company_id", "=", self.company_id)]
            )
            self.assertEqual(sum(found), 6)
            self.assertEqual(
                sorted(alarms.mapped("kind")), ["breach"] * 6 + ["warn"] * 6
            )

    def test_a_company_is_swept_by_one_process_at_a_time(self):
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.complaint"]
                for cr in (cr_1, cr_2)
            )
            company = first.env["res.company"].browse(self.company_id)
            with first._hold_company(company) as is_held:
                self.assertTrue(is_held)
                with second._hold_company(company.with_env(second.env)) as is_second:
                    self.assertFalse(is_second)
            with second._hold_company(company.with_env(second.env)) as is_held:
                self.assertTrue(is_held)
