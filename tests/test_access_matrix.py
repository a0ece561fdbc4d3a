"""Who may do what is what was reviewed: docs/security/access-*.csv."""

import os

from odoo.tests import TransactionCase, tagged

from . import access_tables

RENEW = (
    "Review what is new: is it as narrow as it can be? Then write the tables anew by\n"
    'KUAIDI_WRITE_TABLES=1 make test ARGS="tests/test_access_matrix.py"\n'
    "and commit docs/security with the change."
)
# what is known of a client, and who serves it: knowledge, which nobody confirmed
NOTES = {
    "kuaidi.account.competitor",
    "kuaidi.account.contact",
    "kuaidi.account.member",
    "kuaidi.account.need",
    "kuaidi.occasion",
}
# what those who answer for it set up; whatever uses a row keeps it in the database
SETTINGS = {
    "kuaidi.bid.asset.tag",
    "kuaidi.bid.asset.type",
    "kuaidi.bid.layout",
    "kuaidi.case.department",
    "kuaidi.case.link",
    "kuaidi.claim.evidence.rule",
    "kuaidi.complaint.ladder.step",
    "kuaidi.complaint.sla",
    "kuaidi.complaint.type",
    "kuaidi.contract.check.point",
    "kuaidi.contract.template",
    "kuaidi.document.type",
    "kuaidi.dunning.policy",
    "kuaidi.dunning.step",
    "kuaidi.festival",
    "kuaidi.insurance.product",
    "kuaidi.insurer",
    "kuaidi.need.template",
    "kuaidi.offered.service",
    "kuaidi.onboarding.step.type",
    "kuaidi.plan.template",
    "kuaidi.plan.template.line",
    "kuaidi.price.limit",
    "kuaidi.price.zone",
    "kuaidi.service.type",
    "kuaidi.tender.bond.rule",
    "kuaidi.tender.check.point",
    "kuaidi.tender.date.rule",
    "kuaidi.tender.reason",
    "kuaidi.tender.template",
    "kuaidi.tender.template.line",
    "kuaidi.vip.step.type",
}


@tagged("post_install", "-at_install")
class TestAccessMatrix(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if os.environ.get("KUAIDI_WRITE_TABLES"):
            access_tables.write(cls.env)

    def _get_models(self):
        head, *rows = access_tables.make(self.env, "models")
        return [dict(zip(head, row, strict=True)) for row in rows]

    # === TESTS === #

    def test_the_tables_are_as_they_were_reviewed(self):
        for table in access_tables.TABLES:
            found = {tuple(row) for row in access_tables.make(self.env, table)}
            known = {tuple(row) for row in access_tables.read(table)}
            with self.subTest(table=table):
                self.assertGreater(len(known), 20)
                self.assertEqual(sorted(found - known), [], f"New. {RENEW}")
                self.assertEqual(sorted(known - found), [], f"Gone. {RENEW}")

    def test_clients_and_plain_employees_have_no_rights_on_our_models(self):
        rows = self._get_models()
        for role in ("portal", "internal"):
            with self.subTest(role=role):
                self.assertEqual(
                    {
                        row["model"]: row[role]
                        for row in rows
                        if row[role] not in ("", "----")
                    },
                    # the head of a department that is asked about a claim
                    {"kuaidi.claim.inquiry": "rw--"} if role == "internal" else {},
                )

    def test_whatever_belongs_to_a_company_has_the_rule_of_the_company(self):
        shared = {
            row["model"]
            for row in self._get_models()
            if row["kind"] in ("stored", "view") and row["company"] == "no"
        }
        self.assertEqual(
            [name for name in shared if "company_id" in self.env[name]._fields], []
        )

    def test_what_is_deleted_is_guarded_or_proves_nothing(self):
        """Every role deletes only what has a guard, or what nothing stands on."""
        loose = {
            row["model"]
            for row in self._get_models()
            if row["kind"] == "stored"
            and any("d" in row[role].lower() for role in access_tables.ROLES)
            and not self.env[row["model"]]._ondelete_methods
        }
        self.assertEqual(loose, NOTES | SETTINGS)

    def test_whoever_works_on_clients_deletes_no_settings(self):
        workers = ("account_manager", "sales", "claims_officer")
        for row in self._get_models():
            if row["model"] not in SETTINGS:
                continue
            with self.subTest(model=row["model"]):
                self.assertNotIn("d", "".join(row[role] for role in workers).lower())
