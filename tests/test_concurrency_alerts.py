"""Clients judged by two workers, by a killed one, and after nights without any."""

from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from .concurrency_common import ConcurrencyCase

ALERT_RUN = "odoo.addons.kuaidi_key_account.models.insight.alert_run"
# a Monday, in the morning of Shanghai; the figures of February are in
NIGHT = "2026-03-16 04:00:00"
FIVE_NIGHTS_LATER = "2026-03-21 04:00:00"
CLIENTS = 5
# two alerts each: half of last month, half of last year
MONTHS = (("2026-02-01", 100), ("2026-01-01", 200), ("2025-02-01", 200))


class Killed(BaseException):
    """What stops a worker where no code of its own can catch it."""


@tagged("post_install", "-at_install")
class TestAlertConcurrency(ConcurrencyCase):
    """Real cursors that commit; what a test committed it deletes again."""

    def setUp(self):
        self.client_ids = []
        # after the accounts, which the common case deletes
        self.addCleanup(self._delete_clients)
        super().setUp()
        with self._transaction() as env:
            self.former_run_ids = env["kuaidi.alert.run"].search([]).ids
            partners = env["res.partner"].create(
                [
                    {"name": f"Client {number}", "is_company": True}
                    for number in range(CLIENTS)
                ]
            )
            self.client_ids = partners.ids
            accounts = env["kuaidi.key.account"].create(
                [
                    {
                        "partner_id": partner.id,
                        "company_id": self.company_id,
                        "manager_id": self.user_ids[0],
                    }
                    for partner in partners
                ]
            )
            self.account_ids = accounts.ids
            env["kuaidi.monthly.figure"].create(
                [
                    {"account_id": account.id, "month": month, "pieces": pieces}
                    for account in accounts
                    for month, pieces in MONTHS
                ]
            )
        # before the clients, whose deletion their figures would refuse
        self.addCleanup(self._delete_figures)
        self.addCleanup(self._delete_alerts)

    def _delete_clients(self):
        with self._transaction() as env:
            env["res.partner"].browse(self.client_ids).unlink()

    def _delete_figures(self):
        with self._transaction() as env:
            env["kuaidi.monthly.figure"].search(
                [("company_id", "=", self.company_id)]
            ).unlink()

    def _delete_alerts(self):
        with self._transaction() as env:
            env["kuaidi.alert"].search([("company_id", "=", self.company_id)]).unlink()
            env["kuaidi.alert.run"].search(
                [("id", "not in", self.former_run_ids)]
            ).unlink()

    def _run_night(self):
        """Run the job as its worker does, which commits as it goes."""
        with self._transaction() as env:
            env["kuaidi.alert.run"]._cron_evaluate(batch_size=2)

    def _run_killed_night(self, model, method, calls):
        """Run the job until a step was done for the last time, but not committed."""
        seen = []
        original = getattr(self.registry[model], method)

        def step(records, *args):
            result = original(records, *args)
            seen.append(result)
            if len(seen) == calls:
                raise Killed
            return result

        with (
            patch.object(self.registry[model], method, step),
            self.assertRaises(Killed),
        ):
            self._run_night()

    def _get_state(self):
        """Return what stands in the database: alerts, history, activities, runs."""
        with self._transaction() as env:
            alerts = env["kuaidi.alert"].search(
                [("company_id", "=", self.company_id)], order="account_id, rule_id"
            )
            activities = env["mail.activity"]._read_group(
                [("res_model", "=", "kuaidi.alert"), ("res_id", "in", alerts.ids)],
                ["res_id"],
                ["__count"],
            )
            told = dict(activities)
            runs = env["kuaidi.alert.run"].search(
                [("company_id", "=", self.company_id)], order="date"
            )
            return {
                "alerts": [
                    (
                        alert.account_id.id,
                        alert.kind,
                        alert.level,
                        alert.measure,
                        alert.owner_id.id,
                        tuple(alert.change_ids.mapped("event")),
                        told.get(alert.id, 0),
                    )
                    for alert in alerts
                ],
                "runs": [(run.state, run.done_count, run.opened_count) for run in runs],
            }

    def _assert_each_once(self, state):
        self.assertEqual(len(state["alerts"]), 2 * CLIENTS)
        self.assertEqual(
            {alert[1:] for alert in state["alerts"]},
            {
                (kind, level, 50.0, self.user_ids[0], ("raised",), 1)
                for kind, level in (("volume_yoy", "4"), ("volume_mom", "2"))
            },
        )

    @freeze_time(NIGHT)
    def test_a_killed_night_ends_as_an_undisturbed_one(self):
        self._run_night()
        undisturbed = self._get_state()
        self._assert_each_once(undisturbed)
        self.assertEqual(undisturbed["runs"], [("done", CLIENTS, 2 * CLIENTS)])
        for model, method, calls in (
            ("kuaidi.alert.run", "_process_batch", 1),
            ("kuaidi.alert.run", "_process_batch", 2),
            ("kuaidi.alert.run", "_process_batch", 3),
            ("kuaidi.alert", "_tell_owners", 1),
            ("kuaidi.alert", "_tell_owners", 3),
        ):
            with self.subTest(method=method, calls=calls):
                self._delete_alerts()
                with patch(f"{ALERT_RUN}.TELL_SIZE", 3):
                    self._run_killed_night(model, method, calls)
                    self.assertNotEqual(self._get_state(), undisturbed)
                    self._run_night()
                self.assertEqual(self._get_state(), undisturbed)
                self._run_night()
                self.assertEqual(self._get_state(), undisturbed)

    def test_five_nights_without_a_worker_are_made_up_for_once(self):
        with freeze_time(NIGHT):
            # the last night that there was ended in its middle
            self._run_killed_night("kuaidi.alert.run", "_process_batch", 2)
        with freeze_time(FIVE_NIGHTS_LATER):
            for _time in range(2):
                self._run_night()
                state = self._get_state()
                self._assert_each_once(state)
                self.assertEqual(
                    [run[:2] for run in state["runs"]],
                    [("superseded", 2), ("done", CLIENTS)],
                )

    @freeze_time(NIGHT)
    def test_two_who_judge_at_once_raise_each_alert_once(self):
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.key.account"].browse(
                    self.account_ids
                )
                for cr in (cr_1, cr_2)
            )
            second.mapped("state")
            self.assertEqual(
                first.env["kuaidi.alert"]._evaluate(first)["opened"], 2 * CLIENTS
            )
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            # the second one waits for the first ...
            with self.assertRaises(OperationalError), cr_2.savepoint(flush=False):
                second.env["kuaidi.alert"]._evaluate(second)
            cr_1.commit()
            # ... and what it saw before is then too old, so that it is tried again
            with self.assertRaises(SerializationFailure):
                second.env["kuaidi.alert"]._evaluate(second)
            cr_2.rollback()
            self.assertEqual(
                second.env["kuaidi.alert"]._evaluate(second),
                {"opened": 0, "changed": 0, "closed": 0},
            )
        self._run_night()
        self._assert_each_once(self._get_state())

    @freeze_time(NIGHT)
    def test_a_second_worker_leaves_the_night_to_the_first(self):
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            runs_1, runs_2 = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.alert.run"]
                for cr in (cr_1, cr_2)
            )
            run = runs_1._get_runs_of_today().filtered(
                lambda run: run.company_id.id == self.company_id
            )
            cr_1.commit()
            run.try_lock_for_update()._process_batch(2)
            runs_2._cron_evaluate(batch_size=2)
            # nothing is judged beside the first worker, and nobody waits for it
            domain = [("company_id", "=", self.company_id)]
            self.assertFalse(runs_2.env["kuaidi.alert"].search_count(domain))
            cr_1.commit()
        self._run_night()
        state = self._get_state()
        self._assert_each_once(state)
        self.assertEqual(state["runs"], [("done", CLIENTS, 2 * CLIENTS)])
