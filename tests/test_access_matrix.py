"""Who may do what is what was reviewed: docs/security/access-*.csv."""

import os

from odoo.tests import TransactionCase, tagged

from . import access_tables

RENEW = (
    "Review what is new: is it as narrow as it can be? Then write the tables anew by\n"
    'KUAIDI_WRITE_TABLES=1 make test ARGS="tests/test_access_matrix.py"\n'
    "and commit docs/security with the change."
)


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

    def test_what_users_delete_is_guarded_or_a_setting(self):
        """Whoever works on a client deletes only what has a guard or proves nothing."""
        workers = ("account_manager", "sales", "finance", "claims_officer")
        loose = {
            row["model"]
            for row in self._get_models()
            if row["kind"] == "stored"
            and any("d" in row[role].lower() for role in workers)
            and not self.env[row["model"]]._ondelete_methods
        }
        self.assertEqual(
            loose,
            {
                # the client's file, in whose log each change stands
                "kuaidi.account.competitor",
                "kuaidi.account.contact",
                "kuaidi.account.document",
                "kuaidi.account.member",
                "kuaidi.account.need",
                "kuaidi.occasion",
                # settings of finance
                "kuaidi.dunning.policy",
                "kuaidi.dunning.step",
            },
        )
