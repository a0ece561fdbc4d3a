from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PDF, KuaidiCommon


@tagged("post_install", "-at_install")
class TestAccountKeptPapers(KuaidiCommon):
    """The papers on which a relation stands stay on file (ON-1, ON-7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls._create_account()
        cls.keepers = (cls.manager, cls.centre, cls.admin)

    def _get_attempts(self, paper):
        """Return by name what would take a paper, or its file, out of the file."""
        file = paper.sudo().attachment_ids
        return {
            "paper": paper.unlink,
            "file": file.with_env(paper.env).unlink,
            "content": lambda: file.with_env(paper.env).write({"raw": b"%PDF-1.4 x"}),
            "owner": lambda: file.with_env(paper.env).write({"res_id": 0}),
            "link": lambda: paper.write({"attachment_ids": [Command.clear()]}),
            "type": lambda: paper.write(
                {"type_id": self.env.ref("kuaidi_key_account.document_type_notice").id}
            ),
        }

    def test_papers_of_a_formal_client_stay_whoever_asks(self):
        self._make_formal(self.account)
        for paper in self.account.document_ids:
            content = paper.attachment_ids.raw
            for user in self.keepers:
                for name, attempt in self._get_attempts(paper.with_user(user)).items():
                    with self.subTest(
                        paper=paper.category, user=user.login, attempt=name
                    ):
                        with (
                            self.assertRaisesRegex(UserError, "stays on file"),
                            self.cr.savepoint(),
                        ):
                            attempt()
                        self.env.invalidate_all()
                        self.assertTrue(paper.exists().has_file)
                        self.assertEqual(paper.attachment_ids.raw, content)
        self.assertEqual(
            set(self.account.document_ids.mapped("category")), {"founding", "safety"}
        )

    def test_a_client_who_was_formal_keeps_the_papers(self):
        self._make_formal(self.account)
        self.account.action_close()
        self.account.action_reopen()
        self.assertEqual(self.account.state, "candidate")
        with self.assertRaises(UserError), self.cr.savepoint():
            self.account.document_ids.with_user(self.manager).unlink()
        self.assertEqual(len(self.account.document_ids), 2)

    def test_what_proves_nothing_yet_goes(self):
        for kind, is_formal in (("safety", False), ("notice", False), ("notice", True)):
            if is_formal:
                self._make_formal(self.account)
            for name in ("file", "content", "link", "type", "paper"):
                paper = self._create_document(self.account, kind)
                with self.subTest(kind=kind, is_formal=is_formal, attempt=name):
                    self._get_attempts(paper.with_user(self.manager))[name]()
                    if name == "paper":
                        self.assertFalse(paper.exists())

    def test_a_kept_paper_takes_more_files_and_remarks(self):
        self._make_formal(self.account)
        paper = self.account.document_ids[:1].with_user(self.manager)
        page = (
            self.env["ir.attachment"]
            .with_user(self.manager)
            .create({"name": "page-2.pdf", "datas": PDF})
        )
        paper.write(
            {
                "attachment_ids": [Command.link(page.id)],
                "original_location": "Safe 2",
                "type_id": paper.type_id.id,
            }
        )
        self.assertIn(page, paper.attachment_ids)
        self.assertEqual(paper.original_location, "Safe 2")
