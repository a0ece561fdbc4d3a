from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_service_gifts import GiftCommon


@tagged("post_install", "-at_install")
class TestGiftRoles(GiftCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls._create_user("kuaidi_member", "group_kuaidi_user")
        cls.account.member_ids = [Command.create({"user_id": cls.member.id})]
        cls.waiting = cls._create_gift(300, reason="Opening")
        cls.foreign = cls._create_account(manager_id=cls.sales.id)
        cls.foreign_contact = cls._create_contact("Wang Wei", cls.foreign.partner_id)

    def test_the_team_of_a_client_and_the_centre_record_gifts(self):
        for user in (self.manager, self.member, self.centre):
            with self.subTest(user=user.login):
                gift = self._create_gift(10, user=user)
                self.assertEqual((gift.state, gift.requested_by_id), ("approved", user))
        gift = self._create_gift(
            10,
            user=self.sales,
            account_id=self.foreign.id,
            partner_id=self.foreign_contact.id,
        )
        self.assertEqual(gift.state, "approved")

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_nobody_else_sees_records_or_decides(self):
        for user in (self.sales, self.manager_2, self.portal):
            with self.subTest(user=user.login):
                gift = self.waiting.with_user(user)
                with self.assertRaises(AccessError):
                    gift.read(["name"])
                with self.assertRaises(AccessError):
                    gift.action_approve()
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self._create_gift(10, user=user)
        self.assertEqual(self.waiting.state, "to_approve")
        self.assertEqual(
            self.env["kuaidi.gift"].search([("account_id", "=", self.account.id)]),
            self.waiting,
        )

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_finance_reads_every_gift_and_gives_none(self):
        recorded = self._create_gift(10).with_user(self.finance)
        self.assertEqual(recorded.amount, 10)
        with self.assertRaises(AccessError):
            recorded.write({"visit_id": False})
        gift = self.waiting.with_user(self.finance)
        self.assertEqual(gift.amount, 300)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._create_gift(10, user=self.finance)
        with self.assertRaises(AccessError):
            gift.action_approve()
        self.assertEqual(self.waiting.state, "to_approve")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other Express"})
        stranger = self._create_user("stranger", "group_crm_centre", company)
        gift = self.waiting.with_user(stranger).with_context(
            allowed_company_ids=company.ids
        )
        self.assertFalse(gift.search([]))
        for method in ("action_approve", "action_refuse"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(gift, method)()
        self.assertEqual(self.waiting.state, "to_approve")

    def test_nobody_approves_what_they_asked_for_or_drew_up(self):
        own = self._create_gift(300, user=self.centre, reason="Opening")
        drawn_up = self._create_gift(
            300, user=self.centre, record=False, reason="Opening"
        )
        drawn_up.with_user(self.manager).action_record()
        for gift in (own, drawn_up):
            for method in ("action_approve", "action_refuse"):
                with self.subTest(gift=gift.id, method=method):
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        getattr(gift.with_user(self.centre), method)()
                    self.assertEqual(gift.state, "to_approve")
            gift.with_user(self.centre_2).action_approve()
            self.assertEqual(gift.state, "approved")

    def test_the_account_manager_does_not_decide(self):
        for method in ("action_approve", "action_refuse"):
            for user in (self.manager, self.member):
                with self.subTest(method=method, user=user.login):
                    with self.assertRaises(UserError):
                        getattr(self.waiting.with_user(user), method)()
        self.assertEqual(self.waiting.state, "to_approve")

    def test_state_ceiling_and_decision_cannot_be_typed(self):
        draft = self._create_gift(300, record=False)
        values = {
            "state": "approved",
            "is_above_ceiling": True,
            "requested_by_id": self.member.id,
            "decided_by_id": self.centre.id,
            "date_decided": "2026-01-01 00:00:00",
            "company_id": self.company.id,
            "manager_id": self.member.id,
        }
        vals = {
            "account_id": self.account.id,
            "partner_id": self.contact.id,
            "name": "Box of tea",
            "amount": 300,
        }
        count = self.gifts.search_count([])
        for user in (self.manager, self.centre):
            gifts = self.env["kuaidi.gift"].with_user(user)
            for name, value in values.items():
                with self.subTest(user=user.login, name=name):
                    before = draft[name]
                    with self.assertRaises(AccessError):
                        draft.with_user(user).write({name: value})
                    with self.assertRaises(AccessError):
                        gifts.create({**vals, name: value})
                    with self.assertRaises(AccessError):
                        gifts.with_context(**{f"default_{name}": value}).create(vals)
                    self.assertEqual(draft[name], before)
        self.assertEqual(self.gifts.search_count([]), count)

    def test_no_review_of_a_draft_is_opened_or_approved_past_the_button(self):
        draft = self._create_gift(300, record=False)
        draft.with_user(self.manager).request_validation()
        self.assertFalse(draft.sudo().review_ids)
        with self.assertRaises(UserError):
            draft.with_user(self.centre).action_approve()
        with self.assertRaises(UserError):
            draft.with_user(self.centre).validate_tier()
        self.assertEqual(draft.state, "draft")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_puts_a_gift_into_a_file_that_is_not_theirs(self):
        draft = self._create_gift(10, record=False)
        with self.assertRaises(AccessError):
            draft.account_id = self.foreign
        with self.assertRaises(AccessError):
            self.gifts.onchange(
                {"account_id": self.foreign.id, "partner_id": self.foreign_contact.id},
                ["partner_id"],
                {"ceiling_note": {}, "amount_year": {}},
            )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._create_gift(
                10, account_id=self.foreign.id, partner_id=self.foreign_contact.id
            )
        self.assertEqual(draft.account_id, self.account)

    def test_only_the_crm_centre_removes_the_mark_of_a_public_body(self):
        account = self.account.with_user(self.manager)
        account.is_public_body = True
        account.write({"is_public_body": True})
        with self.assertRaises(AccessError):
            account.is_public_body = False
        self.assertTrue(self.account.is_public_body)
        account.with_user(self.centre).is_public_body = False
        self.assertFalse(self.account.is_public_body)

    def test_gifts_of_colleagues_count_towards_the_ceiling(self):
        self._create_gift(150, user=self.member)
        gift = self._create_gift(100, record=False)
        self.assertEqual(gift.amount_year, 550)
        gift.reason = "Birthday"
        gift.action_record()
        self.assertEqual(gift.state, "to_approve")
