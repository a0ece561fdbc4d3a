from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .tender_library_common import TODAY, LibraryCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestLibraryReminders(LibraryCommon):
    """Owners are reminded before papers end, once each."""

    def _remind(self):
        model = self.env["kuaidi.bid.asset"]
        found = model.search(
            model._get_reminder_domain()
            & fields.Domain("company_id", "=", self.company.id)
        )
        found._remind()
        return found

    def _get_activities(self, asset):
        return asset.sudo().activity_ids

    def test_the_owner_is_reminded_once_as_early_as_the_type_says(self):
        asset = self._create_asset(date_expiry="2026-06-01")
        self.assertEqual(str(asset.date_reminder), "2026-03-03")
        self.assertFalse(self._remind())
        with freeze_time("2026-03-02 17:00:00"):  # 3 March in Shanghai
            self.assertEqual(self._remind(), asset)
            self.assertFalse(self._remind())
        activity = self._get_activities(asset)
        self.assertEqual(activity.user_id, self.sales)
        self.assertIn("ISO 9001", activity.summary)
        self.assertIn("06/01/2026", activity.summary)

    def test_without_a_time_of_its_type_the_settings_say_when(self):
        asset = self._create_asset("audit", date_expiry="2026-05-01")
        self.assertEqual(str(asset.date_reminder), "2026-03-02")
        self.company.kuaidi_asset_lead_days = 30
        self.assertEqual(str(asset.date_reminder), "2026-04-01")
        self.assertFalse(self._remind())

    def test_another_end_brings_another_reminder(self):
        asset = self._create_asset(date_expiry="2026-04-01")
        self.assertEqual(self._remind(), asset)
        asset.date_expiry = "2026-04-15"
        self.assertEqual(self._remind(), asset)
        self.assertEqual(len(self._get_activities(asset)), 1)

    def test_what_is_to_be_looked_through_is_told_once(self):
        asset = self._create_asset("text_network", name="Network", date_review=TODAY)
        self.assertEqual(self._remind(), asset)
        self.assertFalse(self._remind())
        self.assertEqual(self._get_activities(asset).summary, "Look through: Network")

    def test_a_review_does_not_take_the_end_away(self):
        asset = self._create_asset(date_expiry="2026-04-01", date_review="2026-03-10")
        self._remind()
        with freeze_time("2026-03-10 04:00:00"):
            self.assertEqual(self._remind(), asset)
        self.assertIn("Renew: ISO 9001", self._get_activities(asset).summary)

    def test_drafts_and_former_versions_are_not_reminded_of(self):
        asset = self._create_asset(date_expiry="2026-04-01")
        self._remind()
        draft = asset.browse(asset.action_new_version()["res_id"])
        draft.date_expiry = "2026-04-20"
        self.assertFalse(self._remind())
        draft.action_publish()
        self.assertFalse(self._get_activities(asset))
        self.assertEqual(self._remind(), draft)

    def test_the_centre_is_reminded_where_the_owner_has_left(self):
        self.company.kuaidi_escalation_user_id = self.centre
        asset = self._create_asset(user=self.sales_2, date_expiry="2026-04-01")
        self.sales_2.active = False
        self._remind()
        self.assertEqual(self._get_activities(asset).user_id, self.centre)

    def test_the_cron_reminds_of_every_company(self):
        asset = self._create_asset(date_expiry="2026-04-01")
        other = self.env["res.company"].create({"name": "Sister Express"})
        self.sales.company_ids = [Command.link(other.id)]
        sister = (
            self.env["kuaidi.bid.asset"]
            .sudo()
            .create(
                {
                    "name": "Sister's permit",
                    "company_id": other.id,
                    "user_id": self.sales.id,
                    "date_expiry": "2026-04-01",
                }
            )
        )
        with self.enter_registry_test_mode():
            cron = self.env.ref("kuaidi_key_account.cron_remind_bid_assets")
            cron.method_direct_trigger()
        for record in (asset, sister):
            self.assertEqual(len(self._get_activities(record)), 1)

    def test_queries_do_not_grow_with_the_number_of_papers(self):
        def remind(count):
            assets = self.env["kuaidi.bid.asset"]
            for number in range(count):
                assets |= self._create_asset(
                    name=f"Paper {number}", date_expiry="2026-04-01"
                )
            assets = assets.sudo()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            assets._remind()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        remind(1)
        self.assertLessEqual(remind(20), remind(2) + 3)
