from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .renewal_common import TODAY
from .tender_common import TenderCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderCoreDates(TenderCommon):
    """The dates that the law adds to a tender, and those that break it (2.8)."""

    def test_every_rule_of_law_cites_its_article(self):
        rules = self.env["kuaidi.tender.date.rule"].with_context(lang="en_US")
        cited = " ".join(filter(None, rules.search([]).mapped("article")))
        for article in (
            "Bidding Law, article 23",
            "Bidding Law, article 24",
            "Bidding Law, articles 28",
            "Bidding Law, article 46",
            "article 16",
            "article 21",
            "article 22",
            "article 26",
            "article 35",
            "article 36",
            "article 44",
            "articles 53, 54",
            "article 57",
            "articles 58, 74",
            "article 60",
            "Government Procurement Law, article 35",
            "Government Procurement Law, article 52",
            "Government Procurement Law, article 53",
            "Government Procurement Law, article 55",
            "Government Procurement Law, article 56",
            "Government Procurement Law, article 33",
            "Government Procurement Law, article 48",
        ):
            self.assertIn(article, cited)

    def test_dates_follow_from_the_deadline_and_the_award(self):
        tender = self._create_tender(date_bond="2026-04-10")
        for code, day in (
            ("objection_documents", "2026-04-05"),
            ("amendment", "2026-03-31"),
            ("deadline", "2026-04-15"),
            ("bond_day", "2026-04-10"),
            ("validity", "2026-07-14"),
        ):
            with self.subTest(code):
                self.assertEqual(str(self._get_date(tender, code).date), day)
        self._bring_to(tender, "opened")
        tender._win(date=self._day("2026-03-20"))
        for code, day in (
            ("contract", "2026-04-19"),
            # not signed yet: five days after the last day for it
            ("bond_return", "2026-04-24"),
        ):
            with self.subTest(code):
                self.assertEqual(str(self._get_date(tender, code).date), day)
        tender.date_signing = "2026-03-25"
        self.assertEqual(str(self._get_date(tender, "bond_return").date), "2026-03-30")

    def test_the_government_counts_in_working_days(self):
        tender = self._create_tender(
            is_government=True,
            date_sale_from="2026-03-11",
            date_bond="2026-04-10",
        )
        # 12, 13, 16, 17, 18, 19 and 20 March are worked
        self.assertEqual(
            str(self._get_date(tender, "question_documents").date), "2026-03-20"
        )
        self.assertFalse(self._get_date(tender, "objection_documents"))
        self._bring_to(tender, "opened")
        tender._lose(
            self.env.ref("kuaidi_key_account.lost_reason_price"),
            date=self._day("2026-04-30"),
        )
        # 1 to 5 May are the Labour Day holiday, Saturday the 9th is worked
        for code, day in (
            ("question_result", "2026-05-13"),
            ("bond_return_lost", "2026-05-11"),
        ):
            with self.subTest(code):
                self.assertEqual(str(self._get_date(tender, code).date), day)
        self.assertFalse(self._get_date(tender, "complaint"))

    def test_questions_and_complaints_follow_on_each_other(self):
        for is_government, answer, complaint in (
            (True, "2026-03-19", "2026-04-10"),
            (False, "2026-03-13", "2026-03-23"),
        ):
            with self.subTest(is_government):
                tender = self._create_tender(is_government=is_government)
                entry = self.env["kuaidi.tender.question"].create(
                    {
                        "tender_id": tender.id,
                        "kind": "objection",
                        "date": TODAY,
                        "question": "Points favour one carrier",
                    }
                )
                kinds = (
                    ("question_answer", "complaint_government")
                    if is_government
                    else ("objection_answer", "complaint_answer")
                )
                # no answer yet: the complaint counts from the day it is due
                self.assertEqual(str(self._get_date(tender, kinds[0]).date), answer)
                self.assertEqual(str(self._get_date(tender, kinds[1]).date), complaint)
                entry.date_answered = "2026-03-12"
                self.assertEqual(str(tender.date_objection_answer), "2026-03-12")
                row = self._get_date(tender, kinds[1])
                self.assertEqual(str(row.date_from), "2026-03-12")

    def test_dates_against_the_law_are_told_with_their_article(self):
        for values, code, article in (
            (
                {"date_sale_from": "2026-03-12", "date_sale_to": "2026-03-15"},
                "sale_days",
                "article 16",
            ),
            (
                {"date_sale_from": "2026-03-27", "is_mandatory": True},
                "issue_to_deadline",
                "article 24",
            ),
            (
                {"date_sale_from": "2026-03-27", "is_government": True},
                "issue_to_deadline",
                "article 35",
            ),
            ({"date_objection": "2026-04-06"}, "objection_documents", "article 22"),
            ({"date_bond": "2026-04-16"}, "bond_payment", "article 33"),
            ({"date_opening": "2026-04-16 01:00:00"}, "opening", "article 34"),
            (
                {"date_opening": "2026-04-14 01:00:00"},
                "opening_order",
                "article 34",
            ),
            (
                {
                    "date_candidates": "2026-04-20",
                    "date_candidates_to": "2026-04-22",
                    "is_mandatory": True,
                },
                "candidates",
                "articles 53, 54",
            ),
            (
                {"date_award": "2026-04-20", "date_signing": "2026-05-21"},
                "contract",
                "article 46",
            ),
        ):
            with self.subTest(code, **values):
                tender = self._create_tender(**values).with_context(lang="en_US")
                self.assertTrue(self._get_date(tender, code).is_broken)
                self.assertIn(article, tender.date_warnings)
                self.assertEqual(tender.broken_count, 1)

    def test_dates_within_the_law_are_not_warned_of(self):
        for values in (
            {"date_sale_from": "2026-03-11", "date_sale_to": "2026-03-15"},
            # twenty days exactly
            {"date_sale_from": "2026-03-26", "is_mandatory": True},
            # not required by law: the issuer sets its own time
            {"date_sale_from": "2026-04-01"},
            {"date_objection": "2026-04-05"},
            {"date_bond": "2026-04-15"},
            {"date_opening": "2026-04-15 04:00:00"},
            {"date_award": "2026-04-20", "date_signing": "2026-05-20"},
            # enquiries have times of their own
            {"date_sale_from": "2026-04-09", "form": "enquiry", "is_mandatory": True},
        ):
            with self.subTest(**values):
                tender = self._create_tender(**values)
                self.assertFalse(tender.date_warnings)
                self.assertEqual(tender.broken_count, 0)

    def test_an_amendment_that_comes_late_is_told(self):
        tender = self._create_tender()
        questions = self.env["kuaidi.tender.question"]
        for date, is_broken in (("2026-03-31", False), ("2026-04-01", True)):
            questions.create(
                {
                    "tender_id": tender.id,
                    "kind": "amendment",
                    "date": date,
                    "question": "Weights above 30 kg are added",
                }
            )
            self.assertEqual(
                self._get_date(tender, "amendment").is_broken, is_broken, date
            )
        # the deadline moves, and the law is kept
        tender.date_deadline = "2026-04-16 04:00:00"
        self.assertFalse(self._get_date(tender, "amendment").is_broken)

    def test_each_date_is_planned_once_and_moves(self):
        tender = self._create_tender(date_opening="2026-04-15 04:00:00")
        planned = tender.date_ids.filtered("date_planned")
        activities, events = self._get_dated(tender), self._get_events(tender)
        self.assertEqual(len(activities), len(planned))
        self.assertEqual(len(events), len(planned))
        self.assertEqual(activities.user_id, self.sales)
        # the calendar adds none of its own
        self.assertEqual(tender.activity_ids, activities)
        tender._update_dates()
        tender.action_qualify()
        self.assertEqual(self._get_dated(tender), activities)
        self.assertEqual(self._get_events(tender), events)
        row = self._get_date(tender, "deadline")
        self.assertEqual(str(row.event_id.start), "2026-04-15 04:00:00")
        tender.date_deadline = "2026-04-20 06:30:00"
        self.assertEqual(str(row.event_id.start), "2026-04-20 06:30:00")
        self.assertEqual(str(row.activity_id.date_deadline), "2026-04-20")
        objection = self._get_date(tender, "objection_documents")
        self.assertEqual(str(objection.activity_id.date_deadline), "2026-04-10")
        self.assertEqual(str(objection.event_id.start_date), "2026-04-10")
        self.assertEqual(self._get_dated(tender), activities)
        self.assertEqual(self._get_events(tender), events)

    def test_what_was_done_is_not_asked_for_again(self):
        tender = self._create_tender(date_sale_to="2026-03-20")
        row = self._get_date(tender, "sale_end")
        activity = row.activity_id
        activity.with_user(self.sales).action_feedback(feedback="Bought")
        tender.date_sale_to = "2026-03-22"
        self.assertEqual(row.activity_id, activity)
        self.assertFalse(activity.active)
        self.assertEqual(str(row.event_id.start_date), "2026-03-22")
        before = len(self._get_dated(tender))
        tender._update_dates()
        self.assertEqual(len(self._get_dated(tender)), before)

    def test_what_was_deleted_comes_back_when_the_day_moves(self):
        tender = self._create_tender(date_sale_to="2026-03-20")
        row = self._get_date(tender, "sale_end")
        row.activity_id.unlink()
        tender._update_dates()
        self.assertFalse(row.activity_id)
        tender.date_sale_to = "2026-03-22"
        self.assertEqual(str(row.activity_id.date_deadline), "2026-03-22")

    def test_the_right_person_is_asked(self):
        tender = self._create_tender(
            date_bond="2026-04-10", date_presentation="2026-04-16 02:00:00"
        )
        bond, talk = (
            self._get_date(tender, "bond_day"),
            self._get_date(tender, "presentation"),
        )
        self.assertEqual(bond.activity_id.user_id, self.sales)
        member = self._add_member(tender, self.manager, "price")
        lead = self._add_member(tender, self.sales_2, "lead")
        self.assertEqual(bond.activity_id.user_id, self.manager)
        self.assertEqual(bond.event_id.user_id, self.manager)
        self.assertEqual(talk.activity_id.user_id, self.sales_2)
        tender.presenter_id = self.manager_2
        self.assertEqual(talk.activity_id.user_id, self.manager_2)
        member.unlink()
        self.assertEqual(bond.activity_id.user_id, self.sales_2)
        lead.unlink()
        self.assertEqual(bond.activity_id.user_id, self.sales)

    def test_past_days_and_ended_tenders_ask_for_nothing(self):
        tender = self._create_tender(date_sale_to="2026-03-09")
        self.assertFalse(self._get_date(tender, "sale_end").activity_id)
        tender.action_cancel()
        self.assertFalse(tender.activity_ids)
        self.assertFalse(self._get_events(tender))

    def test_a_notice_deleted_leaves_nothing_in_the_calendar(self):
        tender = self._create_tender(user=self.sales)
        event = self._get_events(tender)[0]
        domain = [("res_model", "=", "kuaidi.tender"), ("res_id", "=", tender.id)]
        tender.unlink()
        self.assertFalse(event.exists())
        for model in ("calendar.event", "mail.activity"):
            self.assertFalse(self.env[model].search(domain), model)

    def test_handing_in_ends_what_came_before_it(self):
        tender = self._create_tender(
            date_bond="2026-04-10", date_opening="2026-04-15 04:00:00"
        )
        self._bring_to(tender, "submitted")
        self.assertFalse(self._get_date(tender, "bond_day").activity_id)
        self.assertFalse(self._get_date(tender, "deadline").activity_id)
        self.assertTrue(self._get_date(tender, "opening_day").activity_id)

    def test_the_calendar_does_not_move_a_tender(self):
        tender = self._create_tender()
        event = self._get_date(tender, "deadline").event_id
        for user in (self.sales, self.manager):
            with self._refused(UserError, "follows it"):
                event.with_user(user).write(
                    {"start": "2026-04-17 04:00:00", "stop": "2026-04-17 05:00:00"}
                )
        self.assertEqual(str(event.start), "2026-04-15 04:00:00")
        event.with_user(self.sales).write({"description": "Bring the seal"})

    def test_a_changed_rule_works_on_open_tenders(self):
        tender, ended = self._create_tender(), self._create_tender()
        ended.action_cancel()
        rule = self._get_date(tender, "objection_documents").rule_id
        rule.with_user(self.centre).days = 12
        self.assertEqual(
            str(self._get_date(tender, "objection_documents").date), "2026-04-03"
        )
        rule.active = False
        self.assertFalse(self._get_date(tender, "objection_documents"))
        for user in (self.sales, self.manager, self.finance):
            with self._refused(AccessError):
                rule.with_user(user).days = 1
        self.assertEqual(rule.days, 12)

    def test_the_day_is_that_of_the_company(self):
        # half past midnight in Shanghai
        tender = self._create_tender(date_deadline="2026-04-15 16:30:00")
        self.assertEqual(str(self._get_date(tender, "deadline").date), "2026-04-16")
        self.assertEqual(str(tender.date_validity_end), "2026-07-15")

    def test_users_write_no_dates_of_the_engine(self):
        tender = self._create_tender()
        row = self._get_date(tender, "deadline")
        for user in (self.sales, self.centre):
            with self._refused(AccessError):
                row.with_user(user).write({"is_broken": True})
            with self._refused(AccessError):
                row.with_user(user).unlink()
        self.assertFalse(row.is_broken)
