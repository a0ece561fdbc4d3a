from odoo.tests import freeze_time, tagged
from odoo.tools import format_list
from odoo.tools.misc import format_date

from .alert_common import NIGHT, AlertCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{NIGHT} 04:00:00")
class TestInsightAttention(AlertCommon):
    """Who needs me today: one row a client, the most urgent first, with its reasons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the onboarding of the client of the class is no matter here
        cls.env["kuaidi.onboarding.step"].search([]).sudo().write({"state": "done"})

    def _get_rows(self, user=None, domain=()):
        self.env.invalidate_all()
        return (
            self.env["kuaidi.attention"]
            .with_user(user or self.manager)
            .search([("company_id", "=", self.company.id), *domain])
        )

    def _add_alert(self, account, pieces):
        self._add_figures(account, pieces, *[None] * 11, 100)
        self._evaluate(account)

    def test_clients_are_ranked_by_level_star_and_money(self):
        accounts = self.account.browse()
        for stars, pieces, amount in (
            (3, 85, 100_000),
            (1, 40, 10_000),
            (4, 40, 600_000),
            (4, 40, 900_000),
            (5, 85, 5_000_000),
        ):
            account = self._create_account()
            self._set_star(account, stars)
            account.sudo().amount_annual = amount
            self._add_alert(account, pieces)
            accounts |= account
        self._raise_problem(owner_id=self.manager.id)
        with freeze_time("2026-03-30 04:00:00"):
            rows = self._get_rows()
            self.assertEqual(
                rows.account_id.ids,
                [accounts[n].id for n in (3, 2, 1, 4, 0)] + self.account.ids,
            )
            self.assertEqual(rows.mapped("level"), ["4", "4", "4", "1", "1", False])
            self.assertEqual(rows.mapped("rank"), [44, 44, 41, 15, 13, 3])

    def test_late_steps_are_listed_as_the_language_does(self):
        steps = self.env["kuaidi.onboarding.step"].search(
            [("account_id", "=", self.account.id)], limit=2
        )
        names = format_list(self.env, steps.type_id.mapped("name"))
        self.assertNotIn(", ", names)
        self.assertEqual(
            self.env["kuaidi.attention"]._describe_kuaidi_onboarding_step(steps),
            f"Onboarding is late: {names}",
        )

    def test_a_row_says_why_in_words(self):
        self._keep_rules("volume_yoy")
        self._add_alert(self.account, 40)
        self._raise_problem()
        contact = self.env["res.partner"].create(
            {"name": "Li Na", "parent_id": self.account.partner_id.id}
        )
        self.env["kuaidi.occasion"].create(
            {
                "account_id": self.account.id,
                "partner_id": contact.id,
                "date": "1990-04-02",
            }
        )
        with freeze_time("2026-03-02 04:00:00"):
            plan = self._publish()
        step = self.env["kuaidi.onboarding.step"].search(
            [("account_id", "=", self.account.id)], limit=1
        )
        step.sudo().write({"state": "open", "date_deadline": "2026-03-20 15:59:59"})
        line = plan.sudo().line_ids.sorted("date_finish")[0]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE kuaidi_service_plan_line SET date_start = '2026-12-01',"
            " date_finish = '2026-12-31' WHERE plan_id = %s AND id <> %s",
            [plan.id, line.id],
        )
        self.env.cr.execute(
            "UPDATE kuaidi_service_plan_line SET date_start = '2026-03-25',"
            " date_finish = '2026-03-25' WHERE id = %s",
            [line.id],
        )
        with freeze_time("2026-03-30 04:00:00"):
            row = self._get_rows(domain=[("account_id", "=", self.account.id)])
            self.assertEqual(
                (
                    row.alert_count,
                    row.problem_count,
                    row.line_count,
                    row.step_count,
                    row.occasion_count,
                ),
                (1, 1, 1, 1, 1),
            )
            self.assertEqual(
                row.reasons.splitlines(),
                [
                    "Red: Volume is 60 % below that of the same month last year.",
                    "Late problems: 1, first Pickup comes late",
                    f"Late plan lines: 1, first {line.name} of "
                    + format_date(row.env, "2026-03-25"),
                    f"Onboarding is late: {step.type_id.name}",
                    format_date(row.env, "2026-04-02") + ": Birthday of Li Na",
                ],
            )
            action = row.action_view_cause()
            self.assertEqual(action["res_model"], "kuaidi.alert")
            self.assertEqual(row.action_view_account()["res_id"], self.account.id)
        # the day the problem is due, and before the line and the occasion
        with freeze_time("2026-03-19 04:00:00"):
            row = self._get_rows(domain=[("account_id", "=", self.account.id)])
            self.assertEqual(
                (row.problem_count, row.line_count, row.step_count, row.occasion_count),
                (0, 0, 0, 0),
            )

    def test_what_needs_somebody_else_is_not_mine(self):
        self._add_alert(self.account, 40)
        mine = [("is_mine", "=", True)]
        for user, is_mine in (
            (self.manager, True),
            (self.manager_2, True),
            (self.operator, False),
            (self.centre, False),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(bool(self._get_rows(user, mine)), is_mine)
                self.assertTrue(self._get_rows(user))
        self._get_alert("volume_yoy").owner_id = self.centre
        self.assertEqual(self._get_rows(self.centre, mine).account_id, self.account)

    def test_closed_and_archived_clients_need_nobody(self):
        other = self._create_served_account()
        for account in self.account | other:
            self._add_alert(account, 40)
        self.account.active = False
        other.action_close()
        self.assertFalse(self._get_rows(self.centre))

    def test_a_page_takes_as_many_queries_for_ten_as_for_two(self):
        def open_page():
            rows = (
                self.env["kuaidi.attention"]
                .with_user(self.manager)
                .with_context(allowed_company_ids=self.company.ids)
            )
            return rows.web_search_read(
                [("is_mine", "=", True)],
                {
                    "account_id": {"fields": {"display_name": {}}},
                    "level": {},
                    "reasons": {},
                },
                limit=80,
            )

        counts = []
        for total in (2, 10):
            while len(self._get_rows()) < total:
                self._add_alert(self._create_account(), 40)
            self.assertEqual(len(open_page()["records"]), total)
            counts.append(self._count_queries(open_page))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 20)
