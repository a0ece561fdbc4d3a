"""Two people build the package of one bid, or two processes do, at the same moment."""

from unittest.mock import patch

from psycopg2 import IntegrityError, OperationalError

from odoo.exceptions import LockError, UserError
from odoo.tests import tagged

from odoo.addons.kuaidi_key_account.tools.docx_builder import PartBuilder

from .concurrency_common import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestConcurrencyPackage(ConcurrencyCase):
    def setUp(self):
        super().setUp()
        with self._transaction(self.user_ids[0]) as env:
            tender = env["kuaidi.tender"].create(
                {
                    "name": "Concurrent Tender",
                    "partner_id": self.partner_id,
                    "company_id": self.company_id,
                }
            )
            tender.section_ids.create(
                {"tender_id": tender.id, "name": "Letter", "body": "<p>We bid.</p>"}
            )
            self.tender_id = tender.id
        self.addCleanup(self._delete_tender)

    def _delete_tender(self):
        with self._transaction() as env:
            tender = env["kuaidi.tender"].browse(self.tender_id)
            # with the attachments that belong to them
            tender.package_ids.file_ids.unlink()
            lead = tender.lead_id
            env["mail.activity"].search(
                [
                    ("res_model", "=", "kuaidi.tender.section"),
                    ("res_id", "in", tender.section_ids.ids),
                ]
            ).unlink()
            tender.unlink()
            lead.unlink()

    def _get_states(self):
        with self._transaction() as env:
            packages = env["kuaidi.tender"].browse(self.tender_id).package_ids
            return sorted(packages.mapped("state"))

    def _ask(self, env):
        return env["kuaidi.tender"].browse(self.tender_id).action_build_package()

    def test_two_buttons_pressed_at_once_start_one_build(self):
        with self._transaction(self.user_ids[0]) as first:
            # both have read the tender before either writes
            with self.registry.cursor() as cr:
                second = first(cr=cr, user=self.user_ids[1])
                second["kuaidi.tender"].browse(self.tender_id).package_ids.fetch(
                    ["state"]
                )
                self._ask(first)
                first.cr.commit()
                with self.assertRaises(
                    (UserError, LockError, IntegrityError, OperationalError)
                ):
                    self._ask(second)
                    second.flush_all()
                cr.rollback()
        self.assertEqual(self._get_states(), ["building"])

    def test_two_processes_build_a_package_once(self):
        with self._transaction(self.user_ids[0]) as env:
            package_id = self._ask(env)["res_id"]
        build = PartBuilder.build
        calls = []

        def build_twice(builder, *args):
            calls.append(1)
            if len(calls) == 1:
                # while the first is at work, the second takes the package over
                with self._transaction() as env:
                    env["kuaidi.tender.package"].browse(package_id)._build()
            return build(builder, *args)

        with patch.object(PartBuilder, "build", build_twice):
            with self._transaction() as env:
                env["kuaidi.tender.package"].browse(package_id)._build()
        self.assertEqual(self._get_states(), ["built"])
        with self._transaction() as env:
            package = env["kuaidi.tender.package"].browse(package_id)
            kinds = package.file_ids.mapped("kind")
            self.assertEqual(kinds.count("archive"), 1)
            self.assertEqual(len(kinds), len(set(package.file_ids.mapped("name"))))
            attachments = env["ir.attachment"].search_count(
                [
                    ("res_model", "=", "kuaidi.tender.package.file"),
                    ("res_id", "in", package.file_ids.ids),
                ]
            )
            self.assertEqual(attachments, len(kinds))

    def test_a_package_that_is_locked_is_left_alone(self):
        with self._transaction(self.user_ids[0]) as env:
            package_id = self._ask(env)["res_id"]
        with self._transaction() as env:
            env["kuaidi.tender.package"].browse(package_id).lock_for_update()
            with self._transaction() as other:
                other["kuaidi.tender.package"].browse(package_id)._build()
        self.assertEqual(self._get_states(), ["building"])
