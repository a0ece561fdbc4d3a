from odoo.tests import BaseCase, tagged

from odoo.addons.kuaidi_key_account.tools.plan_schedule import (
    get_phases,
    scale_frequency,
    spread_evenly,
)


@tagged("post_install", "-at_install")
class TestPlanSchedule(BaseCase):
    """Frequencies and positions on plain numbers."""

    def test_a_service_falls_into_a_period_in_proportion_and_at_least_once(self):
        for frequency, days, expected in [
            (12, 365, 12),
            (12, 366, 12),
            (12, 730, 24),
            (4, 182, 2),
            (4, 183, 2),
            (1, 30, 1),
            (2, 91, 1),
            (2, 274, 2),
            (48, 7, 1),
            (0, 365, 0),
        ]:
            with self.subTest(frequency=frequency, days=days):
                self.assertEqual(scale_frequency(frequency, days, 365), expected)

    def test_times_of_a_service_lie_evenly_apart(self):
        for count, length, phase, expected in [
            (1, 250, 0.5, [125]),
            (4, 100, 0.5, [12, 37, 62, 87]),
            (4, 100, 0.0, [0, 25, 50, 75]),
            (3, 2, 0.5, [0, 1, 1]),
            (0, 10, 0.5, []),
        ]:
            with self.subTest(count=count, length=length, phase=phase):
                self.assertEqual(spread_evenly(count, length, phase), expected)

    def test_no_service_begins_or_ends_the_year_for_its_phase(self):
        self.assertEqual(get_phases(3), [0.25, 0.5, 0.75])
        self.assertEqual(get_phases(0), [])
