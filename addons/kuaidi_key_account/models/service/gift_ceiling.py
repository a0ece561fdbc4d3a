from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import format_amount

# gifts that count towards the ceiling of the year
COUNTED_STATES = ("to_approve", "approved")


class KuaidiGift(models.Model):
    """Which gifts the company lets pass, which it decides on, which it forbids."""

    _name = "kuaidi.gift"
    _inherit = ["kuaidi.gift"]

    # === COMPUTE METHODS === #

    @api.depends("account_id", "partner_id", "amount", "date", "state")
    def _compute_ceiling(self):
        totals = self._get_year_totals()
        for gift in self:
            total = totals.get(gift._get_year_key(), 0.0)
            is_draft = gift.state == "draft"
            gift.amount_year = total + gift.amount if is_draft else total
            gift.ceiling_note = False
            if is_draft and gift.account_id and gift.date and gift.amount > 0:
                breach = gift._get_public_breach() or gift._get_breach(total)
                gift.ceiling_note = breach or self.env._(
                    "Within the ceiling: recorded without an approval."
                )

    # === ACTION METHODS === #

    def action_record(self):
        """Record drafts: approved within the ceilings, else sent to the CRM centre.

        The ceilings of the company are per gift, and per recipient and calendar year;
        the latter counts what is approved and what waits for it, at this company.

        :raise UserError: when a gift is no draft, a public body's ceiling is exceeded,
            or a gift above a ceiling has no reason
        """
        self.check_access("write")
        self._check_is_draft()
        self._check_account_is_open()
        self._check_public_ceiling()
        self._lock_recipients()
        totals = self._get_year_totals()
        above = self.browse()
        for gift in self.sorted("id"):
            before = totals.get(gift._get_year_key(), 0.0)
            totals[gift._get_year_key()] = before + gift.amount
            breach = gift._get_breach(before)
            if not breach:
                continue
            above |= gift
            if not (gift.reason or "").strip():
                raise UserError(
                    self.env._(
                        "%(breach)s Enter the reason of %(gift)s for %(recipient)s:"
                        " the CRM centre decides by it.",
                        breach=breach,
                        gift=gift.name,
                        recipient=gift.partner_id.name,
                    )
                )
        # sudo: state and ceiling are guarded, everything was checked above
        above.sudo().is_above_ceiling = True
        self.sudo().requested_by_id = self.env.user
        if above:
            above._request_approval()
        within_sudo = (self - above).sudo()
        within_sudo.write({"state": "approved", "date_decided": fields.Datetime.now()})
        within_sudo._message_log_batch(
            bodies={
                gift.id: self.env._("Within the ceiling: recorded without an approval.")
                for gift in within_sudo
            }
        )

    def action_request_approval(self):
        """Record the drafts: whether an approval is needed follows from the ceilings.

        :raise UserError: as of `action_record`
        """
        return self.action_record()

    # === BUSINESS METHODS === #

    def _check_public_ceiling(self):
        """Refuse what no approval can allow.

        :raise UserError: naming the ceiling and why it is there
        """
        for gift in self:
            if breach := gift._get_public_breach():
                raise UserError(breach)

    def _get_public_breach(self):
        """Return why this gift may not be given at all, empty if it may."""
        self.ensure_one()
        company = self.account_id.company_id
        if (
            not self.account_id.is_public_body
            or company.currency_id.compare_amounts(
                self.amount, company.kuaidi_gift_public_amount_max
            )
            <= 0
        ):
            return ""
        return self.env._(
            "%(account)s is a public body or state-owned: a gift to its people may be"
            " worth %(ceiling)s at most, and nobody can approve more. Gifts of"
            " %(amount)s to officials come under the rules against bribery (Criminal"
            " Law; Anti-Unfair Competition Law, article 8): do not give it.",
            account=self.account_id.display_name,
            ceiling=format_amount(
                self.env, company.kuaidi_gift_public_amount_max, company.currency_id
            ),
            amount=format_amount(self.env, self.amount, company.currency_id),
        )

    def _get_breach(self, before):
        """Return which ceiling this gift exceeds, empty if none.

        :param float before: value of the recipient's other gifts of the year
        """
        self.ensure_one()
        company = self.account_id.company_id
        compare = company.currency_id.compare_amounts

        def show(amount):
            return format_amount(self.env, amount, company.currency_id)

        ceiling = company.kuaidi_gift_amount_max
        if compare(self.amount, ceiling) > 0:
            return self.env._(
                "A gift of %(amount)s is above the ceiling of %(ceiling)s.",
                amount=show(self.amount),
                ceiling=show(ceiling),
            )
        ceiling = company.kuaidi_gift_amount_year_max
        if compare(before + self.amount, ceiling) > 0:
            return self.env._(
                "With it, %(recipient)s has got %(total)s in %(year)s, which is above"
                " the ceiling of %(ceiling)s.",
                recipient=self.partner_id.name or "",
                total=show(before + self.amount),
                year=str(self.date.year),
                ceiling=show(ceiling),
            )
        return ""

    def _get_year_key(self):
        self.ensure_one()
        return (
            self.account_id.company_id._origin.id,
            self.partner_id._origin.id,
            self.date.year if self.date else 0,
        )

    def _get_year_totals(self):
        """Return what recipients of these gifts got, by company, person and year."""
        years = [gift.date.year for gift in self if gift.date]
        if not years:
            return {}
        # sudo: every gift to the person counts, whoever gave it
        groups = self.sudo()._read_group(
            domain=[
                ("company_id", "in", self.account_id.company_id._origin.ids),
                ("partner_id", "in", self.partner_id._origin.ids),
                ("state", "in", COUNTED_STATES),
                ("date", ">=", f"{min(years):04}-01-01"),
                ("date", "<=", f"{max(years):04}-12-31"),
            ],
            groupby=["company_id", "partner_id", "date:year"],
            aggregates=["amount:sum"],
        )
        return {
            (company.id, partner.id, year.year): amount
            for company, partner, year, amount in groups
        }

    def _lock_recipients(self):
        """Let two gifts to one person wait for each other, before they are summed up.

        The row is rewritten as it is: whoever comes second fails to serialise, and
        Odoo tries again with the first gift in sight.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH recipient AS (
                    SELECT id FROM res_partner WHERE id IN %(ids)s
                    ORDER BY id FOR NO KEY UPDATE
                )
                UPDATE res_partner partner SET write_date = partner.write_date
                  FROM recipient WHERE partner.id = recipient.id
                """,
                ids=tuple(self.partner_id.ids) or (0,),
            )
        )
