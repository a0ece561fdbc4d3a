"""Attacks 8, 10, 12, 18 and 19 of docs/security.md: fields, rights and domains."""

from collections import Counter

from odoo.tests import tagged
from odoo.tools import mute_logger

from . import access_tables
from .attack_common import AMOUNT, QUIET, AttackCase

# what decides on rights or is run as code
POWERS = (
    "base.automation",
    "ir.actions.report",
    "ir.actions.server",
    "ir.config_parameter",
    "ir.cron",
    "ir.default",
    "ir.model.access",
    "ir.model.fields",
    "ir.rule",
    "ir.ui.view",
    "res.groups",
    "tier.definition",
)
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
            "portal": cls.portal,
            "internal": cls.internal,
            "account_manager": cls.manager,
            "sales": cls.sales,
            "finance": cls.finance,
            "crm_centre": cls.centre,
            "claims_officer": cls.officer,
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
        self._report("fields of groups", tried, succeeded)

    @mute_logger(*QUIET)
    def test_no_role_changes_what_decides_on_rights_or_runs_as_code(self):
        for role, user in self.people.items():
            for name in POWERS:
                if name not in self.env:
                    continue
                model = self.env[name].with_user(user)
                for operation in ("write", "create", "unlink"):
                    with self.subTest(role=role, model=name, operation=operation):
                        # each user has defaults of their own
                        allowed = name == "ir.default" and model.has_access(operation)
                        self.assertEqual(model.has_access(operation), allowed)

    @mute_logger(*QUIET)
    def test_nobody_gives_themselves_a_role(self):
        groups = self.env["res.groups"].browse(
            self.env.ref(xmlid).id for xmlid in access_tables.ROLES.values()
        )
        for role, user in self.people.items():
            before = user.group_ids
            for group in groups - user.all_group_ids:
                command = [(4, group.id)]
                for name, record, values in (
                    ("res.users", user, {"group_ids": command}),
                    ("res.groups", group, {"user_ids": [(4, user.id)]}),
                ):
                    answer, changes = self._call(
                        user, name, "write", record.ids, values
                    )
                    with self.subTest(role=role, group=group.name, model=name):
                        self.assertFalse(answer or changes)
            self.assertEqual(user.group_ids, before)

    @mute_logger(*QUIET)
    def test_no_order_and_no_grouping_is_sql(self):
        tried, succeeded = Counter(), []
        for name, model in access_tables.get_own_models(self.env).items():
            if model._abstract or not self.env[name].with_user(self.centre).has_access(
                "read"
            ):
                continue
            for text in INJECTIONS:
                for method, *arguments in (
                    ("search_read", [], ["id"], 0, 1, text),
                    ("formatted_read_group", [], [text], ["__count"]),
                    ("formatted_read_group", [], [], [f"{text}:max"]),
                    ("search_count", [(text, "=", 1)]),
                ):
                    tried[method] += 1
                    if self._ask(self.centre, name, method, *arguments) is not None:
                        succeeded.append((name, method, text))
        self.assertGreater(sum(tried.values()), 1000)
        self._report("orders, groupings and sums", tried, succeeded)

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
        for role in ("account_manager", "sales", "internal", "portal"):
            for domain in escapes:
                found = self._ask(self.people[role], account._name, "search", domain)
                with self.subTest(role=role, domain=domain):
                    self.assertNotIn(account.id, found or [])

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
        self._report("paths of domains", tried, succeeded)

    @mute_logger(*QUIET)
    def test_nobody_works_in_a_company_that_is_not_theirs(self):
        tried, succeeded = Counter(), []
        context = {"allowed_company_ids": self.company.ids}
        for name, model in access_tables.get_own_models(self.env).items():
            if model._abstract or "company_id" not in model._fields:
                continue
            tried["outsider"] += 1
            domain = [("company_id", "=", self.company.id)]
            if self._ask(self.outsider, name, "search_count", domain, context=context):
                succeeded.append(name)
        self._report("companies of the context", tried, succeeded)
