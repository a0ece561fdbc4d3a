from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .alert_common import NIGHT, AlertCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{NIGHT} 04:00:00")
class TestInsightPotential(AlertCommon):
    """What a client could ship with us beyond what it does, and what that is worth."""

    def _get_potential(self, account=None, user=None):
        self.env.invalidate_all()
        return (
            self.env["kuaidi.potential"]
            .with_user(user or self.manager)
            .search([("account_id", "=", (account or self.account).id)])
        )

    def _add_carrier(self, share, account=None, **values):
        self.env["kuaidi.account.competitor"].create(
            {
                "account_id": (account or self.account).id,
                "name": "Carrier",
                "share_percent": share,
                **values,
            }
        )

    def test_the_gap_is_what_the_client_ships_without_us(self):
        self._add_figures(self.account, 200, 100, price=8)
        self.account.parcels_total = 600
        row = self._get_potential()
        self.assertEqual(
            (row.parcels_own, row.parcels_total, row.gap_parcels), (150, 600, 450)
        )
        self.assertEqual((row.share_percent, row.price_piece), (25.0, 8.0))
        self.assertEqual(row.amount_gap, 450 * 12 * 8)

    def test_shares_of_other_carriers_tell_what_is_shipped_in_all(self):
        self._add_figures(self.account, 150)
        self._add_carrier(30)
        self._add_carrier(20)
        self._add_carrier(40, is_current=False)
        row = self._get_potential()
        self.assertEqual(
            (row.competitor_percent, row.parcels_total, row.gap_parcels),
            (50.0, 300, 150),
        )
        self.assertEqual((row.share_percent, row.amount_gap), (50.0, 150 * 12 * 10))
        # what was entered is nearer to the truth
        self.account.parcels_total = 200
        row = self._get_potential()
        self.assertEqual((row.parcels_total, row.gap_parcels), (200, 50))

    def test_nothing_is_known_of_a_client_without_shares_and_parcels(self):
        self._add_figures(self.account, 150)
        self.assertFalse(self._get_potential())
        self._add_carrier(100)
        row = self._get_potential()
        self.assertEqual((row.parcels_total, row.gap_parcels), (0, 0))
        with self._refused(UserError, "not known"):
            self.account.with_user(self.manager).action_create_opportunity()
        self.assertFalse(self.account.potential_lead_ids)

    def test_more_than_the_whole_is_no_gap(self):
        self._add_figures(self.account, 150)
        self.account.parcels_total = 100
        row = self._get_potential()
        self.assertEqual(
            (row.gap_parcels, row.share_percent, row.amount_gap), (0, 100.0, 0.0)
        )

    def test_without_a_piece_the_price_of_all_clients_counts(self):
        self.account.parcels_total = 100
        self._add_figures(self.other_account, 300, 100, price=7)
        row = self._get_potential()
        self.assertEqual((row.parcels_own, row.price_piece), (0, 7.0))
        self.assertEqual(row.amount_gap, 100 * 12 * 7)

    def test_figures_older_than_twelve_months_do_not_count(self):
        self._add_figures(self.account, 1000, month="2025-02-01", price=50)
        self._add_figures(self.account, 100, month="2025-03-01", price=5)
        self._add_figures(self.account, 900, month="2026-03-01", price=50)
        self.account.parcels_total = 200
        row = self._get_potential()
        self.assertEqual((row.parcels_own, row.price_piece), (100, 5.0))

    def test_a_client_who_left_could_bring_back_what_it_shipped(self):
        self._add_figures(self.account, 200, 100, price=8)
        self.account.action_close()
        row = self._get_potential()
        self.assertEqual(
            (row.parcels_own, row.parcels_total, row.gap_parcels), (0, 150, 150)
        )
        self.assertEqual(row.amount_gap, 150 * 12 * 8)
        # also long after
        with freeze_time("2028-03-16 04:00:00"):
            self.assertEqual(self._get_potential().gap_parcels, 150)

    def test_services_not_used_are_named(self):
        services = self.env["kuaidi.offered.service"].search([])
        self.assertEqual(len(services), 8)
        self.account.parcels_total = 100
        self.account.offered_service_ids = [Command.set(services[:6].ids)]
        row = self._get_potential()
        self.assertEqual((row.used_count, row.missing_count), (6, 2))
        for service in services[6:]:
            self.assertIn(service.name, row.missing_services)
        services[7].active = False
        row = self._get_potential()
        self.assertEqual((row.used_count, row.missing_count), (6, 1))

    def test_one_click_makes_an_opportunity_once(self):
        self._add_figures(self.account, 100)
        self.account.parcels_total = 150
        row = self._get_potential()
        action = row.action_create_opportunity()
        lead = self.env["crm.lead"].browse(action["res_id"])
        self.assertEqual(
            (lead.type, lead.user_id, lead.partner_id, lead.company_id),
            ("opportunity", self.manager, self.account.partner_id, self.company),
        )
        self.assertEqual(
            (lead.expected_revenue, lead.kuaidi_purpose), (6000, "potential")
        )
        row = self._get_potential()
        self.assertTrue(row.has_lead)
        self.assertEqual(row.action_create_opportunity()["res_id"], lead.id)
        self.assertEqual(self.account.potential_lead_ids, lead)
        with (
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            lead.copy({"kuaidi_account_id": self.account.id})
            self.env.flush_all()
        # after it is lost, the next attempt is another
        self.env.invalidate_all()
        lead.action_set_lost()
        second = self._get_potential().action_create_opportunity()["res_id"]
        self.assertNotEqual(second, lead.id)

    def test_a_lost_client_gets_an_opportunity_to_win_it_back(self):
        self._add_figures(self.account, 100)
        self.account.action_close()
        action = self._get_potential().action_create_opportunity()
        lead = self.env["crm.lead"].browse(action["res_id"])
        self.assertEqual(lead.kuaidi_purpose, "win_back")
        self.assertEqual(lead.expected_revenue, 12_000)
        self.assertIn("Win back", lead.name)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_opportunities_are_made_by_those_who_may_write_the_file(self):
        self._add_figures(self.account, 100)
        self.account.parcels_total = 150
        for user in (self.operator, self.finance, self.sales, self.stranger):
            with self.subTest(user=user.login), self._refused(AccessError):
                self.account.with_user(user).action_create_opportunity()
        self.assertFalse(self.account.potential_lead_ids)
        # a deputy makes it for the manager, whose it is
        action = self.account.with_user(self.manager_2).action_create_opportunity()
        self.assertEqual(self.account.potential_lead_ids.user_id, self.manager)
        self.assertEqual(action["tag"], "display_notification")

    def test_our_share_of_a_group_is_weighed_by_its_parcels(self):
        other = self._create_account()
        for account, own, total in ((self.account, 100, 1000), (other, 90, 100)):
            self._add_figures(account, own)
            account.parcels_total = total
        self.env.flush_all()
        share = self.env["kuaidi.potential"]._read_group(
            [("account_id", "in", (self.account | other).ids)],
            aggregates=["share_percent:avg"],
        )[0][0]
        # 190 of 1,100, not the mean of 10 and 90 percent
        self.assertAlmostEqual(float(share), 17.27, 2)

    def test_who_may_not_make_an_opportunity_is_not_asked_to(self):
        for user, is_asked in (
            (self.manager, True),
            (self.sales, True),
            (self.centre, True),
            (self.finance, False),
        ):
            for view_type in ("list", "kanban"):
                with self.subTest(user=user.login, view=view_type):
                    arch = (
                        self.env["kuaidi.potential"]
                        .with_user(user)
                        .get_view(view_type=view_type)["arch"]
                    )
                    buttons = etree.fromstring(arch).findall(
                        ".//button[@name='action_create_opportunity']"
                    )
                    self.assertEqual(bool(buttons), is_asked)

    @mute_logger("odoo.sql_db")
    def test_parcels_are_not_negative(self):
        with self._refused(IntegrityError):
            self.account.parcels_total = -1
            self.env.flush_all()
        self.assertEqual(self.account.parcels_total, 0)

    def test_the_short_form_opens_on_the_client(self):
        action = self.account.with_user(self.manager).action_view_potential()
        self.assertEqual(action["res_id"], self.account.id)
        view = self.env.ref("kuaidi_key_account.kuaidi_key_account_view_form_potential")
        self.assertEqual(action["views"], [(view.id, "form")])


@tagged("post_install", "-at_install")
@freeze_time(f"{NIGHT} 04:00:00")
class TestInsightAlertReport(AlertCommon):
    """How right the rules were, and whom they missed."""

    def _get_totals(self, domain=()):
        self.env.invalidate_all()
        groups = (
            self.env["kuaidi.alert.report"]
            .with_user(self.centre)
            ._read_group(
                [("company_id", "=", self.company.id), *domain],
                ["rule_id"],
                [
                    "raised_count:sum",
                    "recovered_count:sum",
                    "saved_count:sum",
                    "reduced_count:sum",
                    "lost_count:sum",
                    "right_percent:avg",
                    "unannounced_count:sum",
                ],
            )
        )
        return {rule.kind: tuple(values) for rule, *values in groups}

    def test_each_rule_is_told_how_often_it_was_right(self):
        self._keep_rules("volume_yoy", "volume_mom")
        results = ("saved", "reduced", "lost", None, "open")
        for result in results:
            account = self._create_account()
            self._add_figures(account, 85, 85, *[None] * 10, 100)
            self._evaluate(account)
            alert = self._get_alert("volume_yoy", account)
            if result == "open":
                continue
            if result:
                alert._close(result, "price", False)
                continue
            self._add_figures(account, 95)
            self._evaluate(account)
        self.assertEqual(self._get_totals(), {"volume_yoy": (5, 1, 1, 1, 1, 75.0, 0)})

    def test_the_whole_weighs_the_rules_by_their_alerts(self):
        self._keep_rules("volume_yoy", "volume_mom")
        # pieces, then what became of the alert: one rule right of one, one of three
        for pieces, result in (
            ((85, *[None] * 11, 100), "saved"),
            ((70, 100), "lost"),
            ((70, 100), "recovered"),
            ((70, 100), "recovered"),
            ((70, 100), "open"),
        ):
            account = self._create_account()
            self._add_figures(account, *pieces)
            self._evaluate(account)
            alert = self.alerts.search([("account_id", "=", account.id)])
            self.assertEqual(len(alert), 1)
            if result == "recovered":
                self._add_figures(account, 100)
                self._evaluate(account)
            elif result != "open":
                alert._close(result, "price", False)
        self.env.invalidate_all()
        report = self.env["kuaidi.alert.report"].with_user(self.centre)
        domain = [("company_id", "=", self.company.id)]
        groups = report._read_group(domain, ["rule_id"], ["right_percent:avg"])
        self.assertEqual(
            {rule.kind: round(percent, 1) for rule, percent in groups},
            {"volume_yoy": 100.0, "volume_mom": 33.3},
        )
        # two of four, not the mean of 100 and 33.3
        self.assertEqual(
            report._read_group(domain, aggregates=["right_percent:avg"]), [(50.0,)]
        )

    def test_the_list_shows_no_total_that_weighs_every_rule_alike(self):
        arch = self.env["kuaidi.alert.report"].get_view(view_type="list")["arch"]
        column = etree.fromstring(arch).find(".//field[@name='right_percent']")
        self.assertFalse({"sum", "avg", "min", "max"} & set(column.keys()))

    def test_losses_that_nobody_announced_stand_without_a_rule(self):
        self._keep_rules("volume_mom")
        # closed without an alert; half of six months ago; announced in time
        self.account.action_close()
        halved = self._create_account()
        self._add_figures(halved, 50, 60, 70, 80, 90, 95, 100)
        spared = self._create_account()
        self._add_figures(spared, 51, 60, 70, 80, 90, 95, 100)
        known = self._create_account()
        self._add_figures(known, 40, 100, 70, 80, 90, 95, 100)
        self._evaluate(known)
        self.assertEqual(
            self._get_totals(),
            {
                "volume_mom": (1, 0, 0, 0, 0, False, 0),
                False: (0, 0, 0, 0, 0, False, 2),
            },
        )
        report = self.env["kuaidi.alert.report"].search(
            [("unannounced_count", ">", 0), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(report.account_id, self.account | halved)
