from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.price_arithmetic import (
    Line,
    PriceError,
    PriceTable,
    Rung,
    Surcharge,
    Terms,
    round_up,
)
from ..tools.price_depth import compare
from ..tools.price_problems import find_problems

D = Decimal


def line(zone, weight_from, weight_to, first, continued=0, **values):
    """Return a line with one kilogram of first and of continued weight."""
    return Line(
        zone,
        D(str(weight_from)),
        None if weight_to is None else D(str(weight_to)),
        values.get("weight_first", D(1)),
        D(str(first)),
        values.get("weight_continued", D(1)),
        D(str(continued)),
    )


def terms(**values):
    """Return the terms of a tariff to two zones."""
    values.setdefault("lines", [line("gd", 0, None, 8, 2), line("xj", 0, 30, 20, 15)])
    values.setdefault("remote", frozenset(["xj"]))
    values.setdefault("undiscounted", values["remote"])
    return Terms(**values)


@tagged("post_install", "-at_install")
class TestPriceArithmetic(BaseCase):
    """Freight on plain numbers, without a database."""

    def test_freight_of_first_and_continued_weight(self):
        table = PriceTable(terms())
        for weight, amount in (
            ("0.01", "8.00"),
            ("1", "8.00"),
            ("1.001", "10.00"),
            ("2", "10.00"),
            ("10.5", "28.00"),
        ):
            with self.subTest(weight=weight):
                self.assertEqual(table.price("gd", D(weight)).amount, D(amount))

    def test_a_weight_on_the_edge_belongs_to_the_lower_band(self):
        table = PriceTable(
            terms(
                step=D("0.1"),
                lines=[
                    line("gd", 0, 1, 5),
                    line("gd", 1, 3, 7),
                    line("gd", 3, None, 7, 2, weight_first=D(3)),
                ],
            )
        )
        for weight, amount in (
            ("1", 5),
            ("1.1", 7),
            ("3", 7),
            ("3.1", 9),
            ("5", 11),
            ("5.01", 13),
        ):
            with self.subTest(weight=weight):
                self.assertEqual(table.price("gd", D(weight)).amount, amount)

    def test_the_greater_of_actual_and_volumetric_weight_is_charged(self):
        table = PriceTable(terms())
        for sizes, weight, charged, code in (
            ((40, 30, 25), "2", 5, "volumetric"),
            ((40, 30, 25), "5", 5, "actual"),
            ((40, 30, 26), "2", 6, "volumetric"),
            ((10, 10, 10), "2", 2, "actual"),
        ):
            with self.subTest(sizes=sizes, weight=weight):
                price = table.price("gd", D(weight), *map(D, sizes))
                self.assertEqual(price.weight, charged)
                self.assertEqual(price.steps[0][0], code)

    def test_weights_are_rounded_up_to_whole_steps(self):
        for weight, step, expected in (
            ("1.2", "0.5", "1.5"),
            ("1.5", "0.5", "1.5"),
            ("0.001", "1", "1"),
            ("1.234", "0", "1.234"),
        ):
            with self.subTest(weight=weight, step=step):
                self.assertEqual(round_up(D(weight), D(step)), D(expected))

    def test_discount_and_rebate_are_rounded_one_after_the_other(self):
        table = PriceTable(
            terms(
                discount=D("12.5"), ladder=[Rung(101, None, D(5)), Rung(0, 100, D(0))]
            )
        )
        price = table.price("gd", D("2.3"), month_pieces=101)
        self.assertEqual(
            [(code, values["amount"]) for code, values in price.steps[-3:]],
            [
                ("discount", D("10.50")),
                ("rebate", D("9.98")),
                ("total", D("9.98")),
            ],
        )
        self.assertEqual(
            table.price("gd", D("2.3"), month_pieces=100).amount, D("10.50")
        )
        self.assertEqual(table.price("gd", D("2.3")).amount, D("10.50"))

    def test_remote_zones_are_not_discounted(self):
        values = {"discount": D(20), "ladder": [Rung(0, None, D(10))]}
        table = PriceTable(terms(**values))
        self.assertEqual(table.price("xj", D(2), month_pieces=500).amount, 35)
        self.assertEqual(table.price("gd", D(2), month_pieces=500).amount, D("7.20"))
        allowed = PriceTable(terms(**values, undiscounted=frozenset()))
        self.assertEqual(allowed.price("xj", D(2), month_pieces=500).amount, D("25.20"))

    def test_the_minimum_holds_before_surcharges(self):
        table = PriceTable(
            terms(
                discount=D(50),
                minimum=D(5),
                surcharges=[Surcharge("s", "Fuel", "percent", "always", D(10))],
            )
        )
        price = table.price("gd", D(1))
        self.assertEqual((price.freight, price.amount), (5, D("5.50")))

    def test_surcharges_apply_under_their_conditions_only(self):
        surcharges = [
            Surcharge("r", "Remote", "piece", "remote", D(3)),
            Surcharge("o", "Oversize", "piece", "oversize", D(10), D(120)),
            Surcharge("w", "Heavy", "weight", "overweight", D("0.5"), D(30)),
            Surcharge("p", "Peak", "percent", "peak", D(10), D(0), 1111, 1120),
            Surcharge("d", "Door", "piece", "demand", D(2)),
        ]
        table = PriceTable(terms(surcharges=surcharges))
        for values, added in (
            ({}, 0),
            ({"zone": "xj"}, 3),
            ({"length_cm": D(121), "width_cm": D(1), "height_cm": D(1)}, 10),
            ({"length_cm": D(120), "width_cm": D(1), "height_cm": D(1)}, 0),
            ({"weight_kg": D(30)}, 0),
            ({"weight_kg": D(31)}, D("15.5")),
            ({"date": 1110}, 0),
            ({"date": 1111}, D("0.8")),
            ({"date": 1120}, D("0.8")),
            ({"date": 1121}, 0),
            ({"services": ("d",)}, 2),
        ):
            with self.subTest(values=values):
                price = table.price(**({"zone": "gd", "weight_kg": D(1)} | values))
                self.assertEqual(price.amount - price.freight, added)

    def test_progressive_excess_prices_each_parcel_of_a_day_by_its_rung(self):
        """2.9 (b): band-1 daily volume × price-1 + excess × price-2."""
        table = PriceTable(
            terms(excess=[Rung(1, 1000, D("3.2")), Rung(1001, None, D("2.8"))])
        )
        rated = [table.rate("gd", D(1), position=n)[0] for n in range(1, 1501)]
        self.assertEqual(sum(rated), 1000 * D("3.2") + 500 * D("2.8"))
        self.assertEqual(table.price("gd", D(1), day_pieces=1500).amount, D("3.07"))
        self.assertEqual(table.price("gd", D(1), day_pieces=1000).amount, D("3.20"))
        bands = [line("gd", 0, 1, 8), line("gd", 1, None, 30, 2, weight_first=D(12))]
        banded = PriceTable(terms(lines=bands, excess=[Rung(1, None, D(3))]))
        self.assertEqual(banded.price("gd", D(1)).amount, 3)
        self.assertEqual(banded.price("gd", D(13)).amount, 3 + 22 + 2)
        # the continued weight on top, and remote zones keep their own price
        self.assertEqual(table.price("gd", D(2), day_pieces=10).amount, D("5.20"))
        self.assertEqual(table.price("xj", D(1), day_pieces=10).amount, 20)

    def test_what_has_no_price_is_said_why(self):
        table = PriceTable(terms(lines=[line("xj", 0, 1, 5), line("xj", 2, 30, 8)]))
        for code, zone, weight, sizes in (
            ("zone", "mars", 1, ()),
            ("weight", "xj", 0, ()),
            ("weight", "xj", -1, ()),
            ("gap", "xj", 2, ()),
            ("beyond", "xj", "30.5", ()),
            ("size", "xj", 1, (10, 0, 10)),
            ("size", "xj", 1, (10, -5, 10)),
        ):
            with self.subTest(code=code, weight=weight):
                with self.assertRaises(PriceError) as caught:
                    table.price(zone, D(weight), *map(D, sizes))
                self.assertEqual(caught.exception.code, code)

    def test_rating_many_gives_what_pricing_one_gives(self):
        table = PriceTable(
            terms(discount=D(15), ladder=[Rung(0, None, D(3))], minimum=D(6))
        )
        rebate = table.get_rebate(50)
        for zone in ("gd", "xj"):
            for grams in range(100, 30000, 617):
                weight = D(grams) / 1000
                sizes = (D(30), D(20), D(grams % 40 + 1))
                one = table.price(zone, weight, *sizes, month_pieces=50)
                many = table.rate(zone, weight, sizes, rebate)
                self.assertEqual(many, (one.amount, one.freight, one.weight))

    def test_bad_terms_are_found_before_anybody_relies_on_them(self):
        good = [line("gd", 0, 1, 5), line("gd", 1, None, 5, 2)]
        self.assertEqual(find_problems(terms(lines=good)), [])
        for code, values in (
            ("divisor", {"divisor": D(0)}),
            ("divisor", {"divisor": D(-1)}),
            ("step", {"step": D(-1)}),
            ("discount", {"discount": D(101)}),
            ("discount", {"discount": D(-1)}),
            ("negative", {"minimum": D(-1)}),
            ("empty", {"lines": []}),
            ("first", {"lines": [line("gd", 1, None, 5)]}),
            ("gap", {"lines": [line("gd", 0, 1, 5), line("gd", 2, None, 5)]}),
            ("overlap", {"lines": [line("gd", 0, 2, 5), line("gd", 1, None, 5)]}),
            ("overlap", {"lines": [line("gd", 0, None, 5), line("gd", 3, None, 5)]}),
            ("overlap", {"lines": [*good, line("gd", 1, None, 5)]}),
            ("band", {"lines": [line("gd", 0, 0, 5)]}),
            ("negative", {"lines": [line("gd", 0, None, -5)]}),
            ("continued", {"lines": [line("gd", 0, None, 5, weight_continued=D(0))]}),
            ("rebate", {"ladder": [Rung(0, None, D(101))]}),
            ("ladder_gap", {"ladder": [Rung(0, 9, D(0)), Rung(11, None, D(5))]}),
            ("ladder_overlap", {"ladder": [Rung(0, 9, D(0)), Rung(9, None, D(5))]}),
            ("ladder_overlap", {"ladder": [Rung(0, None, D(0)), Rung(9, 20, D(5))]}),
            ("excess_gap", {"excess": [Rung(10, None, D(5))]}),
            ("negative", {"excess": [Rung(1, None, D(-5))]}),
            ("peak", {"surcharges": [Surcharge("p", "P", "piece", "peak", D(1))]}),
            (
                "negative",
                {"surcharges": [Surcharge("p", "P", "piece", "always", D(-1))]},
            ),
        ):
            values.setdefault("lines", good)
            with self.subTest(code=code, values=values):
                self.assertIn(
                    code, [found[0] for found in find_problems(terms(**values))]
                )


@tagged("post_install", "-at_install")
class TestPriceDepth(BaseCase):
    """How far special prices are below the tariff."""

    def _compare(self, floors=None, base=None, **values):
        return compare(
            PriceTable(terms(**values)), PriceTable(base or terms()), floors or {}
        )

    def test_the_worst_of_all_bands_counts(self):
        depth = self._compare(
            lines=[line("gd", 0, None, 8, 1), line("xj", 0, 30, 20, 15)]
        )
        # 50 kg: 8 + 49 against 8 + 98
        self.assertEqual((depth.worst.zone, depth.worst.percent), ("gd", D("46.2")))
        self.assertFalse(depth.missing or depth.floor or depth.undiscounted)

    def test_every_rebate_within_reach_counts(self):
        for percent, values in (
            ("0.0", {}),
            ("10.0", {"discount": D(10)}),
            ("14.5", {"discount": D(10), "ladder": [Rung(900, None, D(5))]}),
            ("62.5", {"excess": [Rung(1, 9, D(5)), Rung(10, None, D(3))]}),
        ):
            with self.subTest(values=values):
                self.assertEqual(self._compare(**values).worst.percent, D(percent))

    def test_bulky_goods_show_what_a_greater_divisor_gives_away(self):
        worst = self._compare(divisor=D(12000)).worst
        self.assertTrue(worst.is_bulky)
        self.assertGreater(worst.percent, D(30))
        self.assertEqual(self._compare(divisor=D(5000)).worst.percent, 0)

    def test_prices_below_the_floor_are_found(self):
        floors = {"gd": [line("gd", 0, None, 7, 1)]}
        self.assertIsNone(self._compare(floors, discount=D(10)).floor)
        found = self._compare(floors, discount=D(20)).floor
        self.assertEqual((found.amount, found.base_amount), (D("6.40"), D("7.00")))

    def test_discounts_to_remote_zones_and_waived_surcharges_are_found(self):
        lower = [line("gd", 0, None, 8, 2), line("xj", 0, 30, 19, 15)]
        self.assertEqual(self._compare(lines=lower).undiscounted.zone, "xj")
        base = terms(surcharges=[Surcharge("o", "Oversize", "piece", "always", D(9))])
        self.assertEqual(self._compare(base=base).lowered, ["Oversize"])

    def test_zones_that_the_tariff_does_not_know_are_named(self):
        depth = self._compare(lines=[line("hk", 0, None, 30)])
        self.assertEqual({zone for zone, _weight in depth.missing}, {"hk"})
