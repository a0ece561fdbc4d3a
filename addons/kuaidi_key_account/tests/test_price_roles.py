from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .price_common import PriceCommon
from .service_common import TODAY

PARTS = ("line_ids", "ladder_ids", "excess_ids", "surcharge_ids")


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
@mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
class TestPriceRoles(PriceCommon):
    """What each role may do with prices, by the screens and past them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._create_user("kuaidi_stranger", "group_account_manager")
        cls.agreement = cls._quote(
            10,
            ladder_ids=[Command.create({"pieces_from": 0, "discount_percent": 2})],
            excess_ids=[Command.create({"amount_piece": 8})],
            line_ids=[Command.create({"zone_id": cls.zones["HN"].id})],
            surcharge_ids=[Command.create({"name": "Door", "amount": 1})],
        )

    def _parts(self, user):
        agreement = self.agreement.with_user(user)
        models = [agreement[name]._name for name in PARTS]
        return [
            self.env[model]
            .with_user(user)
            .search([("agreement_id", "=", self.agreement.id)])
            for model in models
        ]

    def test_who_serves_the_client_writes_its_prices(self):
        for user in (self.manager, self.manager_2, self.sales, self.centre, self.admin):
            with self.subTest(user=user.login):
                self.agreement.with_user(user).discount_percent = 9
                for part in self._parts(user):
                    part.write({"agreement_id": self.agreement.id})
                    self.assertEqual(len(part), 1)

    def test_who_serves_another_client_sees_nothing(self):
        agreement = self.agreement.with_user(self.stranger)
        self.assertFalse(agreement.search([("account_id", "=", self.account.id)]))
        with self._refused(AccessError):
            agreement.read(["discount_percent"])
        for name in PARTS:
            part = self.agreement[name].with_user(self.stranger)
            with self.subTest(part=name):
                self.assertFalse(part.search([("agreement_id", "=", agreement.id)]))
                with self._refused(AccessError):
                    part.read(["display_name"])
                with self._refused(AccessError):
                    part.write({"agreement_id": agreement.id})
                with self._refused(AccessError):
                    part.unlink()
        for method in (
            "action_start",
            "action_request_approval",
            "action_withdraw",
            "action_revise",
            "action_end",
            "action_approve",
            "action_refuse",
        ):
            with self.subTest(method=method), self._refused(AccessError):
                getattr(agreement, method)()
        with self._refused(AccessError):
            agreement.create({"account_id": self.account.id, "date_from": TODAY})
        self.assertEqual(self.agreement.state, "draft")
        self.assertEqual(self.agreement.discount_percent, 10)

    def test_finance_and_the_team_s_operator_read_and_write_nothing(self):
        for user in (self.finance, self.operator):
            with self.subTest(user=user.login):
                agreement = self.agreement.with_user(user)
                self.assertEqual(agreement.discount_percent, 10)
                self.assertTrue(all(self._parts(user)))
                with self._refused(AccessError):
                    agreement.discount_percent = 50
                for part in self._parts(user):
                    with self._refused(AccessError):
                        part.write({"agreement_id": agreement.id})
                with self._refused(AccessError):
                    agreement.action_start()
                self.assertEqual(self.agreement.discount_percent, 10)

    def test_everybody_reads_the_tariff_and_the_centre_alone_writes_it(self):
        for user in (self.stranger, self.sales, self.finance, self.operator):
            with self.subTest(user=user.login):
                tariff = self.tariff.with_user(user)
                self.assertEqual(len(tariff.line_ids), 3)
                self.assertEqual(tariff._get_price(zone="HN", weight_kg=1)["amount"], 8)
                self.assertFalse(tariff.can_change, "no button that is refused")
                with self._refused(AccessError):
                    tariff.action_end()
                with self._refused(AccessError):
                    tariff.create({"is_standard": True, "date_from": TODAY})
                with self._refused(AccessError):
                    self.zones["HN"].with_user(user).is_remote = True
                limits = self.env["kuaidi.price.limit"].with_user(user).search([])
                with self._refused(AccessError):
                    limits[0].percent_sales = 0
        self.zones["HN"].with_user(self.centre).sequence = 3
        self.assertTrue(self.tariff.with_user(self.centre).can_change)
        self.assertTrue(self.agreement.with_user(self.sales).can_change)
        self.assertEqual(self.tariff.state, "running")

    def test_a_portal_user_sees_no_prices(self):
        for model in ("agreement", "line", "ladder", "excess", "surcharge", "history"):
            with self.subTest(model=model), self._refused(AccessError):
                self.env[f"kuaidi.price.{model}"].with_user(self.portal).search([])

    def test_guarded_fields_are_not_written_by_hand(self):
        agreement = self.agreement.with_user(self.sales)
        for values in (
            {"state": "running"},
            {"depth_percent": 0},
            {"is_below_floor": False},
            {"approval_level": "none"},
            {"digest": "x"},
            {"requested_by_id": self.manager.id},
            {"revision": 7},
            {"previous_id": self.tariff.id},
            {"name": "JG-1"},
            {"validation_status": "validated"},
            {"review_ids": [Command.clear()]},
        ):
            name = next(iter(values))
            with self.subTest(field=name):
                with self._refused(AccessError):
                    agreement.write(values)
                with self._refused(AccessError):
                    agreement.create(
                        {"account_id": self.account.id, "date_from": TODAY} | values
                    )
        with self._refused(AccessError):
            agreement.with_context(default_state="running").create(
                {"account_id": self.account.id, "date_from": TODAY}
            )
        self.assertEqual(agreement.state, "draft")

    def test_lines_do_not_move_into_another_agreement(self):
        other = self._create_served_account(name="Lanjing")
        agreed = self._quote(0, user=self.manager, account_id=other.id)
        agreed.action_start()
        line = self.agreement.line_ids.with_user(self.manager)
        with self._refused(UserError, "not a draft"):
            line.agreement_id = agreed
        with self._refused(UserError, "not a draft"):
            line.create({"agreement_id": agreed.id, "zone_id": self.zones["DB"].id})
        self.assertEqual(line.agreement_id, self.agreement)
        self.assertEqual(len(agreed.line_ids), 3)

    def test_trying_values_on_a_form_tells_nothing_of_another_client(self):
        agreements = self.env["kuaidi.price.agreement"].with_user(self.stranger)
        named = {"fields": {"display_name": {}}}
        with self._refused(AccessError):
            agreements.onchange(
                {"account_id": self.account.id}, ["account_id"], {"account_id": named}
            )
        with self._refused(AccessError):
            agreements.with_context(default_account_id=self.account.id).onchange(
                {}, [], {"account_id": named}
            )
        lines = self.env["kuaidi.price.line"].with_user(self.stranger)
        with self._refused(AccessError):
            lines.onchange(
                {"agreement_id": self.agreement.id},
                ["agreement_id"],
                {"agreement_id": named},
            )

    def test_agreed_prices_are_neither_deleted_nor_duplicated(self):
        agreement = self._quote(0)
        with self._refused(UserError, "not duplicated"):
            agreement.copy()
        agreement.action_start()
        with self._refused(UserError, "stays on file"):
            agreement.unlink()
        self.assertTrue(agreement.exists())
        self.agreement.with_user(self.sales).unlink()
        self.assertFalse(self.agreement.exists())
