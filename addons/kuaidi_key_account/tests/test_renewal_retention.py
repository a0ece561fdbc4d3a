import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .renewal_common import TODAY, RenewalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestRenewalRetention(RenewalCommon):
    """What came up for renewal, and what was kept of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        industry = cls.env.ref("base.res_partner_industry_C")
        # (revenue promised, expected, outcome, date of the end)
        cls.made = cls.renewals
        for promised, expected, outcome, end in (
            (1000, 1500, "signed", "2026-05-25"),
            (2000, 1000, "signed", "2026-05-25"),
            (1000, 0, "lost", "2026-05-25"),
            (4000, 4000, "unsigned", "2026-05-25"),
            (500, 500, "lapsed", "2026-02-25"),
            (300, 300, "open", "2026-05-25"),
        ):
            account = cls._create_account()
            account.partner_id.industry_id = industry
            renewal = cls._create_renewal(
                account, amount_promised=promised, date_to=end, stage="negotiating"
            )
            renewal.amount_expected = expected
            if outcome in ("signed", "unsigned"):
                renewal.action_renew()
            if outcome == "signed":
                renewal.successor_id.state = "running"
            if outcome == "lost":
                renewal._lose(cls.env.ref("kuaidi_key_account.lost_reason_price"))
            if outcome == "lapsed":
                renewal.contract_id.state = "expired"
                cls.renewals._follow_contracts(cls.company)
            cls.made |= renewal
        cls.report = cls.env["kuaidi.retention.report"]
        cls.domain = [("id", "in", cls.made.ids)]

    def test_each_renewal_counts_once_as_it_ended(self):
        results = dict(
            self.report._read_group(self.domain, ["result"], ["due_count:sum"])
        )
        self.assertEqual(results, {"renewed": 2, "lost": 1, "lapsed": 1, "open": 2})

    def test_percentages_of_groups_weigh_by_revenue(self):
        aggregates = [
            "amount_due:sum",
            "amount_renewed:sum",
            "amount_lost:sum",
            "amount_expanded:sum",
            "expanded_count:sum",
            "gross_percent:avg",
            "net_percent:avg",
        ]
        [total] = self.report._read_group(self.domain, [], aggregates)
        # 4,500 were decided on: 1,000 + 1,000 kept, 2,500 renewed
        self.assertEqual(total[:5], (8800, 2500, 1500, 500, 1))
        self.assertAlmostEqual(total[5], 100 * 2000 / 4500)
        self.assertAlmostEqual(total[6], 100 * 2500 / 4500)
        by_quarter = self.report._read_group(
            self.domain, ["date_end:quarter"], aggregates[5:]
        )
        self.assertEqual(
            [
                (key.month, round(gross, 1), round(net, 1))
                for key, gross, net in by_quarter
            ],
            [(1, 0, 0), (4, 50, 62.5)],
        )

    def test_groups_without_a_decision_have_no_percentage(self):
        [(gross,)] = self.report._read_group(
            [*self.domain, ("result", "=", "open")], [], ["gross_percent:avg"]
        )
        self.assertFalse(gross)

    def test_managers_see_their_clients(self):
        stranger = self._create_user("kuaidi_stranger", "group_account_manager")
        for user, count in (
            (self.manager, 6),
            (stranger, 0),
            (self.finance, 6),
            (self.centre, 6),
        ):
            with self.subTest(user.login):
                rows = self.report.with_user(user)
                self.assertEqual(rows.search_count(self.domain), count)

    def test_the_workbook_holds_sums_and_rows(self):
        report = self.env.ref("kuaidi_key_account.retention_xlsx_report")
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.centre)
            ._render_xlsx(report, self.made.ids, {})
        )
        book = load_workbook(io.BytesIO(content))
        summary, rows = book.worksheets
        self.assertEqual(rows.max_row, 7)
        values = [[cell.value for cell in row] for row in summary.iter_rows()]
        self.assertIn("2026 Q2", [row[0] for row in values])
        [total] = [row for row in values if row[0] == "Total"]
        self.assertEqual(total[1:5], [6, 2, 2, 1])

    def test_lists_of_clients_are_exported_by_who_may(self):
        with self.assertRaises(AccessError):
            self.report.with_user(self.manager).action_export_xlsx()
        action = self.report.with_user(self.centre).action_export_xlsx()
        self.assertEqual(action["report_type"], "xlsx")
