from odoo import api, fields, models
from odoo.tools import SQL

from .alert_rule import MANUAL


class KuaidiAlert(models.Model):
    """Judges any number of clients by all rules of their company, in one statement."""

    _name = "kuaidi.alert"
    _inherit = ["kuaidi.alert"]

    # === BUSINESS METHODS === #

    @api.model
    def _evaluate(self, accounts=None, date=None, rules=None, companies=None):
        """Raise, move and close the alerts of clients, as their figures ask for.

        Closed and archived accounts are left out. Nothing is written for an alert
        whose level and rounded measure stay what they are. What is not known, such as
        the volume of a month without figures, changes nothing. An alert whose measure
        has fallen below every threshold is closed, unless a rescue plan is under way:
        then it stays open at the lowest level; so is one whose client is too small
        for the rule. A crisis stays red until it is closed.

        :param accounts: which clients; default all of the companies
        :param date: judge as of that day; default today, in each company's time zone
        :param rules: snapshot of the rules of the one company that the accounts are
            of, as of `kuaidi.alert.rule._get_snapshot`
        :param companies: default those of the accounts, or all that are in business
        :return: dict of the numbers of alerts ``opened``, ``changed``, ``closed``
        """
        if companies is None:
            # sudo: all companies at work, whoever evaluates
            companies = (
                self.env["res.company"].sudo().search([])
                if accounts is None
                else accounts.sudo().company_id
            )
        self.env.flush_all()
        total = {"opened": 0, "changed": 0, "closed": 0}
        for company in companies:
            counts = self._evaluate_company(company, accounts, date, rules)
            for name, count in counts.items():
                total[name] += count
        return total

    @api.model
    def _evaluate_company(self, company, accounts, date, rules):
        service = self.env["kuaidi.deadline"]
        now = fields.Datetime.now()
        day = fields.Date.to_date(date) or service._get_local_date(now, company)
        if rules is None:
            rules = self.env["kuaidi.alert.rule"]._get_snapshot(company)
        counts = {"opened": 0, "changed": 0, "closed": 0}
        # `asked` has no other way to be empty than no account at all
        if accounts is not None and not accounts:
            return counts
        rows = self.env.execute_query(
            SQL(
                "WITH %(judged)s, %(written)s",
                judged=self._get_diff_query(company, accounts, day, rules),
                written=self._get_written_query(company, now),
            )
        )
        if not rows:
            return counts
        for what, _alert_id in rows:
            counts[what] += 1
        self.invalidate_model(flush=False)
        self.env["kuaidi.alert.change"].invalidate_model(flush=False)
        self.env["kuaidi.key.account"].invalidate_model(
            ["alert_ids", "alert_level", "open_alert_count"], flush=False
        )
        closed = self.browse(
            alert_id for what, alert_id in rows if what == "closed"
        ).sudo()  # sudo: activities of the system are withdrawn by it
        closed._complete_activities(self.env._("The figures have recovered."))
        return counts

    @api.model
    def _get_rules_table(self, company, rules):
        """Return the snapshot of the rules as rows, with the deadlines from now on."""
        now = fields.Datetime.now()
        amounts = sorted({days for rule in rules for days in rule["workdays"]})
        ends = dict(
            zip(
                amounts,
                self.env["kuaidi.deadline"]._get_due_many(
                    [(now, days) for days in amounts], "workday", company
                ),
                strict=True,
            )
        )
        rows = [
            SQL(
                "(%s, %s, %s, %s, %s, %s, %s::numeric, %s::numeric[], %s::timestamp[])",
                rule["id"],
                rule["kind"],
                rule["mask"],
                rule["version"],
                rule["is_strict"],
                rule["is_counted"],
                rule["floor"],
                rule["thresholds"],
                [ends[days] for days in rule["workdays"]],
            )
            for rule in rules
        ]
        # a first row that gives the columns their types, also where there is no rule
        first = SQL(
            "(NULL::int, NULL, NULL::int, NULL::int, NULL::bool, NULL::bool,"
            " NULL::numeric, NULL::numeric[], NULL::timestamp[])"
        )
        return SQL(
            """
            SELECT *
              FROM (VALUES %s) listed (
                   id, kind, mask, version, is_strict, is_counted, floor, thresholds,
                   ends)
             WHERE id IS NOT NULL
            """,
            SQL(", ").join([first, *rows]),
        )

    @api.model
    def _get_asked_query(self, company, accounts):
        """Return the clients to be judged, with what the measures ask of them."""
        if accounts is None:
            is_asked = SQL("account.active AND account.state <> 'closed'")
        else:
            is_asked = self.env["kuaidi.star.rating"]._get_asked_condition(accounts.ids)
        return SQL(
            """
            SELECT account.id,
                   account.company_id,
                   account.partner_id,
                   account.stars,
                   account.state,
                   account.date_formal,
                   account.date_last_contact,
                   account.date_last_visit,
                   level.visit_gap_days
              FROM kuaidi_key_account account
              LEFT JOIN kuaidi_star_level level ON level.id = account.star_id
             WHERE account.company_id = %s AND %s
            """,
            company.id,
            is_asked,
        )

    @api.model
    def _get_diff_query(self, company, accounts, day, rules):
        """Return table expressions that end in `diff`, a row per alert to be written.

        Of `diff`, a row without alert is one to be raised, a row without level one to
        be closed with its outcome as result.
        """
        model = self.env["kuaidi.alert.rule"]
        words = model._get_kinds()
        kinds = sorted({rule["kind"] for rule in rules})
        tables = model._get_measure_tables(kinds, day)
        measures = [
            SQL(
                "SELECT %s AS kind, account_id, round(measure, 1) AS measure,"
                " %s::numeric AS base FROM (%s) measures",
                kind,
                SQL("base") if words[kind].floor else None,
                model._get_measure_query(kind, day),
            )
            for kind in kinds
        ] or [
            SQL(
                "SELECT NULL AS kind, NULL::int AS account_id, 0.0 AS measure,"
                " 0.0 AS base"
            )
        ]
        reached = SQL(", ").join(
            SQL(
                """
                CASE WHEN measured.measure > rule.thresholds[%(level)s]
                       OR measured.measure = rule.thresholds[%(level)s]
                          AND NOT rule.is_strict
                     THEN %(level)s::text END
                """,
                level=level,
            )
            for level in (4, 3, 2, 1)
        )
        return SQL(
            """
            rule AS MATERIALIZED (%(rules)s),
            asked AS MATERIALIZED (%(asked)s),
            %(tables)s
            measured AS (%(measures)s),
            judged AS (
                SELECT measured.account_id,
                       rule.id AS rule_id,
                       measured.measure,
                       coalesce(measured.base < rule.floor, FALSE) AS is_small,
                       CASE WHEN measured.base < rule.floor THEN NULL
                            ELSE coalesce(%(reached)s) END AS level
                  FROM measured
                  JOIN asked ON asked.id = measured.account_id
                  JOIN rule
                    ON rule.kind = measured.kind
                   AND rule.mask & (1 << asked.stars) <> 0
            ),
            held AS MATERIALIZED (
                SELECT alert.id,
                       alert.account_id,
                       alert.rule_id,
                       alert.level,
                       alert.measure,
                       alert.is_recovered,
                       alert.is_crisis,
                       alert.is_crisis OR coalesce(alert.rescue_plan, '') <> ''
                           AS is_kept,
                       live.active AND live.star_mask & (1 << asked.stars) <> 0
                           AS applies,
                       rule.is_counted
                  FROM kuaidi_alert alert
                  JOIN asked ON asked.id = alert.account_id
                  JOIN kuaidi_alert_rule live
                    ON live.id = alert.rule_id AND live.kind <> %(manual)s
                  LEFT JOIN rule ON rule.id = alert.rule_id
                 WHERE alert.state = 'open'
            ),
            quiet AS MATERIALIZED (
                SELECT alert.account_id, alert.rule_id, max(alert.level) AS level
                  FROM kuaidi_alert alert
                  JOIN asked ON asked.id = alert.account_id
                 WHERE alert.quiet_until >= %(day)s AND alert.state = 'closed'
                 GROUP BY alert.account_id, alert.rule_id
            ),
            outcome AS (
                SELECT coalesce(judged.account_id, held.account_id) AS account_id,
                       coalesce(judged.rule_id, held.rule_id) AS rule_id,
                       held.id AS alert_id,
                       held.level AS level_before,
                       held.measure AS measure_before,
                       held.is_recovered AS was_recovered,
                       held.is_kept,
                       CASE WHEN held.is_crisis THEN '4' ELSE judged.level END AS level,
                       CASE WHEN judged.rule_id IS NOT NULL THEN judged.measure
                            WHEN held.applies AND held.is_counted THEN 0
                            ELSE held.measure END AS measure,
                       CASE WHEN judged.level IS NOT NULL THEN 'stands'
                            WHEN judged.is_small THEN 'withdrawn'
                            WHEN judged.rule_id IS NOT NULL THEN 'recovered'
                            WHEN NOT held.applies THEN 'withdrawn'
                            WHEN held.is_counted THEN 'recovered'
                            ELSE 'unknown' END AS outcome
                  FROM judged
                  FULL JOIN held
                    ON held.account_id = judged.account_id
                   AND held.rule_id = judged.rule_id
                 WHERE judged.level IS NOT NULL OR held.id IS NOT NULL
            ),
            diff AS MATERIALIZED (
                SELECT outcome.account_id,
                       outcome.rule_id,
                       outcome.alert_id,
                       outcome.level_before,
                       aim.level,
                       outcome.measure,
                       outcome.outcome,
                       outcome.outcome <> 'stands' AS is_recovered,
                       outcome.was_recovered
                  FROM outcome
                  LEFT JOIN quiet
                    ON quiet.account_id = outcome.account_id
                   AND quiet.rule_id = outcome.rule_id
                 CROSS JOIN LATERAL (
                       SELECT CASE WHEN outcome.outcome = 'stands' THEN outcome.level
                                   WHEN outcome.is_kept
                                   THEN coalesce(outcome.level, '1') END AS level
                       ) aim
                 WHERE outcome.outcome <> 'unknown'
                   AND CASE WHEN outcome.alert_id IS NULL
                            THEN quiet.level IS NULL OR aim.level > quiet.level
                            ELSE aim.level IS DISTINCT FROM outcome.level_before
                                 OR outcome.measure <> outcome.measure_before
                                 OR outcome.was_recovered
                                    <> (outcome.outcome <> 'stands')
                            END
            )
            """,
            rules=self._get_rules_table(company, rules),
            asked=self._get_asked_query(company, accounts),
            tables=SQL(" ").join(
                SQL("%s AS MATERIALIZED (%s),", SQL.identifier(name), query)
                for name, query in tables.items()
            ),
            measures=SQL(" UNION ALL ").join(measures),
            reached=reached,
            manual=MANUAL,
            day=day,
        )

    @api.model
    def _get_written_query(self, company, now):
        """Return what writes `diff`: alerts, and a line of history for each new level.

        It ends in rows (``opened``, ``changed`` or ``closed``, id of the alert).
        """
        return SQL(
            """
            opened AS (
                INSERT INTO kuaidi_alert (
                    account_id, company_id, rule_id, rule_version, level, measure,
                    state, is_recovered, is_crisis, owner_id, date_raised,
                    date_deadline, create_uid, create_date, write_uid, write_date
                )
                SELECT diff.account_id, account.company_id, diff.rule_id, rule.version,
                       diff.level, diff.measure, 'open', FALSE, FALSE,
                       coalesce(manager.id, deputy.id, %(centre)s), %(now)s,
                       rule.ends[diff.level::int], %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM diff
                  JOIN rule ON rule.id = diff.rule_id
                  -- a rule may have been deleted since the snapshot was taken
                  JOIN kuaidi_alert_rule live ON live.id = diff.rule_id
                  JOIN kuaidi_key_account account ON account.id = diff.account_id
                  LEFT JOIN res_users manager
                    ON manager.id = account.manager_id AND manager.active
                  LEFT JOIN res_users deputy
                    ON deputy.id = account.deputy_id AND deputy.active
                 WHERE diff.alert_id IS NULL
                 ORDER BY diff.account_id, diff.rule_id
                ON CONFLICT (account_id, rule_id) WHERE state = 'open' DO NOTHING
                RETURNING id, level, measure, rule_version
            ),
            moved AS (
                UPDATE kuaidi_alert alert
                   SET level = diff.level,
                       measure = diff.measure,
                       is_recovered = diff.is_recovered,
                       rule_version = coalesce(rule.version, alert.rule_version),
                       -- worse: it is more urgent, and the owner is told anew
                       date_deadline = CASE WHEN diff.level > diff.level_before
                           THEN least(alert.date_deadline,
                                      rule.ends[diff.level::int])
                           ELSE alert.date_deadline END,
                       date_told = CASE WHEN diff.level > diff.level_before THEN NULL
                           ELSE alert.date_told END,
                       write_uid = %(uid)s,
                       write_date = %(now)s
                  FROM diff
                  LEFT JOIN rule ON rule.id = diff.rule_id
                 WHERE alert.id = diff.alert_id AND diff.level IS NOT NULL
                RETURNING alert.id, alert.level, alert.measure, alert.rule_version,
                          diff.level_before, diff.is_recovered, diff.was_recovered
            ),
            ended AS (
                UPDATE kuaidi_alert alert
                   SET state = 'closed',
                       result = diff.outcome,
                       date_done = %(now)s,
                       write_uid = %(uid)s,
                       write_date = %(now)s
                  FROM diff
                 WHERE alert.id = diff.alert_id AND diff.level IS NULL
                RETURNING alert.id, alert.level, alert.rule_version, diff.measure
            ),
            logged AS (
                INSERT INTO kuaidi_alert_change (
                    alert_id, date, event, level_before, level, measure, rule_version,
                    create_uid, create_date, write_uid, write_date
                )
                SELECT step.alert_id, %(now)s, step.event, step.level_before,
                       step.level, step.measure, step.rule_version,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (
                       SELECT id AS alert_id, 'raised' AS event,
                              NULL AS level_before, level, measure, rule_version
                         FROM opened
                        UNION ALL
                       SELECT id,
                              CASE WHEN is_recovered AND NOT was_recovered
                                   THEN 'recovered'
                                   WHEN level > level_before THEN 'risen'
                                   WHEN level < level_before THEN 'fallen'
                                   ELSE 'returned' END,
                              level_before, level, measure, rule_version
                         FROM moved
                        WHERE level <> level_before OR is_recovered <> was_recovered
                        UNION ALL
                       SELECT id, 'closed', level, NULL, measure, rule_version
                         FROM ended
                       ) step
                 ORDER BY step.alert_id
            )
            SELECT 'opened', id FROM opened
             UNION ALL
            SELECT 'changed', id FROM moved
             UNION ALL
            SELECT 'closed', id FROM ended
            """,
            # sudo: whom the company names, whoever evaluates
            centre=company.sudo()._get_kuaidi_escalation_user().id or None,
            now=now,
            uid=self.env.uid,
        )
