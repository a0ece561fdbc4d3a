from datetime import date, datetime

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .recovery_common import RecoveryCommon


@freeze_time("2026-11-20 02:00:00")
@tagged("post_install", "-at_install")
class TestRecoveryFlow(RecoveryCommon):
    """From whom a claim is recovered, on which basis, and what came of it."""

    def test_a_carrier_with_a_contract_pays(self):
        recovery = self._create_recovery()
        recovery.action_demand()
        self.assertEqual(recovery.state, "demanded")
        self.assertEqual(recovery.date_demanded, datetime(2026, 11, 20, 2))
        # fifteen days, to the end of the day in Shanghai
        self.assertEqual(recovery.date_deadline, datetime(2026, 12, 5, 15, 59, 59))
        self.assertEqual(recovery.date_limitation, date(2029, 11, 20))
        recovery.write({"amount_agreed": 1492.80, "result": "Paid by its letter"})
        recovery.action_agree()
        self.assertEqual(recovery.state, "agreed")

    def test_without_a_contract_the_hiring_branch_pays_all(self):
        recovery = self._create_recovery(basis="none", contract_reference=False)
        with self._refused(UserError, "Without a contract"):
            recovery.action_demand()
        self.assertEqual(recovery.state, "draft")
        recovery.action_pass_on()
        charged = self.claim.recovery_ids - recovery.with_env(self.env)
        self.assertEqual(recovery.state, "passed")
        self.assertEqual(
            (
                charged.target,
                charged.department_id,
                charged.debtor_id,
                charged.amount_demanded,
                charged.origin_id,
                charged.state,
            ),
            (
                "outlet",
                self.branch,
                self.lanzhou_company,
                1492.80,
                recovery.with_env(self.env),
                "draft",
            ),
        )
        with self._refused(UserError, "by now"):
            recovery.action_pass_on()
        self.assertEqual(len(self.claim.recovery_ids), 2)

    def test_who_was_hired_by_contract_is_not_passed_on(self):
        recovery = self._create_recovery()
        with self._refused(UserError, "without a contract"):
            recovery.action_pass_on()
        self.assertEqual(len(self.claim.recovery_ids), 1)

    def test_a_branch_is_named_before_it_is_charged(self):
        recovery = self._create_recovery(
            basis="none", contract_reference=False, department_id=False
        )
        with self._refused(UserError, "which branch"):
            recovery.action_pass_on()
        self.assertEqual(recovery.state, "draft")

    def test_what_is_missing_keeps_a_demand_back(self):
        for values, message in (
            ({"contract_reference": False}, "contract with the debtor"),
            ({"debtor_id": False}, "who pays"),
            ({"cause": " "}, "why the debtor"),
            ({"amount_demanded": 0}, "how much"),
            ({"amount_demanded": 1492.81}, "no more can be recovered"),
            ({"route": "commission"}, "written agreement"),
            ({"date_known": "2023-11-19"}, "barred"),
        ):
            with self.subTest(values=values):
                recovery = self._create_recovery(**values)
                with self._refused(UserError, message):
                    recovery.action_demand()
                self.assertEqual(recovery.state, "draft")

    def test_a_commission_takes_the_case_by_agreement(self):
        recovery = self._create_recovery(
            route="commission", arbitration_agreement="Lanzhou commission, losses"
        )
        recovery.action_demand()
        self.assertEqual(recovery.state, "demanded")

    def test_bases_follow_from_the_debtor(self):
        for target, basis in (
            ("outlet", "rules"),
            ("carrier", "none"),
            ("agent", "none"),
            ("consignee", "law"),
        ):
            with self.subTest(target=target):
                form = Form(
                    self.env["kuaidi.recovery"]
                    .with_user(self.officer)
                    .with_context(default_claim_id=self.claim.id)
                )
                form.target = target
                self.assertEqual(form.basis, basis)

    def test_bases_that_do_not_fit_are_refused(self):
        with mute_logger("odoo.sql_db"), self._refused(CheckViolation, "of_hired"):
            self._create_recovery(basis="rules")
        with self._refused(ValidationError, "which outlet"):
            self._create_recovery(target="outlet", basis="rules", department_id=False)
        with self._refused(ValidationError, "settled with"):
            self._create_recovery(
                target="outlet", basis="rules", debtor_id=self.carrier.id
            )
        with self._refused(ValidationError, "owed by the consignee"):
            self._create_recovery(subject="freight")
        self.assertFalse(self.claim.recovery_ids)

    def test_an_outlet_pays_by_the_partner_above_it(self):
        recovery = self._create_recovery(
            target="outlet",
            basis="rules",
            department_id=self.depot.id,
            debtor_id=self.lanzhou_company.id,
        )
        self.assertEqual(recovery.debtor_id, self.lanzhou_company)
        with Form(
            self.env["kuaidi.recovery"]
            .with_user(self.officer)
            .with_context(default_claim_id=self.claim.id)
        ) as form:
            form.target = "outlet"
            form.department_id = self.outlet
        self.assertEqual(form.record.debtor_id, self.zhangye_company)

    def test_freight_collect_goes_up_to_the_freight(self):
        self.claim.amount_freight = 90
        recovery = self._create_recovery(
            target="consignee", subject="freight", basis="law", amount_demanded=90.01
        )
        with self._refused(UserError, "no more can be recovered"):
            recovery.action_demand()
        recovery.amount_demanded = 90
        recovery.action_demand()
        self.assertEqual(recovery.state, "demanded")

    def test_a_result_needs_amount_and_reason(self):
        recovery = self._create_recovery()
        recovery.action_demand()
        for values, message in (
            ({}, "what the debtor owes"),
            ({"amount_agreed": 900}, "this result"),
        ):
            recovery.write(values)
            with self._refused(UserError, message):
                recovery.action_agree()
        self.assertEqual(recovery.state, "demanded")
        with mute_logger("odoo.sql_db"), self._refused(CheckViolation, "not_above"):
            recovery.amount_agreed = 1500
        self.assertEqual(recovery.amount_agreed, 900)

    def test_what_was_demanded_stays(self):
        recovery = self._create_recovery()
        recovery.action_demand()
        for values in ({"amount_demanded": 5}, {"debtor_id": self.client.id}):
            with self.subTest(values=values), self._refused(UserError, "stays"):
                recovery.write(values)
        with self._refused(UserError, "stays on file"):
            recovery.unlink()
        self.assertEqual(recovery.amount_demanded, 1492.80)

    def test_what_is_given_up_has_its_reason_and_comes_back(self):
        recovery = self._create_recovery()
        with self._refused(UserError, "why it is given up"):
            recovery.action_give_up()
        recovery.note = "The carrier is bankrupt"
        recovery.action_give_up()
        self.assertEqual(recovery.state, "failed")
        recovery.action_reopen()
        self.assertEqual((recovery.state, recovery.date_done), ("draft", False))

    def test_who_does_not_answer_is_told_of_once(self):
        self.company.kuaidi_claim_escalation_id = self.claims_manager
        recovery = self._create_recovery()
        recovery.action_demand()
        for moment, count in (
            ("2026-12-05 15:00:00", 0),
            ("2026-12-06 02:00:00", 1),
            ("2026-12-07 02:00:00", 1),
        ):
            with freeze_time(moment), self.enter_registry_test_mode():
                self.env.ref(
                    "kuaidi_claims.cron_escalate_recoveries"
                ).method_direct_trigger()
            self.env.invalidate_all()
            activities = self.env["mail.activity"].search(
                [
                    ("res_model", "=", "kuaidi.recovery"),
                    ("res_id", "=", recovery.id),
                    ("user_id", "=", self.claims_manager.id),
                ]
            )
            self.assertEqual(len(activities), count, moment)

    def test_the_letter_says_what_is_demanded_and_why(self):
        recovery = self._create_recovery()
        letter = recovery._prepare_letter()
        text = "\n".join(letter["paragraphs"])
        for part in ("1,492.80", "GX-2026-7", "Lost on its truck"):
            self.assertIn(part, text)
        self.assertEqual(letter["client"], "Ganxin Freight")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "kuaidi_claims.report_recovery_letter", recovery.ids
        )
        # a letter is written in the language of its reader
        self.assertIn("追偿函", html.decode())
        recovery.with_context(kuaidi_marks_demanded=True).message_post(body="Sent")
        self.assertEqual(recovery.state, "demanded")

    def test_states_and_clocks_are_not_typed(self):
        recovery = self._create_recovery()
        for values in (
            {"state": "paid"},
            {"amount_recovered": 5},
            {"date_deadline": "2027-01-01"},
            {"number": "X"},
        ):
            with self.subTest(values=values), self._refused(AccessError):
                recovery.write(values)
        with self._refused(AccessError):
            self._create_recovery(state="agreed")
        with self._refused(AccessError):
            self.env["kuaidi.recovery"].with_user(self.officer).with_context(
                default_state="agreed"
            ).create({"claim_id": self.claim.id, "target": "consignee"})
        self.assertEqual(recovery.state, "draft")

    def test_officers_recover_and_others_read(self):
        recovery = self._create_recovery()
        for user in (self.manager, self.finance, self.centre):
            with self.subTest(user=user.login):
                theirs = recovery.with_user(user)
                self.assertEqual(theirs.amount_demanded, 1492.80)
                for call in (
                    theirs.action_demand,
                    theirs.action_give_up,
                    lambda theirs=theirs: theirs.write({"note": "x"}),
                ):
                    with self._refused(AccessError):
                        call()
        for user in (self.manager_2, self.sales, self.portal):
            with self.subTest(user=user.login), self._refused(AccessError):
                recovery.with_user(user).read(["number"])
        self.assertEqual((recovery.state, recovery.note), ("draft", False))
