import base64

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..tools.bid_template import build_bid_template
from .tender_library_common import LibraryCommon
from .word_files import OLE, build_docx, change_docx, read_part


@tagged("post_install", "-at_install")
class TestTenderPackageLayout(LibraryCommon):
    """Layouts that the company uploads: nothing in them is trusted."""

    def _upload(self, content, name="bid.docx"):
        return (
            self.env["kuaidi.bid.layout"]
            .with_user(self.centre)
            .create(
                {
                    "name": "Own",
                    "filename": name,
                    "document": base64.b64encode(content),
                }
            )
        )

    def test_the_layout_that_is_shipped_is_taken(self):
        self.assertTrue(self.env.ref("kuaidi_key_account.bid_layout_default").document)
        layout = self._upload(build_bid_template())
        content = layout._fill_in({"project": "A & <B>"})
        self.assertIn(b"A &amp; &lt;B&gt;", read_part(content))
        self.assertIn("{{ contents }}", str(layout.field_list))

    def test_bad_layouts_are_refused_with_what_to_do(self):
        good = build_docx("{{ project }}", "{{ body }}")
        relations = read_part(good, "word/_rels/document.xml.rels").decode()

        def relate(kind, target, mode=""):
            node = (
                f'<Relationship Id="rId99" Type="http://x/{kind}" Target="{target}"'
                f"{mode}/></Relationships>"
            )
            changed = relations.replace("</Relationships>", node).encode()
            return change_docx(good, {"word/_rels/document.xml.rels": changed})

        def add_field(*codes):
            runs = "".join(
                f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes
            )
            document = read_part(good).replace(b"<w:r>", runs.encode() + b"<w:r>", 1)
            return change_docx(good, {"word/document.xml": document})

        external = ' TargetMode="External"'
        cases = (
            (build_docx("{{ body }}", "{{ projekt }}"), "projekt"),
            (build_docx("{{ body }}", "{{ project }"), "broken"),
            (build_docx("{{ body }}", "{% if project %}"), "broken"),
            (build_docx("{{ body }}", "{{ 7 * 7 }}"), "holds something else"),
            (
                build_docx("{{ body }}", "{{ ''.__class__.__mro__ }}"),
                "holds something else|there are not",
            ),
            (build_docx("{{ body }}", "{% include 'x' %}"), "holds something else"),
            (
                build_docx("{{ body }}", "{% for a in project %}{% endfor %}"),
                "holds something else",
            ),
            (build_docx("{{ project }}"), "where the text of the bid goes"),
            (build_docx("x", rows=["{{ body }}"]), "where the text of the bid goes"),
            (OLE, "protected by a password"),
            (b"PK\x03\x04 nonsense", "damaged"),
            (b"plain text", "damaged"),
            (change_docx(good, {"word/vbaProject.bin": b"x"}), "macros"),
            (
                relate("attachedTemplate", "http://evil.example/t.dotm", external),
                "from outside: http://evil",
            ),
            (relate("image", "file:///etc/passwd", external), "from outside"),
            (relate("oleObject", "embeddings/a.bin"), "embedded object"),
            (relate("aFChunk", "chunk.html"), "embedded object"),
            (add_field(" INCLUDETEXT c:\\x "), "INCLUDETEXT"),
            (add_field(" DDE", "AUTO cmd "), "DDEAUTO"),
            (add_field(' INCLUDEPICTURE "http://x" '), "INCLUDEPICTURE"),
        )
        for content, message in cases:
            with self.subTest(message=message):
                count = self.env["kuaidi.bid.layout"].search_count([])
                with self._refused((UserError, ValidationError), message):
                    self._upload(content)
                self.assertEqual(self.env["kuaidi.bid.layout"].search_count([]), count)

    def test_links_and_page_numbers_are_harmless(self):
        good = build_docx("{{ body }}")
        document = read_part(good).replace(
            b"<w:r>",
            b"<w:r><w:instrText> PAGEREF _Toc1 </w:instrText></w:r><w:r>",
            1,
        )
        self.assertTrue(
            self._upload(change_docx(good, {"word/document.xml": document}))
        )

    def test_the_wrong_kind_of_file_is_refused(self):
        with self._refused(ValidationError, "is no .docx file"):
            self._upload(build_docx("{{ body }}"), name="bid.docm")

    def test_the_layout_of_the_company_comes_first(self):
        own = self._upload(build_bid_template())
        own.company_id = self.company
        layouts = self.env["kuaidi.bid.layout"]
        self.assertEqual(layouts._get_fitting(self.company), own)
        default = self.env.ref("kuaidi_key_account.bid_layout_default")
        self.assertEqual(
            layouts._get_fitting(self.env.ref("base.main_company")), default
        )

    def test_usual_texts_name_known_fields_alone(self):
        line = self.env.ref("kuaidi_key_account.tender_template_full_letter")
        with self._refused(ValidationError, "there are not: pice"):
            line.body = "<p>{{ pice }}</p>"
        self.assertNotIn("pice", line.body)

    def test_structures_that_are_shipped_are_sound(self):
        templates = self.env["kuaidi.tender.template"]
        for form, count in (
            ("public", 46),
            ("comparison", 46),
            ("negotiation", 29),
            ("enquiry", 19),
            ("single_source", 18),
        ):
            with self.subTest(form=form):
                template = templates._get_fitting(form, self.company)
                self.assertEqual(len(template.line_ids), count)
                parts = set(template.line_ids.mapped("part"))
                self.assertEqual(parts, {"commercial", "technical", "price", "form"})
