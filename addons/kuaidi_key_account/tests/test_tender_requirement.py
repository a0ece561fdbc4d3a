from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .tender_requirement_common import TODAY, TenderRequirementCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderRequirement(TenderRequirementCommon):
    """Requirements are answered by one person and checked by another."""

    def test_an_answer_goes_from_hand_to_hand(self):
        line = self._create_requirement(user_id=self.manager.id)
        self.assertEqual(line.state, "open")
        line.with_user(self.manager).action_start()
        self.assertEqual(line.state, "in_work")
        line.with_user(self.manager).answer = "We hold it."
        line.with_user(self.manager).action_answer()
        self.assertEqual((line.state, line.answered_by_id), ("answered", self.manager))
        line.with_user(self.sales).action_check()
        self.assertEqual((line.state, line.checked_by_id), ("checked", self.sales))
        line.with_user(self.sales).action_reopen()
        self.assertEqual(
            (line.state, line.answered_by_id.id, line.checked_by_id.id),
            ("in_work", False, False),
        )

    def test_beginning_takes_what_is_of_nobody(self):
        line = self._create_requirement()
        line.with_user(self.manager).action_start()
        self.assertEqual(line.user_id, self.manager)

    def test_writing_begins_and_evidence_is_an_answer(self):
        line = self._create_requirement()
        line.with_user(self.sales).asset_ids = [Command.link(self.asset.id)]
        self.assertEqual(line.state, "in_work")
        line.with_user(self.sales).action_answer()
        self.assertEqual(line.state, "answered")

    def test_a_check_holds_for_what_was_checked(self):
        line = self._create_requirement(answer="We hold it.")
        line.with_user(self.sales).action_answer()
        line.with_user(self.manager).action_check()
        line.with_user(self.sales).page = 12
        self.assertEqual(line.state, "checked")
        line.with_user(self.sales).answer = "We hold it until 2030."
        self.assertEqual((line.state, line.checked_by_id.id), ("answered", False))
        line.with_user(self.sales).answer = False
        self.assertEqual(line.state, "in_work")

    def test_nobody_checks_their_own_answer(self):
        line = self._create_requirement(answer="We hold it.")
        line.with_user(self.sales).action_answer()
        with self._refused(UserError, "yourself"):
            line.with_user(self.sales).action_check()
        self.assertEqual(line.state, "answered")

    def test_an_answer_needs_words_and_a_deviation_its_reason(self):
        line = self._create_requirement()
        with self._refused(UserError, "neither an answer nor evidence"):
            line.with_user(self.sales).action_answer()
        line.write({"answer": "In 48 hours.", "deviation": "negative"})
        with self._refused(UserError, "deviates"):
            line.with_user(self.sales).action_answer()
        self.assertEqual(line.state, "in_work")
        line.deviation_note = "24 hours are asked."
        line.with_user(self.sales).action_answer()
        self.assertEqual(line.state, "answered")

    def test_steps_are_taken_once(self):
        line = self._create_requirement(answer="We hold it.")
        line.with_user(self.sales).action_answer()
        for name in ("action_start", "action_answer"):
            with self.subTest(name=name), self._refused(UserError, "stands at"):
                getattr(line.with_user(self.manager), name)()
        self.assertEqual(line.state, "answered")

    def test_guarded_fields_are_not_entered(self):
        line = self._create_requirement()
        for values in (
            {"state": "checked"},
            {"checked_by_id": self.sales.id},
            {"answered_by_id": self.manager.id},
            {"date_reminded": TODAY},
            {"fingerprint": "x"},
        ):
            with self.subTest(values=values), self._refused(AccessError, "buttons"):
                line.with_user(self.sales).write(values)
        with self._refused(AccessError, "buttons"):
            self.env["kuaidi.tender.requirement"].with_user(self.sales).with_context(
                default_state="checked"
            ).create({"tender_id": self.tender.id, "name": "x"})
        self.assertEqual(line.state, "open")
        self.assertEqual(len(self.tender.requirement_ids), 1)

    def test_who_is_not_in_the_team_sees_and_changes_nothing(self):
        line = self._create_requirement(answer="We hold it.")
        for user in (self.sales_2, self.manager_2):
            with self.subTest(user=user.login):
                self.assertFalse(
                    self.env["kuaidi.tender.requirement"].with_user(user).search([])
                )
                with self._refused(AccessError):
                    line.with_user(user).answer = "x"
                with self._refused(AccessError):
                    line.with_user(user).action_answer()
                with self._refused(AccessError):
                    self.tender.with_user(user).action_import_requirements()
        with self._refused(AccessError):
            self.env["kuaidi.tender.requirement"].with_user(self.sales_2).create(
                {
                    "tender_id": self.tender.id,
                    "name": "x",
                    "user_id": self.sales_2.id,
                }
            )
        self.assertEqual((line.answer, line.state), ("We hold it.", "in_work"))

    def test_finance_reads_and_the_portal_does_not(self):
        line = self._create_requirement()
        self.assertEqual(line.with_user(self.finance).name, "投标人须满足要求1。")
        for user in (self.finance, self.portal):
            with self.subTest(user=user.login), self._refused(AccessError):
                line.with_user(user).answer = "x"
        with self._refused(AccessError):
            line.with_user(self.portal).read(["name"])
        self.assertFalse(line.answer)

    def test_the_crm_centre_works_on_every_tender(self):
        line = self._create_requirement()
        line.with_user(self.centre).answer = "We hold it."
        line.with_user(self.centre).action_answer()
        self.assertEqual(line.state, "answered")

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other Express"})
        other = self._create_user("kuaidi_other", "group_crm_centre", company)
        self._create_requirement()
        requirements = self.env["kuaidi.tender.requirement"].with_user(other)
        requirements = requirements.with_context(allowed_company_ids=company.ids)
        self.assertFalse(requirements.search([]))

    def test_who_answers_is_taken_into_the_team(self):
        line = self._create_requirement()
        line.with_user(self.sales).user_id = self.sales_2
        self.assertEqual(
            {(m.user_id, m.part) for m in self.tender.member_ids},
            {(self.sales_2, "commercial"), (self.manager, "technical")},
        )
        self.assertEqual(line.with_user(self.sales_2).tender_id.name, self.tender.name)
        with self._refused(ValidationError, "no employee"):
            line.with_user(self.sales).user_id = self.portal
        self.assertEqual(line.user_id, self.sales_2)

    def test_a_sealed_bid_keeps_its_answers(self):
        line = self._create_requirement(answer="We hold it.")
        self.tender._move("sealed")
        mine = line.with_user(self.sales)
        for refused in (
            lambda: mine.write({"answer": "x"}),
            lambda: mine.action_answer(),
            lambda: mine.unlink(),
            lambda: mine.create({"tender_id": self.tender.id, "name": "More"}),
            lambda: mine.tender_id.action_import_requirements(),
        ):
            with self._refused(UserError, "sealed"):
                refused()
        self.assertEqual((line.answer, line.state), ("We hold it.", "in_work"))

    def test_a_clause_stands_in_a_tender_once(self):
        line = self._create_requirement(clause="3.1", name="投标人须持有许可证。")
        with (
            self._refused(IntegrityError),
            mute_logger("odoo.sql_db"),
        ):
            self._create_requirement(clause="3.1", name=" 投标人须持有 许可证 。")
        other = self._create_tender(name="Another", reference="B")
        self._create_requirement(other, clause="3.1", name=line.name)
        self.assertEqual(len(self.tender.requirement_ids), 1)

    def test_coverage_is_counted_by_one_statement(self):
        lines = self.env["kuaidi.tender.requirement"].browse()
        for number in range(4):
            lines |= self._create_requirement(is_mandatory=number < 2, answer="Yes.")
        empty = self._create_tender(name="Another", reference="B")
        lines[0].with_user(self.sales).action_answer()
        tenders = self.tender | empty
        tenders.invalidate_recordset()
        tenders.mapped("name")
        with self.assertQueryCount(1):
            values = [
                (t.requirement_count, t.open_mandatory_count, t.coverage)
                for t in tenders
            ]
        self.assertEqual(values, [(4, 1, 25.0), (0, 0, 0.0)])

    def test_deviations_stand_in_a_table_of_plain_text(self):
        self._create_requirement(
            part="technical",
            page=31,
            answer="In 48 hours.",
            deviation="negative",
            deviation_note="24 hours are asked.",
        )
        self._create_requirement(part="commercial")
        self._create_requirement(part="technical", answer="Yes.")
        self.assertEqual(
            self.tender.with_context(lang="en_US")._get_deviation_table("technical"),
            [
                {
                    "number": "1",
                    "clause": "3.1",
                    "page": "31",
                    "requirement": "投标人须满足要求1。",
                    "answer": "In 48 hours.",
                    "deviation": "Worse than Asked",
                    "note": "24 hours are asked.",
                },
                {
                    "number": "2",
                    "clause": "3.3",
                    "page": "",
                    "requirement": "投标人须满足要求3。",
                    "answer": "Yes.",
                    "deviation": "No Deviation",
                    "note": "",
                },
            ],
        )

    def test_the_printed_tables_hold_texts_as_texts(self):
        self._create_requirement(part="technical", answer="<b onclick='x'>Yes</b>")
        html = (
            self.env["ir.qweb"]
            .with_context(lang="en_US")
            ._render(
                "kuaidi_key_account.tender_deviation",
                {"docs": self.tender.with_context(lang="en_US")},
            )
        )
        self.assertIn("&lt;b onclick", html)
        self.assertNotIn("Commercial Deviation", html)

    def test_reminders_come_once_for_what_falls_due_together(self):
        lines = self._create_requirement(
            user_id=self.manager.id, date_due="2026-03-04", is_mandatory=True
        )
        lines |= self._create_requirement(
            user_id=self.manager.id, date_due="2026-03-03", answer="Yes."
        )
        later = self._create_requirement(user_id=self.manager.id, date_due="2026-03-05")
        self._create_requirement(user_id=self.sales.id, date_due="2026-03-02")
        self._create_requirement(date_due="2026-03-02")
        remind = self.env["kuaidi.tender.requirement"]
        cron = self.env.ref("kuaidi_key_account.cron_remind_requirements")
        for _run in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.assertEqual(
            sorted(
                (a.user_id.login, str(a.date_deadline), a.summary)
                for a in self.tender.activity_ids
                if a.automated and "requirements to answer" in (a.summary or "")
            ),
            [
                (
                    "kuaidi_manager",
                    "2026-03-03",
                    "2 requirements to answer, 1 of them ★",
                ),
                ("kuaidi_sales", "2026-03-02", "1 requirements to answer"),
            ],
        )
        self.assertFalse(later.date_reminded)
        # moved on, it is reminded of anew
        lines[0].with_user(self.sales).date_due = "2026-03-20"
        self.assertFalse(lines[0].date_reminded)
        # with the last answer the reminder is done
        lines[1].with_user(self.manager).action_answer()
        self.assertNotIn(self.manager, self.tender.activity_ids.user_id)
        self.assertIn(self.sales, self.tender.activity_ids.user_id)
        self.assertFalse(remind.search(remind._get_due_domain()))
