from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .renewal_common import TODAY, RenewalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestRenewalOpen(RenewalCommon):
    """Renewals open ahead of the notice date, once for each term of a contract."""

    def test_the_star_says_how_long_before_the_notice_date(self):
        contract = self._create_contract()
        notice = fields.Date.to_date("2026-04-25")
        self.assertEqual(contract.date_notice, notice)
        for stars, days in ((0, 90), (1, 30), (3, 60), (5, 90)):
            with self.subTest(stars=stars):
                self._set_star(self.account, stars)
                before = self._open(contract, notice - timedelta(days=days + 1))
                self.assertFalse(before)
                opened = self._open(contract, notice - timedelta(days=days))
                self.assertEqual(opened.contract_id, contract)
                self.env.cr.execute("DELETE FROM kuaidi_renewal")
                self.env.invalidate_all()

    def test_a_renewal_begins_with_what_is_known_of_the_client(self):
        self._create_invoice(self.client, 1000, "2025-04-01")
        self._create_invoice(self.client, 500, "2025-03-10")
        self._create_invoice(self.client, 200, "2025-12-01", move_type="out_refund")
        self._create_invoice(self.client, 5000, "2025-12-01", post=False)
        renewal = self._open(self._create_contract(amount_promised=3000))
        self.assertRecordValues(
            renewal,
            [
                {
                    "account_id": self.account.id,
                    "company_id": self.company.id,
                    "owner_id": self.manager.id,
                    "manager_id": self.manager.id,
                    "stage": "upcoming",
                    "term": 1,
                    "days_left": 46,
                    "is_late": False,
                    "amount_revenue": 800,
                    "amount_promised": 3000,
                    "amount_expected": 800,
                    "likelihood": 60,
                    "amount_forecast": 480,
                    "term_months": 12,
                    "date_next_from": fields.Date.to_date("2026-05-26"),
                    "date_next_to": fields.Date.to_date("2027-05-25"),
                }
            ],
        )

    def test_without_revenue_the_promise_is_expected(self):
        renewal = self._open(self._create_contract(amount_promised=3000))
        self.assertEqual((renewal.amount_revenue, renewal.amount_expected), (0, 3000))

    def test_revenue_stands_with_one_contract_of_a_client(self):
        self._create_invoice(self.client, 1000, "2025-12-01")
        contracts = self._create_contract()
        for kind in ("safety", "cooperation"):
            contracts |= self._create_contract(kind=kind)
        renewals = self._open(contracts)
        revenue = {r.kind: r.amount_revenue for r in renewals}
        self.assertEqual(revenue, {"master": 1000, "safety": 0, "cooperation": 0})

    def test_nothing_is_opened_twice(self):
        contract = self._create_contract()
        self.assertEqual(len(self._open(contract)), 1)
        self.assertFalse(self._open(contract))
        self.assertFalse(self._open(None))
        self.assertEqual(len(contract.renewal_ids), 1)

    def test_the_next_term_is_opened_anew(self):
        contract = self._create_contract(is_tacit=True, renewal_months=12)
        first = self._open(contract)
        contract.write(
            {"term": 2, "date_term_from": "2026-05-26", "date_to": "2027-05-25"}
        )
        self.assertEqual(contract.date_notice, fields.Date.to_date("2027-04-25"))
        self.assertFalse(self._open(contract, "2026-05-26"))
        self.assertRecordValues(
            first, [{"stage": "renewed", "is_tacit": True, "likelihood": 100}]
        )
        second = self._open(contract, "2027-02-01")
        self.assertEqual((second.term, second.stage), (2, "upcoming"))

    def test_what_need_not_be_renewed_is_left_alone(self):
        closed = self._create_account()
        contracts = {
            "without end": self._create_contract(is_open_ended=True, kind="other"),
            "draft": self._create_contract(state="draft", kind="safety"),
            "expired": self._create_contract(state="expired", kind="safety"),
            "terminated": self._create_contract(state="terminated"),
            "notice given": self._create_contract(
                is_termination_given=True, kind="safety"
            ),
            "archived client": self._create_contract(closed),
        }
        closed.active = False
        for name, contract in contracts.items():
            with self.subTest(name):
                self.assertFalse(self._open(contract))

    def test_a_contract_without_end_is_refused_in_clear_words(self):
        contract = self._create_contract(is_open_ended=True)
        with self._refused(UserError, "has no end, and need not be renewed"):
            contract.with_user(self.manager).action_open_renewal()
        with self._refused(UserError, "is not in force"):
            self._create_contract(state="terminated").action_open_renewal()
        with self._refused(UserError, "Notice of"):
            self._create_contract(
                is_termination_given=True, kind="safety"
            ).action_open_renewal()
        self.assertFalse(self.renewals.search([("company_id", "=", self.company.id)]))

    def test_a_renewal_can_be_opened_ahead_of_its_time(self):
        contract = self._create_contract(date_to="2027-05-25")
        self.assertFalse(self._open(contract))
        action = contract.with_user(self.manager).action_open_renewal()
        self.assertEqual(action["res_id"], contract.renewal_ids.id)
        contract.with_user(self.sales).action_open_renewal()
        self.assertEqual(len(contract.renewal_ids), 1)

    def test_an_amended_contract_hands_its_renewal_on(self):
        contract = self._create_contract()
        renewal = self._open(contract)
        contract.state = "superseded"
        # the former one leaves the time before the new one takes it
        self.env.flush_all()
        version = self._create_contract(
            revision=2,
            number=contract.number,
            previous_id=contract.id,
            date_to="2026-06-25",
        )
        self.assertFalse(self._open(version))
        self.assertRecordValues(
            renewal,
            [
                {
                    "contract_id": version.id,
                    "date_end": fields.Date.to_date("2026-06-25"),
                    "stage": "upcoming",
                }
            ],
        )

    def test_a_terminated_contract_ends_its_renewal(self):
        renewal = self._create_renewal(stage="negotiating")
        renewal.contract_id.state = "terminated"
        self.renewals._follow_contracts(self.company)
        self.assertEqual((renewal.stage, renewal.likelihood), ("terminated", 0))
        self.assertEqual(renewal.lead_id.won_status, "lost")
        with self._refused(UserError, "has ended"):
            renewal.action_renew()

    def test_a_lapsed_contract_shows_and_can_be_renewed_late(self):
        renewal = self._create_renewal(stage="negotiating")
        with freeze_time("2026-06-10 04:00:00"):
            renewal.contract_id.write({"state": "expired", "date_ended": "2026-05-25"})
            self.renewals._follow_contracts(self.company)
            renewal.invalidate_recordset()
            self.assertRecordValues(
                renewal,
                [
                    {
                        "stage": "negotiating",
                        "is_lapsed": True,
                        "is_late": True,
                        "days_left": -46,
                        "date_next_from": fields.Date.to_date("2026-06-10"),
                    }
                ],
            )

    def test_the_number_of_queries_does_not_depend_on_the_contracts(self):
        counts = []
        for number in (2, 40):
            accounts = self.env["kuaidi.key.account"].concat(
                *(self._create_account() for _number in range(number))
            )
            contracts = self.env["kuaidi.contract"].concat(
                *(self._create_contract(account) for account in accounts)
            )
            # what is read once for all
            self._open(contracts, "2025-06-01")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self._open(contracts)), number)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 20)

    def test_another_company_opens_its_own(self):
        other = self.env["res.company"].create({"name": "Other Express"})
        contract = self._create_contract()
        self.assertFalse(
            self.renewals.with_company(other)
            .with_context(allowed_company_ids=other.ids)
            ._open_due(date=fields.Date.to_date(TODAY))
        )
        self.assertFalse(contract.renewal_ids)

    def test_reminder_days_are_whole_numbers(self):
        for text in ("", "soon", "90; 60", "-5", "900"):
            with self.subTest(text), self.assertRaises(ValidationError):
                self.company.kuaidi_renewal_rungs = text
        self.company.kuaidi_renewal_rungs = "30，120, 7"
        self.assertEqual(self.company._get_renewal_rungs(), [120, 30, 7])

    def test_a_renewal_is_never_deleted(self):
        renewal = self._create_renewal()
        with self._refused(UserError, "stays on file"):
            renewal.unlink()
        self.assertTrue(renewal.exists())

    def test_the_client_file_shows_the_next_notice_date(self):
        self._create_renewal()
        self._create_renewal(kind="cooperation", date_to="2026-05-01")
        account = self.account.with_user(self.sales)
        self.assertRecordValues(
            account,
            [
                {
                    "renewal_open_count": 2,
                    "renewal_notice": fields.Date.to_date("2026-04-01"),
                }
            ],
        )
        action = account.action_view_renewals()
        self.assertEqual(self.renewals.search_count(action["domain"]), 2)
