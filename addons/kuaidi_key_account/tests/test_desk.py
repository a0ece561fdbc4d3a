from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools.misc import format_date

from .service_common import TODAY, ServiceCommon

QUERIES = 12


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestDesk(ServiceCommon):
    """The first page counts what the user may see, and opens what it counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._publish()
        cls.other = cls._create_served_account(name="Other Client")
        cls.other.write({"deputy_id": False, "manager_id": cls.manager_2.id})
        cls._publish(cls._create_plan(cls.other, user=cls.manager_2))
        cls._add_figures(cls.account | cls.other)

    @classmethod
    def _add_figures(cls, accounts):
        cls.env["kuaidi.monthly.figure"]._upsert(
            [
                {"account_id": account.id, "month": month, "pieces": pieces}
                for account in accounts
                for month, pieces in (("2026-02-01", 700), ("2025-02-01", 900))
            ],
            cls.company,
        )

    def _get_desk(self, user, scope=None):
        desk = self.env["kuaidi.desk"].with_user(user)
        return desk.with_context(allowed_company_ids=self.company.ids).get_data(scope)

    def _get_actions(self, data):
        """Return (count, action) of every number on the desk."""
        for tile in data["tiles"]:
            for number in tile["numbers"]:
                yield number["count"], number["action"]
        clients = data["clients"]
        for entry in [*clients["alerts"], *clients["stars"]]:
            yield entry["count"], entry["action"]
        coverage = clients["coverage"]
        yield coverage["total"] - coverage["seen"], coverage["action"]

    def test_every_number_opens_as_many_records_as_it_says(self):
        for user in (self.manager, self.manager_2, self.finance, self.centre):
            for scope in ("mine", "all"):
                data = self._get_desk(user, scope)
                for count, action in self._get_actions(data):
                    with self.subTest(
                        user=user.login, scope=scope, action=action["name"]
                    ):
                        model = self.env[action["res_model"]].with_user(user)
                        self.assertEqual(count, model.search_count(action["domain"]))

    def test_managers_see_their_clients_and_the_centre_sees_all(self):
        counts = {}
        for user in (self.manager, self.manager_2, self.centre):
            data = self._get_desk(user)
            [lines] = [tile for tile in data["tiles"] if tile["key"] == "lines"]
            counts[user] = (data["scope"], lines["numbers"][0]["count"])
        self.assertEqual(
            [scope for scope, _count in counts.values()], ["mine", "mine", "all"]
        )
        # the second manager is the deputy of the first one's client
        self.assertGreater(counts[self.manager_2][1], counts[self.manager][1])
        self.assertEqual(counts[self.manager_2][1], counts[self.centre][1])

    def test_sales_begin_with_all_that_they_take_part_in(self):
        self.assertEqual(self._get_desk(self.sales)["scope"], "all")
        both = self._create_user(
            "kuaidi_both", "group_sales,kuaidi_key_account.group_account_manager"
        )
        self.assertEqual(self._get_desk(both)["scope"], "mine")

    def test_volume_stands_beside_the_year_before(self):
        trend = self._get_desk(self.manager)["clients"]["trend"]
        self.assertEqual(len(trend["labels"]), 13)
        self.assertEqual(
            (trend["labels"][-2], trend["pieces"][-2], trend["former"][-2]),
            ("2026-02", 700, 900),
        )
        trend = self._get_desk(self.centre)["clients"]["trend"]
        self.assertEqual(trend["pieces"][-2], 1400)

    def test_a_clean_desk_says_so(self):
        newcomer = self._create_user("kuaidi_new", "group_account_manager")
        data = self._get_desk(newcomer)
        self.assertEqual({count for count, _action in self._get_actions(data)}, {0})
        self.assertEqual(data["clients"]["coverage"]["percent"], 0)
        self.assertEqual(data["clients"]["attention"]["rows"], [])

    def test_each_role_has_its_own_work_on_the_first_page(self):
        service = {"lines", "problems", "onboarding", "occasions", "gaps", "renewals"}
        for role, keys in (
            ("group_account_manager", service),
            ("group_sales", service | {"tenders"}),
            ("group_finance", {"collection"}),
        ):
            user = self._create_user(f"kuaidi_first_{role}", role)
            tiles = self._get_desk(user, "mine")["tiles"]
            with self.subTest(role=role):
                self.assertEqual({tile["key"] for tile in tiles}, keys)

    def _get_numbers(self, user, key):
        """Return what the tile of that key counts, by kind."""
        for tile in self._get_desk(user, "mine")["tiles"]:
            if tile["key"] == key:
                return [(row["kind"], row["count"]) for row in tile["numbers"]]

    def test_bids_and_collections_are_counted_for_whom_they_wait(self):
        tenders = self.env["kuaidi.tender"].create(
            [
                {
                    "name": f"Parcels until {deadline}",
                    "partner_id": self.client.id,
                    "company_id": self.company.id,
                    "user_id": self.sales.id,
                    "date_deadline": deadline,
                }
                for deadline in (
                    "2026-03-02 03:00:00",
                    "2026-03-02 08:00:00",
                    "2026-03-20 02:00:00",
                    "2026-03-21 02:00:00",
                )
            ]
        )
        tenders[3].action_cancel()
        self.assertEqual(
            self._get_numbers(self.sales, "tenders"),
            [("open", 3), ("today", 1), ("late", 1)],
        )
        deadlines = self._get_desk(self.sales, "mine")["deadlines"]
        self.assertEqual([row["id"] for row in deadlines], tenders[:3].ids)
        self.assertEqual([row["is_late"] for row in deadlines], [True, False, False])
        self.assertEqual({row["client"] for row in deadlines}, {self.client.name})
        self.assertEqual(deadlines[0]["due"], "2026-03-02 03:00:00")
        self.assertEqual(self._get_desk(self.manager_2)["deadlines"], [])
        self.assertIsNone(self._get_numbers(self.manager_2, "tenders"))
        cases = self.env["kuaidi.collection.case"]
        for account, day in ((self.account, TODAY), (self.other, "2026-02-27")):
            cases.sudo().create(
                {
                    "account_id": account.id,
                    "company_id": self.company.id,
                    "collector_id": self.finance.id,
                    "date_opened": TODAY,
                    "date_next_action": day,
                }
            )
        self.assertEqual(
            self._get_numbers(self.finance, "collection"),
            [("open", 2), ("today", 1), ("late", 1)],
        )
        self.assertEqual(
            self._get_numbers(self.manager, "collection"),
            [("open", 1), ("today", 1), ("late", 0)],
        )

    def test_colleagues_without_clients_see_their_own_work_alone(self):
        colleague = self._create_user("kuaidi_colleague", "group_kuaidi_user")
        data = self._get_desk(colleague)
        self.assertIsNone(data["clients"])
        self.assertEqual((data["tiles"], data["deadlines"]), ([], []))

    @freeze_time("2026-03-09 20:00:00")
    def test_the_day_is_that_of_the_company_wherever_its_user_travels(self):
        """Four o'clock on Tuesday in Shanghai is Monday evening in London."""
        lines = self.plan.line_ids.sudo()
        lines.write({"date_start": "2026-04-01", "date_finish": "2026-04-30"})
        for line, day in zip(
            lines, ("2026-03-09", "2026-03-10", "2026-03-17"), strict=False
        ):
            line.write({"date_start": day, "date_finish": day})
        self.manager.tz = "Europe/London"
        self.assertEqual(
            self._get_numbers(self.manager, "lines"),
            [("open", 3), ("today", 1), ("late", 1)],
        )
        tuesday = fields.Date.to_date("2026-03-10")
        self.assertEqual(
            self._get_desk(self.manager)["today"],
            format_date(self.env, tuesday, date_format="full"),
        )
        late = lines.with_user(self.manager).filtered("is_late")
        self.assertEqual(late.date_finish, fields.Date.to_date("2026-03-09"))

    def test_each_role_begins_its_work_in_one_click(self):
        for user, keys in (
            (self.manager, ["visit", "call"]),
            (self.sales, ["visit", "call"]),
            (self.finance, ["collection"]),
            (self.centre, []),
        ):
            shortcuts = self._get_desk(user)["shortcuts"]
            with self.subTest(user=user.login):
                self.assertEqual([shortcut["key"] for shortcut in shortcuts], keys)
            for shortcut in shortcuts:
                action = shortcut["action"]
                if isinstance(action, str):
                    action = self.env["ir.actions.actions"]._for_xml_id(action)
                model = action.get("res_model")
                with self.subTest(user=user.login, shortcut=shortcut["key"]):
                    self.assertTrue(
                        not model
                        or self.env[model].with_user(user).has_access("create")
                    )

    def test_nobody_outside_the_roles_has_a_desk(self):
        outsider = new_test_user(self.env, login="outsider", groups="base.group_user")
        for user in (self.portal, outsider):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._get_desk(user)

    def _count_queries(self, user):
        for _attempt in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._get_desk(user)
        return self.cr.sql_log_count - before

    def test_the_desk_takes_twelve_queries_for_any_number_of_clients(self):
        users = (self.manager, self.finance, self.centre)
        few = [self._count_queries(user) for user in users]
        accounts = self.env["kuaidi.key.account"]
        for number in range(20):
            accounts |= self._create_served_account(name=f"Client {number}")
        plans = self.env["kuaidi.service.plan"]._create_plans(accounts)
        plans.action_publish()
        self._add_figures(accounts)
        many = [self._count_queries(user) for user in users]
        self.assertEqual(many, few)
        self.assertLessEqual(max(many), QUERIES)
