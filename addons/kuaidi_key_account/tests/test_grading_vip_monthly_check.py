import contextlib
from datetime import date

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .vip_common import VipCommon

CRON = "kuaidi_key_account.cron_vip_monthly_check"


@tagged("post_install", "-at_install")
class TestGradingVipMonthlyCheck(VipCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what the first invoice would make, in each test anew
        cls._get_journal(cls.company)
        cls.company.write({"kuaidi_vip_amount_min": 50000, "kuaidi_vip_months": 2})
        with freeze_time("2026-01-01 02:00:00"):
            cls.vip = cls._activate(cls._create_vip())

    def _invoice(self, *months, account=None):
        """Post one invoice per (month, amount) of 2026."""
        for month, amount in months:
            self._create_invoice(
                (account or self.account).partner_id, amount, date(2026, month, 15)
            )

    def _check(self, day):
        with freeze_time(f"{day} 02:00:00"), self.enter_registry_test_mode():
            self.env.ref(CRON).method_direct_trigger()
        self.env.invalidate_all()

    def test_the_volume_decides_whether_the_business_side_is_asked(self):
        for february, march, state in (
            (49999.99, 49999.99, "review"),
            (50000, 49999.99, "active"),
            (49999.99, 50000, "active"),
            (50000, 50000, "active"),
            (80000, 10000, "active"),
            (0, 0, "review"),
        ):
            with self.subTest(february=february, march=march):
                account = self._make_formal(self._create_account())
                with freeze_time("2026-01-01 02:00:00"):
                    vip = self._activate(self._create_vip(account=account))
                self._invoice((2, february), (3, march), account=account)
                self._check("2026-04-05")
                self.assertEqual(vip.state, state)
                self.assertEqual(vip.month_checked, date(2026, 3, 1))
                self.assertEqual(len(vip.activity_ids), int(state == "review"))

    def test_the_activity_gives_the_figures_to_manager_and_requester(self):
        self.vip.sudo().requested_by_id = self.sales
        self._invoice((2, 32000), (3, 41500.5))
        self._check("2026-04-05")
        self.assertEqual(self.vip.activity_ids.user_id, self.manager | self.sales)
        for activity in self.vip.activity_ids:
            self.assertEqual(activity.date_deadline, fields.Date.to_date("2026-04-10"))
            for figure in ("2026-02", "32,000.00", "2026-03", "41,500.50", "50,000.00"):
                self.assertIn(figure, activity.note)
        self.assertEqual(self.vip.date_review, date(2026, 4, 5))
        measured = self._get_step(self.vip, "cancel", "measured")
        self.assertIn("41,500.50", measured.note)
        self.assertTrue(self.account.is_vip, "never cancelled by itself")

    def test_credit_notes_count_and_drafts_do_not(self):
        self._invoice((2, 60000), (3, 60000))
        self._create_invoice(
            self.client, 10000.01, date(2026, 2, 28), move_type="out_refund"
        )
        self._create_invoice(
            self.client, 10000.01, date(2026, 3, 31), move_type="out_refund"
        )
        self._create_invoice(self.client, 90000, date(2026, 3, 31), post=False)
        self._check("2026-04-05")
        self.assertEqual(self.vip.state, "review")

    def test_a_second_run_doubles_nothing(self):
        self._check("2026-04-05")
        figures = self.vip.review_figures
        counts = len(self.vip.message_ids), len(self.vip.step_ids)
        for day in ("2026-04-05", "2026-04-06", "2026-05-05", "2026-06-05"):
            self._check(day)
        self.assertEqual(len(self.vip.activity_ids), 1)
        self.assertEqual((len(self.vip.message_ids), len(self.vip.step_ids)), counts)
        self.assertEqual(self.vip.review_figures, figures)

    def test_a_kept_membership_is_asked_again_only_for_new_months(self):
        self._check("2026-04-05")
        with freeze_time("2026-04-09 02:00:00"):
            self._decide(self.vip, self.manager, "keep")
        for day, state in (
            ("2026-04-20", "active"),
            ("2026-05-05", "active"),
            ("2026-06-05", "review"),
        ):
            self._check(day)
            self.assertEqual(self.vip.state, state, day)
        self.assertIn("2026-04", self.vip.review_figures)
        self.assertNotIn("2026-03", self.vip.review_figures)

    def test_months_before_the_service_do_not_count(self):
        account = self._make_formal(self._create_account())
        with freeze_time("2026-02-02 02:00:00"):
            vip = self._activate(self._create_vip(account=account))
        for day, state in (
            ("2026-03-05", "active"),
            ("2026-04-05", "active"),
            ("2026-05-05", "review"),
        ):
            self._check(day)
            self.assertEqual(vip.state, state, day)

    def test_the_company_sets_volume_and_number_of_months(self):
        self.company.write({"kuaidi_vip_months": 3, "kuaidi_vip_amount_min": 1000})
        self._invoice((1, 1000), (2, 999), (3, 999))
        self._check("2026-04-05")
        self.assertEqual(self.vip.state, "active")
        self._invoice((4, 999.99))
        self._check("2026-05-05")
        self.assertEqual(self.vip.state, "review")

    def test_a_run_that_was_killed_goes_on_where_it_stopped(self):
        accounts = [self._make_formal(self._create_account()) for n in range(3)]
        with freeze_time("2026-01-01 02:00:00"):
            vips = self.vip.union(
                *(self._activate(self._create_vip(account=a)) for a in accounts)
            )
        vip_class = type(self.env["kuaidi.vip"])
        check = vip_class._check_months
        calls = []

        def die_in_the_third_batch(records, company):
            calls.append(records.ids)
            if len(calls) == 3:
                raise MemoryError
            return check(records, company)

        with freeze_time("2026-04-05 02:00:00"):
            self.patch(vip_class, "_check_months", die_in_the_third_batch)
            self.patch(self.env.cr, "commit", lambda: None)
            # not by assertRaises, which would roll back what the batches committed
            with contextlib.suppress(MemoryError):
                self.env["kuaidi.vip"]._cron_monthly_check(batch_size=1)
            self.assertEqual(len(calls), 3)
            self.patch(vip_class, "_check_months", check)
            self.assertEqual(len(vips.filtered(lambda v: v.state == "review")), 2)
            self.env["kuaidi.vip"]._cron_monthly_check(batch_size=1)
        self.assertEqual(set(vips.mapped("state")), {"review"})
        for vip in vips:
            self.assertEqual(len(vip.activity_ids), 1)
            self.assertEqual(len(vip.cancel_step_ids), 6)

    def test_without_anybody_of_the_business_side_the_centre_is_asked(self):
        self.company.kuaidi_escalation_user_id = self.centre_2
        self.manager.active = False
        self._check("2026-04-05")
        self.assertEqual(self.vip.activity_ids.user_id, self.centre_2)

    def test_the_check_takes_as_many_queries_for_many_as_for_few(self):
        def count(size):
            with freeze_time("2026-01-01 02:00:00"):
                for _number in range(size):
                    account = self._make_formal(self._create_account())
                    self._activate(self._create_vip(account=account))
                    self._invoice((2, 60000), account=account)
            self.env["kuaidi.vip"].search([]).sudo().month_checked = False
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time("2026-04-05 02:00:00"):
                self.env["kuaidi.vip"]._cron_monthly_check()
                self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self._invoice((2, 60000))
        self.patch(self.env.cr, "commit", lambda: None)
        few = count(1)
        self.assertLessEqual(count(10), few)

    @mute_logger("odoo.sql_db")
    def test_settings_out_of_range_are_refused(self):
        for values in ({"kuaidi_vip_months": 0}, {"kuaidi_vip_amount_min": -1}):
            with self.subTest(values=values), self.assertRaises(Exception) as caught:
                with self.env.cr.savepoint():
                    self.company.write(values)
                    self.env.flush_all()
            self.assertIn("check", str(caught.exception).lower())
        self.env.invalidate_all()
        self.assertEqual(self.company.kuaidi_vip_months, 2)
