import base64
import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .price_common import PriceCommon
from .service_common import TODAY

LIST = """运单号,寄件日期,目的省份,重量(kg),长(cm),宽(cm),高(cm),附加服务
SF1,2026-02-01,广东,0.8,,,,
SF2,2026-02-01,广东省深圳市,2.3,40,30,26,
SF3,2026/2/2,HD,1.2kg,,,,送货上门
SF4,20260202,上海市,3,,,,
SF5,2026-02-03,火星,1,,,,
SF6,2026-02-03,广东,0,,,,
SF7,2026-02-03,广东,很重,,,,
SF8,2026-02-03,,1,,,,
SF9,2月3日,广东,1,,,,
SF10,2026-02-03,广东,1,40,30,,
SF11,2026-02-03,广东,1,,,,气球
SF12,2026-02-03,黑龙江,1,,,,
"""


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestPriceRating(PriceCommon):
    """A month of shipments against one agreement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls._quote(10)
        cls.agreement.surcharge_ids = [
            Command.create({"name": "送货上门", "condition": "demand", "amount": 2})
        ]

    def _rate(self, text=LIST, user=None, agreement=None, **values):
        content = text if isinstance(text, bytes) else text.encode()
        agreement = (agreement or self.agreement).with_user(user or self.sales)
        action = agreement.action_rate()
        rating = self.env[action["res_model"]].with_user(user or self.sales)
        rating = rating.browse(action["res_id"])
        rating.write(
            {"file": base64.b64encode(content), "file_name": "february.csv"} | values
        )
        rating.action_rate()
        while not rating.action_read_next()["is_done"]:
            continue
        return rating

    def _read_result(self, rating):
        content = base64.b64decode(rating.rated_file)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]

    def test_each_shipment_has_an_amount_or_a_reason(self):
        rating = self._rate()
        self.assertEqual(
            (rating.row_count, rating.priced_count, rating.unpriced_count), (12, 4, 8)
        )
        rows = self._read_result(rating)
        self.assertEqual(
            [(row[1], row[8], row[9]) for row in rows[:4]],
            [
                ("SF1", 1, 7.2),
                # 5.2 kg by volume: 8 + 5 × 2, less 10 %
                ("SF2", 6, 16.2),
                # 10 + 4, less 10 %, and 2 for the door
                ("SF3", 2, 14.6),
                ("SF4", 3, 16.2),
            ],
        )
        for row, reason in zip(
            rows[4:12],
            (
                "火星 is in no zone",
                "above 0 kg",
                "很重 is no weight",
                "destination is missing",
                "2月3日 is no date",
                "length, width and height",
                "No surcharge on demand is called 气球",
                "no line for this zone",
            ),
            strict=True,
        ):
            with self.subTest(row=row):
                self.assertIsNone(row[9])
                self.assertIn(reason, row[10])
        self.assertEqual(rating.amount_rated, 54.2)
        self.assertEqual(rows[-1][8:10], ["To settle", 54.2])
        self.assertEqual(rating.row_ids.mapped("number"), list(range(6, 14)))
        self.assertIn("火星", rating.row_ids[0].reason)

    def test_a_list_is_rated_the_same_in_any_number_of_steps(self):
        self.agreement.write(
            {
                "ladder_ids": [
                    Command.create({"pieces_from": 11, "discount_percent": 5})
                ],
                "excess_ids": [
                    Command.create(
                        {"pieces_from": 1, "pieces_to": 1, "amount_piece": 6}
                    ),
                    Command.create({"pieces_from": 2, "amount_piece": 5}),
                ],
            }
        )
        whole = self._rate()
        # the unpriced ones are shipped too: 11 parcels of a day in February
        self.assertEqual(self._read_result(whole)[0][9], 5.13)
        # a step of a CSV file holds as many rows as asked for
        self.patch(type(self.env["kuaidi.price.rating"]), "_step_rows", 2)
        parts = self._rate()
        self.assertEqual(len(parts.chunk_ids), 7)
        self.assertEqual(parts.amount_rated, whole.amount_rated)
        self.assertEqual(self._read_result(parts), self._read_result(whole))

    def test_the_month_s_parcels_may_be_given(self):
        self.agreement.ladder_ids = [
            Command.create({"pieces_from": 100, "discount_percent": 50})
        ]
        self.assertEqual(self._rate().amount_rated, 54.2)
        self.assertEqual(self._read_result(self._rate(month_pieces=100))[0][9], 3.6)

    def test_the_assessment_is_taken_off_each_month(self):
        self.agreement.amount_assessment = 4
        rating = self._rate()
        self.assertEqual((rating.amount_deducted, rating.amount_total), (4, 50.2))
        rating = self._rate(LIST + "SF13,2026-03-01,广东,1,,,,\n")
        self.assertEqual((rating.amount_deducted, rating.amount_total), (8, 53.4))

    def test_a_workbook_is_rated_as_well(self):
        book = openpyxl.Workbook()
        for line in LIST.splitlines():
            book.active.append(line.split(","))
        output = io.BytesIO()
        book.save(output)
        self.assertEqual(self._rate(output.getvalue()).amount_rated, 54.2)

    def test_lists_that_cannot_be_rated_are_refused(self):
        for message, text in (
            ("needs a column for the destination", "运单号,重量\nSF1,1\n"),
            ("needs a column for the destination", "目的地,备注\n广东,1\n"),
            ("file is empty", " "),
        ):
            with self.subTest(text=text), self._refused(UserError, message):
                self._rate(text)
        with self._refused(UserError, "Choose the list"):
            self._rate("")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_reads_the_prices_rates_by_them_and_nobody_else(self):
        for user in (self.finance, self.manager, self.centre):
            with self.subTest(user=user.login):
                self.assertEqual(self._rate(user=user).amount_rated, 54.2)
        stranger = self._create_user("kuaidi_stranger", "group_account_manager")
        with self._refused(AccessError):
            self._rate(user=stranger)
        ratings = self.env["kuaidi.price.rating"].with_user(stranger)
        values = {
            "agreement_id": self.agreement.id,
            "file": base64.b64encode(LIST.encode()),
        }
        with self._refused(AccessError):
            ratings.create(values)
        # nor does one go on whose agreement may be read no more
        foreign = ratings.sudo().create(values).sudo(False)
        with self._refused(AccessError):
            foreign.action_rate()
        rating = self._rate()
        with self._refused(AccessError):
            rating.with_user(self.manager).read(["amount_rated"])
        with self._refused(AccessError):
            rating.write({"amount_rated": 1})
        with self._refused(AccessError):
            rating.chunk_ids.write({"results": []})
        with self._refused(AccessError):
            rating.row_ids.write({"reason": "free"})
        self.assertEqual(rating.amount_rated, 54.2)
