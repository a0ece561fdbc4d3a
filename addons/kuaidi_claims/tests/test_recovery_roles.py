from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from .recovery_common import RecoveryCommon

MODELS = (
    "kuaidi.recovery",
    "kuaidi.recovery.entry",
    "kuaidi.arbitration",
    "kuaidi.recovery.analysis",
)


@freeze_time("2026-11-20 02:00:00")
@tagged("post_install", "-at_install")
class TestRecoveryRoles(RecoveryCommon):
    """Who reads recoveries and rulings, who writes them, and who never does."""

    def setUp(self):
        super().setUp()
        self.recovery = self._get_owed(1000)
        self.entry = self._book(self.recovery)
        self.report = self._report()
        self.env.flush_all()

    def _count(self, model, user, company=None):
        records = (
            self.env[model]
            .with_user(user)
            .with_context(allowed_company_ids=(company or self.company).ids)
        )
        path = "claim_id" if "claim_id" in records._fields else "recovery_id.claim_id"
        return records.search_count([(path, "=", self.claim.id)])

    def test_those_who_serve_the_client_read(self):
        for model in MODELS:
            for user, count in (
                (self.officer_2, 1),
                (self.claims_manager, 1),
                (self.manager, 1),
                (self.manager_2, 0),
                (self.finance, 1),
                (self.centre, 1),
            ):
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(self._count(model, user), count)
            for user in (self.sales, self.portal, self.env.ref("base.public_user")):
                with (
                    self.subTest(model=model, user=user.login),
                    self._refused(AccessError),
                ):
                    self._count(model, user)

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other Express"})
        stranger = self._create_claims_user("kuaidi_stranger", "manager", other)
        for model in MODELS:
            with self.subTest(model=model):
                self.assertEqual(self._count(model, stranger, other), 0)
        recovery, report = (
            record.with_user(stranger).with_context(allowed_company_ids=other.ids)
            for record in (self.recovery, self.report)
        )
        for call in (
            recovery.action_give_up,
            report.action_file,
            lambda: recovery.read(["number"]),
            lambda: recovery.create(
                {"claim_id": self.claim.id, "target": "consignee", "basis": "law"}
            ),
        ):
            with self._refused(AccessError):
                call()
        self.assertEqual((self.recovery.state, self.report.state), ("booked", "draft"))

    def test_entries_are_written_by_nobody(self):
        for user in (self.officer, self.claims_manager, self.finance, self.centre):
            entry = self.entry.with_user(user)
            for call in (
                lambda entry=entry: entry.write({"amount_received": 1000}),
                entry.unlink,
                lambda entry=entry: entry.copy(),
            ):
                with self.subTest(user=user.login), self._refused(AccessError):
                    call()
        self.assertEqual(self.entry.amount_received, 0)

    def test_nobody_but_officers_reports_and_charges(self):
        for user in (self.manager, self.finance, self.centre, self.sales):
            report = self.report.with_user(user)
            for call in (
                report.action_file,
                report.action_charge_back,
                report.action_withdraw,
                lambda report=report: report.write({"finding": "x"}),
            ):
                with self.subTest(user=user.login), self._refused(AccessError):
                    call()
        self.assertEqual(self.report.state, "draft")

    def test_reports_are_entered_on_their_form(self):
        with Form(
            self.env["kuaidi.arbitration"]
            .with_user(self.officer)
            .with_context(default_claim_id=self.claim.id)
        ) as form:
            form.kind = "shortage"
            form.reporter_id = self.outlet
            form.respondent_id = self.branch
            form.date_scan = "2026-11-19 12:00:00"
        self.assertEqual(form.record.waybill_number, self.claim.waybill_number)

    def test_the_claim_leads_to_its_recoveries(self):
        action = self.claim.with_user(self.finance).action_view_recoveries()
        self.assertEqual(
            self.env["kuaidi.recovery"].search(action["domain"]).ids,
            self.recovery.ids,
        )
        self.assertEqual(self.claim.with_user(self.finance).recovery_count, 1)
