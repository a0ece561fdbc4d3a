import base64

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .figure_common import FigureCommon

MUTED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestFigureRoles(FigureCommon, HttpCase):
    """Operations' figures are imported by few, and read by whoever serves a client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls._create_user("kuaidi_member", "group_kuaidi_user")
        cls.haina.member_ids = [Command.create({"user_id": cls.member.id})]
        cls.figure = cls._create_figure(cls.haina)
        cls.foreign_figure = cls._create_figure(cls.yuan)
        cls.content = cls._make_csv("KA-H,2026-09,5,,,,,,")
        cls.row = {"code": "KA-H", "month": "2026-09", "pieces": 5}
        cls.writers = (cls.centre, cls.finance, cls.admin)
        cls.readers = (cls.manager, cls.member)
        cls.outsiders = (cls.manager_2, cls.sales)

    def _count(self):
        return self.figures.search_count([("company_id", "=", self.company.id)])

    def test_finance_centre_and_administrator_import(self):
        for number, user in enumerate(self.writers, 1):
            with self.subTest(user=user.login):
                content = self._make_csv(f"KA-H,2026-0{number},5,,,,,,")
                wizard = self._read(content, user)
                wizard.action_import()
                self.assertEqual(self._get_counts(wizard), (1, 0, 0, 0))
                counts = self.figures.with_user(user).import_figures(
                    [{"code": "KA-Y", "month": f"2026-0{number}", "pieces": 5}]
                )
                self.assertEqual(counts["created"], 1)
        self.assertEqual(self._count(), 2 + 2 * len(self.writers))

    def test_finance_centre_and_administrator_correct_figures(self):
        for pieces, user in enumerate(self.writers, 201):
            with self.subTest(user=user.login):
                self.figure.with_user(user).pieces = pieces
                self.assertEqual(self.figure.pieces, pieces)

    @mute_logger(*MUTED)
    def test_nobody_else_writes_a_figure_by_any_way(self):
        template = self._upload(self.content)
        for user in (*self.readers, *self.outsiders, self.portal):
            with self.subTest(user=user.login):
                figures = self.figures.with_user(user)
                values = {"account_id": self.haina.id, "month": "2026-08-01"}
                with self.assertRaises(AccessError):
                    self._upload(self.content, user)
                with self.assertRaises(AccessError):
                    template.with_user(user).action_read()
                with self.assertRaises(AccessError):
                    figures.import_figures([self.row])
                with self.assertRaises(AccessError):
                    figures._upsert([values | {"pieces": 1}], self.company)
                with self.assertRaises(AccessError):
                    figures.create(values)
                with self.assertRaises(AccessError):
                    self.figure.with_user(user).pieces = 1
                with self.assertRaises(AccessError):
                    self.figure.with_user(user).unlink()
        self.assertEqual((self._count(), self.figure.pieces), (2, 100))
        self.assertEqual(template.state, "upload")

    def test_those_who_serve_a_client_read_its_figures(self):
        for user in self.readers:
            with self.subTest(user=user.login):
                figures = self.figures.with_user(user).search([])
                self.assertEqual(figures, self.figure)
                self.assertEqual(figures.pieces, 100)

    @mute_logger(*MUTED)
    def test_nobody_else_reads_them(self):
        self.assertEqual(
            self.figures.with_user(self.manager_2).search([]), self.foreign_figure
        )
        self.assertFalse(self.figures.with_user(self.sales).search([]))
        for user in (*self.outsiders, self.portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.figure.with_user(user).read(["pieces"])
        with self.assertRaises(AccessError):
            self.figures.with_user(self.portal).search([])

    @mute_logger(*MUTED)
    def test_an_import_is_seen_by_the_one_who_began_it_alone(self):
        wizard = self._read(self.content, self.centre)
        rows = wizard.preview_ids
        self.assertEqual(len(rows), 1)
        for user in (self.centre_2, self.finance, self.admin):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    wizard.with_user(user).read(["file"])
                with self.assertRaises(AccessError):
                    wizard.with_user(user).action_import()
                with self.assertRaises(AccessError):
                    rows.with_user(user).read(["code"])
                self.assertFalse(rows.with_user(user).search([]))
        with self.assertRaises(AccessError):
            rows.with_user(self.centre).write({"pieces": 99})
        with self.assertRaises(AccessError):
            rows.with_user(self.centre).create({"number": 1})
        self.assertEqual(self._count(), 2)

    @mute_logger(*MUTED)
    def test_another_company_is_out_of_reach(self):
        other = self.env["res.company"].create({"name": "Other Express"})
        stranger = self._create_user("kuaidi_stranger", "group_crm_centre", other)
        account = self._create_account(
            code="KA-S", company_id=other.id, manager_id=False
        )
        # the same codes are other clients there
        self._create_account(code="KA-H", company_id=other.id, manager_id=False)
        wizard = self._read(self._make_csv("KA-H,2026-09,7,,,,,,"), stranger)
        wizard.action_import()
        self.assertEqual(self._count(), 2)
        self.assertFalse(
            self.figures.with_user(stranger)
            .with_context(allowed_company_ids=other.ids)
            .search([("company_id", "!=", other.id)])
        )
        wizard = self._read(self._make_csv("KA-S,2026-09,7,,,,,,"), self.centre)
        self.assertEqual(self._get_counts(wizard), (0, 0, 0, 1))
        row = {"account_id": account.id, "month": self.figure.month, "pieces": 1}
        with self.assertRaises(AccessError):
            self.figures.with_user(self.centre)._upsert([row], self.company)
        with self.assertRaises(AccessError):
            self.env["kuaidi.figure.import"].with_user(self.centre).create(
                {"company_id": other.id}
            )
        self.assertFalse(self.figures.sudo().search([("account_id", "=", account.id)]))

    def test_menus_and_buttons_show_for_those_who_may_use_them(self):
        menu = self.env.ref("kuaidi_key_account.menu_import_figures")
        for user, is_shown in (
            (self.centre, True),
            (self.finance, True),
            (self.admin, True),
            (self.manager, False),
            (self.sales, False),
        ):
            with self.subTest(user=user.login):
                menus = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
                self.assertEqual(menu.id in menus, is_shown)

    @mute_logger("odoo.http", *MUTED)
    def test_downloads_are_for_the_one_who_began_the_import(self):
        wizard = self._read(self._make_csv("KA-X,2026-10,5,,,,,,"), self.centre)
        urls = (
            wizard.action_download_template()["url"],
            wizard.action_download_bad_rows()["url"],
        )
        for login, status in (
            (self.centre.login, 200),
            (self.finance.login, 404),
            (self.manager.login, 404),
            (self.portal.login, 404),
        ):
            self.authenticate(login, login)
            for url in urls:
                with self.subTest(login=login, url=url):
                    response = self.url_open(url)
                    self.assertEqual(response.status_code, status)
                    self.assertEqual(response.content[:2] == b"PK", status == 200)

    def test_an_upload_is_kept_in_no_attachment(self):
        before = self.env["ir.attachment"].sudo().search_count([])
        wizard = self._upload(self.content)
        self.assertEqual(base64.b64decode(wizard.file), self.content)
        self.assertEqual(self.env["ir.attachment"].sudo().search_count([]), before)
