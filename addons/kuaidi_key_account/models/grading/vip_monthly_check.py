from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_list
from odoo.tools.misc import format_amount, format_date


class KuaidiVip(models.Model):
    """The monthly check of the volume: too low for some months asks, never cancels."""

    _name = "kuaidi.vip"
    _inherit = ["kuaidi.vip"]

    date_measured_from = fields.Date(
        string="Measured From",
        readonly=True,
        copy=False,
        help="Months before this day do not count: they lie before the VIP service, or"
        " were judged when it was last re-evaluated.",
    )
    month_checked = fields.Date(
        readonly=True,
        copy=False,
        help="First day of the last month that was checked.",
    )

    _active_check_idx = models.Index(
        "(company_id, month_checked) WHERE state = 'active'"
    )

    # === BUSINESS METHODS === #

    @api.model
    def _cron_monthly_check(self, batch_size=1000):
        """Ask for the re-evaluation of memberships with too little volume (VP-2, D20).

        An active membership is put under re-evaluation when its volume stayed below
        the company's requirement (yuan per month) in each of the last full months
        that the company counts. A month is checked once: a run that is killed goes on
        where it stopped, and a second run finds nothing to do.
        """
        commit_progress = self.env["ir.cron"]._commit_progress
        domains = {
            company: self._get_check_domain(company)
            for company in self.env["res.company"].search([])
        }
        commit_progress(remaining=self.search_count(Domain.OR(domains.values())))
        for company, domain in domains.items():
            while found := self.search(domain, order="id", limit=batch_size):
                vips = found.try_lock_for_update().filtered_domain(domain)
                vips._check_months(company)
                if not commit_progress(len(vips)):
                    return
                if len(vips) < len(found):
                    # somebody works on the others: the next run takes them
                    break

    @api.model
    def _get_check_domain(self, company):
        """Return the domain of memberships whose last full month is not checked yet."""
        months = self._get_checked_months(company)
        return (
            Domain("state", "=", "active")
            & Domain("company_id", "=", company.id)
            & Domain("account_id.active", "=", True)
            & Domain("date_measured_from", "<=", months[0])
            & (
                Domain("month_checked", "=", False)
                | Domain("month_checked", "<", months[-1])
            )
        )

    @api.model
    def _get_checked_months(self, company):
        """Return the first days of the last full months that count, oldest first."""
        this_month = self.env["kuaidi.deadline"]._get_today(company).replace(day=1)
        return [
            this_month - relativedelta(months=back)
            for back in range(company.kuaidi_vip_months, 0, -1)
        ]

    @api.model
    def _get_first_full_month(self, date):
        """Return the first day of the first month that lies wholly after `date`."""
        return date if date.day == 1 else date.replace(day=1) + relativedelta(months=1)

    def _check_months(self, company):
        """Check memberships of one company; in superuser mode."""
        months = self._get_checked_months(company)
        measures = self._get_monthly_measure(self.account_id, months)
        required = self._get_monthly_requirement(company)
        low = self.filtered(
            lambda vip: all(
                company.currency_id.compare_amounts(
                    measures.get((vip.account_id.id, month), 0.0), required
                )
                < 0
                for month in months
            )
        )
        low._open_review(low._describe_months(company, months, measures))
        self.month_checked = months[-1]

    def _measure_last_months(self):
        """Return the figures of the last full months in plain words, by record id."""
        figures = {}
        for company, vips in self.grouped("company_id").items():
            months = self._get_checked_months(company)
            measures = self._get_monthly_measure(vips.account_id, months)
            figures |= vips._describe_months(company, months, measures)
        return figures

    @api.model
    def _get_monthly_measure(self, accounts, months):
        """Hook: return the monthly volume that VIP service is measured by.

        Invoiced revenue stands for the volume until pieces are known by month.

        :param months: first days of consecutive months, oldest first
        :return: yuan by (account id, first day of the month); a month without any may
            be missing
        """
        last_day = months[-1] + relativedelta(months=1, days=-1)
        return accounts._get_monthly_revenue(months[0], last_day)

    @api.model
    def _get_monthly_requirement(self, company):
        """Hook: return the volume that a month has to reach, in the measure's unit."""
        return company.kuaidi_vip_amount_min

    @api.model
    def _format_measure(self, value, company):
        """Hook: return a volume in words, with its unit."""
        return format_amount(self.env, value, company.currency_id)

    def _describe_months(self, company, months, measures):
        """Return the volume of each month against the requirement, by record id.

        In the language of the account manager, who is asked to judge it.
        """
        descriptions = {}
        for vip in self:
            lang = vip.manager_id.lang or company.partner_id.lang or self.env.lang
            local = vip.with_context(lang=lang)
            volumes = [
                local.env._(
                    "%(month)s: %(volume)s",
                    month=format_date(local.env, month, date_format="yyyy-MM"),
                    volume=local._format_measure(
                        measures.get((vip.account_id.id, month), 0.0), company
                    ),
                )
                for month in months
            ]
            descriptions[vip.id] = local.env._(
                "Monthly volume %(volumes)s. VIP service requires %(required)s a"
                " month.",
                volumes=format_list(local.env, volumes),
                required=local._format_measure(
                    local._get_monthly_requirement(company), company
                ),
            )
        return descriptions
