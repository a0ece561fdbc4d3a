from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list
from odoo.tools.misc import format_date, formatLang

# what two versions are compared by, in the order of the form
AGREED_FIELDS = (
    "title",
    "date_to",
    "is_open_ended",
    "notice_days",
    "is_tacit",
    "renewal_months",
    "amount_total",
    "amount_promised",
    "pieces_promised",
    "payment_term_id",
    "credit_limit",
    "sme_status",
    "is_public",
    "client_signatory",
    "company_signatory",
    "compensation_rule",
    "compensation_factor",
    "compensation_max",
    "is_standard_term",
    "standard_term_proof",
    "late_rule",
    "late_factor",
    "late_max_percent",
    "late_grace_hours",
    "pod_rule",
    "pod_days",
    "settlement_cycle",
    "settlement_day",
    "insurance_by",
    "insurance_rate",
    "is_recourse_waived",
    "dispute_forum",
    "dispute_body",
    "clause_note",
)


class KuaidiContract(models.Model):
    """Versions of a contract: an amendment takes the former one's place on signing."""

    _name = "kuaidi.contract"
    _inherit = ["kuaidi.contract"]

    next_id = fields.Many2one(
        comodel_name="kuaidi.contract",
        string="New Version",
        compute="_compute_next_id",
    )
    changes = fields.Text(string="What Changes", compute="_compute_changes")
    changes_signed = fields.Text(
        string="What Changed",
        readonly=True,
        copy=False,
        help="As it was when the version was signed.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        lambda self: ("changes_signed", "previous_id", *self._get_agreed_fields())
    )
    @api.depends_context("lang")
    def _compute_changes(self):
        for contract in self:
            if contract.changes_signed or not contract.previous_id:
                contract.changes = contract.changes_signed
            else:
                contract.changes = contract._describe_changes()

    # === ACTION METHODS === #

    def action_amend(self):
        """Draft a new version of a contract in force, with all that was agreed.

        :return: an action that opens the new version
        :raise UserError: when the contract is not in force, has notice, or is being
            amended already
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state", "next_ids"])
        self._check_is("running")
        if self.is_termination_given:
            raise UserError(
                self.env._(
                    "Notice of %(contract)s was given: it ends on %(date)s. Draw up a"
                    " new contract instead.",
                    contract=self.display_name,
                    date=format_date(self.env, self.date_to),
                )
            )
        drafts = self.next_ids.filtered(
            lambda contract: contract.state in ("draft", "to_approve", "approved")
        )
        if drafts:
            raise UserError(
                self.env._(
                    "A new version of %(contract)s is being drawn up already. Go on"
                    " with that one.",
                    contract=self.display_name,
                )
            )
        # sudo: number and version are written by the system; the right to amend was
        # checked above
        version_sudo = self.sudo().copy(
            {
                "number": self.number,
                "previous_id": self.id,
                "revision": self.revision + 1,
                "term": self.term,
                "date_term_from": self.date_term_from,
                "original_location": False,
            }
        )
        return version_sudo.with_env(self.env)._get_records_action()

    # === BUSINESS METHODS === #

    def _pass_on_to(self, version):
        """Hook: hand over to a new version what stood on the former one.

        Called in superuser mode when the new version is signed. Terms, registered
        papers, activities, and what renewed the former one pass over; the former
        keeps its text, its signed copies and its log.

        :param version: the version that is in force from now on
        """
        self.ensure_one()
        self.term_ids.contract_id = version
        self.document_ids.contract_id = version
        self.successor_ids.predecessor_id = version
        version.predecessor_id = self.predecessor_id
        self.activity_ids.write({"res_id": version.id})
        (self | version).invalidate_recordset(
            ["activity_ids", "document_ids", "successor_ids", "term_ids"]
        )

    @api.model
    def _get_agreed_fields(self):
        """Hook: return the names of what two versions are compared by, in order."""
        return AGREED_FIELDS

    def _describe_changes(self):
        """Return what this version changes, one sentence in a line."""
        self.ensure_one()
        # sudo: the payment term of another company's form is named all the same
        now, former = self.sudo(), self.sudo().previous_id
        texts = []
        for name in self._get_agreed_fields():
            if now[name] == former[name]:
                continue
            texts.append(
                self.env._(
                    "%(field)s: %(before)s → %(after)s",
                    field=self._fields[name]._description_string(self.env),
                    before=former._format_value(name) or "–",
                    after=now._format_value(name) or "–",
                )
            )
        return "\n".join(texts) or self.env._("Nothing changes.")

    def _format_value(self, name):
        """Return a field's value as words in the user's language."""
        self.ensure_one()
        field, value = self._fields[name], self[name]
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "date":
            return format_date(self.env, value) if value else ""
        if field.type == "monetary":
            return formatLang(self.env, value, currency_obj=self.currency_id)
        if field.type == "float":
            return f"{value:g}"
        if field.type == "integer":
            return str(value)
        if field.relational:
            return format_list(self.env, value.mapped("display_name"))
        return value or ""
