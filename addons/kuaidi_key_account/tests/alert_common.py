from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import freeze_time
from odoo.tools import SQL

from .visit_common import VisitCommon

# a Monday, at noon in Shanghai; the figures of February are in
NIGHT = "2026-03-16"


@freeze_time(f"{NIGHT} 04:00:00")
class AlertCommon(VisitCommon):
    """The client of VisitCommon, its figures, and the rules a company starts with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alerts = cls.env["kuaidi.alert"]
        cls.rules = {
            rule.kind: rule
            for rule in cls.env["kuaidi.alert.rule"].search(
                [("company_id", "=", cls.company.id)]
            )
        }
        cls.vice_president = cls._create_user("kuaidi_vp", "group_kuaidi_user")
        cls.legal = cls._create_user("kuaidi_legal", "group_kuaidi_user")
        cls.company.kuaidi_crisis_user_ids = cls.vice_president | cls.legal
        cls.company.kuaidi_crisis_spokesperson_id = cls.legal

    @classmethod
    def _add_figures(cls, account, *pieces, month="2026-02-01", price=10.0):
        """Give a client the pieces of a month and of those before it, newest first.

        None leaves a month without figures.
        """
        month = fields.Date.to_date(month)
        figures = cls.env["kuaidi.monthly.figure"]
        for back, count in enumerate(pieces):
            day = month - relativedelta(months=back)
            former = figures.search(
                [("account_id", "=", account.id), ("month", "=", day)]
            )
            if count is None:
                former.unlink()
                continue
            values = {"pieces": count, "amount_revenue": count * price}
            if former:
                former.write(values)
            else:
                figures.create({"account_id": account.id, "month": day, **values})

    @classmethod
    def _keep_rules(cls, *kinds):
        """Archive the rules of all other kinds."""
        for kind, rule in cls.rules.items():
            rule.active = kind in kinds

    @classmethod
    def _evaluate(cls, accounts=None, **options):
        """Judge clients, by default the one of the class."""
        accounts = cls.account if accounts is None else accounts
        return cls.alerts._evaluate(accounts, **options)

    def _get_alert(self, kind, account=None, state="open"):
        """Return the alert of a kind, as it stands in the database."""
        self.env.invalidate_all()
        return self.alerts.search(
            [
                ("account_id", "=", (account or self.account).id),
                ("rule_id", "=", self.rules[kind].id),
                ("state", "=", state),
            ]
        )

    def _get_levels(self, account=None):
        """Return level and measure of the open alerts by kind."""
        self.env.invalidate_all()
        return {
            alert.kind: (alert.level, alert.measure)
            for alert in self.alerts.search(
                [
                    ("account_id", "=", (account or self.account).id),
                    ("state", "=", "open"),
                ]
            )
        }

    def _get_row_versions(self):
        """Return where the rows of alerts and their history stand: writing moves it."""
        self.env.flush_all()
        versions = []
        for table in ("kuaidi_alert", "kuaidi_alert_change", "mail_activity"):
            query = SQL("SELECT id, ctid FROM %s ORDER BY id", SQL.identifier(table))
            versions.append(self.env.execute_query(query))
        return versions

    def _get_activities(self, alert, kind="alert"):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "kuaidi.alert"),
                ("res_id", "=", alert.id),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref(f"kuaidi_key_account.mail_activity_type_{kind}").id,
                ),
            ]
        )

    def _run_cron(self, name="cron_evaluate_alerts"):
        with self.enter_registry_test_mode():
            self.env.ref(f"kuaidi_key_account.{name}").method_direct_trigger()
        self.env.invalidate_all()
