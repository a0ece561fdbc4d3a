from odoo import api, models
from odoo.tools import SQL

from ...tools.star_arithmetic import get_service_year
from .star_rating_query import GRADED_FIELDS


class KuaidiStarRating(models.Model):
    """Grading of any number of accounts at once, in a fixed number of statements."""

    _name = "kuaidi.star.rating"
    _inherit = ["kuaidi.star.rating"]

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
        are one or two statements, which write nothing.

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
        suspects = self.env.execute_query(self._get_suspects_query(accounts.ids, date))
        if not suspects:
            return ratings_sudo.browse()
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
                self._get_grading_query([row[0] for row in suspects], date),
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
            ["star_rating_ids", "rating_to_approve_count"]
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
        own = ("company_id", "requested_by_id", *GRADED_FIELDS)
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
