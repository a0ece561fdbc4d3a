from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .promise_common import MORNING, TODAY, PromiseCommon


@freeze_time(MORNING)
@tagged("post_install", "-at_install")
class TestReceivableLetter(PromiseCommon):
    def _write(self, user=None, **values):
        return (
            self.env["kuaidi.collection.letter"]
            .with_user(user or self.manager)
            .create({"case_id": self.case.id, **values})
        )

    def _prove(self, letter, day, files=True, proof="ems"):
        wizard = (
            self.env["kuaidi.collection.letter.delivery"]
            .with_user(self.finance)
            .create(
                {
                    "letter_id": letter.id,
                    "date_delivered": day,
                    "proof": proof,
                    "tracking_ref": "EMS 1",
                }
            )
        )
        if files:
            wizard.attachment_ids = self._upload(self.finance)
        wizard.action_confirm()

    def test_principal_and_interest_stand_apart(self):
        letter = self._write()
        self.assertEqual(
            [
                (line.name, line.days_overdue, line.amount, line.amount_interest)
                for line in letter.line_ids
            ],
            # 0.05 % a day
            [(self.invoice.name, 40, 1000, 20), (self.invoice_2.name, 10, 500, 2.5)],
        )
        self.assertEqual(
            (letter.amount_principal, letter.amount_interest), (1500, 22.5)
        )
        # ten working days
        self.assertEqual(str(letter.date_pay_until), "2026-12-07")

    def test_interest_is_asked_for_only_where_the_letter_says_so(self):
        letter = self._write()
        text = letter._prepare_letter()
        self.assertEqual(len(text["totals"]), 2)
        self.assertIn("1,500.00", text["paragraphs"][1])
        letter.demands_interest = True
        text = letter._prepare_letter()
        self.assertEqual(len(text["totals"]), 3)
        self.assertIn("1,522.50", text["paragraphs"][1])

    def test_the_agreed_rate_goes_before_the_setting(self):
        self.env["kuaidi.contract"].sudo().create(
            {
                "account_id": self.account.id,
                "kind": "master",
                "date_from": TODAY - timedelta(days=100),
                "late_rate": 0.1,
                "credit_limit": 5000,
            }
        ).state = "running"
        letter = self._write()
        self.assertEqual((letter.late_rate, letter.amount_interest), (0.1, 45))
        self.assertIn("约定", letter._prepare_letter()["interest_note"])
        letter.late_rate = 0.02
        self.assertEqual(letter.amount_interest, 9)

    def test_the_button_opens_the_draft_with_its_calculation(self):
        case = self.case.with_user(self.finance)
        action = case.action_write_letter()
        letter = self.env["kuaidi.collection.letter"].browse(action["res_id"])
        self.assertEqual(
            (letter.state, letter.amount_principal, len(letter.line_ids)),
            ("draft", 1500, 2),
        )
        self._pay(self.invoice_2, 500, TODAY)
        # the draft is taken up again, as things stand
        self.assertEqual(case.action_write_letter()["res_id"], letter.id)
        self.assertEqual(letter.amount_principal, 1000)
        with self._refused(AccessError, ""):
            self.case.with_user(self.centre).action_write_letter()
        self.assertEqual(case.letter_ids, letter)

    def test_a_new_version_tells_that_the_late_rate_changes(self):
        contract = (
            self.env["kuaidi.contract"]
            .sudo()
            .create(
                {
                    "account_id": self.account.id,
                    "kind": "master",
                    "date_from": TODAY - timedelta(days=100),
                    "late_rate": 0.05,
                }
            )
        )
        contract.state = "running"
        version = contract.copy({"previous_id": contract.id})
        self.assertEqual(version.late_rate, 0.05)
        version.late_rate = 0.03
        label = version._fields["late_rate"]._description_string(self.env)
        self.assertIn(f"{label}: 0.05 → 0.03", version.changes)

    def test_contested_items_and_credits_are_not_demanded(self):
        self.env["kuaidi.receivable.dispute"].with_user(self.finance)._raise(
            self.account, self._get_item(self.invoice), "price"
        )
        self._create_invoice(self.partner, 200, TODAY, move_type="out_refund")
        letter = self._write()
        self.assertEqual(letter.line_ids.mapped("name"), [self.invoice_2.name])
        self.assertEqual(letter.amount_principal, 300)

    def test_letters_never_threaten_to_hold_parcels(self):
        for kind in ("reminder", "formal"):
            with self.subTest(kind=kind):
                text = " ".join(self._write(kind=kind)._prepare_letter()["paragraphs"])
                self.assertNotRegex(text, "扣|留置")
        mandate = self._write(kind="mandate")._prepare_letter()
        self.assertIn("第五十二条", " ".join(mandate["paragraphs"]))

    def test_a_sent_letter_is_kept_as_it_was(self):
        letter = self._write()
        letter.action_send()
        self.assertEqual(letter.state, "sent")
        self.assertTrue(letter.pdf_id)
        action = letter.action_id
        self.assertEqual(
            (action.channel, action.user_id, action.amount, action.restarts_limitation),
            ("registered", self.manager, 1500, False),
        )
        with self._refused(UserError, "as it was sent"):
            letter.text = "Other words"
        with self._refused(UserError, "sent already"):
            letter.action_send()
        with self._refused(AccessError, "system's"):
            letter.with_user(self.finance).state = "draft"

    def test_proof_of_delivery_restarts_the_limitation(self):
        letter = self._write()
        with self._refused(UserError, "Send the letter first"):
            self._prove(letter, TODAY)
        letter.action_send()
        with self._refused(UserError, "nothing is proved"):
            self._prove(letter, TODAY, files=False)
        with self._refused(UserError, "not after today"):
            self._prove(letter, TODAY + timedelta(days=1))
        self.assertEqual(str(self.case.date_limitation), "2029-10-14")
        self._prove(letter, TODAY)
        self.assertEqual((letter.state, letter.tracking_ref), ("delivered", "EMS 1"))
        self.assertEqual(str(self.case.date_limitation), "2029-11-23")

    def test_a_lawyer_is_asked_from_a_least_amount_on(self):
        letter = self._write(self.finance, kind="mandate")
        with self._refused(UserError, "worth while"):
            letter.action_send()
        self.company.kuaidi_lawyer_amount_min = 1500
        with self._refused(UserError, "law firm"):
            letter.action_send()
        self.company.kuaidi_law_firm_id = self._create_partner(name="Zhengda Law")
        letter.action_send()
        self.assertEqual(letter.action_id.channel, "legal")
        self.assertEqual(letter._prepare_letter()["client"], "Zhengda Law")

    def test_figures_of_a_letter_are_not_forged(self):
        with self._refused(AccessError, "system's"):
            self._write(amount_principal=9)
        with self._refused(AccessError, "system's"):
            self._write(state="delivered")
        letter = self._write()
        with self._refused(AccessError, ""):
            letter.line_ids.write({"amount": 9})
        with self._refused(AccessError, "system's"):
            letter.line_ids = [Command.clear()]
        self.assertEqual(letter.amount_principal, 1500)

    def test_letters_are_written_for_ones_own_clients(self):
        for user in (self.manager_2, self.sales, self.centre):
            with self.subTest(user=user.login), self._refused(AccessError, ""):
                self._write(user)
        self.assertTrue(self._write(self.finance))

    def test_a_letter_is_in_the_clients_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.partner.lang = "zh_CN"
        text = self._write()._prepare_letter()
        self.assertEqual((text["lang"], text["is_chinese"]), ("zh-CN", True))
