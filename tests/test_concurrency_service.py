"""Plans under two hands: published, revised and scheduled once."""

from psycopg2 import IntegrityError, OperationalError

from odoo import SUPERUSER_ID, api
from odoo.exceptions import LockError
from odoo.fields import Date
from odoo.tests import tagged

from .concurrency_common import ConcurrencyCase

# what the second of two transactions meets, before Odoo tries it again
CONFLICTS = (IntegrityError, LockError, OperationalError)


@tagged("post_install", "-at_install")
class TestServiceConcurrency(ConcurrencyCase):
    """Real cursors that commit; what a test committed it deletes again."""

    def _create_plan(self):
        """Commit the draft of a formal client of three stars; return its id."""
        account_id = self._create_account()
        with self._transaction() as env:
            account = env["kuaidi.key.account"].browse(account_id)
            level = env["kuaidi.star.level"].search(
                [("company_id", "=", self.company_id), ("stars", "=", 3)]
            )
            account.write({"star_id": level.id, "stars": 3, "state": "formal"})
            return env["kuaidi.service.plan"]._create_plans(account).id

    def _publish(self):
        plan_id = self._create_plan()
        with self._transaction() as env:
            plan = env["kuaidi.service.plan"].browse(plan_id)
            plan.action_publish()
        return plan_id

    def test_the_button_clicked_twice_publishes_once(self):
        plan_id = self._create_plan()
        error = self._race(
            "kuaidi.service.plan", plan_id, "action_publish", self.user_ids[:2]
        )
        self.assertIn("not a draft", str(error))
        with self._transaction() as env:
            plan = env["kuaidi.service.plan"].browse(plan_id)
            self.assertEqual(plan.state, "published")
            told = plan.message_ids.filtered("partner_ids")
            self.assertEqual(len(told), 1)

    def test_two_drafts_of_one_period_do_not_both_come_into_force(self):
        first_id = self._create_plan()
        with self._transaction() as env:
            first = env["kuaidi.service.plan"].browse(first_id)
            second_id = first._create_plans(first.account_id).id
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.service.plan"].browse(
                    plan_id
                )
                for cr, plan_id in ((cr_1, first_id), (cr_2, second_id))
            )
            second.read(["state"])
            first.action_publish()
            cr_1.execute("SET LOCAL lock_timeout = '2s'")
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises(CONFLICTS), cr_2.savepoint(flush=False):
                second.action_publish()
            cr_1.commit()
            cr_2.rollback()
        with self._transaction() as env:
            plans = env["kuaidi.service.plan"].browse([first_id, second_id])
            self.assertEqual(plans.mapped("state"), ["published", "draft"])

    def test_two_workers_make_each_activity_once(self):
        plan_id = self._publish()
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            lines_1, lines_2 = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.service.plan.line"]
                for cr in (cr_1, cr_2)
            )
            domain = [
                ("plan_id", "=", plan_id),
                ("date_start", "<=", Date.add(Date.today(), days=14)),
                ("date_scheduled", "=", False),
            ]
            first = lines_1.search(domain)
            second = lines_2.search(domain)
            self.assertEqual(first.ids, second.ids)
            first.try_lock_for_update()._schedule()
            # the second worker passes over what the first one holds
            self.assertFalse(second.try_lock_for_update())
            cr_1.commit()
        with self._transaction() as env:
            lines = env["kuaidi.service.plan.line"].browse(first.ids)
            self.assertEqual(len(lines.activity_ids), len(lines))

    def test_a_visit_is_logged_once_for_a_line(self):
        plan_id = self._publish()
        with self._transaction() as env:
            plan = env["kuaidi.service.plan"].browse(plan_id)
            line = plan.line_ids.filtered(lambda line: line.type_id.is_visit)[0]
            line_id, account_id = line.id, plan.account_id.id
        values = {
            "account_id": account_id,
            "plan_line_id": line_id,
            "channel": "phone",
            "user_id": self.user_ids[0],
        }
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.visit"]
                for cr in (cr_1, cr_2)
            )
            second.browse().search([("account_id", "=", account_id)])
            first.create(values)
            cr_1.execute("SET LOCAL lock_timeout = '2s'")
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            with self.assertRaises(CONFLICTS), cr_2.savepoint(flush=False):
                second.create(values)
            cr_1.commit()
            cr_2.rollback()
        with self._transaction() as env:
            visits = env["kuaidi.visit"].search([("plan_line_id", "=", line_id)])
            self.assertEqual(len(visits), 1)
            visits.unlink()

    def _create_occasion(self):
        """Commit the birthday of tomorrow, of which nobody was reminded yet."""
        account_id = self._create_account()
        with self._transaction() as env:
            contact = env["res.partner"].create(
                {"name": "Li Na", "parent_id": self.partner_id}
            )
            tomorrow = Date.add(Date.today(), days=1)
            occasion = env["kuaidi.occasion"].create(
                {
                    "account_id": account_id,
                    "partner_id": contact.id,
                    # a leap year, for those born on 29 February
                    "date": tomorrow.replace(year=1992),
                }
            )
            occasion_id = occasion.id
        self.addCleanup(self._delete_occasion, occasion_id)
        return occasion_id

    def _delete_occasion(self, occasion_id):
        with self._transaction() as env:
            env["kuaidi.occasion"].browse(occasion_id).unlink()

    def _get_reminders(self, env, occasion_id):
        account = env["kuaidi.occasion"].browse(occasion_id).account_id
        kind = env.ref("kuaidi_key_account.mail_activity_type_occasion")
        return env["mail.activity"].search(
            [
                ("res_model", "=", account._name),
                ("res_id", "=", account.id),
                ("activity_type_id", "=", kind.id),
            ]
        )

    def test_two_workers_remind_of_an_occasion_once(self):
        occasion_id = self._create_occasion()
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.occasion"]
                for cr in (cr_1, cr_2)
            )
            second.search([])
            first.browse(occasion_id).try_lock_for_update()._remind()
            # the second worker passes over what the first one holds
            second._cron_remind()
            self.assertFalse(self._get_reminders(second.env, occasion_id))
            cr_1.commit()
        with self._transaction() as env:
            env["kuaidi.occasion"]._cron_remind()
            self.assertEqual(len(self._get_reminders(env, occasion_id)), 1)
            self.assertTrue(env["kuaidi.occasion"].browse(occasion_id).is_reminded)

    def test_a_worker_that_saw_the_occasion_before_reminds_not_again(self):
        occasion_id = self._create_occasion()
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.occasion"].browse(
                    occasion_id
                )
                for cr in (cr_1, cr_2)
            )
            self.assertFalse(second.is_reminded)
            first._cron_remind()
            second._cron_remind()
            cr_2.commit()
        with self._transaction() as env:
            self.assertEqual(len(self._get_reminders(env, occasion_id)), 1)
