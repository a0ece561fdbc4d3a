"""A tender under two hands: decided, dated and put into a contract once."""

from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields
from odoo.exceptions import LockError, UserError
from odoo.tests import tagged

from .concurrency_common import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestTenderCoreConcurrency(ConcurrencyCase):
    """Real cursors that commit; what a test committed it deletes again."""

    def setUp(self):
        super().setUp()
        self.account_id = self._create_account()
        with self._transaction() as env:
            tender = env["kuaidi.tender"].create(
                {
                    "name": "National parcel service",
                    "partner_id": self.partner_id,
                    "company_id": self.company_id,
                    "user_id": self.user_ids[0],
                    "date_deadline": fields.Datetime.now() + timedelta(days=40),
                }
            )
            self.tender_id = tender.id

    def _delete_committed(self):
        domain = [("company_id", "=", self.company_id)]
        with self._transaction() as env:
            tenders = env["kuaidi.tender"].search(domain)
            contracts, leads = tenders.contract_id, tenders.lead_id
            tenders.write({"state": "draft", "contract_id": False})
            tenders.unlink()
            contracts.unlink()
            leads |= env["crm.lead"].with_context(active_test=False).search(domain)
            leads.unlink()
        super()._delete_committed()

    def _meet(self, act):
        """Let two users act at the same time; return what the second one gets after.

        :param act: function of an environment
        """
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, uid, {})
                for cr, uid in zip((cr_1, cr_2), self.user_ids[:2], strict=True)
            )
            # both begin before either commits
            second["kuaidi.tender"].browse(self.tender_id).read(["state"])
            act(first)
            cr_2.execute("SET LOCAL lock_timeout = '2s'")
            # while the first one holds the tender ...
            with self.assertRaises((LockError, OperationalError)):
                with cr_2.savepoint(flush=False):
                    act(second)
            cr_1.commit()
            cr_2.rollback()
        # ... and when the request is tried again, as Odoo does by itself
        with self._transaction(self.user_ids[1]) as env:
            return act(env)

    def test_two_decisions_at_once_are_one(self):
        def decide(env):
            reason = env.ref("kuaidi_key_account.tender_reason_no_bid_time")
            env["kuaidi.tender"].browse(self.tender_id)._decide("no_bid", reason, "")

        with self.assertRaises(UserError):
            self._meet(decide)
        with self._transaction() as env:
            tender = env["kuaidi.tender"].browse(self.tender_id)
            self.assertEqual(tender.state, "no_bid")
            self.assertEqual(tender.decided_by_id.id, self.user_ids[0])

    def test_an_award_makes_one_contract(self):
        with self._transaction() as env:
            env["kuaidi.tender"].browse(self.tender_id)._win(amount=100)

        def make(env):
            tender = env["kuaidi.tender"].browse(self.tender_id)
            return tender.action_make_contract()["res_id"]

        contract_id = self._meet(make)
        with self._transaction() as env:
            self.assertEqual(
                env["kuaidi.contract"]
                .search([("account_id", "=", self.account_id)])
                .ids,
                [contract_id],
            )

    def test_a_date_moved_at_once_is_planned_once(self):
        def move(env):
            tender = env["kuaidi.tender"].browse(self.tender_id)
            tender.date_bond = fields.Date.add(fields.Date.today(), days=30)

        self._meet(move)
        with self._transaction() as env:
            rows = env["kuaidi.tender"].browse(self.tender_id).date_ids
            planned = rows.filtered("date_planned")
            domain = [
                ("res_model", "=", "kuaidi.tender"),
                ("res_id", "=", self.tender_id),
            ]
            for model, field in (
                ("mail.activity", "activity_id"),
                ("calendar.event", "event_id"),
            ):
                self.assertEqual(
                    sorted(env[model].search(domain).ids), sorted(planned[field].ids)
                )
                self.assertEqual(len(planned[field]), len(planned), model)

    def test_an_opportunity_gets_one_tender(self):
        with self._transaction() as env:
            lead_id = (
                env["crm.lead"]
                .create(
                    {
                        "name": "Parcels",
                        "type": "opportunity",
                        "partner_id": self.partner_id,
                        "company_id": self.company_id,
                        "user_id": self.user_ids[0],
                    }
                )
                .id
            )

        def open_tender(env):
            return env["crm.lead"].browse(lead_id).action_open_tender()["res_id"]

        tender_id = self._meet(open_tender)
        with self._transaction() as env:
            self.assertEqual(
                env["crm.lead"].browse(lead_id).tender_ids.ids, [tender_id]
            )
