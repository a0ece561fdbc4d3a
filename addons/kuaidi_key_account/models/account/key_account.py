from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_list


class KuaidiKeyAccount(models.Model):
    """One client's file at one company: who serves it, what we know, how it stands."""

    _name = "kuaidi.key.account"
    _description = "Key Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "stars desc, amount_annual desc, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id", "code"]
    _check_company_auto = True
    _mail_post_access = "read"

    # identity
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_company', '=', True), ('parent_id', '=', False)]",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    # stored: a list of accounts needs it for every amount
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    code = fields.Char(
        string="Client Code",
        copy=False,
        help="Left empty, the next number is drawn.",
    )
    active = fields.Boolean(default=True, tracking=True)
    industry_id = fields.Many2one(
        related="partner_id.industry_id", store=True, readonly=False, index=True
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Won Opportunity",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
    # relation
    state = fields.Selection(
        selection=[
            ("candidate", "Candidate"),
            ("formal", "Formal"),
            ("closed", "Closed"),
        ],
        required=True,
        default="candidate",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    date_entrusted = fields.Date(
        string="Relation Established On",
        copy=False,
        tracking=True,
        help="The day on which the founding paper was signed. The onboarding clocks"
        " start here.",
    )
    date_formal = fields.Date(string="Formal Since", copy=False, readonly=True)
    date_closed = fields.Date(string="Closed On", copy=False, readonly=True)
    close_reason = fields.Char(copy=False, tracking=True)
    # team
    manager_id = fields.Many2one(
        comodel_name="res.users",
        string="Account Manager",
        index=True,
        default=lambda self: self._default_manager_id(),
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    deputy_id = fields.Many2one(
        comodel_name="res.users",
        string="Deputy Manager",
        index=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    member_ids = fields.One2many(
        comodel_name="kuaidi.account.member",
        inverse_name="account_id",
        string="Team Members",
    )
    leadership_ids = fields.Many2many(
        comodel_name="res.users",
        relation="kuaidi_key_account_leadership_rel",
        column1="account_id",
        column2="user_id",
        string="Leadership Group",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        help="Oversees the service of large clients, by default from four stars.",
    )
    # hand-over sheet (ON-8)
    handover_industry = fields.Html(
        string="Industry and Company",
        help="Structure, products, sales model, after-sales model.",
    )
    handover_development = fields.Html(
        string="Development Phase",
        help="How sales won the client, and who is who there.",
    )
    handover_solution = fields.Html(string="Logistics Solution")
    handover_contract = fields.Html(
        string="Contract and Prices",
        help="Insurance compensation, late reduction, POD return, settlement.",
    )
    handover_competition = fields.Html(
        string="Competition",
        help="Past and present carriers, how they run, what they charge.",
    )
    handover_other = fields.Html(string="Other Information and News")
    # file
    contact_ids = fields.One2many(
        comodel_name="kuaidi.account.contact", inverse_name="account_id"
    )
    competitor_ids = fields.One2many(
        comodel_name="kuaidi.account.competitor", inverse_name="account_id"
    )
    need_ids = fields.One2many(
        comodel_name="kuaidi.account.need", inverse_name="account_id"
    )
    document_ids = fields.One2many(
        comodel_name="kuaidi.account.document", inverse_name="account_id"
    )
    completeness = fields.Integer(
        string="File Completeness (%)",
        compute="_compute_completeness",
        help="Share of the papers needed for a complete file that are registered with"
        " an attached file.",
    )
    missing_documents = fields.Char(compute="_compute_completeness")
    # figures written in batches by later rooms: untracked, with a history of their own
    stars = fields.Integer(readonly=True, copy=False, default=0, aggregator="avg")
    amount_annual = fields.Monetary(
        string="Annual Revenue",
        readonly=True,
        copy=False,
        default=0.0,
        help="Revenue of one service year that the current star stands on.",
    )

    _partner_company_uniq = models.UniqueIndex(
        "(partner_id, company_id)",
        "This client has a key account in this company already. Open that one"
        " (it may be archived) instead of making a second.",
    )
    _code_given = models.Constraint(
        "CHECK(code <> '' AND code IS NOT NULL)", "A key account has a client code."
    )
    _code_company_uniq = models.UniqueIndex(
        "(company_id, code)", "This client code is taken in this company."
    )
    _default_order_idx = models.Index("(stars DESC, amount_annual DESC, id)")

    # === DEFAULT METHODS === #

    @api.model
    def _default_manager_id(self):
        if self.env.user.has_group(
            "kuaidi_key_account.group_account_manager"
        ) or self.env.user.has_group("kuaidi_key_account.group_sales"):
            return self.env.user
        return self.env["res.users"]

    # === COMPUTE METHODS === #

    @api.depends("document_ids.has_file", "document_ids.type_id")
    def _compute_completeness(self):
        # a page shows the names of those that are held as well: read together
        types = (
            self.env["kuaidi.document.type"]
            .search_fetch(
                Domain("is_required", "=", True)
                | Domain("id", "in", self.document_ids.type_id.ids),
                ["name", "category", "is_required"],
            )
            .filtered("is_required")
        )
        founding = types.filtered(lambda t: t.category == "founding")
        others = types - founding
        for account in self:
            held = account.document_ids.filtered("has_file")
            missing = (others - held.type_id).mapped("name")
            if founding and "founding" not in held.mapped("category"):
                missing.insert(0, self.env._("Founding paper"))
            needed = len(others) + bool(founding)
            account.completeness = (
                round(100 * (needed - len(missing)) / needed) if needed else 100
            )
            account.missing_documents = format_list(self.env, missing)

    # === CONSTRAINT METHODS === #

    @api.constrains("partner_id")
    def _check_partner_is_company(self):
        for account in self:
            partner = account.partner_id
            if not partner.is_company:
                raise ValidationError(
                    self.env._(
                        "%(partner)s is a person. A key account is opened on the"
                        " company: choose it, or mark the contact as a company.",
                        partner=partner.display_name,
                    )
                )
            if partner.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(partner)s belongs to %(parent)s. Open the key account on"
                        " %(parent)s, or remove the parent company from the contact.",
                        partner=partner.name,
                        parent=partner.parent_id.display_name,
                    )
                )

    @api.constrains("company_id")
    def _check_company_is_open(self):
        for account in self:
            if not account.company_id.active:
                raise ValidationError(
                    self.env._(
                        "The company %(company)s is archived. Choose a company that"
                        " is in business.",
                        company=account.company_id.name,
                    )
                )

    @api.constrains("manager_id", "deputy_id")
    def _check_deputy_is_another(self):
        for account in self:
            if account.manager_id and account.manager_id == account.deputy_id:
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot be manager and deputy of %(account)s at the"
                        " same time: the deputy steps in when the manager is away.",
                        user=account.manager_id.name,
                        account=account.display_name,
                    )
                )

    @api.constrains("company_id", "manager_id", "deputy_id", "leadership_ids")
    def _check_team_works_here(self):
        for account in self:
            account._check_works_here(
                account.manager_id | account.deputy_id | account.leadership_ids
            )

    @api.constrains("state", "manager_id")
    def _check_formal_has_manager(self):
        for account in self:
            if account.state == "formal" and not account.manager_id:
                raise ValidationError(
                    self.env._(
                        "Name an account manager for %(account)s: a formal client is"
                        " never without one.",
                        account=account.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        guarded = self._get_guarded_fields()
        if not self.env.su and guarded & self._get_default_names():
            raise AccessError(self._get_state_message())
        for vals in vals_list:
            state = vals.get("state", "candidate")
            if not self.env.su and (
                state != "candidate"
                or any(vals.get(name) for name in guarded - {"state"})
            ):
                raise AccessError(self._get_state_message())
            if not vals.get("code"):
                company_id = vals.get("company_id") or self.env.company.id
                vals["code"] = self.env["ir.sequence"]._draw_number(
                    "kuaidi.key.account", company_id
                )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if self._get_guarded_fields() & vals.keys():
                raise AccessError(self._get_state_message())
            self._check_identity_stays(vals)
        if "code" in vals and not vals["code"]:
            # an import with an empty column leaves the number that was drawn
            vals = {name: value for name, value in vals.items() if name != "code"}
        res = super().write(vals)
        if "company_id" in vals:
            # record rules looked at the company as it was
            self.check_access("write")
        if {"manager_id", "deputy_id", "member_ids"} & vals.keys():
            self._update_onboarding()
        if "date_entrusted" in vals:
            self._reset_onboarding_deadlines()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_history(self):
        for account in self:
            if account.state != "candidate":
                raise UserError(
                    self.env._(
                        "%(account)s is or was a formal client: its history has to be"
                        " kept. Close or archive the account instead.",
                        account=account.display_name,
                    )
                )

    @api.depends("partner_id", "code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for account in self:
            account.display_name = account.partner_id.name or account.code

    # === ACTION METHODS === #

    def action_make_formal(self):
        """Turn candidates into formal clients and start the onboarding clocks (ON-1).

        :raise UserError: naming the papers that are not attached yet
        """
        self.check_access("write")
        for account in self:
            if account.state != "candidate":
                raise UserError(
                    self.env._(
                        "%(account)s is not a candidate.", account=account.display_name
                    )
                )
            missing = account._get_missing_for_formal()
            if missing:
                raise UserError(
                    self.env._(
                        "%(account)s cannot become a formal client yet. Register in"
                        " its documents, with the file attached: %(missing)s.",
                        account=account.display_name,
                        missing=format_list(self.env, missing),
                    )
                )
        today = self.env["kuaidi.deadline"]._get_today(self.env.company)
        for account in self:
            # sudo: the state is guarded, the gate was checked above
            account.sudo().write(
                {
                    "state": "formal",
                    "date_formal": today,
                    "date_entrusted": account.date_entrusted or today,
                }
            )
        self._start_onboarding()

    def action_close(self):
        """Close accounts whose relation has ended; the history stays readable."""
        self.check_access("write")
        if any(account.state == "closed" for account in self):
            raise UserError(self.env._("The account is closed already."))
        # sudo: the state is guarded
        self.sudo().write(
            {
                "state": "closed",
                "date_closed": self.env["kuaidi.deadline"]._get_today(self.env.company),
            }
        )
        self._stop_onboarding()

    def action_reopen(self):
        """Take a closed account up again, as a candidate without a running clock."""
        self.check_access("write")
        if any(account.state != "closed" for account in self):
            raise UserError(self.env._("Only a closed account can be reopened."))
        # sudo: the state is guarded
        self.sudo().write(
            {"state": "candidate", "date_closed": False, "date_formal": False}
        )

    def action_load_needs(self):
        """Add the usual needs of the client's industry that are not in the file yet."""
        for account in self:
            templates = self.env["kuaidi.need.template"].search(
                Domain("industry_id", "in", [False, *account.industry_id.ids])
            )
            account.need_ids = [
                Command.create(
                    {
                        "name": template.name,
                        "template_id": template.id,
                        "kano_class": template.kano_class,
                        "sequence": template.sequence,
                    }
                )
                for template in templates - account.need_ids.template_id
            ]

    def action_view_documents(self):
        """Show the client's document register."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kuaidi_key_account.kuaidi_account_document_action"
        )
        action["domain"] = [("account_id", "in", self.ids)]
        action["context"] = {"default_account_id": self[:1].id}
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        """Return the fields that only buttons and the system write."""
        return {"state", "date_formal", "date_closed", "currency_id"}

    def _check_works_here(self, users):
        """Refuse a client's own users, and those of other companies, in the team."""
        self.ensure_one()
        # sudo: the companies of a colleague are for administrators to read
        for user in users.sudo():
            if user.share or self.company_id not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s is no employee of %(company)s and cannot serve"
                        " %(account)s. Choose an internal user of the company.",
                        user=user.name,
                        company=self.company_id.name,
                        account=self.display_name,
                    )
                )

    def _check_identity_stays(self, vals):
        """Refuse another client or company once papers and history stand on them."""
        for account in self.filtered(lambda account: account.state != "candidate"):
            if any(
                name in vals and vals[name] != account[name].id
                for name in ("partner_id", "company_id")
            ):
                raise UserError(
                    self.env._(
                        "%(account)s is or was a formal client: its file stays with"
                        " this client and company. Open another account instead.",
                        account=account.display_name,
                    )
                )

    def _get_state_message(self):
        return self.env._(
            "A client becomes formal, or is closed, by the buttons of the account."
        )

    def _get_missing_for_formal(self):
        """Return the names of the papers without which the client stays a candidate.

        The safety agreement may be waived in the settings; the founding paper not
        (ON-1; Interim Regulations on Express Delivery, article 32).
        """
        self.ensure_one()
        on_file = set(self.document_ids.filtered("has_file").mapped("type_id.category"))
        needed = {"founding": self.env._("the founding paper")}
        if self.company_id.kuaidi_require_safety_agreement:
            needed["safety"] = self.env._("the safety agreement")
        return [name for category, name in needed.items() if category not in on_file]
