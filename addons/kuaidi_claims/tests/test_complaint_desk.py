from odoo.tests import freeze_time, tagged

from .complaint_common import NOW, ComplaintCommon


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestComplaintDesk(ComplaintCommon):
    """The first page of claims staff counts their cases, and opens what it counts."""

    def _get_data(self, user, scope=None):
        desk = self.env["kuaidi.desk"].with_user(user)
        return desk.with_context(allowed_company_ids=self.company.ids).get_data(scope)

    def _get_tiles(self, user, scope=None):
        """Return the numbers of the tiles by their keys."""
        data = self._get_data(user, scope)
        tiles = {}
        for tile in data["tiles"]:
            counts = []
            for number in tile["numbers"]:
                action = number["action"]
                found = self.env[action["res_model"]].with_user(user)
                self.assertEqual(number["count"], found.search_count(action["domain"]))
                counts.append(number["count"])
            tiles[tile["key"]] = counts
        return data["scope"], tiles

    def test_a_newcomer_of_the_claims_staff_has_a_desk_of_its_own(self):
        scope, tiles = self._get_tiles(self.officer_2)
        self.assertEqual(scope, "mine")
        self.assertEqual(tiles, {"complaints": [0, 0, 0], "claims": [0, 0, 0]})

    def test_cases_are_counted_for_their_officer_and_the_client_s_manager(self):
        self._complain()
        late = self._complain(kind="delay")
        late.sudo().date_deadline = "2026-10-30 09:00:00"
        self._answer(self._complain(kind="damage"))
        self.env["kuaidi.claim"].with_user(self.officer).create(
            {
                "company_id": self.company.id,
                "account_id": self.account.id,
                "type": "damage",
                "waybill_number": "SD0000000001",
            }
        )
        for user in (self.officer, self.manager):
            _scope, tiles = self._get_tiles(user, "mine")
            with self.subTest(user=user.login):
                self.assertEqual((tiles["complaints"][0], tiles["claims"][0]), (2, 1))
                self.assertEqual(tiles["complaints"][2], 1)
        _scope, tiles = self._get_tiles(self.officer_2)
        self.assertEqual(tiles["complaints"], [0, 0, 0])
        self.assertEqual(self._get_tiles(self.officer_2, "all")[1]["complaints"][0], 2)

    def test_the_claims_manager_oversees_all(self):
        self._complain()
        scope, tiles = self._get_tiles(self.claims_manager)
        self.assertEqual((scope, tiles["complaints"][0]), ("all", 1))
        self.assertEqual(tiles["claim_reports"], [0])

    def test_what_ends_next_stands_first_whatever_it_is(self):
        complaint = self._complain()
        complaint.sudo().date_next = "2026-11-05 09:00:00"
        late = self._complain(kind="delay")
        late.sudo().date_next = "2026-10-30 09:00:00"
        claim = (
            self.env["kuaidi.claim"]
            .with_user(self.officer)
            .create(
                {
                    "company_id": self.company.id,
                    "account_id": self.account.id,
                    "type": "damage",
                    "waybill_number": "SD0000000001",
                }
            )
        )
        data = self._get_data(self.officer)
        self.assertEqual(
            [(row["model"], row["id"], row["is_late"]) for row in data["deadlines"]],
            [
                ("kuaidi.complaint", late.id, True),
                ("kuaidi.complaint", complaint.id, False),
                ("kuaidi.claim", claim.id, False),
            ],
        )
        self.assertEqual(data["deadlines"][0]["client"], late.partner_id.name)
        self.assertEqual(data["deadlines"][0]["state"], "New")
        # volume, stars and visits are the work of others
        self.assertIsNone(data["clients"])
        self.assertEqual(self._get_data(self.officer_2)["deadlines"], [])
        # the client's manager has the list of who needs him instead
        self.assertEqual(self._get_data(self.manager)["deadlines"], [])
        self.assertTrue(self._get_data(self.manager)["clients"])
