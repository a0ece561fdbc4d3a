from datetime import date

from odoo.exceptions import UserError
from odoo.tests import BaseCase, freeze_time, tagged

from ..tools.contract_dates import get_term_end, list_terms
from .contract_common import TODAY, ContractCommon


@tagged("post_install", "-at_install")
class TestContractDates(BaseCase):
    """Terms in calendar months, whatever the length of the month."""

    def test_where_a_term_ends(self):
        table = [
            (date(2026, 1, 1), 12, 1, date(2026, 12, 31)),
            (date(2026, 3, 1), 12, 2, date(2028, 2, 29)),
            (date(2024, 2, 29), 12, 1, date(2025, 2, 28)),
            (date(2024, 2, 29), 12, 4, date(2028, 2, 28)),
            (date(2026, 1, 31), 1, 1, date(2026, 2, 28)),
            (date(2026, 1, 31), 1, 2, date(2026, 3, 30)),
            (date(2026, 1, 31), 1, 3, date(2026, 4, 30)),
            (date(2028, 1, 31), 1, 1, date(2028, 2, 29)),
            (date(2026, 8, 31), 6, 1, date(2027, 2, 28)),
            (date(2026, 5, 15), 3, 1, date(2026, 8, 14)),
        ]
        for first_day, months, count, last_day in table:
            with self.subTest(first=first_day, months=months, count=count):
                self.assertEqual(get_term_end(first_day, months, count), last_day)

    def test_terms_follow_each_other_without_a_gap(self):
        terms = list_terms(date(2026, 1, 31), 1, 0, date(2026, 1, 30), date(2027, 6, 1))
        self.assertEqual(len(terms), 17)
        self.assertEqual(terms[0], (date(2026, 1, 31), date(2026, 2, 28)))
        self.assertEqual(terms[1], (date(2026, 3, 1), date(2026, 3, 30)))
        for (_first, last), (first, _last) in zip(terms, terms[1:], strict=False):
            self.assertEqual((first - last).days, 1)
        self.assertGreaterEqual(terms[-1][1], date(2027, 6, 1))

    def test_a_term_that_is_not_over_has_no_successor(self):
        self.assertEqual(
            list_terms(date(2026, 3, 3), 12, 0, date(2026, 3, 2), date(2026, 3, 2)), []
        )


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestContractTerms(ContractCommon):
    """What becomes of a contract on the day after its term."""

    def _get_rows(self, contract):
        return [
            (row.number, row.kind, str(row.date_from), str(row.date_to))
            for row in contract.term_ids.sorted("number")
        ]

    def _create_tacit(self, **values):
        return self._run_contract(
            **{
                "date_from": "2025-03-01",
                "date_to": "2026-02-28",
                "is_tacit": True,
                "date_signed": "2025-02-20",
                **values,
            }
        )

    def test_a_tacit_contract_goes_on_for_a_term(self):
        contract = self._create_tacit()
        self._update_terms()
        self.assertEqual(contract.state, "running")
        self.assertEqual(contract.term, 2)
        self.assertEqual(
            self._get_rows(contract),
            [
                (1, "first", "2025-03-01", "2026-02-28"),
                (2, "tacit", "2026-03-01", "2027-02-28"),
            ],
        )
        self.assertEqual(str(contract.date_to), "2027-02-28")
        self.assertEqual(str(contract.date_term_from), "2026-03-01")
        self.assertEqual(str(contract.date_notice), "2027-01-29")
        self.assertEqual(
            {str(day) for day in contract.document_ids.mapped("date_expiry")},
            {"2027-02-28"},
        )
        self.assertIn("goes on tacitly", contract.message_ids[0].body)
        self._update_terms()
        self.assertEqual(contract.term, 2, "the second run finds nothing to do")

    def test_the_nightly_run_renews_some_and_ends_others(self):
        tacit = self._create_tacit()
        fixed = self._create_tacit(is_tacit=False, kind="other")
        later = self._run_contract(kind="safety")
        cron = self.env.ref("kuaidi_key_account.cron_update_contract_terms")
        for _run in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual((tacit.state, tacit.term), ("running", 2))
            self.assertEqual(fixed.state, "expired")
            self.assertEqual((later.state, later.term), ("running", 1))

    def test_terms_that_were_missed_are_caught_up_one_by_one(self):
        contract = self._create_tacit(
            date_from="2025-10-31",
            date_to="2025-11-29",
            renewal_months=1,
            notice_days=5,
            date_signed="2025-10-20",
        )
        self._update_terms()
        self.assertEqual(
            self._get_rows(contract)[1:],
            [
                (2, "tacit", "2025-11-30", "2025-12-29"),
                (3, "tacit", "2025-12-30", "2026-01-29"),
                (4, "tacit", "2026-01-30", "2026-02-28"),
                (5, "tacit", "2026-03-01", "2026-03-29"),
            ],
        )
        with freeze_time("2026-03-30 04:00:00"):
            self._update_terms()
        # counted from 30 November still, although February has no 30th
        self.assertEqual(
            self._get_rows(contract)[-1], (6, "tacit", "2026-03-30", "2026-04-29")
        )

    def test_the_29th_of_february_comes_back(self):
        contract = self._create_tacit(
            date_from="2023-03-01", date_to="2024-02-29", date_signed="2023-02-20"
        )
        with freeze_time("2028-02-29 04:00:00"):
            self._update_terms()
        self.assertEqual(
            [row[3] for row in self._get_rows(contract)],
            ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
        )

    def test_the_last_day_is_that_of_the_company(self):
        contract = self._create_tacit()
        with freeze_time("2026-02-28 15:59:00"):  # 23:59 in Shanghai
            self._update_terms()
            self.assertEqual(contract.term, 1)
        with freeze_time("2026-02-28 16:00:00"):
            self._update_terms()
        self.assertEqual(contract.term, 2)

    def test_what_is_not_renewed_expires(self):
        contract = self._create_tacit(is_tacit=False)
        lapsed = self._watch_lapses()
        self._update_terms()
        self.assertEqual(contract.state, "expired")
        self.assertEqual(str(contract.date_ended), "2026-02-28")
        self.assertEqual(len(contract.term_ids), 1)
        self.assertEqual(lapsed, [contract.id])
        with self._refused(UserError, "not in force"):
            contract.action_amend()

    def _watch_lapses(self):
        lapsed = []
        model = self.registry["kuaidi.contract"]
        self.patch(model, "_on_lapsed", lambda contracts: lapsed.extend(contracts.ids))
        return lapsed

    def test_notice_stops_tacit_renewal(self):
        contract = self._create_tacit()
        with freeze_time("2026-01-20 04:00:00"):
            self._give_notice(contract, date_end="2026-02-28")
        self.assertEqual(contract.state, "running")
        self.assertTrue(contract.is_termination_given)
        self._update_terms()
        self.assertEqual(contract.state, "expired")
        self.assertEqual(contract.term, 1)
        self.assertEqual(contract.end_reason, "Moves away")

    def _give_notice(self, contract, **values):
        wizard = (
            self.env["kuaidi.contract.terminate"]
            .with_user(self.manager)
            .create({"contract_id": contract.id, "reason": "Moves away"} | values)
        )
        wizard.action_confirm()
        return wizard

    def test_a_signed_successor_stops_tacit_renewal(self):
        contract = self._create_tacit()
        successor = self._create_contract(date_from="2026-03-01", date_to="2027-02-28")
        successor.sudo().predecessor_id = contract
        lapsed = self._watch_lapses()
        with freeze_time("2026-02-20 04:00:00"):
            self._run_contract(successor, "2026-02-20")
        self.assertTrue(successor.state, "running")
        self.assertEqual(contract.state, "running")
        self._update_terms()
        self.assertEqual(contract.state, "expired")
        self.assertEqual(lapsed, [], "nothing lapses that goes on as another contract")

    def test_a_draft_successor_does_not_stop_it(self):
        contract = self._create_tacit()
        successor = self._create_contract(date_from="2026-03-01", date_to="2027-02-28")
        successor.sudo().predecessor_id = contract
        self._update_terms()
        self.assertEqual((contract.state, contract.term), ("running", 2))

    def test_a_later_master_contract_takes_the_place_of_tacit_renewal(self):
        contract = self._create_tacit()
        self._run_contract(date_from="2026-06-01", date_to="2027-05-31")
        self._update_terms()
        self.assertEqual(contract.state, "expired")

    def test_a_successor_ends_a_contract_without_end(self):
        contract = self._run_contract(
            date_from="2024-01-01",
            date_to=False,
            is_open_ended=True,
            date_signed="2023-12-20",
        )
        successor = self._create_contract(date_from="2026-07-01", date_to="2027-06-30")
        successor.sudo().predecessor_id = contract
        self._run_contract(successor, TODAY)
        self.assertTrue(successor.is_upcoming)
        self.assertEqual(contract.state, "running")
        self.assertEqual(str(contract.date_to), "2026-06-30")
        self.assertEqual(str(contract.term_ids.date_to), "2026-06-30")
        with freeze_time("2026-07-01 04:00:00"):
            self._update_terms()
        self.assertEqual(contract.state, "expired")
        self.assertEqual(successor.state, "running")

    def test_a_successor_that_has_begun_ends_the_former_one_at_once(self):
        contract = self._run_contract()
        successor = self._create_contract(date_from="2026-02-01", date_to="2027-01-31")
        successor.sudo().predecessor_id = contract
        self._run_contract(successor, "2026-01-20")
        self.assertEqual(contract.state, "expired")
        self.assertEqual(str(contract.date_ended), "2026-01-31")

    def test_an_early_end_is_a_termination(self):
        contract = self._run_contract()
        self._give_notice(contract, date_given=TODAY, date_end="2026-04-30")
        self.assertEqual(str(contract.date_to), "2026-04-30")
        self.assertEqual(contract.state, "running")
        with freeze_time("2026-05-01 04:00:00"):
            self._update_terms()
        self.assertEqual(contract.state, "terminated")
        self.assertEqual(str(contract.date_ended), "2026-04-30")

    def test_short_notice_says_why(self):
        contract = self._run_contract()
        for values, message in (
            ({"date_end": "2026-03-20"}, "less than 30 days"),
            ({"date_end": "2026-03-20", "short_notice_reason": " "}, "less than 30"),
            ({"date_end": "2026-06-30", "reason": " "}, "Say why"),
            ({"date_given": "2026-03-03"}, "today or earlier"),
            ({"date_end": "2026-03-01"}, "before notice"),
            ({"date_end": "2027-01-01"}, "choose a day in that time"),
        ):
            with self.subTest(**values), self._refused(UserError, message):
                self._give_notice(contract, **values)
        self.assertFalse(contract.is_termination_given)
        self._give_notice(
            contract,
            date_end="2026-03-20",
            termination_by="both",
            short_notice_reason="Agreed in writing",
        )
        self.assertIn("Agreed in writing", contract.end_reason)
        self.assertEqual(contract.termination_by, "both")

    def test_a_contract_without_end_ends_by_its_notice_period(self):
        contract = self._run_contract(
            date_from="2024-01-01",
            date_to=False,
            is_open_ended=True,
            notice_days=60,
            date_signed="2023-12-20",
        )
        self._update_terms()
        self.assertEqual(contract.state, "running")
        self.assertFalse(contract.date_notice)
        wizard = self._give_notice(contract)
        self.assertEqual(str(wizard.date_end), "2026-05-01")
        self.assertEqual(str(contract.date_to), "2026-05-01")
        with freeze_time("2026-05-02 04:00:00"):
            self._update_terms()
        self.assertEqual(contract.state, "terminated")

    def test_many_contracts_take_as_many_queries_as_few(self):
        def count_queries(number):
            contracts = self.env["kuaidi.contract"]
            for _number in range(number):
                client = self._create_client()
                draft = self._create_contract(
                    client, date_from="2025-03-01", date_to="2026-02-28", is_tacit=True
                )
                contracts |= self._run_contract(draft, "2025-02-20")
            contracts = contracts.sudo().with_user(self.env.user)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            contracts._update_terms()
            self.env.flush_all()
            self.assertEqual(set(contracts.mapped("term")), {2})
            return self.cr.sql_log_count - before

        count_queries(1)  # fills the caches that last
        self.assertEqual(count_queries(8), count_queries(2))
