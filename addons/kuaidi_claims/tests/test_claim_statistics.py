from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .money_common import MoneyCommon


@freeze_time("2026-11-20 02:00:00")
@tagged("post_install", "-at_install")
class TestClaimStatistics(MoneyCommon):
    """Counts, money and time of claims, and what other rooms are told of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_account(manager_id=cls.manager_2.id)
        cls.claims = cls.claim | cls._create_claim(
            type="loss",
            origin="Shenzhen",
            destination="Zhangye",
            department_id=cls.branch.id,
            link_id=cls.link.id,
            amount_claimed=1492.80,
            date_called="2026-10-05 02:00:00",
            date_shipped="2026-10-01",
        )
        cls.foreign = cls._create_claim(
            account_id=cls.other.id, partner_id=cls.other.partner_id.id
        )
        cls.claims[1].sudo().amount_paid = 1000
        cls.env["kuaidi.monthly.figure"].create(
            [
                {
                    "account_id": cls.account.id,
                    "month": month,
                    "pieces": 100,
                    "amount_revenue": revenue,
                }
                for month, revenue in (("2026-09-01", 3000), ("2026-10-01", 5000))
            ]
        )
        cls.env.flush_all()

    def _read(self, model, groupby, aggregates, user=None, domain=()):
        return (
            self.env[model]
            .with_user(user or self.officer)
            ._read_group(
                [("company_id", "=", self.company.id), *domain], groupby, aggregates
            )
        )

    def test_claims_are_counted_by_kind_lane_branch_and_link(self):
        for groupby, expected in (
            ("type", {"damage": 2, "loss": 1}),
            ("lane", {False: 2, "Shenzhen → Zhangye": 1}),
            ("branch_id", {self.env["kuaidi.case.department"]: 2, self.branch: 1}),
            ("link_id", {self.env["kuaidi.case.link"]: 2, self.link: 1}),
        ):
            with self.subTest(groupby=groupby):
                rows = self._read("kuaidi.claim.analysis", [groupby], ["__count"])
                self.assertEqual(dict(rows), expected)
        ((claimed, paid),) = self._read(
            "kuaidi.claim.analysis", [], ["amount_claimed:sum", "amount_paid:sum"]
        )
        self.assertAlmostEqual(claimed, 3292.80)
        self.assertAlmostEqual(paid, 1000)

    def test_days_are_those_from_the_call_to_the_end(self):
        claim = self.claims[1]
        claim.sudo().write({"state": "filed", "date_done": "2026-10-25 14:00:00"})
        self.env.flush_all()
        ((days,),) = self._read(
            "kuaidi.claim.analysis",
            [],
            ["days_taken:avg"],
            domain=[("is_open", "=", False)],
        )
        self.assertAlmostEqual(days, 20.5)

    def test_steps_are_in_time_or_not_for_each_clock(self):
        clocks = self.env["kuaidi.claim.clock"].sudo()
        clocks.search([]).unlink()
        clocks.create(
            [
                {
                    "claim_id": self.claim.id,
                    "kind": kind,
                    "date_start": "2026-11-01 02:00:00",
                    "date_deadline": "2026-11-04 02:00:00",
                    "date_done": done,
                    "is_void": void,
                }
                for kind, done, void in (
                    ("evidence", "2026-11-03 02:00:00", False),
                    ("inquiry", "2026-11-05 02:00:00", False),
                    ("inquiry", "2026-11-04 02:00:00", False),
                    ("report", "2026-11-02 02:00:00", True),
                    ("consensus", False, False),
                )
            ]
        )
        clocks.create(
            {
                "claim_id": self.claim.id,
                "kind": "payment",
                "date_start": "2026-11-19 02:00:00",
                "date_deadline": "2026-11-26 02:00:00",
            }
        )
        self.env.flush_all()
        rows = self._read(
            "kuaidi.claim.clock.analysis", ["kind"], ["in_time_percent:avg"]
        )
        self.assertEqual(dict(rows), {"evidence": 100, "inquiry": 50, "consensus": 0})

    def test_the_loss_ratio_divides_sums(self):
        rows = self._read(
            "kuaidi.claim.loss",
            ["month:month"],
            ["claim_count:sum", "amount_paid:sum", "loss_percent:avg"],
            domain=[("account_id", "=", self.account.id)],
        )
        self.assertEqual(
            {month.month: tuple(values) for month, *values in rows},
            {9: (0, 0, 0), 10: (1, 1000, 20), 11: (1, 0, False)},
        )
        ((ratio,),) = self._read(
            "kuaidi.claim.loss",
            [],
            ["loss_percent:avg"],
            domain=[("account_id", "=", self.account.id)],
        )
        self.assertAlmostEqual(ratio, 12.5)

    def test_a_row_leads_to_what_it_is_about(self):
        self.claim.clock_ids[:1].sudo().date_done = "2026-11-20 01:00:00"
        self.env.flush_all()
        for model, domain, method, found in (
            (
                "kuaidi.claim.analysis",
                [("claim_id", "=", self.claim.id)],
                "action_view_claim",
                self.claim,
            ),
            (
                "kuaidi.claim.clock.analysis",
                [("claim_id", "=", self.claim.id)],
                "action_view_claim",
                self.claim,
            ),
            (
                "kuaidi.claim.loss",
                [("account_id", "=", self.account.id)],
                "action_view_account",
                self.account,
            ),
        ):
            with self.subTest(model=model):
                row = self.env[model].with_user(self.officer).search(domain, limit=1)
                action = getattr(row, method)()
                self.assertEqual(
                    (action["res_model"], action["res_id"]), (found._name, found.id)
                )

    def test_everybody_sees_the_clients_they_serve(self):
        for model in (
            "kuaidi.claim.analysis",
            "kuaidi.claim.clock.analysis",
            "kuaidi.claim.loss",
        ):
            with self.subTest(model=model):
                accounts = {
                    user.login: self.env[model].with_user(user).search([]).account_id
                    for user in (self.manager, self.manager_2, self.finance)
                }
                self.assertNotIn(self.other, accounts[self.manager.login])
                self.assertNotIn(self.account, accounts[self.manager_2.login])
                for user in (self.sales, self.portal):
                    with self._refused(AccessError):
                        self.env[model].with_user(user).search([])
        self.assertEqual(
            self.env["kuaidi.claim.analysis"].with_user(self.finance).search_count([]),
            3,
        )

    def test_the_lists_are_exported_with_texts_as_texts(self):
        self.claims[1].origin = "=HYPERLINK(1)"
        self.env.flush_all()
        for name in ("claim_analysis", "claim_clock_analysis", "claim_loss"):
            with self.subTest(name=name):
                report = f"kuaidi_claims.{name}_list_xlsx"
                content, kind = self.env["ir.actions.report"]._render_xlsx(
                    report, [], {"domain": []}
                )
                self.assertEqual(kind, "xlsx")
                self.assertTrue(content.startswith(b"PK"))

    def test_the_monthly_analysis_counts_complaints_and_claims(self):
        review = self.env["kuaidi.client.review"]
        start, stop = review._get_span(date(2026, 10, 1), self.company)
        rows = self.env.execute_query(
            review._get_claim_counts((self.account | self.other).ids, start, stop)
        )
        self.assertEqual(rows, [(self.account.id, 0, 1)])

    def test_a_statement_is_flagged_by_open_claims(self):
        self._create_invoice(self.client, 500, "2026-10-10")
        statement = self.env["kuaidi.statement"]._generate(
            self.account, date(2026, 10, 1), date(2026, 10, 31)
        )
        self.assertEqual(statement._get_open_claims(), {statement.id: 2})
        self.claims.sudo().write({"state": "withdrawn"})
        self.assertEqual(statement._get_open_claims(), {})

    def test_a_dispute_names_a_case_of_its_client_alone(self):
        invoice = self._create_invoice(self.client, 500, "2026-10-01")
        dispute = (
            self.env["kuaidi.receivable.dispute"]
            .sudo()
            .create(
                {
                    "account_id": self.account.id,
                    "reason": "claim",
                    "line_ids": [
                        Command.set(
                            invoice.line_ids.filtered(
                                lambda line: line.account_type == "asset_receivable"
                            ).ids
                        )
                    ],
                }
            )
        )
        dispute.claim_id = self.claim
        with self._refused(ValidationError, "is no case of"):
            dispute.claim_id = self.foreign
        self.assertEqual(dispute.claim_id, self.claim)

    def test_clients_who_complain_often_or_wait_are_at_risk(self):
        rules = self.env["kuaidi.alert.rule"]
        kinds = {values["kind"]: values for values in rules._get_default_rules()}
        self.assertEqual(kinds["complaint_count"]["threshold_yellow"], 2)
        self.assertEqual(kinds["complaint_late"]["threshold_orange"], 1)
        owned = rules.search([("company_id", "=", self.company.id)]).mapped("kind")
        self.assertLessEqual(
            {"complaint_count", "complaint_late", "claim_late"}, set(owned)
        )
        clock = self.env["kuaidi.claim.clock"].search(
            [("claim_id", "=", self.claims[1].id), ("kind", "=", "master")]
        )
        self.assertTrue(clock)
        self.env["kuaidi.alert"]._evaluate(self.account, date(2026, 11, 20))
        alert = self.env["kuaidi.alert"].search(
            [
                ("account_id", "=", self.account.id),
                ("rule_id.kind", "=", "claim_late"),
            ]
        )
        self.assertEqual(alert.measure, 15)
