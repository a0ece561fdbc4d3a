"""A clock set back, a mail server down for days, a request tried again: one mail."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.kuaidi_key_account.tests.dunning_common import (
    MORNING,
    TODAY,
    DunningCommon,
)

SENDER = "odoo.addons.kuaidi_key_account.models.receivable.dunning_send"


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestFaultsReminders(DunningCommon):
    def _do_schedule(self):
        """Claim and send, as the two scheduled jobs do."""
        with self.enter_registry_test_mode():
            for name in ("cron_dunning", "cron_send_dunning"):
                self.env.ref(f"kuaidi_key_account.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _get_notices(self):
        return self.notices.search([("account_id", "=", self.account.id)])

    def test_a_clock_set_back_by_an_hour_or_a_day_repeats_no_mail(self):
        self._owe(100, 8)
        with self._mail_server() as arrived:
            self._do_schedule()
            self.assertEqual(len(arrived), 1)
            for moment in (
                "2026-11-23 01:00:00",
                # yesterday in Shanghai, today in UTC
                "2026-11-22 15:30:00",
                "2026-11-20 02:00:00",
                # and right again
                MORNING,
                "2026-11-23 03:00:00",
            ):
                with self.subTest(moment=moment), freeze_time(moment):
                    self._do_schedule()
                    self.assertEqual(len(arrived), 1)
        self.assertEqual(self._get_notices().mapped("state"), ["sent"])

    def test_midnight_of_the_company_ends_the_day_and_that_of_the_server_does_not(self):
        # due on Sunday the 15th: the eighth day overdue is Monday in Shanghai
        item = self._owe(100, 7)
        for moment, days in (
            # Sunday in Shanghai and in UTC, then Monday in Shanghai alone
            ("2026-11-22 15:59:59", []),
            ("2026-11-22 16:00:00", [7]),
            # Monday in both
            ("2026-11-23 00:00:00", [7]),
        ):
            with (
                self.subTest(moment=moment),
                freeze_time(moment),
                self._mail_server(),
            ):
                self._do_schedule()
                self.assertEqual(self._get_notices().mapped("step_id.days"), days)
        self.assertEqual(self._get_notices().move_line_id, item)

    @mute_logger(SENDER)
    def test_a_mail_server_down_for_three_days_gets_each_mail_once(self):
        item = self._owe(100, 8)
        for day in range(3):
            with (
                freeze_time(f"{TODAY + timedelta(days=day)} 02:00:00"),
                self._mail_server(is_down=True) as arrived,
            ):
                self._do_schedule()
                self._do_schedule()
                self.assertFalse(arrived)
                self.assertEqual(self._get_notices().mapped("state"), ["waiting"])
        with (
            freeze_time(f"{TODAY + timedelta(days=3)} 02:00:00"),
            self._mail_server() as arrived,
        ):
            self._do_schedule()
            self._do_schedule()
        self.assertEqual(len(arrived), 1)
        self.assertEqual(self._get_claims(self._get_notices()), [(item.id, 7)])
        self.assertEqual(self._get_notices().mapped("state"), ["sent"])

    def test_a_run_that_is_tried_again_after_a_conflict_sends_one_mail(self):
        self._owe(100, 8)
        run = self.env["kuaidi.dunning.run"].with_user(self.finance).create({})
        run.action_preview()
        with self._mail_server() as arrived:
            # Odoo calls the button anew when its commit is refused
            with self.cr.savepoint() as attempt:
                run.action_run()
                self.assertEqual(len(self._get_notices()), 1)
                attempt.rollback()
            self.env.invalidate_all()
            self.assertFalse(self._get_notices())
            run.action_run()
            self.assertFalse(arrived, "a mail left before the commit")
            self._send()
        self.assertEqual(len(arrived), 1)
        self.assertEqual(self._get_notices().mapped("state"), ["sent"])

    def test_contacts_merged_while_their_debts_are_dunned_keep_everything(self):
        self._owe(100, 8)
        notices = self._claim()
        twin = self._create_partner(name="The Same Client")
        case = notices.case_id
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.partner | twin).ids, dst_partner=twin
        )
        self.env.invalidate_all()
        self.assertEqual(notices.account_id.partner_id, twin)
        self.assertEqual(notices.move_line_id.partner_id, twin)
        self.assertEqual((notices.case_id, len(case)), (case, 1))
        with self._mail_server() as arrived:
            self._do_schedule()
        self.assertEqual(len(arrived), 1)
        self.assertEqual(self._get_notices().mapped("state"), ["sent"])
