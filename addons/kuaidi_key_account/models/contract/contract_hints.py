from odoo import models
from odoo.tools import float_compare
from odoo.tools.misc import formatLang

# days in which a client has to pay a smaller enterprise (Regulations on Payments to
# Small and Medium Enterprises, article 9), by `sme_status`
SME_LIMITS = {"large": 60, "public": 30}
# a public client adds no more than that without a new tender (Government Procurement
# Law, articles 31 and 49), in percent of the original amount
PUBLIC_EXTENSION_PERCENT = 10
# a due date counted from the end of a month comes up to so many days later
END_OF_MONTH_DAYS = {
    "days_after": 0,
    "days_after_end_of_month": 30,
    "days_after_end_of_next_month": 61,
    "days_end_of_month_on_the": 30,
}


class KuaidiContract(models.Model):
    """What the contract's own data say on the points of its checklist."""

    _name = "kuaidi.contract"
    _inherit = ["kuaidi.contract"]

    # === BUSINESS METHODS === #

    def _get_check_hint(self, code):
        """Return what the data of this contract say on a point, or False.

        :param code: `code` of the check point
        """
        self.ensure_one()
        method = {
            "notice": self._hint_on_notice,
            "exclusion": self._hint_on_exclusion,
            "penalty": self._hint_on_penalty,
            "payment": self._hint_on_payment,
            "insurance": self._hint_on_insurance,
            "recourse": self._hint_on_recourse,
            "forum": self._hint_on_forum,
            "extension": self._hint_on_extension,
            "safety": self._hint_on_safety,
            "term": self._hint_on_term,
        }.get(code)
        return bool(method) and method()

    def _get_payment_days(self):
        """Return the longest time to pay that the payment term gives, in days."""
        self.ensure_one()
        # sudo: the payment term of a contract is read with it
        return max(
            (
                line.nb_days + END_OF_MONTH_DAYS.get(line.delay_type, 0)
                for line in self.sudo().payment_term_id.line_ids
            ),
            default=0,
        )

    def _get_extension_percent(self):
        """Return by how much this contract adds to its public client's original one.

        A new version adds what it comes to above the first version, a renewal its whole
        amount (Government Procurement Law, articles 31 and 49).

        :return: percent of the original amount; 0 where nothing is extended, where the
            client does not buy under that law, or the original has no amount
        """
        self.ensure_one()
        # sudo: former versions count, whoever may read them
        contract_sudo = self.sudo()
        root, added = contract_sudo, 0
        while root.previous_id or root.predecessor_id:
            if root.predecessor_id and not root.previous_id:
                added += root.amount_total
            root = root.previous_id or root.predecessor_id
        if contract_sudo.previous_id and not added:
            added = contract_sudo.amount_total - root.amount_total
        if not contract_sudo.is_public or not root.amount_total or added <= 0:
            return 0
        return 100 * added / root.amount_total

    def _is_extension_beyond_law(self):
        """Return whether the extension of a public client asks for a new tender."""
        return (
            float_compare(
                self._get_extension_percent(),
                PUBLIC_EXTENSION_PERCENT,
                precision_digits=4,
            )
            > 0
        )

    def _hint_on_notice(self):
        if self.is_standard_term and not (self.standard_term_proof or "").strip():
            return self.env._(
                "Standard terms without a proof of notice: the limits of our liability"
                " may not become part of the contract."
            )
        return False

    def _hint_on_exclusion(self):
        if self.compensation_rule == "freight":
            return self.env._(
                "Compensation by %(factor)s times the freight: no law caps it there; it"
                " does not hold for intent or gross negligence.",
                factor=f"{self.compensation_factor:g}",
            )
        return False

    def _hint_on_penalty(self):
        if self.late_rule == "percent_day" and self.late_factor > 30:
            return self.env._(
                "%(percent)s %% of the freight per day of delay: more than 30 %% of the"
                " loss is held excessive as a rule.",
                percent=f"{self.late_factor:g}",
            )
        return False

    def _hint_on_payment(self):
        limit = SME_LIMITS.get(self.sme_status)
        days = self._get_payment_days()
        if limit and days > limit:
            return self.env._(
                "The payment term gives up to %(days)s days; the client may take"
                " %(limit)s at most.",
                days=days,
                limit=limit,
            )
        if not self.payment_term_id:
            return self.env._("No payment term is agreed.")
        return False

    def _hint_on_insurance(self):
        if self.insurance_by == "none":
            return self.env._("Nobody insures the goods by this contract.")
        if self.insurance_by == "company" and not self.insurance_rate:
            return self.env._("We insure, but the premium is not given.")
        return False

    def _hint_on_recourse(self):
        if self.insurance_by == "client" and not self.is_recourse_waived:
            return self.env._(
                "The client insures and its insurer has not waived recourse: it may"
                " turn to us for what it paid."
            )
        return False

    def _hint_on_forum(self):
        if self.dispute_forum != "arbitration":
            return False
        if not (self.dispute_body or "").strip():
            return self.env._(
                "Arbitration without the name of a commission: the clause does not"
                " hold."
            )
        return False

    def _hint_on_extension(self):
        percent = self._get_extension_percent()
        if percent:
            values = {
                "percent": formatLang(self.env, percent, digits=1),
                "limit": PUBLIC_EXTENSION_PERCENT,
            }
            if self._is_extension_beyond_law():
                return self.env._(
                    "Adds %(percent)s %% to the original amount, more than"
                    " %(limit)s %%: a new tender is needed.",
                    **values,
                )
            return self.env._(
                "Adds %(percent)s %% to the original amount; up to %(limit)s %% go"
                " without a tender.",
                **values,
            )
        if not self.amount_total:
            return self.env._(
                "The contract amount is missing: extensions are measured against it."
            )
        return False

    def _hint_on_safety(self):
        # sudo: whether the file holds the agreement is a fact, whoever may read it
        held = self.sudo().account_id.document_ids.filtered(
            lambda paper: paper.category == "safety" and paper.has_file
        )
        if not held:
            return self.env._("No safety agreement is on file with this client yet.")
        return False

    def _hint_on_term(self):
        if self.is_tacit:
            return self.env._(
                "Goes on for %(months)s months each time, unless notice is given"
                " %(days)s days before.",
                months=self.renewal_months,
                days=self.notice_days,
            )
        if self.is_open_ended:
            return self.env._(
                "Without end: either side may end it with %(days)s days' notice.",
                days=self.notice_days,
            )
        return False
