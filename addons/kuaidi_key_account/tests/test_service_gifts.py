from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import KuaidiCommon

# noon in Shanghai
NOW = "2026-03-02 04:00:00"


class GiftCommon(KuaidiCommon):
    """200 yuan for a gift, 500 for a person and year, nothing for public bodies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.gifts = cls.env["kuaidi.gift"].with_user(cls.manager)
        cls.account = cls._create_account(partner_id=cls.client.id)
        cls.contact = cls._create_contact("Li Na", cls.client)

    @classmethod
    def _create_contact(cls, name, client):
        return cls.env["res.partner"].create({"name": name, "parent_id": client.id})

    @classmethod
    def _create_gift(cls, amount, user=None, record=True, **values):
        gift = (
            cls.env["kuaidi.gift"]
            .with_user(user or cls.manager)
            .create(
                {
                    "account_id": cls.account.id,
                    "partner_id": cls.contact.id,
                    "name": "Box of tea",
                    "amount": amount,
                    **values,
                }
            )
        )
        if record:
            gift.action_record()
        return gift


@tagged("post_install", "-at_install")
class TestGifts(GiftCommon):
    def _refuse(self, message, method, *args):
        with self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
            method(*args)

    def test_a_gift_within_the_ceilings_is_recorded_without_a_reviewer(self):
        gift = self._create_gift(200)
        self.assertEqual(gift.state, "approved")
        self.assertFalse(gift.is_above_ceiling)
        self.assertFalse(gift.sudo().review_ids)
        self.assertFalse(gift.decided_by_id)
        self.assertEqual(gift.requested_by_id, self.manager)
        self.assertEqual(gift.date, date(2026, 3, 2))
        self.assertIn("Within the ceiling", gift.message_ids[0].body)

    @freeze_time("2025-12-31 16:30:00")
    def test_today_is_that_of_the_company(self):
        self.assertEqual(self._create_gift(10).date, date(2026, 1, 1))

    def test_a_gift_above_the_ceiling_goes_to_the_crm_centre(self):
        gift = self._create_gift(200.01, reason="Ten years of cooperation")
        self.assertEqual(gift.state, "to_approve")
        self.assertTrue(gift.is_above_ceiling)
        self.assertEqual(
            gift.sudo().review_ids.reviewer_group_id,
            self.env.ref("kuaidi_key_account.group_crm_centre"),
        )
        gift.with_user(self.centre).action_approve()
        self.assertEqual(gift.state, "approved")
        self.assertEqual(gift.decided_by_id, self.centre)
        self.assertTrue(gift.date_decided)

    def test_a_refused_gift_does_not_count(self):
        gift = self._create_gift(450, reason="Ten years of cooperation")
        gift.with_user(self.centre).action_refuse()
        self.assertEqual((gift.state, gift.decided_by_id), ("refused", self.centre))
        self.assertEqual(self._create_gift(200).state, "approved")
        self.assertEqual(gift.amount_year, 200)

    def test_above_a_ceiling_a_reason_is_needed(self):
        for reason in (False, "  "):
            with self.subTest(reason=reason):
                gift = self._create_gift(201, record=False, reason=reason)
                self._refuse("Enter the reason of Box of tea", gift.action_record)
                self.assertEqual(gift.state, "draft")
                self.assertFalse(gift.is_above_ceiling)

    def test_the_year_of_a_person_has_a_ceiling_too(self):
        self._create_gift(200)
        waiting = self._create_gift(250, reason="Ten years of cooperation")
        self.assertEqual(waiting.state, "to_approve")
        self.assertEqual(self._create_gift(50).state, "approved")
        gift = self._create_gift(0.01, record=False)
        self.assertIn("with it, li na has got", gift.ceiling_note.lower())
        self.assertIn("500.01", gift.ceiling_note)
        self.assertEqual(gift.amount_year, 500.01)
        gift.reason = "Birthday"
        gift.action_record()
        self.assertEqual(gift.state, "to_approve")
        for values in (
            {"date": "2025-12-31"},
            {"date": "2027-01-01"},
            {"partner_id": self._create_contact("Wang Wei", self.client).id},
        ):
            with self.subTest(values):
                self.assertEqual(self._create_gift(200, **values).state, "approved")

    def test_gifts_recorded_together_share_the_ceiling_of_the_year(self):
        gifts = self.gifts.union(
            *(self._create_gift(200, record=False, reason="Party") for _n in range(3))
        )
        gifts.action_record()
        self.assertEqual(
            gifts.sorted("id").mapped("state"), ["approved", "approved", "to_approve"]
        )

    def test_ceilings_are_those_of_the_company(self):
        self.company.kuaidi_gift_amount_max = 0
        gift = self._create_gift(1, reason="Pen")
        self.assertEqual(gift.state, "to_approve")
        self.company.write(
            {"kuaidi_gift_amount_max": 3000, "kuaidi_gift_amount_year_max": 3000}
        )
        self.assertEqual(self._create_gift(2999).state, "approved")

    @mute_logger("odoo.sql_db")
    def test_a_ceiling_below_zero_is_refused(self):
        for name in (
            "kuaidi_gift_amount_max",
            "kuaidi_gift_amount_year_max",
            "kuaidi_gift_public_amount_max",
        ):
            with self.subTest(name):
                before = self.company[name]
                with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                    self.company[name] = -1
                    self.company.flush_recordset()
                self.company.invalidate_recordset()
                self.assertEqual(self.company[name], before)

    def test_a_gift_to_a_public_body_is_refused_outright(self):
        self.account.is_public_body = True
        gift = self._create_gift(1, record=False, reason="National Day")
        self.assertIn("public body", gift.ceiling_note)
        for method in ("action_record", "action_request_approval"):
            for user in (self.manager, self.centre):
                with self.subTest(method=method, user=user.login):
                    self._refuse(
                        r"public body or state-owned.*0\.00.*nobody can approve",
                        getattr(gift.with_user(user), method),
                    )
        self.assertEqual(gift.state, "draft")
        self.assertFalse(gift.sudo().review_ids)
        self.company.kuaidi_gift_public_amount_max = 50
        gift.action_record()
        self.assertEqual(gift.state, "approved")
        self._refuse("public body", self._create_gift, 50.01)

    def test_a_client_that_became_a_public_body_gets_nothing_approved(self):
        gift = self._create_gift(300, reason="Ten years of cooperation")
        self.account.is_public_body = True
        self._refuse("public body", gift.with_user(self.centre).action_approve)
        self.assertEqual(gift.state, "to_approve")
        self.assertEqual(gift.sudo().review_ids.mapped("status"), ["pending"])
        gift.with_user(self.centre).action_refuse()
        self.assertEqual(gift.state, "refused")

    def test_a_gift_is_for_a_person_of_the_client(self):
        stranger = self._create_contact("Wang Wei", self._create_partner())
        for partner in (self.client, stranger):
            with self.subTest(partner=partner.name):
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self._create_gift(10, partner_id=partner.id)
        self.assertFalse(self.gifts.search([("account_id", "=", self.account.id)]))

    @mute_logger("odoo.sql_db")
    def test_a_gift_has_a_value_and_a_recipient(self):
        for values in ({"amount": 0}, {"amount": -1}, {"partner_id": False}):
            with self.subTest(values):
                amount = values.pop("amount", 10)
                with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                    self._create_gift(amount, record=False, **values)
        self.assertFalse(self.gifts.search([("account_id", "=", self.account.id)]))

    def test_people_of_a_closed_client_get_no_gifts(self):
        gift = self._create_gift(10, record=False)
        self.account.sudo().state = "closed"
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            gift.action_record()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._create_gift(10)
        self.assertEqual(gift.state, "draft")

    def test_a_recorded_gift_stays_as_it_is(self):
        other = self._create_contact("Wang Wei", self.client)
        gifts = self._create_gift(100) | self._create_gift(300, reason="Opening")
        for gift in gifts:
            for name, value in (
                ("amount", 1),
                ("partner_id", other.id),
                ("date", "2020-01-01"),
                ("name", "Pen"),
                ("reason", "Other"),
            ):
                with self.subTest(state=gift.state, name=name):
                    before = gift[name]
                    self._refuse("is recorded already", gift.write, {name: value})
                    self.assertEqual(gift[name], before)
            self._refuse("is recorded already", gift.action_record)
            self._refuse("has to stay on file", gift.unlink)
        self.assertEqual(gifts.exists(), gifts)

    def test_a_draft_can_be_changed_and_deleted(self):
        gift = self._create_gift(100, record=False)
        gift.amount = 120
        self.assertEqual(gift.amount_year, 120)
        gift.unlink()
        self.assertFalse(gift.exists())

    def test_a_copy_is_a_draft_of_its_own(self):
        gift = self._create_gift(300, reason="Opening")
        copy = gift.copy()
        self.assertEqual((copy.state, copy.is_above_ceiling), ("draft", False))
        self.assertFalse(copy.requested_by_id)

    def test_the_form_says_what_recording_comes_to(self):
        with Form(self.gifts) as form:
            form.account_id = self.account
            form.partner_id = self.contact
            form.name = "Box of tea"
            form.amount = 100
            self.assertIn("Within the ceiling", form.ceiling_note)
            form.amount = 1000
            self.assertIn("above the ceiling of", form.ceiling_note)
            self.assertEqual(form.amount_year, 1000)

    def test_recording_takes_as_many_queries_for_ten_gifts_as_for_two(self):
        self.company.kuaidi_gift_amount_year_max = 100_000

        def count(number):
            gifts = self.gifts.union(
                *(self._create_gift(10, record=False) for _number in range(number))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            gifts.action_record()
            self.env.flush_all()
            self.assertEqual(set(gifts.mapped("state")), {"approved"})
            return self.cr.sql_log_count - before

        count(1)
        few, many = count(2), count(20)
        self.assertEqual(many, few)
