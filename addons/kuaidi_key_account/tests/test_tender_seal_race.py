from contextlib import ExitStack

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged


@tagged("post_install", "-at_install")
class TestTenderSealRace(BaseCase):
    """Of two people who seal one bid at the same moment, one does (two connections)."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            tender = env["kuaidi.tender"].create(
                {
                    "name": "Race",
                    "partner_id": env["res.partner"].create({"name": "Race"}).id,
                    "date_deadline": fields.Datetime.add(fields.Datetime.now(), days=9),
                    "amount_bid": 1,
                    "signatory_name": "Li Wei",
                    "section_ids": [
                        Command.create(
                            {
                                "name": "Bid Letter",
                                "state": "done",
                                "needs_signature": True,
                                "needs_seal": True,
                            }
                        )
                    ],
                }
            )
            tender._move("preparing")
            package = env["kuaidi.tender.package"].create(
                {"tender_id": tender.id, "version": 1, "state": "built"}
            )
            package.fingerprint = tender._get_bid_fingerprint()
            self.tender_id = tender.id
        self.addCleanup(self._remove)

    def _get_env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _remove(self):
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            tender = env["kuaidi.tender"].browse(self.tender_id)
            partner, lead = tender.partner_id, tender.lead_id
            tender.package_ids.unlink()
            tender._move("draft")
            tender.unlink()
            lead.unlink()
            partner.unlink()

    def _open(self, stack):
        cr = stack.enter_context(self.registry.cursor())
        return self._get_env(cr)["kuaidi.tender"].browse(self.tender_id)

    def test_the_second_waits_for_nobody_and_changes_nothing(self):
        with ExitStack() as stack:
            first, second = self._open(stack), self._open(stack)
            # both have the form open
            self.assertEqual((first.state, second.state), ("preparing", "preparing"))
            second.env.cr.commit()
            first.action_seal()
            with self.assertRaises(LockError):
                second.action_seal()
            second.env.cr.rollback()
            first.env.cr.commit()
            with self.assertRaisesRegex(UserError, "stands at"):
                second.action_seal()
            second.env.cr.rollback()
        with self.registry.cursor() as cr:
            tender = self._get_env(cr)["kuaidi.tender"].browse(self.tender_id)
            self.assertEqual(tender.state, "sealed")
            self.assertEqual(tender.package_ids.mapped("state"), ["sealed"])
