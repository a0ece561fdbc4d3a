"""Renewals under two hands: opened, reminded of and made once."""

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api
from odoo.exceptions import LockError
from odoo.fields import Date
from odoo.tests import tagged

from .concurrency_common import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestRenewalConcurrency(ConcurrencyCase):
    """Real cursors that commit; what a test committed it deletes again."""

    def _create_contract(self):
        """Commit a contract whose notice date comes near; return its id."""
        account_id = self._create_account()
        with self._transaction() as env:
            today = Date.today()
            contract = env["kuaidi.contract"].create(
                {
                    "account_id": account_id,
                    "state": "running",
                    "date_from": Date.subtract(today, months=10),
                    "date_to": Date.add(today, months=2),
                    "notice_days": 30,
                }
            )
            return contract.id

    def _delete_committed(self):
        with self._transaction() as env:
            domain = [("company_id", "=", self.company_id)]
            leads = env["crm.lead"].with_context(active_test=False).search(domain)
            env.cr.execute(
                "DELETE FROM kuaidi_renewal WHERE company_id = %s", [self.company_id]
            )
            leads.unlink()
            contracts = env["kuaidi.contract"].search(domain, order="id desc")
            contracts.write({"state": "draft", "predecessor_id": False})
            contracts.unlink()
        super()._delete_committed()

    def _open_company(self, env):
        company = env["res.company"].browse(self.company_id)
        return env["kuaidi.renewal"]._open_batch(company, 0, 100)[2]

    def test_two_crons_open_a_renewal_once(self):
        self._create_contract()
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {}) for cr in (cr_1, cr_2)
            )
            # both begin before either commits
            second["res.company"].search_count([])
            self.assertEqual(len(self._open_company(first)), 1)
            cr_1.commit()
            with self.assertRaises(OperationalError):
                self._open_company(second)
            cr_2.rollback()
            # tried again, as Odoo does by itself
            self.assertEqual(self._open_company(second), [])
        with self._transaction() as env:
            domain = [("company_id", "=", self.company_id)]
            self.assertEqual(env["kuaidi.renewal"].search_count(domain), 1)

    def test_a_cron_killed_midway_goes_on_where_it_stopped(self):
        contract_id = self._create_contract()
        with self.registry.cursor() as cr:
            self.assertTrue(self._open_company(api.Environment(cr, SUPERUSER_ID, {})))
            # killed before it committed
            cr.rollback()
        with self._transaction() as env:
            self.assertFalse(env["kuaidi.contract"].browse(contract_id).renewal_ids)
            [renewal_id] = self._open_company(env)
        for reminded in (True, False):
            with self._transaction() as env:
                company = env["res.company"].browse(self.company_id)
                renewals = env["kuaidi.renewal"]._remind(company)
                self.assertEqual(renewals.ids, [renewal_id] if reminded else [])

    def test_two_users_renew_a_contract_once(self):
        self._create_contract()
        with self._transaction() as env:
            [renewal_id] = self._open_company(env)
            renewal = env["kuaidi.renewal"].browse(renewal_id)
            renewal.evaluation = renewal.proposal = "Stays."
            renewal.action_evaluate()
            renewal.action_negotiate()
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, uid, {})["kuaidi.renewal"].browse(renewal_id)
                for cr, uid in zip((cr_1, cr_2), self.user_ids[:2], strict=True)
            )
            second.read(["stage"])
            action = first.action_renew()
            # while the first one holds the renewal ...
            with self.assertRaises((LockError, OperationalError)):
                with cr_2.savepoint(flush=False):
                    second.action_renew()
            cr_1.commit()
            cr_2.rollback()
            second.env.invalidate_all()
            # ... and when the request is tried again: led to the contract there is
            self.assertEqual(second.action_renew()["res_id"], action["res_id"])
            cr_2.commit()
        with self._transaction() as env:
            renewal = env["kuaidi.renewal"].browse(renewal_id)
            self.assertEqual(renewal.stage, "renewed")
            self.assertEqual(len(renewal.contract_id.successor_ids), 1)
