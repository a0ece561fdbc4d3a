from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .vip_common import VipCommon

QUIET = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")


@tagged("post_install", "-at_install")
class TestGradingForgery(VipCommon):
    """What a user may not obtain by calls that no button makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vip = cls._create_vip()
        cls.vip.action_request_approval()
        cls.review = cls.vip.review_ids
        cls.levels = cls.env["kuaidi.star.level"].search(
            [("company_id", "=", cls.company.id)], order="stars"
        )

    def _assert_review_untouched(self):
        self.env.invalidate_all()
        self.assertEqual(self.vip.state, "to_approve")
        self.assertEqual(self.vip.review_ids, self.review)
        self.assertEqual(self.review.status, "pending")
        self.assertNotIn(self.manager, self.review.reviewer_ids)

    @mute_logger(*QUIET)
    def test_a_review_is_not_forged_by_calls_on_it(self):
        forged = {
            "reviewer_ids": [Command.link(self.manager.id)],
            "model": "res.partner",
            "sequence": 99,
            "can_review": True,
            "status": "approved",
        }
        for user in (self.manager, self.manager_2, self.finance, self.sales):
            review = self.review.with_user(user)
            for name, value in forged.items():
                with (
                    self.subTest(user=user.login, name=name),
                    self.assertRaises(AccessError),
                ):
                    review.write({name: value})
            with self.assertRaises(AccessError):
                review.unlink()
        self._assert_review_untouched()

    @mute_logger(*QUIET)
    def test_a_reviewer_writes_a_decision_only(self):
        review = self.review.with_user(self.centre)
        for name, value in (("model", "res.partner"), ("sequence", 99)):
            with self.subTest(name=name), self.assertRaises(AccessError):
                review.write({name: value})
        review.comment = "Looked at"
        self._assert_review_untouched()

    @mute_logger(*QUIET)
    def test_a_review_is_not_smuggled_in(self):
        reviews = self.env["tier.review"].with_user(self.manager)
        values = {
            "model": "kuaidi.vip",
            "res_id": self.vip.id,
            "definition_id": self.review.definition_id.id,
            "reviewer_ids": [Command.link(self.manager.id)],
        }
        with self.assertRaises(AccessError):
            reviews.create(values)
        stranger = reviews.create(dict(values, model="res.partner"))
        with self.assertRaises(AccessError):
            stranger.model = "kuaidi.vip"
        with self.assertRaises(AccessError):
            self.vip.with_user(self.manager).restart_validation()
        draft = self.env["kuaidi.star.rating"].with_user(self.manager)
        draft = draft.create({"account_id": self.account.id})
        with self.assertRaises(AccessError):
            draft.request_validation()
        stranger.unlink()
        self.env.invalidate_all()
        self.assertFalse(draft.review_ids)
        self._assert_review_untouched()

    @mute_logger(*QUIET)
    def test_odoo_s_own_buttons_check_the_approver_too(self):
        account = self._make_formal(self._create_account())
        drawn_up = self.env["kuaidi.vip"].with_user(self.centre)
        drawn_up = drawn_up.create(
            {
                "account_id": account.id,
                "contact_id": self._get_contact(account).id,
                "reason": "Grows",
                "service_offer": "Priority",
            }
        )
        drawn_up.with_user(self.manager).action_request_approval()
        for decide in (drawn_up.validate_tier, drawn_up.reject_tier):
            with self.assertRaises(UserError):
                decide()
        self.assertEqual(drawn_up.state, "to_approve")
        drawn_up.with_user(self.centre_2).validate_tier()
        self.assertEqual(drawn_up.state, "approved")

    @mute_logger(*QUIET)
    def test_defaults_of_the_context_do_not_write_what_is_guarded(self):
        account = self._make_formal(self._create_account())
        vip = {"account_id": account.id}
        client = {"partner_id": self._create_partner().id}
        rating = {"account_id": self.account.id}
        star = self.levels[-1].id
        for model, values, name, value in (
            ("kuaidi.vip", vip, "state", "active"),
            ("kuaidi.vip", vip, "requested_by_id", self.manager_2.id),
            ("kuaidi.vip", vip, "date_approved", "2026-01-01"),
            ("kuaidi.key.account", client, "state", "formal"),
            ("kuaidi.key.account", client, "date_formal", "2026-01-01"),
            ("kuaidi.key.account", client, "stars", 5),
            ("kuaidi.key.account", client, "star_id", star),
            ("kuaidi.key.account", client, "amount_annual", 9e9),
            ("kuaidi.star.rating", rating, "amount_revenue", 9e9),
        ):
            records = self.env[model].with_user(self.manager)
            before = records.search_count([])
            with (
                self.subTest(model=model, name=name),
                self.assertRaises(AccessError),
            ):
                records.with_context(**{f"default_{name}": value}).create(values)
            self.assertEqual(records.search_count([]), before)

    @mute_logger(*QUIET)
    def test_an_account_s_dates_and_vip_mark_are_not_typed(self):
        account = self.account.with_user(self.manager)
        before = account.read(["is_vip", "vip_id", "date_formal", "date_closed"])
        for name, value in (
            ("is_vip", True),
            ("vip_id", False),
            ("date_formal", "2020-01-01"),
            ("date_closed", "2020-01-01"),
            ("currency_id", self.env.ref("base.USD").id),
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                account.write({name: value})
        with self.assertRaises(AccessError):
            self.vip.with_user(self.manager).manager_id = self.manager_2
        self.env.invalidate_all()
        self.assertEqual(
            account.read(["is_vip", "vip_id", "date_formal", "date_closed"]), before
        )

    @mute_logger(*QUIET)
    def test_nobody_tries_out_the_revenue_of_foreign_clients(self):
        self._create_invoice(self.client, 70_000, "2026-06-15")
        specification = {"account_id": {}, "amount_revenue": {}, "stars": {}}
        values = {
            "account_id": self.account.id,
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
        }
        ratings = self.env["kuaidi.star.rating"]
        own = ratings.with_user(self.manager).onchange(
            values, ["account_id"], specification
        )
        self.assertEqual(own["value"]["amount_revenue"], 70_000)
        for user in (self.manager_2, self.sales, self.finance):
            foreign = ratings.with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                foreign.onchange(values, ["account_id"], specification)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                foreign.with_context(default_account_id=self.account.id).onchange(
                    {}, [], specification
                )

    @mute_logger(*QUIET)
    def test_nobody_learns_the_contact_or_the_figures_of_a_foreign_vip(self):
        self.vip.sudo().review_figures = "Three weak months"
        vips = self.env["kuaidi.vip"].with_user(self.manager_2)
        with self.assertRaises(AccessError):
            vips.onchange(
                {"account_id": self.account.id},
                ["account_id"],
                {"account_id": {}, "contact_id": {"fields": {"display_name": {}}}},
            )
        wizards = self.env["kuaidi.vip.decide"]
        values = {"vip_id": self.vip.id, "reason": "Weak"}
        own = wizards.with_user(self.manager).create(values)
        self.assertEqual(own.review_figures, "Three weak months")
        with self.assertRaises(AccessError):
            wizards.with_user(self.manager_2).create(values).read(["review_figures"])

    @mute_logger(*QUIET)
    def test_nobody_starts_a_grading_of_a_company_they_do_not_work_in(self):
        other = self.env["res.company"].create({"name": "Yunda Express"})
        dialogue = self.env["kuaidi.star.grading"].with_user(self.centre)
        with self.assertRaises(AccessError):
            dialogue.create({"company_id": other.id, "date": "2026-11-01"})
        # the dialogue as it would be if the company got past its opening
        wizard = dialogue.create({"date": "2026-11-01"})
        wizard.sudo().company_id = other
        with self.assertRaises(AccessError):
            wizard.action_propose()
        runs = self.env["kuaidi.grading.run"]
        self.assertFalse(runs.search([("company_id", "=", other.id)]))
