"""Two transactions at once on real cursors."""

from contextlib import contextmanager
from uuid import uuid4

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api
from odoo.exceptions import LockError, UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger


class ConcurrencyCase(BaseCase):
    """Real cursors that commit; what a test committed it deletes again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())

    def setUp(self):
        super().setUp()
        # who comes second is refused by the database, which it writes down as errors
        self.enterContext(mute_logger("odoo.sql_db"))
        with self._transaction() as env:
            # users and companies cannot be deleted, so each test has its own
            mark = uuid4().hex[:8]
            company = env["res.company"].create({"name": f"Express {mark}"})
            group = env.ref("kuaidi_key_account.group_crm_centre")
            users = env["res.users"].create(
                [
                    {
                        "name": f"Concurrent {number}",
                        "login": f"concurrent_{number}_{mark}",
                        "company_id": company.id,
                        "company_ids": [(6, 0, company.ids)],
                        "group_ids": [(6, 0, group.ids)],
                    }
                    for number in range(3)
                ]
            )
            partner = env["res.partner"].create(
                {"name": "Concurrent Client", "is_company": True}
            )
            mails = env["mail.mail"].search([], order="id desc", limit=1)
            self.last_mail_id = mails.id or 0
            self.company_id = company.id
            self.user_ids = users.ids
            self.partner_id = partner.id
        self.addCleanup(self._delete_committed)

    @contextmanager
    def _transaction(self, uid=SUPERUSER_ID):
        """Open a transaction of its own that commits at its end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, uid, {})

    def _delete_committed(self):
        with self._transaction() as env:
            # what waits to be mailed would leave in another test
            env["mail.mail"].search([("id", ">", self.last_mail_id)]).unlink()
            domain = [("company_id", "=", self.company_id)]
            accounts = env["kuaidi.key.account"].search(domain)
            plans = env["kuaidi.service.plan"].search(domain)
            ratings = env["kuaidi.star.rating"].search(domain)
            gifts = env["kuaidi.gift"].search(domain)
            reviews = ratings.review_ids | gifts.review_ids | plans.review_ids
            env["calendar.event"].search(
                [("id", "in", plans.line_ids.calendar_event_id.ids)]
            ).unlink()
            env["mail.activity"].search(
                [("res_model", "=", accounts._name), ("res_id", "in", accounts.ids)]
            ).unlink()
            reviews.unlink()
            plans.write({"state": "draft", "previous_id": False})
            plans.unlink()
            ratings.write({"state": "draft"})
            gifts.write({"state": "draft"})
            gifts.unlink()
            accounts.write({"state": "candidate", "star_id": False})
            ratings.unlink()
            accounts.unlink()
            env["kuaidi.grading.run"].search(domain).unlink()
            env["res.partner"].search([("id", "child_of", self.partner_id)]).unlink()
            users = env["res.users"].browse(self.user_ids)
            users.active = False
            env["res.company"].browse(self.company_id).active = False

    def _create_account(self):
        with self._transaction() as env:
            return (
                env["kuaidi.key.account"]
                .create(
                    {
                        "partner_id": self.partner_id,
                        "company_id": self.company_id,
                        "manager_id": self.user_ids[0],
                    }
                )
                .id
            )

    def _race(self, model, record_id, method, uids):
        """Call the method in two transactions that both begin before the first ends.

        :return: the error that the second one meets
        """
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, uid, {})[model].browse(record_id)
                for cr, uid in zip((cr_1, cr_2), uids, strict=True)
            )
            second.read(["state"])
            getattr(first, method)()
            cr_1.execute("SET LOCAL lock_timeout = '2s'")
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            # while the first one holds the record ...
            with self.assertRaises((LockError, OperationalError)):
                with cr_2.savepoint(flush=False):
                    getattr(second, method)()
            cr_1.commit()
            cr_2.rollback()
        # ... and when the request is tried again, as Odoo does by itself
        with self.assertRaises(UserError) as caught, self._transaction(uids[1]) as env:
            getattr(env[model].browse(record_id), method)()
        return caught.exception
