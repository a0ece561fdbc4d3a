from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .claim_flow import OFFICER


class KuaidiClaim(models.Model):
    """A claim may come from a complaint."""

    _name = "kuaidi.claim"
    _inherit = ["kuaidi.claim"]

    complaint_id = fields.Many2one(
        comodel_name="kuaidi.complaint",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        check_company=True,
        help="The complaint in which the client asked for compensation.",
    )


class KuaidiComplaint(models.Model):
    """A complaint that asks for compensation becomes a claim (CP-8)."""

    _name = "kuaidi.complaint"
    _inherit = ["kuaidi.complaint"]

    claim_ids = fields.One2many(
        comodel_name="kuaidi.claim",
        inverse_name="complaint_id",
        string="Claims",
        readonly=True,
    )
    claim_id = fields.Many2one(
        comodel_name="kuaidi.claim",
        compute="_compute_claim_id",
        help="The claim in which the compensation is settled.",
    )

    # === COMPUTE METHODS === #

    @api.depends("claim_ids")
    def _compute_claim_id(self):
        for complaint in self:
            complaint.claim_id = complaint.claim_ids.sorted("id")[-1:]

    # === ACTION METHODS === #

    def action_create_claim(self):
        """Open the claim of the complaint, or a new one filled in from it (CP-8).

        :raise AccessError: for others than claims officers, while there is no claim
        :raise UserError: for a complaint that was joined to another one
        """
        self.ensure_one()
        self.check_access("read")
        if self.claim_id:
            return self.claim_id._get_records_action()
        if not self.env.user.has_group(OFFICER):
            raise AccessError(
                self.env._("Claims officers open claims. Ask the one of the complaint.")
            )
        if self.state == "joined":
            raise UserError(
                self.env._(
                    "This complaint was joined to another one: open the claim there."
                )
            )
        return self.env["kuaidi.claim"]._get_records_action(
            name=self.env._("New Claim"),
            context={
                f"default_{name}": value
                for name, value in self._prepare_claim().items()
                if value
            },
        )

    # === BUSINESS METHODS === #

    def _prepare_claim(self):
        """Hook: return what the complaint knows of the claim, as values of it."""
        self.ensure_one()
        return {
            "complaint_id": self.id,
            "company_id": self.company_id.id,
            "account_id": self.account_id.id,
            "partner_id": self.partner_id.id,
            "contact_name": self.contact_name,
            "phone": self.phone,
            "email": self.email,
            "waybill_number": self.waybill_number,
            "type": self.type_id.claim_type,
            "amount_claimed": self.compensation,
            "date_called": self.date_received,
            "description": self.description,
            "link_id": self.link_id.id,
            "department_id": self.department_id.id,
        }
