"""Attacks 28 and 29 of docs/security.md: what is kept of people, and where."""

import logging
from collections import Counter
from unittest.mock import patch
from uuid import uuid4

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.kuaidi_claims.tests.common import ClaimsCommon
from odoo.addons.kuaidi_claims.tests.portal_common import PortalCommon
from odoo.addons.kuaidi_key_account.tests.attack_log import log_attempts
from odoo.addons.kuaidi_key_account.tests.statement_common import (
    FIRST,
    LAST,
    StatementCommon,
)

from . import access_tables
from .attack_common import QUIET, REFUSALS

_logger = logging.getLogger(__name__)

NAME, PHONE, EMAIL = "Zhuo Yunyi", "13977770001", "zhuo.yunyi@client.example"
TRAIT = "Collects teapots"
# the words of a case as they were taken down: they prove what was asked and answered
KEPT_WORDS = {
    ("kuaidi.claim", "contact_name"),
    ("kuaidi.claim", "phone"),
    ("kuaidi.claim", "email"),
    ("kuaidi.complaint", "contact_name"),
    ("kuaidi.complaint", "phone"),
    ("kuaidi.complaint", "email"),
}


@freeze_time("2026-01-05 02:00:00")
class PersonCase(ClaimsCommon):
    """A person at a client, of whom every room knows something."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.env["res.partner"].create(
            {
                "name": NAME,
                "phone": PHONE,
                "email": EMAIL,
                "parent_id": cls.client.id,
            }
        )
        cls.card = cls.env["kuaidi.account.contact"].create(
            {
                "account_id": cls.account.id,
                "partner_id": cls.person.id,
                "communication_style": "amiable",
                "note": TRAIT,
            }
        )
        cls.birthday = cls.env["kuaidi.occasion"].create(
            {
                "account_id": cls.account.id,
                "partner_id": cls.person.id,
                "date": "1980-01-09",
            }
        )
        cls.visit = cls.env["kuaidi.visit"].create(
            {
                "account_id": cls.account.id,
                "date": "2026-01-05 01:00:00",
                "channel": "phone",
                "duration_minutes": 5,
                "purpose": "Ask how it goes",
                "user_id": cls.manager.id,
                "contact_ids": [Command.set(cls.person.ids)],
            }
        )
        words = {"contact_name": NAME, "phone": PHONE, "email": EMAIL}
        cls.case = cls.env["kuaidi.claim"].create(
            {
                "account_id": cls.account.id,
                "type": "damage",
                "waybill_number": "SD0000000001",
                "user_id": cls.officer.id,
                **words,
            }
        )
        cls.complaint = cls.env["kuaidi.complaint"].create(
            {
                "account_id": cls.account.id,
                "type_id": cls.env.ref("kuaidi_claims.complaint_type_damage").id,
                **words,
            }
        )

    def _give(self):
        return self.env["kuaidi.gift"].create(
            {
                "account_id": self.account.id,
                "partner_id": self.person.id,
                "name": "Tea",
                "amount": 10,
                "date": "2026-01-05",
            }
        )

    def _find_words(self):
        """Return where a text of ours, an activity or a remark names the person."""
        self.env.flush_all()
        found = set()
        for name, model in self.env.registry.items():
            if (
                model._abstract
                or not model._auto
                or not (
                    model._original_module in access_tables.ADDONS
                    or name == "mail.activity"
                )
            ):
                continue
            for field in model._fields.values():
                if (
                    not field.store
                    or field.type not in ("char", "text", "html")
                    or field.translate
                ):
                    continue
                self.env.cr.execute(
                    SQL(
                        "SELECT 1 FROM %s WHERE %s ILIKE ANY(%s) LIMIT 1",
                        SQL.identifier(model._table),
                        SQL.identifier(field.name),
                        [f"%{word}%" for word in (NAME, PHONE, EMAIL, TRAIT)],
                    )
                )
                if self.env.cr.rowcount:
                    found.add((name, field.name))
        return found


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 02:00:00")
class TestAttackOnPersonalData(PersonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            "portal": cls.portal,
            "internal": new_test_user(cls.env, login="kuaidi_plain"),
            "account_manager": cls.manager_2,
            "sales": cls.sales,
            "finance": cls.finance,
            "claims_officer": cls.officer,
            "claims_manager": cls.claims_manager,
        }

    # === TESTS === #

    @mute_logger(*QUIET)
    def test_birthdays_and_traits_are_for_those_who_deal_with_the_person(self):
        tried, succeeded = Counter(), []
        for role, user in self.people.items():
            context = {"allowed_company_ids": user.company_ids.ids}
            env = self.env(user=user.id, context=context, su=False)
            for record, names in (
                (self.card, ["note"]),
                (self.card, ["communication_style"]),
                (self.birthday, ["name", "date", "date_next"]),
            ):
                domain = [("id", "in", record.ids)]
                for method, *arguments in (
                    ("read", record.ids, names),
                    ("web_read", record.ids, {name: {} for name in names}),
                    ("search_read", domain, names),
                    ("export_data", record.ids, names),
                    ("formatted_read_group", domain, names, ["__count"]),
                    ("search_count", [*domain, (names[0], "!=", False)]),
                ):
                    tried[role] += 1
                    try:
                        answer = call_kw(env[record._name], method, arguments, {})
                    except REFUSALS:
                        continue
                    if answer and answer != {"datas": []}:
                        succeeded.append((role, method, names, answer))
        log_attempts(29, "traits and birthdays", tried)
        self.assertEqual(succeeded, [])

    def test_who_deals_with_the_person_knows_them(self):
        for user in (self.manager, self.centre, self.admin):
            with self.subTest(user=user.login):
                self.assertEqual(self.card.with_user(user).note, TRAIT)
                self.assertEqual(str(self.birthday.with_user(user).date), "1980-01-09")

    def test_the_privacy_lookup_finds_what_names_a_person(self):
        gift = self._give()
        self.env.flush_all()
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": NAME, "email": EMAIL}
        )
        wizard.action_lookup()
        found = {(line.res_model, line.res_id) for line in wizard.line_ids}
        for record in (self.person, gift, self.case, self.complaint):
            with self.subTest(model=record._name):
                self.assertIn((record._name, record.id), found)

    def test_a_person_who_is_deleted_is_forgotten_but_for_the_words_of_cases(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "kuaidi_key_account.cron_remind_occasions"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertIn(NAME, self.birthday.activity_id.summary)
        reminder = self.birthday.activity_id
        self.person.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.card.exists())
        self.assertFalse(self.birthday.exists())
        self.assertFalse(reminder.exists())
        self.assertTrue(self.visit.exists())
        self.assertFalse(self.visit.contact_ids)
        self.assertEqual(self._find_words(), KEPT_WORDS)

    @mute_logger("odoo.sql_db")
    def test_a_person_who_got_a_gift_is_kept_and_can_be_made_nameless(self):
        gift = self._give()
        with self._refused(Exception):
            self.person.unlink()
        self.assertTrue(self.birthday.exists() and gift.exists())
        self.card.unlink()
        self.birthday.unlink()
        self.person.write(
            {"name": "Former contact", "phone": False, "email": False, "active": False}
        )
        self.assertEqual(gift.partner_id.name, "Former contact")
        self.assertEqual(self._find_words(), KEPT_WORDS)

    @mute_logger(*QUIET)
    def test_strangers_delete_and_rename_nobody(self):
        for role in ("portal", "internal", "finance", "claims_officer"):
            for record in (self.card, self.birthday):
                with self.subTest(role=role, model=record._name):
                    with self._refused(AccessError):
                        record.with_user(self.people[role]).unlink()
                    self.assertTrue(record.exists())


@tagged("post_install", "-at_install")
class TestAttackOnLogs(PortalCommon):
    """What a client's form and login leave in the log of the server."""

    def test_no_line_of_a_portal_form_tells_of_the_person(self):
        password = "Quiet-Teapot-77"
        self.portal.write(
            {"name": NAME, "phone": PHONE, "email": EMAIL, "password": password}
        )
        # the number: by its name it would be another level, that Odoo adds
        with self.assertLogs(level=logging.INFO) as logs:
            _logger.info("The client comes.")
            self.authenticate(self.portal.login, password)
            tokens = [
                self._fill(path, **values)
                for path, values in (
                    ("/my/claims/new", self._claim_form(phone=PHONE)),
                    ("/my/claims/new", {"phone": PHONE, "type": "x"}),
                    (
                        "/my/complaints/new",
                        {"type_id": str(self.damage.id), "description": NAME},
                    ),
                    ("/my/complaints/0/rate", {"comment": NAME}),
                )
            ]
            self._get(f"/my/claims?search={self.claim.number}")
        self.assertTrue(self.env["kuaidi.claim"].search_count([("phone", "=", PHONE)]))
        for word in (NAME, PHONE, EMAIL, password, *tokens):
            with self.subTest(word=word):
                self.assertEqual([line for line in logs.output if word in line], [])

    def _fill(self, path, **values):
        """Send a form; return its token."""
        token = uuid4().hex
        self._post(path, token=token, **values)
        return token


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 02:00:00")
class TestAttackOnLogsOfMail(StatementCommon):
    """What a statement that is mailed leaves in the log of the server."""

    def test_no_line_of_a_statement_tells_of_the_person_or_the_key(self):
        self.contact.write({"name": NAME, "phone": PHONE, "email": EMAIL})
        self._invoice(300, FIRST, LAST)
        statement = self._make()
        statement.with_user(self.finance).action_send()
        printed = patch.object(
            type(self.env["ir.actions.report"]),
            "_render_qweb_pdf",
            lambda *args: (b"%PDF-1.4", "pdf"),
        )
        for server, state in (
            ({"is_down": True}, "waiting"),
            ({"refused": [EMAIL]}, "failed"),
        ):
            with self.assertLogs(level=logging.INFO) as logs:
                _logger.info("The next run begins.")
                with self._mail_server(**server), printed:
                    self._mail()
            # Odoo itself tells at this level whom a mail goes to
            own = [line for line in logs.output if ":odoo.addons.mail." not in line]
            for word in (NAME, PHONE, EMAIL, statement.access_token):
                with self.subTest(server=server, word=word):
                    self.assertEqual([line for line in own if word in line], [])
            self.assertEqual(statement.mail_ids.state, state)
