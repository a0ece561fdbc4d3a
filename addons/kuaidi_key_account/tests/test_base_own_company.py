from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KuaidiCommon


@tagged("post_install", "-at_install")
class TestBaseOwnCompany(KuaidiCommon):
    """What users write stays within one company, and follows where it follows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Yuanda Express"})
        cls.own_level, cls.foreign_level = (
            cls.env["kuaidi.star.level"].search(
                [("company_id", "=", company.id)], limit=1
            )
            for company in (cls.company, cls.other)
        )
        cls.account = cls._create_account()
        cls.limit = cls.env["kuaidi.price.limit"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )

    def _work_in_both(self, user):
        user.sudo().company_ids = [Command.set((self.company | self.other).ids)]
        return self.env(
            user=user.id,
            context={"allowed_company_ids": (self.company | self.other).ids},
            su=False,
        )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_record_names_nothing_of_another_company(self):
        before = self.limit.level_id
        for env in (
            self.env(user=self.centre.id, su=False),
            self._work_in_both(self.centre),
        ):
            limit = self.limit.with_env(env)
            with self.assertRaisesRegex(UserError, "belongs to another company"):
                with self.cr.savepoint():
                    limit.level_id = self.foreign_level.id
            with self.assertRaisesRegex(UserError, "belongs to another company"):
                with self.cr.savepoint():
                    limit.create(
                        {
                            "company_id": self.company.id,
                            "level_id": self.foreign_level.id,
                        }
                    )
            self.env.invalidate_all()
            self.assertEqual(self.limit.level_id, before)

    def test_what_is_of_the_same_company_or_of_none_is_named(self):
        limit = self.limit.with_env(self._work_in_both(self.centre))
        self.env["kuaidi.price.limit"].search(
            [("level_id", "=", self.own_level.id), ("id", "!=", limit.id)]
        ).unlink()
        limit.level_id = self.own_level.id
        self.assertEqual(limit.level_id, self.own_level)
        limit.level_id = False
        self.assertFalse(limit.level_id)

    def test_what_follows_from_a_link_is_not_taken_from_a_client(self):
        occasions = self.env["kuaidi.occasion"].with_user(self.manager)
        vals = {
            "account_id": self.account.id,
            "kind": "anniversary",
            "date": "2020-01-01",
        }
        for occasion in (
            occasions.create(vals | {"manager_id": self.manager_2.id}),
            occasions.with_context(default_manager_id=self.manager_2.id).create(vals),
        ):
            self.assertEqual(occasion.manager_id, self.manager)
            occasion.write({"manager_id": self.manager_2.id, "lead_days": 4})
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(occasion.manager_id, self.manager)
            self.assertEqual(occasion.lead_days, 4)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_moves_a_record_to_a_company_out_of_sight(self):
        own, foreign = (
            self.env["kuaidi.plan.template"].search(
                [("company_id", "=", company.id)], limit=1
            )
            for company in (self.company, self.other)
        )
        line = own.line_ids[:1]
        self.assertTrue(line and foreign)
        with self.assertRaises(AccessError), self.cr.savepoint():
            line.with_user(self.centre).template_id = foreign.id
        self.env.invalidate_all()
        self.assertEqual(line.template_id, own)

    def test_nobody_ties_an_opportunity_to_a_client(self):
        self.sales.sudo().group_ids += self.env.ref("sales_team.group_sale_salesman")
        leads = self.env["crm.lead"].with_user(self.sales)
        lead = leads.create({"name": "Lead"})
        for attempt in (
            lambda: lead.write({"kuaidi_account_id": self.account.id}),
            lambda: lead.write({"kuaidi_purpose": "potential"}),
            lambda: leads.create({"name": "x", "kuaidi_account_id": self.account.id}),
            lambda: leads.with_context(
                default_kuaidi_account_id=self.account.id
            ).create({"name": "x"}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                attempt()
        self.assertFalse(lead.sudo().kuaidi_account_id)
