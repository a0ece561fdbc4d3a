from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import format_date, formatLang

from ...tools.charts import draw_columns
from ...tools.month_names import format_short_month

RED, GREEN, GREY = "#a52222", "#3e7350", "#767676"
NOTHING = "–"
# of the drawing in pixels: what a form takes beside its messages, and a sheet of paper
PAGE_WIDTH, PRINTED_WIDTH = 720, 880


class KuaidiRenewal(models.Model):
    """What the dossier says, on the page and printed (2.7).

    An internal document: it holds competitors, our limits and alerts, never the star.
    """

    _name = "kuaidi.renewal"
    _inherit = ["kuaidi.renewal"]

    dossier = fields.Html(compute="_compute_dossier", sanitize=False)

    # === COMPUTE METHODS === #

    @api.depends("contract_id", "position_ids")
    @api.depends_context("lang")
    def _compute_dossier(self):
        for renewal in self:
            saved = renewal._origin
            renewal.dossier = saved and self.env["ir.qweb"]._render(
                "kuaidi_key_account.renewal_dossier_body",
                {"letter": saved._prepare_dossier(), "is_page": True},
            )

    # === BUSINESS METHODS === #

    def _get_file_name(self):
        """Return the name of the dossier's file, without its ending."""
        self.ensure_one()
        return self.env._("Renewal dossier %(renewal)s", renewal=self.display_name)

    def _prepare_report(self):
        """Return the printed dossier, in the language of the renewal's owner."""
        self.ensure_one()
        # sudo: the language of the owner, whoever prints
        lang = self.sudo().owner_id.lang or self.env.lang
        renewal = self.with_context(lang=lang)
        # sudo: the letterhead of the company, whoever prints
        return renewal.company_id.sudo()._prepare_letterhead() | (
            renewal._prepare_dossier(PRINTED_WIDTH)
        )

    def _prepare_dossier(self, width=PAGE_WIDTH):
        """Return the texts and drawings of the dossier, in the user's language.

        :param width: of the drawing, in pixels
        """
        dossier = self._get_dossier()
        # sudo: names of manager and owner, whoever reads the dossier
        renewal = self.sudo()
        return {
            "title": self.env._("Renewal Dossier"),
            "mark": self.env._("Internal"),
            "client": renewal.partner_id.name,
            "facts": renewal._prepare_dossier_facts(),
            "tiles": renewal._prepare_dossier_tiles(dossier),
            "volume": renewal._prepare_dossier_volume(dossier, width),
            "columns": [
                [
                    renewal._prepare_dossier_quality(dossier),
                    renewal._prepare_dossier_money(dossier),
                    renewal._prepare_dossier_needs(dossier),
                ],
                [
                    renewal._prepare_dossier_services(dossier),
                    renewal._prepare_dossier_competitors(dossier),
                    renewal._prepare_dossier_alerts(dossier),
                ],
            ],
            "prices": renewal._prepare_dossier_prices(dossier),
            "texts": [
                (title, text.splitlines())
                for title, text in (
                    (self.env._("What we make of it"), renewal.evaluation),
                    (self.env._("What we offer"), renewal.proposal),
                )
                if text
            ],
            "positions": renewal._prepare_dossier_positions(dossier),
            "date": self.env._(
                "As of %(date)s",
                date=format_date(self.env, self._get_today()),
            ),
        }

    def _format_money(self, amount):
        """Return an amount in whole units."""
        return f"{self.currency_id.symbol or ''}{self._format_count(amount)}"

    def _format_count(self, number):
        return formatLang(self.env, number, digits=0)

    def _format_percent(self, number, digits=1):
        if number is None:
            return NOTHING
        return f"{formatLang(self.env, number, digits=digits)} %"

    def _format_change(self, now, before):
        """Return by how much a number has changed, and in which colour it stands."""
        if not before:
            return {"text": self.env._("no year before"), "color": GREY}
        change = 100 * (now - before) / before
        text = f"{'+' if change > 0 else ''}{self._format_percent(change)}"
        return {
            "text": self.env._("%(change)s on the year before", change=text),
            "color": RED if change < 0 else GREEN,
        }

    def _prepare_dossier_facts(self):
        contract = self.contract_id
        return [
            (self.env._("Contract"), contract.display_name),
            (
                self.env._("Term"),
                f"{format_date(self.env, contract.date_term_from)} – "
                f"{format_date(self.env, self.date_end)}",
            ),
            (self.env._("Notice by"), format_date(self.env, self.date_notice)),
            (self.env._("Account manager"), self.manager_id.name or NOTHING),
            (self.env._("Owner"), self.owner_id.name),
        ]

    def _prepare_dossier_tiles(self, dossier):
        year, before, money = dossier["year"], dossier["before"], dossier["money"]
        entitled = sum(row[1] for row in dossier["services"])
        done = sum(min(row[1], row[2]) for row in dossier["services"])
        promised = self.contract_id.pieces_promised * 12
        return [
            {
                "label": self.env._("Parcels of 12 months"),
                "value": self._format_count(year["pieces"]),
                "lines": [
                    self._format_change(year["pieces"], before["pieces"]),
                    self._prepare_kept(year["pieces"], promised, self._format_count),
                ],
            },
            {
                "label": self.env._("Revenue of 12 months"),
                "value": self._format_money(self.amount_revenue),
                "lines": [
                    self._prepare_kept(
                        self.amount_revenue, self.amount_promised, self._format_money
                    ),
                    {
                        "text": self.env._(
                            "Expected %(amount)s",
                            amount=self._format_money(self.amount_expected),
                        ),
                        "color": GREY,
                    },
                ],
            },
            {
                "label": self.env._("Service delivered"),
                "value": self._format_percent(
                    100 * done / entitled if entitled else None, digits=0
                ),
                "lines": [
                    {
                        "text": self.env._(
                            "%(done)s of %(entitled)s entitled",
                            done=self._format_count(done),
                            entitled=self._format_count(entitled),
                        ),
                        "color": GREY,
                    }
                ],
            },
            {
                "label": self.env._("Receivable"),
                "value": self._format_money(money["open"]),
                "lines": [
                    {
                        "text": self.env._(
                            "Overdue %(amount)s",
                            amount=self._format_money(money["overdue"]),
                        ),
                        "color": RED if money["overdue"] > 0 else GREY,
                    }
                ],
            },
        ]

    def _prepare_kept(self, value, promise, format_value):
        """Return how a promise was kept."""
        if not promise:
            return {"text": self.env._("nothing was promised"), "color": GREY}
        return {
            "text": self.env._(
                "%(percent)s of %(promise)s promised",
                percent=self._format_percent(100 * value / promise, digits=0),
                promise=format_value(promise),
            ),
            "color": RED if value < promise else GREEN,
        }

    def _prepare_dossier_volume(self, dossier, width):
        months = dossier["months"]
        return {
            "title": self.env._("Parcels of the last twelve months"),
            "chart": Markup(
                draw_columns(
                    [
                        format_short_month(month["month"], self.env.lang)
                        for month in months[12:]
                    ],
                    [month["pieces"] for month in months[12:]],
                    [month["pieces"] for month in months[:12]],
                    (
                        self.env._("Parcels"),
                        self.env._("Same month of the year before"),
                    ),
                    size=(width, 190),
                    format_value=self._format_count,
                )
            ),
        }

    def _prepare_dossier_quality(self, dossier):
        year, before, claims = dossier["year"], dossier["before"], dossier["claims"]
        labels = {
            "late_count": self.env._("Late Parcels"),
            "damaged_count": self.env._("Damaged"),
            "lost_count": self.env._("Lost"),
            "accident_count": self.env._("Accidents"),
        }
        rows = []
        for name, label in labels.items():
            rates = [
                self._format_percent(
                    100 * part[name] / part["pieces"] if part["pieces"] else None,
                    digits=3,
                )
                for part in (year, before)
            ]
            rows.append([label, self._format_count(year[name]), *rates])
        rows += [
            [self.env._("Complaints"), self._format_count(claims["complaints"])],
            [self.env._("Claims"), self._format_count(claims["claims"])],
            [
                self.env._("Problems raised"),
                self._format_count(claims["problems"]),
                self.env._("%(count)s open", count=claims["problems_open"]),
            ],
        ]
        return {
            "title": self.env._("Quality, complaints and claims"),
            "is_numeric": True,
            "columns": [
                "",
                self.env._("Count"),
                self.env._("12 months"),
                self.env._("Year before"),
            ],
            "rows": rows,
        }

    def _prepare_dossier_services(self, dossier):
        return {
            "title": self.env._("Service delivered against entitled"),
            "is_numeric": True,
            "columns": [
                self.env._("Service"),
                self.env._("Entitled"),
                self.env._("Delivered"),
                self.env._("Missed"),
            ],
            "rows": [
                [name, *map(self._format_count, numbers)]
                for name, *numbers in dossier["services"]
                if any(numbers)
            ],
            "nothing": self.env._("No service plan covers this term."),
        }

    def _prepare_dossier_money(self, dossier):
        money, contract = dossier["money"], self.contract_id
        days = money["late_days"]
        rows = [
            [self.env._("Receivable"), self._format_money(money["open"])],
            [self.env._("Overdue"), self._format_money(money["overdue"])],
            [
                self.env._("Credit limit"),
                self._format_money(contract.credit_limit)
                if contract.credit_limit
                else NOTHING,
            ],
            [
                self.env._("Payment term"),
                contract.payment_term_id.name or NOTHING,
            ],
            [
                self.env._("Paid in 12 months"),
                self._format_money(money["paid"]),
            ],
            [
                self.env._("Of it paid late"),
                self._format_percent(money["late_percent"]),
            ],
            [
                self.env._("Mean delay"),
                NOTHING
                if days is None
                else self.env._("%(days)s days", days=round(float(days))),
            ],
        ]
        return {
            "title": self.env._("Receivables and payment"),
            "columns": [],
            "rows": rows,
        }

    def _prepare_dossier_alerts(self, dossier):
        alerts = dossier["alerts"]
        levels = dict(alerts._fields["level"]._description_selection(self.env))
        return {
            "title": self.env._("Alerts"),
            "columns": [],
            "rows": [
                [
                    levels[alert.level],
                    alert.reason,
                    self.env._("open")
                    if alert.state == "open"
                    else format_date(self.env, alert.date_done),
                ]
                for alert in alerts
            ],
            "nothing": self.env._("No alert in twelve months."),
        }

    def _prepare_dossier_needs(self, dossier):
        return {
            "title": self.env._("Needs and promises"),
            "columns": [],
            "rows": [
                [
                    need["name"],
                    need["promise"]
                    or (self.env._("promised") if need["is_promised"] else ""),
                ]
                for need in dossier["needs"]
            ],
            "nothing": self.env._("The client's needs are not on file."),
        }

    def _prepare_dossier_competitors(self, dossier):
        return {
            "title": self.env._("Other carriers"),
            "columns": [],
            "rows": [
                [
                    carrier["name"],
                    self._format_percent(carrier["share_percent"], digits=0)
                    if carrier["is_current"]
                    else self.env._("formerly"),
                    carrier["price_note"] or carrier["strengths"] or "",
                ]
                for carrier in dossier["competitors"]
            ],
            "nothing": self.env._("No other carrier is on file."),
        }

    def _prepare_dossier_positions(self, dossier):
        return {
            "title": self.env._("Negotiation sheet"),
            "columns": [
                self.env._("Point"),
                self.env._("We offer"),
                self.env._("The client wants"),
                self.env._("A competitor offers"),
                self.env._("Agreed"),
            ],
            "rows": [
                [
                    line["name"],
                    line["position_us"] or "",
                    line["position_client"] or "",
                    line["position_competitor"] or "",
                    line["agreement"] or "",
                ]
                for line in dossier["positions"]
            ],
            "nothing": self.env._("The points are listed when it is evaluated."),
        }

    def _prepare_dossier_prices(self, dossier):
        """Hook: return the section on prices, or None."""
        return None
