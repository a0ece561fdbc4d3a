from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class KuaidiKeyAccount(models.Model):
    """What the client ships in all, and which of our services it uses (AR-5)."""

    _name = "kuaidi.key.account"
    _inherit = ["kuaidi.key.account"]

    offered_service_ids = fields.Many2many(
        comodel_name="kuaidi.offered.service",
        relation="kuaidi_account_offered_service_rel",
        column1="account_id",
        column2="service_id",
        string="Services Used",
        tracking=True,
        groups="kuaidi_key_account.group_kuaidi_user",
        help="Which of the services we offer the client uses.",
    )
    parcels_total = fields.Integer(
        string="Parcels per Month in All",
        tracking=True,
        aggregator="sum",
        groups="kuaidi_key_account.group_kuaidi_user",
        help="What the client ships in a month with all carriers, as far as known.",
    )
    potential_lead_ids = fields.One2many(
        comodel_name="crm.lead",
        inverse_name="kuaidi_account_id",
        string="Opportunities from Potential",
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    _parcels_total_positive = models.Constraint(
        "CHECK(parcels_total >= 0)", "A client cannot ship less than no parcel."
    )

    # === ACTION METHODS === #

    def action_view_potential(self):
        """Open the short form of what the client ships in all, and with whom."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Potential"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                (
                    self.env.ref(
                        "kuaidi_key_account.kuaidi_key_account_view_form_potential"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
        }

    def action_create_opportunity(self):
        """Make an opportunity of the client's potential, or open the one there is.

        For a closed client it is one to win the client back (AR-3).

        :raise UserError: when nothing is known that could be gained
        """
        self.ensure_one()
        self.check_access("write")
        potential = self.env["kuaidi.potential"].search([("account_id", "=", self.id)])
        lead = self._get_open_lead()
        if not lead:
            if not potential.gap_parcels:
                raise UserError(
                    self.env._(
                        "What could be gained from %(account)s is not known. Enter the"
                        " parcels it ships in all, or the shares of its other"
                        " carriers.",
                        account=self.display_name,
                    )
                )
            # sudo: a deputy makes it for the manager, whose it will be; writing the
            # client's file was checked above
            lead = (
                self.env["crm.lead"]
                .sudo()
                .create(self._prepare_opportunity(potential))
                .with_env(self.env)
            )
        if not lead.has_access("read"):
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._(
                        "The opportunity is with %(user)s.",
                        user=lead.sudo().user_id.name,
                    ),
                },
            }
        return lead._get_records_action()

    # === BUSINESS METHODS === #

    def _get_open_lead(self):
        """Return the open opportunity that was made of the client's potential."""
        # sudo: there is one for each client, whosever it is
        return (
            self.env["crm.lead"]
            .sudo()
            .search(
                [("kuaidi_account_id", "=", self.id), ("won_status", "=", "pending")],
                limit=1,
            )
            .with_env(self.env)
        )

    def _prepare_opportunity(self, potential):
        """Return the values of the opportunity that a client's potential becomes."""
        self.ensure_one()
        manager = self.manager_id.filtered("active") or self.env.user
        name = (
            self.env._("Win back %(client)s", client=self.display_name)
            if self.state == "closed"
            else self.env._("More of %(client)s", client=self.display_name)
        )
        return {
            "type": "opportunity",
            "name": name,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "user_id": manager.id,
            "expected_revenue": potential.amount_gap,
            "kuaidi_account_id": self.id,
            "kuaidi_purpose": "win_back" if self.state == "closed" else "potential",
        }


class CrmLead(models.Model):
    """Names the client whose potential, or loss, an opportunity was made of."""

    _name = "crm.lead"
    _inherit = ["crm.lead"]

    kuaidi_account_id = fields.Many2one(
        comodel_name="kuaidi.key.account",
        string="Key Account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="kuaidi_key_account.group_kuaidi_user",
    )
    kuaidi_purpose = fields.Selection(
        selection=[("potential", "Potential"), ("win_back", "Win Back")],
        string="Made from",
        readonly=True,
        copy=False,
        groups="kuaidi_key_account.group_kuaidi_user",
    )

    _kuaidi_account_uniq = models.UniqueIndex(
        "(kuaidi_account_id)"
        " WHERE kuaidi_account_id IS NOT NULL AND won_status = 'pending'",
        "An opportunity of this client's potential is open already.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        names = {name for vals in vals_list for name in vals}
        names |= {name.removeprefix("default_") for name in self.env.context}
        self._check_origin_not_typed(names)
        return super().create(vals_list)

    def write(self, vals):
        self._check_origin_not_typed(vals.keys())
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _check_origin_not_typed(self, names):
        """Refuse that a user ties an opportunity to somebody's key account."""
        if not self.env.su and {"kuaidi_account_id", "kuaidi_purpose"} & names:
            raise AccessError(
                self.env._(
                    "Which client an opportunity was made of follows from the button"
                    " that made it."
                )
            )
