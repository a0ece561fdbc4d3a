import base64
from binascii import Error as Base64Error

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.word_guard import WordFileError, check_word_file
from ...tools.word_template import WordTemplate, WordTemplateError


class KuaidiWordDocument(models.AbstractModel):
    """Makes Word documents from templates of the company's own.

    A template names fields as `{{ client }}`, leaves parts out by
    `{%p if amount %} … {%p endif %}`, and repeats a row of a table by
    `{%tr for line in lines %} … {%tr endfor %}`. It is checked when it is uploaded and
    again when it is used: nothing in it is executed.

    Fields are described by a dict: the label by name; for a list, a pair of its label
    and a dict with the labels of its columns.
    """

    _name = "kuaidi.word.document"
    _description = "Word Document from a Template"

    # === BUSINESS METHODS === #

    def _check_word_template(self, content, word_fields):
        """Check that a template can be used.

        :param content: the .docx file as bytes, or in base64 as a binary field holds it
        :param word_fields: the fields that it may name, see the class
        :raise UserError: saying what to change: names that there are not, broken tags,
            code, a damaged, protected or oversized file, one that fetches something
        """
        content = self._decode_word_file(content)
        self._open_word_template(content, word_fields)
        self._check_harmless(content)

    def _render_word_template(self, content, word_fields, values):
        """Return the document that a template and values make, as bytes.

        :param values: text by name of field, for a list a list of dicts of text; a name
            that is left out is empty
        :raise UserError: as `_check_word_template`
        """
        empty = {
            name: [] if isinstance(label, tuple) else ""
            for name, label in word_fields.items()
        }
        template = self._open_word_template(
            self._decode_word_file(content), word_fields
        )
        try:
            return template.render(empty | values)
        except WordTemplateError as error:
            raise self._get_template_error(error) from error

    def _decode_word_file(self, content):
        """Return the file of a template, which may be in base64."""
        if not content:
            raise UserError(self.env._("Upload the Word template first (.docx)."))
        if content.startswith((b"PK", b"\xd0\xcf")):
            return content
        try:
            return base64.b64decode(content, validate=True)
        except (Base64Error, ValueError):
            # neither: the check of the file says so
            return bytes(content)

    def _open_word_template(self, content, word_fields):
        names = {
            name: dict.fromkeys(label[1]) if isinstance(label, tuple) else None
            for name, label in word_fields.items()
        }
        try:
            return WordTemplate(content, names)
        except WordTemplateError as error:
            raise self._get_template_error(error) from error

    def _get_template_error(self, error):
        # a lazy translation takes the language of the environment
        message = error.message._translate(self.env.lang)
        return UserError(message % error.values if error.values else message)

    @api.model
    def _check_harmless(self, content):
        """Check that a Word file names no file outside of it and runs nothing.

        :raise UserError: saying what to change
        """
        try:
            check_word_file(content)
        except WordFileError as error:
            raise UserError(
                self._describe_word_fault(error.code, error.detail)
            ) from error

    @api.model
    def _describe_word_fault(self, code, detail):
        """Return what is said of a Word file that is not taken."""
        if code == "protected":
            return self.env._(
                "The file is protected by a password, or of the old .doc format. Save"
                " it in Word as .docx without a password."
            )
        if code == "macros":
            return self.env._("The Word file holds macros. Save it without them.")
        if code == "outside":
            return self.env._(
                "The Word file fetches something from outside: %(what)s. Put the"
                " picture or text itself into it.",
                what=detail,
            )
        if code == "objects":
            return self.env._(
                "The Word file holds an embedded object (%(what)s). Replace it by a"
                " picture or a table.",
                what=detail,
            )
        if code == "fields":
            return self.env._(
                "The Word file holds a field that reads files or starts programs:"
                " %(what)s. Remove it.",
                what=detail,
            )
        if code == "large":
            return self.env._(
                "The Word file unfolds to far more than a document needs. Make its"
                " pictures smaller."
            )
        return self.env._(
            "The Word file is damaged or cut short. Open it in Word and save it anew."
        )

    def _describe_word_fields(self, word_fields):
        """Return the list of fields that a template may name, as HTML."""
        rows = []
        for name, label in word_fields.items():
            if not isinstance(label, tuple):
                rows.append((f"{{{{ {name} }}}}", label))
                continue
            rows.append((f"{{%tr for line in {name} %}} … {{%tr endfor %}}", label[0]))
            rows += [
                (f"{{{{ line.{column} }}}}", f"{label[0]}: {text}")
                for column, text in label[1].items()
            ]
        return Markup('<table class="table table-sm"><tbody>%s</tbody></table>') % (
            Markup().join(
                Markup("<tr><td><code>%s</code></td><td>%s</td></tr>") % row
                for row in rows
            )
        )
