from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tests.form import Form

from .common import PDF
from .renewal_common import TODAY, RenewalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestRenewalFlow(RenewalCommon):
    """A sales person takes a renewal from coming up to renewed or lost."""

    def _sign(self, contract):
        """Approve and sign a contract, as its users would."""
        contract = contract.with_user(self.manager)
        contract.check_ids.write({"answer": "ok", "remark": "Looked at"})
        contract.action_request_approval()
        contract.with_user(self.centre).action_approve()
        file = contract.env["ir.attachment"].create(
            {"name": "signed.pdf", "datas": PDF}
        )
        contract.attachment_ids = file
        contract._sign(fields.Date.to_date(TODAY))

    def test_each_step_asks_for_what_it_is_for(self):
        renewal = self._create_renewal().with_user(self.sales)
        with self._refused(UserError, "the evaluation is missing"):
            renewal.action_evaluate()
        with self._refused(UserError, "has moved on since"):
            renewal.action_negotiate()
        self.assertEqual(renewal.stage, "upcoming")
        renewal.evaluation = "Stays."
        renewal.action_evaluate()
        self.assertEqual((renewal.stage, len(renewal.position_ids)), ("evaluated", 6))
        with self._refused(UserError, "Write down what you offer"):
            renewal.action_negotiate()
        renewal.proposal = "Two more years."
        renewal.action_negotiate()
        self.assertEqual(renewal.stage, "negotiating")
        renewal.action_back()
        self.assertEqual(renewal.stage, "evaluated")
        renewal.action_back()
        with self._refused(UserError, "is at its first step"):
            renewal.action_back()
        self.assertEqual(renewal.stage, "upcoming")

    def test_renewing_makes_the_next_contract(self):
        renewal = self._create_renewal(
            stage="negotiating",
            late_rule="free",
            pod_rule="original",
            amount_promised=90000,
        ).with_user(self.sales)
        renewal.write({"term_months": 24, "amount_expected": 120000})
        action = renewal.action_renew()
        successor = renewal.successor_id
        self.assertEqual(action["res_id"], successor.id)
        self.assertRecordValues(
            successor,
            [
                {
                    "state": "draft",
                    "account_id": self.account.id,
                    "kind": "master",
                    "predecessor_id": renewal.contract_id.id,
                    "date_from": fields.Date.to_date("2026-05-26"),
                    "date_to": fields.Date.to_date("2028-05-25"),
                    "amount_total": 240000,
                    "amount_promised": 120000,
                    "late_rule": "free",
                    "pod_rule": "original",
                    "notice_days": 30,
                    "term": 1,
                }
            ],
        )
        self.assertNotEqual(successor.number, renewal.contract_id.number)
        self.assertRecordValues(
            renewal,
            [{"stage": "renewed", "amount_renewed": 120000, "likelihood": 100}],
        )
        self.assertEqual(renewal.contract_id.state, "running")

    def test_a_renewal_is_made_once(self):
        renewal = self._create_renewal(stage="negotiating")
        first = renewal.action_renew()
        self.assertEqual(renewal.action_renew()["res_id"], first["res_id"])
        self.assertEqual(len(renewal.contract_id.successor_ids), 1)

    def test_the_old_contract_ends_when_the_new_one_is_signed(self):
        renewal = self._create_renewal(
            stage="negotiating", is_tacit=True, renewal_months=12
        )
        renewal.action_renew()
        self._sign(renewal.successor_id)
        self.assertEqual(renewal.successor_id.state, "running")
        self.assertEqual(renewal.contract_id.state, "running")
        with freeze_time("2026-05-27 04:00:00"):
            renewal.contract_id._update_terms()
        self.assertRecordValues(
            renewal.contract_id,
            [{"state": "expired", "date_ended": fields.Date.to_date("2026-05-25")}],
        )

    def test_signing_plans_the_service_of_the_new_term(self):
        self._set_star(self.account, 3)
        renewal = self._create_renewal(stage="negotiating")
        renewal.action_renew()
        self._sign(renewal.successor_id)
        plan = self.env["kuaidi.service.plan"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertRecordValues(
            plan,
            [
                {
                    "state": "draft",
                    "date_from": fields.Date.to_date("2026-05-26"),
                    "date_to": fields.Date.to_date("2027-05-25"),
                }
            ],
        )

    def test_prices_are_drafted_with_the_new_contract(self):
        renewal = self._create_renewal(stage="negotiating")
        zone = self.env["kuaidi.price.zone"].create(
            {"name": "South", "code": "S9", "company_id": self.company.id}
        )
        prices = self.env["kuaidi.price.agreement"].create(
            {
                "account_id": self.account.id,
                "contract_id": renewal.contract_id.id,
                "date_from": "2025-05-26",
                "state": "running",
                "line_ids": [
                    fields.Command.create(
                        {
                            "zone_id": zone.id,
                            "weight_first": 1,
                            "amount_first": 8,
                            "weight_continued": 1,
                            "amount_continued": 2,
                        }
                    )
                ],
            }
        )
        with self.subTest("none proposed"):
            sibling = self._create_renewal(kind="cooperation", stage="negotiating")
            sibling.action_renew()
            copy = sibling.successor_id.price_agreement_ids
            self.assertEqual((copy.state, copy.previous_id), ("draft", prices))
        with self.subTest("proposed"):
            action = renewal.with_user(self.sales).action_propose_prices()
            proposal = renewal.price_agreement_id
            self.assertEqual(action["res_id"], proposal.id)
            self.assertFalse(proposal.contract_id)
            proposal.line_ids.amount_first = 7
            self.assertEqual(
                renewal.with_user(self.sales).action_propose_prices()["res_id"],
                proposal.id,
            )
            dossier = renewal._get_dossier()
            effect = dossier["prices"]["effect"]
            self.assertEqual([float(n) for n in effect], [8, 7, -12.5])
            page = renewal.with_user(self.sales)._prepare_dossier_prices(dossier)
            self.assertEqual(
                [row[1:] for row in page["rows"]], [["8.00", "7.00", "-12.5 %"]] * 2
            )
            self.assertIn("-12.5 %", str(renewal.with_user(self.sales).dossier))
            renewal.with_user(self.sales).action_renew()
            self.assertEqual(proposal.contract_id, renewal.successor_id)
            self.assertEqual(
                (proposal.date_from, proposal.date_to),
                (renewal.successor_id.date_from, renewal.successor_id.date_to),
            )

    def test_a_terminated_contract_is_not_renewed(self):
        renewal = self._create_renewal(stage="negotiating")
        renewal.contract_id.state = "terminated"
        with self._refused(UserError, "was terminated and cannot be renewed"):
            renewal.action_renew()
        self.assertEqual(renewal.stage, "negotiating")
        self.assertFalse(renewal.contract_id.successor_ids)

    def test_a_loss_says_why_and_gives_notice(self):
        renewal = self._create_renewal(stage="negotiating", is_tacit=True)
        action = renewal.with_user(self.sales).action_open_lose()
        model = self.env["kuaidi.renewal.lose"].with_user(self.sales)
        form = Form(model.with_context(**action["context"]))
        form.lost_reason_id = self.env.ref("kuaidi_key_account.lost_reason_price")
        form.competitor = "Yunfeng Express"
        form.lost_note = "Ask about prices in October."
        form.date_winback = "2026-11-01"
        form.save().action_lose()
        self.assertRecordValues(
            renewal,
            [
                {
                    "stage": "lost",
                    "competitor": "Yunfeng Express",
                    "likelihood": 0,
                    "date_winback": fields.Date.to_date("2026-11-01"),
                }
            ],
        )
        self.assertTrue(renewal.contract_id.is_termination_given)
        self.assertEqual(renewal.contract_id.state, "running")
        [activity] = self._get_activities(renewal, "winback")
        self.assertEqual(
            (activity.user_id, activity.date_deadline),
            (renewal.owner_id, fields.Date.to_date("2026-11-01")),
        )
        self.assertEqual(
            renewal.winback_lead_id.date_deadline, fields.Date.to_date("2026-11-01")
        )
        with self._refused(UserError, "has ended"):
            renewal.action_renew()

    def test_a_client_is_asked_again_in_the_future(self):
        renewal = self._create_renewal()
        reason = self.env.ref("kuaidi_key_account.lost_reason_price")
        with self.assertRaisesRegex(ValidationError, "lies ahead"):
            self.env["kuaidi.renewal.lose"].create(
                {
                    "renewal_id": renewal.id,
                    "lost_reason_id": reason.id,
                    "date_winback": TODAY,
                }
            )

    def test_what_was_lost_can_be_taken_up_again(self):
        renewal = self._create_renewal(stage="negotiating")
        with self._refused(UserError, "Only what was lost"):
            renewal.action_reopen()
        renewal._lose(self.env.ref("kuaidi_key_account.lost_reason_price"))
        self.assertEqual(renewal.lead_id.won_status, "lost")
        renewal.with_user(self.sales).action_reopen()
        self.assertEqual(renewal.stage, "negotiating")
        self.assertEqual(renewal.lead_id.won_status, "pending")
        self.assertTrue(renewal.lead_id.active)

    def test_what_has_ended_is_not_changed(self):
        renewal = self._create_renewal(stage="negotiating")
        renewal.action_renew()
        sales = renewal.with_user(self.sales)
        for name, value in (("likelihood", 5), ("proposal", "New"), ("term_months", 6)):
            with self.subTest(name), self._refused(UserError, "has ended"):
                sales[name] = value
        with self._refused(UserError, "has ended"):
            sales.position_ids[0].agreement = "Ten percent less"
        self.assertEqual(renewal.likelihood, 100)

    def test_the_stage_moves_by_buttons_alone(self):
        renewal = self._create_renewal()
        for values in (
            {"stage": "renewed"},
            {"successor_id": renewal.contract_id.id},
            {"amount_revenue": 1},
            {"date_notice": "2027-01-01"},
            {"lead_id": False},
            {"is_tacit": True},
        ):
            with self.subTest(values), self._refused(AccessError, "by its buttons"):
                renewal.with_user(self.sales).write(values)
        with self._refused(AccessError):
            self.renewals.with_user(self.centre).create(
                {"account_id": self.account.id, "owner_id": self.sales.id}
            )
