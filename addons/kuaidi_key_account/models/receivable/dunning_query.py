from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .dunning_notice import TAKEN_STATES
from .dunning_policy import DEMAND_CHANNELS

# further back no grace of a step reaches
LONGEST_GRACE_DAYS = 366


class KuaidiDunningNotice(models.Model):
    """Finds what may be asked for, and the step that it has reached."""

    _name = "kuaidi.dunning.notice"
    _inherit = ["kuaidi.dunning.notice"]

    # === HOOK METHODS === #

    @api.model
    def _get_disputed_query(self):
        """Hook: return the statement of the ids of items that clients contest."""
        return SQL(
            """
            SELECT rel.line_id
              FROM kuaidi_receivable_dispute_line_rel rel
              JOIN kuaidi_receivable_dispute dispute ON dispute.id = rel.dispute_id
             WHERE dispute.state IN ('open', 'accepted')
            """
        )

    @api.model
    def _get_held_query(self, date):
        """Hook: return the statement of the ids of accounts that are left in peace."""
        return SQL(
            """
            SELECT account_id FROM kuaidi_collection_case
             WHERE state <> 'closed' AND date_hold_until >= %s
            """,
            date,
        )

    @api.model
    def _get_promised_query(self, date):
        """Hook: return the statement of accounts and the yuan that they have promised.

        A promise is waited for until its grace has passed; what it covers of the
        oldest debts is not chased until then.
        """
        return SQL(
            """
            SELECT account_id,
                   sum(amount - COALESCE(amount_received, 0)) AS amount
              FROM kuaidi_payment_promise
             WHERE state = 'open' AND date_grace >= %s
             GROUP BY account_id
            """,
            date,
        )

    # === BUSINESS METHODS === #

    @api.model
    def _flush_sources(self):
        """Write out what the statements of this model read."""
        items = self.env["kuaidi.receivable.item"]
        for model, names in items._depends.items():
            self.env[model].flush_model(names)
        self.env["account.move"].flush_model(["kuaidi_dunning_policy_id"])
        self.env["kuaidi.key.account"].flush_model(["dunning_policy_id", "stars"])
        for model in (
            "kuaidi.star.level",
            "kuaidi.dunning.policy",
            "kuaidi.dunning.step",
            "kuaidi.dunning.notice",
            "kuaidi.collection.action",
            "kuaidi.collection.case",
            "kuaidi.payment.promise",
            "kuaidi.receivable.dispute",
        ):
            self.env[model].flush_model()
        self.env["res.company"].flush_model(["kuaidi_dunning_policy_id"])

    @api.model
    def _get_chased_query(self, companies, accounts, date):
        """Return the statement of open items and what may be asked for of each.

        Credit notes, and payments that settle nothing yet, count for the oldest items
        of their currency; so do promises, in the currency of the company. Contested
        items are asked for nothing.

        Columns: ``id`` of the journal item, ``account_id``, ``company_id``,
        ``currency_id``, ``due``, ``residual`` (company currency), ``amount_currency``
        and ``amount`` (less credits), ``is_disputed``, ``amount_overdue`` and
        ``amount_open`` of the client, ``is_promised``.

        :param companies: whose items
        :param accounts: of which clients, None for all
        :param date: as of which day
        """
        asked = SQL("TRUE")
        if accounts is not None:
            asked = SQL("account.id = ANY(%s)", accounts.ids)
        return SQL(
            """
            SELECT net.*,
                   COALESCE(sum(net.amount) FILTER (WHERE net.due < %(date)s)
                       OVER client, 0) AS amount_overdue,
                   COALESCE(sum(net.amount) OVER client, 0) AS amount_open,
                   sum(net.amount) OVER (
                       PARTITION BY net.account_id ORDER BY net.due, net.id
                   ) <= COALESCE(promised.amount, 0) AS is_promised
              FROM (
                       SELECT item.*,
                              CASE WHEN item.asked_currency <= 0 THEN 0
                                   ELSE LEAST(
                                       item.residual_currency,
                                       GREATEST(item.running - item.credit, 0)
                                   )
                              END AS amount_currency,
                              CASE WHEN item.asked_currency <= 0 THEN 0
                                   ELSE round(
                                       item.residual * LEAST(
                                           item.residual_currency,
                                           GREATEST(item.running - item.credit, 0)
                                       ) / item.residual_currency, 2
                                   )
                              END AS amount
                         FROM (
                                  SELECT line.*,
                                         sum(GREATEST(-line.residual_currency, 0))
                                             OVER (
                                                 PARTITION BY line.account_id,
                                                              line.currency_id
                                             ) AS credit,
                                         sum(line.asked_currency) OVER (
                                             PARTITION BY line.account_id,
                                                          line.currency_id
                                             ORDER BY line.due, line.id
                                         ) AS running
                                    FROM (%(lines)s) line
                              ) item
                   ) net
              LEFT JOIN (%(promised)s) promised ON promised.account_id = net.account_id
            WINDOW client AS (PARTITION BY net.account_id)
            """,
            date=date,
            lines=self._get_asked_lines_query(companies, asked),
            promised=self._get_promised_query(date),
        )

    @api.model
    def _get_asked_lines_query(self, companies, asked):
        """Return the open receivable items of clients, and what is not contested."""
        return SQL(
            """
            SELECT line.id, line.move_id, line.currency_id,
                   account.id AS account_id, account.company_id,
                   account.star_id, account.dunning_policy_id,
                   COALESCE(line.date_maturity, line.date) AS due,
                   line.amount_residual AS residual,
                   line.amount_residual_currency AS residual_currency,
                   disputed.line_id IS NOT NULL AS is_disputed,
                   CASE WHEN disputed.line_id IS NULL
                        THEN GREATEST(line.amount_residual_currency, 0) ELSE 0
                   END AS asked_currency
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN kuaidi_key_account account
                ON account.partner_id = partner.commercial_partner_id
               AND account.company_id = line.company_id
              LEFT JOIN (SELECT DISTINCT line_id FROM (%(disputed)s) contested) disputed
                ON disputed.line_id = line.id
             WHERE line.account_id = ANY(ARRAY(
                       SELECT id FROM account_account
                        WHERE account_type = 'asset_receivable'
                   ))
               AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND line.amount_residual_currency <> 0
               AND account.company_id = ANY(%(company_ids)s)
               AND %(asked)s
            """,
            disputed=self._get_disputed_query(),
            company_ids=companies.ids,
            asked=asked,
        )

    @api.model
    def _get_candidates_query(self, companies, accounts, date):
        """Return the statement of items that have reached a step not taken yet.

        Of the steps of its policy, an item is at the highest that its days and the
        client's debts have reached; those before it are not made up for. An item that
        the client was never reminded of, as the old debts of one that is new here,
        starts at the first letter of the policy at most: visit, lawyer and court
        follow a demand that was not answered within its grace (2.10). ``reason`` says
        why a step is not taken on this day, and is empty where it is.
        """
        return SQL(
            """
            SELECT step_item.*,
                   CASE WHEN step_item.obstacle <> '' THEN step_item.obstacle
                        WHEN step_item.days < max(step_item.days)
                             FILTER (WHERE step_item.obstacle = '')
                             OVER (PARTITION BY step_item.account_id)
                        THEN 'harder'
                        ELSE ''
                   END AS reason
              FROM (
                       SELECT chased.id, chased.account_id, chased.company_id,
                              chased.currency_id, chased.due,
                              chased.amount_currency, chased.amount,
                              step.id AS step_id, step.days, step.channel,
                              step.needs_approval,
                              CASE WHEN chased.is_disputed THEN 'disputed'
                                   WHEN held.account_id IS NOT NULL THEN 'held'
                                   WHEN chased.amount_currency <= 0 THEN 'covered'
                                   WHEN chased.is_promised THEN 'promised'
                                   WHEN former.date > grace.latest THEN 'grace'
                                   ELSE ''
                              END AS obstacle
                         FROM (%(chased)s) chased
                         -- few have one: to look each invoice up takes a quarter
                         LEFT JOIN account_move move
                           ON move.id = chased.move_id
                          AND move.kuaidi_dunning_policy_id IS NOT NULL
                         JOIN res_company company ON company.id = chased.company_id
                         LEFT JOIN kuaidi_star_level level ON level.id = chased.star_id
                         LEFT JOIN (
                                  SELECT move_line_id, true AS is_reminded
                                    FROM kuaidi_dunning_notice
                                   WHERE state = ANY(%(taken_states)s)
                                     AND is_outdated IS NOT TRUE
                                   GROUP BY move_line_id
                              ) earlier ON earlier.move_line_id = chased.id
                         LEFT JOIN (
                                  SELECT policy_id, min(days) AS days
                                    FROM kuaidi_dunning_step
                                   WHERE channel = ANY(%(demand_channels)s)
                                   GROUP BY policy_id
                              ) demand ON demand.policy_id = COALESCE(
                                  move.kuaidi_dunning_policy_id,
                                  chased.dunning_policy_id,
                                  level.dunning_policy_id,
                                  company.kuaidi_dunning_policy_id
                              )
                         JOIN LATERAL (
                                  SELECT step.id, step.days, step.channel,
                                         step.needs_approval
                                    FROM kuaidi_dunning_step step
                                   WHERE step.policy_id = COALESCE(
                                             move.kuaidi_dunning_policy_id,
                                             chased.dunning_policy_id,
                                             level.dunning_policy_id,
                                             company.kuaidi_dunning_policy_id
                                         )
                                     AND step.days <= %(date)s::date - chased.due
                                     AND (step.days >= 0 OR chased.due >= %(date)s)
                                     AND (earlier.is_reminded
                                          OR step.days <= COALESCE(
                                              demand.days, step.days
                                          ))
                                     AND COALESCE(step.amount_min, 0) <= CASE
                                             WHEN step.days < 0 THEN chased.amount_open
                                             ELSE chased.amount_overdue
                                         END
                                   ORDER BY step.days DESC
                                   LIMIT 1
                              ) step ON TRUE
                         JOIN (%(graces)s) grace ON grace.step_id = step.id
                         LEFT JOIN (%(held)s) held
                           ON held.account_id = chased.account_id
                         LEFT JOIN (
                                  SELECT account_id, max(date) AS date
                                    FROM kuaidi_dunning_notice
                                   WHERE state NOT IN ('dropped', 'refused')
                                     AND date >= %(earliest)s
                                   GROUP BY account_id
                              ) former ON former.account_id = chased.account_id
                        WHERE chased.residual > 0
                          AND NOT EXISTS (
                                  SELECT 1
                                    FROM kuaidi_dunning_notice taken
                                    JOIN kuaidi_dunning_step taken_step
                                      ON taken_step.id = taken.step_id
                                   WHERE taken.move_line_id = chased.id
                                     AND taken.state = ANY(%(taken_states)s)
                                     AND taken.is_outdated IS NOT TRUE
                                     AND taken_step.days >= step.days
                              )
                   ) step_item
            """,
            date=date,
            earliest=date - timedelta(days=LONGEST_GRACE_DAYS),
            chased=self._get_chased_query(companies, accounts, date),
            graces=self._get_graces_query(companies, date),
            held=self._get_held_query(date),
            taken_states=list(TAKEN_STATES),
            demand_channels=list(DEMAND_CHANNELS),
        )

    @api.model
    def _get_graces_query(self, companies, date):
        """Return the statement of steps and the latest day of the reminder before.

        A client is reminded once a day at most, however short the grace of a step.
        """
        steps = self.env["kuaidi.dunning.step"].search_fetch(
            [("company_id", "in", companies.ids)], ["company_id", "grace_days"]
        )
        longest = {
            company: max(of_company.mapped("grace_days"))
            for company, of_company in steps.grouped("company_id").items()
        }
        workdays = {
            # twice as many days, and the longest holidays, hold enough working days
            company: self.env["kuaidi.deadline"]._get_working_days_between(
                date - timedelta(days=2 * grace + 60), date, company
            )
            for company, grace in longest.items()
        }
        latest = []
        for step in steps:
            days = workdays[step.company_id]
            grace = min(max(step.grace_days, 1), len(days))
            latest.append((days[-grace] if days else date) - timedelta(days=1))
        return SQL(
            "SELECT * FROM unnest(%s::int[], %s::date[]) AS grace (step_id, latest)",
            steps.ids,
            latest,
        )
