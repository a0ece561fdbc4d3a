from odoo import api, fields, models


class KuaidiPlanEntitlement(models.Model):
    """What one plan owes its client of one service, by the star it was made under.

    It stays with the plan: a standard or a star that changes later does not reach
    back into what was agreed before.
    """

    _name = "kuaidi.plan.entitlement"
    _description = "Service Entitlement"
    _order = "plan_id, type_id"
    _rec_name = "type_id"

    plan_id = fields.Many2one(
        comodel_name="kuaidi.service.plan",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
    )
    type_id = fields.Many2one(
        comodel_name="kuaidi.service.type",
        string="Service",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    entitled_count = fields.Integer(string="Entitled", readonly=True)
    planned_count = fields.Integer(string="Planned", compute="_compute_counts")
    done_count = fields.Integer(string="Delivered", compute="_compute_counts")
    missing_count = fields.Integer(
        string="Below Standard",
        compute="_compute_counts",
        help="How many times fewer are planned than the star's standard asks for.",
    )

    _plan_type_uniq = models.UniqueIndex(
        "(plan_id, type_id)", "A plan has one entitlement for each service."
    )

    # === COMPUTE METHODS === #

    @api.depends("plan_id.line_ids.state", "plan_id.line_ids.type_id")
    def _compute_counts(self):
        # sudo: whoever sees the entitlement sees how much of it was delivered
        groups = (
            self.env["kuaidi.service.plan.line"]
            .sudo()
            ._read_group(
                domain=[("plan_id", "in", self.plan_id.ids)],
                groupby=["plan_id", "type_id", "state"],
                aggregates=["__count"],
            )
        )
        counts = {
            (plan.id, service_type.id, state): count
            for plan, service_type, state, count in groups
        }
        for entitlement in self:
            key = entitlement.plan_id._origin.id, entitlement.type_id.id
            done = counts.get((*key, "done"), 0)
            planned = sum(
                counts.get((*key, state), 0) for state in ("planned", "missed")
            )
            entitlement.done_count = done
            entitlement.planned_count = planned + done
            entitlement.missing_count = max(
                0, entitlement.entitled_count - planned - done
            )
