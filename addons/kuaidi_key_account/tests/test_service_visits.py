from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .service_common import TODAY
from .visit_common import PNG, VisitCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServiceVisits(VisitCommon):
    """What a visit log says, and what it leads to (VI-1 to VI-8)."""

    def _get_next_contacts(self, account=None):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "kuaidi.key.account"),
                ("res_id", "=", (account or self.account).id),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref(
                        "kuaidi_key_account.mail_activity_type_next_contact"
                    ).id,
                ),
            ]
        )

    def test_a_visit_stands_in_the_client_log(self):
        before = self.account.message_ids
        visit = self._log_visit()
        line = self.account.message_ids - before
        self.assertEqual(len(line), 1)
        self.assertIn(f'data-oe-id="{visit.id}"', line.body)
        self.assertIn("Agree on the spring volume", line.body)
        self.assertIn("Pleased", line.body)

    def test_the_account_knows_when_its_client_was_met_last(self):
        self.assertFalse(self.account.date_last_visit)
        self._log_visit(date="2026-02-10 02:00:00")
        self._log_visit(date="2026-02-12 02:00:00", channel="phone")
        # past midnight in Shanghai
        late = self._log_visit(date="2026-02-13 17:00:00")
        self.assertEqual(self.account.date_last_visit, date(2026, 2, 14))
        self.assertEqual(self.account.date_last_contact, date(2026, 2, 14))
        late.channel = "wechat"
        self.assertEqual(self.account.date_last_visit, date(2026, 2, 10))
        self.assertEqual(self.account.date_last_contact, date(2026, 2, 14))
        late.unlink()
        self.assertEqual(self.account.date_last_contact, date(2026, 2, 12))

    def test_a_visit_to_come_is_refused_and_a_slow_clock_is_not(self):
        self._log_visit(date="2026-03-02 04:05:00")
        count = len(self._find_visits())
        for moment in ("2026-03-02 04:05:01", "2026-03-09 02:00:00"):
            with self.subTest(moment=moment):
                with self.assertRaises(ValidationError) as refusal:
                    self._log_visit(date=moment)
                self.assertIn("Plan a meeting", str(refusal.exception))
        self.assertEqual(len(self._find_visits()), count)

    def test_what_is_missing_is_said_and_saved(self):
        for values, warnings in (
            ({}, []),
            ({"duration_minutes": 20}, []),
            ({"duration_minutes": 19}, ["less than 20 minutes"]),
            ({"purpose": False}, ["what the visit was for"]),
            ({"reaction": False}, ["how the client reacted"]),
            (
                {"duration_minutes": 5, "purpose": False, "reaction": False},
                ["less than 20", "visit was for", "client reacted"],
            ),
            ({"channel": "phone", "duration_minutes": 2}, []),
            ({"channel": "phone", "purpose": False}, ["what the visit was for"]),
            ({"channel": "sms", "purpose": False, "reaction_note": "All well"}, []),
        ):
            with self.subTest(values=values):
                visit = self._log_visit(**values)
                self.assertEqual(visit.is_incomplete, bool(warnings))
                for warning in warnings:
                    self.assertIn(warning, visit.warning)
                self.assertEqual(bool(visit.warning), bool(warnings))
        self.company.kuaidi_visit_minutes = 60
        self.assertTrue(self._log_visit().is_incomplete)

    def test_a_visit_is_completed_later(self):
        visit = self._log_visit(purpose=False, reaction=False)
        with Form(visit.with_user(self.manager)) as form:
            self.assertTrue(form.warning)
            form.purpose = "Spring volume"
            form.reaction = "3"
        self.assertFalse(visit.is_incomplete)
        self.assertFalse(visit.warning)

    def test_the_kind_of_visit_follows_from_what_is_known(self):
        ref = self.env.ref
        site = ref("kuaidi_key_account.service_type_site_visit")
        event = ref("kuaidi_key_account.service_type_thank_you")
        visits = self.env["kuaidi.visit"]
        for values, expected in (
            ({"channel": "phone"}, ("phone", "routine", "phone", 10)),
            ({}, ("face", "routine", "first", 60)),
            ({"type_id": site.id}, ("face", "routine", "first", 60)),
            ({"type_id": event.id}, ("face", "company", "invitation", 180)),
        ):
            with self.subTest(values=values):
                visit = visits.create({"account_id": self.other_account.id} | values)
                self.assertEqual(
                    (
                        visit.channel,
                        visit.visit_class,
                        visit.visit_type,
                        visit.duration_minutes,
                    ),
                    expected,
                )
                visit.unlink()
        self._log_visit()
        self.assertEqual(self._log_visit().visit_type, "repeat")

    def test_contacts_are_the_clients(self):
        visit = self._log_visit()
        foreign = self.env["res.partner"].create({"name": "Li Na"})
        with self.assertRaises(ValidationError):
            visit.contact_ids = foreign
        with self.assertRaises(ValidationError):
            self._log_visit(contact_ids=[Command.set(foreign.ids)])
        self.assertEqual(visit.contact_ids, self.contact)
        self.assertEqual(self._find_visits(), visit)

    def test_visitors_are_employees_of_the_company(self):
        visit = self._log_visit()
        for values in (
            {"user_id": self.portal.id},
            {"participant_ids": [Command.set(self.portal.ids)]},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                visit.write(values)
        self.assertEqual(visit.user_id, self.manager)
        self.assertFalse(visit.participant_ids)

    def test_a_visit_stays_with_its_client(self):
        visit = self._log_visit()
        with self.assertRaises(UserError):
            visit.account_id = self._create_account()
        self.assertEqual(visit.account_id, self.account)

    def test_an_account_with_a_log_is_not_deleted(self):
        candidate = self._create_account()
        visit = self._log_visit(account_id=candidate.id, contact_ids=[])
        with self.assertRaises(UserError):
            candidate.with_user(self.centre).unlink()
        self.assertTrue(candidate.exists())
        visit.unlink()
        candidate.with_user(self.centre).unlink()
        self.assertFalse(candidate.exists())

    def test_the_next_contact_is_one_activity_that_follows(self):
        visit = self._log_visit(date_next_contact="2026-03-16")
        activity = self._get_next_contacts()
        self.assertEqual(
            (activity.user_id, activity.date_deadline),
            (self.manager, date(2026, 3, 16)),
        )
        visit.date_next_contact = "2026-03-18"
        self.assertEqual(self._get_next_contacts(), activity)
        self.assertEqual(activity.date_deadline, date(2026, 3, 18))
        # a later visit decides, and a correction of the earlier one does not
        self._log_visit(date="2026-03-02 03:00:00", date_next_contact="2026-03-10")
        visit.date_next_contact = "2026-03-25"
        self.assertEqual(self._get_next_contacts(), activity)
        self.assertEqual(activity.date_deadline, date(2026, 3, 10))
        # everybody has their own
        self._log_visit(self.operator, date_next_contact="2026-03-11")
        self.assertEqual(
            set(self._get_next_contacts().mapped("user_id")),
            {self.manager, self.operator},
        )

    def test_the_next_contact_goes_with_its_visit(self):
        visit = self._log_visit(date_next_contact="2026-03-16")
        visit.user_id = self.manager_2
        self.assertEqual(self._get_next_contacts().user_id, self.manager_2)
        visit.date_next_contact = False
        self.assertFalse(self._get_next_contacts())
        visit.date_next_contact = "2026-03-17"
        self.assertEqual(len(self._get_next_contacts()), 1)
        visit.unlink()
        self.assertFalse(self._get_next_contacts())

    def test_no_contact_comes_before_the_last_one(self):
        visit = self._log_visit()
        with self.assertRaises(ValidationError):
            visit.date_next_contact = "2026-03-01"
        self.assertFalse(visit.date_next_contact)
        # what is past when it is logged reminds nobody any more
        self._log_visit(date="2026-02-02 02:00:00", date_next_contact="2026-02-20")
        self.assertFalse(self._get_next_contacts())

    def test_photos_are_pictures_of_the_visit(self):
        photo = self._create_photo()
        visit = self._log_visit(photo_ids=[Command.set(photo.ids)])
        self.assertEqual((photo.res_model, photo.res_id), ("kuaidi.visit", visit.id))
        self.assertEqual(photo.with_user(self.operator).raw, PNG)
        for name, values in (
            ("a paper", {"raw": b"%PDF-1.4 paper", "mimetype": "application/pdf"}),
            ("a disguise", {"raw": b"<html></html>", "mimetype": "image/png"}),
            ("a drawing", {"raw": b"<svg></svg>", "mimetype": "image/svg+xml"}),
            ("nothing", {"raw": b""}),
        ):
            file = self._create_photo(**values)
            with self.subTest(name), self.assertRaises(ValidationError):
                visit.photo_ids = [Command.link(file.id)]
            self.assertEqual(visit.photo_ids, photo)

    def test_a_visit_keeps_nine_photos_of_limited_size(self):
        photos = self.env["ir.attachment"]
        for _number in range(10):
            photos |= self._create_photo()
        with self.assertRaises(ValidationError):
            self._log_visit(photo_ids=[Command.set(photos.ids)])
        visit = self._log_visit(photo_ids=[Command.set(photos[:9].ids)])
        self.assertEqual(len(visit.photo_ids), 9)
        self.company.kuaidi_upload_limit_mb = 1
        large = self._create_photo(raw=PNG + b"0" * 1024 * 1024)
        with self.assertRaises(ValidationError):
            self._log_visit(photo_ids=[Command.set(large.ids)])
        self.assertEqual(self._find_visits(), visit)

    def test_a_file_of_another_document_is_no_photo(self):
        other = self._log_visit()
        photo = self._create_photo(res_model="kuaidi.visit", res_id=other.id)
        visit = self._log_visit()
        with self.assertRaises(ValidationError):
            visit.photo_ids = photo
        with self.assertRaises(AccessError):
            visit.photo_ids = self._create_photo(self.operator)
        visit.invalidate_recordset()
        self.assertFalse(visit.photo_ids)
        self.assertEqual(photo.res_id, other.id)

    def test_minutes_carry_no_script(self):
        visit = self._log_visit(note="<p>Fine<script>alert(1)</script></p>")
        self.assertEqual(visit.note, "<p>Fine</p>")

    def test_a_call_takes_three_fields(self):
        action = self.account.with_user(self.manager).action_log_call()
        self.assertEqual(action["target"], "new")
        form = Form(
            self.env["kuaidi.visit"]
            .with_user(self.manager)
            .with_context(**action["context"]),
            view="kuaidi_key_account.kuaidi_visit_view_form_call",
        )
        self.assertEqual(form.account_id, self.account)
        form.contact_ids = self.contact
        form.reaction = "5"
        form.reaction_note = "The new driver is on time"
        call = form.save()
        self.assertEqual(
            (call.channel, call.visit_type, call.date, call.user_id),
            ("phone", "phone", datetime(2026, 3, 2, 4), self.manager),
        )
        self.assertFalse(call.is_incomplete)
        self.assertEqual(self.account.date_last_contact, date(2026, 3, 2))
        self.assertFalse(self.account.date_last_visit)

    def test_a_batch_of_visits_takes_as_many_queries_for_ten_times_as_many(self):
        accounts = self.env["kuaidi.key.account"]
        for _number in range(20):
            accounts |= self._create_account()

        def log(count):
            values = [
                {
                    "account_id": account.id,
                    "date": "2026-03-01 02:00:00",
                    "channel": "face",
                    "purpose": "Greeting",
                    "date_next_contact": "2026-03-20",
                }
                for account in accounts[:count]
            ]
            visits = self.env["kuaidi.visit"].with_user(self.centre)
            queries = self._count_queries(lambda: visits.create(values))
            made = self.env["kuaidi.visit"].search([("account_id", "in", accounts.ids)])
            self.assertEqual(len(made), count)
            made.unlink()
            return queries

        log(1)
        self.assertEqual(log(2), log(20))

    @mute_logger("odoo.sql_db")
    def test_two_visits_of_one_meeting_or_line_are_refused_by_the_database(self):
        event = self._create_event(partners=[self.contact])
        line = self._get_line(self._publish(), "site_visit")
        for values in ({"calendar_event_id": event.id}, {"plan_line_id": line.id}):
            self._log_visit(**values)
            count = len(self._find_visits())
            with self.subTest(values=values), self.assertRaises(IntegrityError):
                self._log_visit(**values)
            self.assertEqual(len(self._find_visits()), count)
