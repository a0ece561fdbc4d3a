from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.figure_columns import parse_record
from ...tools.table_error import translate_reason

MAX_ROWS = 5_000
NAMED_ROWS = 20


class KuaidiMonthlyFigure(models.Model):
    """Takes figures from programs of operations (AN-3)."""

    _name = "kuaidi.monthly.figure"
    _inherit = ["kuaidi.monthly.figure"]

    # === BUSINESS METHODS === #

    @api.model
    def import_figures(self, rows):
        """Write figures of clients and months, all or nothing; for programs.

        Odoo's own API serves it: ``POST /json/2/kuaidi.monthly.figure/import_figures``
        with the API key of a user who may write figures. The clients are those of the
        user's company. The same rows twice change nothing.

        :param rows: at most 5,000 dicts with ``code`` (or ``name``) of the client,
            ``month`` like ``2026-10``, ``pieces``, and any of ``weight_kg``,
            ``amount_revenue``, ``late_count``, ``damaged_count``, ``lost_count``,
            ``accident_count``; a measure that a row leaves out stays as it is
        :return: dict of the numbers ``created``, ``changed`` and ``unchanged``
        :raise AccessError: for those who may not write figures
        :raise UserError: naming the first 20 rows that cannot be taken
        """
        self.browse().check_access("create")
        self.browse().check_access("write")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UserError(
                self.env._(
                    "The rows are a list of objects such as %(example)s.",
                    example='{"code": "KA00001", "month": "2026-10", "pieces": 1200}',
                )
            )
        if len(rows) > MAX_ROWS:
            raise UserError(
                self.env._(
                    "%(count)s rows are too many for one call. Send %(limit)s at most.",
                    count=len(rows),
                    limit=MAX_ROWS,
                )
            )
        company = self.env.company
        today = self.env["kuaidi.deadline"]._get_today(company)
        figures = [
            parse_record(number, row, today) for number, row in enumerate(rows, 1)
        ]
        self._match_rows(figures, company)
        self._find_repeated(figures)
        self._check_no_problems(figures)
        groups = {}
        for figure in figures:
            groups.setdefault(frozenset(figure.values), []).append(
                {
                    "account_id": figure.account_id,
                    "month": figure.month,
                    **figure.values,
                }
            )
        counts = Counter()
        for group in groups.values():
            created, changed, unchanged = self._upsert(group, company)
            counts.update(created=created, changed=changed, unchanged=unchanged)
        return {name: counts[name] for name in ("created", "changed", "unchanged")}

    def _find_repeated(self, rows):
        """Add a problem to each row whose client and month another row has too."""
        numbers = {}
        for row in rows:
            if row.account_id and row.month:
                numbers.setdefault((row.account_id, row.month), []).append(row)
        for same in numbers.values():
            for row in same if len(same) > 1 else ():
                other = same[1] if row is same[0] else same[0]
                reason = self._get_repeated_reason(other.number)
                row.add_problem("month", row.month, reason)

    def _check_no_problems(self, rows):
        """Refuse all rows if one cannot be taken."""
        bad = [row for row in rows if row.problems]
        if not bad:
            return
        lines = [
            self.env._(
                "Row %(number)s, %(column)s, %(value)s: %(reason)s",
                number=row.number,
                column=problem.column,
                value=problem.value or "-",
                reason=translate_reason(problem.reason, self.env.lang),
            )
            for row in bad[:NAMED_ROWS]
            for problem in row.problems
        ]
        raise UserError(
            self.env._(
                "%(count)s of %(total)s rows cannot be taken, so none was.\n%(lines)s",
                count=len(bad),
                total=len(rows),
                lines="\n".join(lines),
            )
        )
