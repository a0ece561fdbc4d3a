from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .service_common import TODAY
from .visit_common import VisitCommon

MODELS = ("kuaidi.visit", "kuaidi.problem", "kuaidi.visit.gap")


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServiceVisitRoles(VisitCommon):
    """Who reads, logs, corrects and deletes visits."""

    def _get_roles(self):
        return (
            # user, sees and logs, corrects the operator's visit
            (self.manager, True, True),
            (self.manager_2, True, True),  # deputy
            (self.operator, True, True),  # author
            (self.sales, True, False),  # another member of the team
            (self.finance, True, False),
            (self.centre, True, True),
            (self.admin, True, True),
            (self.stranger, False, False),
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.member_ids = [
            Command.create({"user_id": cls.sales.id, "role": "sales"})
        ]

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_whoever_sees_the_account_reads_and_logs(self):
        visit = self._log_visit(self.operator)
        for user, sees, _corrects in self._get_roles():
            with self.subTest(user=user.login):
                found = self.env["kuaidi.visit"].with_user(user).search([])
                self.assertEqual(visit in found, sees)
                if sees:
                    own = self._log_visit(user)
                    self.assertEqual(own.user_id, user)
                    self.assertEqual(own.account_id, self.account)
                    continue
                count = len(self._find_visits())
                with self.assertRaises(AccessError):
                    self._log_visit(user)
                with self.assertRaises(AccessError):
                    visit.with_user(user).read(["purpose"])
                self.assertEqual(len(self._find_visits()), count)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_whoever_sees_the_account_raises_problems(self):
        for user, sees, _corrects in self._get_roles():
            with self.subTest(user=user.login):
                if sees:
                    problem = self._raise_problem(user)
                    self.assertEqual(problem.create_uid, user)
                    self.assertEqual(problem.owner_id, self.manager)
                    continue
                with self.assertRaises(AccessError):
                    self._raise_problem(user, owner_id=user.id)
                self.assertFalse(
                    self.env["kuaidi.problem"].search([("create_uid", "=", user.id)])
                )

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_author_manager_deputy_and_centre_correct(self):
        for user, sees, corrects in self._get_roles():
            visit = self._log_visit(self.operator)
            with self.subTest(user=user.login):
                if sees:
                    self.assertIs(visit.with_user(user).can_correct, corrects)
                if corrects:
                    visit.with_user(user).purpose = "Corrected"
                    self.assertEqual(visit.purpose, "Corrected")
                    continue
                with self.assertRaises(AccessError):
                    visit.with_user(user).purpose = "Corrected"
                    visit.flush_recordset()
                if sees:
                    visit.with_user(user).message_post(body="Well done")
                visit.invalidate_recordset()
                self.assertEqual(visit.purpose, "Agree on the spring volume")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_the_author_deletes_on_the_same_day_the_centre_always(self):
        for user, ages in (
            (self.operator, (None, UserError)),
            (self.manager, (UserError, UserError)),
            (self.sales, (AccessError, AccessError)),
            (self.centre, (None, None)),
        ):
            for age, refusal in enumerate(ages):
                visit = self._log_visit(self.operator)
                self.env.cr.execute(
                    "UPDATE kuaidi_visit SET create_date = %s WHERE id = %s",
                    [self.env.cr.now() - timedelta(days=age), visit.id],
                )
                visit.invalidate_recordset()
                with self.subTest(user=user.login, age=age):
                    if not refusal:
                        visit.with_user(user).unlink()
                        self.assertFalse(visit.exists())
                        continue
                    with self.assertRaises(refusal):
                        visit.with_user(user).unlink()
                    self.assertTrue(visit.exists())

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_clients_and_other_employees_see_nothing(self):
        self._log_visit()
        employee = new_test_user(self.env, login="kuaidi_nobody")
        for user in (self.portal, employee, self.env.ref("base.public_user")):
            for model in MODELS:
                with self.subTest(user=user.login, model=model):
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).search([])
        photo = self._create_photo()
        self._log_visit(photo_ids=[Command.set(photo.ids)])
        for user in (self.portal, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                photo.with_user(user).read(["datas"])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_two_companies_never_see_each_other(self):
        visit = self._log_visit()
        problem = self._raise_problem()
        other = self.env["res.company"].create({"name": "Other Express"})
        far = self._create_user("kuaidi_far", "group_kuaidi_admin", company=other)
        env = self.env(user=far, context={})
        for model in MODELS:
            with self.subTest(model=model):
                self.assertFalse(
                    env[model].search([("account_id", "=", self.account.id)])
                )
        for record, name in ((visit, "purpose"), (problem, "description")):
            with self.assertRaises(AccessError):
                record.with_env(env).write({name: "Taken"})
        self.assertEqual(visit.purpose, "Agree on the spring volume")
        self.assertFalse(problem.description)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_defaults_and_typed_fields_let_nobody_in(self):
        visits = self.env["kuaidi.visit"].with_user(self.stranger)
        values = self._prepare_visit(contact_ids=[])
        del values["account_id"]
        with self.assertRaises(AccessError):
            visits.with_context(default_account_id=self.account.id).create(values)
        with self.assertRaises(AccessError):
            self.env["kuaidi.problem"].with_user(self.stranger).with_context(
                default_account_id=self.account.id
            ).create({"name": "Forged", "owner_id": self.stranger.id})
        visit = self._log_visit(self.operator, purpose=False)
        for name, value in (
            ("is_incomplete", False),
            ("is_onsite", False),
            ("company_id", self.env.company.id),
        ):
            with self.subTest(name=name):
                with self.assertRaises(AccessError):
                    visit.write({name: value})
                with self.assertRaises(AccessError):
                    visit.with_context(**{f"default_{name}": value}).create(
                        self._prepare_visit()
                    )
        self.assertEqual(self._find_visits(), visit)
        self.assertTrue(visit.is_incomplete)
        self.assertFalse(self.account.problem_ids)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_a_problem_hidden_in_a_visit_of_others_is_refused(self):
        visit = self._log_visit()
        with self.assertRaises(AccessError):
            self.env["kuaidi.problem"].with_user(self.stranger).create(
                {"name": "Forged", "visit_id": visit.id, "owner_id": self.stranger.id}
            )
        self.assertFalse(visit.problem_ids)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_only_the_centre_deletes_a_problem(self):
        problem = self._raise_problem()
        with self.assertRaises(AccessError):
            problem.unlink()
        self.assertTrue(problem.exists())
        problem.with_user(self.centre).unlink()
        self.assertFalse(problem.exists())

    def test_who_left_the_team_corrects_no_more(self):
        visit = self._log_visit(self.operator)
        self.account.member_ids.filtered(
            lambda member: member.user_id == self.operator
        ).unlink()
        with (
            mute_logger("odoo.addons.base.models.ir_rule"),
            self.assertRaises(AccessError),
        ):
            visit.with_user(self.operator).purpose = "Corrected"
            visit.flush_recordset()
        self.env.invalidate_all()
        self.assertEqual(visit.sudo().purpose, "Agree on the spring volume")
