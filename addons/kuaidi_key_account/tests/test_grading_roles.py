from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .grading_common import GradingCommon


@tagged("post_install", "-at_install")
class TestGradingRoles(GradingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls._create_account(
            partner_id=cls.client.id,
            deputy_id=cls.manager_2.id,
            member_ids=[Command.create({"user_id": cls.sales.id, "role": "sales"})],
        )
        cls.foreign = cls._create_account(manager_id=cls.centre.id)
        cls.rating = cls._approve(cls._create_expected(cls.account, 600_000))
        cls.foreign_rating = cls._approve(
            cls._create_expected(cls.foreign, 600_000, user=cls.centre), cls.centre_2
        )

    def _see(self, user):
        return self.ratings.with_user(user).search(
            [("id", "in", (self.rating | self.foreign_rating).ids)]
        )

    def test_who_sees_which_ratings(self):
        both = self.rating | self.foreign_rating
        for user, ratings in (
            (self.manager, self.rating),
            (self.manager_2, self.rating),
            (self.sales, self.rating),
            (self.finance, both),
            (self.centre, both),
            (self.admin, both),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._see(user), ratings)
                self.assertTrue(all(self._see(user).mapped("explanation")))

    def test_members_and_leaders_see_the_star_of_their_accounts(self):
        self.foreign.leadership_ids = self.manager_2
        self.assertEqual(self._see(self.manager_2), self.rating | self.foreign_rating)
        self.foreign.leadership_ids = False
        self.assertEqual(self._see(self.manager_2), self.rating)

    def test_managers_propose_for_their_own_accounts_only(self):
        for user in (self.manager, self.manager_2):
            with self.subTest(user=user.login):
                rating = self._create_expected(self.account, 50_000, user=user)
                rating.action_request_approval()
                self.assertEqual(rating.requested_by_id, user)
                with self.assertRaises(AccessError):
                    self._create_expected(self.foreign, 50_000, user=user)
        self.assertEqual(self.foreign.star_rating_ids, self.foreign_rating)

    def test_a_draft_of_somebody_else_s_account_is_out_of_reach(self):
        draft = self._create_expected(self.foreign, 50_000, user=self.centre)
        for user in (self.manager, self.manager_2, self.sales):
            with self.subTest(user=user.login):
                for act in (
                    lambda rating: rating.write({"amount_revenue": 1}),
                    lambda rating: rating.unlink(),
                    lambda rating: rating.read(["stars"]),
                    lambda rating: rating.action_request_approval(),
                    lambda rating: rating.action_approve(),
                ):
                    with self.assertRaises(AccessError):
                        act(draft.with_user(user))
        self.assertEqual((draft.state, draft.amount_revenue), ("draft", 50_000))

    def test_a_draft_cannot_be_moved_to_a_foreign_account(self):
        draft = self._create_expected(self.account, 50_000)
        with self.assertRaises(AccessError):
            draft.account_id = self.foreign
        self.env.invalidate_all()
        self.assertEqual(draft.account_id, self.account)

    def test_sales_and_finance_read_and_do_nothing_else(self):
        draft = self._create_expected(self.account, 50_000)
        for user in (self.sales, self.finance):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._create_expected(self.account, 50_000, user=user)
                with self.assertRaises(AccessError):
                    draft.with_user(user).amount_revenue = 1
                with self.assertRaises(AccessError):
                    draft.with_user(user).action_request_approval()
                with self.assertRaises(AccessError):
                    draft.with_user(user).unlink()
        self.assertEqual((draft.state, draft.amount_revenue), ("draft", 50_000))

    def test_a_finance_user_who_manages_accounts_changes_only_those(self):
        both = self._create_user("kuaidi_both", "group_account_manager")
        both.group_ids |= self.env.ref("kuaidi_key_account.group_finance")
        draft = self._create_expected(self.foreign, 50_000, user=self.centre)
        self.assertEqual(draft.with_user(both).amount_revenue, 50_000)
        with self.assertRaises(AccessError):
            draft.with_user(both).amount_revenue = 1
        self.assertEqual(draft.amount_revenue, 50_000)

    def test_nobody_outside_the_roles_reads_a_star(self):
        outsider = self._create_user("kuaidi_outsider", "group_kuaidi_user")
        outsider.group_ids = self.env.ref("base.group_user")
        for user in (outsider, self.portal):
            for records, name in (
                (self.account, "star_id"),
                (self.account, "stars"),
                (self.rating, "stars"),
                (self.levels, "amount_min"),
            ):
                with self.subTest(user=user.login, name=name):
                    with self.assertRaises(AccessError):
                        records.with_user(user).read([name])
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.ratings.with_user(user)._read_group(
                    [], groupby=["level_id"], aggregates=["__count"]
                )

    def test_companies_do_not_see_each_other_s_stars(self):
        other = self.env["res.company"].create({"name": "Other Express"})
        stranger = self._create_user("kuaidi_stranger", "group_kuaidi_admin", other)
        env = self.env(
            user=stranger,
            context=dict(self.env.context, allowed_company_ids=other.ids),
        )
        for records in (self.rating, self.levels, self.account):
            with self.subTest(model=records._name):
                records = records.with_env(env)
                self.assertFalse(records.search([("id", "in", records.ids)]))
                with self.assertRaises(AccessError):
                    records.read(["display_name"])
        with self.assertRaises(AccessError):
            self.levels[0].with_env(env).amount_min = 1
        with self.assertRaises(AccessError):
            env["kuaidi.star.rating"].create({"account_id": self.account.id})
        # nor by asking for the other company
        with self.assertRaises(AccessError):
            self.rating.with_user(stranger).read(["stars"])
        self.assertEqual(self.levels[0].amount_min, 10_000)
