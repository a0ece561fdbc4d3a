from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .alert_common import NIGHT, AlertCommon

THRESHOLDS = (
    "threshold_blue",
    "threshold_yellow",
    "threshold_orange",
    "threshold_red",
)


@tagged("post_install", "-at_install")
@freeze_time(f"{NIGHT} 04:00:00")
class TestInsightAlertRules(AlertCommon):
    """Rules say when a client is at risk, and never contradict each other."""

    def _create_rule(self, **values):
        return self.env["kuaidi.alert.rule"].create(
            {
                "name": "Revenue below last year",
                "kind": "revenue_yoy",
                "threshold_yellow": 20,
                "company_id": self.company.id,
                **values,
            }
        )

    def test_a_company_starts_with_the_rules_of_the_trade(self):
        company = self.env["res.company"].create({"name": "Yunda Branch"})
        expected = {
            "volume_yoy": (10, 0, 0, 50),
            "volume_mom": (0, 20, 0, 0),
            "volume_mom_two": (0, 0, 30, 0),
            "plan_missed": (1, 0, 0, 0),
            "overdue_days": (0, 30, 0, 0),
            "pay_delay_percent": (0, 0, 50, 0),
            "contact_lost_days": (0, 0, 15, 0),
            "visit_late_days": (15, 0, 0, 0),
            "manual": (0, 0, 0, 1),
            # of the contracts
            "renewal_idle": (0, 14, 0, 0),
            "contract_lapsed": (0, 0, 1, 30),
        }
        for owner in (self.company, company):
            # another addon brings kinds of its own
            rules = self.env["kuaidi.alert.rule"].search(
                [("company_id", "=", owner.id), ("kind", "in", list(expected))]
            )
            self.assertEqual(
                {rule.kind: tuple(rule[name] for name in THRESHOLDS) for rule in rules},
                expected,
            )
            self.assertEqual(len(rules), len(expected))
            self.assertEqual(set(rules.mapped("pieces_min")), {100})
        company._create_kuaidi_defaults()
        self.assertEqual(
            self.env["kuaidi.alert.rule"].search_count(
                [("company_id", "=", company.id), ("kind", "in", list(expected))]
            ),
            len(expected),
        )

    def test_every_kind_says_what_it_measures(self):
        kinds = self.env["kuaidi.alert.rule"]._get_kinds()
        selection = dict(self.env["kuaidi.alert.rule"]._fields["kind"].selection)
        self.assertEqual(set(kinds), set(selection))
        for name, kind in kinds.items():
            with self.subTest(kind=name):
                self.assertTrue(kind.unit)
                self.assertTrue(kind.explanation.endswith("."))
                if name != "manual":
                    self.assertIn("12.5", kind.reason % {"measure": "12.5"})
        self.assertEqual(self.rules["volume_yoy"].unit, "%")
        self.assertIn("same month last year", self.rules["volume_yoy"].explanation)

    @mute_logger("odoo.sql_db")
    def test_thresholds_rise_with_the_level(self):
        for thresholds in (
            (20, 10, 0, 0),
            (10, 10, 0, 0),
            (0, 30, 0, 20),
            (10, 20, 30, 25),
            (0, 0, 0, 0),
            (-1, 0, 0, 20),
        ):
            with self.subTest(thresholds=thresholds), self._refused(IntegrityError):
                self._create_rule(**dict(zip(THRESHOLDS, thresholds, strict=True)))
        rule = self._create_rule()
        for values, error in (
            ({"threshold_red": 15}, ValidationError),
            ({"threshold_orange": 20}, ValidationError),
            ({"threshold_yellow": 0}, IntegrityError),
            ({"threshold_blue": -1}, IntegrityError),
        ):
            with self.subTest(values=values):
                with self._refused(error):
                    rule.write(values)
                    self.env.flush_all()
                self.assertEqual(
                    [rule[name] for name in THRESHOLDS], [0.0, 20.0, 0.0, 0.0]
                )
        rule.write({"threshold_blue": 5, "threshold_orange": 30, "threshold_red": 30.1})
        self.assertEqual([rule[name] for name in THRESHOLDS], [5.0, 20.0, 30.0, 30.1])

    @mute_logger("odoo.sql_db")
    def test_what_is_compared_is_never_less_than_nothing(self):
        rule = self._create_rule()
        for name, value in (("pieces_min", -1), ("amount_min", -0.01)):
            with self.subTest(field=name):
                before = rule[name]
                with self._refused(IntegrityError):
                    rule[name] = value
                    self.env.flush_all()
                self.assertEqual(rule[name], before)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_red_that_is_milder_than_yellow(self):
        rule = self._create_rule()
        self.env.flush_all()
        for column, value in (("threshold_red", 19), ("threshold_blue", 21)):
            with (
                self.subTest(column=column),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.env.cr.execute(
                    f"UPDATE kuaidi_alert_rule SET {column} = %s WHERE id = %s",
                    [value, rule.id],
                )

    def test_two_rules_of_one_kind_share_no_star(self):
        stars = self.levels
        first = self._create_rule(level_ids=[Command.set(stars[:2].ids)])
        for level_ids in (stars[1:3], stars[:1], stars.browse()):
            with (
                self.subTest(stars=level_ids.mapped("stars")),
                self._refused(ValidationError, "contradict each other"),
            ):
                self._create_rule(name="Second", level_ids=[Command.set(level_ids.ids)])
        second = self._create_rule(level_ids=[Command.set(stars[2:].ids)])
        with self._refused(ValidationError, "contradict each other"):
            second.level_ids = stars[1:]
        self.assertEqual(second.level_ids, stars[2:])
        third = self._create_rule(active=False)
        with self._refused(ValidationError, "contradict each other"):
            third.active = True
        self.assertFalse(third.active)
        first.active = second.active = False
        third.active = True
        self.assertEqual(third.star_mask, 0b111111)
        self.assertEqual(first.star_mask, 0b110)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_two_rules_for_a_star(self):
        stars = self.levels
        self._create_rule(level_ids=[Command.set(stars[:2].ids)])
        second = self._create_rule(level_ids=[Command.set(stars[2:].ids)])
        self.env.flush_all()
        for mask in (0b000100, 0b111111):
            with (
                self.subTest(mask=mask),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.env.cr.execute(
                    "UPDATE kuaidi_alert_rule SET star_mask = %s WHERE id = %s",
                    [mask, second.id],
                )

    def test_stars_are_those_of_the_company(self):
        other = self.env["res.company"].create({"name": "Another Express"})
        foreign = self.env["kuaidi.star.level"].search(
            [("company_id", "=", other.id)], limit=1
        )
        with self._refused(ValidationError, "another company"):
            self._create_rule(level_ids=[Command.set(foreign.ids)])

    def test_a_rule_counts_its_versions(self):
        rule = self.rules["volume_yoy"]
        self.assertEqual(rule.version, 1)
        rule.name = "Pieces against last year"
        rule.workdays_blue = 8
        self.assertEqual(rule.version, 1)
        rule.threshold_yellow = 25
        self.assertEqual(rule.version, 2)
        rule.level_ids = self.levels[:3]
        self.assertEqual(rule.version, 3)
        rule.pieces_min = 200
        self.assertEqual(rule.version, 4)

    def test_a_rule_that_raised_alerts_is_archived_not_deleted_or_turned(self):
        self._add_figures(self.account, 80, *[None] * 11, 100)
        self._evaluate()
        rule = self.rules["volume_yoy"]
        with self._refused(UserError, "Archive the rule instead"):
            rule.unlink()
        with self._refused(UserError, "make another rule"):
            rule.kind = "revenue_yoy"
        self.assertEqual(rule.kind, "volume_yoy")
        rule.active = False
        unused = self.rules["volume_mom"]
        unused.unlink()
        self.assertFalse(unused.exists())

    def test_the_threshold_itself_is_enough_unless_it_says_more_than(self):
        rule = self.rules["volume_yoy"]
        rule.write({"threshold_yellow": 20, "threshold_orange": 30})
        for measure, level in (
            (-5, False),
            (9.9, False),
            (10, "1"),
            (20, "2"),
            (30, "3"),
            (49.9, "3"),
            (50, "4"),
        ):
            with self.subTest(measure=measure):
                self.assertEqual(rule._get_level(measure), level)
        late = self.rules["overdue_days"]
        self.assertFalse(late._get_level(30))
        self.assertEqual(late._get_level(31), "2")
