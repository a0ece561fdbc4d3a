import base64
import io
import zlib

from PIL import Image

from odoo.tests import BaseCase, tagged

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
        header = b"IHDR" + (50_000).to_bytes(4, "big") * 2 + raw[24:29]
        bomb = raw[:12] + header + zlib.crc32(header).to_bytes(4, "big") + raw[33:]
        self.assertIsNone(detect_kind(bomb))


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

    def test_one_wrong_file_among_good_ones_keeps_all_out(self):
        self._login()
        with self._unchanged():
            response = self._send(("a.jpg", self.picture), ("b.svg", SVG))
            self.assertEqual(response.status_code, 400)

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
