from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .tender_library_common import TODAY, LibraryCommon, make_pdf


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestLibraryRoles(LibraryCommon):
    """Everybody reads the library, its owners and the CRM centre write it."""

    def test_every_role_reads(self):
        asset = self._create_asset(raw=make_pdf())
        for user in (
            self.member,
            self.manager,
            self.sales_2,
            self.finance,
            self.centre,
            self.admin,
        ):
            with self.subTest(user=user.login):
                mine = asset.with_user(user)
                self.assertEqual(mine.name, "ISO 9001")
                self.assertTrue(mine.attachment_ids.raw)

    def test_owner_and_centre_write_others_do_not(self):
        asset = self._create_asset()
        for user in (self.sales, self.centre, self.admin):
            asset.with_user(user).name = f"ISO of {user.login}"
        for user in (self.member, self.manager, self.sales_2, self.finance):
            mine = asset.with_user(user)
            for act in (
                lambda mine: mine.write({"name": "Mine"}),
                lambda mine: mine.action_new_version(),
                lambda mine: mine.action_publish(),
                lambda mine: mine.unlink(),
            ):
                with self.subTest(user=user.login), self._refused(AccessError):
                    act(mine)
        self.assertEqual(asset.name, "ISO of kuaidi_admin")
        self.assertFalse(asset.next_ids)

    def test_sales_file_their_own_and_delete_nothing(self):
        asset = self._create_asset()
        for user in (self.member, self.manager, self.finance):
            with self.subTest(user=user.login), self._refused(AccessError):
                self._create_asset(user=user)
        with self._refused(AccessError):
            self._create_asset(user_id=self.sales_2.id)
        with self._refused(AccessError):
            asset.unlink()
        self.assertTrue(asset.exists())
        asset.with_user(self.centre).unlink()
        self.assertFalse(asset.exists())

    def test_identity_numbers_are_shown_to_those_who_bid(self):
        person = self._create_asset(
            "person_manager", name="Project manager", person_id_number="4403051990"
        )
        for user in (self.sales_2, self.centre):
            self.assertEqual(person.with_user(user).person_id_number, "4403051990")
        for user in (self.member, self.manager, self.finance):
            with self.subTest(user=user.login), self._refused(AccessError):
                person.with_user(user).read(["person_id_number"])
        # and they go on with a new version
        draft = person.browse(person.action_new_version()["res_id"])
        self.assertEqual(draft.person_id_number, "4403051990")

    def test_another_company_and_clients_see_nothing(self):
        asset = self._create_asset()
        company = self.env["res.company"].create({"name": "Sister Express"})
        stranger = self._create_user("kuaidi_sister", "group_crm_centre", company)
        theirs = asset.with_user(stranger).with_context(allowed_company_ids=company.ids)
        self.assertFalse(theirs.search([("id", "=", asset.id)]))
        with self._refused(AccessError):
            theirs.read(["name"])
        outsider = new_test_user(
            self.env,
            login="plain",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        for user in (self.portal, outsider):
            for name in (
                "kuaidi.bid.asset",
                "kuaidi.bid.asset.type",
                "kuaidi.bid.asset.tag",
            ):
                with self.subTest(user=user.login, model=name):
                    with self._refused(AccessError):
                        self.env[name].with_user(user).search([])

    def test_types_are_kept_by_the_centre(self):
        asset_type = self._get_type("audit")
        for user in (self.member, self.manager, self.sales, self.finance):
            with self.subTest(user=user.login), self._refused(AccessError):
                asset_type.with_user(user).is_usual = False
        self.assertTrue(asset_type.is_usual)
        asset_type.with_user(self.centre).is_usual = False
        with self._refused(AccessError):
            asset_type.with_user(self.centre).unlink()
