from odoo import api, fields, models
from odoo.fields import Domain


class KuaidiStarRating(models.Model):
    """What happens when an adjustment ends: the star falls back, and says so (GR-3)."""

    _name = "kuaidi.star.rating"
    _inherit = ["kuaidi.star.rating"]

    # === BUSINESS METHODS === #

    @api.model
    def _cron_expire_adjustments(self, batch_size=100):
        """Let the stars fall back whose adjustment ended before today.

        Each account gets a new rating on the same figures without the adjustment. An
        expired rating is superseded by it in the same committed batch, so that a
        second or a killed run makes no second one.

        :param batch_size: ratings between two commits
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        domain = self._get_expired_domain()
        commit_progress(remaining=self.search_count(domain))
        while found := self.search(domain, limit=batch_size, order="id"):
            expired = found.try_lock_for_update().filtered_domain(domain)
            expired._expire_adjustment()
            # what another worker holds is that worker's
            if not commit_progress(len(expired)) or len(expired) < len(found):
                break

    @api.model
    def _get_expired_domain(self):
        """Return the domain of current ratings whose adjustment has ended."""
        now = fields.Datetime.now()
        get_local_date = self.env["kuaidi.deadline"]._get_local_date
        companies = self.env["res.company"].with_context(active_test=False).search([])
        days = companies.grouped(lambda company: get_local_date(now, company))
        return (
            Domain("state", "=", "approved")
            & Domain("adjustment", "!=", 0)
            & (
                Domain.OR(
                    Domain("company_id", "in", of_day.ids)
                    & Domain("adjustment_expiry", "<", day)
                    for day, of_day in days.items()
                )
            )
        )

    def _expire_adjustment(self):
        """Supersede these ratings by unadjusted ones on the same figures."""
        if not self:
            return
        ratings = self.create([rating._prepare_unadjusted() for rating in self])
        # the creation rates by the thresholds of today; the result of then stays
        for expired, rating in zip(self, ratings, strict=True):
            result = expired._prepare_computed_result()
            with self.env.protecting([self._fields[name] for name in result], rating):
                rating.write(result)
        ratings._on_approved()
        # sudo: the manager is told of the star, whoever may see the account's tasks
        for manager, of_manager in (
            ratings.account_id.sudo().grouped("manager_id").items()
        ):
            of_manager.activity_schedule(
                "kuaidi_key_account.mail_activity_type_star_fell_back",
                user_id=manager.id or self.env.uid,
            )

    def _prepare_unadjusted(self):
        """Return the figures of the rating that follows when the adjustment ends."""
        self.ensure_one()
        return {
            "account_id": self.account_id.id,
            "basis": self.basis,
            "date_from": self.date_from,
            "date_to": self.date_to,
            "amount_revenue": self.amount_revenue,
            "term_months": self.term_months,
            "origin": "expiry",
        }

    def _prepare_computed_result(self):
        """Return the result of this rating without its adjustment.

        Thresholds that moved in the meantime do not count: they change no star but by
        a grading.
        """
        self.ensure_one()
        return {
            "amount_annual": self.amount_annual,
            "computed_level_id": self.computed_level_id.id,
            "amount_threshold": self.amount_threshold,
            "amount_next_threshold": self.amount_next_threshold,
            "level_id": self.computed_level_id.id,
            "stars": self.computed_level_id.stars,
        }
