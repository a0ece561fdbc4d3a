import io

from docx import Document

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from .word_files import OLE, build_docx, change_docx, get_texts, read_part

FIELDS = {
    "client": "Client",
    "amount": "Amount",
    "lines": ("Price lines", {"zone": "Zone", "price": "Price"}),
}


@tagged("post_install", "-at_install")
class TestBaseWordDocument(TransactionCase):
    """A company's own template is filled in, and never trusted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.documents = cls.env["kuaidi.word.document"].with_context(lang="en_US")

    def _render(self, content, **values):
        return self.documents._render_word_template(content, FIELDS, values)

    def _refuse(self, content, message):
        with self.assertRaisesRegex(UserError, message):
            self.documents._check_word_template(content, FIELDS)
        with self.assertRaisesRegex(UserError, message):
            self._render(content, client="Haina")

    def test_fields_conditions_and_rows_are_filled_in(self):
        content = build_docx(
            "Client: {{ client }}",
            "{%p if amount %}",
            "Amount: {{ amount }}",
            "{%p else %}",
            "No amount",
            "{%p endif %}",
            header="For {{ client|upper }}",
            rows=(
                "{%tr for line in lines %}",
                "{{ loop.index }} {{ line.zone }}: {{ line.price }}",
                "{%tr endfor %}",
            ),
        )
        rows = [{"zone": "1", "price": "8"}, {"zone": "2", "price": "12"}]
        made = self._render(content, client="Haina", amount="", lines=rows)
        texts = [text for text in get_texts(made) if text]
        self.assertEqual(
            texts, ["Client: Haina", "No amount", "1 1: 8", "2 2: 12", "For HAINA"]
        )
        made = self._render(content, client="Haina", amount="1,000")
        self.assertIn("Amount: 1,000", get_texts(made))

    def test_values_are_text_and_nothing_else(self):
        value = "<b>A & B</b> {{ 7 * 7 }} {% raw %} \x07\x0c\x00“line”\nnext"
        made = self._render(build_docx("{{ client }}"), client=value)
        self.assertEqual(
            get_texts(made)[0], "<b>A & B</b> {{ 7 * 7 }} {% raw %} “line”\nnext"
        )
        for wrong in (self.env.user, 7, None, ("a",), [self.env]):
            with self.subTest(value=wrong), self.assertRaises(TypeError):
                self._render(build_docx("{{ client }}"), client=wrong)

    def test_properties_hold_as_much_text_as_word_takes(self):
        content = build_docx("{{ client }}", title="For {{ client }}")
        for client, title in (
            ("A & B", "For A & B"),
            ("&" * 300, "For " + "&" * 251),
        ):
            made = self._render(content, client=client)
            with self.subTest(title=title):
                document = Document(io.BytesIO(made))
                self.assertEqual(document.core_properties.title, title)
                self.assertEqual(get_texts(made)[0], client)

    def test_unknown_names_are_told_before_anything_is_made(self):
        content = build_docx(
            "{{ client }} {{ klient }} {{ adress }} {{ klient }}",
            header="{{ companny }}",
            rows=("{%tr for l in lines %}", "{{ l.prise }}", "{%tr endfor %}"),
        )
        self._refuse(content, "klient, adress, l.prise, companny")
        self._refuse(build_docx("{{ client.name }}"), "client.name")
        self._refuse(
            build_docx("{%p for l in rows %}", "{{ l.zone }}", "{%p endfor %}"), "rows"
        )

    def test_broken_tags_are_shown(self):
        for text in (
            "{{ client",
            "{{ client }",
            "{{ }}",
            "{% if client %} no end",
            "{% endif %}",
            "{% whatever %}",
            "{{ client client }}",
        ):
            with self.subTest(text=text):
                self._refuse(
                    build_docx("Above", text, "Below"), "is broken|no document"
                )

    def test_code_is_refused(self):
        for text in (
            "{{ ''.__class__.__mro__ }}",
            "{{ client.__class__ }}",
            "{{ client['__class__'] }}",
            "{{ lines|map(attribute='__class__')|list }}",
            "{{ client() }}",
            "{{ client.upper() }}",
            "{{ range(10) }}",
            "{{ 9**99999999 }}",
            "{{ 'x' * 999999999 }}",
            "{{ client ~ client }}",
            "{{ client[0:1] }}",
            "{{ lines[0].zone }}",
            "{{ lines }}",
            "{{ client|safe }}",
            "{{ client|attr('x') }}",
            "{{ client|format(1) }}",
            "{% set x = 1 %}",
            "{% import 'x' as y %}",
            "{% include '/etc/passwd' %}",
            "{% extends 'x' %}",
            "{% macro m() %}{% endmacro %}",
            "{% for x in range(9) %}{% endfor %}",
            "{% for x in 'abc' %}{% endfor %}",
            "{% for a, b in lines %}{% endfor %}",
            "{% for x in lines recursive %}{% endfor %}",
            "{% for x in client %}{% endfor %}",
            "{% for x in lines %}{% for y in lines %}{% for z in lines %}"
            "{% endfor %}{% endfor %}{% endfor %}",
            "{{ self }}",
            "{{ loop }}",
            "{{ " + "(" * 2000 + "client" + ")" * 2000 + " }}",
        ):
            with self.subTest(text=text[:60]):
                self._refuse(build_docx(text), "something else|there are not|is broken")

    def test_code_in_the_properties_and_the_header_is_refused(self):
        self._refuse(build_docx("x", title="{{ cycler() }}"), "something else")
        self._refuse(build_docx("x", header="{{ client.x() }}"), "something else")

    def test_files_that_are_no_template_are_refused(self):
        good = build_docx("{{ client }}")
        document = read_part(good)
        bomb = b"<w:document>" + b" " * 200_000_000
        entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + document
        table = [
            ("first", b""),
            ("password", OLE),
            ("damaged", b"%PDF-1.4 nothing"),
            ("damaged", good[:2000]),
            ("damaged", b"PK\x03\x04" + b"\x00" * 100),
            ("larger than 10 MB", good + b"\x00" * (10 * 1024 * 1024)),
            ("unfolds", change_docx(good, {"word/media/a.xml": bomb})),
            (
                "unfolds",
                change_docx(good, {f"word/{n}.xml": b"<a/>" for n in range(600)}),
            ),
            ("damaged", change_docx(good, {"../evil.xml": b"<a/>"})),
            ("damaged", change_docx(good, {"word/document.xml": entity})),
            ("damaged", change_docx(good, {"word/document.xml": document[:300]})),
            ("macros", change_docx(good, {"word/vbaProject.bin": b"x"})),
            ("no Word file", change_docx(good, removed=["word/document.xml"])),
            ("damaged", change_docx(good, removed=["_rels/.rels"])),
        ]
        for message, content in table:
            with self.subTest(message=message, size=len(content)):
                self._refuse(content, message)

    def test_a_template_that_fetches_or_starts_something_is_refused(self):
        good = build_docx("{{ client }}")
        relations = "word/_rels/document.xml.rels"
        for words, name, old, new in (
            (
                "something from outside",
                relations,
                b"</Relationships>",
                b'<Relationship Id="rId99" Type="x/attachedTemplate" Target="http://x"'
                b' TargetMode="External"/></Relationships>',
            ),
            (
                "reads files",
                "word/document.xml",
                b"</w:r>",
                b"<w:instrText>INCLUDETEXT c:/x</w:instrText></w:r>",
            ),
        ):
            content = change_docx(good, {name: read_part(good, name).replace(old, new)})
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.documents._check_word_template(content, FIELDS)

    def test_an_encrypted_entry_is_refused(self):
        content = bytearray(build_docx("{{ client }}"))
        start = content.find(b"PK\x01\x02")
        content[start + 8] |= 1
        self._refuse(bytes(content), "damaged")

    def test_the_fields_are_listed_for_those_who_write_templates(self):
        listed = self.documents._describe_word_fields(FIELDS | {"x": "<b>"})
        for text in ("{{ client }}", "{{ line.zone }}", "for line in lines", "&lt;b"):
            self.assertIn(text, listed)
