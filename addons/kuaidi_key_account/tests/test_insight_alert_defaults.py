from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import convert_file

from .alert_common import NIGHT, AlertCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{NIGHT} 04:00:00")
class TestInsightAlertDefaults(AlertCommon):
    """Every company is given the default rules, each of them once."""

    def _update(self):
        """Load the data as an update of the addon does."""
        convert_file(
            self.env,
            "kuaidi_key_account",
            "data/insight/alert_rule_data.xml",
            {},
            mode="update",
        )
        self.env.invalidate_all()

    def _get_kinds(self, company):
        return sorted(
            self.env["kuaidi.alert.rule"]
            .with_context(active_test=False)
            .search([("company_id", "=", company.id)])
            .mapped("kind")
        )

    def _create_company(self, name="Yunda Branch"):
        return self.env["res.company"].create({"name": name})

    def test_an_update_gives_the_rules_to_companies_without_any(self):
        company = self._create_company()
        company.active = False
        self.env["kuaidi.alert.rule"].search([("company_id", "=", company.id)]).unlink()
        company.kuaidi_given_alert_kinds = False
        self.env.flush_all()
        self._update()
        self.assertEqual(self._get_kinds(company), sorted(self.rules))

    def test_an_update_leaves_what_users_changed_and_deleted(self):
        company = self._create_company()
        rules = {
            rule.kind: rule
            for rule in self.env["kuaidi.alert.rule"].search(
                [("company_id", "=", company.id)]
            )
        }
        rules["volume_yoy"].threshold_blue = 12
        rules["volume_mom"].active = False
        rules["plan_missed"].unlink()
        kinds = self._get_kinds(company)
        for _time in range(2):
            self._update()
            self.assertEqual(self._get_kinds(company), kinds)
        self.assertNotIn("plan_missed", kinds)
        self.assertEqual(rules["volume_yoy"].threshold_blue, 12)
        self.assertFalse(rules["volume_mom"].active)

    def test_who_deleted_all_rules_gets_none_again(self):
        company = self._create_company()
        self.env["kuaidi.alert.rule"].search([("company_id", "=", company.id)]).unlink()
        self._update()
        self.assertFalse(self._get_kinds(company))

    def test_companies_equipped_before_it_was_noted_get_nothing_twice(self):
        company = self._create_company()
        company.kuaidi_given_alert_kinds = False
        self.rules["visit_late_days"].search(
            [("company_id", "=", company.id), ("kind", "=", "visit_late_days")]
        ).unlink()
        kinds = self._get_kinds(company)
        self._update()
        self.assertEqual(self._get_kinds(company), kinds)
        self.assertEqual(company.kuaidi_given_alert_kinds, sorted(self.rules))

    def test_a_new_default_rule_comes_once_and_beside_no_rule_of_its_kind(self):
        first, second = self._create_company(), self._create_company("Shunfa Branch")
        own = self.env["kuaidi.alert.rule"].create(
            {
                "name": "Own rule",
                "kind": "revenue_yoy",
                "threshold_red": 40,
                "company_id": second.id,
            }
        )
        model = self.env.registry["kuaidi.alert.rule"]
        former = model._get_default_rules

        def get_default_rules(rules):
            return [
                *former(rules),
                {"name": "Revenue", "kind": "revenue_yoy", "threshold_blue": 10},
            ]

        def get_rules(company):
            return own.search(
                [("company_id", "=", company.id), ("kind", "=", "revenue_yoy")]
            )

        with patch.object(model, "_get_default_rules", get_default_rules):
            self._update()
            self.assertEqual(get_rules(first).threshold_blue, 10)
            self.assertEqual(get_rules(second), own)
            get_rules(first).unlink()
            self._update()
            self.assertFalse(get_rules(first))
            third = self._create_company("Huitong Branch")
            self.assertEqual(get_rules(third).threshold_blue, 10)
