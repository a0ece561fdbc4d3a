from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .renewal_common import TODAY, RenewalCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestRenewalRoles(RenewalCommon):
    """Who serves a client renews its contract; nobody else sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.renewal = cls._create_renewal(stage="negotiating")
        cls.stranger = cls._create_user("kuaidi_stranger", "group_sales")
        other = cls.env["res.company"].create({"name": "Other Express"})
        cls.foreigner = cls._create_user(
            "kuaidi_foreigner", "group_crm_centre", company=other
        )

    def _as(self, user):
        return self.renewal.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )

    def test_who_reads(self):
        for user, allowed in (
            (self.manager, True),
            (self.manager_2, True),
            (self.sales, True),
            (self.finance, True),
            (self.centre, True),
            (self.stranger, False),
            (self.foreigner, False),
            (self.portal, False),
        ):
            with self.subTest(user.login):
                self.env.invalidate_all()
                if allowed:
                    self.assertEqual(self._as(user).stage, "negotiating")
                    self.assertTrue(self._as(user).position_ids.mapped("name"))
                else:
                    with self.assertRaises(AccessError):
                        self._as(user).read(["stage"])
                    with self.assertRaises(AccessError):
                        self.renewal.position_ids.with_user(user).with_context(
                            allowed_company_ids=user.company_ids.ids
                        ).read(["name"])

    def test_who_works_on_it(self):
        for user, allowed in (
            (self.manager, True),
            (self.sales, True),
            (self.centre, True),
            (self.finance, False),
            (self.operator, False),
            (self.stranger, False),
            (self.portal, False),
        ):
            with self.subTest(user.login):
                if allowed:
                    self._as(user).likelihood = 70
                    self._as(user).position_ids[0].agreement = "Yes"
                    continue
                for action in (
                    lambda renewal: renewal.write({"likelihood": 5}),
                    lambda renewal: renewal.action_renew(),
                    lambda renewal: renewal.action_back(),
                    lambda renewal: renewal.action_retender(),
                    lambda renewal: renewal.action_open_lose(),
                    lambda renewal: renewal.action_propose_prices(),
                    lambda renewal: renewal._lose(
                        self.env.ref("kuaidi_key_account.lost_reason_price")
                    ),
                ):
                    with self._refused(AccessError):
                        action(self._as(user))
        self.assertEqual(
            (self.renewal.stage, self.renewal.likelihood), ("negotiating", 70)
        )

    def test_a_position_moves_into_nobody_elses_renewal(self):
        mine = self._create_renewal(self._create_account(manager_id=self.manager_2.id))
        line = self.env["kuaidi.renewal.position"].with_user(self.manager_2)
        own = line.create({"renewal_id": mine.id, "name": "Prices"})
        with self._refused(AccessError):
            self.env["kuaidi.renewal.position"].with_user(self.stranger).create(
                {"renewal_id": self.renewal.id, "name": "Prices"}
            )
        self.renewal.account_id.deputy_id = False
        with self._refused(AccessError):
            own.renewal_id = self.renewal
        self.assertEqual(own.renewal_id, mine)

    def test_a_wizard_opens_no_door(self):
        reason = self.env.ref("kuaidi_key_account.lost_reason_price")
        wizards = self.env["kuaidi.renewal.lose"].with_user(self.stranger)
        with self._refused(AccessError):
            wizards.create(
                {"renewal_id": self.renewal.id, "lost_reason_id": reason.id}
            ).action_lose()
        self.assertEqual(self.renewal.stage, "negotiating")

    def test_the_handover_moves_open_renewals(self):
        wizard = self.env["kuaidi.account.handover"].with_user(self.centre)
        wizard.create(
            {
                "from_user_id": self.manager.id,
                "to_user_id": self.centre_2.id,
                "account_ids": self.account.ids,
                "reason": "Moves to another branch",
            }
        ).action_hand_over()
        self.assertEqual(self.renewal.owner_id, self.centre_2)
        self.assertEqual(self.renewal.lead_id.user_id, self.centre_2)
