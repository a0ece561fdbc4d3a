from contextlib import contextmanager
from io import BytesIO

from PIL import Image

from odoo.fields import Command
from odoo.tests import freeze_time
from odoo.tools.pdf import PdfFileWriter

from .common import KuaidiCommon

# a Monday, at noon in Shanghai
TODAY = "2026-03-02"


def make_pdf(password=None, pages=1):
    """Return a PDF file of empty A4 pages, locked by a password if one is given."""
    writer = PdfFileWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    if password:
        writer.encrypt(password)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def make_picture(picture_format="PNG", size=(8, 8)):
    """Return a picture file."""
    stream = BytesIO()
    Image.new("RGB", size, "white").save(stream, picture_format)
    return stream.getvalue()


@freeze_time(f"{TODAY} 04:00:00")
class LibraryCommon(KuaidiCommon):
    """The library of a company that bids, seen on Monday 2 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls._create_user("kuaidi_member", "group_kuaidi_user")
        cls.sales_2 = cls._create_user("kuaidi_sales_2", "group_sales")

    @classmethod
    def _get_type(cls, name):
        """Return the library type with that XML-ID suffix."""
        return cls.env.ref(f"kuaidi_key_account.bid_asset_type_{name}")

    @classmethod
    def _create_asset(cls, type_name="iso_quality", user=None, raw=None, **values):
        """File an entry as sales, a certificate until the end of 2026 by default."""
        user = user or cls.sales
        asset_type = cls._get_type(type_name)
        if asset_type.is_expiry_needed:
            values.setdefault("date_expiry", "2026-12-31")
        if asset_type.kind == "reference":
            values.setdefault("client_name", "Haina Appliances")
        if raw:
            file = cls._upload(user, raw)
            values["attachment_ids"] = [Command.set(file.ids)]
        return (
            cls.env["kuaidi.bid.asset"]
            .with_user(user)
            .create({"name": "ISO 9001", "type_id": asset_type.id, **values})
        )

    @classmethod
    def _upload(cls, user, raw, name="paper"):
        """Return a file as the upload of a user would leave it."""
        return (
            cls.env["ir.attachment"].with_user(user).create({"name": name, "raw": raw})
        )

    @contextmanager
    def _refused(self, error, message=""):
        """Expect a refusal, and read anew afterwards what is in the database."""
        with self.assertRaisesRegex(error, message), self.cr.savepoint():
            yield
        self.env.invalidate_all()
