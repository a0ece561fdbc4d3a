"""The people, books and insurer of a company before its client's first year."""

from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from odoo.addons.kuaidi_claims.tests.claim_common import PNG, ClaimCommon
from odoo.addons.kuaidi_claims.tests.insurance_case_common import InsuranceCaseCommon
from odoo.addons.kuaidi_claims.tests.portal_common import PortalCommon
from odoo.addons.kuaidi_key_account.tests.common import PDF

# noon in Shanghai
NOON = "04:00:00"
REFUSALS = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


class DayCommon(PortalCommon):
    """A company with all its roles, to which a new client comes.

    The client of the other tests stands by, with a manager of its own: it may see
    nothing of the new one.
    """

    _mail_server = ClaimCommon._mail_server
    _receive = InsuranceCaseCommon._receive

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(f"2026-01-05 {NOON}"):
            cls._set_up_company()
            cls._set_up_insurer()
        # of another client's team
        cls.sales_2 = cls._create_user("kuaidi_sales_2", "group_sales")
        cls.carrier = cls._create_partner(name="Ganxin Freight")
        cls.issuer = cls._create_partner(name="Donghai Power")
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Mr. Zhou",
                "parent_id": cls.issuer.id,
                "email": "zhou@donghai.example",
                "lang": "en_US",
            }
        )
        cls.zhou = cls.env["res.users"].create(
            {
                "login": "zhou",
                "password": "zhou",
                "partner_id": cls.contact.id,
                "company_id": cls.company.id,
                "company_ids": cls.company.ids,
                "group_ids": cls.env.ref("base.group_portal").ids,
            }
        )

    @classmethod
    def _set_up_company(cls):
        cls.env["kuaidi.calendar.day"]._load_year(
            cls.company, 2026, cls.company.resource_calendar_id
        )
        cls.company.partner_id.email = "office@shunda.example"
        cls.company.write(
            {
                "kuaidi_collector_id": cls.finance.id,
                "kuaidi_escalation_user_id": cls.centre.id,
                "kuaidi_complaint_manager_id": cls.claims_manager.id,
                "kuaidi_recovery_journal_id": cls.entries.id,
            }
        )

    @classmethod
    def _set_up_insurer(cls):
        insurer = cls.env["kuaidi.insurer"].create(
            {"partner_id": cls._create_partner(name="Taihe Insurance").id}
        )
        product = cls.env["kuaidi.insurance.product"].create(
            {
                "name": "Open cargo policy",
                "insurer_id": insurer.id,
                "currency_id": cls.company.currency_id.id,
            }
        )
        cls.policy = cls.env["kuaidi.insurance.policy"].create(
            {
                "number": "PC2026",
                "company_id": cls.company.id,
                "product_id": product.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
            }
        )
        cls.policy.action_start()
        cls.company.kuaidi_insurance_account_id = cls.env["account.account"].create(
            {
                "name": "Insurance payments",
                "code": "630109",
                "account_type": "income_other",
                "company_ids": [Command.set(cls.company.ids)],
            }
        )

    @contextmanager
    def _day(self, day):
        """Let it be noon of a day, with nothing remembered of the days before."""
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time(f"{day} {NOON}"):
            yield
            self.env.flush_all()

    def _form(self, user, action, view=None):
        """Open the form that a button or a menu leads to, as a user."""
        model = self.env[action["res_model"]].with_user(user)
        context = action.get("context") or {}
        model = model.with_context(**context if isinstance(context, dict) else {})
        record = model.browse(action.get("res_id") or [])
        view = view or next(
            (view for view, kind in action.get("views", ()) if kind == "form"), None
        )
        return Form(record if record else model, view or None)

    def _find(self, user, record):
        """Return whether a user finds a record among those of its model."""
        self.env.flush_all()
        model = self.env[record._name].with_user(user)
        try:
            return bool(model.search([("id", "=", record.id)]))
        except AccessError:
            return False

    @mute_logger(*REFUSALS)
    def _assert_seen(self, record, by, not_by):
        """Check who finds a record in lists, and who does not and may not read it."""
        for user in by:
            with self.subTest(seen=record._name, by=user.login):
                self.assertTrue(self._find(user, record))
        for user in not_by:
            with self.subTest(hidden=record._name, by=user.login):
                self.assertFalse(self._find(user, record))
                with self._refused(AccessError):
                    record.with_user(user).read(["display_name"])

    @mute_logger(*REFUSALS)
    def _assert_refused(self, record, method, *users):
        """Check that a button is not for these users."""
        for user in users:
            with self.subTest(button=method, user=user.login):
                # what one requested oneself is refused as any error of a user
                with self._refused(UserError):
                    getattr(record.with_user(user), method)()

    def _run_cron(self, name):
        """Let a scheduled action run as it would by night."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(name).method_direct_trigger()
        self.env.invalidate_all()

    def _upload(self, user, name="paper.pdf"):
        """Create a file as a user's upload leaves it."""
        files = self.env["ir.attachment"].with_user(user)
        return files.create({"name": name, "datas": PDF})

    def _photograph(self, user):
        files = self.env["ir.attachment"].with_user(user)
        return files.create({"name": "crate.png", "raw": PNG})
