from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .tender_rejection_common import TenderRejectionCommon
from .tender_requirement_common import TODAY


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderSeal(TenderRejectionCommon):
    """A bid is sealed when nothing speaks against it, or others have approved it."""

    def _request(self, user=None):
        request = (
            self.env["kuaidi.tender.seal.request"]
            .with_user(user or self.sales)
            .create({"tender_id": self.tender.id, "reason": "The issuer clarified it."})
        )
        request.action_request_approval()
        return request

    def test_a_bid_that_is_right_is_sealed_and_frozen(self):
        package = self._create_package()
        self.tender.with_user(self.sales).action_seal()
        self.assertEqual((self.tender.state, package.state), ("sealed", "sealed"))
        self.assertEqual(package.sealed_by_id, self.sales)
        for refused in (
            lambda: self.tender.with_user(self.sales).write({"amount_bid": 1}),
            lambda: self.letter.with_user(self.sales).write({"is_mandatory": False}),
            lambda: self.tender.with_user(self.sales).action_build_package(),
        ):
            with self._refused(UserError, "sealed"):
                refused()
        self.assertEqual(self.tender.amount_bid, 900_000)
        self.tender.with_user(self.sales).action_submit()
        self.assertEqual(self.tender.state, "submitted")

    def test_opening_the_seal_leads_to_a_new_version(self):
        package = self._create_package()
        self.tender.with_user(self.sales).action_seal()
        self.tender.with_user(self.sales).action_unseal()
        self.assertEqual(
            (self.tender.state, package.state), ("preparing", "superseded")
        )
        with self._refused(UserError, "Build the package"):
            self.tender.with_user(self.sales).action_seal()
        second = self._create_package()
        self.tender.with_user(self.sales).action_seal()
        self.assertEqual((second.version, second.state), (2, "sealed"))
        self.assertEqual(package.state, "superseded")

    def test_without_package_or_with_an_old_one_nothing_is_sealed(self):
        with self._refused(UserError, "Build the package"):
            self.tender.with_user(self.sales).action_seal()
        self._create_package()
        self.tender.amount_bid = 910_000
        with self._refused(UserError, "changed after version 1"):
            self.tender.with_user(self.sales).action_seal()
        self.assertEqual(self.tender.state, "preparing")

    def test_a_ground_for_rejection_keeps_the_bid_from_being_sealed(self):
        self.tender.amount_bid = 1_100_000
        package = self._create_package()
        with self._refused(UserError, "above the ceiling"):
            self.tender.with_user(self.sales).action_seal()
        self.assertEqual((self.tender.state, package.state), ("preparing", "built"))

    def test_a_warning_keeps_nothing_from_being_sealed(self):
        self._create_requirement(score_max=5)
        self._create_package()
        self.tender.with_user(self.sales).action_seal()
        self.assertEqual((self.tender.state, self.tender.warning_count), ("sealed", 1))

    def test_others_approve_and_then_it_is_sealed(self):
        self.tender.amount_bid = 1_100_000
        self._create_package()
        request = self._request()
        self.assertEqual(request.state, "to_approve")
        self.assertIn("above the ceiling", request.blocker_text)
        with self._refused(UserError, "above the ceiling"):
            self.tender.with_user(self.sales).action_seal()
        request.with_user(self.centre).action_approve()
        self.assertEqual(
            (request.state, request.decided_by_id), ("approved", self.centre)
        )
        self.assertTrue(self.tender.finding_ids.is_approved)
        self.tender.with_user(self.sales).action_seal()
        self.assertEqual(self.tender.state, "sealed")
        self.assertTrue(request.date_used)

    def test_an_approval_holds_for_its_grounds_and_for_one_sealing(self):
        self.tender.amount_bid = 1_100_000
        self._create_package()
        self._request().with_user(self.centre).action_approve()
        # another value of the same ground
        self.tender.amount_bid = 1_200_000
        self._create_package()
        with self._refused(UserError, "above the ceiling"):
            self.tender.with_user(self.sales).action_seal()
        # another ground
        self.tender.write({"amount_bid": 1_100_000, "signatory_name": False})
        self._create_package()
        with self._refused(UserError, "legal representative"):
            self.tender.with_user(self.sales).action_seal()
        self.tender.signatory_name = "Li Wei"
        self._create_package()
        self.tender.with_user(self.sales).action_seal()
        self.tender.with_user(self.sales).action_unseal()
        self._create_package()
        with self._refused(UserError, "above the ceiling"):
            self.tender.with_user(self.sales).action_seal()
        self.assertEqual(self.tender.state, "preparing")

    def test_nobody_approves_their_own(self):
        self.tender.amount_bid = 1_100_000
        self._create_package()
        request = self._request(self.centre)
        with self._refused(UserError, "yourself"):
            request.with_user(self.centre).action_approve()
        for user in (self.sales, self.manager, self.finance):
            with self.subTest(user=user.login), self._refused(AccessError):
                request.with_user(user).action_approve()
        self.assertEqual(request.state, "to_approve")
        request.with_user(self.centre_2).action_refuse()
        self.assertEqual(request.state, "refused")
        with self._refused(UserError, "above the ceiling"):
            self.tender.with_user(self.centre).action_seal()

    def test_who_drew_it_up_does_not_approve_either(self):
        self.tender.amount_bid = 1_100_000
        self._create_package()
        request = (
            self.env["kuaidi.tender.seal.request"]
            .with_user(self.centre)
            .create({"tender_id": self.tender.id, "reason": "It does not apply."})
        )
        request.with_user(self.sales).action_request_approval()
        with self._refused(UserError, "drew this up"):
            request.with_user(self.centre).action_approve()
        self.assertEqual(request.state, "to_approve")

    def test_guarded_fields_of_a_request_are_not_entered(self):
        self.tender.amount_bid = 1_100_000
        self._create_package()
        request = self._request()
        for values in (
            {"state": "approved"},
            {"blocker_keys": []},
            {"decided_by_id": self.centre.id},
            {"date_used": False},
            {"requested_by_id": self.manager.id},
        ):
            with self.subTest(values=values), self._refused(AccessError):
                request.with_user(self.sales).write(values)
        with self._refused(UserError, "stays as it was asked"):
            request.with_user(self.sales).reason = "Another."
        with self._refused(UserError):
            request.with_user(self.sales).unlink()
        with self._refused(AccessError):
            self.env["kuaidi.tender.seal.request"].with_user(self.sales).create(
                {"tender_id": self.tender.id, "reason": "x", "state": "approved"}
            )
        with self._refused(AccessError):
            self.env["kuaidi.tender.seal.request"].with_user(self.sales_2).create(
                {"tender_id": self.tender.id, "reason": "x"}
            )
        self.assertEqual(request.state, "to_approve")

    def test_nothing_is_asked_where_nothing_stands(self):
        self._create_package()
        with self._refused(UserError, "without approval"):
            self._request()
        self.assertFalse(self.tender.seal_request_ids)

    def test_only_the_team_seals(self):
        self._create_package()
        for user in (self.sales_2, self.manager_2, self.finance, self.portal):
            with self.subTest(user=user.login), self._refused(AccessError):
                self.tender.with_user(user).action_seal()
        self.assertEqual(self.tender.state, "preparing")
        self.tender.with_user(self.manager).action_seal()
        self.assertEqual(self.tender.state, "sealed")
