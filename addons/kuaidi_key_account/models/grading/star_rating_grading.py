from odoo import api, models
from odoo.tools import SQL

from ...tools.star_arithmetic import MAX_STARS, MIN_STARS, get_service_year


class KuaidiStarRating(models.Model):
    """Grading of any number of accounts at once, in a fixed number of statements."""

    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "kuaidi.star.rating"

    # === BUSINESS METHODS === #

    @api.model
    def _grade_accounts(self, accounts, date, run=None):
        """Propose a rating wherever the level changes, or none exists (GR-1, GR-3).

        The service year is the twelve full months before the month of `date`. Left
        alone are closed and archived accounts, those of archived companies, those
        whose rating stands on an expectation that has not ended, those that a person
        is rating for the first time, and results that were refused for this service
        year. An adjustment that is still valid is carried over, and so is a term of
        more than twelve months that still runs. No star changes before the approval.

        The number of statements does not depend on the number of accounts, apart from
        the reviews that are opened for carried adjustments. Without any change there
        is one statement, which writes nothing.

        :param accounts: `kuaidi.key.account` records of any companies
        :param date: a day in the month after the service year
        :param run: the `kuaidi.grading.run` on whose behalf this happens
        :return: the proposals that were created or changed, in superuser mode
        """
        # sudo: every invoice counts and every account is rated, whoever asks; the
        # companies are compared in the statement
        ratings_sudo = self.sudo()
        if not accounts:
            return ratings_sudo.browse()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH %s
                SELECT account_id, proposal_id, is_changed
                  FROM graded
                 WHERE is_changed AND proposal_id IS NULL AND NOT is_waiting
                    OR is_changed AND proposal_level_id IS DISTINCT FROM level_id
                       AND proposal_id IS NOT NULL
                    OR NOT is_changed AND proposal_id IS NOT NULL
                """,
                self._get_grading_query(accounts.ids, date),
            )
        )
        if not rows:
            return ratings_sudo.browse()
        changed_ids = [account_id for account_id, _id, is_changed in rows if is_changed]
        outdated_sudo = ratings_sudo.browse(
            proposal_id for _id, proposal_id, _changed in rows if proposal_id
        )
        outdated_sudo.review_ids.unlink()
        moot_sudo = ratings_sudo.browse(
            proposal_id
            for _id, proposal_id, is_changed in rows
            if proposal_id and not is_changed
        )
        moot_sudo.write({"state": "superseded"})
        proposals_sudo = ratings_sudo._insert_proposals(changed_ids, date, run)
        accounts.browse(row[0] for row in rows).invalidate_recordset(
            ["rating_ids", "rating_to_approve_count"]
        )
        return proposals_sudo

    def _insert_proposals(self, account_ids, date, run):
        """Write the proposals of these accounts by one statement; return them."""
        if not account_ids:
            return self.browse()
        self.env.flush_all()
        columns = self._get_proposal_columns(date, run)
        names = list(columns)
        rows = self.env.execute_query(
            SQL(
                """
                WITH %(graded)s
                INSERT INTO kuaidi_star_rating (%(names)s)
                SELECT %(values)s
                  FROM graded
                 ORDER BY account_id
                ON CONFLICT (account_id)
                   WHERE state IN ('draft', 'to_approve') AND origin = 'run'
                   DO UPDATE SET %(updates)s
                RETURNING id, adjustment <> 0
                """,
                graded=self._get_grading_query(account_ids, date),
                names=SQL(", ").join(map(SQL.identifier, names)),
                values=SQL(", ").join(columns.values()),
                updates=SQL(", ").join(
                    SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in names
                    if name not in ("account_id", "create_uid", "create_date")
                ),
            )
        )
        proposals = self.browse(rating_id for rating_id, _adjusted in rows)
        proposals.invalidate_recordset()
        # an adjustment is carried, but whoever decides looks at it anew
        self.browse(
            rating_id for rating_id, is_adjusted in rows if is_adjusted
        ).request_validation()
        return proposals

    def _get_proposal_columns(self, date, run):
        """Return the expression on a row of `graded` for each column of a proposal."""
        date_from, date_to = get_service_year(date)
        own = (
            "account_id",
            "company_id",
            "amount_revenue",
            "term_months",
            "amount_annual",
            "computed_level_id",
            "amount_threshold",
            "amount_next_threshold",
            "adjustment",
            "adjustment_factor",
            "adjustment_reason",
            "adjustment_expiry",
            "level_id",
            "stars",
            "previous_rating_id",
            "previous_level_id",
            "previous_stars",
            "direction",
            "requested_by_id",
        )
        now = SQL("now() AT TIME ZONE 'UTC'")
        return {
            **{name: SQL.identifier(name) for name in own},
            "basis": SQL("'realised'"),
            "date_from": SQL("%s::date", date_from),
            "date_to": SQL("%s::date", date_to),
            "state": SQL("'to_approve'"),
            "origin": SQL("'run'"),
            "run_id": SQL("%s::integer", run.id if run else None),
            "validation_status": SQL("'no'"),
            "create_uid": SQL("%s::integer", self.env.uid),
            "create_date": now,
            "write_uid": SQL("%s::integer", self.env.uid),
            "write_date": now,
        }

    @api.model
    def _get_grading_query(self, account_ids, date):
        """Return common table expressions that end in `graded`, a row per account.

        `graded` has the figures and the result of each account that is rated on
        `date`, the rating it has, an open proposal of an earlier grading, whether the
        result differs (`is_changed`) and whether a person has to act first
        (`is_waiting`). The caller has flushed what is pending.
        """
        date_from, date_to = get_service_year(date)
        return SQL(
            """
            ladder AS MATERIALIZED (
                SELECT level.company_id,
                       array_agg(level.amount_min ORDER BY level.stars) AS thresholds,
                       array_agg(level.id ORDER BY level.stars) AS level_ids,
                       array_agg(level.stars ORDER BY level.stars) AS rungs
                  FROM kuaidi_star_level level
                 GROUP BY level.company_id
            ),
            candidate AS MATERIALIZED (
                SELECT account.id,
                       account.partner_id,
                       account.company_id,
                       currency.decimal_places,
                       ladder.thresholds,
                       ladder.level_ids,
                       ladder.rungs
                  FROM kuaidi_key_account account
                  JOIN res_company company
                    ON company.id = account.company_id AND company.active
                  JOIN res_currency currency ON currency.id = company.currency_id
                  JOIN ladder ON ladder.company_id = account.company_id
                 WHERE account.id = ANY(%(account_ids)s)
                   AND account.active
                   AND account.state <> 'closed'
            ),
            revenue AS MATERIALIZED (
                SELECT move.commercial_partner_id,
                       move.company_id,
                       sum(move.amount_untaxed_signed) AS amount
                  FROM account_move move
                 WHERE move.state = 'posted'
                   AND move.move_type IN ('out_invoice', 'out_refund')
                   AND move.invoice_date BETWEEN %(date_from)s AND %(date_to)s
                   AND move.commercial_partner_id IN (
                       SELECT candidate.partner_id FROM candidate
                   )
                 GROUP BY move.commercial_partner_id, move.company_id
            ),
            graded AS (
                SELECT candidate.id AS account_id,
                       candidate.company_id,
                       figures.amount_revenue,
                       carried.term_months,
                       annual.amount_annual,
                       candidate.level_ids[computed.rung] AS computed_level_id,
                       coalesce(candidate.thresholds[computed.rung], 0)
                           AS amount_threshold,
                       coalesce(candidate.thresholds[computed.rung + 1], 0)
                           AS amount_next_threshold,
                       carried.adjustment,
                       CASE WHEN carried.adjustment <> 0
                            THEN former.adjustment_factor END AS adjustment_factor,
                       CASE WHEN carried.adjustment <> 0
                            THEN former.adjustment_reason END AS adjustment_reason,
                       CASE WHEN carried.adjustment <> 0
                            THEN former.adjustment_expiry END AS adjustment_expiry,
                       CASE WHEN carried.adjustment <> 0
                            THEN former.requested_by_id END AS requested_by_id,
                       outcome.level_id,
                       outcome.stars,
                       former.id AS previous_rating_id,
                       former.level_id AS previous_level_id,
                       coalesce(former.stars, 0) AS previous_stars,
                       CASE WHEN former.id IS NULL THEN 'new'
                            WHEN outcome.stars > former.stars THEN 'up'
                            WHEN outcome.stars < former.stars THEN 'down'
                            ELSE 'same' END AS direction,
                       proposal.id AS proposal_id,
                       proposal.level_id AS proposal_level_id,
                       former.id IS NULL
                           OR outcome.level_id IS DISTINCT FROM former.level_id
                           AS is_changed,
                       former.id IS NULL AND EXISTS (
                           SELECT
                             FROM kuaidi_star_rating open
                            WHERE open.account_id = candidate.id
                              AND open.state IN ('draft', 'to_approve')
                              AND open.origin <> 'run'
                       ) OR EXISTS (
                           SELECT
                             FROM kuaidi_star_rating refused
                            WHERE refused.account_id = candidate.id
                              AND refused.state = 'refused'
                              AND refused.origin = 'run'
                              AND refused.date_to = %(date_to)s
                              AND refused.level_id IS NOT DISTINCT FROM outcome.level_id
                       ) AS is_waiting
                  FROM candidate
                  LEFT JOIN revenue
                    ON revenue.commercial_partner_id = candidate.partner_id
                   AND revenue.company_id = candidate.company_id
                  LEFT JOIN kuaidi_star_rating former
                    ON former.account_id = candidate.id
                   AND former.state = 'approved'
                  LEFT JOIN kuaidi_star_rating proposal
                    ON proposal.account_id = candidate.id
                   AND proposal.state IN ('draft', 'to_approve')
                   AND proposal.origin = 'run'
                 CROSS JOIN LATERAL (
                       SELECT coalesce(revenue.amount, 0) AS amount_revenue
                       ) figures
                 CROSS JOIN LATERAL (
                       SELECT CASE WHEN former.adjustment_expiry >= %(date)s
                                   THEN coalesce(former.adjustment, 0)
                                   ELSE 0 END AS adjustment,
                              CASE WHEN former.term_months > 12
                                    AND former.date_from + make_interval(
                                        months => former.term_months
                                    ) > %(date_to)s
                                   THEN former.term_months
                                   ELSE 12 END AS term_months
                       ) carried
                 CROSS JOIN LATERAL (
                       SELECT CASE WHEN carried.term_months > 12
                                   THEN round(
                                       figures.amount_revenue
                                       / carried.term_months * 12,
                                       candidate.decimal_places
                                   )
                                   ELSE figures.amount_revenue END AS amount_annual
                       ) annual
                 CROSS JOIN LATERAL (
                       SELECT width_bucket(annual.amount_annual, candidate.thresholds)
                              AS rung
                       ) computed
                 CROSS JOIN LATERAL (
                       SELECT CASE WHEN carried.adjustment = 0
                                   THEN computed.rung
                                   ELSE array_position(
                                       candidate.rungs,
                                       least(%(max_stars)s, greatest(%(min_stars)s,
                                           coalesce(candidate.rungs[computed.rung], 0)
                                           + carried.adjustment
                                       ))
                                   ) END AS rung
                       ) result
                 CROSS JOIN LATERAL (
                       SELECT candidate.level_ids[result.rung] AS level_id,
                              coalesce(candidate.rungs[result.rung], 0) AS stars
                       ) outcome
                 WHERE former.id IS NULL
                    OR former.basis <> 'expected'
                    OR former.date_to < %(date)s
            )
            """,
            account_ids=list(account_ids),
            date=date,
            date_from=date_from,
            date_to=date_to,
            min_stars=MIN_STARS,
            max_stars=MAX_STARS,
        )
