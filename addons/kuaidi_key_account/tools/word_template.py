"""Fills in a company's own Word template, without trusting it.

A template may name fields, repeat a row for each line of a list, and leave parts out.
Everything else that Jinja knows is refused before anything is made: no calls, no
arithmetic, no attributes but the columns of a list. What is left cannot run code, and
takes no longer than its text is long.
"""

import io
import re
import zipfile
import zlib

from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from odoo.tools.translate import LazyTranslate

from .archive_guard import ArchiveDamaged, ArchiveTooBig, has_macros, open_guarded

_lt = LazyTranslate(__name__)

MAX_SIZE = 10 * 1024 * 1024
MAX_ENTRIES = 500
MAX_INFLATED = 60 * 1024 * 1024
# the text of a contract of 300 pages has 3 MB
MAX_TEXT = 4 * 1024 * 1024
# a list within a list, and no deeper: the work grows with the power
MAX_DEPTH = 2

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
# characters that Word takes
PROPERTY_LENGTH = 255
FILTERS = {"upper", "lower", "trim", "title"}
TESTS = {"defined", "equalto", "eq", "ne"}
LOOP_COLUMNS = dict.fromkeys(("index", "index0", "first", "last", "length"))
PLAIN_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Const,
)
# what no XML may hold, and what docxtpl would turn into paragraphs and pages
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class _Document(DocxTemplate):
    """Fills in the properties of a file as the text that they are, not as markup."""

    def render_properties(self, context, jinja_env=None):
        properties = self.docx.core_properties
        environment = jinja_env.overlay(autoescape=False)
        for name in PROPERTIES:
            source = getattr(properties, name)
            if "{" in source:
                text = environment.from_string(source).render(context)
                setattr(properties, name, text[:PROPERTY_LENGTH])


class WordTemplateError(Exception):
    """A template is refused.

    ``message`` is a lazy translation, a whole sentence; ``values`` fill it in.
    """

    def __init__(self, message, **values):
        super().__init__(message)
        self.message = message
        self.values = values


def damaged():
    return WordTemplateError(
        _lt(
            "The Word file is damaged or cut short. Open it in Word, save it anew as"
            " .docx, and upload that."
        )
    )


def code_found(text):
    return WordTemplateError(
        _lt(
            "The template may name fields and lists, and holds something else:"
            " %(text)s. Replace it by one of the fields below."
        ),
        text=text,
    )


class WordTemplate:
    """One template, opened and looked through; `render` makes the document.

    :param content: the .docx file, as bytes
    :param fields: the names that may be used; the value of a list's name is a dict with
        the names of its columns, of any other name None
    :raise WordTemplateError: saying what to change
    """

    def __init__(self, content, fields):
        self._content = content
        self._fields = fields
        self._environment = ImmutableSandboxedEnvironment(
            autoescape=True, undefined=StrictUndefined
        )
        self._check_archive()
        self._unknown = []
        try:
            for source in self._list_sources():
                # most parts are plain text, and reading them takes time
                if "{" in source:
                    self._check_source(source)
        except (etree.LxmlError, OpcError, KeyError, ValueError, AttributeError) as err:
            raise damaged() from err
        if self._unknown:
            raise WordTemplateError(
                _lt(
                    "The template names fields that there are not: %(names)s. Correct"
                    " them; the fields are listed below."
                ),
                names=", ".join(dict.fromkeys(self._unknown)),
            )

    def render(self, values):
        """Return the document as bytes.

        :param values: text by name; for a list, a list of dicts of text
        :raise WordTemplateError: when Word's markup around a tag cannot be filled in
        """
        # the one that was looked through serves once: rendering changes it
        document, self._document = self._document or self._open(), None
        try:
            document.render(clean(values), self._environment)
            output = io.BytesIO()
            document.save(output)
        except TemplateError as error:
            raise self._broken(error, "") from error
        except (etree.LxmlError, OpcError, KeyError, ValueError, AttributeError) as err:
            raise WordTemplateError(
                _lt(
                    "A tag of the template stands across two paragraphs or cells, so"
                    " that no document can be made. Write each tag in one place."
                )
            ) from err
        return output.getvalue()

    def _check_archive(self):
        content = self._content
        if content.startswith(OLE_SIGNATURE):
            raise WordTemplateError(
                _lt(
                    "The file is protected by a password, or of the old .doc format."
                    " Save it in Word as .docx without a password, and upload that."
                )
            )
        if len(content) > MAX_SIZE:
            raise WordTemplateError(
                _lt(
                    "The template is larger than %(limit)s MB. Make its pictures"
                    " smaller, and upload it again."
                ),
                limit=MAX_SIZE // 1024 // 1024,
            )
        try:
            archive = open_guarded(content, MAX_ENTRIES, MAX_INFLATED)
            names = set(archive.namelist())
            if not {"[Content_Types].xml", "word/document.xml"} <= names:
                raise WordTemplateError(
                    _lt(
                        "This is no Word file. Upload the template as .docx, as Word"
                        " saves it."
                    )
                )
            if has_macros(archive):
                raise WordTemplateError(
                    _lt(
                        "The template holds macros. Save it without them, as .docx, and"
                        " upload that."
                    )
                )
            for name in names:
                if name.endswith((".xml", ".rels")):
                    self._check_part(archive, name)
        except ArchiveTooBig as error:
            raise too_big() from error
        except (
            ArchiveDamaged,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            ValueError,
        ) as error:
            raise damaged() from error

    def _check_part(self, archive, name):
        if archive.getinfo(name).file_size > MAX_TEXT:
            raise too_big()
        text = archive.read(name)
        # Word writes neither; in UTF-16 they would be spread over two bytes each
        compact = text.replace(b"\x00", b"")
        if b"<!DOCTYPE" in compact or b"<!ENTITY" in compact:
            raise damaged()

    def _open(self):
        document = _Document(io.BytesIO(self._content))
        try:
            document.init_docx()
        except (etree.LxmlError, OpcError, KeyError, ValueError, TypeError) as error:
            raise damaged() from error
        return document

    def _list_sources(self):
        """Yield each text of the document in which tags can stand."""
        document = self._document = self._open()
        yield document.patch_xml(document.get_xml())
        for uri in (document.HEADER_URI, document.FOOTER_URI):
            for _key, part in document.get_headers_footers(uri):
                yield document.patch_xml(document.get_part_xml(part))
        for part in document.docx.part.package.iter_parts():
            if part.content_type.endswith("wordprocessingml.footnotes+xml"):
                yield document.patch_xml(part.blob.decode("utf-8"))
        for name in PROPERTIES:
            yield getattr(document.docx.core_properties, name)

    def _check_source(self, source):
        try:
            tree = self._environment.parse(source)
            self._check_node(tree, dict(self._fields), 0)
        except TemplateError as error:
            raise self._broken(error, source) from error
        except RecursionError as error:
            raise code_found("((( … )))") from error

    def _broken(self, error, source):
        """Return the error for a tag that Jinja cannot read, with the words around."""
        line_number = getattr(error, "lineno", None) or 1
        lines = source.splitlines()[line_number - 1 : line_number]
        tags = re.findall(r"{[{%#].{0,80}", "".join(lines))
        return WordTemplateError(
            _lt(
                "A tag of the template is broken (%(problem)s). Look for a missing"
                " bracket, an “end” that is missing or one too many: %(text)s"
            ),
            problem=error.message or type(error).__name__,
            text=re.sub(r"<[^>]*>?", "", " … ".join(tags[:5])) or "–",
        )

    def _check_node(self, node, names, depth):
        """Check one node of the template's tree and all below it.

        :param names: what may be named here, see `fields`
        :param depth: how many lists this stands within
        """
        if isinstance(node, nodes.For):
            self._check_loop(node, names, depth)
        elif isinstance(node, nodes.Name):
            if node.name not in names:
                self._unknown.append(node.name)
        elif isinstance(node, nodes.Getattr | nodes.Getitem):
            self._check_column(node, names)
        elif isinstance(node, nodes.Filter | nodes.Test):
            allowed = FILTERS if isinstance(node, nodes.Filter) else TESTS
            if node.name not in allowed or node.kwargs or node.dyn_args:
                raise code_found(node.name)
            for child in node.iter_child_nodes():
                self._check_node(child, names, depth)
        elif isinstance(node, PLAIN_NODES):
            for child in node.iter_child_nodes():
                is_list = isinstance(child, nodes.Name) and names.get(child.name)
                if is_list and isinstance(node, nodes.Output):
                    # a list is gone through; printed whole it is gibberish
                    raise code_found(child.name)
                self._check_node(child, names, depth)
        else:
            raise code_found(type(node).__name__)

    def _check_loop(self, node, names, depth):
        target, source = node.target, node.iter
        if not isinstance(target, nodes.Name) or not isinstance(source, nodes.Name):
            raise code_found("for")
        if node.recursive or depth >= MAX_DEPTH:
            raise code_found("for")
        if source.name not in names:
            self._unknown.append(source.name)
            columns = None
        else:
            columns = names[source.name]
            if columns is None:
                raise code_found(f"for … in {source.name}")
        inner = names | {"loop": LOOP_COLUMNS, target.name: columns or {}}
        for child in (*node.body, *node.else_, *filter(None, [node.test])):
            self._check_node(child, inner, depth + 1)

    def _check_column(self, node, names):
        """Check `row.column`, or `row["column"]`."""
        if isinstance(node, nodes.Getattr):
            column = node.attr
        elif isinstance(node.arg, nodes.Const):
            column = str(node.arg.value)
        else:
            raise code_found("[ ]")
        if not isinstance(node.node, nodes.Name):
            raise code_found(f"… .{column}")
        owner = node.node.name
        if owner not in names or column not in (names[owner] or {}):
            self._unknown.append(f"{owner}.{column}")


def too_big():
    return WordTemplateError(
        _lt(
            "The Word file unfolds to far more than a template needs, so it was not"
            " read. Copy its text into a new document and upload that."
        )
    )


def clean(value):
    """Return values as plain text that XML may hold, lists and their rows kept.

    :raise TypeError: for anything but text in lists and dicts
    """
    if isinstance(value, dict):
        return {str(name): clean(item) for name, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    if not isinstance(value, str):
        raise TypeError(f"A template is fed text, not {type(value).__name__}.")
    # exactly str: a subclass such as Markup would not be escaped
    return CONTROLS.sub("", "".join(value.replace("\r\n", "\n").replace("\r", "\n")))
