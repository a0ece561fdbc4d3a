from freezegun import freeze_time

from odoo.fields import Command

from .common import ClaimsCommon

# a Monday, at ten o'clock in Shanghai
MORNING = "2026-11-23 02:00:00"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06"
    b"\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05"
    b"\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


class ClaimCommon(ClaimsCommon):
    """A claim at its beginning, whom to ask, and a mail server that writes down."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.kuaidi_collector_id = cls.finance
        cls.company.kuaidi_complaint_manager_id = cls.claims_manager
        cls.company.partner_id.email = "office@shunda.example"
        cls.client.email = "claims@haina.example"
        cls.clerk = cls._create_user("kuaidi_clerk", "group_kuaidi_user")
        cls.branch.contact_user_id = cls.clerk
        with freeze_time(MORNING):
            cls.claim = cls._create_claim()

    @classmethod
    def _create_claim(cls, **values):
        """Create a claim as an officer takes it in."""
        count = cls.env["kuaidi.claim"].search_count([])
        if "partner_id" not in values:
            values.setdefault("account_id", cls.account.id)
        return (
            cls.env["kuaidi.claim"]
            .with_user(cls.officer)
            .create(
                {
                    "company_id": cls.company.id,
                    "type": "damage",
                    "waybill_number": f"SD{count + 1:010}",
                    "amount_claimed": 900,
                    **values,
                }
            )
            .with_env(cls.env)
        )

    @classmethod
    def _attach(cls, line, name="crate.png", raw=PNG, user=None):
        """Attach a file to a paper, as an upload does."""
        user = user or cls.officer
        file = (
            cls.env["ir.attachment"].with_user(user).create({"name": name, "raw": raw})
        )
        line.with_user(user).attachment_ids = [Command.link(file.id)]
        return file.with_env(cls.env)

    def _ask(self, claim=None, unit=None, question="Who loaded it?"):
        """Write down a question to a unit."""
        return (
            self.env["kuaidi.claim.inquiry"]
            .with_user(self.officer)
            .create(
                {
                    "claim_id": (claim or self.claim).id,
                    "department_id": (unit or self.branch).id,
                    "question": question,
                }
            )
        )

    def _assess(self, claim=None):
        """Bring a claim to its assessment, with all that is needed."""
        claim = (claim or self.claim).with_user(self.officer)
        claim.action_ask_evidence()
        claim.no_inquiry_reason = "Small amount"
        for line in claim.evidence_ids:
            self._attach(line)
        claim.action_assess()
        claim.write(
            {
                "liability": "ours",
                "liability_note": "It fell when it was loaded.",
                "amount_assessed": 800,
            }
        )
        return claim

    def _run_cron(self, name, moment=MORNING):
        self.env.flush_all()
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref(f"kuaidi_claims.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _get_activities(self, record, user=None):
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id)]
        if user:
            domain.append(("user_id", "=", user.id))
        return self.env["mail.activity"].search(domain)
