"""A record of each of our models that belongs to strangers, and calls as by RPC."""

import re
from contextlib import contextmanager
from datetime import date, datetime
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import (
    AccessDenied,
    AccessError,
    MissingError,
    UserError,
)
from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.sql_db import Cursor
from odoo.tests import new_test_user
from odoo.tools import SQL, mute_logger

from odoo.addons.kuaidi_claims.tests.common import ClaimsCommon
from odoo.addons.kuaidi_key_account.tests.attack_log import log_attempts

from . import access_tables

# every text that strangers keep has it: a formula, a script, and a word of its own
MARK = "Ximenting"
EVIL = f"=1+1<img src=x onerror=alert(1)>{MARK}"
AMOUNT = 7353
# whatever is raised, the server undoes; a wrong call of a test is none of these
REFUSALS = (
    AccessDenied,
    AccessError,
    IntegrityError,
    MissingError,
    UserError,
    ValueError,
)
CHANGES = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE|CREATE|DROP|ALTER)", re.I)
QUIET = (
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.models.unlink",
    "odoo.sql_db",
)
TEXTS = ("char", "html", "text")
DAY = date(2026, 1, 1)
WORKDAY = date(2026, 1, 5)
YEAR = {"date_from": DAY, "date_to": date(2026, 12, 31)}
# kept once per company or star: there is one of each already
GIVEN = (
    "kuaidi.alert.rule",
    "kuaidi.onboarding.step.type",
    "kuaidi.plan.template",
    "kuaidi.price.limit",
    "kuaidi.star.level",
)
# what no type of a field tells; functions get the class of the test
VALUES = {
    "kuaidi.account.competitor": {"is_current": True, "share_percent": 20},
    "kuaidi.arbitration": lambda case: {
        "respondent_id": case.branch.copy({"name": "Xining"}).id
    },
    "kuaidi.claim.offer": lambda case: case._negotiate(),
    "kuaidi.collection.hold": {"date_from": DAY, "date_until": "2026-01-20"},
    "kuaidi.contract.sign": {"original_location": "Safe"},
    "kuaidi.festival": {"month": 3, "day": 8},
    "kuaidi.gift": lambda case: {
        "partner_id": case._create_partner(
            name=case.evil, is_company=False, parent_id=case.stranger.id
        ).id
    },
    "kuaidi.insurance.pay": {"amount": AMOUNT},
    "kuaidi.insurance.payment": lambda case: {"move_id": case.invoice.id},
    "kuaidi.insurance.policy": YEAR,
    "kuaidi.insurance.term": lambda case: {
        "product_id": case._provide("kuaidi.insurance.product").id,
        "policy_id": None,
    },
    "kuaidi.payment.promise": {"date_due": "2026-12-30"},
    "kuaidi.recovery": lambda case: {"department_id": case.branch.id},
    "kuaidi.service.plan": YEAR,
    "kuaidi.service.plan.line": {"date_start": WORKDAY, "date_finish": WORKDAY},
}
# the state that others need a record to be in
STATES = {
    "kuaidi.insurance.policy": "running",
    "kuaidi.service.plan": "published",
}


def get_staff(case):
    """Return the users of a class of tests by the role that they have in the office."""
    return {
        "account_manager": case.manager,
        "sales": case.sales,
        "finance": case.finance,
        "crm_centre": case.centre,
        "claims_officer": case.officer,
        "claims_manager": case.claims_manager,
        "admin": case.admin,
    }


def make_people(env, prefix):
    """Make a user of each role, with a login of that beginning; return them by role."""
    env["res.lang"]._activate_lang("en_US")
    return {
        role: new_test_user(
            env,
            login=f"{prefix}_{role}",
            groups=group,
            **({} if role == "portal" else {"lang": "en_US"}),
        )
        for role, group in access_tables.ROLES.items()
    }


class AttackCase(ClaimsCommon):
    """Strangers' records of every model, and users who have no business with them."""

    # what each text of theirs is
    evil = EVIL
    # a success is told whole
    maxDiff = None

    @classmethod
    @mute_logger("odoo.sql_db")
    def setUpClass(cls):
        super().setUpClass()
        cls.internal = new_test_user(
            cls.env,
            login="kuaidi_plain",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.other_company = cls.env["res.company"].create({"name": "Yuanda Express"})
        cls.outsider = new_test_user(
            cls.env,
            login="kuaidi_outsider",
            groups=",".join(
                (
                    "kuaidi_key_account.group_kuaidi_admin",
                    "kuaidi_key_account.group_account_manager",
                    "kuaidi_key_account.group_sales",
                    "kuaidi_key_account.group_finance",
                    "kuaidi_claims.group_claims_manager",
                )
            ),
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        cls.staff = get_staff(cls)
        cls.everybody = {
            "portal": cls.portal,
            "internal": cls.internal,
            **cls.staff,
            "outsider": cls.outsider,
        }
        cls._make_strangers(cls.centre_2)

    # === STRANGERS' RECORDS === #

    @classmethod
    def _make_strangers(cls, manager):
        """Make a record of every model in the company, on a client of that manager."""
        cls.stranger = cls._create_partner(name=cls.evil)
        cls.foreign_account = cls._create_account(
            partner_id=cls.stranger.id, manager_id=manager.id
        )
        # a star, without which there is no plan of services
        level = cls.env["kuaidi.star.level"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.foreign_account.sudo().star_id = level
        cls.invoice = cls._create_invoice(
            cls.stranger, AMOUNT, WORKDAY, invoice_date_due=WORKDAY
        )
        cls.records = {
            "res.company": cls.company,
            "res.partner": cls.stranger,
            "res.users": manager,
            "res.currency": cls.company.currency_id,
            "res.country": cls.env.ref("base.cn"),
            "account.move": cls.invoice,
            "account.move.line": cls.invoice.line_ids.filtered("date_maturity"),
            "kuaidi.key.account": cls.foreign_account,
            "kuaidi.star.level": level,
        }
        cls.unmade = {}
        cls.values = {}
        for name, model in access_tables.get_own_models(cls.env).items():
            if access_tables.get_kind(model) in ("stored", "transient"):
                cls._provide(name)
        cls.env.flush_all()
        for name, model in access_tables.get_own_models(cls.env).items():
            if access_tables.get_kind(model) == "view":
                cls.records[name] = cls.env[name].search([], limit=1)

    @classmethod
    def _provide(cls, name):
        """Return a record of a model that belongs to strangers, made if need be."""
        if name in cls.records:
            return cls.records[name]
        model = cls.env[name].sudo()
        cls.records[name] = model
        if name in GIVEN or not name.startswith("kuaidi."):
            fields = model._fields
            domain = (
                [("company_id", "in", [cls.company.id, False])]
                if "company_id" in fields
                else []
            )
            cls.records[name] = model.search(domain, limit=1)
            return cls.records[name]
        for is_full in (True, False):
            values = cls.values[name] = cls._prepare(model, is_full)
            try:
                with cls.env.cr.savepoint():
                    cls.records[name] = model.create(values)
                    cls.env.flush_all()
                if name in STATES:
                    cls.records[name].state = STATES[name]
                break
            except Exception as error:
                # some texts have a form of their own; the test of completeness
                # tells what could not be made at all, and why
                cls.env.invalidate_all()
                cls.unmade[name] = str(error)
        return cls.records[name]

    @classmethod
    def _prepare(cls, model, is_full):
        """Return values marked as a stranger's: all texts, or what a record needs."""
        needed = {"account_id", "partner_id", "company_id"}
        names = [
            name
            for name, field in model._fields.items()
            if name not in MAGIC_COLUMNS
            and (field.required or name in needed or is_full and field.type in TEXTS)
            and not field.related
            and (not field.compute or field.type == "many2one" and field.required)
        ]
        defaults = model.default_get(names)
        values = {
            name: cls._get_value(model, model._fields[name])
            for name in names
            if not defaults.get(name)
        }
        special = VALUES.get(model._name, {})
        values |= special(cls) if callable(special) else special
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def _get_value(cls, model, field):
        if field.type == "many2one":
            if field.comodel_name == model._name and not field.required:
                return None
            return cls._provide(field.comodel_name).id or None
        if field.type == "many2one_reference":
            return cls.foreign_account.id
        if field.type in TEXTS:
            return cls.evil
        if field.type == "selection":
            return field.get_values(cls.env)[0]
        return {
            "date": DAY,
            "datetime": datetime(2026, 1, 1, 8),
            "float": 1,
            "integer": 1,
            "monetary": AMOUNT,
        }.get(field.type)

    @classmethod
    def _negotiate(cls):
        cls._provide("kuaidi.claim").state = "negotiation"
        return {}

    def _get_own(self, model):
        """Return the records of a model that our addons load."""
        return self.env[model].browse(
            self.env["ir.model.data"]
            .search([("model", "=", model), ("module", "in", access_tables.ADDONS)])
            .mapped("res_id")
        )

    @classmethod
    def _serve_strangers(cls):
        """Let the rules give account manager and sales the client to work on."""
        cls.foreign_account.sudo().write(
            {
                "manager_id": cls.manager.id,
                "member_ids": [
                    Command.create({"user_id": cls.sales.id, "role": "sales"})
                ],
            }
        )
        cls.env.flush_all()

    # === CALLS === #

    def _get_env(self, user):
        context = {"allowed_company_ids": user.company_ids.ids}
        return self.env(user=user.id, context=context, su=False)

    def _ask(self, user, name, method, *args, **kwargs):
        """Return the answer to a call that only reads, or None for a refusal."""
        try:
            return call_kw(self._get_env(user)[name], method, list(args), dict(kwargs))
        except REFUSALS:
            return None

    def _call(self, user, name, method, *args, **kwargs):
        """Call a method as a client program does, and undo what it did.

        :return: the answer, and the statements that changed rows; nothing when the call
            is refused, as the server then undoes all of it
        """
        env = self._get_env(user)
        savepoint = self.env.cr.savepoint(flush=False)
        with self._changes() as changes:
            try:
                answer = call_kw(env[name], method, list(args), dict(kwargs))
                env.flush_all()
                return answer, list(changes)
            except REFUSALS:
                return None, []
            finally:
                if changes:
                    self.env.transaction.clear()
                savepoint.close(rollback=bool(changes))

    @contextmanager
    def _changes(self):
        """Collect the statements that change rows."""
        changes = []
        execute = Cursor.execute

        def collect(cr, query, *args, **kwargs):
            text = query.code if isinstance(query, SQL) else query
            if CHANGES.match(text):
                changes.append(text)
            return execute(cr, query, *args, **kwargs)

        with patch.object(Cursor, "execute", collect):
            yield changes

    def _report(self, number, attack, tried, succeeded):
        """Fail for each success; log the number of attempts by role."""
        # the client is a stranger to all records of this case
        log_attempts(
            number,
            attack,
            {
                "stranger" if role == "portal" else role: count
                for role, count in tried.items()
            },
        )
        self.assertTrue(tried)
        self.assertEqual(succeeded, [])

    def _tells(self, answer):
        """Tell whether an answer has something of the strangers in it."""
        text = repr(answer)
        return (
            MARK.lower() in text.lower() or str(AMOUNT) in text or f"{AMOUNT:,}" in text
        )
