from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .price_common import PriceCommon
from .service_common import TODAY


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestPriceAgreement(PriceCommon):
    """Special prices from the tariff to the price of a parcel."""

    def test_new_prices_begin_as_the_tariff_and_show_the_price_at_once(self):
        with Form(
            self.env["kuaidi.price.agreement"]
            .with_user(self.sales)
            .with_context(default_account_id=self.account.id)
        ) as form:
            self.assertEqual(len(form.line_ids), 3)
            self.assertEqual(form.calc_zone_id, self.zones["HN"])
            self.assertEqual(form.calc_amount, 8.0)
            form.discount_percent = 10
            self.assertEqual(form.calc_amount, 7.2)
            self.assertIn("7.20", form.calc_steps)
            form.calc_weight_kg = 2.5
            self.assertEqual(form.calc_amount, 10.8)
            self.assertEqual(form.depth_percent, 10.0)
            self.assertEqual(form.required_level, "none")
            form.discount_percent = 25
            self.assertEqual(form.required_level, "centre")
            self.assertIn("25 %", form.note_depth)
        agreement = form.record
        self.assertEqual(agreement.volumetric_divisor, 6000)
        self.assertFalse(any(agreement.line_ids.mapped("amount_floor")))
        self.assertEqual(agreement.surcharge_ids.name, "Oversize")
        self.assertRegex(agreement.name, r"^JG-2026-\d+$")

    def test_the_price_shows_as_soon_as_the_client_is_chosen(self):
        with Form(self.env["kuaidi.price.agreement"].with_user(self.sales)) as form:
            self.assertFalse(form.calc_zone_id)
            form.account_id = self.account
            self.assertEqual(
                (form.calc_zone_id, form.calc_amount), (self.zones["HN"], 8)
            )

    def test_terms_that_were_given_stay_beside_the_tariff_s_lines(self):
        agreement = self._quote(5, volumetric_divisor=8000)
        self.assertEqual(agreement.volumetric_divisor, 8000)
        self.assertEqual(len(agreement.line_ids), 3)
        # bulky goods weigh a quarter less
        self.assertGreater(agreement.depth_percent, 20)

    def test_a_price_is_told_with_its_steps(self):
        agreement = self._quote(discount=15)
        price = agreement._get_price(
            zone="广东", weight_kg=2.3, length_cm=40, width_cm=30, height_cm=26
        )
        self.assertEqual((price["amount"], price["weight_kg"]), (15.3, 6.0))
        self.assertEqual(
            price["steps"],
            [
                "Volumetric weight 5.2 kg (divisor 6000) is more than 2.3 kg: it is"
                " charged",
                "Charged as 6 kg, in steps of 1 kg",
                "South China, above 0 kg: first 1 kg 8.00 yuan, 5 × 1 kg at 2.00 yuan:"
                " 18.00 yuan",
                "Composite discount of 15 %: 15.30 yuan",
                "The client pays 15.30 yuan",
            ],
        )

    def test_a_zone_is_found_by_all_its_names(self):
        agreement = self._quote()
        for name in (
            "HD",
            "hd",
            "East China",
            "上海市",
            "上海",
            self.zones["HD"],
            self.env.ref("base.state_cn_ZJ"),
        ):
            with self.subTest(name=name):
                self.assertEqual(
                    agreement._get_price(zone=name, weight_kg=1)["amount"], 10.0
                )

    def test_what_has_no_price_is_refused_in_words(self):
        agreement = self._quote()
        self._get_line_of(agreement, "HD").weight_to = 30
        for message, values in (
            ("Atlantis is in no zone", {"zone": "Atlantis"}),
            ("no line for this zone", {"zone": self.zones["DB"]}),
            ("Say where", {}),
            ("above 0 kg", {"zone": "HN", "weight_kg": 0}),
            ("above 0 kg", {"zone": "HN", "weight_kg": -2}),
            ("above the last weight band", {"zone": "HD", "weight_kg": 30.5}),
            ("length, width and height", {"zone": "HN", "length_cm": 10}),
            ("called Balloon", {"zone": "HN", "services": "Balloon"}),
        ):
            with self.subTest(message=message):
                with self.assertRaisesRegex(UserError, message):
                    agreement._get_price(**({"weight_kg": 1} | values))

    @mute_logger("odoo.sql_db")
    def test_impossible_numbers_do_not_reach_the_database(self):
        agreement = self._quote()
        for name, values in (
            ("period_order", {"date_to": "2026-03-01"}),
            ("divisor_positive", {"volumetric_divisor": 0}),
            ("divisor_positive", {"volumetric_divisor": -6000}),
            ("discount_range", {"discount_percent": 100.5}),
            ("discount_range", {"discount_percent": -1}),
            ("step_positive", {"weight_step_kg": -0.5}),
            ("amounts_positive", {"amount_minimum": -1}),
        ):
            with self.subTest(values=values), self._refused(IntegrityError, name):
                agreement.write(values)
        line = self._get_line_of(agreement, "HN")
        for values in (
            {"amount_first": -1},
            {"amount_continued": -1},
            {"weight_first": 0},
            {"weight_continued": 0},
            {"weight_from": 5, "weight_to": 3},
            {"weight_from": -1},
        ):
            with self.subTest(values=values), self._refused(IntegrityError):
                line.write(values)
        self.assertEqual((line.amount_first, line.weight_continued), (8, 1))

    def test_gaps_and_overlaps_keep_prices_from_being_agreed(self):
        for message, values in (
            ("South China: no price between 1 and 2 kg", {"weight_from": 2}),
            ("South China: the weight bands overlap at 0.5", {"weight_from": 0.5}),
        ):
            with self.subTest(message=message):
                agreement = self._quote()
                line = self._get_line_of(agreement, "HN")
                line.weight_to = 1
                agreement.line_ids = [
                    Command.create(
                        {"zone_id": self.zones["HN"].id, "amount_first": 9} | values
                    )
                ]
                self.assertIn(message, agreement.note_depth)
                with self._refused(ValidationError, message):
                    agreement.action_start()
                self.assertEqual(agreement.state, "draft")

    def test_prices_stay_within_their_contract_and_with_their_client(self):
        other = self._create_served_account(name="Lanjing")
        foreign = self._create_contract(account=other)
        agreement = self._quote()
        with self._refused(ValidationError, "not a contract of"):
            agreement.sudo().contract_id = foreign
        with self._refused(ValidationError, "have to lie within"):
            agreement.sudo().write(
                {"contract_id": self.contract.id, "date_to": "2027-01-31"}
            )
        with self._refused(UserError, "stay with their client"):
            agreement.with_user(self.manager).account_id = other
        self.assertFalse(agreement.contract_id)
        self.assertEqual(agreement.account_id, self.account)

    def test_floor_prices_belong_to_the_tariff(self):
        agreement = self._quote()
        with self._refused(ValidationError, "belong to the tariff"):
            agreement.line_ids[0].amount_floor = 3
        self.assertEqual(agreement.line_ids[0].amount_floor, 0)

    def test_a_province_belongs_to_one_zone(self):
        guangdong = self.env.ref("base.state_cn_GD")
        with self._refused(ValidationError, "belongs to South China"):
            self.zones["HD"].state_ids |= guangdong
        self.assertNotIn(guangdong, self.zones["HD"].state_ids)

    def test_prices_are_copied_for_a_new_contract(self):
        agreement = self._quote(discount=15, contract_id=self.contract.id)
        agreement.action_start()
        contract = self._create_contract(
            state="draft", date_from="2027-01-01", date_to="2027-12-31"
        )
        copy = agreement._copy_for(contract, contract.date_from, contract.date_to)
        self.assertEqual((copy.state, copy.discount_percent), ("draft", 15))
        self.assertEqual(copy.contract_id, contract)
        self.assertEqual(
            copy._get_terms().get_digest(), agreement._get_terms().get_digest()
        )
        self.assertNotEqual(copy.name, agreement.name)

    def test_the_client_s_file_shows_how_deep_its_prices_are(self):
        account = self.account.with_user(self.sales)
        self.assertEqual(
            (account.price_running_count, account.price_open_count), (0, 0)
        )
        agreement = self._quote(12)
        self.env.invalidate_all()
        self.assertEqual(
            (account.price_running_count, account.price_open_count), (0, 1)
        )
        agreement.action_start()
        self.env.invalidate_all()
        self.assertEqual(account.price_depth_percent, 12)
        self.assertEqual(
            (account.price_running_count, account.price_open_count), (1, 0)
        )
        action = account.action_view_prices()
        self.assertEqual(agreement.search(action["domain"]), agreement)
        action = self.contract.with_user(self.sales).action_view_prices()
        self.assertFalse(agreement.search(action["domain"]))
