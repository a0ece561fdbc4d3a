from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .contract_common import TODAY, ContractCommon

BUTTONS = (
    "action_request_approval",
    "action_back_to_draft",
    "action_sign",
    "action_terminate",
    "action_amend",
)


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestContractRoles(ContractCommon):
    """Who sees, draws up, approves and signs which contracts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls._create_user("kuaidi_member", "group_kuaidi_user")
        cls.account.member_ids.create(
            {"account_id": cls.account.id, "user_id": cls.member.id}
        )
        cls.contract = cls._run_contract()
        foreign_account = cls._create_client(
            manager_id=cls.centre.id, deputy_id=False, name="Foreign"
        )
        cls.foreign = cls._create_contract(foreign_account, user=cls.centre)

    def _see(self, records, user):
        return records.with_user(user).search([("id", "in", records.ids)])

    def test_who_sees_which_contracts(self):
        contracts = (self.contract | self.foreign).sudo()
        for user, seen in (
            (self.manager, self.contract),
            (self.manager_2, self.contract),  # deputy
            (self.member, self.contract),
            (self.sales, self.contract.browse()),
            (self.finance, contracts),
            (self.centre, contracts),
            (self.admin, contracts),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._see(contracts, user), seen)
                for name in ("term_ids", "check_ids"):
                    self.assertEqual(
                        self._see(contracts[name], user), seen.sudo()[name]
                    )

    def test_a_client_sees_nothing_of_the_room(self):
        self.account.partner_id = self.client
        for name in (
            "kuaidi.contract",
            "kuaidi.contract.term",
            "kuaidi.contract.check",
            "kuaidi.contract.check.point",
            "kuaidi.contract.template",
            "kuaidi.contract.sign",
            "kuaidi.contract.terminate",
            "kuaidi.contract.print",
            "kuaidi.account.close",
        ):
            with self.subTest(model=name):
                model = self.env[name].with_user(self.portal)
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(model.has_access(operation), operation)
                with self._refused(AccessError):
                    model.search([])

    def test_sales_make_contracts_for_clients_they_serve(self):
        with self._refused(AccessError):
            self._create_contract(user=self.sales, kind="other")
        self.account.member_ids.create(
            {"account_id": self.account.id, "user_id": self.sales.id, "role": "sales"}
        )
        contract = self._create_contract(user=self.sales, kind="other")
        self._run_contract(contract, TODAY)
        self.assertEqual(contract.state, "running")

    def test_readers_change_nothing(self):
        draft = self._create_contract(kind="other")
        for user in (self.member, self.finance):
            with self.subTest(user=user.login):
                with self._refused(AccessError):
                    self._create_contract(user=user, kind="other")
                for contract in (self.contract, draft):
                    for button in BUTTONS:
                        with self._refused(AccessError):
                            getattr(contract.with_user(user), button)()
                with self._refused(AccessError):
                    draft.with_user(user).title = "Mine"
                with self._refused(AccessError):
                    draft.check_ids.with_user(user).answer = "ok"
                with self._refused(AccessError):
                    draft.with_user(user).unlink()
        self.assertEqual((self.contract.state, draft.state), ("running", "draft"))
        self.assertFalse(any(draft.check_ids.mapped("answer")))

    def test_the_contract_of_somebody_else_s_client_is_out_of_reach(self):
        foreign = self._approve(self.foreign.with_user(self.centre_2)).sudo()
        day = fields.Date.to_date(TODAY)
        for user in (self.manager, self.sales, self.member):
            mine = foreign.with_user(user)
            for act in (
                lambda mine: mine.read(["amount_total"]),
                lambda mine: mine.action_sign(),
                lambda mine: mine._sign(day),
                lambda mine: mine.action_back_to_draft(),
                lambda mine: mine.action_approve(),
                lambda mine: mine.action_print_document(),
                lambda mine: mine.check_ids.read(["answer"]),
                lambda mine: self._create_contract(foreign.account_id, mine.env.user),
            ):
                with self.subTest(user=user.login), self._refused(AccessError):
                    act(mine)
        self.assertEqual(foreign.state, "approved")

    def test_wizards_tell_nothing_of_another_client(self):
        foreign = self.foreign
        for name, values in (
            ("kuaidi.contract.sign", {"original_location": "B"}),
            ("kuaidi.contract.terminate", {"reason": "x", "date_end": TODAY}),
            (
                "kuaidi.contract.print",
                {
                    "template_id": self.env["kuaidi.contract.template"]
                    .search([], limit=1)
                    .id
                },
            ),
        ):
            with self.subTest(model=name), self._refused(AccessError):
                wizard = (
                    self.env[name]
                    .with_user(self.manager)
                    .create({"contract_id": foreign.id, **values})
                )
                (getattr(wizard, "action_confirm", None) or wizard.action_print)()
        with self._refused(AccessError):
            self.env["kuaidi.contract"].with_user(self.manager).onchange(
                {"account_id": foreign.account_id.id},
                ["account_id"],
                {"account_id": {}, "title": {}},
            )
        closing = self.env["kuaidi.account.close"].with_user(self.manager)
        with self._refused(AccessError):
            self.assertFalse(
                closing.new(
                    {"account_ids": foreign.sudo().account_id.ids}
                ).contract_names
            )

    def test_only_those_who_decide_approve(self):
        contract = self._create_contract(kind="other", credit_limit=10)
        self._answer(contract)
        contract.action_request_approval()
        with self._refused(UserError, "requested"):
            contract.action_approve()
        for user in (self.manager_2, self.member):
            with self.subTest(user=user.login), self._refused(AccessError):
                contract.with_user(user).action_approve()
        contract.with_user(self.finance).action_approve()
        with self._refused(AccessError):
            contract.with_user(self.finance).action_approve()
        self.assertEqual(contract.state, "to_approve", "finance decides on the credit")
        contract.with_user(self.centre).action_approve()
        contract.invalidate_recordset()
        self.assertEqual(contract.state, "approved")

    def test_only_the_crm_centre_keeps_points_and_templates(self):
        point = self.env["kuaidi.contract.check.point"].search([], limit=1)
        template = self.env["kuaidi.contract.template"].search([], limit=1)
        for user in (self.manager, self.sales, self.finance, self.member):
            for record in (point, template):
                with self.subTest(user=user.login, model=record._name):
                    self.assertTrue(record.with_user(user).name)
                    with self._refused(AccessError):
                        record.with_user(user).name = "Changed"
        point.with_user(self.centre).name = "Changed"
        self.assertEqual(point.with_user(self.centre).name, "Changed")

    def test_another_company_s_contracts_are_hidden(self):
        company = self.env["res.company"].create({"name": "Other Express"})
        stranger = self._create_user("kuaidi_other", "group_crm_centre", company)
        contracts = (self.contract | self.foreign).sudo()
        contracts = contracts.with_context(allowed_company_ids=company.ids)
        self.assertFalse(self._see(contracts, stranger))
        with self._refused(AccessError):
            contracts[0].with_user(stranger).read(["amount_total"])

    def test_the_company_follows_the_account(self):
        company = self.env["res.company"].create({"name": "Other Express"})
        with self._refused(AccessError):
            self._create_contract(kind="other", company_id=company.id)
        self.assertEqual(self.contract.company_id, self.company)
