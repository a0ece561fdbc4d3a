"""What an addon that is uninstalled must not leave: approvals of its documents."""

from odoo.tests import tagged

from odoo.addons.kuaidi_claims.hooks import uninstall_hook
from odoo.addons.kuaidi_key_account.hooks import ADDON, part_from
from odoo.addons.kuaidi_key_account.tests.common import KuaidiCommon


@tagged("post_install", "-at_install")
class TestFaultsUninstall(KuaidiCommon):
    def test_approvals_go_with_their_addon_and_those_of_others_stay(self):
        definitions = self.env["tier.definition"]
        reviews = self.env["tier.review"]
        kept, gone = {}, {}
        for name, found in (
            ("kuaidi.contract", kept),
            ("kuaidi.claim.report", gone),
        ):
            definition = definitions.create(
                {
                    "name": "Of the user",
                    "model_id": self.env["ir.model"]._get_id(name),
                    "review_type": "individual",
                    "reviewer_id": self.centre.id,
                    "active": name == "kuaidi.contract",
                }
            )
            review = reviews.create(
                {
                    "name": "Waiting",
                    "model": name,
                    "res_id": 1,
                    "definition_id": definition.id,
                    "status": "pending",
                }
            )
            found.update(definition=definition, review=review)
        uninstall_hook(self.env)
        self.assertTrue(kept["definition"].exists() and kept["review"].exists())
        self.assertFalse(gone["definition"].exists() or gone["review"].exists())
        self.assertFalse(
            definitions.with_context(active_test=False).search_count(
                [("model", "=", "kuaidi.claim.report")]
            )
        )

    def test_meetings_stay_in_the_calendars_of_their_attendees(self):
        account = self._create_account()
        meeting = self.env["calendar.event"].create(
            {
                "name": "Review of the year",
                "start": "2026-11-24 02:00:00",
                "stop": "2026-11-24 03:00:00",
                "res_model_id": self.env["ir.model"]._get_id(account._name),
                "res_id": account.id,
                "partner_ids": [(6, 0, self.manager.partner_id.ids)],
            }
        )
        # of the other addon
        uninstall_hook(self.env)
        self.assertEqual(
            (meeting.res_model, meeting.res_id), (account._name, account.id)
        )
        part_from(self.env, ADDON)
        self.assertEqual((meeting.res_model, meeting.res_id), (False, 0))
        self.assertEqual(meeting.partner_ids, self.manager.partner_id)
