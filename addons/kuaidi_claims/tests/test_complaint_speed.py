from odoo.tests import freeze_time, tagged

from .complaint_common import NOW, ComplaintCommon

NAMED = {"fields": {"display_name": {}}}


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestComplaintSpeed(ComplaintCommon):
    def _count_page(self, count):
        """Return the queries of the board's and the list's page of so many rows."""
        while self.complaints.search_count([]) < count:
            number = self.complaints.search_count([])
            self._complain(
                kind="damage",
                severity="alert" if number % 2 else "complex",
                waybill_number=f"P{number}",
                department_id=self.branch.id,
                link_id=self.link.id,
            )
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.complaints.with_user(self.officer)
        before = self.env.cr.sql_log_count
        page = rows.web_search_read(
            [("state", "in", ["new", "in_work", "answered"])],
            {
                "number": {},
                "severity": {},
                "clock": {},
                "clock_state": {},
                "legal_clock": {},
                "date_next": {},
                "waybill_number": {},
                "joined_count": {},
                "activity_state": {},
                "partner_id": NAMED,
                "type_id": NAMED,
                "link_id": NAMED,
                "department_id": NAMED,
                "step_id": NAMED,
                "user_id": NAMED,
            },
            limit=80,
        )
        self.assertEqual(len(page["records"]), count)
        return self.env.cr.sql_log_count - before

    def test_a_page_of_many_takes_no_more_queries_than_one_of_few(self):
        self._count_page(4)
        few = self._count_page(4)
        many = self._count_page(40)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 20)

    def test_the_file_counts_complaints_in_the_statement_of_all_counters(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.account.mapped("complaint_open_count")
            return self.env.cr.sql_log_count - before

        self._complain(waybill_number="F0")
        count()
        few = count()
        for number in range(1, 20):
            self._complain(waybill_number=f"F{number}")
        self.assertEqual(count(), few)
        self.assertEqual(self.account.complaint_open_count, 20)
