import base64

from odoo.fields import Command

from .service_common import ServiceCommon

# the smallest picture there is
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


class VisitCommon(ServiceCommon):
    """The client of ServiceCommon, whom its team visits and calls."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.kuaidi_escalation_user_id = cls.centre
        cls.contact = cls.env["res.partner"].create(
            {"name": "Chen Wei", "parent_id": cls.account.partner_id.id}
        )
        # serves another client alone
        cls.stranger = cls._create_user("kuaidi_other_team", "group_account_manager")
        cls.other_account = cls._create_account(
            manager_id=cls.stranger.id,
            partner_id=cls._create_partner(name="Lanjing Optics").id,
        )

    @classmethod
    def _prepare_visit(cls, **values):
        """Return the values of a proper visit that began two hours ago."""
        return {
            "account_id": cls.account.id,
            "date": "2026-03-02 02:00:00",
            "channel": "face",
            "duration_minutes": 45,
            "purpose": "Agree on the spring volume",
            "reaction": "4",
            "contact_ids": [Command.set(cls.contact.ids)],
            **values,
        }

    @classmethod
    def _log_visit(cls, user=None, **values):
        """Log a proper visit, by default of the account manager."""
        visits = cls.env["kuaidi.visit"].with_user(user or cls.manager)
        return visits.create(cls._prepare_visit(**values))

    def _find_visits(self, account=None):
        """Return what the log of a client holds, as it stands in the database."""
        self.env.invalidate_all()
        return self.env["kuaidi.visit"].search(
            [("account_id", "=", (account or self.account).id)]
        )

    @classmethod
    def _raise_problem(cls, user=None, **values):
        """Raise a problem, by default by the account manager."""
        return (
            cls.env["kuaidi.problem"]
            .with_user(user or cls.manager)
            .create(
                {"account_id": cls.account.id, "name": "Pickup comes late", **values}
            )
        )

    @classmethod
    def _create_photo(cls, user=None, raw=PNG, **values):
        return (
            cls.env["ir.attachment"]
            .with_user(user or cls.manager)
            .create({"name": "ramp.png", "datas": base64.b64encode(raw), **values})
        )

    @classmethod
    def _create_event(cls, user=None, partners=(), **values):
        """Create a meeting of an hour that was over an hour ago."""
        user = user or cls.manager
        partner_ids = [user.partner_id.id, *(partner.id for partner in partners)]
        return (
            cls.env["calendar.event"]
            .with_user(user)
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    "name": "Talk about volume",
                    "start": "2026-03-02 02:00:00",
                    "stop": "2026-03-02 03:00:00",
                    "partner_ids": [Command.set(partner_ids)],
                    **values,
                }
            )
        )

    def _run_escalation(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "kuaidi_key_account.cron_escalate_late_problems"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def _count_queries(self, method):
        """Return the queries of a call that starts with empty caches."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        method()
        self.env.flush_all()
        return self.cr.sql_log_count - before
