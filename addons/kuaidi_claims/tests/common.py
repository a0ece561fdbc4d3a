from contextlib import contextmanager

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.kuaidi_key_account.tests.common import KuaidiCommon


class ClaimsCommon(KuaidiCommon):
    """A company with claims staff, a formal client and a branch that answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer, cls.officer_2, cls.claims_manager = (
            cls._create_claims_user(login, role)
            for login, role in (
                ("kuaidi_officer", "officer"),
                ("kuaidi_officer_2", "officer"),
                ("kuaidi_claims_manager", "manager"),
            )
        )
        cls.account = cls._create_account(partner_id=cls.client.id)
        cls.branch = cls.env["kuaidi.case.department"].create(
            {
                "name": "Lanzhou",
                "kind": "branch",
                "company_id": cls.company.id,
                "manager_id": cls.centre_2.id,
            }
        )
        cls.link = cls.env.ref("kuaidi_claims.case_link_linehaul")

    @classmethod
    def _create_claims_user(cls, login, role, company=None):
        """Create a claims officer or manager."""
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login,
            groups=f"kuaidi_claims.group_claims_{role}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            tz="Asia/Shanghai",
            lang="en_US",
        )

    @contextmanager
    def _refused(self, error, message=""):
        """Expect the refusal of an action, undone as in a request of its own."""
        with self.assertRaisesRegex(error, message), self.cr.savepoint():
            yield
        self.env.invalidate_all()
