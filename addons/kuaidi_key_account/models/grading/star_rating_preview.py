from odoo import api, models
from odoo.tools import SQL

from ...tools.star_arithmetic import MAX_STARS, MIN_STARS
from .star_rating_query import GRADED_FIELDS


class KuaidiStarRating(models.Model):
    """Looks at what a grading would bring, or other thresholds, without writing."""

    _name = "kuaidi.star.rating"
    _inherit = ["kuaidi.star.rating"]

    # === BUSINESS METHODS === #

    @api.model
    def _preview_grading(self, accounts, date, limit=200):
        """Return who would move, as `_grade_accounts` would propose it.

        A move that an earlier grading proposed already is a move too.

        :param limit: how many moves are listed, the biggest first: by stars gained or
            lost, then by revenue
        :return: tuple of the number of moves by direction (`proposed`: of those that
            wait for approval already), and of the listed moves as dicts with the names
            of the rating's fields
        """
        if not accounts:
            return {}, []
        self.env.flush_all()
        moves_query = SQL(
            "WITH %s SELECT * FROM graded WHERE is_changed AND NOT is_waiting",
            self._get_grading_query(accounts.ids, date),
        )
        counts = {}
        for direction, count, proposed_count in self.env.execute_query(
            SQL(
                """
                SELECT direction,
                       count(*),
                       count(*) FILTER (
                           WHERE proposal_id IS NOT NULL
                             AND proposal_level_id IS NOT DISTINCT FROM level_id
                       )
                  FROM (%s) move
                 GROUP BY direction
                """,
                moves_query,
            )
        ):
            counts[direction] = count
            counts["proposed"] = counts.get("proposed", 0) + proposed_count
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %s
                  FROM (%s) move
                 ORDER BY abs(stars - previous_stars) DESC,
                          amount_revenue DESC,
                          account_id
                 LIMIT %s
                """,
                SQL(", ").join(map(SQL.identifier, GRADED_FIELDS)),
                moves_query,
                limit,
            )
        )
        return counts, [dict(zip(GRADED_FIELDS, row, strict=True)) for row in rows]

    @api.model
    def _get_portfolio_moves(self, accounts, date, present, trial):
        """Return how the portfolio moves from the present thresholds to other ones.

        Both sides are rated on the same figures: realised revenue of the service year
        before the month of `date`, or the expectation where it still stands, with the
        adjustments that are valid. One statement, nothing is written.

        :param accounts: accounts of one company
        :param present: thresholds of one to five stars, rising
        :param trial: thresholds to try instead
        :return: (number of clients, yearly revenue) by (stars now, stars then)
        """
        if not accounts:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH %(graded)s,
                portfolio AS (
                    SELECT amount_annual, adjustment
                      FROM graded
                     UNION ALL
                    SELECT rating.amount_annual,
                           CASE WHEN rating.adjustment_expiry >= %(date)s
                                THEN rating.adjustment ELSE 0 END
                      FROM kuaidi_star_rating rating
                      JOIN kuaidi_key_account account ON account.id = rating.account_id
                     WHERE rating.state = 'approved'
                       AND rating.basis = 'expected'
                       AND rating.date_to >= %(date)s
                       AND %(is_asked)s
                )
                SELECT %(now)s, %(then)s, count(*), sum(amount_annual)
                  FROM portfolio
                 GROUP BY 1, 2
                """,
                graded=self._get_grading_query(accounts.ids, date),
                date=date,
                is_asked=self._get_asked_condition(accounts.ids),
                now=self._get_stars_query(present),
                then=self._get_stars_query(trial),
            )
        )
        return {(now, then): (count, amount) for now, then, count, amount in rows}

    def _get_stars_query(self, thresholds):
        """Return the expression of the stars that a yearly revenue gets, adjusted."""
        rung = SQL("width_bucket(amount_annual, %s::numeric[])", list(thresholds))
        return SQL(
            "CASE WHEN adjustment = 0 THEN %(rung)s"
            " ELSE least(%(max)s, greatest(%(min)s, %(rung)s + adjustment)) END",
            rung=rung,
            min=MIN_STARS,
            max=MAX_STARS,
        )
