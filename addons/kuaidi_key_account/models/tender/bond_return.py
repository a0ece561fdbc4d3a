from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import format_date

# the contract is made within 30 days of the award notice (Bidding Law, article 46)
DAYS_TO_SIGN = 30


class KuaidiTenderBond(models.Model):
    """When a bond has to come back by law, and who is told when it does not."""

    _name = "kuaidi.tender.bond"
    _inherit = ["kuaidi.tender.bond"]

    _deadline_stop_states = (
        "draft",
        "to_approve",
        "approved",
        "returned",
        "forfeited",
        "refused",
    )
    _escalation_activity_type = "kuaidi_key_account.mail_activity_type_bond_late"
    _escalation_states = ("paid",)

    date_return_agreed = fields.Date(
        string="Return Agreed For",
        copy=False,
        help="Where the contract or the issuer names a day: performance bonds, or a"
        " tender that was cancelled.",
    )
    date_return_due = fields.Date(
        string="Return Due Until",
        compute="_compute_date_return_due",
        store=True,
        help="By law, or as agreed where the law names no day.",
    )
    note_return = fields.Char(
        string="Why Until Then", compute="_compute_date_return_due", store=True
    )
    date_deadline = fields.Datetime(
        compute="_compute_date_deadline", store=True, string="End of the Return"
    )
    date_escalated = fields.Datetime(
        compute="_compute_date_escalated",
        store=True,
        readonly=True,
        help="When bid manager and finance were told that the bond is late.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "kind",
        "date_return_agreed",
        "tender_id.state",
        "tender_id.date_withdrawn",
        "tender_id.is_government",
        "tender_id.date_award",
        "tender_id.date_signing",
    )
    def _compute_date_return_due(self):
        rules = self.env["kuaidi.tender.bond.rule"]._get_rules()
        for bond in self:
            bond.date_return_due, bond.note_return = bond._get_return(rules)

    @api.depends("state", "date_return_due", "company_id")
    def _compute_date_deadline(self):
        service = self.env["kuaidi.deadline"]
        for bond in self:
            bond.date_deadline = (
                bond.state == "paid"
                and bond.date_return_due
                and service._get_due(
                    bond.date_return_due, 0, "day", bond._get_deadline_company()
                )
            )

    @api.depends("date_deadline")
    def _compute_date_escalated(self):
        self.date_escalated = False

    # === BUSINESS METHODS === #

    def _get_return(self, rules):
        """Return until when this bond has to come back, and why.

        :param dict rules: of `kuaidi.tender.bond.rule._get_rules`
        :return: date and article; both False while nothing sets a day
        """
        tender = self.tender_id
        event = "withdrawn" if tender.date_withdrawn else tender.state
        rule = rules.get((self.kind, tender.is_government, event))
        if self.date_return_agreed or not rule:
            agreed = self.date_return_agreed
            return agreed, agreed and self.env._("As agreed with the issuer")
        start = tender[rule.date_field]
        note = rule.article
        if not start and tender.date_award:
            # of other bidders' contracts we rarely hear: at the latest then
            start = fields.Date.add(tender.date_award, days=DAYS_TO_SIGN)
            note = self.env._(
                "%(article)s; signing within 30 days of the award (Bidding Law,"
                " article 46)",
                article=rule.article,
            )
        if not start:
            return False, False
        service = self.env["kuaidi.deadline"]
        company = self._get_deadline_company()
        due = service._get_due(start, rule.days, rule.unit, company)
        return service._get_local_date(due, company), note

    def _get_finance_users(self):
        """Return who in finance is told: who paid a bond, else a colleague there.

        :rtype: dict[kuaidi.tender.bond, res.users]
        """
        finance = self.env.ref("kuaidi_key_account.group_finance")
        colleagues = self.env["res.users"].search(
            [
                ("all_group_ids", "in", finance.ids),
                ("company_ids", "in", self.company_id.ids),
                ("share", "=", False),
            ],
            order="id",
        )
        return {
            bond: bond.paid_by_id & colleagues
            or colleagues.filtered(
                lambda user, company=bond.company_id: company in user.company_ids
            )[:1]
            for bond in self
        }

    def _escalate(self):
        """Open an activity for bid manager and finance each; earlier ones give way."""
        self._withdraw_escalation(self)
        activity_type = self.env.ref(self._escalation_activity_type)
        model_id = self.env["ir.model"]._get_id(self._name)
        service = self.env["kuaidi.deadline"]
        finance = self._get_finance_users()
        vals_list = []
        for bond in self:
            today = service._get_today(bond.company_id or self.env.company)
            for user in bond.user_id.filtered("active") | finance[bond]:
                told = bond.with_context(lang=user.lang or self.env.lang)
                vals_list.append(
                    {
                        "activity_type_id": activity_type.id,
                        "automated": True,
                        "res_model_id": model_id,
                        "res_id": bond.id,
                        "user_id": user.id,
                        "date_deadline": today,
                        "summary": told._get_escalation_summary(),
                        "note": Markup("<p>%s</p>") % told._get_escalation_line(),
                    }
                )
        # quick: the list of activities tells; a mail for each is sent one by one
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            vals_list
        )
        self.date_escalated = fields.Datetime.now()

    @api.model
    def _get_escalation_summary(self):
        return self.env._("A bond has not come back")

    def _get_escalation_line(self):
        self.ensure_one()
        return self.env._(
            "%(issuer)s keeps %(amount)s of %(bond)s, due back until %(date)s"
            " (%(article)s). Ask for it in writing.",
            issuer=self.partner_id.display_name,
            amount=self.currency_id.format(self.amount),
            bond=self.display_name,
            date=format_date(self.env, self.date_return_due),
            article=self.note_return,
        )
