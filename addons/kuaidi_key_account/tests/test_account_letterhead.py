from odoo.tests import tagged

from .common import KuaidiCommon


@tagged("post_install", "-at_install")
class TestAccountLetterhead(KuaidiCommon):
    def test_a_letterhead_is_in_the_reader_s_language_or_the_source_s(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.company.partner_id.write({"phone": "0931 1234567", "email": False})
        for lang, code, is_chinese in (
            ("zh_CN", "zh-CN", True),
            ("en_US", "en-US", False),
            (None, "en-US", False),
            (False, "en-US", False),
        ):
            letter = self.company.with_context(lang=lang)._prepare_letterhead()
            with self.subTest(lang=lang):
                self.assertEqual(letter["lang"], code)
                self.assertEqual(letter["is_chinese"], is_chinese)
                self.assertIn("0931 1234567", letter["ways"][0])
