"""A working day of each role in the browser, from the login to the logout."""

from datetime import date

from odoo.tests import freeze_time, tagged

from .portal_common import PortalCommon

# ten o'clock in Shanghai on a Monday
MORNING = "2026-11-23 02:00:00"


@freeze_time(MORNING)
@tagged("post_install", "-at_install")
class TestDayTours(PortalCommon):
    """Desk, number, record, work, result: across the rooms, as it is done all day."""

    # wide enough for the whole menu in English
    browser_size = "1600x900"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        desk = cls.env.ref("kuaidi_key_account.kuaidi_desk_action")
        for user in (
            cls.manager,
            cls.sales,
            cls.finance,
            cls.centre,
            cls.admin,
            cls.officer,
            cls.claims_manager,
        ):
            user.write({"password": user.login, "action_id": desk.id})
        cls.company.kuaidi_collector_id = cls.finance
        cls.company.kuaidi_require_safety_agreement = False
        cls._create_document(cls.account, "entrustment", date=False)
        cls.account.action_make_formal()

    def _live(self, tour):
        self.start_tour("/web/login", tour, login=None)
        self.env.invalidate_all()

    def _set_star(self):
        level = self.env["kuaidi.star.level"].search(
            [("company_id", "=", self.company.id), ("stars", "=", 3)]
        )
        self.account.sudo().write(
            {"star_id": level.id, "stars": 3, "amount_annual": level.amount_min}
        )

    def test_a_manager_logs_the_visit_of_the_day(self):
        self._set_star()
        plan = self.env["kuaidi.service.plan"].with_user(self.manager)
        plan = plan.create({"account_id": self.account.id, "date_from": "2026-11-01"})
        plan.action_publish()
        line = plan.line_ids.filtered("is_visit")[:1]
        (plan.line_ids - line).sudo().write(
            {"date_start": "2027-01-11", "date_finish": "2027-01-15"}
        )
        line.sudo().write({"date_start": "2026-11-20", "date_finish": "2026-11-25"})
        self._live("kuaidi_day_of_a_manager")
        self.assertEqual(line.state, "done")
        self.assertEqual(
            (line.visit_id.duration_minutes, line.visit_id.user_id), (45, self.manager)
        )
        self.assertEqual(self.account.plan_done_count, 1)

    def test_sales_take_a_tender_up(self):
        tender = self.env["kuaidi.tender"].create(
            {
                "name": "Parcels of Haina",
                "partner_id": self.client.id,
                "company_id": self.company.id,
                "user_id": self.sales.id,
                "date_deadline": "2026-12-30 02:00:00",
            }
        )
        self._live("kuaidi_day_of_sales")
        self.assertEqual(tender.state, "qualifying")
        self.assertTrue(tender.check_ids)

    def test_a_collector_calls_a_client(self):
        self._create_invoice(
            self.client, 1000, "2026-10-01", invoice_date_due="2026-10-31"
        )
        cases = self.env["kuaidi.collection.case"]
        cases._update_cases(self.account)
        self._live("kuaidi_day_of_a_collector")
        action = self.account._get_open_case().action_ids
        self.assertEqual(
            (action.user_id, action.answer), (self.finance, "It is paid on Friday")
        )

    def test_the_centre_approves_a_star(self):
        rating = self.env["kuaidi.star.rating"].with_user(self.manager)
        rating = rating.create(
            {
                "account_id": self.account.id,
                "basis": "expected",
                "amount_revenue": 600_000,
            }
        )
        rating.action_request_approval()
        self._live("kuaidi_day_of_the_centre")
        self.assertEqual((rating.state, self.account.stars), ("approved", 4))

    def test_an_officer_turns_a_complaint_into_a_claim(self):
        complaint = self.env["kuaidi.complaint"].with_user(self.officer)
        complaint = complaint.create(
            {
                "account_id": self.account.id,
                "type_id": self.damage.id,
                "contact_name": "Ms. Li",
                "phone": "0931-555-0142",
                "waybill_number": "SD0009990002",
                "description": "The door is bent.",
            }
        )
        self._live("kuaidi_day_of_an_officer")
        self.assertEqual(complaint.state, "in_work")
        claim = complaint.claim_id
        self.assertEqual((claim.state, claim.amount_claimed), ("evidence", 880))
        self.assertEqual(claim.account_id, self.account)

    def test_a_claims_manager_approves_a_payment(self):
        report = self._report(800)
        report.action_request_approval()
        self._live("kuaidi_day_of_a_claims_manager")
        self.assertEqual((report.state, self.claim.state), ("approved", "approved"))
        self.assertEqual(self.claim.amount_approved, 800)

    def test_an_administrator_loads_the_holidays(self):
        days = self.env["kuaidi.calendar.day"]
        domain = [("company_id", "=", self.company.id)]
        self.assertFalse(days.search(domain))
        self._live("kuaidi_day_of_an_administrator")
        self.assertTrue(days.search(domain))

    def test_a_client_accepts_an_offer_and_confirms_a_statement(self):
        self._offer(640)
        self._create_invoice(self.client, 300, "2026-10-10")
        statement = self.env["kuaidi.statement"]._generate(
            self.account, date(2026, 10, 1), date(2026, 10, 31)
        )
        statement.with_user(self.finance).action_mark_sent()
        self._live("kuaidi_day_of_a_client")
        self.assertEqual(
            (self.claim.state, self.claim.amount_agreed), ("consensus", 640)
        )
        self.assertEqual(
            (statement.state, statement.date_answered),
            ("confirmed", date(2026, 11, 23)),
        )
