from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .price_common import PriceCommon
from .service_common import TODAY


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestPriceApproval(PriceCommon):
    """Who decides on special prices, and what becomes of them."""

    def _request(self, discount=25.0, user=None, **values):
        agreement = self._quote(discount, user=user, **values)
        agreement.action_request_approval()
        return agreement

    def _approve(self, agreement, *users):
        for user in users:
            agreement.with_user(user).action_approve()
        self.env.invalidate_all()

    def test_the_depth_says_who_decides(self):
        """Three stars: sales 15 %, account manager 20 %, CRM centre 30 % (2.9 d)."""
        for discount, sales, manager, centre in (
            (0, "none", "none", "none"),
            (15, "none", "none", "none"),
            (15.1, "manager", "none", "none"),
            (20, "manager", "none", "none"),
            (20.1, "centre", "centre", "none"),
            (30, "centre", "centre", "none"),
            (30.1, "finance", "finance", "finance"),
        ):
            agreement = self._quote(discount)
            for user, level in (
                (self.sales, sales),
                (self.manager, manager),
                (self.centre, centre),
            ):
                with self.subTest(discount=discount, user=user.login):
                    self.assertEqual(
                        agreement.with_user(user)._get_required_level()[0], level
                    )

    def test_the_star_widens_the_authority(self):
        agreement = self._quote(20)
        for stars, level in ((1, "centre"), (3, "manager"), (4, "none")):
            self._set_star(self.account, stars)
            with self.subTest(stars=stars):
                self.assertEqual(agreement._get_required_level()[0], level)

    def test_below_the_floor_finance_decides_as_well(self):
        agreement = self._quote()
        self._get_line_of(agreement, "HN").amount_first = 3.9
        self.assertTrue(agreement.is_below_floor)
        self.assertEqual(agreement.required_level, "finance")
        self.assertIn("3.90", agreement.note_depth)
        agreement.action_request_approval()
        self._approve(agreement, self.centre)
        self.assertEqual(agreement.state, "to_approve")
        self._approve(agreement, self.finance)
        self.assertEqual(agreement.state, "running")

    def test_a_waived_surcharge_needs_the_centre(self):
        agreement = self._quote()
        agreement.surcharge_ids.unlink()
        self.assertEqual(agreement.required_level, "centre")
        self.assertIn("Oversize", agreement.note_depth)

    def test_what_one_may_give_comes_into_force_by_oneself(self):
        agreement = self._quote(15)
        with self._refused(UserError, "yourself"):
            agreement.action_request_approval()
        agreement.action_start()
        self.assertEqual(agreement.state, "running")
        self.assertEqual(
            self.env["kuaidi.price.agreement"]._find_running(self.account), agreement
        )

    def test_what_one_may_not_give_does_not(self):
        agreement = self._quote(20)
        with self._refused(UserError, "needs an approval first"):
            agreement.action_start()
        agreement.request_reason = " "
        with self._refused(UserError, "Say why"):
            agreement.action_request_approval()
        self.assertEqual(agreement.state, "draft")
        self.assertFalse(agreement.review_ids)

    def test_the_account_manager_approves_what_sales_asks_for(self):
        agreement = self._request(20)
        self.assertEqual(agreement.approval_level, "manager")
        with self._refused(AccessError, "not among those"):
            agreement.with_user(self.centre).action_approve()
        self.assertEqual(agreement.state, "to_approve")
        self._approve(agreement, self.manager)
        self.assertEqual(agreement.state, "running")
        self.assertEqual(agreement.requested_by_id, self.sales)

    def test_nobody_approves_their_own_request(self):
        agreement = self._request(35, user=self.centre)
        with self._refused(UserError, "yourself"):
            agreement.with_user(self.centre).action_approve()
        self._approve(agreement, self.centre_2)
        self.assertEqual(agreement.state, "to_approve")
        self._approve(agreement, self.finance)
        self.assertEqual(agreement.state, "running")

    def test_refused_prices_are_a_draft_again(self):
        agreement = self._request()
        agreement.with_user(self.centre).action_refuse()
        self.env.invalidate_all()
        self.assertEqual((agreement.state, agreement.approval_level), ("draft", "none"))
        self.assertFalse(agreement.review_ids)
        self.assertIn("refused the prices", agreement.message_ids[0].body)
        agreement.discount_percent = 22
        agreement.action_request_approval()
        self._approve(agreement, self.centre)
        self.assertEqual(agreement.state, "running")

    def test_requested_prices_do_not_change(self):
        agreement = self._request()
        line = self._get_line_of(agreement, "HN")
        for change in (
            lambda: agreement.write({"discount_percent": 90}),
            lambda: line.write({"amount_first": 1}),
            lambda: line.unlink(),
            lambda: agreement.write({"line_ids": [Command.delete(line.id)]}),
            lambda: agreement.write(
                {"ladder_ids": [Command.create({"discount_percent": 9})]}
            ),
        ):
            with self._refused(UserError, "not a draft"):
                change()
        self.assertEqual((agreement.discount_percent, line.amount_first), (25, 8))
        agreement.action_withdraw()
        line.amount_first = 7
        self.assertEqual(agreement.state, "draft")

    def test_prices_that_changed_since_the_request_are_not_approved(self):
        agreement = self._request()
        self._get_line_of(agreement, "HN").sudo().amount_first = 1
        with self._refused(UserError, "have changed since"):
            agreement.with_user(self.centre).action_approve()
        self.assertEqual(agreement.state, "to_approve")
        # a new tariff changes the depth of what was requested
        self._get_line_of(agreement, "HN").sudo().amount_first = 8
        self._get_line_of(self.tariff, "HD").sudo().amount_first = 99
        with self._refused(UserError, "have changed since"):
            agreement.with_user(self.centre).action_approve()
        self.assertEqual(agreement.state, "to_approve")

    def test_remote_zones_are_never_discounted_unless_the_settings_allow_it(self):
        agreement = self._quote(contract_id=self.contract.id)
        self._get_line_of(agreement, "PY").amount_first = 19
        for button in ("action_start", "action_request_approval"):
            with self._refused(UserError, "Remote zones are never discounted"):
                getattr(agreement, button)()
        self.assertEqual(agreement.state, "draft")
        self.company.kuaidi_price_remote_discount = True
        agreement.action_start()
        self.assertEqual(agreement.state, "running")

    def test_without_a_contract_nothing_is_discounted(self):
        self.contract.sudo().state = "expired"
        agreement = self._quote(5)
        for button in ("action_start",):
            with self._refused(UserError, "never discounted"):
                getattr(agreement, button)()
        deep = self._quote(25)
        with self._refused(UserError, "never discounted"):
            deep.action_request_approval()
        self.assertEqual(agreement.state + deep.state, "draftdraft")
        # tariff prices need none
        self._quote(0).action_start()
        self.company.kuaidi_price_contract_required = False
        agreement.date_from = "2027-01-01"
        with self._refused(UserError, "in force for part of that time"):
            agreement.action_start()

    def test_approved_prices_wait_for_their_contract_and_end_with_it(self):
        self.contract.sudo().state = "expired"
        contract = self._create_contract(
            state="draft", date_from="2026-04-01", date_to="2027-03-31"
        )
        agreement = self._request(contract_id=contract.id, date_from="2026-04-01")
        self._approve(agreement, self.centre)
        self.assertEqual(agreement.state, "approved")
        with self._refused(UserError, "never discounted"):
            agreement.action_start()
        contract.sudo().state = "running"
        self.assertEqual(agreement.state, "running")
        with freeze_time("2026-06-10 04:00:00"):
            contract.sudo().write({"state": "terminated", "date_ended": "2026-06-09"})
            self.assertEqual(str(agreement.date_to), "2026-06-09")
            self.assertEqual(agreement.state, "expired")

    def test_a_new_version_takes_the_place_of_the_former(self):
        former = self._quote(10)
        former.action_start()
        revised = former.browse(former.action_revise()["res_id"])
        self.assertEqual((revised.revision, revised.name), (2, former.name))
        with self._refused(UserError, "drawn up already"):
            former.action_revise()
        revised.write({"discount_percent": 12, "date_from": "2026-04-01"})
        revised.action_start()
        self.assertEqual((former.state, str(former.date_to)), ("running", "2026-03-31"))
        found = self.env["kuaidi.price.agreement"]._find_running
        self.assertEqual(found(self.account, fields.Date.to_date("2026-03-31")), former)
        self.assertEqual(
            found(self.account, fields.Date.to_date("2026-04-01")), revised
        )
        with freeze_time("2026-04-01 04:00:00"):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "kuaidi_key_account.cron_expire_prices"
                ).method_direct_trigger()
            self.assertEqual((former.state, revised.state), ("superseded", "running"))

    def test_a_version_of_the_same_first_day_supersedes_at_once(self):
        former = self._quote(10)
        former.action_start()
        revised = former.browse(former.action_revise()["res_id"])
        revised.action_start()
        self.assertEqual((former.state, revised.state), ("superseded", "running"))

    @mute_logger("odoo.sql_db")
    def test_a_client_has_one_price_on_one_day(self):
        first = self._quote(10, date_to="2026-12-31")
        first.action_start()
        second = self._quote(5, date_from="2026-12-31")
        with self._refused(UserError, "in force for part of that time"):
            second.action_start()
        with self._refused(IntegrityError, "running_account_excl"):
            second.sudo().state = "running"
        self.assertEqual(second.state, "draft")
        second.date_from = "2027-01-01"
        second.action_start()
        self.assertEqual((first.state, second.state), ("running", "running"))
        self.assertTrue(second.is_upcoming)

    @mute_logger("odoo.sql_db")
    def test_a_company_has_one_tariff_on_one_day(self):
        second = self._create_tariff(date_from="2026-06-01")
        with self._refused(UserError, "in force for part of that time"):
            second.with_user(self.centre).action_start()
        with self._refused(IntegrityError, "running_tariff_excl"):
            second.state = "running"
        self.assertEqual(second.state, "draft")

    def test_prices_in_force_end_by_a_button(self):
        agreement = self._quote(10)
        agreement.action_start()
        agreement.action_end()
        self.assertEqual((agreement.state, str(agreement.date_to)), ("running", TODAY))
        with freeze_time("2026-03-03 04:00:00"):
            agreement.sudo()._expire_ended()
            self.assertEqual(agreement.state, "expired")

    def test_what_has_ended_does_not_begin(self):
        agreement = self._quote(10, date_from="2026-01-01", date_to="2026-02-01")
        with self._refused(UserError, "has ended on"):
            agreement.action_start()
        self.assertEqual(agreement.state, "draft")
