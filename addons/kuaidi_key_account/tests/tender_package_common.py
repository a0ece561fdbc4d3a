import io
import zipfile

from lxml import etree
from PIL import Image
from reportlab.pdfgen import canvas

from odoo.fields import Command

from ..tools.docx_builder import BODY_MARK, CONTENTS_MARK
from ..tools.word_template import WordTemplate
from .tender_library_common import LibraryCommon
from .word_files import build_docx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
NAMES = ("project", "part", "number", "issuer", "bidder", "date", "contents", "body")
# the order in which Word's schema wants what we write; it repairs, or refuses, others
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr"
    " suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap"
    " overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid"
    " spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection"
    " textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow"
    " emboss imprint noProof snapToGrid vanish webHidden color spacing w kern position"
    " sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang specVanish",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize"
    " tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout"
    " tblCellMar tblLook tblCaption tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar"
    " textDirection tcFitText vAlign hideMark",
}
ORDERS = {name: order.split() for name, order in ORDERS.items()}


def make_evidence(pages=2):
    """Return a PDF with a word on each page."""
    output = io.BytesIO()
    pdf = canvas.Canvas(output)
    for page in range(pages):
        pdf.drawString(100, 700, f"Page {page + 1}")
        pdf.showPage()
    pdf.save()
    return output.getvalue()


def make_photo(picture_format="PNG", size=(300, 200), color="white"):
    """Return a picture file."""
    output = io.BytesIO()
    Image.new("RGB", size, color).save(output, picture_format)
    return output.getvalue()


def fill_in(template, **values):
    """Return a template with its fields filled in, and the marks of the text."""
    values = dict.fromkeys(NAMES, "") | values
    values |= {"body": BODY_MARK, "contents": CONTENTS_MARK}
    return WordTemplate(template, dict.fromkeys(NAMES)).render(values)


def make_plain_layout(*paragraphs):
    """Return a filled-in template without any style of ours."""
    return fill_in(build_docx(*(paragraphs or ("{{ project }}", "{{ body }}"))))


def find_faults(content):
    """Return what would have Word repair or refuse a document; none if it is sound."""
    faults = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if len(names) != len(set(names)):
            faults.append("twins")
        trees = {
            name: etree.fromstring(archive.read(name))
            for name in names
            if name.endswith((".xml", ".rels"))
        }
    types = trees["[Content_Types].xml"]
    extensions = {
        node.get("Extension").lower() for node in types.iter(f"{TYPES}Default")
    }
    overrides = {node.get("PartName") for node in types.iter(f"{TYPES}Override")}
    for name in names:
        extension = name.rpartition(".")[2].lower()
        if f"/{name}" not in overrides and extension not in extensions:
            faults.append(f"no content type: {name}")
    faults += [f"missing: {name}" for name in overrides if name[1:] not in names]
    for name, tree in trees.items():
        if name.endswith(".rels"):
            faults += _find_dead_relations(name, tree, names)
        elif name.startswith("word/"):
            faults += _find_order_faults(name, tree)
    faults += _find_loose_ids(trees)
    return faults


def _find_dead_relations(name, tree, names):
    folder = name.partition("_rels/")[0]
    for relation in tree.iter(f"{RELATIONS}Relationship"):
        if relation.get("TargetMode") == "External":
            continue
        target = relation.get("Target")
        path = target[1:] if target.startswith("/") else f"{folder}{target}"
        if path.replace("word/../", "") not in names:
            yield f"{name}: {target}"


def _find_order_faults(name, tree):
    for key, order in ORDERS.items():
        for node in tree.iter(W + key):
            places = [
                order.index(etree.QName(child).localname)
                for child in node
                if etree.QName(child).localname in order
            ]
            if places != sorted(places) or len(places) != len(set(places)):
                yield f"{name}: {etree.tostring(node)[:200]}"
    for cell in tree.iter(W + "tc"):
        if cell[-1].tag != W + "p":
            yield f"{name}: a cell without a paragraph at its end"


def _find_loose_ids(trees):
    document = trees["word/document.xml"]
    relations = {
        node.get("Id")
        for node in trees["word/_rels/document.xml.rels"].iter(
            f"{RELATIONS}Relationship"
        )
    }
    for node in document.iter():
        for key in ("embed", "id", "link"):
            value = node.get(R + key)
            if value and value not in relations:
                yield f"no relation {value}"
    styles = {
        node.get(W + "styleId") for node in trees["word/styles.xml"].iter(W + "style")
    }
    for key in ("pStyle", "tblStyle", "rStyle"):
        for node in document.iter(W + key):
            if node.get(W + "val") not in styles:
                yield f"no style {node.get(W + 'val')}"
    marks = [node.get(W + "id") for node in document.iter(W + "bookmarkStart")]
    if len(marks) != len(set(marks)):
        yield "bookmarks of one number"
    begun = sum(
        {"begin": 1, "end": -1}.get(node.get(W + "fldCharType"), 0)
        for node in document.iter(W + "fldChar")
    )
    if begun:
        yield "a field without an end"
    numbering = trees.get("word/numbering.xml")
    numbers = set()
    if numbering is not None:
        numbers = {node.get(W + "numId") for node in numbering.iter(W + "num")}
    for node in document.iter(W + "numId"):
        if node.get(W + "val") not in {*numbers, "0"}:
            yield f"no list {node.get(W + 'val')}"


class PackageCommon(LibraryCommon):
    """A tender of a client, whose bid sales write and build."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.tender = cls._create_tender()

    @classmethod
    def _create_tender(cls, user=None, **values):
        user = user or cls.sales
        return (
            cls.env["kuaidi.tender"]
            .with_user(user)
            .create(
                {
                    "name": "Parcels of Haina 2026",
                    "reference": "HN-018",
                    "partner_id": cls.client.id,
                    "company_id": cls.company.id,
                    "date_deadline": "2026-04-10 02:00:00",
                    "amount_bid": 1_800_000,
                    "amount_ceiling": 2_000_000,
                    "signatory_name": "Zhang Li",
                    **values,
                }
            )
        )

    @classmethod
    def _create_section(cls, tender=None, user=None, **values):
        """Write a section as sales, its text ready by default."""
        tender = tender or cls.tender
        return (
            cls.env["kuaidi.tender.section"]
            .with_user(user or cls.sales)
            .create(
                {
                    "tender_id": tender.id,
                    "name": "Bid Letter",
                    "body": "<p>We offer {{ project }} for {{ amount_bid }}.</p>",
                    "user_id": (user or cls.sales).id,
                    **values,
                }
            )
        )

    @classmethod
    def _create_requirement(cls, tender=None, assets=(), **values):
        tender = tender or cls.tender
        return (
            cls.env["kuaidi.tender.requirement"]
            .with_user(cls.sales)
            .create(
                {
                    "tender_id": tender.id,
                    "clause": "3.1",
                    "name": "A licence & permit <copy>",
                    "answer": "Met in full",
                    "asset_ids": [Command.set([asset.id for asset in assets])],
                    **values,
                }
            )
        )

    def _build(self, tender=None):
        """Have the package built as the cron does, and return it."""
        tender = tender or self.tender
        package = self._ask_for_package(tender)
        cron = self.env.ref("kuaidi_key_account.cron_build_packages")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        return package

    def _ask_for_package(self, tender=None):
        """Press the button, and return the package that waits to be built."""
        action = (tender or self.tender).action_build_package()
        return self.env["kuaidi.tender.package"].browse(action["res_id"])

    def _read_files(self, package):
        """Return the content of each file of a package by its name."""
        return {file.name: file.sudo().attachment_id.raw for file in package.file_ids}

    def _read_document(self, package, part="commercial"):
        """Return the Word document of a part, as bytes."""
        file = package.file_ids.filtered(
            lambda f: f.kind == "document" and f.part == part
        )
        return file.sudo().attachment_id.raw
