import random
from datetime import date, datetime
from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .recovery_common import RecoveryCommon

NAMES = ("amount_paid", "amount_insured", "amount_recovered", "amount_net")


@freeze_time("2026-11-20 02:00:00")
@tagged("post_install", "-at_install")
class TestRecoveryNet(RecoveryCommon):
    """The net loss, to the cent, whatever happened before."""

    def _get_cents(self, claim):
        return [round(Decimal(repr(claim[name])) * 100) for name in NAMES]

    def _count_slowly(self, claim):
        """Count what came in from the reconciled money alone, in cents."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT coalesce(sum(partial.amount), 0)
              FROM kuaidi_recovery recovery
              JOIN kuaidi_recovery_entry entry ON entry.recovery_id = recovery.id
              JOIN account_move_line line ON line.move_id = entry.move_id
              JOIN account_partial_reconcile partial ON partial.debit_move_id = line.id
              JOIN account_move_line money ON money.id = partial.credit_move_id
              JOIN account_move other ON other.id = money.move_id
             WHERE recovery.claim_id = %s
               AND recovery.subject = 'compensation'
               AND other.reversed_entry_id IS DISTINCT FROM entry.move_id
            """,
            [claim.id],
        )
        (amount,) = self.env.cr.fetchone()
        return round(Decimal(amount) * 100)

    def _do_something(self, rng, entries, payments):
        """Do one of the things that happen to recovered money."""
        open_entries = [entry for entry in entries if entry.state == "booked"]
        match rng.choice(("pay", "pay", "pay", "back", "cancel", "book", "claim")):
            case "pay" if open_entries:
                entry = rng.choice(open_entries)
                rest = round((entry.amount - entry.amount_received) * 100)
                cents = rng.choice((1, rest, rng.randint(1, rest)))
                payments.append(self._pay_in(entry, cents / 100))
            case "back" if payments:
                payment = payments.pop(rng.randrange(len(payments)))
                payment.line_ids.remove_move_reconcile()
            case "cancel" if open_entries:
                entry = rng.choice(open_entries)
                if rng.random() < 0.5:
                    entry._get_receivable_lines().remove_move_reconcile()
                    entry.move_id._reverse_moves([{}], cancel=True)
                else:
                    entry.move_id.button_draft()
                    entry.move_id.button_cancel()
            case "book":
                for entry in entries:
                    if entry.recovery_id.state == "agreed":
                        entries.append(self._book(entry.recovery_id))
                        break
            case "claim":
                cents = rng.randint(149280, 900000)
                self.claim.sudo().amount_paid = cents / 100

    def test_the_net_loss_is_right_after_any_history(self):
        for seed in range(4):
            rng = random.Random(seed)
            self.claim = self._create_claim()
            self.claim.sudo().amount_paid = 1492.80
            parts = [rng.randint(1, 70000) for _number in range(2)]
            entries, payments = [], []
            for cents in parts:
                amount = cents / 100
                entries.append(
                    self._book(self._get_owed(amount, amount_demanded=amount))
                )
            for step in range(10):
                self._do_something(rng, entries, payments)
                self.env.invalidate_all()
                paid, insured, recovered, net = self._get_cents(self.claim)
                with self.subTest(seed=seed, step=step):
                    self.assertEqual(recovered, self._count_slowly(self.claim))
                    self.assertEqual(net, paid - insured - recovered)
                    self.assertEqual(
                        recovered,
                        sum(
                            round(Decimal(repr(recovery.amount_recovered)) * 100)
                            for recovery in self.claim.recovery_ids
                        ),
                    )

    def test_nobody_types_what_came_in(self):
        for user in (self.officer, self.claims_manager, self.finance, self.manager):
            for name in NAMES:
                with (
                    self.subTest(user=user.login, name=name),
                    self._refused(AccessError),
                ):
                    self.claim.with_user(user).write({name: 5})
        self.assertEqual(self._get_cents(self.claim), [149280, 0, 0, 149280])

    def test_a_closed_claim_is_still_recovered(self):
        entry = self._book(self._get_owed())
        self.claim.sudo().state = "filed"
        self._pay_in(entry, 1492.80)
        self.assertEqual(self.claim.amount_net, 0)


@freeze_time("2026-11-20 02:00:00")
@tagged("post_install", "-at_install")
class TestRecoveryStatistics(RecoveryCommon):
    """What came in from whom, and what is left, by client, lane, unit and month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.claim.write(
            {
                "origin": "Shenzhen",
                "destination": "Zhangye",
                "department_id": cls.branch.id,
                "date_called": "2026-11-05 02:00:00",
            }
        )
        cls.env["kuaidi.monthly.figure"].create(
            {
                "account_id": cls.account.id,
                "month": "2026-11-01",
                "pieces": 100,
                "amount_revenue": 5000,
            }
        )

    def setUp(self):
        super().setUp()
        carrier = self._book(self._get_owed(1000))
        outlet = self._book(
            self._get_owed(
                400,
                target="outlet",
                basis="rules",
                department_id=self.outlet.id,
                contract_reference=False,
            )
        )
        self._pay_in(carrier, 700.10)
        self._pay_in(outlet, 92.70)
        self._create_recovery(target="consignee", basis="law", amount_demanded=10)
        self.env.flush_all()

    def _read(self, model, groupby, aggregates, user=None):
        return (
            self.env[model]
            .with_user(user or self.officer)
            ._read_group([("company_id", "=", self.company.id)], groupby, aggregates)
        )

    def test_money_is_counted_by_kind_of_debtor(self):
        rows = self._read(
            "kuaidi.recovery.analysis",
            ["target"],
            ["amount_agreed:sum", "amount_recovered:sum"],
        )
        self.assertEqual(
            {target: tuple(amounts) for target, *amounts in rows},
            {"carrier": (1000, 700.10), "outlet": (400, 92.70), "consignee": (0, 0)},
        )

    def test_the_net_loss_is_counted_by_client_lane_unit_and_month(self):
        for groupby in ("account_id", "lane", "department_id", "date_called:month"):
            with self.subTest(groupby=groupby):
                ((_key, net, recovered),) = self._read(
                    "kuaidi.claim.analysis",
                    [groupby],
                    ["amount_net:sum", "amount_recovered:sum"],
                )
                self.assertAlmostEqual(net, 700)
                self.assertAlmostEqual(recovered, 792.80)

    def test_the_net_loss_ratio_divides_sums(self):
        ((net, ratio),) = self._read(
            "kuaidi.claim.loss", [], ["amount_net:sum", "net_percent:avg"]
        )
        self.assertAlmostEqual(net, 700)
        self.assertAlmostEqual(ratio, 14)

    def test_the_dossier_tells_the_net_loss(self):
        contract = self.env["kuaidi.contract"].create(
            {
                "account_id": self.account.id,
                "kind": "master",
                "state": "running",
                "date_from": "2025-12-26",
                "date_signed": "2025-12-20",
                "date_to": "2026-12-25",
                "notice_days": 30,
            }
        )
        renewal = self.env["kuaidi.renewal"]._open_due(contract, date(2026, 11, 20))
        dossier = renewal._get_dossier()
        rows = renewal._prepare_dossier_quality(dossier)["rows"]
        self.assertEqual(
            [row[1] for row in rows[-3:]],
            [renewal._format_money(amount) for amount in (1492.80, 792.80, 700)],
        )
        self.assertEqual(
            self.env["kuaidi.claim"]._get_costs(
                self.account, datetime(2026, 11, 1), datetime(2026, 12, 1)
            ),
            {
                self.account.id: {
                    "amount_paid": 1492.80,
                    "amount_insured": 0,
                    "amount_recovered": 792.80,
                    "amount_net": 700,
                }
            },
        )

    def test_the_client_analysis_tells_the_net_loss(self):
        review = self.env["kuaidi.client.review"].create(
            {"account_id": self.account.id, "month": "2026-11-01"}
        )
        self.assertEqual(review.amount_claims_paid, 1492.80)
        self.assertEqual(review.amount_claims_net, 700)

    def test_clients_whose_claims_cost_much_are_at_risk(self):
        self.env["kuaidi.monthly.figure"].create(
            {
                "account_id": self.account.id,
                "month": "2026-10-01",
                "pieces": 100,
                "amount_revenue": 14000,
            }
        )
        self.env["kuaidi.alert"]._evaluate(self.account, date(2026, 11, 20))
        alert = self.env["kuaidi.alert"].search(
            [
                ("account_id", "=", self.account.id),
                ("rule_id.kind", "=", "claim_net_percent"),
            ]
        )
        # 700 of 14,000: the running month brings no revenue yet
        self.assertEqual((alert.measure, alert.level), (5, "2"))
        self.assertIn("5", alert.reason)

    def test_each_sees_the_clients_they_serve(self):
        for user, count in (
            (self.officer, 3),
            (self.manager, 3),
            (self.manager_2, 0),
            (self.finance, 3),
            (self.centre, 3),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(
                    self.env["kuaidi.recovery.analysis"]
                    .with_user(user)
                    .search_count([("company_id", "=", self.company.id)]),
                    count,
                )
        for user in (self.sales, self.portal):
            with self.subTest(user=user.login), self._refused(AccessError):
                self.env["kuaidi.recovery.analysis"].with_user(user).search([])

    def test_the_list_is_exported(self):
        self.officer.group_ids = [
            Command.link(self.env.ref("base.group_allow_export").id)
        ]
        action = (
            self.env["kuaidi.recovery.analysis"]
            .with_user(self.officer)
            .action_export_list()
        )
        self.assertEqual(
            action["report_name"], "kuaidi_claims.recovery_analysis_list_xlsx"
        )
        content, kind = self.env["ir.actions.report"]._render_xlsx(
            "kuaidi_claims.recovery_analysis_list_report", [], data=action["data"]
        )
        self.assertEqual((kind, content[:2]), ("xlsx", b"PK"))
