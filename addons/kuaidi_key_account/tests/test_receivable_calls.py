from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .dunning_common import MORNING, DunningCommon


@freeze_time(MORNING)
@tagged("post_install", "-at_install")
class TestReceivableCalls(DunningCommon):
    """The call list says whom to call, and at which number."""

    def _get_cases(self, accounts):
        self.cases._update_cases(accounts)
        return self.cases.search([("account_id", "in", accounts.ids)])

    def test_who_settles_accounts_is_called_at_the_own_number(self):
        self.contact.phone = "13800000000"
        self.partner.phone = "02100000000"
        self._owe(100, 2)
        case = self._get_cases(self.account).with_user(self.manager)
        self.assertEqual(
            (case.contact_id, case.contact_phone, case.contact_email),
            (self.contact, "13800000000", "li@client.example"),
        )

    def test_the_number_of_the_client_serves_where_the_contact_has_none(self):
        self.partner.phone = "02100000000"
        self._owe(100, 2)
        case = self._get_cases(self.account)
        self.assertEqual(
            (case.contact_id, case.contact_phone), (self.contact, "02100000000")
        )

    def test_the_number_of_queries_does_not_depend_on_the_list(self):
        accounts = self.account
        for _number in range(9):
            accounts |= self._create_account()
        for account in accounts:
            self._owe(100, 2, account.partner_id)
        cases = self._get_cases(accounts)
        self.assertEqual(len(cases), 10)
        counts = []
        for some in (cases[:2], cases):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.mapped("contact_phone")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_the_form_of_a_contact_knows_whom_was_called(self):
        self._owe(100, 2)
        case = self._get_cases(self.account).with_user(self.manager)
        action = case.action_log_contact()
        form = Form(
            self.env["kuaidi.collection.action"]
            .with_user(self.manager)
            .with_context(**action["context"]),
            "kuaidi_key_account.kuaidi_collection_action_view_form_log",
        )
        self.assertEqual(form.contact_id, self.contact)
        with self.assertRaisesRegex(AssertionError, "content"):
            form.save()
        form.answer = "Pays on Friday"
        self.assertEqual(form.save().case_id, case)

    def test_a_contact_without_a_word_is_not_logged(self):
        self._owe(100, 2)
        case = self._get_cases(self.account)
        log = self.env["kuaidi.collection.action"].with_user(self.manager)
        with self._refused(UserError, "Write what was said"):
            log.create({"case_id": case.id, "channel": "call"})
        self.assertFalse(case.action_ids)
        log.create({"case_id": case.id, "channel": "registered", "proof": "ems"})
        self.assertEqual(len(case.action_ids), 1)
