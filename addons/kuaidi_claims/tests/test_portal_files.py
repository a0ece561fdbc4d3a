import base64
import io
import time
import tracemalloc
import warnings
import zipfile
import zlib
from unittest.mock import patch

from PIL import Image, MpoImagePlugin

from odoo.tests import BaseCase, tagged

from odoo.addons.kuaidi_claims.models.portal import portal_files
from odoo.addons.kuaidi_claims.models.portal.portal_request import PortalRefusal
from odoo.addons.kuaidi_claims.tools.uploads import clean_name, detect_kind

from .portal_common import PortalCommon

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<html><script>alert(1)</script></html>"
WEBP = base64.b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
# what pretends to be something else, or is not for us
REFUSED = {
    "picture.svg": SVG,
    "page.html": HTML,
    "page.jpg": HTML,
    "text.png": b"just text",
    "office.docx": b"PK\x03\x04" + b"x" * 50,
    "old.doc": b"\xd0\xcf\x11\xe0" + b"x" * 50,
    "program.exe": b"MZ" + b"x" * 50,
    "animation.gif": base64.b64decode(
        "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    ),
    "cut.jpg": b"\xff\xd8\xff" + HTML,
    "riff.webp": b"RIFF" + b"x" * 50,
    "cut.webp": b"RIFF\xff\x00\x00\x00WEBPVP8L",
    "empty.jpg": b"",
    "comment.pdf": b"<!-- %PDF-1.4 -->",
}


def _make_chunk(kind, content):
    """Return a part of a PNG with its length and checksum."""
    part = kind + content
    return len(content).to_bytes(4, "big") + part + zlib.crc32(part).to_bytes(4, "big")


class TestUploads(BaseCase):
    """Files are judged by their content and get names that are only names."""

    def test_names_are_cleaned(self):
        for name, expected in (
            ("IMG_0001.JPG", "IMG_0001.jpg"),
            ("../../etc/passwd", "passwd.jpg"),
            ("C:\\windows\\evil.svg", "evil.jpg"),
            ("破损照片.png", "破损照片.jpg"),
            ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie x=1.jpg"),
            ("exe\u202egpj.scr", "exegpj.jpg"),
            ("<img src=x onerror=alert(1)>.png", "img src=x onerror=alert(1).jpg"),
            ("x" * 300 + ".jpg", "x" * 80 + ".jpg"),
            ("...", "Picture.jpg"),
            ("", "Picture.jpg"),
            ("\x00.png", "Picture.jpg"),
        ):
            with self.subTest(name=name):
                self.assertEqual(clean_name(name, ".jpg", "Picture"), expected)

    def test_a_picture_that_unpacks_to_gigabytes_is_not_unpacked(self):
        stream = io.BytesIO()
        Image.new("1", (1, 1)).save(stream, "PNG")
        raw = stream.getvalue()
        header = _make_chunk(b"IHDR", (50_000).to_bytes(4, "big") * 2 + raw[24:29])
        self.assertIsNone(detect_kind(raw[:8] + header + raw[33:]))

    def test_what_unfolds_costs_nothing(self):
        zeros = zlib.compress(bytes(100 * 1024 * 1024), 9)
        small = io.BytesIO()
        Image.new("1", (1, 1)).save(small, "PNG")
        raw = small.getvalue()
        bombs = {
            "text.png": raw[:33] + _make_chunk(b"zTXt", b"a\0\0" + zeros) + raw[33:]
        }
        for extension in ("docx", "xlsx", "zip"):
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("../../xl/workbook.xml", bytes(100 * 1024 * 1024))
            bombs[f"bomb.{extension}"] = stream.getvalue()
        bombs["entities.xml"] = (
            b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">'
            b'<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&b;&x;</a>'
        )
        for name, content in bombs.items():
            with self.subTest(name=name):
                tracemalloc.start()
                start = time.monotonic()
                try:
                    kind = detect_kind(content)
                    _now, peak = tracemalloc.get_traced_memory()
                finally:
                    tracemalloc.stop()
                self.assertIn(kind, (None, ("image/png", ".png")))
                self.assertLess(peak, 100 * 1024 * 1024)
                self.assertLess(time.monotonic() - start, 2)

    def test_large_pictures_of_new_phones_are_taken(self):
        several = io.BytesIO()
        frames = [Image.new("RGB", (4, 4), color) for color in ("red", "blue")]
        frames[0].save(
            several,
            MpoImagePlugin.MpoImageFile.format,
            save_all=True,
            append_images=frames[1:],
        )
        self.assertEqual(detect_kind(several.getvalue()), ("image/jpeg", ".jpg"))
        small = io.BytesIO()
        Image.new("RGB", (1, 1)).save(small, "PNG")
        raw = small.getvalue()
        for size, kind in (
            ((12_000, 9_000), ("image/png", ".png")),
            ((16_320, 12_240), ("image/png", ".png")),
            ((20_000, 20_000), None),
        ):
            width, height = (side.to_bytes(4, "big") for side in size)
            header = _make_chunk(b"IHDR", width + height + raw[24:29])
            with self.subTest(size=size), warnings.catch_warnings():
                warnings.simplefilter("error")
                self.assertEqual(detect_kind(raw[:8] + header + raw[33:]), kind)


@tagged("post_install", "-at_install")
class TestPortalFiles(PortalCommon):
    """What clients upload: kinds, sizes, numbers and names (classes 17, 20, 23, 14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.kuaidi_portal_change_limit = 100
        cls.paper = cls.claim.evidence_ids.filtered(lambda p: p.state == "asked")[:1]

    def _send(self, *files):
        return self._post(
            f"/my/claims/{self.claim.id}/evidence",
            [(name, content, "image/jpeg") for name, content in files],
            paper_id=str(self.paper.id),
        )

    def test_other_kinds_are_refused_whatever_they_are_called(self):
        self._login()
        for name, content in REFUSED.items():
            with self.subTest(name=name), self._unchanged():
                response = self._send((name, content))
                self.assertEqual(response.status_code, 400)
                self.assertIn("JPEG", self._get_message(response))
        self._log_requests(23, "kinds of files", "portal")

    def test_one_wrong_file_among_good_ones_keeps_all_out(self):
        self._login()
        with self._unchanged():
            response = self._send(("a.jpg", self.picture), ("b.svg", SVG))
            self.assertEqual(response.status_code, 400)
        self._log_requests(23, "wrong files among good ones", "portal")

    def test_pictures_of_phones_and_scans_are_taken(self):
        self._login()
        for extension, mimetype, content in (
            ("jpg", "image/jpeg", self.picture),
            ("png", "image/png", self._make_picture("PNG")),
            ("webp", "image/webp", WEBP),
            ("pdf", "application/pdf", b"%PDF-1.4 scan"),
        ):
            with self.subTest(kind=extension):
                self._send(("wrong.svg", content))
                file = self.paper.attachment_ids.sorted("id")[-1]
                self.assertEqual(file.name, f"wrong.{extension}")
                self.assertEqual((file.mimetype, file.raw), (mimetype, content))

    def test_a_picture_stays_as_it_was_sent_with_place_and_time(self):
        exif = Image.Exif()
        exif[0x0132] = "2026:11:22 10:00:00"
        large = self._make_picture(size=(2400, 2400), exif=exif.tobytes())
        self._login()
        self._send(("large.jpg", large))
        self.assertEqual(self.paper.attachment_ids.raw, large)

    def test_size_and_number_are_limited(self):
        self.company.kuaidi_upload_limit_mb = 1
        self._login()
        for files in (
            [("big.jpg", self.picture + b"x" * 1024 * 1024)],
            [(f"{number}.jpg", self.picture) for number in range(7)],
            [],
        ):
            with self.subTest(count=len(files)), self._unchanged():
                self.assertEqual(self._send(*files).status_code, 400)
        self._log_requests(23, "sizes and numbers", "portal")

    def test_one_person_sends_so_much_a_day(self):
        self._login()
        with patch.object(portal_files, "MOST_DAY_BYTES", len(self.picture) * 3):
            codes = [
                self._send(("a.jpg", self.picture)).status_code for _number in range(4)
            ]
            self.assertEqual(codes, [303, 303, 303, 400])
            self.assertEqual(len(self.paper.attachment_ids), 3)
            # what came yesterday does not count
            self.env.cr.execute(
                "UPDATE ir_attachment SET create_date = create_date - interval '25 h'"
                " WHERE id IN %s",
                [tuple(self.paper.attachment_ids.ids)],
            )
            self.assertEqual(self._send(("a.jpg", self.picture)).status_code, 303)
        self._log_requests(25, "floods of bytes", "portal")

    def test_a_virus_scanner_can_refuse_a_file(self):
        def complain(portal, name, content):
            raise PortalRefusal(f"{name} is infected.")

        self._login()
        portal = type(self.env["kuaidi.portal"])
        with patch.object(portal, "_check_content", complain), self._unchanged():
            response = self._send(("a.jpg", self.picture))
        self.assertEqual(response.status_code, 400)
        self.assertIn("a.jpg is infected.", self._get_message(response))

    def test_a_document_that_is_a_page_too_is_only_ever_a_download(self):
        self._login()
        content = b"%PDF-1.4\n" + HTML
        self._send(("page.html", content))
        file = self.paper.attachment_ids
        answer = self._get(f"/my/claims/{self.claim.id}/files/{file.id}")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertIn("page.pdf", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
        self._log_requests(23, "pages as documents", "portal")

    def test_nothing_is_added_to_what_is_waived_or_decided(self):
        self._login()
        self.paper.sudo().state = "waived"
        with self._unchanged():
            self.assertEqual(self._send(("a.jpg", self.picture)).status_code, 400)
        self.paper.sudo().state = "asked"
        for state in ("consensus", "paid", "filed", "refused", "withdrawn"):
            self.claim.sudo().state = state
            with self.subTest(state=state), self._unchanged():
                self.assertEqual(self._send(("a.jpg", self.picture)).status_code, 400)

    def test_what_clients_type_is_shown_as_text(self):
        attack = "<img src=x onerror=alert(1)></textarea><script>alert(2)</script>"
        self._login()
        self._post(
            "/my/claims/new",
            [('"><script>x.jpg', self.picture, "image/jpeg")],
            **self._claim_form(description=attack, goods=attack[:90], phone="<b>1"),
        )
        claim = self.env["kuaidi.claim"].search([("waybill_number", "=", "SD770001")])
        self.assertEqual(claim.description, attack)
        page = self._get(f"/my/claims/{claim.id}").text
        self.assertNotIn("<img src=x", page)
        self.assertNotIn("<script>alert(2)", page)
        self.assertIn("&lt;img src=x onerror=alert(1)&gt;", page)
        again = self._post(
            "/my/claims/new", **self._claim_form(description=attack, type="x")
        ).text
        self.assertNotIn("<script>alert(2)", again)
        self._post(
            "/my/complaints/new",
            [("a.jpg", self.picture, "image/jpeg")],
            type_id=str(self.damage.id),
            waybill_number="<b>77",
            description=attack,
        )
        complaint = self.env["kuaidi.complaint"].search([("channel", "=", "portal")])
        self.assertNotIn("<img src=x", self._get(f"/my/complaints/{complaint.id}").text)
        self.assertNotIn("<script", "".join(complaint.message_ids.mapped("body")))
        self._log_requests(14, "names and words", "portal")
