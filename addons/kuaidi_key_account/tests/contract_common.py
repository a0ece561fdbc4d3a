from contextlib import contextmanager

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time

from .common import PDF, KuaidiCommon

# a Monday, at noon in Shanghai
TODAY = "2026-03-02"


@freeze_time(f"{TODAY} 04:00:00")
class ContractCommon(KuaidiCommon):
    """A formal client with whom contracts are made, seen on Monday 2 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.kuaidi_require_safety_agreement = False
        cls.account = cls._create_client(name="Haina Home")

    @classmethod
    def _create_client(cls, name="Client", **values):
        """Create a formal client with a deputy."""
        account = cls._create_account(
            partner_id=cls._create_partner(name=name).id,
            **{"deputy_id": cls.manager_2.id} | values,
        )
        cls._create_document(account, "entrustment", date=False)
        account.action_make_formal()
        return account

    @classmethod
    def _create_contract(cls, account=None, user=None, **values):
        """Draft a contract of the year 2026, as the account manager."""
        contracts = cls.env["kuaidi.contract"].with_user(user or cls.manager)
        return contracts.create(
            {
                "account_id": (account or cls.account).id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                **values,
            }
        )

    @classmethod
    def _answer(cls, contract, answer="ok", remark="Looked at"):
        """Answer the whole checklist of a contract."""
        contract.check_ids.write({"answer": answer, "remark": remark})

    @classmethod
    def _approve(cls, contract=None, **values):
        """Return a contract that waits for its signature."""
        contract = contract or cls._create_contract(**values)
        cls._answer(contract)
        contract.action_request_approval()
        for user in (cls.centre, cls.finance):
            reviewed = contract.with_user(user)
            if contract.sudo().state == "to_approve" and reviewed.can_review:
                reviewed.action_approve()
        contract.invalidate_recordset()
        return contract

    @classmethod
    def _attach(cls, contract):
        """Attach a signed copy, as an upload on the form would."""
        file = contract.env["ir.attachment"].create(
            {"name": "signed.pdf", "datas": PDF}
        )
        contract.write({"attachment_ids": [Command.link(file.id)]})

    @classmethod
    def _run_contract(cls, contract=None, date_signed="2025-12-20", **values):
        """Return a contract in force."""
        contract = cls._approve(contract, **values)
        cls._attach(contract)
        contract._sign(fields.Date.to_date(date_signed))
        return contract

    @classmethod
    def _update_terms(cls, contracts=None):
        """Do what the cron does with contracts whose term is over."""
        model = cls.env["kuaidi.contract"]
        domain = model._get_ended_domain()
        if contracts:
            domain &= fields.Domain("id", "in", contracts.ids)
        model.search(domain)._update_terms()

    @contextmanager
    def _refused(self, error, message=""):
        """Expect a refusal, and read anew afterwards what is in the database."""
        with self.assertRaisesRegex(error, message), self.cr.savepoint():
            yield
        self.env.invalidate_all()
