from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .renewal_common import TODAY
from .tender_common import TenderCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestTenderCoreRoles(TenderCommon):
    """Who answers a tender works on it; who serves the client reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the client that manager and manager_2 serve, and sales helps with
        cls.account.member_ids.unlink()
        cls.tender = cls._create_tender(partner_id=cls.client.id, user_id=cls.sales.id)
        cls.helper = cls._create_user("kuaidi_helper", "group_account_manager")
        cls._add_member(cls.tender, cls.helper, "technical")
        cls._add_member(cls.tender, cls.operator, "other")
        cls.entry = cls.env["kuaidi.tender.question"].create(
            {"tender_id": cls.tender.id, "question": "Which weight limit?"}
        )
        cls.bid = cls.env["kuaidi.tender.competitor"].create(
            {"tender_id": cls.tender.id, "name": "Feima", "amount": 5}
        )
        cls.tender.action_qualify()
        other = cls.env["res.company"].create({"name": "Other Express"})
        cls.foreigner = cls._create_user(
            "kuaidi_foreigner", "group_crm_centre", company=other
        )

    def _as(self, user, record=None):
        return (
            (self.tender if record is None else record)
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
        )

    def _get_parts(self):
        return (
            self.entry,
            self.bid,
            self.tender.check_ids[0],
            self.tender.date_ids[0],
            self.tender.member_ids[0],
        )

    def test_who_reads(self):
        for user, allowed in (
            (self.sales, True),
            (self.helper, True),
            (self.operator, True),
            (self.manager, True),
            (self.manager_2, True),
            (self.finance, True),
            (self.centre, True),
            (self.admin, True),
            (self.sales_2, False),
            (self.foreigner, False),
            (self.portal, False),
        ):
            self.env.invalidate_all()
            with self.subTest(user.login):
                if allowed:
                    self.assertEqual(self._as(user).state, "qualifying")
                    for part in self._get_parts():
                        self.assertTrue(self._as(user, part).display_name)
                    continue
                for record in (self.tender, *self._get_parts()):
                    with self.assertRaises(AccessError):
                        self._as(user, record).read(["create_date"])

    def test_who_works_on_it(self):
        for number, user in enumerate((self.sales, self.helper, self.centre)):
            with self.subTest(user.login):
                self._as(user).amount_bid = 100 + number
                self._as(user, self.entry).answer = f"30 kg, {number}"
                self._as(user, self.bid).rank = number
                self._as(user, self.tender.check_ids[0]).answer = "Read"
                self.assertEqual(self.tender.amount_bid, 100 + number)
        before = (self.tender.amount_bid, self.entry.answer, self.bid.rank)
        for user in (
            self.manager,
            self.manager_2,
            self.finance,
            self.operator,
            self.sales_2,
            self.foreigner,
            self.portal,
        ):
            for refused in (
                lambda t: t.write({"amount_bid": 1}),
                lambda t: t.write({"date_opening": "2026-04-15 04:00:00"}),
                lambda t: t.action_open_decide(),
                lambda t: t._decide("no_bid", self._get_reason("no_bid_price"), ""),
                lambda t: t.action_cancel(),
                lambda t: t._win(),
                lambda t: t.action_make_contract(),
                lambda t: t.action_open_key_account(),
                lambda t: t.unlink(),
            ):
                with self.subTest(user.login), self._refused(AccessError):
                    refused(self._as(user))
            for part in (self.entry, self.bid, self.tender.check_ids[0]):
                with self.subTest(user.login, part=part), self._refused(AccessError):
                    self._as(user, part).unlink()
            with self.subTest(user.login, part="note"), self._refused(AccessError):
                self._as(user, self.entry).answer = "None"
        self.assertEqual(
            (self.tender.amount_bid, self.entry.answer, self.bid.rank), before
        )
        self.assertEqual(self.tender.state, "qualifying")

    def test_who_enters_tenders(self):
        for user, allowed in (
            (self.sales_2, True),
            (self.centre, True),
            (self.manager, False),
            (self.finance, False),
            (self.operator, False),
            (self.portal, False),
        ):
            with self.subTest(user.login):
                before = self.tenders.search_count([])
                if allowed:
                    self._create_tender(user=user, user_id=user.id)
                    self.assertEqual(self.tenders.search_count([]), before + 1)
                    continue
                with self._refused(AccessError):
                    self._create_tender(user=user, user_id=user.id)
                self.assertEqual(self.tenders.search_count([]), before)

    def test_nobody_joins_a_team_by_themselves(self):
        members = self.env["kuaidi.tender.member"]
        for user in (self.sales_2, self.manager, self.foreigner):
            with self.subTest(user.login), self._refused(AccessError):
                self._as(user, members).create(
                    {"tender_id": self.tender.id, "user_id": user.id}
                )
        own = self._create_tender(user_id=self.sales_2.id)
        row = self._add_member(own, self.sales_2, "lead")
        with self._refused(AccessError):
            self._as(self.sales_2, row).tender_id = self.tender
        with self._refused(AccessError):
            self._as(self.sales_2, own).write(
                {"member_ids": [(4, self.tender.member_ids[0].id)]}
            )
        self.assertEqual(row.tender_id, own)
        self.assertEqual(len(self.tender.member_ids), 2)

    def test_nobody_writes_into_anothers_tender_by_a_part(self):
        own = self._create_tender(user_id=self.sales_2.id)
        for model, values in (
            ("kuaidi.tender.lot", {"number": "1", "name": "East"}),
            ("kuaidi.tender.question", {"question": "What?"}),
            ("kuaidi.tender.competitor", {"name": "Tiande"}),
            (
                "kuaidi.tender.check",
                {"point_id": self.tender.check_ids[0].point_id.id},
            ),
        ):
            records = self.env[model].with_user(self.sales_2)
            with self.subTest(model):
                with self._refused(AccessError):
                    records.create(values | {"tender_id": self.tender.id})
                with self._refused(AccessError):
                    records.with_context(default_tender_id=self.tender.id).create(
                        values
                    )
                part = records.create(values | {"tender_id": own.id})
                with self._refused(AccessError):
                    part.tender_id = self.tender
                self.assertEqual(part.tender_id, own)

    def test_a_wizard_opens_no_door(self):
        for model, values, action in (
            (
                "kuaidi.tender.decide",
                {"decision": "no_bid", "note": "No"},
                "action_decide",
            ),
            ("kuaidi.tender.result", {"result": "won"}, "action_register"),
        ):
            wizards = self.env[model].with_user(self.sales_2)
            with self.subTest(model), self._refused(AccessError):
                wizard = wizards.create({"tender_id": self.tender.id, **values})
                getattr(wizard, action)()
        self.assertEqual(self.tender.state, "qualifying")

    def test_answers_are_signed_by_the_system(self):
        check = self.tender.check_ids[0]
        for values in ({"user_id": self.sales.id}, {"date_answered": TODAY}):
            with self._refused(AccessError):
                self._as(self.sales, check).write(values)
        with self._refused(AccessError):
            self._as(self.sales, check).point_id = self.tender.check_ids[1].point_id
        self.assertFalse(check.user_id)

    def test_a_team_is_of_the_company(self):
        for user in (self.portal, self.foreigner):
            with self.subTest(user.login), self._refused(ValidationError):
                self._add_member(self.tender, user, "price")
            with self.subTest(user.login), self._refused(ValidationError):
                self.tender.user_id = user
            with self.subTest(user.login), self._refused(ValidationError):
                self.tender.presenter_id = user
        self.assertEqual(self.tender.user_id, self.sales)

    def test_a_tender_stays_with_its_company(self):
        with self._refused(AccessError, "stays with the company"):
            self._as(self.centre).company_id = self.foreigner.company_id
        self.assertEqual(self.tender.company_id, self.company)

    def test_nobody_names_the_client_of_somebody_else(self):
        with self._refused(AccessError):
            self._create_tender(
                user=self.sales_2, user_id=self.sales_2.id, account_id=self.account.id
            )
        own = self._create_tender(user=self.sales_2, user_id=self.sales_2.id)
        with self._refused(AccessError):
            own.account_id = self.account
        self.assertFalse(own.account_id)

    def test_a_star_is_told_to_those_who_see_it_anyway(self):
        self.account.sudo().stars = 4
        own = self._create_tender(
            user=self.sales_2, user_id=self.sales_2.id, partner_id=self.client.id
        )
        self.assertEqual(own.with_user(self.centre).stars, 4)
        self.env.flush_all()
        reports = self.env["kuaidi.tender.report"]
        tenders = self.tenders.with_user(self.sales_2)
        form = {
            "name": "X",
            "partner_id": self.client.id,
            "company_id": self.company.id,
        }
        for refused in (
            lambda: own.read(["stars"]),
            lambda: (
                reports.with_user(self.sales_2).browse(own.id).read(["client_type"])
            ),
            lambda: reports.with_user(self.sales_2)._read_group([], ["client_type"]),
            lambda: tenders.onchange(form, ["partner_id"], {"stars": {}}),
            lambda: tenders.onchange(
                {"name": "X", "account_id": self.account.id},
                ["account_id"],
                {"is_government": {}},
            ),
        ):
            with self._refused(AccessError):
                refused()
        shown = tenders.onchange(form, ["partner_id"], {"is_government": {}})
        self.assertIn("value", shown)
        for user, is_shown in ((self.sales_2, False), (self.centre, True)):
            views = reports.with_user(user).get_views(
                [(False, kind) for kind in ("graph", "list", "search")]
            )["views"]
            for kind, view in views.items():
                self.assertEqual("client_type" in view["arch"], is_shown, kind)

    def test_rules_questions_and_reasons_are_the_centres(self):
        for model in (
            "kuaidi.tender.reason",
            "kuaidi.tender.check.point",
            "kuaidi.tender.date.rule",
        ):
            record = self.env[model].search([], limit=1)
            for user in (self.sales, self.manager, self.finance, self.operator):
                with self.subTest(model, user=user.login):
                    self.assertTrue(record.with_user(user).name)
                    with self._refused(AccessError):
                        record.with_user(user).name = "Other"
            record.with_user(self.centre).sequence = 5

    def test_the_handover_moves_open_tenders(self):
        theirs, ended = (
            self._create_tender(partner_id=self.client.id, user_id=self.manager.id)
            for _number in range(2)
        )
        ended.action_cancel()
        self.env["kuaidi.account.handover"].with_user(self.centre).create(
            {
                "from_user_id": self.manager.id,
                "to_user_id": self.centre_2.id,
                "account_ids": self.account.ids,
                "reason": "Moves to another branch",
            }
        ).action_hand_over()
        self.assertEqual(theirs.user_id, self.centre_2)
        self.assertEqual(theirs.lead_id.user_id, self.centre_2)
        self.assertEqual(self._get_dated(theirs).user_id, self.centre_2)
        self.assertEqual(ended.user_id, self.manager)
        self.assertEqual(self.tender.user_id, self.sales)

    def test_a_locked_tender_is_decided_once(self):
        tender = self._create_tender(user=self.sales)
        tender._decide("no_bid", self._get_reason("no_bid_time"), "")
        with self._refused(UserError, "where this cannot be done"):
            tender._decide("bid", self._get_reason("bid_client"), "")
        self.assertEqual(tender.decision, "no_bid")
