from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .grading_common import THRESHOLDS, GradingCommon


@tagged("post_install", "-at_install")
class TestStarLevels(GradingCommon):
    def test_every_company_starts_with_its_five_levels(self):
        self.assertEqual(self.levels.mapped("stars"), [1, 2, 3, 4, 5])
        self.assertEqual(tuple(self.levels.mapped("amount_min")), THRESHOLDS)
        self.assertEqual(self.levels.currency_id, self.env.ref("base.CNY"))
        self.assertEqual(
            self.levels.mapped("leadership_allowed"), [False, False, False, True, True]
        )
        # fewer stars, more days between visits and a later start of the renewal
        self.assertEqual(self.levels.mapped("visit_gap_days"), [365, 182, 91, 60, 30])
        self.assertEqual(
            self.levels.mapped("renewal_notice_days"), [30, 30, 60, 90, 90]
        )

    def test_companies_that_exist_get_their_levels_once(self):
        companies = self.env["res.company"].with_context(active_test=False).search([])
        self.env["res.company"]._init_kuaidi_defaults()
        groups = self.env["kuaidi.star.level"]._read_group(
            [], groupby=["company_id"], aggregates=["__count"]
        )
        self.assertEqual(dict(groups), dict.fromkeys(companies, 5))

    def test_thresholds_out_of_order_are_refused_with_both_levels(self):
        three, four = self.levels[2], self.levels[3]
        with self.assertRaises(ValidationError) as caught:
            three.amount_min = 600_000
        for part in (three.name, four.name, "600,000", "500,000"):
            self.assertIn(part, str(caught.exception))
        with self.assertRaises(ValidationError):
            four.amount_min = 99_999

    def test_levels_that_overlap_are_refused_by_the_database(self):
        for values in (
            {"stars": 3, "amount_min": 7_000_000},
            {"stars": 6, "amount_min": 7_000_000},
            {"stars": 0, "amount_min": 1},
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env["kuaidi.star.level"].create(
                    {"name": "Six", "company_id": self.company.id, **values}
                )
        with self.assertRaises(ValidationError):
            self.levels[0].amount_min = 30_000
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.levels[0].amount_min = -1
        self.assertEqual(self.levels[0].amount_min, 10_000)

    def test_a_level_cannot_be_deleted(self):
        with self.assertRaises(UserError):
            self.levels[4].unlink()
        self.assertTrue(self.levels[4].exists())

    def test_a_moved_threshold_changes_no_star_by_itself(self):
        account = self._create_rated_account(3)
        rating = account.current_rating_id
        self.levels[2].amount_min = 200_000
        self.env.flush_all()
        self.assertEqual((account.stars, account.star_id), (3, self.levels[2]))
        self.assertEqual(rating.computed_level_id, self.levels[2])
        self.assertEqual(rating.amount_threshold, 100_000)
        self.assertIn("100,000", rating.explanation)
        # the next grading proposes what follows
        self.assertEqual(self._grade(account).stars, 2)
        self.assertEqual(account.stars, 3)

    def test_companies_have_thresholds_of_their_own(self):
        other = self.env["res.company"].create({"name": "Other Express"})
        levels = self.env["kuaidi.star.level"].search([("company_id", "=", other.id)])
        levels.sorted("stars", reverse=True)[0].amount_min = 6_000_000
        self.assertEqual(self.levels[4].amount_min, 5_000_000)

    @users("kuaidi_centre")
    def test_the_crm_centre_sets_thresholds_but_keeps_the_ladder(self):
        levels = self.levels.with_env(self.env)
        levels[0].amount_min = 12_000
        self.assertEqual(levels[0].amount_min, 12_000)
        with self.assertRaises(AccessError):
            levels[0].unlink()

    def test_nobody_else_sets_thresholds(self):
        for user in (self.manager, self.sales, self.finance):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.levels[0].with_user(user).amount_min = 12_000
        self.assertEqual(self.levels[0].amount_min, 10_000)
        self.assertEqual(self.levels[0].with_user(self.manager).name, "1★")
        with self.assertRaises(AccessError):
            self.levels[0].with_user(self.portal).read(["name"])
