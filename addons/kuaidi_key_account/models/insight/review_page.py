from markupsafe import Markup

from odoo import fields, models
from odoo.tools.misc import format_amount, format_date, format_datetime

from ...tools.charts import draw_columns, draw_rates, draw_split
from ...tools.forecast import YEAR, get_change
from ...tools.month_names import format_short_month
from .client_review import NOTHING, RATES

RED, GREEN, GREY = "#a52222", "#3e7350", "#767676"


class KuaidiClientReview(models.Model):
    """What the printed analysis says, in the language of the account manager.

    An internal document: it goes to superior, operations and settlement. The star is
    not among its texts all the same, for paper travels (GR-4).
    """

    _name = "kuaidi.client.review"
    _inherit = ["kuaidi.client.review"]

    # === BUSINESS METHODS === #

    def _get_file_name(self):
        """Return the name of the document's file, without its ending."""
        self.ensure_one()
        review = self.with_context(lang=self._get_document_lang())
        return review.env._(
            "Client analysis %(client)s %(month)s v%(version)s",
            client=review.account_id.sudo().partner_id.name.replace("/", "-"),
            month=f"{review.month:%Y-%m}",
            version=review.version,
        )

    def _get_mail_subject(self, audience):
        """Return the subject of the mail to one audience."""
        labels = self.env["kuaidi.review.recipient"]._fields["audience"]
        return self.env._(
            "Client analysis %(review)s, for %(audience)s",
            review=self.display_name,
            audience=dict(labels._description_selection(self.env))[audience],
        )

    def _get_mail_lines(self, audience):
        """Return what the mail to one audience says: what it is to look at (AN-1)."""
        if audience == "superior":
            return [
                self.env._(
                    "%(pieces)s parcels: %(month)s on last month, %(year)s on last"
                    " year. Forecast: %(forecast)s.",
                    pieces=self._format_count(self.pieces),
                    month=self.change_month_label,
                    year=self.change_year_label,
                    forecast=self.forecast_label,
                ),
                self.env._("Next actions: %(actions)s", actions=self.note_action or ""),
            ]
        if audience == "operations":
            return [
                self.env._(
                    "Late: %(late)s. Damaged: %(damaged)s. Lost: %(lost)s. Accidents:"
                    " %(accidents)s.",
                    late=self.late_label,
                    damaged=self.damaged_label,
                    lost=self.lost_label,
                    accidents=self.accident_label,
                ),
                self.env._(
                    "%(count)s problems that the client raised are open; they are"
                    " listed in the attached analysis.",
                    count=len(self.open_problem_ids),
                ),
            ]
        return [
            self.env._(
                "Receivable %(receivable)s, of which %(overdue)s is overdue.",
                receivable=format_amount(
                    self.env, self.amount_receivable, self.currency_id
                ),
                overdue=format_amount(self.env, self.amount_overdue, self.currency_id),
            ),
            self.env._(
                "The month had %(accidents)s accidents, %(complaints)s complaints and"
                " %(claims)s claims: look at them before the statement is settled.",
                accidents=self.accident_count,
                complaints=self.complaint_count,
                claims=self.claim_count,
            ),
        ]

    def _get_accident_rows(self):
        """Hook: return the accidents known one by one, for the document.

        :return: list of dicts of texts `date`, `name` and `state`
        """
        self.ensure_one()
        return []

    def _prepare_report(self):
        """Return the texts and drawings of the document, in its language.

        :return: what the layout prints, plain texts, lists and dicts of texts alone
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: the document names manager, team and problems, whoever prints it
        review = self.with_context(lang=self._get_document_lang()).sudo()
        history = review._get_history()
        return review.company_id._prepare_letterhead() | {
            "title": review.env._("Monthly Client Analysis"),
            "client": review.account_id.partner_id.name,
            "month": review._format_month(review.month),
            "mark": review._get_mark(),
            "facts": review._prepare_facts(),
            "tiles": review._prepare_tiles(history),
            "volume": review._prepare_volume(history),
            "rates": review._prepare_rates(history),
            "service": review._prepare_service(),
            "forecast": review._prepare_forecast(history),
            "texts": review._prepare_texts(),
            "accidents": review._prepare_accidents(),
            "problems": review._prepare_problems(),
            "audience": review._prepare_audience(),
        }

    def _get_mark(self):
        if self.state == "draft":
            return self.env._("Draft, not completed")
        return self.env._("Internal")

    def _prepare_facts(self):
        manager = self.manager_id
        return [
            (self.env._("Client code"), self.account_id.code),
            (self.env._("Account manager"), manager.name or NOTHING),
            (
                self.env._("Figures as of"),
                format_datetime(self.env, self.date_snapshot, dt_format="short"),
            ),
            (self.env._("Version"), str(self.version)),
        ]

    def _prepare_tiles(self, history):
        """Return the headline figures: label, value, and what it is compared with."""
        now, before, year = (history[-1 - back] for back in (0, 1, YEAR))
        late, harmed = ("late_count",), ("damaged_count", "lost_count")
        return [
            self._prepare_volume_tile(
                self.env._("Parcels"),
                self._format_count(self.pieces) if self.has_figure else NOTHING,
                [month["pieces"] for month in (now, before, year)],
            ),
            self._prepare_volume_tile(
                self.env._("Revenue"),
                self._format_money(self.amount_revenue) if self.has_figure else NOTHING,
                [month["amount_revenue"] for month in (now, before, year)],
            ),
            self._prepare_rate_tile(
                self.env._("Late Parcels"), late, now, before, year
            ),
            self._prepare_rate_tile(
                self.env._("Damaged or lost"), harmed, now, before, year
            ),
            {
                "label": self.env._("Receivable"),
                "value": self._format_money(self.amount_receivable),
                "lines": [
                    {
                        "text": self.env._(
                            "Overdue %(amount)s",
                            amount=self._format_money(self.amount_overdue),
                        ),
                        "color": RED if self.amount_overdue > 0 else GREY,
                    }
                ],
            },
        ]

    def _prepare_volume_tile(self, label, value, numbers):
        now, before, year = numbers
        return {
            "label": label,
            "value": value,
            "lines": [
                self._prepare_change("month", now, before),
                self._prepare_change("year", now, year),
            ],
        }

    def _prepare_change(self, period, now, base):
        """Return a change in words and its color.

        :param period: `month` or `year` before which it was, or `now` for a forecast
        """
        change = get_change(now, base)
        if change is None:
            text, color = NOTHING, GREY
        else:
            arrow, color = ("▲", GREEN) if change > 0 else ("▼", RED)
            if not round(change, 1):
                arrow, color = "■", GREY
            text = f"{arrow} {self._format_percent(abs(change))}"
        sentences = {
            "month": self.env._("%(change)s on last month", change=text),
            "year": self.env._("%(change)s on last year", change=text),
            "now": self.env._("%(change)s on this month", change=text),
        }
        return {"text": sentences[period], "color": color}

    def _prepare_rate_tile(self, label, names, now, before, year):
        rates = [self._get_rate(month, *names) for month in (now, before, year)]
        lines = []
        for rate in rates[1:]:
            color = GREY
            if rates[0] is not None and rate is not None and rates[0] != rate:
                color = RED if rates[0] > rate else GREEN
            arrow = {RED: "▲ ", GREEN: "▼ ", GREY: ""}[color]
            values = {"arrow": arrow, "rate": self._format_rate_text(rate)}
            text = (
                self.env._("%(arrow)slast year %(rate)s", **values)
                if lines
                else self.env._("%(arrow)slast month %(rate)s", **values)
            )
            lines.append({"text": text, "color": color})
        return {
            "label": label,
            "value": self._format_rate_text(rates[0]),
            "lines": lines,
        }

    def _get_rate(self, month, *names):
        """Return how many percent of a month's parcels these counts are, or None."""
        if not month["pieces"]:
            return None
        return 100 * sum(month[name] for name in names) / month["pieces"]

    def _format_rate_text(self, rate):
        return NOTHING if rate is None else self._format_percent(rate, digits=2)

    def _format_money(self, amount):
        """Return an amount in whole units: a tile is read at a glance."""
        symbol = self.currency_id.symbol or ""
        return f"{symbol}{self._format_count(amount)}"

    def _prepare_volume(self, history):
        months = history[-YEAR - 1 :]
        return {
            "title": self.env._("Parcels of thirteen months"),
            "chart": Markup(
                draw_columns(
                    [
                        format_short_month(month["month"], self.env.lang)
                        for month in months
                    ],
                    [month["pieces"] for month in months],
                    [month["pieces"] for month in history[: YEAR + 1]],
                    (
                        self.env._("Parcels"),
                        self.env._("Same month of the year before"),
                    ),
                    format_value=self._format_count,
                )
            ),
        }

    def _prepare_rates(self, history):
        """Return the table of rates with counts and denominators, and its drawing."""
        months = [history[-1 - back] for back in (0, 1, YEAR)]
        labels = {
            "late_percent": self.env._("Late Parcels"),
            "damaged_percent": self.env._("Damaged"),
            "lost_percent": self.env._("Lost"),
            "accident_percent": self.env._("Accidents"),
        }
        rows, bars = [], []
        for name, count in RATES.items():
            rates = [self._get_rate(month, count) for month in months]
            texts = [self._format_quality(rate) for rate in rates]
            rows.append(
                [
                    labels[name],
                    self._format_count(self[count]) if self.has_figure else NOTHING,
                    self._format_count(self.pieces) if self.has_figure else NOTHING,
                    *texts,
                ]
            )
            bars.append((labels[name], tuple(zip(rates, texts, strict=True))))
        heads = [
            self.env._("This month"),
            self.env._("Last month"),
            self.env._("Last year"),
        ]
        return {
            "title": self.env._("Service quality"),
            "columns": ["", self.env._("Count"), self.env._("Of parcels"), *heads],
            "rows": rows,
            "chart": Markup(draw_rates(bars, heads)),
        }

    def _format_quality(self, rate):
        return NOTHING if rate is None else self._format_percent(rate, digits=3)

    def _prepare_service(self):
        return {
            "title": self.env._("Service and complaints"),
            "rows": [
                (
                    self.env._("Visits and contacts"),
                    self._format_count(self.visit_count),
                ),
                (self.env._("Complaints"), self._format_count(self.complaint_count)),
                (self.env._("Claims"), self._format_count(self.claim_count)),
            ],
            "chart": Markup(
                draw_split(
                    (
                        (self.env._("Services delivered"), self.line_done_count),
                        (self.env._("Missed"), self.line_missed_count),
                    )
                )
            ),
        }

    def _prepare_forecast(self, history):
        """Return the forecast with its method named and its past error shown (AN-6)."""
        methods = dict(self._fields["forecast_method"]._description_selection(self.env))
        is_known = self.forecast_method not in (False, "none")
        pieces = self.forecast_pieces if is_known else None
        error = self.env._("not tested on past months yet")
        if self.has_forecast_error:
            error = self._format_percent(self.forecast_error_percent)
        return {
            "title": self.env._("Forecast of next month"),
            "value": self._format_count(self.forecast_pieces) if is_known else NOTHING,
            "unit": self.env._("parcels") if is_known else "",
            "lines": [
                self._prepare_change("now", pieces, history[-1]["pieces"]),
                self._prepare_change("year", pieces, history[-YEAR]["pieces"]),
            ],
            "rows": [
                (self.env._("Method"), methods[self.forecast_method or "none"]),
                (
                    self.env._("Past error of the method"),
                    error if is_known else NOTHING,
                ),
            ],
        }

    def _prepare_texts(self):
        texts = (
            (self.env._("Accidents and quality"), self.note_accident),
            (self.env._("Change of needs"), self.note_need),
            (self.env._("Main cause of the change"), self.note_cause),
            (self.env._("Next actions"), self.note_action),
        )
        return [
            {"title": title, "lines": (text or NOTHING).splitlines()}
            for title, text in texts
        ]

    def _prepare_accidents(self):
        return {
            "title": self.env._("Accidents of the month"),
            "columns": [self.env._("Date"), self.env._("Event"), self.env._("Status")],
            "rows": [
                (row["date"], row["name"], row["state"])
                for row in self._get_accident_rows()
            ],
        }

    def _prepare_problems(self):
        return {
            "title": self.env._("Open problems of the client"),
            "nothing": self.env._("No problem that the client raised is open."),
            "columns": [
                self.env._("Problem"),
                self.env._("Sees to it"),
                self.env._("Due"),
            ],
            "rows": [
                {
                    "name": problem.name,
                    "owner": problem.owner_id.name,
                    "due": format_date(self.env, problem.date_due),
                    "color": RED if problem.is_overdue else GREY,
                }
                for problem in self.open_problem_ids
            ],
        }

    def _prepare_audience(self):
        """Return who gets the document, and the day on which it was sent or made."""
        sending = self._get_current_sending()
        day = self.env["kuaidi.deadline"]._get_local_date(
            sending.date or fields.Datetime.now(), self.company_id
        )
        return {
            "title": self.env._("Distribution"),
            "names": sending.recipient_names or self.audience_preview,
            "date": format_date(self.env, day, date_format="long"),
        }
