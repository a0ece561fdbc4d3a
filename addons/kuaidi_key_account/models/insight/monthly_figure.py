import csv
import io
from operator import itemgetter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ...tools.month_names import format_month

# what operations count, in the order of the columns
COUNTS = ("pieces", "late_count", "damaged_count", "lost_count", "accident_count")
MEASURES = (*COUNTS, "weight_kg", "amount_revenue")


class KuaidiMonthlyFigure(models.Model):
    """What one client shipped in one month, and what went wrong with it (AN-3, AN-5).

    It comes from operations by import. One row per client and month; a correction
    changes the row, as long as the month's analysis has not been sent.
    """

    _name = "kuaidi.monthly.figure"
    _description = "Monthly Figure"
    _inherit = ["kuaidi.month.mixin"]
    _order = "month desc, account_id"
    _rec_name = "account_id"
    _check_company_auto = True

    account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        required=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    manager_id = fields.Many2one(related="account_id.manager_id", store=False)
    industry_id = fields.Many2one(related="account_id.industry_id", store=False)
    month = fields.Date(
        required=True, help="First day of the month that the figures are for."
    )
    # 0 and not empty: a file with a 0 then changes nothing
    pieces = fields.Integer(
        default=0, help="Parcels shipped; the denominator of every rate."
    )
    weight_kg = fields.Float(string="Weight (kg)", digits=(16, 2), default=0.0)
    amount_revenue = fields.Monetary(
        string="Revenue",
        default=0.0,
        help="Freight of the month, untaxed, in the company currency.",
    )
    late_count = fields.Integer(string="Late Parcels", default=0)
    damaged_count = fields.Integer(string="Damaged", default=0)
    lost_count = fields.Integer(string="Lost", default=0)
    accident_count = fields.Integer(
        string="Accidents",
        default=0,
        help="Events of the month with a loss, or with a lasting effect (AN-4).",
    )

    _account_month_uniq = models.UniqueIndex(
        "(account_id, month)",
        "This client has figures for that month already. Change those.",
    )
    _month_idx = models.Index("(month, account_id)")
    _month_first_day = models.Constraint(
        "CHECK(extract(day FROM month) = 1)", "A month is given by its first day."
    )
    _not_negative = models.Constraint(
        "CHECK(least(pieces, late_count, damaged_count, lost_count, accident_count,"
        " weight_kg) >= 0)",
        "Pieces, weight and counts cannot be below zero.",
    )
    _within_pieces = models.Constraint(
        "CHECK(greatest(late_count, damaged_count, lost_count) <= pieces)",
        "More parcels late, damaged or lost than shipped: check pieces and counts.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("month")
    def _check_month_has_begun(self):
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        for figure in self:
            if figure.month > today:
                raise ValidationError(
                    self.env._(
                        "%(month)s has not begun: figures are for months past, and"
                        " for the current one.",
                        month=format_month(figure.month, self.env.lang),
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        figures = super().create(vals_list)
        figures._check_account_access()
        figures._check_not_locked()
        return figures

    def write(self, vals):
        self._check_not_locked()
        res = super().write(vals)
        if {"account_id", "month"} & vals.keys():
            self._check_account_access()
            self._check_not_locked()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked(self):
        self._check_not_locked()

    # === BUSINESS METHODS === #

    @api.depends("account_id", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for figure in self:
            words = (
                figure.account_id.display_name,
                format_month(figure.month, self.env.lang),
            )
            figure.display_name = " ".join(filter(None, words))

    def _check_account_access(self):
        """Check that the user may read the clients whose figures these are.

        Record rules of a row are looked at as it was before it is moved.
        """
        self.account_id.check_access("read")

    def _check_not_locked(self):
        """Refuse to change a month whose analysis was sent.

        :raise UserError: naming the first one
        """
        locked = self._get_locked(
            {(figure.account_id.id, figure.month) for figure in self}
        )
        for figure in self:
            if (figure.account_id.id, figure.month) in locked:
                raise UserError(
                    self.env._(
                        "The analysis of %(figure)s was sent, so its figures stand."
                        " Have the analysis reopened to correct them.",
                        figure=figure.display_name,
                    )
                )

    @api.model
    def _get_locked(self, pairs):
        """Return which (account id, month) pairs must not change any more.

        Hook: whoever sends figures out locks them.

        :param pairs: set of pairs
        """
        return set()

    @api.model
    def _upsert(self, rows, company):
        """Write figures of many clients and months, whatever is there already.

        Everything has been checked before; nothing is written for what stays the
        same, so that the same rows twice change nothing.

        :param rows: dicts with ``account_id``, ``month`` and at least one of the
            measures, all of them the same; what they leave out stays as it is, and is
            0 in a new row
        :param company: whose accounts they are
        :return: numbers (created, changed, unchanged)
        :raise AccessError: for those who may not write figures
        :raise UserError: when the analysis of one of the months was sent
        """
        self.browse().check_access("create")
        self.browse().check_access("write")
        if not rows:
            return 0, 0, 0
        accounts = self.env["kuaidi.key.account"].browse(
            {row["account_id"] for row in rows}
        )
        accounts.check_access("read")
        if accounts.company_id != company:
            raise AccessError(
                self.env._("Figures are for clients of %(company)s.", company=company)
            )
        locked = self._get_locked({(row["account_id"], row["month"]) for row in rows})
        if locked:
            raise UserError(
                self.env._(
                    "The analyses of %(count)s of these months were sent, so their"
                    " figures stand. Leave them out, or have the analyses reopened.",
                    count=len(locked),
                )
            )
        names = [name for name in MEASURES if name in rows[0]]
        self._stage(rows, names)
        created, changed = self._merge(SQL("kuaidi_figure_stage"), names, company)
        return created, changed, len(rows) - created - changed

    @api.model
    def _merge(self, source, names, company):
        """Write the rows of a table as figures, past the ORM.

        Access, accounts and locks have been looked at before, in this transaction.

        :param SQL source: table or query with account_id, month and the measures
        :param names: of the measures; the others stay as they are, and are 0 in a new
            row
        :param company: whose accounts they are
        :return: numbers (created, changed)
        """
        self.env.flush_all()
        counts = self.env.execute_query(
            SQL(
                """
                WITH written AS (
                    INSERT INTO kuaidi_monthly_figure AS figure (
                        account_id, company_id, month, %(names)s,
                        create_uid, create_date, write_uid, write_date
                    )
                    SELECT account_id, %(company)s, month, %(firsts)s,
                           %(uid)s, %(now)s, %(uid)s, %(now)s
                      FROM %(source)s AS source
                     ORDER BY account_id, month
                    ON CONFLICT (account_id, month) DO UPDATE SET
                           %(updates)s, write_uid = %(uid)s, write_date = %(now)s
                     WHERE %(differs)s
                    RETURNING xmax = 0 AS is_new
                )
                SELECT count(*) FILTER (WHERE is_new),
                       count(*) FILTER (WHERE NOT is_new)
                  FROM written
                """,
                source=source,
                company=company.id,
                uid=self.env.uid,
                now=SQL("now() AT TIME ZONE 'UTC'"),
                **self._get_merge_parts(names),
            )
        )
        self.invalidate_model()
        return counts[0]

    def _stage(self, rows, names):
        """Put rows into a table that lives until the end of the transaction.

        :param names: of the measures in all of the rows
        """
        columns = SQL(", ").join(
            SQL("%s numeric", SQL.identifier(name)) for name in names
        )
        self.env.cr.execute(
            SQL(
                """
                DROP TABLE IF EXISTS kuaidi_figure_stage;
                CREATE TEMPORARY TABLE kuaidi_figure_stage (
                    account_id integer, month date, %(columns)s
                ) ON COMMIT DROP
                """,
                columns=columns,
            )
        )
        file = io.StringIO()
        get_values = itemgetter("account_id", "month", *names)
        csv.writer(file, lineterminator="\n").writerows(map(get_values, rows))
        file.seek(0)
        self.env.cr.copy_expert(
            "COPY kuaidi_figure_stage FROM STDIN WITH (FORMAT csv)", file
        )

    def _get_merge_parts(self, given):
        """Return the parts of the statement that depend on the measures given."""
        columns = [SQL.identifier(name) for name in given]
        missing = [SQL.identifier(name) for name in MEASURES if name not in given]
        return {
            "names": SQL(", ").join(columns + missing),
            "firsts": SQL(", ").join(columns + [SQL("0")] * len(missing)),
            "updates": SQL(", ").join(
                SQL("%s = EXCLUDED.%s", column, column) for column in columns
            ),
            "differs": SQL(
                "(%s) IS DISTINCT FROM (%s)",
                SQL(", ").join(SQL.identifier("figure", name) for name in given),
                SQL(", ").join(SQL.identifier("excluded", name) for name in given),
            ),
        }
