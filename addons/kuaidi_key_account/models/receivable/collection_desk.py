from datetime import timedelta

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

CALL_LIMIT = 8
PROMISE_DAYS = 14
LIMITATION_DAYS = 180


class KuaidiCollectionDesk(models.AbstractModel):
    """The first page of whoever collects debts.

    Every number is counted with the rights of the user who reads it, and opens its
    records. The number of queries depends neither on clients nor on numbers.
    """

    _name = "kuaidi.collection.desk"
    _description = "Collector's Desk"

    # === BUSINESS METHODS === #

    @api.model
    @api.readonly
    def get_data(self):
        """Return what the collector's desk shows, in one round (D).

        :return: dict with ``tiles``, ``calls``, ``ageing``, ``month`` and
            ``promises``; numbers, labels, and the actions that open what was counted
        :raise AccessError: for those without a role in the product
        """
        if not self.env.user.has_group("kuaidi_key_account.group_kuaidi_user"):
            raise AccessError(
                self.env._("The desk is for those who work with key accounts.")
            )
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        return {
            "today": format_date(self.env, today, date_format="full"),
            "currency": self.env.company.currency_id.symbol,
            "tiles": self._get_tiles(today),
            "calls": self._get_calls(today),
            "ageing": self._get_ageing(),
            "month": self._get_month(today),
            "promises": self._get_promises(today),
        }

    @api.model
    def _get_call_domain(self, today):
        return (
            Domain("state", "!=", "closed")
            & Domain("next_channel", "in", ["call", "visit"])
            & Domain("date_next_action", "<=", today)
            & (
                Domain("date_hold_until", "=", False)
                | Domain("date_hold_until", "<", today)
            )
        )

    def _get_counters(self, today):
        """Return (key, model, label, icon, tone, domain) of the tiles."""
        first = today.replace(day=1)
        is_open = Domain("state", "=", "open")
        not_closed = Domain("state", "!=", "closed")
        service = self.env["kuaidi.deadline"]
        midnight = service._get_due(
            today - timedelta(days=1), 0, "day", self.env.company
        )
        return [
            (
                "calls",
                "kuaidi.collection.case",
                self.env._("Calls of today"),
                "fa-phone",
                "",
                self._get_call_domain(today),
            ),
            (
                "promises",
                "kuaidi.payment.promise",
                self.env._("Promises due by today"),
                "fa-handshake-o",
                "warning",
                is_open & Domain("date_due", "<=", today),
            ),
            (
                "broken",
                "kuaidi.payment.promise",
                self.env._("Promises broken this month"),
                "fa-chain-broken",
                "danger",
                Domain("state", "=", "broken") & Domain("date_grace", ">=", first),
            ),
            (
                "disputes",
                "kuaidi.receivable.dispute",
                self.env._("Disputes to settle"),
                "fa-question-circle-o",
                "warning",
                is_open,
            ),
            (
                "late_disputes",
                "kuaidi.receivable.dispute",
                self.env._("Disputes past their deadline"),
                "fa-clock-o",
                "danger",
                is_open & Domain("date_deadline", "<", fields.Datetime.now()),
            ),
            (
                "sent",
                "kuaidi.collection.action",
                self.env._("Contacts of today"),
                "fa-paper-plane-o",
                "",
                Domain("state", "=", "done") & Domain("date", ">", midnight),
            ),
            (
                "held",
                "kuaidi.collection.case",
                self.env._("On hold"),
                "fa-pause-circle-o",
                "",
                not_closed & Domain("date_hold_until", ">=", today),
            ),
            (
                "cash",
                "kuaidi.collection.case",
                self.env._("Cash only advised"),
                "fa-money",
                "",
                not_closed & Domain("is_cash_only", "=", True),
            ),
            (
                "legal",
                "kuaidi.collection.case",
                self.env._("Legal cases"),
                "fa-gavel",
                "",
                Domain("state", "=", "legal"),
            ),
            (
                "limitation",
                "kuaidi.collection.case",
                self.env._("Limitation within 180 days"),
                "fa-hourglass-end",
                "danger",
                self._get_limitation_domain(today),
            ),
        ]

    @api.model
    def _get_limitation_domain(self, today):
        """Return the condition of cases that can soon not be sued for any more."""
        return Domain("state", "!=", "closed") & Domain(
            "date_limitation", "<=", today + timedelta(days=LIMITATION_DAYS)
        )

    def _get_tiles(self, today):
        """Return the tiles with their numbers, all counted by one statement."""
        counters = [
            counter
            for counter in self._get_counters(today)
            if self.env[counter[1]].has_access("read")
        ]
        parts = [
            SQL(
                "SELECT %s, count(*) FROM (%s) AS counted",
                key,
                self.env[model]._search(domain).subselect(),
            )
            for key, model, _label, _icon, _tone, domain in counters
        ]
        counts = dict(self.env.execute_query(SQL(" UNION ALL ").join(parts)))
        return [
            {
                "key": key,
                "label": label,
                "icon": icon,
                "tone": tone if counts[key] else "",
                "count": counts[key],
                "action": self._get_action(model, label, domain),
            }
            for key, model, label, icon, tone, domain in counters
        ]

    def _get_action(self, model, name, domain, views=("list", "form")):
        """Return the action that opens what a number counts."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, view) for view in views],
            "domain": list(domain),
            "context": {},
            "help": Markup('<p class="o_view_nocontent_smiling_face">%s</p><p>%s</p>')
            % (
                self.env._("Nothing is waiting here"),
                self.env._(
                    "The desk counts these records; new ones appear here by themselves."
                ),
            ),
        }

    def _get_calls(self, today):
        """Return whom to call first: money, stars and broken promises weigh."""
        cases = self.env["kuaidi.collection.case"]
        domain = self._get_call_domain(today)
        found = cases.search_fetch(
            domain,
            ["account_id", "amount_overdue", "broken_promise_count", "next_action"],
            order="call_score desc, id",
            limit=CALL_LIMIT,
        )
        # sudo: the name of a client whose case the user may read
        names = {
            account.id: account.display_name for account in found.account_id.sudo()
        }
        return {
            "rows": [
                {
                    "id": case.id,
                    "name": names[case.account_id.id],
                    "amount": case.amount_overdue,
                    "broken": case.broken_promise_count,
                    "text": case.next_action or "",
                }
                for case in found
            ],
            "action": self._get_action(
                cases._name, self.env._("Calls of today"), domain
            ),
        }

    def _get_ageing(self):
        """Return what is open by days overdue."""
        items = self.env["kuaidi.receivable.item"]
        domain = Domain("amount_residual", ">", 0)
        amounts = dict(items._read_group(domain, ["bucket"], ["amount_residual:sum"]))
        return [
            {
                "label": label,
                "amount": round(amounts.get(bucket, 0.0), 2),
                "action": self._get_action(
                    items._name,
                    label,
                    domain & Domain("bucket", "=", bucket),
                    ("list", "pivot"),
                ),
            }
            for bucket, label in items._selection_bucket()
            if bucket != "credit"
        ]

    def _get_month(self, today):
        """Return what came in by the day of this month, and what it is measured by.

        Without a target in the settings that is what came in and what is still open of
        all that is due by the end of the month.
        """
        first = today.replace(day=1)
        last = first + relativedelta(months=1, days=-1)
        collected = self.env["kuaidi.collected.payment"]
        domain = Domain("date", ">=", first) & Domain("date", "<=", last)
        days = dict(collected._read_group(domain, ["date:day"], ["amount:sum"]))
        total = sum(days.values())
        # sudo: the target is told to everybody who collects
        target = self.env.company.sudo().kuaidi_collection_target
        due = Domain("date_due", "<=", last)
        items = self.env["kuaidi.receivable.item"]
        if not target:
            ((still_open,),) = items._read_group(due, [], ["amount_residual:sum"])
            target = total + max(still_open or 0.0, 0.0)
        dates = [
            first + timedelta(days=number) for number in range((today - first).days + 1)
        ]
        return {
            "collected": round(total, 2),
            "target": round(target, 2),
            "percent": round(100 * total / target) if target else 0,
            "action": self._get_action(
                collected._name,
                self.env._("Collected this month"),
                domain,
                ("list", "graph", "pivot"),
            ),
            "target_action": self._get_action(
                items._name,
                self.env._("Open and due this month"),
                due,
                ("list", "pivot"),
            ),
            "labels": [str(day.day) for day in dates],
            "amounts": [round(days.get(day, 0.0), 2) for day in dates],
            "actions": [
                self._get_action(
                    collected._name,
                    format_date(self.env, day),
                    Domain("date", "=", day),
                    ("list",),
                )
                for day in dates
            ],
        }

    def _get_promises(self, today):
        """Return what is promised for the next two weeks, by day."""
        promises = self.env["kuaidi.payment.promise"]
        last = today + timedelta(days=PROMISE_DAYS - 1)
        is_open = Domain("state", "=", "open")
        amounts = dict(
            promises._read_group(
                is_open
                & Domain("date_due", ">=", today)
                & Domain("date_due", "<=", last),
                ["date_due:day"],
                ["amount:sum"],
            )
        )
        days = [today + timedelta(days=number) for number in range(PROMISE_DAYS)]
        return {
            "labels": [format_date(self.env, day, date_format="MM-dd") for day in days],
            "amounts": [round(amounts.get(day, 0.0), 2) for day in days],
            "actions": [
                self._get_action(
                    promises._name,
                    format_date(self.env, day),
                    is_open & Domain("date_due", "=", day),
                )
                for day in days
            ],
        }
