"""Claims under two hands: moved once, reminded of once."""

from freezegun import freeze_time

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import tagged
from odoo.tools import SQL

from .concurrency_common import ConcurrencyCase

FIRST = (fields.Datetime.to_datetime("1970-01-01"), 0)
TABLES = (
    "kuaidi_claim_mail",
    "kuaidi_claim_evidence",
    "kuaidi_claim_inquiry",
    "kuaidi_claim",
)


@tagged("post_install", "-at_install")
class TestClaimFlowConcurrency(ConcurrencyCase):
    """Real cursors that commit; what a test committed it deletes again."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            users = env["res.users"].browse(self.user_ids)
            users.group_ids |= env.ref("kuaidi_claims.group_claims_manager")
            self.claim_ids = (
                env["kuaidi.claim"]
                .create(
                    [
                        {
                            "company_id": self.company_id,
                            "partner_id": self.partner_id,
                            "type": "damage",
                            "waybill_number": f"FLOW{self.company_id}{number}",
                            "user_id": self.user_ids[2],
                            "amount_claimed": 900,
                        }
                        for number in range(4)
                    ]
                )
                .ids
            )
        self.addCleanup(self._delete_claims)

    def _delete_claims(self):
        with self._transaction() as env:
            env["mail.activity"].search(
                [
                    ("res_model", "=", "kuaidi.claim"),
                    ("res_id", "in", self.claim_ids),
                ]
            ).unlink()
            env.flush_all()
            # claims stay on file for users; tests leave nothing
            for table in TABLES:
                env.cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE company_id = %s",
                        SQL.identifier(table),
                        self.company_id,
                    )
                )
            env.invalidate_all()

    def _count_alarms(self):
        with self._transaction() as env:
            clocks = env["kuaidi.claim"].browse(self.claim_ids).clock_ids
            domain = [("kuaidi_clock_id", "in", clocks.ids)]
            return env["mail.activity"].search_count(domain)

    def test_two_officers_move_one_claim_once(self):
        error = self._race(
            "kuaidi.claim", self.claim_ids[0], "action_ask_evidence", self.user_ids[:2]
        )
        self.assertIn("no step leads", str(error))
        with self._transaction() as env:
            claim = env["kuaidi.claim"].browse(self.claim_ids[0])
            self.assertEqual(claim.state, "evidence")
            self.assertEqual(len(claim.mail_ids), 1)

    @freeze_time("2099-01-01 02:00:00")
    def test_two_sweeps_at_once_tell_of_each_clock_once(self):
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {})["kuaidi.claim.clock"]
                for cr in (cr_1, cr_2)
            )
            # the first one holds what it has found, the second leaves it
            _last, count = first._sweep(FIRST, 2)
            self.assertEqual(count, 2)
            held = {row[0] for row in second._lock_alarms(FIRST, 1000)}
            done = set(first.search([("date_escalated", "!=", False)]).ids)
            self.assertFalse(held & done)
            cr_2.rollback()
            cr_1.commit()
        self._sweep_all()
        self.assertEqual(self._count_alarms(), len(self.claim_ids))

    @freeze_time("2099-01-01 02:00:00")
    def test_killed_sweep_is_made_up_for(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["kuaidi.claim.clock"]._sweep(FIRST, 1000)
            # the process dies before it commits
            cr.rollback()
        self.assertEqual(self._count_alarms(), 0)
        self._sweep_all()
        self._sweep_all()
        self.assertEqual(self._count_alarms(), len(self.claim_ids))

    def _sweep_all(self):
        with self._transaction() as env:
            env["kuaidi.claim.clock"]._sweep(FIRST, 1000)
