from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .review_common import ACTION, MONTH, TODAY, ReviewCommon

MODELS = ("kuaidi.client.review", "kuaidi.review.sending", "kuaidi.review.recipient")


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestInsightReviewRoles(ReviewCommon):
    """Who reads, completes, sends and makes analyses."""

    def _get_roles(self):
        return (
            # user, reads, writes and completes
            (self.manager, True, True),
            (self.manager_2, True, True),  # deputy
            (self.operator, True, False),  # member
            (self.settler, True, False),
            (self.leader, True, False),
            (self.finance, True, False),
            (self.centre, True, True),
            (self.admin, True, True),
            (self.sales, False, False),  # serves other clients
            (self.stranger, False, False),
        )

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_reads_writes_and_completes(self):
        review = self._make_review().sudo()
        for user, reads, writes in self._get_roles():
            own = review.with_user(user).sudo(False)
            with self.subTest(user=user.login):
                found = self.reviews.with_user(user).search([])
                self.assertEqual(review in found, reads)
                if writes:
                    own.note_action = ACTION
                    own.action_complete()
                    self.assertEqual(review.state, "done")
                    own.action_back_to_draft()
                    own.action_refresh()
                    own.note_action = False
                    continue
                for change in (
                    lambda own=own: own.write({"note_action": "Forged"}),
                    lambda own=own: own.action_complete(),
                    lambda own=own: own.action_back_to_draft(),
                    lambda own=own: own.action_refresh(),
                    lambda own=own: own.action_send(),
                ):
                    with self._refused(AccessError):
                        change()
                self.assertFalse(review.note_action)
                self.assertEqual(review.state, "draft")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_sends(self):
        for user, reads, writes in self._get_roles():
            account = self._create_served_account()
            account.member_ids = [
                Command.create({"user_id": self.settler.id, "role": "settlement"})
            ]
            if user == self.leader:
                self._set_star(account, 5)
                account.leadership_ids = self.leader
            self._set_figure(account)
            review = self._complete(self._generate(account).with_user(self.manager))
            own = review.with_user(user)
            with self.subTest(user=user.login):
                if writes:
                    own.action_send()
                    self.assertEqual(review.state, "sent")
                    continue
                with self._refused(AccessError):
                    own.action_send()
                self.assertEqual(review.state, "done")
                self.assertFalse(review.sudo().sending_ids)
                if reads:
                    own.message_post(body="Well done")
                    self.assertTrue(own.action_print())

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nobody_types_figures_or_state(self):
        review = self._make_review(pieces=10).sudo()
        for user in (self.manager, self.centre, self.admin):
            own = review.with_user(user).sudo(False)
            for values in (
                {"state": "done"},
                {"state": "sent"},
                {"pieces": 1},
                {"version": 3},
                {"account_id": self.other_account.id},
                {"proposal_need": "x"},
                {"amount_overdue": 0.5},
                {"note_action": ACTION, "has_figure": False},
            ):
                with self.subTest(user=user.login, values=values):
                    with self._refused(AccessError):
                        own.write(values)
            for change in (
                lambda own=own: own.create(
                    {"account_id": self.account.id, "month": "2026-01-01"}
                ),
                lambda own=own: own.copy({"month": "2026-01-01"}),
                lambda own=own: own.unlink(),
                lambda own=own: (
                    self.env["kuaidi.review.sending"]
                    .with_user(own.env.user)
                    .create({"review_id": own.id, "version": 1, "user_id": own.env.uid})
                ),
            ):
                with self._refused(AccessError):
                    change()
        self.assertEqual(
            (review.state, review.pieces, review.version, review.note_action),
            ("draft", 10, 1, False),
        )
        own_domain = [("account_id", "=", self.account.id)]
        self.assertEqual(len(self.reviews.search(own_domain)), 1)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_the_centre_makes_analyses(self):
        self._set_figure()
        for user in (self.manager, self.finance, self.operator, self.sales):
            with self.subTest(user=user.login), self._refused(AccessError):
                self.env["kuaidi.review.generate"].with_user(user).create(
                    {"month": MONTH}
                ).action_generate()
        self.assertFalse(self._find())
        # any day of the month stands for it
        wizard = (
            self.env["kuaidi.review.generate"]
            .with_user(self.centre)
            .create({"month": "2026-02-17", "company_id": self.company.id})
        )
        action = wizard.action_generate()
        self.assertEqual(self.reviews.search(action["domain"]), self._find())
        self.assertEqual(len(self._find()), 1)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_the_wizard_keeps_to_chosen_clients_and_own_companies(self):
        accounts = self._add_accounts(2)
        wizard = (
            self.env["kuaidi.review.generate"]
            .with_user(self.centre)
            .create(
                {
                    "month": MONTH,
                    "company_id": self.company.id,
                    "account_ids": accounts[:1].ids,
                }
            )
        )
        wizard.action_generate()
        self.assertEqual(self._find(accounts).account_id, accounts[0])
        other = self.env["res.company"].create({"name": "Other Express"})
        wizard.sudo().company_id = other
        with self._refused(AccessError):
            wizard.action_generate()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_clients_and_other_employees_see_nothing(self):
        review = self._complete()
        review.action_send()
        attachment = review.sending_ids.attachment_id
        employee = new_test_user(self.env, login="kuaidi_nobody")
        for user in (self.portal, employee, self.env.ref("base.public_user")):
            for model in MODELS:
                with self.subTest(user=user.login, model=model):
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).search([])
        for user in (self.portal, employee, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                attachment.with_user(user).read(["datas"])
        for model in MODELS:
            found = self.env[model].with_user(self.stranger).search([])
            self.assertFalse(found, model)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_two_companies_never_see_each_other(self):
        review = self._complete()
        review.action_send()
        other = self.env["res.company"].create({"name": "Other Express"})
        far = self._create_user("kuaidi_far", "group_kuaidi_admin", company=other)
        env = self.env(user=far, context={})
        for model in MODELS:
            with self.subTest(model=model):
                self.assertFalse(env[model].search([]))
        for change in (
            lambda: review.with_env(env).write({"note_action": "Taken"}),
            lambda: review.with_env(env)._reopen("Taken"),
            lambda: review.with_env(env).action_export_xlsx(),
            lambda: review.with_env(env)._prepare_report(),
        ):
            with self._refused(AccessError):
                change()
        self.assertEqual((review.state, review.note_action), ("sent", ACTION))
