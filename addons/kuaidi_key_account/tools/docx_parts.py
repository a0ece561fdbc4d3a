"""Reads and writes the parts of which a Word file consists."""

import io
import zipfile
from datetime import datetime
from xml.sax.saxutils import escape

from lxml import etree

from .docx_xml import W, element

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
MAIN = "word/document.xml"
MAIN_RELATIONS = "word/_rels/document.xml.rels"
CONTENT_TYPES = "[Content_Types].xml"
PROPERTIES = "docProps/core.xml"
_PROPERTIES_XML = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties
 xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>
<dc:creator>{author}</dc:creator><cp:lastModifiedBy>{author}</cp:lastModifiedBy>
<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>
<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified>
</cp:coreProperties>"""
# number formats and marks of lists, by level in turn
COUNTED = ("decimal", "lowerLetter", "lowerRoman")
BULLETS = ("●", "○", "■")
LEVELS = 9
INDENT = 420


class DocxParts:
    """The parts of a Word file, and the trees of those that are changed.

    :param content: the .docx file, as bytes
    """

    def __init__(self, content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self._parts = {name: archive.read(name) for name in archive.namelist()}
        self._trees = {}
        # styles by name in small letters, once one was asked for
        self._styles = None
        self._list_kinds = {}

    def get_tree(self, name):
        """Return the root of a part; changes of it are kept."""
        if name not in self._trees:
            self._trees[name] = etree.fromstring(self._parts[name])
        return self._trees[name]

    def get_body(self):
        """Return the element that holds the document's text."""
        return self.get_tree(MAIN).find(W + "body")

    def save(self, target, properties=None, pictures=()):
        """Write the file.

        :param target: path, or file open for writing
        :param properties: dict of title and author
        :param pictures: pairs of a relationship's id and a Picture, read one by one
        """
        self._relate_pictures(pictures)
        if properties and PROPERTIES in self._parts:
            self._trees.pop(PROPERTIES, None)
            self._parts[PROPERTIES] = _PROPERTIES_XML.format(
                title=escape(properties["title"]),
                author=escape(properties["author"]),
                moment=datetime.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            ).encode()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as out:
            # Word wants the types first
            for name in sorted(self._parts, key=lambda name: name != CONTENT_TYPES):
                content = self._parts[name]
                if name in self._trees:
                    content = etree.tostring(
                        self._trees[name],
                        xml_declaration=True,
                        encoding="UTF-8",
                        standalone=True,
                    )
                out.writestr(name, content)
            for relation, picture in pictures:
                out.write(
                    picture.path, _get_media(relation, picture), zipfile.ZIP_STORED
                )

    def get_bytes(self):
        """Return the file without its pictures, as bytes."""
        output = io.BytesIO()
        self.save(output)
        return output.getvalue()

    def find_style(self, name, xml):
        """Return the id of a style by its name, which Word never translates.

        :param xml: function that returns the style, made where the file lacks it
        """
        if self._styles is None:
            root = self.get_tree("word/styles.xml")
            self._styles = {
                style.find(W + "name").get(W + "val", "").lower(): style
                for style in root.iterchildren(W + "style")
            }
        if name.lower() not in self._styles:
            style = xml(name)
            self.get_tree("word/styles.xml").append(style)
            self._styles[name.lower()] = style
        return self._styles[name.lower()].get(W + "styleId")

    def has_numbers(self, style_id):
        """Tell whether paragraphs of a style are numbered by Word itself."""
        return any(
            style.find(f"{W}pPr/{W}numPr") is not None
            for style in self._styles.values()
            if style.get(W + "styleId") == style_id
        )

    def set_update(self):
        """Have Word work out its fields when it opens the file: contents and pages."""
        name = "word/settings.xml"
        if name not in self._parts:
            return
        root = self.get_tree(name)
        node = root.find(W + "updateFields")
        if node is None:
            node = element("updateFields")
            # the schema has an order, and these come before it
            before = [
                place
                for place, child in enumerate(root)
                if etree.QName(child).localname in SETTINGS_BEFORE
            ]
            root.insert(before[-1] + 1 if before else 0, node)
        node.set(W + "val", "true")

    def add_list(self, is_counted):
        """Return the number of a new list, which begins with its first mark."""
        root = self._get_numbering()
        if is_counted not in self._list_kinds:
            self._list_kinds[is_counted] = self._add_list_kind(root, is_counted)
        ids = [int(node.get(W + "numId")) for node in root.iter(W + "num")]
        number = max([*ids, 0]) + 1
        node = element(
            "num", element("abstractNumId", val=self._list_kinds[is_counted])
        )
        node.set(W + "numId", str(number))
        if is_counted:
            for level in range(LEVELS):
                start = element("startOverride", val=1)
                node.append(element("lvlOverride", start, ilvl=level))
        last = root.find(W + "numIdMacAtCleanup")
        if last is None:
            root.append(node)
        else:
            last.addprevious(node)
        return number

    def _add_list_kind(self, root, is_counted):
        ids = [
            int(node.get(W + "abstractNumId")) for node in root.iter(W + "abstractNum")
        ]
        number = max([*ids, 0]) + 1
        kind = element("abstractNum", element("multiLevelType", val="multilevel"))
        kind.set(W + "abstractNumId", str(number))
        for level in range(LEVELS):
            shape = COUNTED[level % 3] if is_counted else "bullet"
            mark = f"%{level + 1}." if is_counted else BULLETS[level % 3]
            indent = element(
                "ind", left=INDENT * (level + 1), hanging=INDENT, firstLineChars=0
            )
            node = element(
                "lvl",
                element("start", val=1),
                element("numFmt", val=shape),
                element("lvlText", val=mark),
                element("lvlJc", val="left"),
                element("pPr", indent),
                ilvl=level,
            )
            kind.append(node)
        # all kinds of lists come before the lists
        first = root.find(W + "num")
        if first is None:
            root.append(kind)
        else:
            first.addprevious(kind)
        return number

    def _get_numbering(self):
        name = "word/numbering.xml"
        if name not in self._parts:
            self._parts[name] = etree.tostring(element("numbering"))
            self._relate("rIdNumbering", "numbering", "numbering.xml")
            types = self.get_tree(CONTENT_TYPES)
            node = etree.SubElement(types, f"{{{TYPES}}}Override")
            node.set("PartName", f"/{name}")
            node.set("ContentType", f"{WORD_TYPE}.numbering+xml")
        return self.get_tree(name)

    def _relate(self, relation, kind, target):
        node = etree.SubElement(
            self.get_tree(MAIN_RELATIONS), f"{{{RELATIONS}}}Relationship"
        )
        node.set("Id", relation)
        node.set("Type", f"{OFFICE}/{kind}")
        node.set("Target", target)

    def _relate_pictures(self, pictures):
        types = self.get_tree(CONTENT_TYPES)
        known = {
            node.get("Extension", "").lower()
            for node in types.iter(f"{{{TYPES}}}Default")
        }
        for relation, picture in pictures:
            target = _get_media(relation, picture).removeprefix("word/")
            self._relate(relation, "image", target)
            if picture.kind not in known:
                known.add(picture.kind)
                node = etree.Element(f"{{{TYPES}}}Default")
                node.set("Extension", picture.kind)
                node.set("ContentType", f"image/{picture.kind}")
                types.insert(0, node)


def _get_media(relation, picture):
    return f"word/media/{relation}.{picture.kind}"


# what stands before `updateFields` in the settings, in Word's schema
SETTINGS_BEFORE = frozenset(
    (
        "writeProtection view zoom removePersonalInformation removeDateAndTime"
        " doNotDisplayPageBoundaries displayBackgroundShape printPostScriptOverText"
        " printFractionalCharacterWidth printFormsData embedTrueTypeFonts"
        " embedSystemFonts saveSubsetFonts saveFormsData mirrorMargins"
        " alignBordersAndEdges bordersDoNotSurroundHeader bordersDoNotSurroundFooter"
        " gutterAtTop hideSpellingErrors hideGrammaticalErrors activeWritingStyle"
        " proofState formsDesign attachedTemplate linkStyles stylePaneFormatFilter"
        " stylePaneSortMethod documentType mailMerge revisionView trackRevisions"
        " doNotTrackMoves doNotTrackFormatting documentProtection autoFormatOverride"
        " styleLockTheme styleLockQFSet defaultTabStop autoHyphenation"
        " consecutiveHyphenLimit hyphenationZone doNotHyphenateCaps showEnvelope"
        " summaryLength clickAndTypeStyle defaultTableStyle evenAndOddHeaders"
        " bookFoldRevPrinting bookFoldPrinting bookFoldPrintingSheets"
        " drawingGridHorizontalSpacing drawingGridVerticalSpacing"
        " displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery"
        " doNotUseMarginsForDrawingGridOrigin drawingGridHorizontalOrigin"
        " drawingGridVerticalOrigin doNotShadeFormData noPunctuationKerning"
        " characterSpacingControl printTwoOnOne strictFirstAndLastChars"
        " noLineBreaksAfter noLineBreaksBefore savePreviewPicture"
        " doNotValidateAgainstSchema saveInvalidXml ignoreMixedContent"
        " alwaysShowPlaceholderText doNotDemarcateInvalidXml saveXmlDataOnly"
        " useXSLTWhenSaving saveThroughXslt showXMLTags alwaysMergeEmptyNamespace"
    ).split()
)
