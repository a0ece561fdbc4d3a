from odoo import api, models
from odoo.tools import SQL

from ...tools.id_ranges import get_ranges
from ...tools.star_arithmetic import MAX_STARS, MIN_STARS, get_service_year

# beyond so many ranges a list of ids is the shorter condition
MAX_RANGES = 20
# figures and result of a row of `graded`, named as the fields of a rating
GRADED_FIELDS = (
    "account_id",
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
)


class KuaidiStarRating(models.Model):
    """The statements that rate accounts set by set.

    Whoever uses them has flushed what is pending, and reads the figures as superuser.
    """

    _name = "kuaidi.star.rating"
    _inherit = ["kuaidi.star.rating"]

    # === BUSINESS METHODS === #

    @api.model
    def _get_suspects_query(self, account_ids, date):
        """Return a query of the ids of accounts whose star may have to move.

        It spares the full rating of those who stand, without adjustment, expectation
        or long term, on a level that their revenue still reaches, which are nearly
        all of them. Those with an open proposal of a grading are always among them.
        """
        is_asked = self._get_asked_condition(account_ids)
        return SQL(
            """
            WITH rung AS MATERIALIZED (
                SELECT level.id AS key,
                       level.amount_min AS amount_from,
                       lead(level.amount_min) OVER (
                           PARTITION BY level.company_id ORDER BY level.stars
                       ) AS amount_below
                  FROM kuaidi_star_level level
                 UNION ALL
                -- below the ladder; the key of no level is made from the company
                SELECT -level.company_id, NULL, min(level.amount_min)
                  FROM kuaidi_star_level level
                  JOIN res_company company
                    ON company.id = level.company_id AND company.active
                 GROUP BY level.company_id
            )%(sums)s
            SELECT account.id
              FROM kuaidi_key_account account
              LEFT JOIN kuaidi_star_rating former
                ON former.account_id = account.id AND former.state = 'approved'
              JOIN rung ON rung.key = coalesce(former.level_id, -account.company_id)
              LEFT JOIN %(revenue)s
             WHERE %(is_asked)s
               AND (former.id IS NULL
                    OR former.basis <> 'realised'
                    OR former.adjustment <> 0
                    OR former.term_months > 12
                    OR coalesce(revenue.amount, 0) < rung.amount_from
                    OR coalesce(revenue.amount, 0) >= rung.amount_below
                    -- hashed: a join compares each account with all the proposals
                    -- that a run has made since the table was last analysed
                    OR account.id IN (
                        SELECT proposal.account_id
                          FROM kuaidi_star_rating proposal
                         WHERE proposal.state IN ('draft', 'to_approve')
                           AND proposal.origin = 'run'
                    ))
            """,
            is_asked=is_asked,
            **self._get_revenue_queries(account_ids, is_asked, date),
        )

    @api.model
    def _get_asked_condition(self, account_ids):
        """Return the condition that `account` is rated at all, and asked for.

        Ids in sequence are given as ranges: a list of many thousand numbers takes the
        server longer to read than to rate.
        """
        ranges = get_ranges(account_ids)
        if len(ranges) <= MAX_RANGES:
            is_asked = SQL(" OR ").join(
                SQL("account.id BETWEEN %s AND %s", first, last)
                for first, last in ranges
            )
        else:
            literal = f"{{{','.join(map(str, account_ids))}}}"
            is_asked = SQL("account.id = ANY(%s::integer[])", literal)
        return SQL("account.active AND account.state <> 'closed' AND (%s)", is_asked)

    @api.model
    def _get_revenue_queries(self, account_ids, is_asked, date):
        """Hook: return how `revenue.amount` comes to `account`: an expression, a join.

        For most of the accounts that exist, the revenue of all clients is summed in
        one pass; for a few of them it is looked up client by client.
        """
        date_from, date_to = get_service_year(date)
        is_revenue = SQL(
            """
            move.state = 'posted'
            AND move.move_type IN ('out_invoice', 'out_refund')
            AND move.invoice_date BETWEEN %s AND %s
            """,
            date_from,
            date_to,
        )
        # ids are given in sequence, so the last tells how many accounts there are
        if 2 * len(account_ids) < max(account_ids):
            return {
                "sums": SQL(),
                "revenue": SQL(
                    """
                    LATERAL (
                        SELECT sum(move.amount_untaxed_signed) AS amount
                          FROM account_move move
                         WHERE move.commercial_partner_id = account.partner_id
                           AND move.company_id = account.company_id
                           AND %s
                    ) revenue ON true
                    """,
                    is_revenue,
                ),
            }
        return {
            # materialised: a plan that sums anew for each account would take for ever
            "sums": SQL(
                """,
                revenue AS MATERIALIZED (
                    SELECT company.id AS company_id,
                           sums.commercial_partner_id,
                           sums.amount
                      FROM res_company company
                     CROSS JOIN LATERAL (
                           SELECT move.commercial_partner_id,
                                  sum(move.amount_untaxed_signed) AS amount
                             FROM account_move move
                            WHERE move.company_id = company.id
                              AND %(is_revenue)s
                            GROUP BY move.commercial_partner_id
                           ) sums
                     WHERE (SELECT true
                              FROM kuaidi_key_account account
                             WHERE account.company_id = company.id AND %(is_asked)s
                             LIMIT 1)
                )
                """,
                is_asked=is_asked,
                is_revenue=is_revenue,
            ),
            "revenue": SQL(
                "revenue ON revenue.commercial_partner_id = account.partner_id"
                " AND revenue.company_id = account.company_id"
            ),
        }

    @api.model
    def _get_grading_query(self, account_ids, date):
        """Return common table expressions that end in `graded`, a row per account.

        `graded` has the figures and the result of each account that is rated on
        `date`, the rating it has, an open proposal of an earlier grading, whether the
        result differs (`is_changed`) and whether a person has to act first
        (`is_waiting`). Left out are those that no grading rates.
        """
        _date_from, date_to = get_service_year(date)
        is_asked = self._get_asked_condition(account_ids)
        return SQL(
            """
            ladder AS MATERIALIZED (
                SELECT level.company_id,
                       currency.decimal_places,
                       array_agg(level.amount_min ORDER BY level.stars) AS thresholds,
                       array_agg(level.id ORDER BY level.stars) AS level_ids,
                       array_agg(level.stars ORDER BY level.stars) AS rungs
                  FROM kuaidi_star_level level
                  JOIN res_company company
                    ON company.id = level.company_id AND company.active
                  JOIN res_currency currency ON currency.id = company.currency_id
                 GROUP BY level.company_id, currency.decimal_places
            )%(sums)s,
            graded AS (
                SELECT account.id AS account_id,
                       account.company_id,
                       figures.amount_revenue,
                       carried.term_months,
                       annual.amount_annual,
                       ladder.level_ids[computed.rung] AS computed_level_id,
                       coalesce(ladder.thresholds[computed.rung], 0)
                           AS amount_threshold,
                       coalesce(ladder.thresholds[computed.rung + 1], 0)
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
                            WHERE open.account_id = account.id
                              AND open.state IN ('draft', 'to_approve')
                              AND open.origin <> 'run'
                       ) OR EXISTS (
                           SELECT
                             FROM kuaidi_star_rating refused
                            WHERE refused.account_id = account.id
                              AND refused.state = 'refused'
                              AND refused.origin = 'run'
                              AND refused.date_to = %(date_to)s
                              AND refused.level_id IS NOT DISTINCT FROM outcome.level_id
                       ) AS is_waiting
                  FROM kuaidi_key_account account
                  JOIN ladder ON ladder.company_id = account.company_id
                  LEFT JOIN kuaidi_star_rating former
                    ON former.account_id = account.id
                   AND former.state = 'approved'
                  LEFT JOIN kuaidi_star_rating proposal
                    ON proposal.account_id = account.id
                   AND proposal.state IN ('draft', 'to_approve')
                   AND proposal.origin = 'run'
                  LEFT JOIN %(revenue)s
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
                                       ladder.decimal_places
                                   )
                                   ELSE figures.amount_revenue END AS amount_annual
                       ) annual
                 CROSS JOIN LATERAL (
                       SELECT width_bucket(annual.amount_annual, ladder.thresholds)
                              AS rung
                       ) computed
                 CROSS JOIN LATERAL (
                       SELECT CASE WHEN carried.adjustment = 0
                                   THEN computed.rung
                                   ELSE array_position(
                                       ladder.rungs,
                                       least(%(max_stars)s, greatest(%(min_stars)s,
                                           coalesce(ladder.rungs[computed.rung], 0)
                                           + carried.adjustment
                                       ))
                                   ) END AS rung
                       ) result
                 CROSS JOIN LATERAL (
                       SELECT ladder.level_ids[result.rung] AS level_id,
                              coalesce(ladder.rungs[result.rung], 0) AS stars
                       ) outcome
                 WHERE %(is_asked)s
                   AND (former.id IS NULL
                        OR former.basis <> 'expected'
                        OR former.date_to < %(date)s)
            )
            """,
            date=date,
            date_to=date_to,
            min_stars=MIN_STARS,
            max_stars=MAX_STARS,
            is_asked=is_asked,
            **self._get_revenue_queries(account_ids, is_asked, date),
        )
