from datetime import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .complaint_common import NOW, ComplaintCommon


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestComplaintIntake(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.caller = cls.env["res.partner"].create(
            {
                "name": "Ms. Tan",
                "phone": "0931-555-0188",
                "email": "tan@haina.example",
                "parent_id": cls.client.id,
            }
        )
        cls.env["kuaidi.account.contact"].create(
            {"account_id": cls.account.id, "partner_id": cls.caller.id}
        )

    def _form(self, **values):
        form = Form(self.env["kuaidi.complaint.intake"].with_user(self.officer))
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def test_a_call_is_taken_in_with_few_words(self):
        form = self._form(query="0931-555-0188", type_id=self.types["short"])
        self.assertEqual(form.account_id, self.account)
        self.assertEqual(form.contact_name, "Ms. Tan")
        self.assertEqual(form.email, "tan@haina.example")
        self.assertEqual(form.severity, "complex")
        self.assertIn("How many were received?", form.script)
        form.description = "Two of five cartons arrived."
        action = form.save().action_take_in()
        complaint = self.complaints.browse(action["res_id"])
        self.assertEqual(complaint.account_id, self.account)
        self.assertEqual(complaint.partner_id, self.client)
        self.assertEqual(complaint.user_id, self.officer)
        self.assertEqual(complaint.state, "new")
        self.assertEqual(complaint.date_received, NOW)
        self.assertRegex(complaint.number, r"^TS-2026-\d{5}$")

    def test_choices_of_the_call_are_in_the_language_of_the_reader(self):
        names = ("mood", "need")
        chinese = {"lang": "zh_CN"}
        forms = self.env["kuaidi.complaint.intake"].with_context(**chinese)
        complaints = self.env["kuaidi.complaint"].with_context(**chinese)
        choices = forms.fields_get(names, ["selection"])
        self.assertEqual(choices, complaints.fields_get(names, ["selection"]))
        self.assertNotEqual(
            choices, self.env["kuaidi.complaint"].fields_get(names, ["selection"])
        )

    def test_the_client_is_found_by_name_code_and_earlier_waybill(self):
        self._complain(waybill_number="986825")
        for query in ("Haina", self.account.code, "986 825"):
            with self.subTest(query=query):
                self.assertEqual(self._form(query=query).account_id, self.account)

    def test_a_waybill_is_filled_in_where_it_was_asked_for_alone(self):
        first = self._complain(waybill_number="986825", phone="0931-555-0199")
        form = self._form(query="986825")
        self.assertEqual(form.waybill_number, "986825")
        self.assertEqual(form.known_id, first)
        form = self._form(query="0931-555-0199")
        self.assertEqual(form.account_id, self.account)
        self.assertFalse(form.waybill_number)
        self.assertFalse(form.known_id)

    def test_somebody_without_a_file_complains_as_well(self):
        form = self._form(query="Nobody Knows", type_id=self.types["delay"])
        self.assertFalse(form.account_id)
        self.assertIn("No client file", form.found)
        form.contact_name = "Mr. Ma"
        form.save().action_take_in()
        complaint = self.complaints.search([("contact_name", "=", "Mr. Ma")])
        self.assertEqual(len(complaint), 1)
        self.assertFalse(complaint.account_id)
        self.assertEqual(complaint.date_deadline, datetime(2026, 10, 30, 12, 0))

    def test_a_second_call_on_a_waybill_adds_to_the_first(self):
        first = self._complain(kind="delay", waybill_number="YT 100 x")
        self.assertEqual(first.waybill_number, "YT100X")
        form = self._form(type_id=self.types["loss"], waybill_number="yt100x")
        self.assertEqual(form.known_id, first)
        form.contact_name = "The consignee"
        form.description = "Nothing has come, and nobody answers."
        action = form.save().action_take_in()
        self.assertEqual(action["res_id"], first.id)
        second = first.joined_ids
        self.assertEqual(second.state, "joined")
        self.assertEqual(second.contact_name, "The consignee")
        self.assertEqual(second.description, "Nothing has come, and nobody answers.")
        self.assertEqual(first.joined_count, 1)
        self.assertIn("Nothing has come", first.message_ids[0].body)
        # the harder type of both counts
        self.assertEqual(first.severity, "complex")
        self.assertFalse(second.date_next)

    def test_a_list_with_one_waybill_twice_joins_within_itself(self):
        rows = self.complaints.with_user(self.officer).create(
            [
                {
                    "type_id": self.types["delay"].id,
                    "waybill_number": number,
                    "contact_name": name,
                }
                for number, name in (("A1", "one"), ("a 1", "two"), ("B1", "three"))
            ]
        )
        self.assertEqual(rows.mapped("contact_name"), ["one", "two", "three"])
        self.assertEqual(rows.mapped("state"), ["new", "joined", "new"])
        self.assertEqual(rows[1].joined_id, rows[0])

    def test_a_closed_complaint_does_not_swallow_a_new_one(self):
        first = self._answer(self._complain(waybill_number="C1"))
        first._record_callback("satisfied")
        first.action_close()
        second = self._complain(waybill_number="C1")
        self.assertEqual(second.state, "new")
        with self._refused(UserError, "is open on the same waybill"):
            first.sudo()._reopen("It came back.")
        self.assertEqual(first.state, "closed")

    def test_a_waybill_that_is_found_later_is_joined_by_hand(self):
        first = self._complain(waybill_number="D1")
        second = self._complain(kind="damage", description="A wet carton.")
        with self._refused(UserError, "Join this complaint"):
            second.waybill_number = "d1"
        self.assertFalse(second.waybill_number)
        second._join(first)
        self.assertEqual(second.state, "joined")
        self.assertEqual(first.joined_ids, second)
        self.assertIn("A wet carton.", first.message_ids[0].body)
        with self._refused(UserError, "is closed or joined"):
            second.description = "No"
        self.assertEqual(second.description, "A wet carton.")

    def test_nothing_is_received_in_the_future(self):
        with self._refused(ValidationError, "in the future"):
            self._complain(date_received=datetime(2026, 10, 31, 10, 0))

    @mute_logger("odoo.sql_db")
    def test_a_complaint_that_is_taken_in_late_keeps_its_receipt(self):
        complaint = self._complain(date_received=datetime(2026, 10, 28, 1, 0))
        self.assertEqual(complaint.date_deadline, datetime(2026, 10, 28, 3, 0))
        self.assertEqual(complaint.clock_state, "late")
        with self._refused(AccessError, "not entered"):
            complaint.date_received = NOW
        self.assertEqual(complaint.date_received, datetime(2026, 10, 28, 1, 0))
