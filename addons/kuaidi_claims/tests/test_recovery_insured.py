from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .insurance_case_common import NOON, InsuranceCaseCommon


@freeze_time(NOON)
@tagged("post_install", "-at_install")
class TestRecoveryInsured(InsuranceCaseCommon):
    """What insurers pay in the net loss, in releases of debtors, in statistics."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carrier = cls.env["res.partner"].create({"name": "Ganxin Freight"})
        cls.company.kuaidi_recovery_journal_id = cls.entries
        cls.claim.sudo().amount_paid = 4000
        cls.claim.write({"origin": "Shenzhen", "destination": "Lanzhou"})

    def _demand(self, amount=4000):
        recovery = (
            self.env["kuaidi.recovery"]
            .with_user(self.officer)
            .create(
                {
                    "claim_id": self.claim.id,
                    "target": "carrier",
                    "debtor_id": self.carrier.id,
                    "basis": "contract",
                    "contract_reference": "GX-2026-7",
                    "cause": "Its truck collided",
                    "amount_demanded": amount,
                }
            )
        )
        recovery.action_demand()
        return recovery

    def _settle_case(self):
        case = self._agree_insurer()
        payment = self._book(case)
        self._receive(payment.sudo().move_id)
        return case

    def test_what_the_insurer_paid_lowers_the_net_loss(self):
        case = self._agree_insurer()
        payment = self._book(case)
        self.assertEqual(self.claim.amount_net, 4000)
        line = self._receive(payment.sudo().move_id, 1000.01)
        self.assertEqual(self.claim.amount_insured, 1000.01)
        self.assertEqual(self.claim.amount_net, 2999.99)
        line.remove_move_reconcile()
        self.assertEqual((self.claim.amount_insured, self.claim.amount_net), (0, 4000))

    def test_what_goes_to_the_client_is_none_of_ours(self):
        self.policy.end_reason = "Replaced"
        self.policy.action_end()
        policy = self._create_policy(insured_party="client", account_id=self.account.id)
        claim = self._create_insured_claim(policy_id=policy.id)
        case = self._open_case(claim, policy_id=policy.id)
        self._book(self._agree_insurer(case=case))
        self.assertEqual(case.amount_paid_client, 1700)
        self.assertEqual((claim.amount_insured, claim.amount_net), (0, 0))

    def test_no_more_is_recovered_than_the_insurer_left(self):
        self._settle_case()
        recovery = self._demand(2300.01)
        recovery.write({"amount_agreed": 2300.01, "result": "Agreed"})
        recovery.action_agree()
        with self._refused(UserError, "nothing is recovered twice"):
            recovery.with_user(self.finance).action_book()
        self.assertEqual(recovery.state, "agreed")
        self.assertFalse(recovery.entry_ids)

    def test_no_debtor_is_released_before_the_insurer_consents(self):
        case = self._open_case()
        recovery = self._demand()
        recovery.write({"amount_agreed": 1000, "result": "Half is better"})
        for release in (recovery.action_agree, recovery.action_give_up):
            with self._refused(UserError, "article 61"):
                release()
        self.assertEqual(recovery.state, "demanded")
        case.action_notify()
        case._record_consent(4000, "Letter of Ms. Zhou")
        recovery.action_agree()
        self.assertEqual(recovery.state, "agreed")

    def test_who_pays_all_needs_no_consent(self):
        self._open_case()
        recovery = self._demand()
        recovery.write({"amount_agreed": 4000, "result": "Paid in full"})
        recovery.action_agree()
        self.assertEqual(recovery.state, "agreed")

    def _read(self, model, groupby, aggregates, user=None):
        self.env.flush_all()
        return (
            self.env[model]
            .with_user(user or self.officer)
            ._read_group([("company_id", "=", self.company.id)], groupby, aggregates)
        )

    def test_insurers_are_counted_among_the_debtors(self):
        self._settle_case()
        self._demand(500)
        rows = self._read(
            "kuaidi.recovery.analysis",
            ["target", "debtor_id"],
            ["amount_demanded:sum", "amount_recovered:sum"],
        )
        self.assertEqual(
            {(target, debtor): tuple(amounts) for target, debtor, *amounts in rows},
            {
                ("carrier", self.carrier): (500, 0),
                ("insurer", self.insurer.partner_id): (1700, 1700),
            },
        )

    def test_refusals_are_counted_with_their_reason(self):
        case = self._submit()
        with freeze_time("2026-11-25 04:00:00"):
            case._refuse("Bad packing")
        rows = self._read(
            "kuaidi.insurance.analysis",
            ["insurer_id", "is_refused"],
            ["__count", "days_decision:avg", "amount_paid:sum"],
        )
        self.assertEqual(rows, [(self.insurer, True, 1, 5.0, 0)])
        row = self.env["kuaidi.insurance.analysis"].search([("case_id", "=", case.id)])
        self.assertEqual(row.refusal_reason, "Bad packing")

    def test_clocks_name_their_insurer(self):
        case = self._submit()
        with freeze_time("2026-12-25 04:00:00"):
            case._agree(1700)
        rows = self._read(
            "kuaidi.claim.clock.analysis",
            ["insurer_id", "kind"],
            ["days_taken:avg", "in_time_percent:avg"],
        )
        self.assertIn((self.insurer, "case_decision", 35.0, 0.0), rows)

    def test_premium_stands_against_payouts(self):
        self._settle_case()
        self.env["kuaidi.insurance.shipment"].create(
            [
                {
                    "policy_id": self.policy.id,
                    "account_id": self.account.id,
                    "waybill_number": f"DS{number}",
                    "date_shipped": "2026-11-05",
                    "sum_insured": 10000,
                    "amount_premium": premium,
                }
                for number, premium in enumerate((30.10, 29.90))
            ]
        )
        for groupby in ("insurer_id", "policy_id", "account_id", "month:month"):
            with self.subTest(groupby=groupby):
                ((_key, shipments, premium, paid, percent),) = self._read(
                    "kuaidi.insurance.result",
                    [groupby],
                    [
                        "shipment_count:sum",
                        "amount_premium:sum",
                        "amount_paid:sum",
                        "payout_percent:avg",
                    ],
                )
                self.assertEqual((shipments, float(premium)), (2, 60))
                self.assertEqual(float(paid), 1700)
                self.assertAlmostEqual(float(percent), 170000 / 60)

    def test_each_reads_the_statistics_of_their_clients(self):
        self._settle_case()
        self.env.flush_all()
        for model in ("kuaidi.insurance.analysis", "kuaidi.insurance.result"):
            for user, count in (
                (self.officer, 1),
                (self.manager, 1),
                (self.manager_2, 0),
                (self.finance, 1),
                (self.centre, 1),
            ):
                with self.subTest(model=model, user=user.login):
                    rows = self.env[model].with_user(user).search([])
                    self.assertEqual(
                        len(rows.filtered(lambda row: row.policy_id == self.policy)),
                        count,
                    )
            for user in (self.sales, self.portal):
                with (
                    self.subTest(model=model, user=user.login),
                    self._refused(AccessError),
                ):
                    self.env[model].with_user(user).search([])

    def test_a_row_of_a_report_leads_to_what_it_is_about(self):
        case = self._settle_case()
        self.env.flush_all()
        for model, domain, method, found in (
            (
                "kuaidi.insurance.analysis",
                [("case_id", "=", case.id)],
                "action_view_case",
                case,
            ),
            (
                "kuaidi.insurance.result",
                [("policy_id", "=", self.policy.id)],
                "action_open_policy",
                self.policy,
            ),
            (
                "kuaidi.recovery.analysis",
                [("claim_id", "=", case.claim_id.id)],
                "action_view_claim",
                case.claim_id,
            ),
        ):
            with self.subTest(model=model):
                row = self.env[model].with_user(self.officer).search(domain, limit=1)
                action = getattr(row, method)()
                self.assertEqual(
                    (action["res_model"], action["res_id"]), (found._name, found.id)
                )

    def test_the_lists_are_exported(self):
        self._settle_case()
        self.env.flush_all()
        self.officer.group_ids = [
            Command.link(self.env.ref("base.group_allow_export").id)
        ]
        for name in ("insurance_analysis", "insurance_result", "claim_clock_analysis"):
            with self.subTest(name=name):
                model = f"kuaidi.{name.replace('_', '.')}"
                action = self.env[model].with_user(self.officer).action_export_list()
                content, kind = self.env["ir.actions.report"]._render_xlsx(
                    f"kuaidi_claims.{name}_list_report", [], data=action["data"]
                )
                self.assertEqual((kind, content[:2]), ("xlsx", b"PK"))
