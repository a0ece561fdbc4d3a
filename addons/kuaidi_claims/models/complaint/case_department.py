from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KuaidiCaseDepartment(models.Model):
    """A branch (网点), or a department of it, that answers for a case (CP-10)."""

    _name = "kuaidi.case.department"
    _description = "Branch or Department"
    _order = "complete_name, id"
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "code"]
    _parent_store = True
    _check_company_auto = True

    name = fields.Char(required=True)
    complete_name = fields.Char(
        string="Full Name", compute="_compute_complete_name", store=True, recursive=True
    )
    code = fields.Char(string="Branch Code")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        selection=[("branch", "Branch"), ("department", "Department")],
        string="Unit",
        required=True,
        default="branch",
    )
    parent_id = fields.Many2one(
        comodel_name="kuaidi.case.department",
        string="Belongs To",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    parent_path = fields.Char(index=True)
    branch_id = fields.Many2one(
        comodel_name="kuaidi.case.department",
        compute="_compute_branch_id",
        store=True,
        recursive=True,
        index="btree_not_null",
        help="The branch itself, or the one that the department belongs to. Cases are"
        " counted by it.",
    )
    manager_id = fields.Many2one(
        comodel_name="res.users",
        string="Head",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Answers for the cases of this unit and is asked about them.",
    )
    contact_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Customer Service There",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Handles what is returned to the branch. Empty: its head.",
    )

    _name_uniq = models.UniqueIndex(
        "(company_id, coalesce(parent_id, 0), name)",
        "There is a unit of this name in the same place already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for unit in self:
            unit.complete_name = " / ".join(
                filter(None, [unit.parent_id.complete_name, unit.name])
            )

    @api.depends("kind", "parent_id.branch_id")
    def _compute_branch_id(self):
        for unit in self:
            if unit.kind == "branch":
                unit.branch_id = unit
            else:
                unit.branch_id = unit.parent_id.branch_id

    # === CONSTRAINT METHODS === #

    @api.constrains("parent_id")
    def _check_no_circle(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A unit cannot belong to itself. Choose another one.")
            )

    # === BUSINESS METHODS === #

    def _get_answering_user(self):
        """Return who answers for the unit: its head, else that of the unit above."""
        self.ensure_one()
        unit = self
        while unit and not unit.manager_id.active:
            unit = unit.parent_id
        return unit.manager_id
