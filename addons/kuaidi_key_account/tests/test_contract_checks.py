from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .contract_common import TODAY, ContractCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestContractChecks(ContractCommon):
    """The checklist from the statutes, answered before anybody approves."""

    def _get_check(self, contract, name):
        point = self.env.ref(f"kuaidi_key_account.contract_check_point_{name}")
        return contract.check_ids.filtered(lambda check: check.point_id == point)

    def _get_hint(self, name, **values):
        contract = self._create_contract(**values).with_context(lang="en_US")
        return self._get_check(contract, name).hint or ""

    def test_every_point_cites_what_it_stands_on(self):
        points = self.env["kuaidi.contract.check.point"].search([])
        articles = " ".join(points.with_context(lang="en_US").mapped("article"))
        for cited in ("496", "497", "506", "584", "585", "27", "32", "61", "49"):
            self.assertIn(cited, articles)
        self.assertTrue(all(points.mapped("explanation")))

    def test_the_points_follow_kind_and_client(self):
        contract = self._create_contract()
        self.assertFalse(self._get_check(contract, "extension"))
        self.assertTrue(self._get_check(contract, "notice"))
        self.assertFalse(self._get_check(contract, "inspection"))
        check = self._get_check(contract, "data")
        check.answer = "ok"
        contract.write({"is_public": True, "kind": "safety"})
        self.assertTrue(self._get_check(contract, "extension"))
        self.assertTrue(self._get_check(contract, "inspection"))
        self.assertFalse(self._get_check(contract, "notice"))
        self.assertEqual(check.answer, "ok", "what was answered stays")

    def test_an_answer_says_who_and_when(self):
        check = self._get_check(self._create_contract(), "data")
        check.with_user(self.manager_2).write({"answer": "ok"})
        self.assertEqual(check.user_id, self.manager_2)
        self.assertEqual(str(check.date_checked), f"{TODAY} 04:00:00")
        check.answer = False
        self.assertFalse(check.user_id)
        self.assertFalse(check.date_checked)

    def test_answers_stand_once_approval_is_requested(self):
        contract = self._approve()
        check = contract.check_ids[0]
        for user in (self.manager, self.centre):
            with self._refused(UserError, "while the contract is a draft"):
                check.with_user(user).answer = "concern"
        self.assertEqual(check.answer, "ok")

    def test_the_system_alone_puts_questions_and_signs_answers(self):
        contract = self._create_contract()
        check = contract.check_ids[0]
        for values in (
            {"user_id": self.centre.id},
            {"date_checked": "2020-01-01 00:00:00"},
            {"point_id": contract.check_ids[1].point_id.id},
            {"contract_id": self._create_contract(kind="other").id},
        ):
            with self.subTest(**values), self._refused(AccessError):
                check.write(values)
        with self._refused(AccessError):
            check.unlink()
        with self._refused(AccessError):
            contract.check_ids = [Command.create({"point_id": check.point_id.id})]
        contract.check_ids = [Command.update(check.id, {"answer": "none"})]
        self.assertEqual(check.answer, "none")

    def test_hints_from_the_contract_itself(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Ninety",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50}),
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": 61}
                    ),
                ],
            }
        )
        month_end = self.env["account.payment.term"].create(
            {
                "name": "Month end",
                "line_ids": [
                    Command.create(
                        {
                            "value": "percent",
                            "value_amount": 100,
                            "nb_days": 15,
                            "delay_type": "days_after_end_of_month",
                        }
                    )
                ],
            }
        )
        late = {"late_rule": "percent_day", "late_factor": 31}
        table = [
            ("notice", {}, "Standard terms without a proof"),
            ("notice", {"standard_term_proof": "Signed beside"}, ""),
            ("notice", {"is_standard_term": False}, ""),
            ("payment", {}, "No payment term"),
            (
                "payment",
                {"sme_status": "large", "payment_term_id": term.id},
                "up to 61 days; the client may take 60",
            ),
            (
                "payment",
                {"sme_status": "public", "payment_term_id": month_end.id},
                "up to 45 days; the client may take 30",
            ),
            ("payment", {"sme_status": "large", "payment_term_id": month_end.id}, ""),
            ("payment", {"sme_status": "none", "payment_term_id": term.id}, ""),
            ("insurance", {}, "Nobody insures"),
            ("insurance", {"insurance_by": "company"}, "premium is not given"),
            ("insurance", {"insurance_by": "client"}, ""),
            ("recourse", {"insurance_by": "client"}, "has not waived recourse"),
            (
                "recourse",
                {"insurance_by": "client", "is_recourse_waived": True},
                "",
            ),
            ("forum", {"dispute_forum": "arbitration"}, "does not hold"),
            (
                "forum",
                {"dispute_forum": "arbitration", "dispute_body": "CIETAC"},
                "",
            ),
            ("forum", {}, ""),
            (
                "exclusion",
                {"compensation_rule": "freight", "compensation_factor": 7},
                "7 times the freight: no law caps it",
            ),
            ("penalty", late, "31 % of the freight"),
            ("penalty", late | {"late_factor": 30}, ""),
            ("safety", {}, "No safety agreement is on file"),
            ("extension", {"is_public": True}, "amount is missing"),
            ("term", {"is_tacit": True}, "12 months each time"),
            ("term", {"is_open_ended": True, "date_to": False}, "Without end"),
        ]
        for name, values, hint in table:
            with self.subTest(point=name, **values):
                found = self._get_hint(name, **values)
                if hint:
                    self.assertIn(hint, found)
                else:
                    self.assertEqual(found, "")

    def test_a_safety_agreement_on_file_is_found(self):
        self._create_document(self.account, "safety")
        self.assertEqual(self._get_hint("safety"), "")

    def test_a_public_client_adds_ten_percent_without_a_tender(self):
        contract = self._run_contract(is_public=True, amount_total=100_000)
        version = contract.browse(contract.action_amend()["res_id"])
        version = version.with_context(lang="en_US")
        check = self._get_check(version, "extension")
        for amount, percent, beyond in (
            (100_000, 0, False),
            (90_000, 0, False),
            (110_000, 10, False),
            (110_001, 10.001, True),
            (150_000, 50, True),
        ):
            with self.subTest(amount=amount):
                version.amount_total = amount
                self.assertAlmostEqual(version._get_extension_percent(), percent)
                self.assertIs(version._is_extension_beyond_law(), beyond)
                check.invalidate_recordset(["hint"])
                self.assertEqual("new tender is needed" in (check.hint or ""), beyond)
        successor = self._create_contract(is_public=True, amount_total=10_500)
        successor.sudo().predecessor_id = contract
        self.assertAlmostEqual(successor._get_extension_percent(), 10.5)
        self.assertIs(successor._is_extension_beyond_law(), True)
        successor.is_public = False
        self.assertEqual(successor._get_extension_percent(), 0)
