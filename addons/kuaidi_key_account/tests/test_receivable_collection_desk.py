from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .promise_common import MORNING, TODAY, PromiseCommon

MOST_QUERIES = 12


@freeze_time(MORNING)
@tagged("post_install", "-at_install")
class TestReceivableCollectionDesk(PromiseCommon):
    def _get_data(self, user=None):
        self.env.flush_all()
        return (
            self.env["kuaidi.collection.desk"]
            .with_user(user or self.finance)
            .get_data()
        )

    def _get_counts(self, user=None):
        return {
            tile["key"]: tile["count"]
            for tile in self._get_data(user)["tiles"]
            if tile["count"]
        }

    def test_every_number_opens_what_it_counts(self):
        self._promise(500, 0)
        self.env["kuaidi.receivable.dispute"].with_user(self.finance)._raise(
            self.account, self._get_item(self.invoice_2), "price"
        )
        self.env["kuaidi.collection.action"].with_user(self.finance).create(
            {"case_id": self.case.id, "answer": "Call later", "date_next": TODAY}
        )
        self.case.sudo().write({"next_channel": "call", "date_next_action": TODAY})
        self._pay(self.invoice, 100, TODAY)
        data = self._get_data()
        counts = {tile["key"]: tile["count"] for tile in data["tiles"]}
        self.assertEqual(
            (counts["calls"], counts["promises"], counts["disputes"], counts["sent"]),
            (1, 1, 1, 1),
        )
        for tile in data["tiles"]:
            with self.subTest(tile=tile["key"]):
                action = tile["action"]
                found = (
                    self.env[action["res_model"]]
                    .with_user(self.finance)
                    .search_count(action["domain"])
                )
                self.assertEqual(found, tile["count"])
        self.assertEqual(data["calls"]["rows"][0]["id"], self.case.id)
        self.assertEqual(data["month"]["collected"], 100)
        # 1,500 were due by the end of the month, 100 of them came in
        self.assertEqual((data["month"]["target"], data["month"]["percent"]), (1500, 7))
        self.assertEqual(data["month"]["amounts"][TODAY.day - 1], 100)
        self.assertEqual(data["promises"]["amounts"][0], 500)
        self.assertEqual([row["amount"] for row in data["ageing"]], [0, 500, 900, 0, 0])

    def test_a_target_of_the_settings_is_measured_against(self):
        self.company.kuaidi_collection_target = 400
        self._pay(self.invoice, 100, TODAY)
        self.assertEqual(self._get_data()["month"]["percent"], 25)

    def test_the_desk_counts_what_its_user_sees(self):
        self._promise(500, 0)
        self.assertEqual(self._get_counts(self.manager), {"promises": 1})
        self.assertEqual(self._get_counts(self.manager_2), {})
        with self._refused(AccessError, "for those who work"):
            self._get_data(self.portal)

    def test_the_number_of_queries_does_not_depend_on_the_numbers(self):
        for rounds in (1, 20):
            for number in range(rounds):
                self._promise(1, number % 10)
            # rights and currencies are known to a server at work
            self._get_data()
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(rounds=rounds), self.assertQueryCount(MOST_QUERIES):
                self.env["kuaidi.collection.desk"].with_user(self.finance).get_data()
