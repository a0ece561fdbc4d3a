from odoo import api, fields, models
from odoo.fields import Command

UNRATED = 0


class KuaidiStarWhatIf(models.TransientModel):
    """Tries other thresholds on the portfolio and changes neither level nor rating."""

    _name = "kuaidi.star.what.if"
    _description = "Try Other Thresholds"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        default=lambda self: self.env["kuaidi.deadline"]._get_today(self.env.company),
        help="The service year is the twelve full months before the month of this day.",
    )
    line_ids = fields.One2many(
        comodel_name="kuaidi.star.what.if.line",
        inverse_name="what_if_id",
        string="Levels",
    )
    message = fields.Char(readonly=True)
    moved_count = fields.Integer(string="Clients That Move", readonly=True)
    matrix = fields.Html(string="Moves", readonly=True, sanitize_style=True)

    # === ONCHANGE METHODS === #

    @api.onchange("company_id")
    def _onchange_company_id(self):
        """Also called when the form opens, with the company of the user."""
        self._load_levels()
        self._try_thresholds()

    @api.onchange("date", "line_ids")
    def _onchange_thresholds(self):
        self._try_thresholds()

    # === BUSINESS METHODS === #

    def _load_levels(self):
        """Begin with the company's own thresholds, below them those without a star."""
        self.ensure_one()
        levels = self.env["kuaidi.star.level"].search(
            [("company_id", "=", self.company_id.id)], order="stars"
        )
        self.line_ids = [
            Command.clear(),
            Command.create({"stars": UNRATED}),
            *(
                Command.create(
                    {
                        "level_id": level.id,
                        "stars": level.stars,
                        "amount_present": level.amount_min,
                        "amount_trial": level.amount_min,
                    }
                )
                for level in levels
            ),
        ]

    def _try_thresholds(self):
        """Rate the portfolio by both ladders and show what moves."""
        self.ensure_one()
        rungs = self.line_ids.filtered("stars").sorted("stars")
        trial = rungs.mapped("amount_trial")
        is_rising = all(
            lower < upper for lower, upper in zip(trial, trial[1:], strict=False)
        )
        self.message = (
            False
            if is_rising and all(amount >= 0 for amount in trial)
            else self.env._(
                "Thresholds are 0 or more and rise with the stars: correct the trial"
                " thresholds to see what they do."
            )
        )
        moves = {}
        if not self.message and self.date and rungs:
            accounts = self.env["kuaidi.key.account"].search(
                [("company_id", "=", self.company_id.id)]
            )
            # sudo: every invoice counts; the accounts were searched with the user's
            # rights
            moves = (
                self.env["kuaidi.star.rating"]
                .sudo()
                ._get_portfolio_moves(
                    accounts, self.date, rungs.mapped("amount_present"), trial
                )
            )
        self._show_moves(moves)

    def _show_moves(self, moves):
        for line in self.line_ids:
            now = [move for pair, move in moves.items() if pair[0] == line.stars]
            then = [move for pair, move in moves.items() if pair[1] == line.stars]
            line.count_now = sum(count for count, _amount in now)
            line.amount_now = sum(amount for _count, amount in now)
            line.count_then = sum(count for count, _amount in then)
            line.amount_then = sum(amount for _count, amount in then)
        self.moved_count = sum(
            count for (now, then), (count, _amount) in moves.items() if now != then
        )
        rating = self.env["kuaidi.star.rating"]
        lines = self.line_ids.sorted("stars")
        self.matrix = self.env["ir.qweb"]._render(
            "kuaidi_key_account.star_what_if_matrix",
            {
                "columns": [rating._format_stars(line.stars) for line in lines],
                "rows": [
                    {
                        "name": rating._format_stars(row.stars),
                        "cells": [
                            {
                                "count": moves.get((row.stars, column.stars), (0, 0))[
                                    0
                                ],
                                "change": (column.stars > row.stars)
                                - (column.stars < row.stars),
                            }
                            for column in lines
                        ],
                    }
                    for row in lines
                ],
            },
        )


class KuaidiStarWhatIfLine(models.TransientModel):
    """One level with its present and its trial threshold."""

    _name = "kuaidi.star.what.if.line"
    _description = "Trial Level"
    _order = "stars desc"

    what_if_id = fields.Many2one(
        comodel_name="kuaidi.star.what.if",
        required=True,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="what_if_id.currency_id")
    level_id = fields.Many2one(comodel_name="kuaidi.star.level", readonly=True)
    stars = fields.Integer(readonly=True)
    amount_present = fields.Monetary(string="Present", readonly=True)
    amount_trial = fields.Monetary(string="Trial")
    count_now = fields.Integer(string="Clients Now", readonly=True)
    count_then = fields.Integer(string="Clients Then", readonly=True)
    amount_now = fields.Monetary(string="Revenue Now", readonly=True)
    amount_then = fields.Monetary(string="Revenue Then", readonly=True)
