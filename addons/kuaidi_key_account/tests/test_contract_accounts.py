from odoo.exceptions import UserError
from odoo.fields import Date
from odoo.tests import Form, freeze_time, tagged

from .contract_common import TODAY, ContractCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestContractAccounts(ContractCommon):
    """What the client's file shows of contracts, and what they hold it to."""

    def _get_period(self, account=None):
        account = account or self.account
        start, end = account._get_contract_periods()[account.id]
        return start and str(start) or None, end and str(end)

    def test_the_account_counts_its_contracts(self):
        self._run_contract()
        self._run_contract(kind="safety")
        self._create_contract(kind="other")
        empty = self._create_client()
        accounts = (self.account | empty).with_user(self.manager)
        accounts._compute_form_counts()
        before = self.cr.sql_log_count
        accounts._compute_form_counts()
        self.assertEqual(self.cr.sql_log_count - before, 1)
        self.assertEqual(accounts.mapped("contract_count"), [2, 0])
        self.assertEqual(accounts.mapped("contract_open_count"), [1, 0])
        self.assertEqual(str(accounts[0].contract_end), "2026-12-31")
        self.assertFalse(accounts[1].contract_end)
        self.assertEqual(
            self.env["kuaidi.contract"].search(
                accounts[0].action_view_contracts()["domain"]
            ),
            self.account.contract_ids,
        )

    def test_a_plan_lies_within_the_contracts_in_force(self):
        self.assertEqual(self._get_period(), (None, None))
        self._run_contract(kind="safety", date_to="2026-06-30")
        self.assertEqual(self._get_period(), (None, None), "no safety agreement")
        first = self._run_contract(date_from="2025-03-10", date_to="2026-03-09")
        self.assertEqual(self._get_period(), ("2025-03-10", "2026-03-09"))
        successor = self._create_contract(date_from="2026-03-10", date_to="2027-03-09")
        successor.sudo().predecessor_id = first
        self._run_contract(successor, TODAY)
        with freeze_time("2026-03-10 04:00:00"):
            self._update_terms()
        self.assertEqual(first.state, "expired")
        self.assertEqual(
            self._get_period(),
            ("2025-03-10", "2027-03-09"),
            "a plan may span the renewal",
        )
        self._run_contract(
            kind="cooperation", date_to=False, is_open_ended=True, date_from=TODAY
        )
        self.assertEqual(self._get_period(), ("2025-03-10", None))

    def test_papers_answer_where_no_contract_does(self):
        paper = self.account.document_ids.filtered(lambda d: d.category == "founding")
        paper.write({"date": "2025-05-01", "date_expiry": "2026-04-30"})
        self.assertEqual(self._get_period(), ("2025-05-01", "2026-04-30"))

    def test_closing_a_client_under_contract_asks_first(self):
        contract = self._run_contract()
        account = self.account.with_user(self.manager)
        action = account.action_close()
        self.assertEqual(action["res_model"], "kuaidi.account.close")
        self.assertEqual(account.state, "formal")
        wizard = (
            self.env["kuaidi.account.close"]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn(contract.number, wizard.contract_names)
        wizard.action_confirm()
        self.assertEqual(account.state, "closed")
        self.assertEqual(contract.state, "running", "it binds until it ends")

    def test_a_client_without_contracts_is_closed_at_once(self):
        self._create_contract()
        self.account.with_user(self.manager).action_close()
        self.assertEqual(self.account.state, "closed")

    def test_a_signed_contract_keeps_client_and_company(self):
        account = self._create_account()
        contract = self._create_contract(account)
        other = self._create_partner(name="Another")
        account.with_user(self.manager).partner_id = other
        self.assertEqual(contract.partner_id, other, "a draft goes along")
        self._run_contract(contract)
        with self._refused(UserError, "were signed with this client"):
            account.with_user(self.manager).partner_id = self._create_partner()
        with self._refused(UserError, "were signed with this client"):
            account.with_user(self.centre).company_id = self.env["res.company"].create(
                {"name": "Other Express"}
            )
        self.assertEqual(account.partner_id, other)

    def test_contracts_survive_the_merge_of_contacts(self):
        contract = self._run_contract()
        client = self.account.partner_id
        twin = self._create_partner(name="Haina Home Ltd")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (client | twin).ids, dst_partner=twin
        )
        self.env.invalidate_all()
        self.assertEqual(contract.partner_id, twin)
        self.assertEqual(contract.state, "running")

    def test_a_handover_passes_what_is_to_do_on_contracts(self):
        contract = self._run_contract()
        activity = contract.sudo().activity_schedule(
            "mail.mail_activity_data_call", user_id=self.manager.id
        )
        wizard = (
            self.env["kuaidi.account.handover"]
            .with_user(self.centre)
            .create(
                {
                    "company_id": self.company.id,
                    "from_user_id": self.manager.id,
                    "to_user_id": self.sales.id,
                    "reason": "Leaves",
                }
            )
        )
        wizard.action_hand_over()
        self.assertEqual(activity.user_id, self.sales)
        self.assertEqual(contract.sudo().manager_id, self.sales)

    def test_the_form_follows_what_is_entered(self):
        with Form(
            self.env["kuaidi.contract"]
            .with_user(self.manager)
            .with_context(lang="en_US")
        ) as form:
            form.account_id = self.account
            form.date_from = "2026-03-31"
            self.assertEqual(str(form.date_to), "2027-03-30")
            form.date_from = "2028-02-29"
            self.assertEqual(str(form.date_to), "2029-02-28")
            form.is_open_ended = True
            self.assertFalse(form.date_to)
            form.is_open_ended = False
            self.assertEqual(str(form.date_to), "2029-02-28")
            form.notice_days = 60
            self.assertEqual(str(form.date_notice), "2028-12-30")
        contract = form.save()
        self.assertEqual(contract.title, "Haina Home Master Contract")
        self.assertEqual(contract.term, 1)

    def test_upcoming_contracts_are_found(self):
        upcoming = self._run_contract(date_from="2026-04-01", date_to="2027-03-31")
        now = self._run_contract(kind="other")
        contracts = self.env["kuaidi.contract"]
        domain = [("account_id", "=", self.account.id)]
        self.assertEqual(
            contracts.search([*domain, ("is_upcoming", "=", True)]), upcoming
        )
        self.assertEqual(contracts.search([*domain, ("is_upcoming", "=", False)]), now)
        self.assertEqual(now.days_left, 304)
        self.assertEqual(upcoming._get_today(), Date.to_date(TODAY))
