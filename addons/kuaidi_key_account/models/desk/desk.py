from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ...tools.month_names import format_month

# months of the trend; each stands beside the same month of the year before
TREND_MONTHS = 13
# days in which a star that moved is news
STAR_NEWS_DAYS = 90
# clients on the list of who needs the user today
ATTENTION_LIMIT = 8
# work on the list of what ends next
DEADLINE_LIMIT = 8
ATTENTION_FIELDS = (
    "account_id",
    "stars",
    "level",
    "is_crisis",
    "alert_count",
    "problem_count",
    "line_count",
    "step_count",
    "occasion_count",
)
# a tile that is shown where something is open
NOBODY = ""
MANAGERS = "kuaidi_key_account.group_account_manager"
SALES = "kuaidi_key_account.group_sales"
# whose first page shows a tile of service even where nothing is open
SERVICE_ROLES = f"{MANAGERS},{SALES},kuaidi_key_account.group_crm_centre"
# who looks after clients as a whole: who is at risk, how stars and volume move
CLIENT_ROLES = f"{SERVICE_ROLES},kuaidi_key_account.group_finance"
# who logs contacts with clients
VISITORS = f"{MANAGERS},{SALES}"


class KuaidiDesk(models.AbstractModel):
    """The first page of each role.

    Every number is counted with the rights of the user who reads it, and opens its
    records. The number of queries depends neither on the clients nor on the numbers.
    """

    _name = "kuaidi.desk"
    _description = "Desk"

    # === BUSINESS METHODS === #

    @api.model
    @api.readonly
    def get_data(self, scope=None):
        """Return what the desk shows, in one round (2.17).

        :param str scope: ``mine`` for the clients whose manager or deputy the user
            is, ``all`` for every client that the user may see; None: all for those
            who oversee others or sell without serving, mine for everybody else
        :return: dict with ``scope``, ``shortcuts``, ``tiles``, ``deadlines`` and
            ``clients``; the last is None for those who do not look after clients as a
            whole, else a dict with ``alerts``, ``coverage``, ``trend``, ``stars`` and
            ``attention``; numbers, labels, and the actions that open what was counted
        :raise AccessError: for those without a role in the product
        """
        user = self.env.user
        if not user.has_group("kuaidi_key_account.group_kuaidi_user"):
            raise AccessError(
                self.env._("The desk is for those who work with key accounts.")
            )
        if scope not in ("mine", "all"):
            scope = self._get_first_scope()
        desk = self.with_context(kuaidi_desk_scope=scope)
        accounts = self.env["kuaidi.key.account"].with_context(active_test=False)
        account_ids = accounts._find_few(desk._get_scope_domain())
        desk = desk.with_context(kuaidi_desk_account_ids=account_ids)
        counters = desk._get_readable_counters()
        return {
            "scope": scope,
            "user": user.name,
            "today": format_date(self.env, desk._get_today(), date_format="full"),
            "shortcuts": [
                shortcut
                for shortcut in desk._get_shortcuts()
                if user.has_groups(shortcut["roles"])
            ],
            "tiles": desk._get_tiles(counters),
            "deadlines": desk._get_deadlines(counters),
            "clients": desk._get_clients() if user.has_groups(CLIENT_ROLES) else None,
        }

    def _get_first_scope(self):
        """Return the scope in which the user's first page opens."""
        user = self.env.user
        # sales are members of the teams of other people's clients
        sells_alone = user.has_group(SALES) and not user.has_group(MANAGERS)
        is_overseer = user.has_groups(self._get_overseers())
        return "all" if is_overseer or sells_alone else "mine"

    def _get_overseers(self):
        """Hook: return the groups whose first page is about all clients."""
        return "kuaidi_key_account.group_crm_centre,kuaidi_key_account.group_finance"

    def _get_today(self):
        return self.env["kuaidi.deadline"]._get_today(self.env.company)

    def _get_shortcuts(self):
        """Hook: return the work that the ``roles`` begin most often from their desk.

        :return: list of dict with ``key``, ``label``, ``icon``, ``roles`` (groups) and
            the ``action`` to do: its external id, or the action itself
        """
        return [
            {
                "key": "visit",
                "label": self.env._("Log Visit"),
                "icon": "fa-handshake-o",
                "roles": VISITORS,
                "action": {
                    "type": "ir.actions.act_window",
                    "name": self.env._("Log Visit"),
                    "res_model": "kuaidi.visit",
                    "views": [(False, "form")],
                },
            },
            {
                "key": "call",
                "label": self.env._("Log a Call"),
                "icon": "fa-phone",
                "roles": VISITORS,
                "action": "kuaidi_key_account.kuaidi_visit_action_call",
            },
        ]

    def _get_scope_domain(self, prefix=""):
        """Return the condition that leaves the clients of the scope.

        :param str prefix: path to the account, with its dot
        """
        if self.env.context.get("kuaidi_desk_scope") == "all":
            return Domain.TRUE
        account_ids = self.env.context.get("kuaidi_desk_account_ids")
        if self.env.context.get("kuaidi_desk_is_counting") and account_ids is not None:
            return Domain(prefix.removesuffix(".") or "id", "in", account_ids)
        uid = self.env.uid
        return Domain(f"{prefix}manager_id", "=", uid) | Domain(
            f"{prefix}deputy_id", "=", uid
        )

    def _for_counting(self):
        """Return the desk whose domains count fastest, and are long to open."""
        return self.with_context(kuaidi_desk_is_counting=True)

    def _get_domains_in_scope(self, domain):
        """Return a condition on clients of the scope: to open it, and to count it."""
        return [
            domain & desk._get_scope_domain("account_id.")
            for desk in (self, self._for_counting())
        ]

    def _get_counters(self):
        """Hook: return what is counted, by key; later rooms add theirs.

        :return: by key a dict with the ``model``, the ``label`` and ``icon`` of its
            tile, the domains of what is ``open``, of it what is due ``today`` and
            what is ``late`` (either may be missing), and the groups in whose ``roles``
            the tile is shown even if nothing is open (by default those who serve
            clients); and, where its hour counts to those roles, the field of the
            ``deadline`` by which the next ones are listed
        """
        today = self._get_today()
        week = fields.Date.add(today, days=7)
        month = fields.Date.add(today, days=30)
        tonight = self.env["kuaidi.deadline"]._get_due(
            today, 0, "day", self.env.company
        )
        of_accounts = self._get_scope_domain("account_id.")
        is_open = Domain("state", "=", "open") & of_accounts
        ends_today = Domain("is_overdue", "=", False) & Domain(
            "date_deadline", "<=", tonight
        )
        planned = (
            Domain("is_in_force", "=", True)
            & Domain("state", "=", "planned")
            & of_accounts
        )
        return {
            "lines": {
                "model": "kuaidi.service.plan.line",
                "label": self.env._("Planned this week"),
                "icon": "fa-calendar-check-o",
                "open": planned & Domain("date_finish", "<=", week),
                "today": Domain("date_finish", "=", today),
                "late": Domain("is_late", "=", True),
            },
            "problems": {
                "model": "kuaidi.problem",
                "label": self.env._("Problems raised"),
                "icon": "fa-exclamation-circle",
                "open": is_open,
                "today": ends_today,
                "late": Domain("is_overdue", "=", True),
            },
            "onboarding": {
                "model": "kuaidi.onboarding.step",
                "label": self.env._("Onboarding steps"),
                "icon": "fa-flag-checkered",
                "open": is_open,
                "today": ends_today,
                "late": Domain("is_overdue", "=", True),
            },
            "occasions": {
                "model": "kuaidi.occasion",
                "label": self.env._("Occasions this month"),
                "icon": "fa-birthday-cake",
                "open": of_accounts
                & Domain("date_next", ">=", today)
                & Domain("date_next", "<=", month),
                "today": Domain("date_next", "=", today),
            },
            "gaps": {
                "model": "kuaidi.visit.gap",
                "label": self.env._("Visits due this month"),
                "icon": "fa-handshake-o",
                "open": of_accounts & Domain("date_visit_due", "<=", month),
                "late": Domain("is_late", "=", True),
            },
            "approvals": {
                "model": "kuaidi.star.rating",
                "label": self.env._("Stars awaiting approval"),
                "icon": "fa-star-o",
                "roles": NOBODY,
                "open": Domain("state", "=", "to_approve") & of_accounts,
            },
            "plans": {
                "model": "kuaidi.service.plan",
                "label": self.env._("Plans awaiting approval"),
                "icon": "fa-list-alt",
                "roles": NOBODY,
                "open": Domain("state", "=", "to_approve") & of_accounts,
            },
            "gifts": {
                "model": "kuaidi.gift",
                "label": self.env._("Gifts awaiting approval"),
                "icon": "fa-gift",
                "roles": NOBODY,
                "open": Domain("state", "=", "to_approve") & of_accounts,
            },
        }

    def _get_readable_counters(self):
        return {
            key: counter
            for key, counter in self._get_counters().items()
            if self.env[counter["model"]].has_access("read")
        }

    def _get_tiles(self, counters):
        """Return the tiles with their numbers, all counted by one statement.

        Where nothing is open, a tile is shown to those alone whose work it is.
        """
        parts = []
        counted = self._for_counting()._get_counters()
        for key, counter in counters.items():
            for kind in ("open", "today", "late"):
                if kind in counter:
                    query = self.env[counter["model"]]._search(
                        self._get_counter_domain(counted[key], kind)
                    )
                    parts.append(
                        SQL(
                            "SELECT %s, %s, count(*) FROM (%s) AS counted",
                            key,
                            kind,
                            query.subselect(),
                        )
                    )
        counts = {
            (key, kind): count
            for key, kind, count in self.env.execute_query(
                SQL(" UNION ALL ").join(parts)
            )
        }
        return [
            {
                "key": key,
                "label": counter["label"],
                "icon": counter["icon"],
                "numbers": [
                    {
                        "kind": kind,
                        "count": counts[key, kind],
                        "action": self._get_action(
                            counter["model"],
                            counter["label"],
                            self._get_counter_domain(counter, kind),
                        ),
                    }
                    for kind in ("open", "today", "late")
                    if (key, kind) in counts
                ],
            }
            # the user's own work first, each in the order of the rooms
            for key, counter in sorted(
                counters.items(), key=lambda item: not self._is_work_of_user(item[1])
            )
            if counts[key, "open"] or self._is_work_of_user(counter)
        ]

    def _is_work_of_user(self, counter):
        """Tell whether a tile belongs to the first page of the user, open or not."""
        roles = counter.get("roles", SERVICE_ROLES)
        return bool(roles) and self.env.user.has_groups(roles)

    def _get_counter_domain(self, counter, kind):
        """Return the condition behind one number of a tile."""
        if kind == "open":
            return counter["open"]
        return counter["open"] & counter[kind]

    def _get_action(self, model, name, domain):
        """Return the action that opens what a number counts."""
        return self.env["kuaidi.collection.desk"]._get_action(model, name, domain)

    def _get_deadlines(self, counters):
        """Return the user's own work that ends next, whatever it is, one query each."""
        now = fields.Datetime.now()
        found = []
        for counter in counters.values():
            name = counter.get("deadline")
            if name and self._is_work_of_user(counter):
                records = self.env[counter["model"]].search(
                    counter["open"] & Domain(name, "!=", False),
                    order=f"{name}, id",
                    limit=DEADLINE_LIMIT,
                )
                found += [(record[name], counter, record) for record in records]
        found.sort(key=lambda row: row[0])
        return [
            {
                "model": record._name,
                "id": record.id,
                "name": record.display_name,
                # sudo: the client of work that the user may read
                "client": record.partner_id.sudo().display_name,
                "state": dict(record._fields["state"]._description_selection(self.env))[
                    record.state
                ],
                "icon": counter["icon"],
                # in UTC: the browser knows where its user is
                "due": fields.Datetime.to_string(due),
                "is_late": due < now,
            }
            for due, counter, record in found[:DEADLINE_LIMIT]
        ]

    def _get_clients(self):
        """Return what is shown of the clients as a whole."""
        return {
            "coverage": self._get_coverage(),
            "alerts": self._get_alerts(),
            "trend": self._get_trend(),
            "stars": self._get_stars(),
            "attention": self._get_attention(),
        }

    def _get_coverage(self):
        """Return how many clients with a star were visited within what it asks."""
        gaps = self.env["kuaidi.visit.gap"]
        domain, counted = self._get_domains_in_scope(Domain("level_id", "!=", False))
        counts = dict(gaps._read_group(counted, ["is_late"], ["__count"]))
        total = sum(counts.values())
        return {
            "total": total,
            "seen": counts.get(False, 0),
            "percent": round(100 * counts.get(False, 0) / total) if total else 0,
            "action": self._get_action(
                gaps._name,
                self.env._("Visit Gap"),
                domain & Domain("is_late", "=", True),
            ),
        }

    def _get_alerts(self):
        """Return the open alerts by level, the gravest first."""
        alerts = self.env["kuaidi.alert"]
        domain, counted = self._get_domains_in_scope(Domain("state", "=", "open"))
        counts = dict(alerts._read_group(counted, ["level"], ["__count"]))
        labels = dict(alerts._fields["level"]._description_selection(self.env))
        return [
            {
                "level": level,
                "label": labels[level],
                "count": counts.get(level, 0),
                "action": self._get_action(
                    alerts._name,
                    labels[level],
                    domain & Domain("level", "=", level),
                ),
            }
            for level in sorted(labels, reverse=True)
        ]

    def _get_trend_start(self):
        """Return the first month of the trend."""
        this_month = self._get_today().replace(day=1)
        return this_month - relativedelta(months=TREND_MONTHS - 1)

    def _get_trend(self):
        """Return the pieces of thirteen months, with those a year before."""
        last = self._get_today().replace(day=1)
        first = self._get_trend_start() - relativedelta(years=1)
        figures = self.env["kuaidi.monthly.figure"]
        account_ids = self.env.context.get("kuaidi_desk_account_ids")
        # whoever may read few clients may read the figures of those alone
        of_accounts = (
            self._get_scope_domain("account_id.")
            if account_ids is None
            else Domain("account_id", "in", account_ids)
        )
        query = figures._search(
            Domain("month", ">=", first) & Domain("month", "<=", last) & of_accounts
        )
        # months are dates already: to truncate each of them again takes longer than
        # to add them up
        month, count = (
            figures._field_to_sql(figures._table, name, query)
            for name in ("month", "pieces")
        )
        pieces = dict(
            self.env.execute_query(
                SQL("%s GROUP BY %s", query.select(month, SQL("sum(%s)", count)), month)
            )
        )
        months = [
            last - relativedelta(months=TREND_MONTHS - 1 - number)
            for number in range(TREND_MONTHS)
        ]
        return {
            "labels": [
                format_date(self.env, month, date_format="yyyy-MM") for month in months
            ],
            "pieces": [pieces.get(month, 0) for month in months],
            "former": [
                pieces.get(month - relativedelta(years=1), 0) for month in months
            ],
            "actions": [
                self._get_action(
                    figures._name,
                    format_month(month, self.env.lang),
                    Domain("month", "=", month) & self._get_scope_domain("account_id."),
                )
                for month in months
            ],
        }

    def _get_stars(self):
        """Return how many stars rose and fell lately."""
        ratings = self.env["kuaidi.star.rating"]
        since = fields.Date.subtract(self._get_today(), days=STAR_NEWS_DAYS)
        domain, counted = self._get_domains_in_scope(
            Domain("state", "=", "approved") & Domain("date_decided", ">=", since)
        )
        counts = dict(ratings._read_group(counted, ["direction"], ["__count"]))
        labels = dict(ratings._fields["direction"]._description_selection(self.env))
        return [
            {
                "direction": direction,
                "label": labels[direction],
                "count": counts.get(direction, 0),
                "action": self._get_action(
                    ratings._name,
                    labels[direction],
                    domain & Domain("direction", "=", direction),
                ),
            }
            for direction in ("up", "down", "new")
        ]

    def _get_attention(self):
        """Return the clients who need somebody today, the most urgent first.

        The reasons are told by their numbers; the list behind tells them in full.
        """
        rows = self.env["kuaidi.attention"]
        domain = Domain.TRUE
        if self.env.context.get("kuaidi_desk_scope") == "mine":
            domain = Domain("is_mine", "=", True)
        # the rows are counted anew by each query: one has to do
        found = rows.search_fetch(domain, ATTENTION_FIELDS, limit=ATTENTION_LIMIT)
        # sudo: the name of a client whose row the user may read
        names = {
            account.id: account.display_name for account in found.account_id.sudo()
        }
        return {
            "rows": [
                {
                    "account_id": row.account_id.id,
                    "name": names[row.account_id.id],
                    "stars": row.stars,
                    "level": row.level,
                    "reason": self._get_reason(row),
                }
                for row in found
            ],
            "action": dict(
                self._get_action(rows._name, self.env._("Who Needs Me Today"), domain),
                views=[(False, "list")],
            ),
        }

    def _get_reason(self, row):
        """Return in a few words why a client needs somebody."""
        texts = (
            (row.is_crisis, self.env._("crisis")),
            (
                row.alert_count,
                self.env._("%(count)s alerts", count=row.alert_count),
            ),
            (
                row.problem_count,
                self.env._("%(count)s late problems", count=row.problem_count),
            ),
            (
                row.line_count,
                self.env._("%(count)s late plan lines", count=row.line_count),
            ),
            (
                row.step_count,
                self.env._("%(count)s late onboarding steps", count=row.step_count),
            ),
            (
                row.occasion_count,
                self.env._("%(count)s occasions this week", count=row.occasion_count),
            ),
        )
        return " · ".join(text for number, text in texts if number)
