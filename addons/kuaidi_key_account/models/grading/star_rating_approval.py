from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class KuaidiStarRating(models.Model):
    """How a rating is asked for, decided on, and carried over to the account."""

    _name = "kuaidi.star.rating"
    _inherit = ["kuaidi.star.rating"]

    # === BUSINESS METHODS === #

    def _get_approval_requester(self):
        """Return who asked for the star; nobody asks for what a grading proposes.

        A grading judges nothing: it applies the ladder to posted invoices. So whoever
        started it may approve its proposals. A carried adjustment keeps the person
        who asked for it.
        """
        self.ensure_one()
        return self.requested_by_id

    def _request_approval(self):
        """Bring the figures up to date and remember who asks.

        Invoices may have been posted since the draft was saved; whoever approves sees
        the figures of the request.
        """
        self._check_expiry_is_ahead()
        # sudo: computed figures are guarded
        drafts_sudo = self.sudo()
        drafts_sudo.requested_by_id = self.env.user
        drafts_sudo.modified(["account_id"])
        drafts_sudo.flush_recordset()
        return super()._request_approval()

    def _prepare_tier_review_vals(self, definition, sequence):
        vals = super()._prepare_tier_review_vals(definition, sequence)
        if self.requested_by_id:
            vals["requested_by"] = self.requested_by_id.id
        return vals

    def _notify_review_requested(self, tier_reviews):
        """Announce single requests; a grading announces all its proposals at once."""
        single = self.filtered(lambda rating: rating.origin != "run")
        return super(KuaidiStarRating, single)._notify_review_requested(tier_reviews)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Keep the star inside the company: nobody else is notified (GR-4)."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        return [data for data in recipients if not data["share"]]

    def _get_approval_author(self):
        self.ensure_one()
        users = super()._get_approval_author()
        return self.create_uid if self.origin == "manual" else users

    def _on_approved(self):
        """Make the ratings the current ones and carry the stars to the accounts.

        The number of queries does not depend on the number of ratings, but for the
        messages, which the ORM inserts by the hundred.

        :raise AccessError: when the user asked for one of them
        :raise UserError: when two of them rate one account, an account was closed or
            an adjustment ended in the meantime
        """
        if not self:
            return None
        self._check_approvable()
        accounts = self.account_id
        accounts.lock_for_update()
        self._follow_on(self._supersede_former())
        res = super()._on_approved()
        self._carry_to_accounts()
        accounts._message_log_batch(
            bodies={rating.account_id.id: rating._get_log_line() for rating in self}
        )
        accounts._update_onboarding()
        return res

    def _check_approvable(self):
        if any(rating._get_approval_requester() == self.env.user for rating in self):
            raise AccessError(
                self.env._("You cannot approve a star that you asked for yourself.")
            )
        for account, ratings in self.grouped("account_id").items():
            if len(ratings) > 1:
                raise UserError(
                    self.env._(
                        "Two ratings of %(account)s are among those you approve."
                        " Choose one of them.",
                        account=account.display_name,
                    )
                )
        self._check_account_is_open()
        self._check_expiry_is_ahead()

    def _supersede_former(self):
        """End the current ratings of these accounts, and what was proposed on them.

        :return: the ratings that were current until now
        """
        others = self.search(
            [
                ("account_id", "in", self.account_id.ids),
                ("id", "not in", self.ids),
                "|",
                ("state", "=", "approved"),
                "&",
                ("state", "=", "to_approve"),
                ("origin", "=", "run"),
            ]
        )
        former = others.filtered(lambda rating: rating.state == "approved")
        others.write({"state": "superseded"})
        # before the new ones are approved: one approved rating per account
        others.flush_recordset(["state"])
        return former

    def _follow_on(self, former):
        """Name the rating that was current until now where another one is named."""
        by_account = {rating.account_id: rating for rating in former}
        for rating in self:
            predecessor = by_account.get(rating.account_id, former.browse())
            if rating.previous_rating_id != predecessor:
                rating.write(
                    {
                        "previous_rating_id": predecessor.id,
                        "previous_level_id": predecessor.level_id.id,
                        "previous_stars": predecessor.stars,
                    }
                )

    def _carry_to_accounts(self):
        """Copy level, stars and yearly revenue to the accounts, in one statement."""
        accounts = self.account_id
        names = ["star_id", "stars", "amount_annual"]
        self.flush_recordset(["account_id", "level_id", "stars", "amount_annual"])
        accounts.flush_recordset(names)
        self.env.cr.execute(
            SQL(
                """
                UPDATE kuaidi_key_account account
                   SET star_id = rating.level_id,
                       stars = rating.stars,
                       amount_annual = rating.amount_annual,
                       write_uid = %(uid)s,
                       write_date = now() AT TIME ZONE 'UTC'
                  FROM kuaidi_star_rating rating
                 WHERE rating.id IN %(rating_ids)s
                   AND account.id = rating.account_id
                """,
                uid=self.env.uid,
                rating_ids=tuple(self.ids),
            )
        )
        accounts.invalidate_recordset(
            [*names, "current_rating_id", "write_uid", "write_date"]
        )
        accounts.modified(names)

    def _get_log_line(self):
        self.ensure_one()
        return self.env._(
            "Star: %(former)s → %(stars)s. %(explanation)s",
            former=self._format_stars(self.previous_stars),
            stars=self._format_stars(self.stars),
            explanation=" ".join(self.explanation.splitlines()),
        )
