from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import KuaidiCommon


@tagged("post_install", "-at_install")
class TestHandover(KuaidiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.managed = cls._create_account(deputy_id=cls.manager_2.id)
        cls.deputised = cls._create_account(
            manager_id=cls.centre.id, deputy_id=cls.manager.id
        )
        cls.served = cls._create_account(
            manager_id=cls.centre.id,
            member_ids=[
                Command.create({"user_id": cls.manager.id, "role": "operations"}),
            ],
        )
        cls.untouched = cls._create_account(manager_id=cls.centre.id)
        for account in (cls.managed, cls.deputised, cls.untouched):
            account.activity_schedule(
                "mail.mail_activity_data_todo", user_id=cls.manager.id
            )

    def _create_wizard(self, user):
        form = Form(self.env["kuaidi.account.handover"].with_user(user))
        form.from_user_id = self.manager
        form.to_user_id = self.manager_2
        form.reason = "Moves to Chengdu"
        return form.save()

    def test_everything_open_moves_in_one_go(self):
        wizard = self._create_wizard(self.centre)
        moved = self.managed | self.deputised | self.served
        self.assertEqual(wizard.account_ids, moved)
        self.assertEqual(wizard.activity_count, 2)
        wizard.action_hand_over()
        self.assertEqual(self.managed.manager_id, self.manager_2)
        # the successor was the deputy here: that place is free now
        self.assertFalse(self.managed.deputy_id)
        self.assertEqual(self.deputised.deputy_id, self.manager_2)
        self.assertEqual(self.served.member_ids.user_id, self.manager_2)
        for account in moved:
            self.assertIn("Moves to Chengdu", account.message_ids[0].body)
        self.assertEqual(self.deputised.activity_ids.user_id, self.manager_2)
        self.assertEqual(self.untouched.activity_ids.user_id, self.manager)
        self.assertEqual(
            self.managed.activity_ids.user_id,
            self.manager_2,
            "with one task more that tells the successor",
        )
        self.assertEqual(len(self.managed.activity_ids), 2)

    def test_a_second_click_finds_nothing_to_hand_over(self):
        wizard = self._create_wizard(self.centre)
        wizard.action_hand_over()
        messages = self.managed.message_ids
        with self.assertRaises(UserError):
            wizard.action_hand_over()
        self.assertEqual(self.managed.message_ids, messages)

    def test_a_manager_hands_over_only_what_is_theirs(self):
        wizard = self._create_wizard(self.manager)
        wizard.with_user(self.manager).action_hand_over()
        self.assertEqual(self.managed.manager_id, self.manager_2)
        with self.assertRaises(AccessError):
            self._create_wizard(self.sales).action_hand_over()

    def test_the_successor_is_an_active_user_with_a_role(self):
        wizard = self._create_wizard(self.centre)
        self.manager_2.active = False
        with self.assertRaises(UserError):
            wizard.action_hand_over()
        self.assertEqual(self.managed.manager_id, self.manager)

    def test_a_leaver_whose_user_is_archived_can_still_be_replaced(self):
        self.manager.active = False
        wizard = self._create_wizard(self.centre)
        wizard.action_hand_over()
        self.assertEqual(self.managed.manager_id, self.manager_2)
