import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .alert_common import NIGHT, AlertCommon

NONE = [None] * 9


@tagged("post_install", "-at_install")
@freeze_time(f"{NIGHT} 04:00:00")
class TestInsightAlerts(AlertCommon):
    """Every night all clients are judged at once, and nothing is written twice."""

    def test_volumes_are_compared_with_last_month_and_last_year(self):
        # pieces of February, January, December; nine months; February last year
        for pieces, expected in (
            ((100, 100, 100, *NONE, 100), {}),
            ((91, 91, 91, *NONE, 100), {}),
            ((90, 90, 90, *NONE, 100), {"volume_yoy": ("1", 10.0)}),
            ((50, 50, 50, *NONE, 100), {"volume_yoy": ("4", 50.0)}),
            ((0, 0, 0, *NONE, 100), {"volume_yoy": ("4", 100.0)}),
            ((120, 120, 120, *NONE, 100), {}),
            ((80, 100, 100), {"volume_mom": ("2", 20.0)}),
            ((81, 100, 100), {}),
            (
                (98, 140, 200),
                {"volume_mom": ("2", 30.0), "volume_mom_two": ("3", 30.0)},
            ),
            ((100, 140, 200), {"volume_mom": ("2", 28.6)}),
            ((98, 142, 200), {"volume_mom": ("2", 31.0)}),
        ):
            with self.subTest(pieces=pieces):
                account = self._create_account()
                self._add_figures(account, *pieces)
                self._evaluate(account)
                self.assertEqual(self._get_levels(account), expected)

    def test_what_is_not_known_or_was_nothing_is_no_fall(self):
        for pieces in (
            (),
            (None, 100, 100, *NONE, 100),
            (100,),
            (0, 0, 0, *NONE, 0),
            (10, 0, 0, *NONE, 0),
            (10, None, 100),
            (100, *[None] * 11, 0),
        ):
            with self.subTest(pieces=pieces):
                account = self._create_account()
                self._add_figures(account, *pieces)
                self.assertEqual(
                    self._evaluate(account), {"opened": 0, "changed": 0, "closed": 0}
                )

    def test_until_the_tenth_the_month_before_the_last_is_judged(self):
        # February is not in: January, against January last year
        self._add_figures(self.account, 40, *[None] * 11, 100, month="2026-01-01")
        with freeze_time("2026-03-11 04:00:00"):
            self._evaluate()
            self.assertEqual(self._get_levels(), {})
        with freeze_time("2026-03-10 04:00:00"):
            self._evaluate()
            self.assertEqual(self._get_levels(), {"volume_yoy": ("4", 60.0)})
        # on the 11th nothing is known of February: the alert stays what it is
        with freeze_time("2026-03-11 04:00:00"):
            self.assertEqual(self._evaluate(), {"opened": 0, "changed": 0, "closed": 0})
            self.assertEqual(self._get_levels(), {"volume_yoy": ("4", 60.0)})
        # once February is in it counts, whatever the day
        self._add_figures(self.account, 95, *[None] * 11, 100)
        with freeze_time("2026-03-08 04:00:00"):
            self._evaluate()
            self.assertEqual(self._get_levels(), {})

    def test_revenue_is_judged_where_a_rule_asks_for_it(self):
        self.env["kuaidi.alert.rule"].create(
            {
                "name": "Revenue",
                "kind": "revenue_yoy",
                "threshold_blue": 10,
                "company_id": self.company.id,
            }
        )
        self._add_figures(self.account, 100, price=8.5)
        self._add_figures(self.account, 100, month="2025-02-01", price=10)
        self._evaluate()
        self.assertEqual(self._get_levels(), {"revenue_yoy": ("1", 15.0)})

    def test_a_level_rises_and_falls_with_the_figures(self):
        self._keep_rules("volume_yoy")
        self._add_figures(self.account, 85, *[None] * 11, 100)
        self.assertEqual(self._evaluate()["opened"], 1)
        alert = self._get_alert("volume_yoy")
        self.assertEqual((alert.level, alert.measure), ("1", 15.0))
        # ten working days after Monday 16 March
        self.assertEqual(alert._get_due_day(), date(2026, 3, 30))
        self.assertEqual(
            alert.reason, "Volume is 15 % below that of the same month last year."
        )
        # the measure moves alone
        self._add_figures(self.account, 83)
        self.assertEqual(self._evaluate()["changed"], 1)
        self.assertEqual(self._get_levels(), {"volume_yoy": ("1", 17.0)})
        # worse: it is due by the deadline of red
        self._add_figures(self.account, 40)
        self.assertEqual(self._evaluate()["changed"], 1)
        self.env.invalidate_all()
        self.assertEqual((alert.level, alert.measure), ("4", 60.0))
        self.assertEqual(alert._get_due_day(), date(2026, 3, 17))
        # better: it stays as urgent as it was
        self._add_figures(self.account, 80)
        self._evaluate()
        self.env.invalidate_all()
        self.assertEqual((alert.level, alert.measure), ("1", 20.0))
        self.assertEqual(alert._get_due_day(), date(2026, 3, 17))
        # over: it closes by itself
        self._add_figures(self.account, 95)
        self.assertEqual(self._evaluate()["closed"], 1)
        self.env.invalidate_all()
        self.assertEqual((alert.state, alert.result), ("closed", "recovered"))
        self.assertTrue(alert.date_done)
        self.assertEqual(
            [
                (change.event, change.level_before, change.level, change.measure)
                for change in alert.change_ids.sorted("id")
            ],
            [
                ("raised", False, "1", 15.0),
                ("risen", "1", "4", 60.0),
                ("fallen", "4", "1", 20.0),
                ("closed", "1", False, 5.0),
            ],
        )
        # and is raised anew as another
        self._add_figures(self.account, 85)
        self._evaluate()
        self.assertNotEqual(self._get_alert("volume_yoy"), alert)

    def test_nothing_is_written_where_nothing_changed(self):
        self._add_figures(self.account, 40, 100, 100, *NONE, 100)
        self._evaluate()
        self.alerts.search([])._tell_owners()
        before = self._get_row_versions()
        for _night in range(3):
            self.assertEqual(self._evaluate(), {"opened": 0, "changed": 0, "closed": 0})
        self.assertEqual(self._get_row_versions(), before)

    def test_a_rescue_plan_keeps_a_recovered_alert_open(self):
        self._keep_rules("volume_yoy")
        self._add_figures(self.account, 40, *[None] * 11, 100)
        self._evaluate()
        alert = self._get_alert("volume_yoy")
        alert.with_user(self.manager).rescue_plan = "The director visits on Friday."
        self._add_figures(self.account, 98)
        self.assertEqual(self._evaluate(), {"opened": 0, "changed": 1, "closed": 0})
        self.env.invalidate_all()
        self.assertEqual(
            (alert.state, alert.level, alert.measure, alert.is_recovered),
            ("open", "1", 2.0, True),
        )
        self.assertEqual(alert.change_ids[0].event, "recovered")
        before = self._get_row_versions()
        self.assertEqual(self._evaluate(), {"opened": 0, "changed": 0, "closed": 0})
        self.assertEqual(self._get_row_versions(), before)
        self._add_figures(self.account, 85)
        self._evaluate()
        self.env.invalidate_all()
        self.assertEqual((alert.level, alert.is_recovered), ("1", False))
        self.assertEqual(alert.change_ids[0].event, "returned")

    def test_closed_and_archived_clients_get_no_alert(self):
        closed = self._create_served_account()
        archived = self._create_served_account()
        for account in closed | archived:
            self._add_figures(account, 10, 100, 100, *NONE, 100)
        closed.action_close()
        archived.active = False
        self.assertEqual(
            self._evaluate(closed | archived), {"opened": 0, "changed": 0, "closed": 0}
        )
        self.assertEqual(self.alerts._evaluate(companies=self.company)["opened"], 0)

    def test_alerts_end_with_the_relation_to_the_client(self):
        self._add_figures(self.account, 40, *[None] * 11, 100)
        self._evaluate()
        alert = self._get_alert("volume_yoy")
        alert._tell_owners()
        self.account.with_user(self.manager).action_close()
        self.env.invalidate_all()
        self.assertEqual((alert.state, alert.result), ("closed", "lost"))
        self.assertFalse(self._get_activities(alert).filtered("active"))

    def test_late_payment_counts_in_days_and_in_parts_of_the_term(self):
        # invoiced, due, expected (days, percent of the term) on 16 March
        for invoiced, due, expected in (
            ("2026-01-15", "2026-02-14", {"pay_delay_percent": ("3", 100.0)}),
            (
                "2026-01-14",
                "2026-02-13",
                {"overdue_days": ("2", 31.0), "pay_delay_percent": ("3", 103.3)},
            ),
            ("2025-12-01", "2026-03-02", {}),
            ("2026-02-06", "2026-03-06", {}),
            ("2026-03-02", "2026-03-02", {}),
            ("2026-01-30", "2026-01-30", {"overdue_days": ("2", 45.0)}),
            ("2026-03-16", "2026-03-31", {}),
        ):
            with self.subTest(invoiced=invoiced, due=due):
                account = self._create_account()
                self._create_invoice(
                    account.partner_id, 1000, invoiced, invoice_date_due=due
                )
                self._evaluate(account)
                self.assertEqual(self._get_levels(account), expected)

    def test_half_of_the_term_itself_is_not_more_than_half(self):
        account = self._create_account()
        # 20 days of term, 10 days late
        self._create_invoice(
            account.partner_id, 1000, "2026-02-14", invoice_date_due="2026-03-06"
        )
        self._evaluate(account)
        self.assertEqual(self._get_levels(account), {})
        with freeze_time("2026-03-17 04:00:00"):
            self._evaluate(account)
        self.assertEqual(self._get_levels(account), {"pay_delay_percent": ("3", 55.0)})

    def test_credits_not_applied_yet_cover_what_is_overdue(self):
        account = self._create_account()
        late = self._create_invoice(
            account.partner_id, 1000, "2026-01-01", invoice_date_due="2026-01-11"
        )
        credit = self._create_invoice(
            account.partner_id, 1000, "2026-03-01", move_type="out_refund"
        )
        self._evaluate(account)
        self.assertEqual(self._get_levels(account), {})
        credit.button_draft()
        self._evaluate(account)
        self.assertEqual(
            self._get_levels(account),
            {"overdue_days": ("2", 64.0), "pay_delay_percent": ("3", 640.0)},
        )
        late.button_draft()
        self.assertEqual(self._evaluate(account)["closed"], 2)
        self.assertEqual(self._get_levels(account), {})

    def test_missed_and_late_lines_of_the_plan_count_for_30_days(self):
        self._keep_rules("plan_missed")
        with freeze_time("2026-03-02 04:00:00"):
            plan = self._publish()
        lines = plan.sudo().line_ids.sorted("date_finish")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE kuaidi_service_plan_line SET date_start = '2026-12-01',"
            " date_finish = '2026-12-31' WHERE plan_id = %s",
            [plan.id],
        )
        for line, state, finish in (
            (lines[0], "missed", "2026-03-15"),
            (lines[1], "planned", "2026-03-15"),
            (lines[2], "planned", "2026-03-16"),
            (lines[3], "missed", "2026-02-14"),
            (lines[4], "missed", "2026-02-13"),
            (lines[5], "done", "2026-03-10"),
        ):
            self.env.cr.execute(
                "UPDATE kuaidi_service_plan_line"
                "   SET state = %s, date_start = %s, date_finish = %s WHERE id = %s",
                [state, finish, finish, line.id],
            )
        self.env.invalidate_all()
        self._evaluate()
        self.assertEqual(self._get_levels(), {"plan_missed": ("1", 3.0)})
        with freeze_time("2026-04-20 04:00:00"):
            self.env.cr.execute(
                "UPDATE kuaidi_service_plan_line SET state = 'done' WHERE plan_id = %s",
                [plan.id],
            )
            self.env.invalidate_all()
            self.assertEqual(self._evaluate()["closed"], 1)

    def test_silence_beyond_what_the_star_allows(self):
        self._keep_rules("contact_lost_days", "visit_late_days")
        # three stars: 91 days after 16 March, when the client became formal
        for night, expected in (
            ("2026-06-29", {}),
            ("2026-06-30", {"visit_late_days": ("1", 15.0)}),
            (
                "2026-07-01",
                {"visit_late_days": ("1", 16.0), "contact_lost_days": ("3", 16.0)},
            ),
        ):
            with self.subTest(night=night), freeze_time(f"{night} 04:00:00"):
                self._evaluate()
                self.assertEqual(self._get_levels(), expected)
        # a call is contact, but no visit
        with freeze_time("2026-07-01 08:00:00"):
            self._log_visit(channel="phone", date="2026-07-01 07:00:00")
            self._evaluate()
            self.assertEqual(self._get_levels(), {"visit_late_days": ("1", 16.0)})

    def test_there_is_one_open_alert_of_a_rule_for_a_client(self):
        self._add_figures(self.account, 40, *[None] * 11, 100)
        self._evaluate()
        alert = self._get_alert("volume_yoy")
        with (
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            alert.copy(
                {
                    "account_id": alert.account_id.id,
                    "rule_id": alert.rule_id.id,
                    "level": "1",
                    "state": "open",
                    "date_raised": alert.date_raised,
                }
            )

    def test_a_run_goes_by_the_rules_it_began_with(self):
        self._keep_rules("volume_yoy")
        rule = self.rules["volume_yoy"]
        snapshot = self.env["kuaidi.alert.rule"]._get_snapshot(self.company)
        rule.threshold_red = 80
        self._add_figures(self.account, 40, *[None] * 11, 100)
        self._evaluate(rules=snapshot)
        alert = self._get_alert("volume_yoy")
        self.assertEqual((alert.level, alert.rule_version), ("4", rule.version - 1))
        # the next night goes by the new ones
        self._evaluate()
        self.env.invalidate_all()
        self.assertEqual((alert.level, alert.rule_version), ("1", rule.version))

    def test_alerts_of_a_rule_that_no_longer_applies_are_withdrawn(self):
        self._keep_rules("volume_yoy")
        rule = self.rules["volume_yoy"]
        self._add_figures(self.account, 40, *[None] * 11, 100)
        self._evaluate()
        alert = self._get_alert("volume_yoy")
        rule.level_ids = self.levels[4]
        self._evaluate()
        self.env.invalidate_all()
        self.assertEqual((alert.state, alert.result), ("closed", "withdrawn"))
        rule.level_ids = self.levels[2]
        self._evaluate()
        alert = self._get_alert("volume_yoy")
        rule.active = False
        self._evaluate()
        self.env.invalidate_all()
        self.assertEqual((alert.state, alert.result), ("closed", "withdrawn"))

    def test_a_rule_is_for_the_stars_it_names(self):
        rule = self.rules["volume_yoy"]
        rule.level_ids = self.levels[3:]
        self.env["kuaidi.alert.rule"].create(
            {
                "name": "Small clients",
                "kind": "volume_yoy",
                "threshold_yellow": 40,
                "level_ids": [Command.set(self.levels[:3].ids)],
                "company_id": self.company.id,
            }
        )
        big = self._create_served_account(stars=4)
        bare = self._create_account()
        for account in self.account | big | bare:
            self._add_figures(account, 60, *[None] * 11, 100)
        self._evaluate(self.account | big | bare)
        self.assertEqual(self._get_levels(), {"volume_yoy": ("2", 40.0)})
        self.assertEqual(self._get_levels(big), {"volume_yoy": ("1", 40.0)})
        self.assertEqual(self._get_levels(bare), {})

    def test_a_closed_alert_keeps_quiet_unless_it_gets_worse(self):
        self._keep_rules("volume_yoy")
        self._add_figures(self.account, 85, *[None] * 11, 100)
        self._evaluate()
        alert = self._get_alert("volume_yoy")
        alert.with_user(self.manager)._close("reduced", "competitor", "Call earlier.")
        self.assertEqual(alert.quiet_until, date(2026, 4, 15))
        self.assertEqual(self._evaluate()["opened"], 0)
        self._add_figures(self.account, 45)
        self.assertEqual(self._evaluate()["opened"], 1)
        self._get_alert("volume_yoy").with_user(self.manager)._close(
            "reduced", "competitor", False
        )
        self.assertEqual(self._evaluate()["opened"], 0)
        # when the quiet time is over it is raised anew
        with freeze_time("2026-04-09 04:00:00"):
            self._add_figures(self.account, 45, month="2026-03-01")
            self._add_figures(self.account, 100, month="2025-03-01")
            self.assertEqual(self._evaluate()["opened"], 0)
        with freeze_time("2026-04-16 04:00:00"):
            self.assertEqual(self._evaluate()["opened"], 1)

    # the night

    def _prepare_clients(self, count=5):
        accounts = self.account.browse()
        for _number in range(count):
            account = self._create_account()
            self._add_figures(account, 40, *[None] * 11, 100)
            accounts |= account
        return accounts

    def _count_by_client(self, accounts):
        self.env.invalidate_all()
        groups = self.alerts._read_group(
            [("account_id", "in", accounts.ids)], ["account_id"], ["__count"]
        )
        return {account.id: count for account, count in groups}

    def test_the_night_judges_all_and_tells_the_owners_once(self):
        accounts = self._prepare_clients()
        for _time in range(3):
            self._run_cron()
        self.assertEqual(
            self._count_by_client(accounts), dict.fromkeys(accounts.ids, 1)
        )
        run = self.env["kuaidi.alert.run"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(run), 1)
        self.assertEqual((run.state, run.opened_count), ("done", 5))
        for alert in self.alerts.search([("account_id", "in", accounts.ids)]):
            activity = self._get_activities(alert)
            self.assertEqual(activity.user_id, self.manager)
            self.assertEqual(activity.date_deadline, date(2026, 3, 17))

    def test_a_company_without_rules_has_a_quiet_night(self):
        accounts = self._prepare_clients()
        self._keep_rules()
        self._run_cron()
        run = self.env["kuaidi.alert.run"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual((run.state, run.error_message), ("done", False))
        self.assertFalse(self._count_by_client(accounts))

    def test_a_killed_night_goes_on_where_it_ended_by_the_same_rules(self):
        accounts = self._prepare_clients()
        runs = self.env["kuaidi.alert.run"]
        run = runs._get_runs_of_today().filtered(
            lambda run: run.company_id == self.company
        )
        first = run._get_accounts_domain()
        while not self._count_by_client(accounts):
            run._process_batch(1)
        last = run.last_account_id
        self.rules["volume_yoy"].threshold_red = 90
        self._run_cron()
        self.env.invalidate_all()
        self.assertEqual(run.state, "done")
        self.assertGreater(run.last_account_id, last)
        self.assertEqual(first[-1], ("id", ">", 0))
        self.assertEqual(
            self._count_by_client(accounts), dict.fromkeys(accounts.ids, 1)
        )
        levels = self.alerts.search([("account_id", "in", accounts.ids)]).mapped(
            "level"
        )
        self.assertEqual(set(levels), {"4"})

    def test_missed_nights_are_made_up_for_without_doubling(self):
        accounts = self._prepare_clients(2)
        stale = self.env["kuaidi.alert.run"]._get_runs_of_today()
        with freeze_time("2026-03-21 04:00:00"):
            self._run_cron()
            self._run_cron()
        self.assertEqual(set(stale.mapped("state")), {"superseded"})
        self.assertEqual(
            self._count_by_client(accounts), dict.fromkeys(accounts.ids, 1)
        )

    def test_a_company_that_cannot_be_judged_does_not_stop_the_others(self):
        accounts = self._prepare_clients(1)
        other = self.env["res.company"].create({"name": "Without Working Days"})
        other.resource_calendar_id.attendance_ids.unlink()
        client = self.env["kuaidi.key.account"].create(
            {
                "partner_id": self._create_partner().id,
                "company_id": other.id,
                "manager_id": False,
            }
        )
        self._add_figures(client, 40, *[None] * 11, 100)
        self._run_cron()
        runs = self.env["kuaidi.alert.run"].search([("date", "=", NIGHT)])
        failed = runs.filtered(lambda run: run.company_id == other)
        self.assertIn("working days", failed.error_message)
        self.assertFalse(
            (runs - failed).filtered("error_message"), "no other company is touched"
        )
        self.assertEqual(self._count_by_client(accounts), {accounts.id: 1})

    def test_queries_do_not_grow_with_the_clients(self):
        few = self._prepare_clients(3)
        many = self._prepare_clients(30)
        self.alerts._evaluate(few[:1])
        counts = [
            self._count_queries(lambda accounts=accounts: self._evaluate(accounts))
            for accounts in (few, many, many)
        ]
        self.assertEqual(len(set(counts)), 1, counts)
        self.assertLessEqual(counts[0], 20)

    def test_levels_of_a_page_are_read_with_one_query(self):
        accounts = self._prepare_clients(4)
        self._evaluate(accounts)
        self.env.invalidate_all()
        accounts.mapped("display_name")
        with self.assertQueryCount(1):
            self.assertEqual(set(accounts.mapped("alert_level")), {"4"})
            self.assertEqual(set(accounts.mapped("open_alert_count")), {1})
        found = self.env["kuaidi.key.account"].search([("alert_level", "=", "4")])
        self.assertEqual(found, accounts.sorted(lambda account: account.id))
        self.assertNotIn(
            accounts[0],
            self.env["kuaidi.key.account"].search([("alert_level", "=", False)]),
        )
        self.assertFalse(
            self.env["kuaidi.key.account"].search([("alert_level", "=", "1")])
        )


@tagged("post_install", "-at_install")
@freeze_time(f"{NIGHT} 04:00:00")
class TestInsightAlertOracle(AlertCommon):
    """The statement judges 200 clients as plain Python does, one after the other."""

    CLIENTS = 200

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(20260316)
        cls.env["kuaidi.alert.rule"].create(
            {
                "name": "Revenue",
                "kind": "revenue_yoy",
                "threshold_blue": 5,
                "threshold_orange": 25,
                "amount_min": 200,
                "company_id": cls.company.id,
            }
        )
        partners = cls.env["res.partner"].create(
            [
                {"name": f"Client {number}", "is_company": True}
                for number in range(cls.CLIENTS)
            ]
        )
        cls.accounts = cls.env["kuaidi.key.account"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "manager_id": cls.manager.id,
                }
                for partner in partners
            ]
        )
        cls._draw_figures()
        cls._draw_standing()
        cls._draw_invoices()
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _draw_figures(cls):
        draw = cls.random
        first = date(2026, 3, 1)
        cls.env["kuaidi.monthly.figure"].create(
            [
                {
                    "account_id": account.id,
                    "month": first - relativedelta(months=back),
                    "pieces": draw.choice(
                        (0, draw.randint(1, 10), draw.randint(1, 999))
                    ),
                    "amount_revenue": draw.choice(
                        (0, draw.randint(-500, 99_999) / 100)
                    ),
                }
                for account in cls.accounts
                for back in range(1, 16)
                if draw.random() < 0.85
            ]
        )

    @classmethod
    def _draw_standing(cls):
        draw = cls.random
        for account in cls.accounts.sudo():
            stars = draw.randint(0, 5)
            day = date(2026, 3, 16) - timedelta(days=draw.randint(0, 500))
            visit = draw.choice((None, day))
            account.write(
                {
                    "state": draw.choice(("formal", "formal", "candidate", "closed")),
                    "date_formal": day - timedelta(days=draw.randint(0, 60)),
                    "star_id": cls.levels[stars - 1].id if stars else False,
                    "stars": stars,
                    "active": draw.random() < 0.95,
                }
            )
            cls.env.flush_all()
            cls.env.cr.execute(
                "UPDATE kuaidi_key_account"
                "   SET date_last_visit = %s, date_last_contact = %s WHERE id = %s",
                [visit, draw.choice((visit, day)), account.id],
            )
        cls.env.invalidate_all()

    @classmethod
    def _draw_invoices(cls):
        draw = cls.random
        for account in draw.sample(list(cls.accounts), 30):
            for _number in range(draw.randint(1, 2)):
                invoiced = date(2026, 3, 1) - timedelta(days=draw.randint(0, 120))
                cls._create_invoice(
                    account.partner_id,
                    draw.randint(1, 5000),
                    invoiced,
                    move_type=draw.choice(("out_invoice",) * 3 + ("out_refund",)),
                    invoice_date_due=invoiced
                    + timedelta(days=draw.choice((0, 20, 60))),
                )

    def _judge(self, account, day):
        """Return level and measure by kind, as the rules say in words."""
        if account.state == "closed" or not account.active:
            return {}
        measures = {**self._measure_volumes(account, day)}
        measures |= self._measure_payment(account, day)
        gap = account.star_id.visit_gap_days
        if account.state == "formal" and gap:
            for kind, last in (
                ("contact_lost_days", account.date_last_contact),
                ("visit_late_days", account.date_last_visit),
            ):
                measures[kind] = (day - (last or account.date_formal)).days - gap
        result = {}
        for rule in self.env["kuaidi.alert.rule"].search(
            [("company_id", "=", self.company.id)]
        ):
            if rule.kind not in measures:
                continue
            measure = float(
                Decimal(measures[rule.kind]).quantize(Decimal("0.1"), ROUND_HALF_UP)
                if not isinstance(measures[rule.kind], Decimal)
                else measures[rule.kind].quantize(Decimal("0.1"), ROUND_HALF_UP)
            )
            level = rule._get_level(measure)
            if level:
                result[rule.kind] = (level, measure)
        return result

    def _measure_volumes(self, account, day):
        figures = {
            figure.month: figure
            for figure in self.env["kuaidi.monthly.figure"].search(
                [("account_id", "=", account.id)]
            )
        }
        first = day.replace(day=1)
        start = 1
        if day.day <= 10 and first - relativedelta(months=1) not in figures:
            start = 2

        def get(back, name):
            month = first - relativedelta(months=start - 1 + back)
            figure = figures.get(month)
            return None if figure is None else Decimal(str(figure[name]))

        def fall(now, before, least=0):
            if now is None or before is None or before <= 0 or before < least:
                return None
            return 100 * (before - now) / before

        pieces = {back: get(back, "pieces") for back in (1, 2, 3, 13)}
        falls = [fall(pieces[1], pieces[2]), fall(pieces[2], pieces[3], 100)]
        measures = {
            "volume_yoy": fall(pieces[1], pieces[13], 100),
            "volume_mom": fall(pieces[1], pieces[2], 100),
            "volume_mom_two": None if None in falls else min(falls),
            "revenue_yoy": fall(
                get(1, "amount_revenue"), get(13, "amount_revenue"), 200
            ),
        }
        return {kind: value for kind, value in measures.items() if value is not None}

    def _measure_payment(self, account, day):
        items = self.env["account.move.line"].search(
            [
                ("partner_id", "=", account.partner_id.id),
                ("company_id", "=", account.company_id.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ],
            order="date_maturity, id",
        )
        late = items.filtered(lambda item: item.date_maturity < day)
        credits = (items - late).filtered(lambda item: item.amount_residual < 0)
        if sum((late | credits).mapped("amount_residual")) <= 0:
            return {}
        late = late.filtered(lambda item: item.amount_residual > 0)
        measures = {
            "overdue_days": max((day - item.date_maturity).days for item in late)
        }
        for item in late:
            term = (item.date_maturity - item.invoice_date).days
            if term > 0:
                measures["pay_delay_percent"] = Decimal(
                    100 * (day - item.date_maturity).days
                ) / Decimal(term)
                break
        return measures

    def test_the_statement_judges_as_the_rules_read(self):
        for night in ("2026-03-16", "2026-03-09"):
            with self.subTest(night=night), freeze_time(f"{night} 04:00:00"):
                day = fields.Date.to_date(night)
                self.alerts.search([]).unlink()
                self.alerts._evaluate(companies=self.company)
                self.env.invalidate_all()
                found = {account.id: {} for account in self.accounts}
                for alert in self.alerts.search(
                    [("account_id", "in", self.accounts.ids)]
                ):
                    found[alert.account_id.id][alert.kind] = (
                        alert.level,
                        alert.measure,
                    )
                expected = {
                    account.id: self._judge(account, day) for account in self.accounts
                }
                self.assertEqual(found, expected)
                # the draw reaches every kind that it can
                self.assertGreaterEqual(
                    {kind for kinds in expected.values() for kind in kinds},
                    {
                        "volume_yoy",
                        "volume_mom",
                        "volume_mom_two",
                        "revenue_yoy",
                        "overdue_days",
                        "pay_delay_percent",
                        "contact_lost_days",
                        "visit_late_days",
                    },
                )
                # in batches, and once more: the same, and nothing is written
                counts = [
                    self._evaluate(self.accounts[start : start + 37])
                    for start in range(0, self.CLIENTS, 37)
                ]
                self.assertEqual(
                    {value for count in counts for value in count.values()}, {0}
                )
