from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .tender_library_common import TODAY, LibraryCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestLibraryUsage(LibraryCommon):
    """Evidence in bids: valid as long as the bid, and told where it was used."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tender = cls._create_tender("GZ-1")

    @classmethod
    def _create_tender(cls, reference, user=None, **values):
        """Enter a tender: bids until 31 March, valid until 29 June 2026."""
        return (
            cls.env["kuaidi.tender"]
            .with_user(user or cls.sales)
            .create(
                {
                    "name": "National parcel service",
                    "reference": reference,
                    "partner_id": cls.client.id,
                    "date_deadline": "2026-03-31 01:00:00",
                    "validity_days": 90,
                    **values,
                }
            )
        )

    def _create_part(self, model, tender=None, assets=(), user=None):
        values = {
            "tender_id": (tender or self.tender).id,
            "name": "Quality management",
            "asset_ids": [Command.set([asset.id for asset in assets])],
        }
        return self.env[model].with_user(user or self.sales).create(values)

    def _each_part(self):
        for model in ("kuaidi.tender.requirement", "kuaidi.tender.section"):
            with self.subTest(model=model):
                yield model

    def test_evidence_is_valid_until_the_very_last_day_of_the_bid(self):
        self.assertEqual(str(self.tender.date_validity_end), "2026-06-29")
        short = self._create_asset(name="Short ISO", date_expiry="2026-06-28")
        enough = self._create_asset(name="ISO", date_expiry="2026-06-29")
        for model in self._each_part():
            with self._refused(ValidationError, r"Short ISO \(until"):
                self._create_part(model, assets=[short])
            part = self._create_part(model, assets=[enough])
            with self._refused(ValidationError, r"Short ISO \(until"):
                part.asset_ids = [Command.link(short.id)]
            self.assertEqual(part.asset_ids, enough)

    def test_without_a_deadline_what_has_expired_is_refused(self):
        tender = self._create_tender("GZ-2", date_deadline=False)
        expired = self._create_asset(name="Old ISO", date_expiry="2026-03-01")
        for model in self._each_part():
            with self._refused(ValidationError, "has expired: Old ISO"):
                self._create_part(model, tender, [expired])

    def test_a_former_version_is_not_put_in(self):
        former = self._create_asset("text_peak", name="Peak")
        draft = former.browse(former.action_new_version()["res_id"])
        draft.action_publish()
        for model in self._each_part():
            with self._refused(ValidationError, "no version in use"):
                self._create_part(model, assets=[former])
            self.assertTrue(self._create_part(model, assets=[draft]))

    def test_what_stood_there_before_keeps_nobody_from_working(self):
        asset = self._create_asset("text_peak", name="Peak")
        other = self._create_asset("text_it", name="IT")
        for model in self._each_part():
            part = self._create_part(model, assets=[asset])
            asset.sudo().state = "superseded"
            part.asset_ids = [Command.link(other.id)]
            self.assertEqual(part.asset_ids, asset | other)
            asset.sudo().state = "current"

    def test_the_paper_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Sister Express"})
        foreign = (
            self.env["kuaidi.bid.asset"]
            .sudo()
            .create({"name": "Sister's ISO", "company_id": company.id})
        )
        for model in self._each_part():
            with self._refused(UserError):
                self._create_part(model, assets=[foreign])

    def test_use_and_wins_are_counted_by_tender(self):
        asset = self._create_asset()
        won = self._create_tender("GZ-3")
        self._create_part("kuaidi.tender.requirement", assets=[asset])
        self._create_part("kuaidi.tender.section", assets=[asset])
        self._create_part("kuaidi.tender.section", won, [asset])
        won.sudo().state = "won"
        asset.invalidate_recordset()
        self.assertEqual((asset.usage_count, asset.win_count), (2, 1))
        action = asset.action_view_usage()
        rows = self.env[action["res_model"]].with_user(self.sales)
        rows = rows.search(action["domain"])
        self.assertEqual(len(rows), 3)
        self.assertEqual(rows.tender_id, self.tender | won)
        self.assertEqual(
            rows.filtered(lambda row: row.state == "won").place, "Quality management"
        )
        opened = rows[0].action_open_place()
        self.assertEqual(opened["res_id"], rows[0].res_id)

    def test_tenders_of_others_are_counted_and_not_named(self):
        asset = self._create_asset()
        self._create_part("kuaidi.tender.section", assets=[asset])
        mine = asset.with_user(self.sales_2)
        self.assertEqual(mine.usage_count, 1)
        usage = self.env["kuaidi.bid.asset.usage"]
        for user, count in (
            (self.sales_2, 0),
            (self.sales, 1),
            (self.finance, 1),
            (self.centre, 1),
        ):
            with self.subTest(user=user.login):
                found = usage.with_user(user).search([("asset_id", "=", asset.id)])
                self.assertEqual(len(found), count)

    def test_what_went_out_in_a_bid_stays_what_it_was(self):
        asset = self._create_asset("text_peak", name="Peak", body="<p>Old</p>")
        self._create_part("kuaidi.tender.section", assets=[asset])
        asset.body = "<p>Better</p>"
        for state in ("sealed", "submitted", "opened", "won"):
            self.tender.sudo().state = state
            with self.subTest(state=state):
                with self._refused(UserError, "stays what it was"):
                    asset.body = "<p>Too late</p>"
        self.assertEqual(str(asset.body), "<p>Better</p>")
        # a new version is for the next bid
        draft = asset.browse(asset.action_new_version()["res_id"])
        draft.body = "<p>New</p>"
        draft.action_publish()
        self.assertEqual(str(asset.body), "<p>Better</p>")

    def test_a_new_version_replaces_the_former_in_bids_in_work(self):
        former = self._create_asset(name="ISO", date_expiry="2026-07-31")
        mine = self._create_part("kuaidi.tender.requirement", assets=[former])
        foreign = self._create_tender("GZ-8", user=self.sales_2)
        other = self._create_part(
            "kuaidi.tender.section", foreign, [former], user=self.sales_2
        )
        sealed = self._create_tender("GZ-9")
        gone = self._create_part("kuaidi.tender.section", sealed, [former])
        sealed.sudo().state = "submitted"
        latest = former.browse(former.action_new_version()["res_id"])
        latest.date_expiry = "2026-06-28"
        latest.action_publish()
        with self._refused(ValidationError, r"ISO \(until"):
            latest.action_replace_former()
        self.assertEqual(mine.asset_ids, former)
        latest.date_expiry = "2029-07-31"
        latest.action_replace_former()
        self.assertEqual(mine.asset_ids, latest)
        # bids of others and those that went out keep what they show
        self.assertEqual(other.asset_ids, former)
        self.assertEqual(gone.asset_ids, former)
        with self._refused(UserError, "No bid in work"):
            latest.action_replace_former()

    def test_what_is_used_is_not_deleted(self):
        asset = self._create_asset()
        self._create_part("kuaidi.tender.section", assets=[asset])
        with self._refused(UserError, "used in a tender"):
            asset.with_user(self.centre).unlink()
        self.assertTrue(asset.exists())

    def test_counting_takes_the_same_queries_for_many(self):
        def count(number):
            assets = self.env["kuaidi.bid.asset"]
            for index in range(number):
                assets |= self._create_asset("audit", name=f"Accounts {index}")
            for asset in assets:
                self._create_part("kuaidi.tender.section", assets=[asset])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(assets.mapped("usage_count"), [1] * number)
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(2), count(12))
