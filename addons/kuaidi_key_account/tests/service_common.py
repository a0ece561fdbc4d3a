from contextlib import contextmanager

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time

from .common import KuaidiCommon

# a Monday, at noon in Shanghai; the arrangement of 2026 is loaded, that of 2027 unknown
TODAY = "2026-03-02"


@freeze_time(f"{TODAY} 04:00:00")
class ServiceCommon(KuaidiCommon):
    """A formal client of three stars with a team, planned from Monday 2 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["kuaidi.calendar.day"]._load_year(
            cls.company, 2026, cls.company.resource_calendar_id
        )
        cls.company.kuaidi_require_safety_agreement = False
        cls.levels = cls.env["kuaidi.star.level"].search(
            [("company_id", "=", cls.company.id)], order="stars"
        )
        cls.operator = cls._create_user("kuaidi_operator", "group_kuaidi_user")
        cls.account = cls._create_served_account(name="Haina Home")

    @classmethod
    def _create_served_account(cls, stars=3, name="Client", **values):
        """Create a formal client of that many stars with a team of three."""
        account = cls._create_account(
            partner_id=cls._create_partner(name=name).id,
            deputy_id=cls.manager_2.id,
            member_ids=[
                Command.create({"user_id": cls.operator.id, "role": "operations"})
            ],
            **values,
        )
        cls._create_document(account, "entrustment", date=False)
        account.action_make_formal()
        cls._set_star(account, stars)
        return account

    @classmethod
    def _set_star(cls, account, stars):
        """Give an account a star as an approved rating would."""
        level = cls.levels.filtered(lambda level: level.stars == stars)
        account.sudo().write(
            {"star_id": level.id, "stars": stars, "amount_annual": level.amount_min}
        )

    @classmethod
    def _create_plan(cls, account=None, user=None, **values):
        """Draft a plan as the account manager."""
        account = account or cls.account
        plans = cls.env["kuaidi.service.plan"].with_user(user or cls.manager)
        return plans.create({"account_id": account.id, **values})

    @classmethod
    def _publish(cls, plan=None):
        """Return a plan in force, as of TODAY."""
        plan = plan or cls._create_plan()
        plan.action_publish()
        return plan

    @classmethod
    def _get_line(cls, plan, kind):
        """Return the first line of the service with that XML-ID suffix."""
        service_type = cls.env.ref(f"kuaidi_key_account.service_type_{kind}")
        return plan.line_ids.filtered(lambda line: line.type_id == service_type)[:1]

    @contextmanager
    def _refused(self, error, message=""):
        """Expect a refusal, and read anew afterwards what is in the database."""
        with self.assertRaisesRegex(error, message), self.cr.savepoint():
            yield
        self.env.invalidate_all()

    @classmethod
    def _run_schedule(cls, plan, today=None):
        """Make the activities of a plan that are due to be made by a day."""
        lines = plan.sudo().line_ids.filtered(
            lambda line: (
                line.date_start
                <= fields.Date.add(fields.Date.to_date(today or TODAY), days=14)
            )
        )
        lines._schedule()
        return lines
