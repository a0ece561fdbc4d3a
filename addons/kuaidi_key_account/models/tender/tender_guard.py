from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .tender import BID_STATES, WORK_STATES

# written by buttons and by the system alone
GUARDED_FIELDS = frozenset(("number", "state", "renewal_id", "date_done", "stars"))
# nothing in them is part of the bid: they are written after it was sealed
LIVE_FIELDS = frozenset(
    (
        "date_notice",
        "date_sale_from",
        "date_sale_to",
        "date_questions",
        "date_objection",
        "date_bond",
        "date_opening",
        "date_presentation",
        "date_award",
        "date_signing",
        "description",
        "user_id",
        "member_ids",
        "activity_ids",
        "message_follower_ids",
        "message_ids",
    )
)


class KuaidiTender(models.Model):
    """Who writes what of a tender: the bid until it is sealed, the rest after."""

    _name = "kuaidi.tender"
    _inherit = ["kuaidi.tender"]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_creatable(vals_list)
        for vals in vals_list:
            if vals.get("number", "/") == "/":
                company_id = vals.get("company_id") or self.env.company.id
                vals["number"] = self.env["ir.sequence"]._draw_number(
                    "kuaidi.tender", company_id
                )
        tenders = super().create(vals_list)
        tenders._check_named_records()
        return tenders

    def write(self, vals):
        if not self.env.su:
            if self._get_guarded_fields() & vals.keys():
                raise AccessError(self._get_guarded_message())
            if vals.keys() - self._get_live_fields():
                self._check_not_frozen()
            if "company_id" in vals and any(
                tender.company_id.id != vals["company_id"] for tender in self
            ):
                raise AccessError(
                    self.env._("A tender stays with the company that answers it.")
                )
            self._check_deadline_ahead([vals])
        res = super().write(vals)
        if "account_id" in vals:
            self._check_named_records()
        return res

    def onchange(self, values, field_names, fields_spec):
        """Show what a tender would come to, but nothing of somebody else's client."""
        for name in fields_spec:
            self._check_field_access(self._fields[name], "read")
        account_id = values.get("account_id") or self.env.context.get(
            "default_account_id"
        )
        if isinstance(account_id, int):
            # its own account comes of its issuer, whoever may see that file
            partner = self.env["res.partner"].browse(values.get("partner_id") or ())
            account = self.env["kuaidi.key.account"].browse(account_id)
            if account.sudo().partner_id != partner.commercial_partner_id:
                account.check_access("read")
        return super().onchange(values, field_names, fields_spec)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if any(tender.state != "draft" for tender in self):
            raise UserError(
                self.env._(
                    "A tender that was looked into stays on file: it counts among what"
                    " was won, lost and left. Only a notice just read can be deleted."
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_guarded_fields(self):
        """Hook: return the names of the fields that buttons alone write."""
        return GUARDED_FIELDS

    @api.model
    def _get_live_fields(self):
        """Hook: return the names of the fields that are written after sealing too."""
        return LIVE_FIELDS

    @api.model
    def _get_guarded_message(self):
        return self.env._(
            "A tender moves by its buttons alone: its number, step and result are not"
            " entered."
        )

    def _check_creatable(self, vals_list):
        """Check what a user sends for new tenders, and what context adds to it."""
        if self.env.su:
            return
        guarded = self._get_guarded_fields()
        proposed = self._get_default_names()
        names = self._get_typed_names(vals_list)
        # the form sends back what it shows
        harmless = {"number": "/", "state": "draft"}
        typed = {
            name
            for name in guarded & names
            if name in proposed
            or any(
                vals.get(name) not in (None, False, harmless.get(name), 0)
                for vals in vals_list
            )
        }
        if typed:
            raise AccessError(self._get_guarded_message())
        self._check_deadline_ahead(vals_list)

    def _check_deadline_ahead(self, vals_list):
        """Refuse to enter a deadline that has passed already.

        :raise UserError: naming what to do
        """
        for vals in vals_list:
            deadline = fields.Datetime.to_datetime(vals.get("date_deadline"))
            if not deadline or deadline >= fields.Datetime.now():
                continue
            if all(tender.date_deadline == deadline for tender in self) and self:
                continue
            raise UserError(
                self.env._(
                    "This bid deadline has passed: what arrives late is refused"
                    " (Implementation Regulations, article 36). Enter the deadline of"
                    " the documents, or of the last amendment."
                )
            )

    def _check_named_records(self):
        """Check that users name the accounts that they may see.

        :raise AccessError: for the client of somebody else
        """
        if not self.env.su:
            for tender in self:
                # its own account comes of its issuer, whoever may see that file
                if tender.account_id.partner_id != (
                    tender.partner_id.commercial_partner_id
                ):
                    tender.account_id.check_access("read")

    def _check_not_frozen(self):
        """Refuse changes of bids that are sealed, handed in, or over (issue E).

        :raise UserError: naming the tender and what to do
        """
        states = dict(self._fields["state"]._description_selection(self.env))
        # sudo: whether it is sealed is a fact, whoever works on a part of it
        for tender in self.sudo():
            if tender.state in WORK_STATES:
                continue
            values = {
                "tender": tender.display_name,
                "state": states[tender.state],
            }
            if tender.state in BID_STATES:
                raise UserError(
                    self.env._(
                        "%(tender)s is sealed and cannot be changed. Open the seal to"
                        " make a new version.",
                        **values,
                    )
                )
            raise UserError(
                self.env._(
                    "%(tender)s: %(state)s. The bid cannot be changed any more.",
                    **values,
                )
            )
