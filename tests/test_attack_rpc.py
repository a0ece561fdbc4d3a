"""Attacks 1, 6, 7, 10 and 26 of docs/security.md: what strangers get by calls alone."""

import inspect
from collections import Counter

from odoo.tests import tagged
from odoo.tools import mute_logger

from . import access_tables
from .attack_common import AMOUNT, EVIL, MARK, QUIET, AttackCase

# What has a row only after a history of payments, imports or shipments: the tests of
# their rooms read them as each role.
EMPTY = {
    "kuaidi.bid.asset.usage",
    "kuaidi.claim.clock.analysis",
    "kuaidi.collected.payment",
    "kuaidi.figure.import.row",
    "kuaidi.insurance.goodwill",
    "kuaidi.insurance.import.row",
    "kuaidi.payment.behaviour",
    "kuaidi.price.history",
    "kuaidi.visit.gap",
}
# what an administrator does in their own company with contacts that both have
OWN_BUSINESS = {
    ("kuaidi.alert.run", "action_evaluate_now"),
    ("res.partner", "action_open_key_account"),
}
# what an attacker fills in where the strangers' values stand
OWN = {EVIL: "Own", AMOUNT: 1}
NOTHING = ({"length": 0, "records": []}, {"datas": []})
# what a method is called with when it asks for more than records
ARGUMENTS = {
    "body": "Look",
    "date_from": "2026-01-01",
    "date_to": "2026-01-31",
    "rate": 5,
    "rows": [{"code": "KA00001", "month": "2026-01", "pieces": 1}],
    "specification": {"display_name": {}},
}


@tagged("post_install", "-at_install")
class TestAttackByRpc(AttackCase):
    """Strangers call everything on everything that is not theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        head, *rows = access_tables.read("models")
        cls.table = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
        cls.attackers = {
            "portal": cls.portal,
            "internal": cls.internal,
            "account_manager": cls.manager,
            "sales": cls.sales,
        }

    def _iter_targets(self, operation):
        """Yield the attackers, models and records that the table keeps apart."""
        letter = access_tables.LETTERS[operation].upper()
        for role, user in self.everybody.items():
            for name, row in self.table.items():
                if role == "outsider" or row["kind"] == "abstract":
                    continue
                # others than attackers may work on these where a rule leaves some
                rights = row[role] if role in self.attackers else row[role].upper()
                if letter not in rights:
                    yield role, user, name, self.records[name]
        for name, row in self.table.items():
            if row["company"] == "yes" or row["kind"] == "transient":
                yield "outsider", self.outsider, name, self.records[name]

    def _name_strangers(self, model):
        """Return values that name a stranger's record wherever one of ours fits."""
        return {
            name: self.records[field.comodel_name].id
            for name, field in model._fields.items()
            if field.type == "many2one"
            and self.table.get(field.comodel_name, {}).get("company") == "yes"
            and self.records[field.comodel_name]
        }

    def _specify(self, model):
        """Ask for every field, and for the names of linked records."""
        return {
            name: {"fields": {"display_name": {}}} if field.relational else {}
            for name, field in model._fields.items()
            if not field.groups and field.type != "binary"
        }

    # === TESTS === #

    def test_there_is_a_stranger_s_record_of_every_model(self):
        missing = {
            name: self.unmade.get(name)
            for name, row in self.table.items()
            if row["kind"] != "abstract" and not self.records[name]
        }
        self.assertEqual(set(missing), EMPTY, missing)

    @mute_logger(*QUIET)
    def test_no_way_of_reading_gives_what_is_not_one_s_own(self):
        tried, succeeded = Counter(), []
        for role, user, name, record in self._iter_targets("read"):
            domain = [("id", "in", record.ids)]
            for method, *arguments in (
                ("read", record.ids),
                ("web_read", record.ids, {"display_name": {}}),
                ("search_read", domain, ["display_name"]),
                ("web_search_read", domain, {"display_name": {}}),
                ("formatted_read_group", domain, ["id"], ["__count"]),
                ("search_count", domain),
                ("name_search", "", domain),
                ("export_data", record.ids, ["display_name"]),
            ):
                tried[role] += 1
                answer = self._ask(user, name, method, *arguments)
                if not answer or answer in NOTHING:
                    continue
                succeeded.append((role, name, method, str(answer)[:80]))
        self._report(1, "reading", tried, succeeded)

    @mute_logger(*QUIET)
    def test_what_is_another_s_and_what_is_not_there_get_one_answer(self):
        """Neither the answer nor the work behind it tells that a name is taken."""
        tried, succeeded = Counter(), []
        for role, user, name, record in self._iter_targets("read"):
            field = self.env[name]._fields.get(self.env[name]._rec_name)
            if not record or not field or field.type != "char" or not field.store:
                continue
            taken = [(field.name, "=", record[field.name])]
            if record.sudo().search_count(taken, limit=2) > 1:
                continue  # the other company has one of that name, too
            answers = []
            # what is asked first fills the caches
            for word in ("Nobody", record[field.name], f"No {MARK} at all"):
                found = []
                for method, *arguments in (
                    ("name_search", word),
                    ("search_count", [(field.name, "=", word)]),
                    ("search_read", [(field.name, "ilike", word)], ["id"]),
                ):
                    self.env.invalidate_all()
                    before = self.env.cr.sql_log_count
                    answer = self._ask(user, name, method, *arguments)
                    found.append((answer, self.env.cr.sql_log_count - before))
                answers.append(found)
            tried[role] += 3
            if answers[1] != answers[2]:
                succeeded.append((role, name, answers[1:]))
        self.assertGreater(tried["account_manager"], 50)
        self._report(26, "names", tried, succeeded)

    @mute_logger(*QUIET)
    def test_nothing_of_strangers_is_changed_copied_or_deleted(self):
        tried, succeeded = Counter(), []
        for operation, method, *arguments in (
            ("write", "write", {"display_name": "x"}),
            ("write", "web_save", {"display_name": "x"}, {"display_name": {}}),
            ("unlink", "unlink"),
            ("read", "copy"),
        ):
            for role, user, name, record in self._iter_targets(operation):
                if not record:
                    continue
                tried[role] += 1
                answer, changes = self._call(user, name, method, record.ids, *arguments)
                if answer or changes:
                    succeeded.append((role, name, method, changes[:1]))
        self._report(1, "changing", tried, succeeded)

    @mute_logger(*QUIET)
    def test_a_form_tells_nothing_of_the_records_that_are_named_in_it(self):
        tried, succeeded = Counter(), []
        for role, user, name, _record in self._iter_targets("create"):
            values = self._name_strangers(self.env[name])
            specification = self._specify(self.env[name])
            tried[role] += 1
            answer, _changes = self._call(
                user, name, "onchange", [], values, list(values), specification
            )
            if self._tells(answer):
                succeeded.append((role, name))
        self._report(7, "forms", tried, succeeded)

    @mute_logger(*QUIET)
    def test_a_new_record_tells_nothing_of_the_records_that_it_names(self):
        tried, succeeded = Counter(), []
        for role, user in (*self.attackers.items(), ("outsider", self.outsider)):
            for name, row in self.table.items():
                if row["kind"] not in ("stored", "transient"):
                    continue
                model = self.env[name]
                values = {
                    field: OWN.get(value, value) if value.__hash__ else value
                    for field, value in self.values.get(name, {}).items()
                } | self._name_strangers(model)
                tried[role] += 1
                answer, changes = self._call(
                    user, name, "web_save", [], values, self._specify(model)
                )
                if self._tells(answer):
                    succeeded.append((role, name))
        self._report(7, "records", tried, succeeded)

    @mute_logger(*QUIET, "odoo.addons.mail.models.mail_mail")
    def test_no_public_method_serves_strangers(self):
        tried, succeeded = Counter(), []
        for (name, method), function in access_tables.get_public_methods(
            self.env
        ).items():
            record = self.records.get(name)
            is_of_model = getattr(function, "_api_model", False)
            if record is None and name in self.table:
                record = self.env[name]
            if record is None or not (record or is_of_model or record._abstract):
                continue
            if record._abstract and not is_of_model and record._inherit_children:
                # a mixin has no records: its methods are tried on those who adopt it
                continue
            arguments = [
                ARGUMENTS[parameter.name]
                for parameter in list(inspect.signature(function).parameters.values())[
                    1:
                ]
                if parameter.default is parameter.empty
                and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
            ]
            if not is_of_model:
                arguments.insert(0, record.ids)
            for role, user in (*self.attackers.items(), ("outsider", self.outsider)):
                if role == "outsider" and (name, method) in OWN_BUSINESS:
                    continue
                tried[role] += 1
                answer, changes = self._call(user, name, method, *arguments)
                if changes or self._tells(answer):
                    succeeded.append(
                        (role, name, method, str(changes[:1] or answer)[:200])
                    )
        self._report(6, "methods", tried, succeeded)
