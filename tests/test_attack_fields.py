"""Attacks 8, 9, 10, 18 and 19 of docs/security.md: fields and domains."""

import itertools
from collections import Counter

from odoo.tests import tagged
from odoo.tools import mute_logger

from . import access_tables
from .attack_common import AMOUNT, QUIET, AttackCase

INJECTIONS = (
    "id; DROP TABLE res_users",
    "id) FROM res_users --",
    "(SELECT 1)",
    "id DESC, (SELECT password FROM res_users LIMIT 1)",
    'id" DESC',
    "create_uid.password",
)


@tagged("post_install", "-at_install")
class TestAttackOnFields(AttackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            role: user for role, user in cls.everybody.items() if role != "outsider"
        }

    def _get_guarded_fields(self):
        """Return the fields with groups that our addons define on any model."""
        return [
            field
            for name, model in sorted(self.env.registry.items())
            if not model._abstract
            for field in model._fields.values()
            if field.groups
            and field.groups != "."
            and set(field._modules) & set(access_tables.ADDONS)
        ]

    # === TESTS === #

    @mute_logger(*QUIET)
    def test_a_field_of_a_group_is_no_oracle_for_others(self):
        tried, succeeded = Counter(), []
        fields = self._get_guarded_fields()
        self.assertGreater(len(fields), 60)
        for role, user in self.people.items():
            for field in fields:
                model, name = field.model_name, field.name
                if user.has_groups(field.groups):
                    continue
                record = self.records.get(model) or self.env[model].search([], limit=1)
                domain = [("id", "in", record.ids)]
                calls = [("search_count", [(name, "!=", False)])]
                if record:
                    calls += [
                        ("read", record.ids, [name]),
                        ("web_read", record.ids, {name: {}}),
                        ("export_data", record.ids, [name]),
                    ]
                if field.store and field.column_type:
                    calls += [
                        ("search_read", domain, ["id"], 0, 1, name),
                        ("formatted_read_group", domain, [name], ["__count"]),
                    ]
                if field.store and field.type in ("float", "integer", "monetary"):
                    calls.append(("formatted_read_group", domain, [], [f"{name}:max"]))
                for method, *arguments in calls:
                    tried[role] += 1
                    if self._ask(user, model, method, *arguments) is not None:
                        succeeded.append((role, model, name, method))
                tried[role] += 1
                if name in (self._ask(user, model, "fields_get", [name]) or {}):
                    succeeded.append((role, model, name, "fields_get"))
        self.assertTrue(tried["portal"])
        self._report(8, "fields of groups", tried, succeeded)

    @mute_logger(*QUIET)
    def test_no_order_and_no_grouping_is_sql(self):
        tried, succeeded = Counter(), []
        for name, model in access_tables.get_own_models(self.env).items():
            if model._abstract:
                continue
            # those who read the record take turns: a text for each; where a rule
            # leaves nothing, nothing is asked of the database
            readers = itertools.cycle(
                (role, user)
                for role, user in self.people.items()
                if self._ask(user, name, "search_count", [])
                or role == "crm_centre"
                and self.env[name].with_user(user).has_access("read")
            )
            for text, (role, user) in zip(INJECTIONS, readers, strict=False):
                for method, *arguments in (
                    ("search_read", [], ["id"], 0, 1, text),
                    ("formatted_read_group", [], [text], ["__count"]),
                    ("formatted_read_group", [], [], [f"{text}:max"]),
                    ("search_count", [(text, "=", 1)]),
                ):
                    tried[role] += 1
                    if self._ask(user, name, method, *arguments) is not None:
                        succeeded.append((role, name, method, text))
        self.assertGreater(sum(tried.values()), 1000)
        self._report(18, "orders, groupings and sums", tried, succeeded)

    @mute_logger(*QUIET)
    def test_no_domain_goes_around_the_rules(self):
        account = self.foreign_account
        escapes = (
            ["|", (1, "=", 1), ("id", "in", account.ids)],
            ["!", ("id", "=", 0)],
            [("id", "any!", [("id", "in", account.ids)])],
            [("partner_id", "any!", [("id", "=", self.stranger.id)])],
            [("partner_id", "child_of", self.stranger.ids)],
            [("create_uid.password", "!=", False)],
        )
        tried, succeeded = Counter(), []
        for role in ("account_manager", "sales", "internal", "portal", "outsider"):
            for domain in escapes:
                tried[role] += 1
                user = self.everybody[role]
                found = self._ask(user, account._name, "search", domain)
                if account.id in (found or []):
                    succeeded.append((role, domain))
        self._report(19, "domains", tried, succeeded)

    @mute_logger(*QUIET)
    def test_no_link_from_another_model_tells_of_a_stranger_s_record(self):
        """The path of a domain leads through the rules of each model on it."""
        tried, succeeded = Counter(), []
        for name, model in sorted(self.env.registry.items()):
            if model._abstract or model._transient:
                continue
            for field in model._fields.values():
                if (
                    not field.relational
                    or field.comodel_name != "kuaidi.key.account"
                    or not field._description_searchable
                ):
                    continue
                for role in ("internal", "portal", "account_manager", "sales"):
                    for part, operator, value in (
                        ("code", "=", self.foreign_account.code),
                        ("manager_id", "=", self.centre_2.id),
                        ("amount_annual", "<", AMOUNT),
                    ):
                        tried[role] += 1
                        found = self._ask(
                            self.people[role],
                            name,
                            "search_count",
                            [
                                (f"{field.name}.{part}", operator, value),
                                (f"{field.name}.id", "=", self.foreign_account.id),
                            ],
                        )
                        if found:
                            succeeded.append((role, name, field.name, part))
        self.assertGreater(tried["account_manager"], 100)
        self._report(9, "paths of domains", tried, succeeded)

    @mute_logger(*QUIET)
    def test_nobody_works_in_a_company_that_is_not_theirs(self):
        tried, succeeded = Counter(), []
        for name, model in access_tables.get_own_models(self.env).items():
            if model._abstract or "company_id" not in model._fields:
                continue
            for role, user in self.everybody.items():
                company = self.company if role == "outsider" else self.other_company
                values = {
                    key: "Own" if part == self.evil else part
                    for key, part in self.values.get(name, {}).items()
                }
                tried[role] += 2
                if self._ask(
                    user,
                    name,
                    "search_count",
                    [("company_id", "=", company.id)],
                    context={"allowed_company_ids": company.ids},
                ):
                    succeeded.append((role, name, "search_count"))
                answer, _changes = self._call(
                    user,
                    name,
                    "web_save",
                    [],
                    values | {"company_id": company.id},
                    {"company_id": {}},
                )
                if answer and answer[0]["company_id"] == company.id:
                    succeeded.append((role, name, "web_save"))
        self._report(10, "companies of others", tried, succeeded)
