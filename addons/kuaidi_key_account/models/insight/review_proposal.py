from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL, format_list

from ...tools.forecast import YEAR, forecast, get_past_error
from .client_review import NOTHING

# two years up to the month, and the month before them: the forecast replays half a
# year by the season, the chart shows thirteen months beside those of the year before
HISTORY_MONTHS = 2 * YEAR + 1
HISTORY_MEASURES = (
    "pieces",
    "amount_revenue",
    "late_count",
    "damaged_count",
    "lost_count",
    "accident_count",
)


class KuaidiClientReview(models.Model):
    """Foretells the next month, and proposes texts that the manager goes on from."""

    _name = "kuaidi.client.review"
    _inherit = ["kuaidi.client.review"]

    # === BUSINESS METHODS === #

    def _foretell(self, accounts, month, company):
        """Write forecast and proposed texts of the drafts; return the changed ids.

        A note that says what was proposed before is replaced, one that somebody wrote
        or emptied is not.
        """
        drafts = self.env.execute_query_dict(
            SQL(
                """
                SELECT review.id, review.account_id, review.has_figure, review.pieces,
                       review.late_count, review.damaged_count, review.lost_count,
                       review.accident_count, partner.lang
                  FROM kuaidi_client_review review
                  JOIN kuaidi_key_account account ON account.id = review.account_id
                  LEFT JOIN res_users manager ON manager.id = account.manager_id
                  LEFT JOIN res_partner partner ON partner.id = manager.partner_id
                 WHERE review.account_id = ANY(%(account_ids)s)
                   AND review.month = %(month)s
                   AND review.state = 'draft'
                 ORDER BY review.id
                """,
                account_ids=accounts.ids,
                month=month,
            )
        )
        needs = self._get_changed_needs(accounts, month, company)
        histories = self._get_histories(accounts, month)
        nothing = [None] * HISTORY_MONTHS
        langs = {draft["lang"] or self.env.lang for draft in drafts}
        readers = {lang: self.with_context(lang=lang) for lang in langs}
        rows = []
        for draft in drafts:
            numbers = histories.get(draft["account_id"], nothing)
            value, method = forecast(numbers)
            error = get_past_error(numbers, method)
            reader = readers[draft["lang"] or self.env.lang]
            rows.append(
                (
                    draft["id"],
                    None if value is None else round(value),
                    method,
                    error is not None,
                    error,
                    reader._propose_accident(draft),
                    reader._propose_need(needs.get(draft["account_id"], ())),
                )
            )
        return self._write_foretold(rows)

    def _get_histories(self, accounts, month):
        """Return the parcels of the 25 months up to a month, by client.

        :return: lists of numbers by account id, oldest first, None for a missing month
        """
        # apart from the analyses: where the planner knows little of those, it would
        # count these months once for each of them
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account_id,
                       array_agg(12 * extract(year FROM month)::int
                                 + extract(month FROM month)::int),
                       array_agg(pieces)
                  FROM kuaidi_monthly_figure
                 WHERE account_id = ANY(%(account_ids)s)
                   AND month BETWEEN %(date_from)s AND %(month)s
                 GROUP BY account_id
                """,
                account_ids=accounts.ids,
                date_from=month - relativedelta(months=HISTORY_MONTHS - 1),
                month=month,
            )
        )
        first = 12 * month.year + month.month - HISTORY_MONTHS + 1
        histories = {}
        for account_id, positions, pieces in rows:
            numbers = histories[account_id] = [None] * HISTORY_MONTHS
            for position, number in zip(positions, pieces, strict=True):
                numbers[position - first] = number
        return histories

    def _write_foretold(self, rows):
        if not rows:
            return []
        changed = self.env.execute_query(
            SQL(
                """
                UPDATE kuaidi_client_review review
                   SET forecast_pieces = told.pieces,
                       forecast_method = told.method,
                       has_forecast_error = told.has_error,
                       forecast_error_percent = told.error,
                       proposal_accident = told.accident,
                       proposal_need = told.need,
                       note_accident = CASE
                           WHEN coalesce(review.note_accident, '')
                                = coalesce(review.proposal_accident, '')
                           THEN told.accident ELSE review.note_accident END,
                       note_need = CASE
                           WHEN coalesce(review.note_need, '')
                                = coalesce(review.proposal_need, '')
                           THEN told.need ELSE review.note_need END
                  FROM unnest(
                           %s::int[], %s::int[], %s::text[], %s::bool[],
                           %s::numeric[], %s::text[], %s::text[]
                       ) AS told (id, pieces, method, has_error, error, accident, need)
                 WHERE review.id = told.id
                   AND (review.forecast_pieces, review.forecast_method,
                        review.has_forecast_error, review.forecast_error_percent,
                        review.proposal_accident, review.proposal_need)
                       IS DISTINCT FROM
                       (told.pieces, told.method, told.has_error, told.error,
                        told.accident, told.need)
                RETURNING review.id
                """,
                *(list(column) for column in zip(*rows, strict=True)),
            )
        )
        self.invalidate_model(flush=False)
        return [review_id for (review_id,) in changed]

    def _get_changed_needs(self, accounts, month, company):
        """Return the needs that were added or changed in a month, by client.

        :return: lists of (name, promise, is_new) by account id
        """
        start, stop = self._get_span(month, company)
        needs = {}
        for account_id, *need in self.env.execute_query(
            SQL(
                """
                SELECT account_id, name, promise, create_date >= %(start)s
                  FROM kuaidi_account_need
                 WHERE account_id = ANY(%(account_ids)s)
                   AND create_date < %(stop)s
                   AND write_date >= %(start)s AND write_date < %(stop)s
                 ORDER BY account_id, sequence, id
                """,
                account_ids=accounts.ids,
                start=start,
                stop=stop,
            )
        ):
            needs.setdefault(account_id, []).append(need)
        return needs

    def _propose_accident(self, figures):
        """Return what the month's counts say of accidents and quality, in sentences.

        :param figures: dict of `has_figure`, `pieces` and the four counts
        """
        if not figures["has_figure"]:
            return self.env._("Operations gave no figures for this month.")
        if not figures["pieces"]:
            return self.env._("Nothing was shipped in this month.")
        counts = {
            name: self._format_count(count)
            for name in ("late", "damaged", "lost", "accident")
            if (count := figures[f"{name}_count"])
        }
        parts = (
            "late" in counts and self.env._("%(count)s late", count=counts["late"]),
            "damaged" in counts
            and self.env._("%(count)s damaged", count=counts["damaged"]),
            "lost" in counts and self.env._("%(count)s lost", count=counts["lost"]),
        )
        known = [part for part in parts if part]
        sentences = [
            self.env._("No major accident in this month.")
            if "accident" not in counts
            else self.env._(
                "%(count)s major accidents in this month: say what happened, what it"
                " cost, and what prevents the next one.",
                count=counts["accident"],
            ),
            self.env._(
                "Of %(pieces)s parcels: %(parts)s.",
                pieces=self._format_count(figures["pieces"]),
                parts=format_list(self.env, known),
            )
            if known
            else self.env._(
                "All %(pieces)s parcels arrived in time and whole.",
                pieces=self._format_count(figures["pieces"]),
            ),
        ]
        return "\n".join(sentences)

    def _propose_need(self, needs):
        """Return the needs that came up or changed, a line each, or nothing."""
        lines = []
        for name, promise, is_new in needs:
            values = {"need": name, "promise": promise or NOTHING}
            if is_new:
                lines.append(
                    self.env._("New: %(need)s (promised: %(promise)s)", **values)
                )
            else:
                lines.append(
                    self.env._("Changed: %(need)s (promised: %(promise)s)", **values)
                )
        return "\n".join(lines) or None

    def _get_history(self):
        """Return the figures of the 25 months up to the analysed one, oldest first.

        :return: dicts of `month` and the measures; None where a month is missing
        """
        self.ensure_one()
        first = self.month - relativedelta(months=HISTORY_MONTHS - 1)
        # sudo: whoever may read the analysis may see the months it stands on
        figures_sudo = self.env["kuaidi.monthly.figure"].sudo()
        known = {
            figure["month"]: figure
            for figure in figures_sudo.search_read(
                [
                    ("account_id", "=", self.account_id.id),
                    ("month", ">=", first),
                    ("month", "<=", self.month),
                ],
                ["month", *HISTORY_MEASURES],
            )
        }
        months = [first + relativedelta(months=n) for n in range(HISTORY_MONTHS)]
        nothing = dict.fromkeys(HISTORY_MEASURES)
        return [known.get(month, nothing) | {"month": month} for month in months]
