from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .test_service_gifts import GiftCommon


@tagged("post_install", "-at_install")
class TestVisitGifts(GiftCommon):
    def _prepare_visit(self, *amounts, **values):
        return {
            "account_id": self.account.id,
            "channel": "face",
            "gift_ids": [
                Command.create(
                    {
                        "partner_id": self.contact.id,
                        "name": "Box of tea",
                        "amount": amount,
                        **values,
                    }
                )
                for amount in amounts
            ],
        }

    def _create_visit(self, *amounts, **values):
        visits = self.env["kuaidi.visit"].with_user(self.manager)
        return visits.create(self._prepare_visit(*amounts, **values))

    def test_gifts_of_a_visit_are_recorded_when_it_is_saved(self):
        visit = self._create_visit(100, 50)
        self.assertEqual(visit.gift_ids.mapped("state"), ["approved", "approved"])
        self.assertEqual(visit.gift_ids.account_id, self.account)
        self.assertFalse(visit.gift_note)
        visit.write({"gift_ids": self._prepare_visit(20)["gift_ids"]})
        self.assertEqual(set(visit.gift_ids.mapped("state")), {"approved"})

    def test_above_the_ceiling_the_visit_is_saved_and_says_so(self):
        visit = self._create_visit(300, reason="Opening")
        self.assertEqual(visit.gift_ids.state, "to_approve")
        self.assertIn("Box of tea for Li Na", visit.gift_note)
        self.assertIn("waits for the approval", visit.gift_note)
        visit.gift_ids.with_user(self.centre).action_refuse()
        self.assertIn("was refused", visit.gift_note)

    def test_a_gift_that_may_not_be_given_keeps_the_visit_from_being_saved(self):
        visits = self.env["kuaidi.visit"].search_count([])
        with self.assertRaisesRegex(UserError, "Enter the reason"):
            with self.env.cr.savepoint():
                self._create_visit(300)
        self.account.is_public_body = True
        with self.assertRaisesRegex(UserError, "public body"):
            with self.env.cr.savepoint():
                self._create_visit(1)
        self.assertEqual(self.env["kuaidi.visit"].search_count([]), visits)
        self.assertFalse(self.gifts.search([("account_id", "=", self.account.id)]))

    def test_a_gift_belongs_to_a_visit_to_its_client(self):
        visit = self._create_visit()
        other = self._create_account()
        contact = self._create_contact("Wang Wei", other.partner_id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._create_gift(
                10, account_id=other.id, partner_id=contact.id, visit_id=visit.id
            )
        self.assertFalse(visit.gift_ids)

    def test_a_deleted_visit_leaves_its_gifts_on_file(self):
        visit = self._create_visit(100)
        gift = visit.gift_ids
        visit.with_user(self.centre).unlink()
        self.assertTrue(gift.exists())
        self.assertFalse(gift.visit_id)

    def test_the_form_of_a_visit_takes_gifts(self):
        with Form(self.env["kuaidi.visit"].with_user(self.manager)) as form:
            form.account_id = self.account
            form.channel = "face"
            with form.gift_ids.new() as line:
                line.partner_id = self.contact
                line.name = "Box of tea"
                line.amount = 100
        self.assertEqual(form.record.gift_ids.state, "approved")
