from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, tagged

from .service_common import TODAY
from .visit_common import VisitCommon


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 04:00:00")
class TestServiceRoleTours(VisitCommon, HttpCase):
    """Finance and sales open what they may see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.finance, cls.sales):
            user.password = user.login
        cls.account.member_ids = [
            Command.create({"user_id": cls.sales.id, "role": "sales"})
        ]
        cls.plan = cls._create_plan()
        cls.line = cls.plan.line_ids.create(
            {
                "plan_id": cls.plan.id,
                "type_id": cls.env.ref("kuaidi_key_account.service_type_need").id,
                "name": "Quote for the southern lines",
                "date_finish": "2026-03-03",
                "handler_id": cls.sales.id,
            }
        )
        cls._publish(cls.plan)
        cls.visit = cls._log_visit()
        cls.problem = cls._raise_problem()

    def test_finance_reads_all_and_raises_a_problem(self):
        self.start_tour(
            "/odoo", "kuaidi_finance_reads_service", login=self.finance.login
        )
        self.env.invalidate_all()
        raised = self.account.problem_ids - self.problem
        self.assertEqual(raised.name, "Bills lack the order number")
        self.assertEqual(raised.create_uid, self.finance)
        self.assertEqual(raised.owner_id, self.manager)
        self.assertEqual(self.problem.state, "open")
        self.assertEqual(set(self.plan.line_ids.mapped("state")), {"planned"})
        self.assertEqual(self.visit.purpose, "Agree on the spring volume")

    def test_sales_reads_its_clients_and_completes_an_own_line(self):
        self.start_tour("/odoo", "kuaidi_sales_reads_service", login=self.sales.login)
        self.env.invalidate_all()
        self.assertEqual(self.line.state, "done")
        self.assertEqual(str(self.line.date_done), TODAY)
        others = self.plan.line_ids - self.line
        self.assertEqual(set(others.mapped("state")), {"planned"})
        self.assertEqual(self.visit.purpose, "Agree on the spring volume")
