from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tests.form import Form

from .renewal_common import TODAY, RenewalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestRenewalCron(RenewalCommon):
    """The nightly run opens, reminds and forecasts; nothing is doubled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.account | cls._create_account() | cls._create_account()
        cls.contracts = cls.env["kuaidi.contract"].concat(
            *(cls._create_contract(account) for account in accounts)
        )

    def _run(self):
        cron = self.env.ref("kuaidi_key_account.cron_open_renewals")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _count(self):
        """Return renewals, reminders, activities and opportunities of the contracts."""
        renewals = self.contracts.renewal_ids
        return (
            len(renewals),
            len(renewals.reminder_ids),
            len(self._get_activities(renewals)),
            len(renewals.lead_id),
        )

    def test_one_night_does_it_all_and_the_next_adds_nothing(self):
        self._run()
        # 46 days are left: of 90 and 60 the reminders were due; the first client has
        # a deputy and a member besides the manager
        self.assertEqual(self._count(), (3, 6, 5, 3))
        self._run()
        self.assertEqual(self._count(), (3, 6, 5, 3))

    def test_a_run_out_of_time_is_gone_on_with(self):
        steps = []

        def stop_after(number):
            def commit_progress(cron, processed=0, **kwargs):
                steps.append(processed)
                return 0 if len(steps) >= number else 60

            return commit_progress

        cron = type(self.env["ir.cron"])
        for number in range(1, 12):
            steps.clear()
            with patch.object(cron, "_commit_progress", stop_after(number)):
                self.renewals._cron_open_due(batch_size=1)
            self.env.invalidate_all()
            for contract in self.contracts:
                self.assertLessEqual(len(contract.renewal_ids), 1)
        self._run()
        self.assertEqual(self._count(), (3, 6, 5, 3))

    def test_the_form_takes_what_sales_enter(self):
        renewal = self._open(self.contracts[:1])
        with Form(renewal.with_user(self.sales)) as form:
            form.evaluation = "Stays."
            form.likelihood = 75
            form.term_months = 24
            self.assertEqual(str(form.date_next_to), "2028-05-25")
            with form.position_ids.new() as line:
                line.name = "Prices"
                line.position_client = "5 % less"
        self.assertRecordValues(
            renewal,
            [
                {
                    "likelihood": 75,
                    "date_next_to": fields.Date.to_date("2028-05-25"),
                }
            ],
        )
        self.assertEqual(renewal.position_ids.position_client, "5 % less")
